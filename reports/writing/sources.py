"""What a figure can be counted from: each source tells its records and how they are told apart.

The records of a source are read once for a document, grouped by all that is asked of it;
the page of a figure lists the same records one by one (`rows`).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum

from activities.models import (
    Cultivation,
    Honour,
    HonourLevel,
    Meeting,
    MeetingType,
    PairResult,
    PioneerPost,
    ReviewResult,
    SecretaryReview,
    Training,
    TrainingHours,
    VolunteerHours,
    Volunteering,
)
from orgs.models import DevelopmentCase, Member, MemberStatus, OrgKind
from orgs.standing import ended_by, present_terms, secretaries
from reports.register import organizations_on, schools_on
from schools.models import Ownership, SchoolStage
from supervision.models import (
    ActionPlan,
    Category,
    GroupLevel,
    GroupMeeting,
    Inspection,
    InspectionVisit,
    LeadingGroup,
    PlanMeasure,
    RectificationItem,
    Survey,
    WeakListing,
    WorkMeeting,
    WorkTask,
)

if TYPE_CHECKING:
    from reports.writing.material import Material

PEOPLE_MEASURE = "people"


@dataclass(frozen=True, slots=True)
class Side:
    """What the records of a source are told apart by: a column, and its values in words."""

    column: str
    words: Mapping[Any, str]


@dataclass(frozen=True, slots=True)
class Source:
    """Records a figure counts.

    `says` is what they are, in words; `rows` reads those of a document; `shown` are the
    columns of their list: heading and lookup. `sums` maps a measure to the expression summed
    and its name. `people` is the lookup of the persons counted once each.
    """

    says: str
    rows: Callable[[Material], Any]
    shown: tuple[tuple[str, str], ...]
    sides: Mapping[str, Side] = field(default_factory=dict)
    sums: Mapping[str, tuple[Any, str]] = field(default_factory=dict)
    people: str = ""

    def conditions(self, where: Iterable[tuple[str, str]]) -> Q:
        """Return the condition on a record; raises KeyError for what the source cannot tell."""
        condition = Q()
        for name, value in where:
            condition &= Q(**{self.sides[name].column: value})
        return condition

    def words(self, measure: str, where: Iterable[tuple[str, str]]) -> str:
        """Return in words what is counted."""
        labels = []
        for name, value in where:
            found = {str(key): label for key, label in self.sides[name].words.items()}
            labels.append(found.get(value, value))
        of = f"（{'、'.join(labels)}）" if labels else ""
        what = {"count": "数", PEOPLE_MEASURE: "，每人只计一次"}.get(measure)
        return f"{self.says}{of}{what if what else '的' + self.sums[measure][1] + '合计'}"

    def read(self, material: Material) -> list[dict[str, Any]]:
        """Return the records counted by all sides: `n`, the sums, and people."""
        rows = self.rows(material).order_by()
        columns = {name: F(side.column) for name, side in self.sides.items()}
        measures: dict[str, Any] = {"n": Count("*")}
        measures |= {f"sum_{name}": Sum(what) for name, (what, _) in self.sums.items()}
        if self.people:
            measures["n_people"] = Count(self.people, distinct=True)
        if not columns:
            return [rows.aggregate(**measures)]
        keyed = {f"by_{name}": column for name, column in columns.items()}
        return list(rows.values(**keyed).annotate(**measures))

    def answer(self, cube: Iterable[dict], measure: str, where: Iterable[tuple[str, str]]) -> Any:
        """Return the value of one question, from what `read` returned."""
        asked = [(f"by_{name}", value) for name, value in where]
        rows = [row for row in cube if all(str(row[key]) == value for key, value in asked)]
        key = {"count": "n", PEOPLE_MEASURE: "n_people"}.get(measure, f"sum_{measure}")
        return sum(row[key] or 0 for row in rows)


def _of(model: Any, **fixed: Any) -> Callable[[Material], Any]:
    """Return how to read the records of a model inside the scope."""
    return lambda m: model.objects.visible_to(m.user).inside(m.scope).filter(**fixed)


def _in_year(model: Any, column: str, **fixed: Any) -> Callable[[Material], Any]:
    """Return how to read the records dated in the year of the document, up to its day."""

    def rows(m: Material) -> Any:
        span = (datetime.date(m.year, 1, 1), m.day)
        return _of(model, **fixed)(m).filter(**{f"{column}__range": span})

    return rows


def _schools(m: Material) -> Any:
    return schools_on(m.user, m.scope, m.day)


def _organizations(m: Material) -> Any:
    return organizations_on(m.user, m.scope, m.day)


def _members(m: Material) -> Any:
    inside = _organizations(m).order_by().values("pk")
    return Member.objects.visible_to(m.user).active_on(m.day).filter(organization__in=inside)


def _without_roster(m: Material) -> Any:
    return _organizations(m).filter(~Exists(Member.objects.filter(organization=OuterRef("pk"))))


def _in_force(start: str, end: str, day: datetime.date) -> Q:
    return Q(**{f"{start}__lte": day}) & (Q(**{end: None}) | Q(**{f"{end}__gt": day}))


def _secretaries(m: Material) -> Any:
    return secretaries(m.day).visible_to(m.user).inside(m.scope)


def _activists(m: Material) -> Any:
    cases = _of(DevelopmentCase)(m).filter(Q(ended_on=None) | Q(ended_on__gt=m.day))
    return cases.filter(Q(admitted_on=None) | Q(admitted_on__gt=m.day), activist_on__lte=m.day)


def _pairs(m: Material) -> Any:
    first = datetime.date(m.year, 1, 1)
    pairs = _of(Cultivation, started_on__lte=m.day)(m)
    return pairs.filter(Q(result=PairResult.RUNNING) | Q(result_on__range=(first, m.day)))


def _terms(m: Material, *, over: datetime.date, after: datetime.date | None = None) -> Any:
    here = _organizations(m).order_by().values("pk")
    terms = present_terms(m.day).visible_to(m.user).filter(organization__in=here)
    terms = terms.filter(ended_by(over))
    return terms.exclude(ended_by(after)) if after else terms


def _plans(m: Material) -> Any:
    return _of(ActionPlan)(m).filter(first_year__range=(m.year - 2, m.year))


def _measures(m: Material) -> Any:
    inside = _of(PlanMeasure)(m)
    return inside.filter(plan__withdrawn_at=None, plan__first_year__range=(m.year - 2, m.year))


def _open_items(m: Material) -> Any:
    items = _of(RectificationItem)(m).filter(found_on__lte=m.day)
    return items.filter(Q(closed_on=None) | Q(closed_on__gt=m.day))


ORG = ("党组织", "organization__name")
_MEMBER = ("党员", "member__name")

SOURCES: dict[str, Source] = {
    "schools": Source(
        "登记在册的学校",
        _schools,
        (("学校", "name"), ("管理主体", "jurisdiction__short_name")),
        {
            "stage": Side("stage", dict(SchoolStage.choices)),
            "ownership": Side("ownership", dict(Ownership.choices)),
        },
        {"staff": ("staff", "教职工"), "teachers": ("teachers", "专任教师")},
    ),
    "organizations": Source(
        "登记在册的党组织",
        _organizations,
        (("党组织", "name"), ("管理主体", "jurisdiction__short_name")),
        {"kind": Side("kind", dict(OrgKind.choices))},
    ),
    "members": Source(
        "党员名册上的党员",
        _members,
        (("姓名", "name"), ORG),
        {"status": Side("status", dict(MemberStatus.choices))},
    ),
    "declared": Source(
        "没有党员名册的党组织",
        _without_roster,
        (("党组织", "name"),),
        {},
        {"members": ("declared_members", "申报党员")},
    ),
    "leading_groups": Source(
        "在任的党建工作领导小组",
        lambda m: _of(LeadingGroup)(m).filter(_in_force("set_up_on", "ended_on", m.day)),
        (("名称", "name"), ("成立文号", "document"), ("组长", "head")),
        {"level": Side("level", dict(GroupLevel.choices))},
    ),
    "group_meetings": Source(
        "本年度领导小组会议",
        _in_year(GroupMeeting, "held_on"),
        (("时间", "held_on"), ("领导小组", "group__name"), ("议题", "agenda")),
        {"level": Side("group__level", dict(GroupLevel.choices))},
    ),
    "action_plans": Source(
        "覆盖本年度的三年行动计划",
        _plans,
        (("名称", "title"), ("管理主体", "jurisdiction__short_name"), ("文号", "document")),
    ),
    "plan_measures": Source(
        "覆盖本年度的行动计划的措施",
        _measures,
        (("措施", "text"), ("责任单位", "department"), ("进度（%）", "progress")),
    ),
    "plan_measures_done": Source(
        "覆盖本年度的行动计划已完成的措施",
        lambda m: _measures(m).filter(progress__gte=100),
        (("措施", "text"), ("责任单位", "department")),
    ),
    "work_meetings": Source(
        "本年度党建工作例会",
        _in_year(WorkMeeting, "held_on"),
        (("时间", "held_on"), ("管理主体", "jurisdiction__short_name"), ("主持人", "chair")),
    ),
    "work_tasks": Source(
        "本年度例会布置的任务",
        _in_year(WorkTask, "meeting__held_on", meeting__withdrawn_at=None),
        (("任务", "text"), ("责任人", "owner"), ("完成时限", "deadline")),
    ),
    "work_tasks_done": Source(
        "本年度例会布置并已完成的任务",
        lambda m: SOURCES["work_tasks"].rows(m).filter(done_on__lte=m.day),
        (("任务", "text"), ("责任人", "owner"), ("完成时间", "done_on")),
    ),
    "inspections": Source(
        "本年度检查督查",
        _in_year(Inspection, "start"),
        (("名称", "title"), ("管理主体", "jurisdiction__short_name"), ("开始时间", "start")),
    ),
    "visits": Source(
        "本年度检查督查走访",
        _in_year(InspectionVisit, "visited_on", inspection__withdrawn_at=None),
        (ORG, ("时间", "visited_on")),
        people="organization",
    ),
    "trainings": Source(
        "本年度教育培训",
        _in_year(Training, "started_on"),
        (("培训主题", "theme"), ORG, ("开始时间", "started_on"), ("学时", "hours")),
        {},
        {"hours": ("hours", "学时")},
    ),
    "training_hours": Source(
        "本年度党员参加教育培训的记录",
        _in_year(TrainingHours, "training__started_on", training__withdrawn_at=None),
        (_MEMBER, ("培训主题", "training__theme"), ("学时", "hours")),
        {},
        {"hours": ("hours", "学时")},
        "member",
    ),
    "admitted": Source(
        "本年度支部大会接收的预备党员",
        _in_year(DevelopmentCase, "admitted_on"),
        (("姓名", "name"), ORG, ("接收时间", "admitted_on")),
        {"is_teacher": Side("is_teacher", {True: "教师", False: "非教师"})},
    ),
    "activists": Source(
        "在册的入党积极分子和发展对象",
        _activists,
        (("姓名", "name"), ORG, ("确定为入党积极分子时间", "activist_on")),
        {"is_teacher": Side("is_teacher", {True: "教师", False: "非教师"})},
    ),
    "meetings": Source(
        "本年度有效的组织生活",
        lambda m: _of(Meeting, counts_for_year=m.year, held_on__lte=m.through)(m).valid(),
        (("时间", "held_on"), ORG, ("主题", "topic")),
        {"type": Side("type", dict(MeetingType.choices))},
    ),
    "volunteerings": Source(
        "本年度志愿服务活动",
        _in_year(Volunteering, "held_on"),
        (("时间", "held_on"), ("主题", "theme"), ORG),
    ),
    "volunteer_hours": Source(
        "本年度党员参加志愿服务的记录",
        _in_year(VolunteerHours, "volunteering__held_on", volunteering__withdrawn_at=None),
        (_MEMBER, ("主题", "volunteering__theme"), ("时长（小时）", "hours")),
        {},
        {"hours": ("hours", "时长")},
        "member",
    ),
    "secretaries": Source(
        "在任的党组织书记",
        _secretaries,
        (("姓名", "holder"), ORG, ("任职时间", "start")),
        {"is_principal": Side("is_principal", {True: "由校长兼任", False: "不由校长兼任"})},
    ),
    "secretary_reviews": Source(
        "本年度书记述职评议",
        lambda m: _of(SecretaryReview, year=m.year)(m),
        (("书记", "secretary"), ORG, ("评议时间", "reviewed_on")),
        {"result": Side("result", dict(ReviewResult.choices))},
    ),
    "pairs": Source(
        "培养中和本年度有结果的双培对象",
        _pairs,
        (("培养对象", "name"), ORG, ("党员导师", "party_mentor")),
        {"result": Side("result", dict(PairResult.choices))},
    ),
    "pioneers": Source(
        "在设的党员先锋岗",
        lambda m: _of(PioneerPost)(m).filter(_in_force("set_up_on", "ended_on", m.day)),
        (("岗位", "post"), ("设岗时间", "set_up_on"), ORG),
    ),
    "honours": Source(
        "本年度获得的表彰",
        _in_year(Honour, "granted_on"),
        (("荣誉名称", "name"), ORG, ("授予时间", "granted_on")),
        {"level": Side("level", dict(HonourLevel.choices))},
    ),
    "surveys": Source(
        "本年度有效的满意度调查",
        lambda m: _of(Survey, year=m.year, surveyed_on__lte=m.through)(m).valid_ones(),
        (("党组织", "organization__name"), ("学校", "school__name"), ("时间", "surveyed_on")),
        {},
        {
            "valid": ("valid", "有效问卷"),
            "content": (F("very_satisfied") + F("satisfied"), "满意和非常满意的答卷"),
        },
    ),
    "items": Source(
        "本年度列入台账的整改问题",
        _in_year(RectificationItem, "found_on"),
        (("问题", "description"), ORG, ("整改期限", "deadline")),
        {"category": Side("category", dict(Category.choices))},
    ),
    "items_closed": Source(
        "本年度销号的整改问题",
        _in_year(RectificationItem, "closed_on"),
        (("问题", "description"), ORG, ("销号时间", "closed_on")),
    ),
    "items_overdue": Source(
        "逾期没有销号的整改问题",
        lambda m: _open_items(m).filter(deadline__lt=m.day),
        (("问题", "description"), ORG, ("整改期限", "deadline")),
    ),
    "weak": Source(
        "软弱涣散党组织",
        lambda m: _of(WeakListing)(m).listed_on_day(m.day),
        (ORG, ("列入时间", "listed_on"), ("列入文号", "listing_document")),
    ),
    "terms_over": Source(
        "届满没有换届的任期",
        lambda m: _terms(m, over=m.day),
        (ORG, ("本届换届时间", "elected_on")),
    ),
    "terms_ending": Source(
        "下一年度届满的任期",
        lambda m: _terms(m, over=datetime.date(m.year + 1, 12, 31), after=m.day),
        (ORG, ("本届换届时间", "elected_on")),
    ),
}
