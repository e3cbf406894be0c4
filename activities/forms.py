"""The form of a meeting."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from activities.entry import years_for
from activities.models import Meeting, MeetingStatus, MeetingType
from orgs.picks import ORGANIZATIONS
from schools.asked import number
from schools.form_fields import DayField, PickField
from schools.record_forms import RecordForm


class SameEvent(forms.IntegerField):
    """The meeting of the same event that a new record goes with; told by the address."""

    def __init__(self, **kwargs):
        self.user = None
        super().__init__(label="同一活动", widget=forms.HiddenInput, **kwargs)

    def clean(self, value):
        key = super().clean(value)
        if key is None:
            return None
        found = Meeting.objects.editable_by(self.user).filter(pk=key).first()
        if found is None:
            raise ValidationError("没有找到同一活动的那条记录，请从它的页面进入。")
        return found


class MeetingForm(RecordForm):
    """One meeting: when and of whom, about what, who was there."""

    organization = PickField(ORGANIZATIONS, label="党组织")
    together = SameEvent(required=False)
    held_on = DayField(label="时间")
    counts_for_year = forms.TypedChoiceField(
        label="归属年度",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="一般就是会议当年；组织生活会、民主评议、述职评议 3 月底前开的可以算上一年",
    )
    due = forms.IntegerField(
        label="应到人数", min_value=1, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    present = forms.IntegerField(
        label="实到人数", min_value=0, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )

    groups = (
        ("会议", ("organization", "type", "held_on", "counts_for_year", "place", "group_name")),
        ("内容", ("topic", "chair", "recorder", "lecturer")),
        ("出席", ("due", "present", "absence_note")),
        ("性质", ("is_election", "studies_party_building", "status")),
    )
    scored = {
        "held_on": "C1—C7 按月、按季计次",
        "present": "C8 党员出席率",
        "lecturer": "C4 书记讲党课",
        "studies_party_building": "B4 专题研究党建",
    }
    reasons = frozenset({"organization", "counts_for_year"})

    class Meta:
        model = Meeting
        fields = [
            "organization",
            "type",
            "held_on",
            "counts_for_year",
            "place",
            "group_name",
            "topic",
            "chair",
            "recorder",
            "lecturer",
            "due",
            "present",
            "absence_note",
            "is_election",
            "studies_party_building",
            "status",
        ]
        help_texts = {
            "chair": "没有主持人、记录人的记录不计入考评",
            "group_name": "党小组会填",
            "lecturer": "党课填主讲人",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["type"].choices = [("", "请选择"), *MeetingType.choices]
        if not self.is_new:
            del self.fields["together"]
        if self.instance.has_roster:
            # They follow from who was there.
            del self.fields["due"], self.fields["present"]
        for name in ("topic", "chair", "recorder"):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = f"请填写{self.fields[name].label}。"
        held = self.instance.held_on
        this_year = timezone.localdate().year
        years = {self.instance.counts_for_year, this_year, this_year - 1}
        years |= {held.year, held.year - 1} if held else set()
        typed = self.data.get("counts_for_year", "") if self.is_bound else ""
        years |= {number(typed)} if len(typed) == 4 else set()
        self.fields["counts_for_year"].choices = [
            ("", "会议当年"),
            *((year, f"{year} 年") for year in sorted(filter(None, years))),
        ]

    def clean(self):
        cleaned = super().clean()
        due, present = cleaned.get("due"), cleaned.get("present")
        if due is not None and present is not None and present > due:
            self.add_error(
                "present", f"应到 {due} 人，实到 {present} 人。实到不能多于应到，请核对。"
            )
        held, kind = cleaned.get("held_on"), cleaned.get("type")
        organization = cleaned.get("organization")
        if not held:
            return cleaned
        if organization:
            self._check_life(organization, held)
        if other := cleaned.get("together"):
            self._check_event(other, organization, held, kind)
        year = cleaned.get("counts_for_year") or held.year
        if kind and year not in years_for(kind, held):
            allowed = "、".join(str(one) for one in years_for(kind, held))
            self.add_error("counts_for_year", f"{held} 的这类会议只能归 {allowed} 年。")
        cleaned["counts_for_year"] = year
        return cleaned

    def _check_event(self, other, organization, held, kind) -> None:
        """One event is of one organization and day; each of its types has one record."""
        if organization and other.organization_id != organization.pk:
            self.add_error("organization", "同一活动是同一个党组织的，请核对。")
        if held != other.held_on:
            self.add_error("held_on", f"同一活动是同一天（{other.held_on}）的，请核对。")
        if kind == other.type:
            label = other.get_type_display()
            self.add_error("type", f"这次活动已经有{label}记录，请选另一类。")

    def _check_life(self, organization, held) -> None:
        if organization.founded_on and held < organization.founded_on:
            self.add_error(
                "held_on", f"早于党组织成立的日子 {organization.founded_on}，请核对时间。"
            )
        if organization.dissolved_on and held >= organization.dissolved_on:
            self.add_error("held_on", f"党组织 {organization.dissolved_on} 已撤销，请核对时间。")

    def clean_status(self):
        """A planned meeting is one still to come; what was held is filed."""
        status = self.cleaned_data["status"]
        if status not in (MeetingStatus.ARCHIVED, MeetingStatus.CANCELLED, MeetingStatus.PLANNED):
            raise ValidationError("请选择状态。")
        return status
