"""The forms of a group, and of the division of a branch into groups."""

from __future__ import annotations

from typing import Any

from django import forms

from orgs.forms.tenure import OfOrganizationForm
from orgs.models import GroupMembership, Member, OrgKind, PartyGroup
from schools.form_fields import DayField


class GroupForm(OfOrganizationForm):
    """A group with its days."""

    start = DayField(label="成立时间", required=False, help_text="一直就有的不填")
    end = DayField(label="撤销时间", required=False, help_text="不再设的第一天")

    groups = (("党小组", ("organization", "name")), ("起止", ("start", "end")))
    scored = {"start": "A4 党小组划分、C3 党小组会（整月存在的月份应开会）"}
    reasons = frozenset({"start", "end"})

    class Meta:
        model = PartyGroup
        fields = ["organization", "name", "start", "end"]

    def clean(self):
        cleaned = super().clean()
        organization = cleaned.get("organization") or self.whose
        if organization and organization.kind not in (OrgKind.BRANCH, OrgKind.JOINT_BRANCH):
            self.add_error(None, "党小组设在党支部、联合党支部里。")
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end <= start:
            self.add_error("end", "撤销时间要晚于成立时间。")
        return cleaned


class DivisionForm(forms.Form):
    """Which group each member belongs to, from a day on."""

    day = DayField(label="从哪天起", help_text="改动从这一天算起；第一次编组可以写成立那天")

    def __init__(
        self,
        *args: Any,
        members: list[Member],
        groups: list[PartyGroup],
        known: dict[int, GroupMembership],
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.members, self.groups_, self.known = members, groups, known
        self.fields["day"].error_messages["required"] = "请填写从哪天起。"
        choices = [("", "没有编入"), *((str(group.pk), group.name) for group in groups)]
        for member in members:
            row = known.get(member.pk)
            self.fields[f"g_{member.pk}"] = forms.ChoiceField(
                label=f"{member.name}的党小组",
                required=False,
                choices=choices,
                initial=str(row.group_id) if row else "",
            )
            self.fields[f"l_{member.pk}"] = forms.BooleanField(
                label=f"{member.name}任组长", required=False, initial=bool(row and row.is_leader)
            )

    @property
    def lines(self):
        """The members with their two fields."""
        return [(one, self[f"g_{one.pk}"], self[f"l_{one.pk}"]) for one in self.members]

    def clean(self):
        cleaned = super().clean()
        leaders: dict[str, str] = {}
        for member in self.members:
            group, leads = cleaned.get(f"g_{member.pk}"), cleaned.get(f"l_{member.pk}")
            if leads and not group:
                self.add_error(f"l_{member.pk}", f"{member.name}没有编入党小组，不能任组长。")
            elif leads and group in leaders:
                self.add_error(
                    f"l_{member.pk}", f"同一个党小组已有组长{leaders[group]}，请只选一名。"
                )
            elif leads and group:
                leaders[group] = member.name
        return cleaned

    def chosen(self) -> dict[int, tuple[int | None, bool]]:
        """Return group and leadership of each member, by key."""
        found: dict[int, tuple[int | None, bool]] = {}
        for member in self.members:
            group = self.cleaned_data[f"g_{member.pk}"]
            leads = self.cleaned_data[f"l_{member.pk}"]
            found[member.pk] = (int(group) if group else None, leads)
        return found
