"""The form of an organization: what is corrected by hand. Dated changes are acts."""

from __future__ import annotations

from django import forms

from orgs.models import Organization, OrgKind
from orgs.picks import ORGANIZATIONS
from orgs.rules import JOINT_UNITS
from schools.form_fields import DayField, PickField, PickManyField
from schools.forms import SCHOOLS
from schools.record_forms import RecordForm


def check_units(school, covered, kind: str, approval: str) -> dict[str, str]:
    """Return what is wrong with the schools of an organization of `kind`, by field."""
    units = {one.pk for one in (school, *covered) if one is not None}
    if kind != OrgKind.JOINT_BRANCH:
        return {}
    if len(units) < 2:
        return {"covered_schools": "联合党支部至少覆盖 2 所学校，请再填一所。"}
    if len(units) > JOINT_UNITS and not approval:
        return {
            "covered_schools": f"联合党支部一般不超过 {JOINT_UNITS} 个单位，现在是 {len(units)} 个。"
            "上级批准的，请填“设置批复文号”。"
        }
    return {}


class OrganizationForm(RecordForm):
    """An organization as it is today. Changes of a day (更名, 变更隶属 …) have their own pages."""

    school = PickField(SCHOOLS, label="所在学校", required=False)
    covered_schools = PickManyField(SCHOOLS, label="另外覆盖的学校", required=False)
    founded_on = DayField(label="成立时间", required=False)
    dissolved_on = DayField(
        label="撤销时间", required=False, help_text="误办撤销的，清空这一格就恢复在册"
    )
    successor = PickField(ORGANIZATIONS, label="并入的党组织", required=False)

    groups = (
        ("名称和类别", ("name", "kind", "is_retiree_branch", "setup_approval")),
        ("所在学校", ("school", "covered_schools")),
        (
            "成立和撤销",
            (
                "founded_on",
                "founding_document",
                "dissolved_on",
                "dissolution_document",
                "successor",
            ),
        ),
        ("组织生活", ("has_committee", "fixed_day", "is_dispersed")),
        ("党员数（申报）", ("declared_members", "declared_probationary")),
        ("联系", ("contact", "phone", "remark")),
    )
    scored = {
        "kind": "A1 设置形式、按类别统计",
        "setup_approval": "A1 设置形式",
        "school": "按学校统计",
        "covered_schools": "A1 设置形式",
        "founded_on": "应开次数按成立时间折算",
        "dissolved_on": "是否计入达标率",
        "has_committee": "C2 支委会",
        "fixed_day": "C5 主题党日",
        "is_dispersed": "C3 党小组会",
    }
    reasons = frozenset({"name", "kind", "founded_on", "dissolved_on"})

    class Meta:
        model = Organization
        fields = [
            "name",
            "kind",
            "is_retiree_branch",
            "setup_approval",
            "school",
            "covered_schools",
            "founded_on",
            "founding_document",
            "dissolved_on",
            "dissolution_document",
            "successor",
            "has_committee",
            "fixed_day",
            "is_dispersed",
            "declared_members",
            "declared_probationary",
            "contact",
            "phone",
            "remark",
        ]
        help_texts = {
            "name": "与印章一致的全称。这里只改录错的；组织更名请用“更名”",
            "kind": "这里只改录错的；支部改建总支、党委请用“改建”",
            "setup_approval": "人数不够、上级批准设置的，填批复文号",
            "fixed_day": "如“每月15日”",
            "declared_members": "花名册里没有党员时使用",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["has_committee"].widget.choices = [
            ("unknown", "没有填报"),
            ("true", "是"),
            ("false", "否"),
        ]
        for name in ("declared_members", "declared_probationary"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "numeric"})
        if self.instance.dissolved_on is None:
            for name in ("dissolved_on", "dissolution_document", "successor"):
                del self.fields[name]

    def clean(self):
        cleaned = super().clean()
        school, covered = cleaned.get("school"), cleaned.get("covered_schools")
        if covered is not None:
            cleaned["covered_schools"] = covered = [one for one in covered if one != school]
            wrong = check_units(
                school, covered, cleaned.get("kind", ""), cleaned.get("setup_approval", "")
            )
            for name, text in wrong.items():
                self.add_error(name, text)
        return cleaned
