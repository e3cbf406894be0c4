"""The forms of changes of an organization on a day: name, kind, place, schools."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from orgs.models import Organization, OrgKind
from orgs.picks import ORGANIZATIONS
from orgs.rules import JOINT_UNITS, kind_advice
from orgs.services_structure import units_of
from orgs.standing import standings
from schools.act_forms import ActForm
from schools.form_fields import DayField, PickField, PickManyField
from schools.forms import BODIES, SCHOOLS


def document_field(label: str = "依据文号", help_text: str = "") -> forms.CharField:
    """Return a box for the number of the paper an act rests on."""
    return forms.CharField(
        label=label,
        required=False,
        max_length=60,
        help_text=help_text or "如“东教党〔2026〕12号”",
    )


class RenameForm(ActForm):
    """Another name from a day on."""

    name = forms.CharField(label="新的全称", max_length=120, help_text="与新印章一致的全称")
    on = DayField(label="更名日期", help_text="从这一天起用新名称，如 2026-11-12")
    document = document_field()


class RebuildForm(RenameForm):
    """Another kind, and mostly another name, from a day on."""

    kind = forms.ChoiceField(label="改建为")
    on = DayField(label="改建日期", help_text="从这一天起，如 2026-11-12")

    groups = (("改建", ("kind", "name", "on", "document")),)
    scored = {"kind": "A1 设置形式、按类别统计"}

    def prepare(self):
        self.fields["kind"].choices = [
            (value, label) for value, label in OrgKind.choices if value != self.record.kind
        ]

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            for text in advice_on_kind(self.record, cleaned["kind"]):
                self.remark(text)
        return cleaned


def advice_on_kind(organization: Organization, kind: str) -> list[str]:
    """Return what speaks against `kind` for an organization with its members of today."""
    today = timezone.localdate()
    children = list(organization.children.active_on(today))
    found = standings([organization, *children], today)
    own = found[organization.pk]
    members = sum(found[one.pk].members or 0 for one in children) or own.members
    return kind_advice(
        kind,
        members=members,
        full=own.full,
        direct=0 if own.is_declared else own.members or 0,
        children=len(children),
        units=len(units_of(organization)),
    )


class MoveForm(ActForm):
    """Another managing body, or another organization above, from a day on."""

    jurisdiction = PickField(BODIES, label="新的管理主体")
    parent = PickField(
        ORGANIZATIONS, label="新的上级党组织", required=False, help_text="直属管理主体的不填"
    )
    start = DayField(label="自何时起", help_text="可以是过去的日期，按沿革补到那一段")
    document = document_field()
    with_school = forms.BooleanField(label="学校的管理主体一并变更", required=False, initial=True)

    groups = (("变更隶属", ("jurisdiction", "parent", "start", "document", "with_school")),)
    scored = {"jurisdiction": "按管理主体统计达标率，以考核日的隶属为准"}

    def prepare(self):
        school = self.record.school
        if school is None or school.jurisdiction_id != self.record.jurisdiction_id:
            del self.fields["with_school"]


class UnitsForm(ActForm):
    """Schools join and leave an organization that covers several."""

    joining = PickManyField(SCHOOLS, label="加入的学校", required=False, help_text="一格一所")
    leaving = forms.MultipleChoiceField(
        label="退出的学校", required=False, widget=forms.CheckboxSelectMultiple
    )
    on = DayField(label="自何时起")
    document = document_field()

    groups = (("加入和退出", ("joining", "leaving", "on", "document")),)
    scored = {"joining": "A1 设置形式"}

    def prepare(self):
        self.units = {str(one.pk): one for one in units_of(self.record)}
        self.fields["leaving"].choices = [(key, one.name) for key, one in self.units.items()]

    @property
    def leavers(self):
        """The schools that leave."""
        return [self.units[key] for key in self.cleaned_data["leaving"]]

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        count = len({*self.units.values(), *cleaned["joining"]} - set(self.leavers))
        joint = self.record.kind == OrgKind.JOINT_BRANCH
        if joint and count > JOINT_UNITS:
            self.remark(f"联合党支部一般不超过 {JOINT_UNITS} 个单位，变更后是 {count} 个。")
        for school in self.leavers:
            left = self.record.members.filter(school=school, left_on=None).count()
            if left:
                self.remark(
                    f"{school.name}有 {left} 名党员在这个支部，退出后不会自动转走，"
                    "请随后办理组织关系转接。"
                )
        return cleaned
