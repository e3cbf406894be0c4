"""The forms of founding, dissolving, merging and splitting organizations."""

from __future__ import annotations

from typing import Any

from django import forms

from orgs import rules
from orgs.forms.organization import check_units
from orgs.forms.structure_acts import document_field
from orgs.models import Organization, OrgKind, Term
from orgs.moving import members_of
from orgs.naming import organization_short_name
from orgs.picks import ORGANIZATIONS
from orgs.services_merging import Part, Rest
from orgs.services_schools import Fate, What, organizations_of, possible
from schools.act_forms import ActForm
from schools.bodies import set_bodies
from schools.form_fields import DayField, PickField, PickManyField
from schools.forms import BODIES, SCHOOLS
from schools.models import JurisdictionKind

# Endings of short names and the kinds they tell.
_ENDINGS = (
    ("联合党支部", OrgKind.JOINT_BRANCH),
    ("党总支", OrgKind.GENERAL_BRANCH),
    ("党委", OrgKind.COMMITTEE),
    ("党支部", OrgKind.BRANCH),
)
# How many organizations one split can make on the page.
PARTS = 4


def kind_of_name(name: str) -> str:
    """Return the kind a name tells by its ending; "" where it tells none."""
    short = organization_short_name(name)
    return next((kind for ending, kind in _ENDINGS if short.endswith(ending)), "")


def name_advice(name: str, kind: str) -> str:
    """Return what to say of a name that does not fit the kind."""
    told = kind_of_name(name)
    fits = told == kind or (told == OrgKind.BRANCH and kind not in (OrgKind.COMMITTEE,))
    if told and fits and not (kind == OrgKind.GENERAL_BRANCH and told == OrgKind.BRANCH):
        return ""
    label = OrgKind(kind).label
    if not told:
        return f"全称一般写到“…{_full_ending(kind)}”，请核对“{name}”。"
    return f"类别选的是{label}，名称像是{OrgKind(told).label}，请核对。"


def _full_ending(kind: str) -> str:
    return {
        OrgKind.COMMITTEE: "委员会",
        OrgKind.GENERAL_BRANCH: "总支部委员会",
        OrgKind.JOINT_BRANCH: "联合支部委员会",
    }.get(OrgKind(kind), "支部委员会")


class FoundForm(ActForm):
    """A new organization with its place, its first term and its secretary."""

    kind = forms.ChoiceField(label="类别", choices=OrgKind.choices, initial=OrgKind.BRANCH)
    name = forms.CharField(
        label="全称", max_length=120, help_text="与印章一致，如“中共东区第一小学支部委员会”"
    )
    school = PickField(SCHOOLS, label="所在学校")
    covered = PickManyField(
        SCHOOLS,
        label="另外覆盖的学校",
        required=False,
        help_text="联合党支部、带教学点的党支部填，一格一所",
    )
    jurisdiction = PickField(
        BODIES,
        label="管理主体",
        required=False,
        help_text="空着按上级党组织或学校的管理主体",
    )
    parent = PickField(
        ORGANIZATIONS, label="上级党组织", required=False, help_text="直属管理主体的不填"
    )
    founded_on = DayField(label="成立时间", help_text="批准成立的日期")
    founding_document = document_field("成立批复文号")
    setup_approval = document_field("设置批复文号", "人数不够、上级批准设置的才填")
    is_retiree_branch = forms.BooleanField(label="离退休党支部", required=False)
    elected_on = DayField(
        label="首届选举时间", required=False, help_text="还没有选举的不填，以后用“换届”登记"
    )
    years = forms.TypedChoiceField(
        label="任期",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "按类别：党委 5 年，其他 3 年"), *((n, f"{n} 年") for n in range(1, 6))],
    )
    secretary = forms.CharField(
        label="书记", required=False, max_length=50, help_text="没有选举时间的，按上级任命登记"
    )
    is_principal = forms.BooleanField(label="书记由校长兼任", required=False)

    groups = (
        ("党组织", ("kind", "name", "school", "covered", "is_retiree_branch")),
        ("隶属", ("jurisdiction", "parent")),
        ("成立", ("founded_on", "founding_document", "setup_approval")),
        ("首届班子", ("elected_on", "years", "secretary", "is_principal")),
    )
    scored = {
        "kind": "A1 设置形式",
        "founded_on": "不满六个月的不计入达标率",
        "setup_approval": "A1 设置形式",
        "elected_on": "A2 按期换届",
    }

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        cleaned["secretary"] = "".join(cleaned["secretary"].split())
        school, parent = cleaned["school"], cleaned["parent"]
        cleaned["covered"] = [one for one in cleaned["covered"] if one != school]
        approval = cleaned["setup_approval"]
        wrong = check_units(school, cleaned["covered"], cleaned["kind"], approval)
        for text in wrong.values():
            self.add_error("covered", text)
        self._place(cleaned)
        if school.closed_on:
            self.add_error("school", f"{school.name} {school.closed_on:%Y-%m-%d} 已经撤并。")
        if cleaned["is_principal"] and not cleaned["secretary"]:
            self.add_error("secretary", "选了“书记由校长兼任”，请填书记姓名。")
        if advice := name_advice(cleaned["name"], cleaned["kind"]):
            self.remark(advice)
        top = Organization.objects.filter(school=school, parent=None, dissolved_on=None).first()
        if top and parent is None and not cleaned["is_retiree_branch"]:
            self.remark(f"{school.name}已有{top.short_name}。新设的在它下面的，请填上级党组织。")
        return cleaned

    def _place(self, cleaned: dict[str, Any]) -> None:
        """Fill in the managing body where it was left open."""
        holder = cleaned["parent"] or cleaned["school"]
        if cleaned["jurisdiction"] is None:
            set_bodies([holder])
            cleaned["jurisdiction"] = holder.body
        if cleaned["jurisdiction"].kind == JurisdictionKind.CITY:
            self.add_error("jurisdiction", "市本身不直接管理党组织，请选市教育局党组或县区的主体。")

    def organization(self) -> Organization:
        """Return the organization as filled in, unsaved."""
        names = (
            "kind",
            "school",
            "jurisdiction",
            "parent",
            "founded_on",
            "founding_document",
            "setup_approval",
            "is_retiree_branch",
        )
        values = {name: self.cleaned_data[name] for name in names}
        return Organization(name=self.cleaned_data["name"].strip(), **values)

    def term(self) -> Term | None:
        """Return the first term, unsaved; None without an election."""
        day = self.cleaned_data["elected_on"]
        years = self.cleaned_data["years"] or rules.term_years(self.cleaned_data["kind"])
        return Term(elected_on=day, years=years) if day else None


