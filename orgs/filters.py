"""Conditions of the lists of organizations and members."""

from __future__ import annotations

import datetime

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from orgs.finding import member_condition, organization_condition
from orgs.members.days import in_situation, status_on
from orgs.models import (
    Education,
    Employment,
    ExitKind,
    FormerName,
    Member,
    MemberStatus,
    Organization,
    OrgKind,
    Sex,
    SituationKind,
    Transfer,
    add_years,
    covers,
)
from orgs.standing import (
    SOON_DAYS,
    assessments,
    day_number,
    in_post,
    present_term_end,
    registered_members,
)
from schools.conditions import Choice, Chosen, Day, ListFilterSet, Search
from schools.models import JurisdictionKind, Ownership, School, SchoolStage
from schools.naming import fold


class OrganizationFilter(ListFilterSet):
    q = Search("党组织名称、拼音、学校")
    kind = Choice("类别", OrgKind.choices, by="by_kind")
    term = Choice(
        "任期",
        [("over", "已经届满"), ("soon", f"{SOON_DAYS} 天内届满"), ("unknown", "没有填报")],
        by="by_term",
    )
    secretary = Choice("书记", [("vacant", "空缺"), ("in_post", "在岗")], by="by_secretary")
    result = Choice(
        "结果",
        [
            ("compliant", "达标"),
            ("nearly", "基本达标"),
            ("non_compliant", "未达标"),
            ("vetoed", "否决"),
            ("excluded", "不计入"),
            ("none", "没有结果"),
        ],
        by="by_result",
    )
    body = Choice("管理类型", JurisdictionKind.choices, field_name="jurisdiction__kind")
    stage = Choice("学校类别", SchoolStage.choices, field_name="school__stage")
    ownership = Choice("办学性质", Ownership.choices, field_name="school__ownership")
    register = Choice(
        "党员登记",
        [("differs", "登记数与申报数不同"), ("none", "没有登记党员"), ("some", "已登记党员")],
        by="by_register",
    )
    schooling = Choice("所在学校", [("none", "没有填报学校")], by="by_schooling")
    state = Choice(
        "状态",
        [("dissolved", "已撤销"), ("all", "含已撤销")],
        by="by_state",
        default="active",
        any_label="在册",
    )
    day = Day("截至日期")
    school = Chosen("学校", School, by="by_school")
    parent = Chosen("上级党组织", Organization)
    main = ("kind", "term", "secretary", "result", "day")

    class Meta:
        model = Organization
        fields: list[str] = []

    def __init__(self, *args, cycle=None, day: datetime.date | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.cycle = cycle
        self.past, self.on = day, day or timezone.localdate()
        if cycle is None:
            del self.filters["result"]
        else:
            self.filters["result"].rename(f"{cycle.year} 结果")

    def search(self, rows, text):
        """Rows meant by `text`, or whose school is."""
        of_school = Q(school__name_key__contains=fold(text))
        return rows.filter(organization_condition(text) | of_school)

    def by_kind(self, rows, value):
        """Rows by their kind on the day."""
        if self.past is None:
            return rows.filter(kind=value)
        bore = FormerName.objects.filter(covers(self.past), organization=OuterRef("pk"))
        return rows.filter(Exists(bore.filter(kind=value)) | Q(~Exists(bore), kind=value))

    def by_term(self, rows, value):
        """Rows by how long the present term still runs."""
        rows = rows.alias(term_over=present_term_end(self.on))
        if value == "unknown":
            return rows.filter(term_over=None)
        if value == "over":
            return rows.filter(term_over__lt=day_number(self.on))
        last = self.on + datetime.timedelta(days=SOON_DAYS)
        return rows.filter(term_over__range=(day_number(self.on), day_number(last)))

    def by_secretary(self, rows, value):
        """Rows with a secretary on the day, or without."""
        condition = in_post(self.on)
        return rows.filter(~condition if value == "vacant" else condition)

    def by_result(self, rows, value):
        """Rows by their result in the last confirmed year."""
        found = assessments().filter(organization=OuterRef("pk"), cycle=self.cycle)
        if value == "none":
            return rows.filter(~Exists(found))
        if value == "excluded":
            return rows.filter(Exists(found.exclude(exclusion="")))
        found = found.filter(exclusion="")
        vetoed = Q(is_vetoed=True) & ~Q(verdict="compliant")
        if value == "vetoed":
            return rows.filter(Exists(found.filter(vetoed)))
        return rows.filter(Exists(found.filter(~vetoed, verdict=value)))

    def by_register(self, rows, value):
        """Rows by what the register of members holds beside the declared number."""
        rows = rows.alias(registered=registered_members(self.on))
        if value == "none":
            return rows.filter(registered=None)
        rows = rows.filter(registered__gt=0)
        return rows.exclude(registered=F("declared_members")) if value == "differs" else rows

    def by_schooling(self, rows, value):
        """Rows without a school."""
        return rows.filter(school=None)

    def by_state(self, rows, value):
        """Rows in the register on the day, dissolved by then, or both."""
        gone = Q(dissolved_on__lte=self.on)
        if self.past:
            rows = rows.filter(Q(founded_on=None) | Q(founded_on__lte=self.past))
        if value == "all":
            return rows
        return rows.filter(gone) if value == "dissolved" else rows.exclude(gone)

    def by_school(self, rows, school):
        """Rows of one school, joint branches that cover it included."""
        covering = Organization.objects.filter(pk=OuterRef("pk"), covered_schools=school)
        return rows.filter(Q(school=school) | Exists(covering))


# Bounds of the age groups, in full years, both ends included.
AGE_GROUPS = {
    "35": ("35 岁及以下", 0, 35),
    "45": ("36–45 岁", 36, 45),
    "54": ("46–54 岁", 46, 54),
    "59": ("55–59 岁", 55, 59),
    "60": ("60 岁及以上", 60, 150),
}


class MemberFilter(ListFilterSet):
    """Conditions on members: those of today, or of the past day asked for (`?day=`)."""

    q = Search("姓名、拼音")
    status = Choice("人员类别", MemberStatus.choices, by="by_status")
    sex = Choice("性别", Sex.choices)
    age = Choice("年龄", [(key, group[0]) for key, group in AGE_GROUPS.items()], by="by_age")
    education = Choice("学历", Education.choices)
    employment = Choice("在职情况", Employment.choices)
    stage = Choice("学校类别", SchoolStage.choices, by="by_stage")
    marked = Choice(
        "情形",
        [
            ("floating", "流动党员"),
            ("lost", "失联党员"),
            ("moving", "正在转出"),
            ("teacher", "教师"),
        ],
        by="by_mark",
    )
    state = Choice(
        "状态",
        [("left", "已离开"), ("all", "含已离开")],
        by="by_state",
        default="present",
        any_label="在册",
    )
    left_kind = Choice("离开方式", ExitKind.choices, by="by_exit")
    day = Day("截至日期")
    organization = Chosen("党组织", Organization, by="by_organization")
    school = Chosen("学校", School, by="by_school")
    main = ("status", "sex", "age", "employment", "day")

    class Meta:
        model = Member
        fields: list[str] = []

    def __init__(self, *args, day: datetime.date | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        # A past day: whose members they were then is told by their membership.
        self.past, self.home = day, "belonging__organization" if day else "organization"
        self.on = day or timezone.localdate()
        if day:
            for name in ("state", "left_kind"):
                del self.filters[name]

    def search(self, rows, text):
        """Rows meant by `text`: a name, or its 拼音."""
        return rows.filter(member_condition(text))

    def by_status(self, rows, value):
        """Rows by what they were on the day."""
        if self.past:
            return rows.alias(status_of_day=status_on(self.past)).filter(status_of_day=value)
        return rows.filter(status=value)

    def by_age(self, rows, value):
        """Rows by full years of age on the day."""
        _, youngest, oldest = AGE_GROUPS[value]
        return rows.filter(
            birth_date__gt=add_years(self.on, -oldest - 1),
            birth_date__lte=add_years(self.on, -youngest),
        )

    def by_stage(self, rows, value):
        """Rows by the stage of the school of their organization."""
        return rows.filter(**{f"{self.home}__school__stage": value})

    def by_mark(self, rows, value):
        """Rows with a mark."""
        if value == "teacher":
            return rows.filter(is_teacher=True)
        if value == "moving":
            return rows.filter(Exists(Transfer.objects.pending().filter(member=OuterRef("pk"))))
        if self.past:
            return rows.filter(in_situation(SituationKind(value), self.past))
        field = {"floating": "is_floating", "lost": "is_lost_contact"}
        return rows.filter(**{field[value]: True})

    def by_state(self, rows, value):
        """Rows of members present, gone, or both."""
        if self.values.get("left_kind"):
            return rows
        gone = Q(left_on__lte=self.on)
        if value == "all":
            return rows
        return rows.filter(gone) if value == "left" else rows.active_on(self.on)

    def by_exit(self, rows, value):
        """Rows of those who left in one way."""
        return rows.filter(left_kind=value)

    def by_organization(self, rows, organization):
        """Rows of one organization."""
        return rows.filter(**{self.home: organization})

    def by_school(self, rows, school):
        """Rows of members of one school, by their organization or by their own entry."""
        return rows.filter(Q(**{f"{self.home}__school": school}) | Q(school=school))