class DissolveForm(ActForm):
    """An organization ends, and its members go to another one."""

    on = DayField(label="撤销时间", help_text="不再存在的第一天")
    document = document_field("撤销批复文号")
    to = PickField(ORGANIZATIONS, label="党员转入", required=False)

    groups = (("撤销", ("on", "document", "to")),)
    scored = {"on": "从这一天起不计入达标率"}

    def prepare(self):
        self.members = members_of(self.record)
        count = len(self.members)
        if not count:
            del self.fields["to"]
            return
        self.fields["to"].required = True
        self.fields["to"].help_text = f"名下 {count} 名党员同一天转入；分到几处的，先分别办转接"

    def clean(self):
        cleaned = super().clean()
        if not self.errors:
            for text in records_after(self.record, cleaned["on"]):
                self.remark(text)
        return cleaned


def records_after(organization: Organization, day) -> list[str]:
    """Return what to say of organizational life recorded on or after the last day."""
    # Meetings stand on the floor above and are reached through the organization.
    count = organization.meetings.filter(held_on__gte=day).count()
    if not count:
        return []
    return [
        f"{organization.short_name} {day:%Y-%m-%d} 以后还有 {count} 次组织生活记录，"
        "撤销后不再计入，请核对日期。"
    ]


class MergeForm(ActForm):
    """Others are merged into this organization."""

    others = PickManyField(ORGANIZATIONS, label="并入的党组织", help_text="一格一个")
    on = DayField(label="合并时间", help_text="从这一天起，党员和学校都算在本组织")
    document = document_field("合并批复文号")
    name = forms.CharField(
        label="合并后的全称", required=False, max_length=120, help_text="名称不变的不填"
    )
    kind = forms.ChoiceField(label="合并后的类别", required=False)

    groups = (("合并", ("others", "on", "document")), ("合并以后", ("name", "kind")))
    scored = {"kind": "A1 设置形式"}

    def prepare(self):
        label = self.record.get_kind_display()
        others = [(v, text) for v, text in OrgKind.choices if v != self.record.kind]
        self.fields["kind"].choices = [("", f"不变（{label}）"), *others]

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        for other in cleaned["others"]:
            for text in records_after(other, cleaned["on"]):
                self.remark(text)
        kind = cleaned["kind"] or self.record.kind
        if cleaned["name"] and (advice := name_advice(cleaned["name"], kind)):
            self.remark(advice)
        return cleaned


class SplitForm(ActForm):
    """One organization becomes several; each member is given to one of them."""

    on = DayField(label="分设时间")
    document = document_field("分设批复文号")
    rest = forms.ChoiceField(
        label="原组织",
        choices=[
            (Rest.STAYS, "保留，没有分走的党员留下"),
            (Rest.ABOVE, "改建为党总支，新设的在它下面"),
            (Rest.CLOSES, "撤销，党员全部分走"),
        ],
    )
    upper_name = forms.CharField(
        label="党总支的全称", required=False, max_length=120, help_text="改建为党总支的才填"
    )

    scored = {"rest": "A1 设置形式"}

    def prepare(self):
        self.members = members_of(self.record)
        for number in range(1, PARTS + 1):
            self.fields[f"name_{number}"] = forms.CharField(
                label=f"第 {number} 个全称", required=False, max_length=120
            )
            self.fields[f"secretary_{number}"] = forms.CharField(
                label=f"第 {number} 个书记",
                required=False,
                max_length=50,
                widget=forms.TextInput(attrs={"list": "people", "autocomplete": "off"}),
            )
        self.fields["name_1"].required = True
        choices = [("", "留在原组织"), *((n, f"第 {n} 个") for n in range(1, PARTS + 1))]
        for member in self.members:
            self.fields[f"member_{member.pk}"] = forms.TypedChoiceField(
                label=member.name, required=False, coerce=int, empty_value=0, choices=choices
            )

    groups = (
        ("分设", ("on", "document", "rest", "upper_name")),
        (
            "新设的党组织",
            tuple(name for n in range(1, PARTS + 1) for name in (f"name_{n}", f"secretary_{n}")),
        ),
    )

    def sections(self):
        """Yield all but the members, who stand in a table."""
        for heading, fields in super().sections():
            fields = [field for field in fields if not field.name.startswith("member_")]
            if fields:
                yield heading, fields

    def rows(self):
        """Yield each member with the choice of where he goes."""
        for member in self.members:
            yield member, self[f"member_{member.pk}"]

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if cleaned["rest"] == Rest.ABOVE and not cleaned["upper_name"].strip():
            self.add_error("upper_name", "请填党总支的全称。")
        names = {n for n in range(1, PARTS + 1) if cleaned[f"name_{n}"].strip()}
        for _, field in self.rows():
            if cleaned[field.name] and cleaned[field.name] not in names:
                self.add_error(f"name_{cleaned[field.name]}", "有党员分到这里，请填名称。")
                return cleaned
        for part in self.parts():
            if advice := name_advice(part.name, part.kind):
                self.remark(advice)
            full = sum(1 for member in part.members if member.status == "full")
            if full < rules.BRANCH_FROM:
                self.remark(
                    f"{organization_short_name(part.name)}只分到正式党员 {full} 人，"
                    f"党支部一般不少于 {rules.BRANCH_FROM} 人。"
                )
        return cleaned

    def parts(self) -> list[Part]:
        """Return the new organizations with their members."""
        found = []
        for number in range(1, PARTS + 1):
            name = self.cleaned_data[f"name_{number}"].strip()
            if not name:
                continue
            members = [
                member
                for member in self.members
                if self.cleaned_data.get(f"member_{member.pk}") == number
            ]
            secretary = "".join(self.cleaned_data[f"secretary_{number}"].split())
            found.append(Part(name, secretary=secretary, members=members))
        return found


_WHAT = {
    What.FOLLOWS: "随学校转到并入的学校",
    What.DISSOLVES: "撤销，党员转到别的党组织",
    What.LEAVES: "不再覆盖这所学校",
    What.LATER: "先不动，以后处理",
}


class CloseSchoolForm(ActForm):
    """A school is closed or merged, with what becomes of each of its organizations."""

    on = DayField(label="撤并日期")
    document = document_field("撤并文号")
    merged_into = PickField(
        SCHOOLS, label="并入的学校", required=False, help_text="撤销、没有并入别校的不填"
    )

    groups = (("撤并", ("merged_into", "on", "document")),)

    def prepare(self):
        self.organizations = list(organizations_of(self.record))
        for organization in self.organizations:
            choices = possible(organization, self.record, merging=True)
            self.fields[f"what_{organization.pk}"] = forms.ChoiceField(
                label=f"{organization.short_name}怎么办",
                choices=[(one.value, _WHAT[one]) for one in choices],
            )
            self.fields[f"to_{organization.pk}"] = PickField(
                ORGANIZATIONS, label="党员转到", required=False, help_text="撤销的才填"
            )

    def sections(self):
        """Yield all but the organizations, which stand in a table."""
        for heading, fields in super().sections():
            fields = [f for f in fields if not f.name.startswith(("what_", "to_"))]
            if fields:
                yield heading, fields

    def rows(self):
        """Yield each organization with its two fields."""
        for organization in self.organizations:
            yield organization, self[f"what_{organization.pk}"], self[f"to_{organization.pk}"]

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        for organization in self.organizations:
            what = cleaned[f"what_{organization.pk}"]
            if what == What.FOLLOWS and cleaned["merged_into"] is None:
                self.add_error(
                    f"what_{organization.pk}", "没有填并入的学校，请选“撤销”或“先不动”。"
                )
            if what == What.LATER:
                self.remark(
                    f"{organization.short_name}还留在撤并的学校名下，请随后办理撤销、合并或变更。"
                )
        return cleaned

    def fates(self) -> list[Fate]:
        """Return what becomes of each organization."""
        return [
            Fate(
                organization,
                What(self.cleaned_data[f"what_{organization.pk}"]),
                self.cleaned_data[f"to_{organization.pk}"],
            )
            for organization in self.organizations
        ]
