"""The lists of plans, of trainings, and of organizations by the hours of their members."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.functional import cached_property

from activities.education.hours import (
    MEMBER_HOURS,
    NONE,
    hours_of,
    is_reached,
    months_present,
    people_on,
)
from activities.keeping.lists import YearFilterSet, year_choice
from activities.models import Training, TrainingForm, TrainingLevel, TrainingPlan
from orgs.models import Organization, OrgKind
from orgs.naming import organization_key
from orgs.tables import organization_column, state
from schools.bodies import set_bodies
from schools.columns import (
    DateColumn,
    ListColumn,
    ListTable,
    NumberColumn,
    ScoreColumn,
)
from schools.conditions import Choice, Chosen, ListFilterSet, Search
from schools.lists import ListPage, Shortcut
from schools.models import SchoolStage

# Plans are approved by the end of this month (standard, D1).
APPROVED_BY = (3, 31)


def in_time(plan: TrainingPlan) -> bool:
    """Tell whether a plan was approved by 31 March of its year."""
    day = plan.approved_on
    return day is not None and day <= datetime.date(plan.year, *APPROVED_BY)


class PlanFilter(YearFilterSet):
    q = Search("党组织名称")
    year = year_choice()
    approved = Choice("批准", [("yes", "已批准"), ("no", "没有批准")], by="by_approval")
    owner = Choice("哪一级", [("body", "管理主体"), ("organization", "党组织")], by="by_owner")
    organization = Chosen("党组织", Organization)
    main = ("year", "approved", "owner")
    dated = "year"

    class Meta:
        model = TrainingPlan
        fields: list[str] = []

    def search(self, rows, text):
        """Rows of organizations or bodies of that name."""
        return rows.filter(
            Q(organization__name_key__contains=organization_key(text))
            | Q(jurisdiction__name__contains=text.strip())
        )

    def by_approval(self, rows, value):
        """Rows approved, or not."""
        return rows.filter(approved_on__isnull=value == "no")

    def by_owner(self, rows, value):
        """Rows of managing bodies, or of organizations."""
        return rows.filter(organization__isnull=value == "body")


class PlanTable(ListTable):
    whose = ListColumn("计划", url="training_plan", wide=True, width=40)
    year = ListColumn("年度", sort="year", whole=True)
    approved_on = DateColumn("批准时间", sort="approved_on")
    approved_by = ListColumn("批准的会议或机关", wide=True, width=24)
    courses = NumberColumn("课程", accessor="course_count")
    budget = ScoreColumn("经费预算（元）", sort="budget")
    document = ListColumn("文号或纪要号", sheet_only=True, width=20)
    in_time = ListColumn("是否按时", accessor="pk", always=True)

    class Meta(ListTable.Meta):
        pass

    def value_year(self, value):
        return str(value)

    def render_budget(self, value):
        return f"{value:,.2f}"

    def render_in_time(self, record):
        if in_time(record):
            return state("st-pass", "check-circle-fill", "按时批准")
        if record.approved_on:
            return state("st-near", "circle-half", "3 月以后批准")
        return state("st-fail", "circle", "没有批准")

    def value_in_time(self, record):
        return "按时" if in_time(record) else "否"


class PlanList(ListPage):
    title = "教育培训计划"
    lead = "每年一个，三月底前经会议批准；课程写明对象、学时、形式和月份"
    counter, noun = "个", "计划"
    sheet_title = "年度教育培训计划一览表"
    import_kind = "training_plans"
    table_class = PlanTable
    filterset_class = PlanFilter
    default_order = ("-year", "organization__jurisdiction__path", "organization_id")
    shortcuts = (Shortcut("没有批准", "approved=no"),)
    new_page, new_label = "training_plan_new", "新建计划"
    empty_title = "还没有教育培训计划"
    empty_text = "新建年度计划，登记课程；批准时间在三月底前的，指标 D1 得 1 分。"

    def rows(self):
        return TrainingPlan.objects.select_related("organization", "jurisdiction__place").annotate(
            course_count=Count("courses", filter=Q(courses__withdrawn_at=None))
        )


class TrainingFilter(YearFilterSet):
    q = Search("主题、党组织")
    year = year_choice()
    form = Choice("形式", TrainingForm.choices)
    level = Choice("主办层级", TrainingLevel.choices)
    organization = Chosen("党组织", Organization)
    main = ("year", "form", "level")
    dated = "started_on"
    texts = ("theme",)

    class Meta:
        model = Training
        fields: list[str] = []


class TrainingTable(ListTable):
    theme = ListColumn("培训主题", url="training", width=36)
    started_on = DateColumn("开始时间", sort="started_on")
    ended_on = DateColumn("结束时间", sheet_only=True)
    organization = organization_column()
    form = ListColumn("形式", sort="form", whole=True, width=10)
    level = ListColumn("主办层级", sort="level", whole=True, width=12)
    organizer = ListColumn("主办单位", sheet_only=True, width=24)
    hours = ScoreColumn("学时", sort="hours")
    people = NumberColumn("参训人数")
    place = ListColumn("地点", sheet_only=True, width=16)
    teacher = ListColumn("授课人", sheet_only=True)
    members = ListColumn("参训党员", accessor="names", sheet_only=True, width=40)

    class Meta(ListTable.Meta):
        pass

    def render_hours(self, value):
        return f"{value.normalize():f}"


class TrainingList(ListPage):
    title = "教育培训台账"
    lead = "每次培训一行；学时计入参训党员，按开始时间算年度"
    counter, noun = "次", "培训"
    sheet_title = "党员教育培训台账"
    table_class = TrainingTable
    filterset_class = TrainingFilter
    default_order = ("-started_on",)
    shortcuts = (Shortcut("集中培训", "form=concentrated"), Shortcut("县级以上", "level=4"))
    import_kind = "trainings"
    new_page, new_label = "training_new", "登记培训"
    empty_title = "还没有教育培训记录"
    empty_text = "登记每次培训和参训党员的学时，系统按 32 学时、56 学时核对每名党员。"

    def rows(self):
        return Training.objects.select_related("organization").annotate(
            people=Count("participants", filter=Q(participants__withdrawn_at=None))
        )

    def enrich(self, records):
        names: dict[int, list[str]] = {}
        if self.request.GET.get("format") == "xlsx":
            from activities.models import TrainingHours

            rows = TrainingHours.objects.filter(training__in=records).order_by("member__name")
            for training, name in rows.values_list("training", "member__name"):
                names.setdefault(training, []).append(name)
        for record in records:
            record.names = "、".join(names.get(record.pk, ()))
        return records


# -- organizations by the hours of their members ------------------------------------------


@dataclass(frozen=True, slots=True)
class Attained:
    """Of the members who need hours, how many have them; and the hours of all, in tenths."""

    obliged: int = 0
    reached: int = 0
    tenths: int = 0
    members: int = 0


class HoursFilter(ListFilterSet):
    q = Search("党组织名称")
    year = Choice("年度", by="by_year")
    plan = Choice("年度计划", [("yes", "已批准"), ("no", "没有批准的")], by="by_plan")
    held = Choice("培训", [("none", "没有培训记录"), ("some", "有培训记录")], by="by_trainings")
    stage = Choice("学校类别", SchoolStage.choices, field_name="school__stage")
    main = ("year", "plan", "held", "stage")

    class Meta:
        model = Organization
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        year = self.filters["year"]
        year.extra["choices"] = [(str(n), f"{n} 年") for n in range(this, this - 5, -1)]
        year.default, year.any_label = str(this), f"{this} 年"
        year.rename("年度")

    @property
    def chosen_year(self) -> int:
        """The year the list is about."""
        return int(self.values.get("year") or self.filters["year"].default)

    def search(self, rows, text):
        """Rows whose name holds `text`."""
        return rows.filter(name_key__contains=organization_key(text))

    def by_year(self, rows, value):
        """Rows of organizations that existed in the year."""
        return rows.filter(
            Q(founded_on=None) | Q(founded_on__year__lte=value),
            Q(dissolved_on=None) | Q(dissolved_on__year__gte=value),
        )

    def by_plan(self, rows, value):
        """Rows with an approved plan of the year, or without."""
        plan = TrainingPlan.objects.filter(
            organization=OuterRef("pk"), year=self.chosen_year, approved_on__isnull=False
        )
        return rows.filter(Exists(plan) if value == "yes" else ~Exists(plan))

    def by_trainings(self, rows, value):
        """Rows with a training in the year, or without."""
        held = Training.objects.filter(
            organization=OuterRef("pk"), started_on__year=self.chosen_year
        )
        return rows.filter(Exists(held) if value == "some" else ~Exists(held))


class HoursTable(ListTable):
    name = ListColumn(
        "党组织", accessor="short_name", url="organization_training", sort="name", width=36
    )
    body = ListColumn(
        "管理主体", accessor="body__label", sort="jurisdiction__path", wide=True, width=20
    )
    plan = DateColumn("计划批准时间", accessor="plan__approved_on")
    trainings = NumberColumn("培训次数", accessor="training_count")
    obliged = NumberColumn("应训人数", accessor="attained__obliged")
    reached = NumberColumn("已达标人数", accessor="attained__reached")
    share = ListColumn("达标比例", accessor="attained", whole=True)
    average = ListColumn("人均学时", accessor="attained", whole=True)

    class Meta(ListTable.Meta):
        pass

    def render_share(self, value):
        return self.value_share(value) or "—"

    def value_share(self, value):
        if not value.obliged:
            return ""
        return f"{(200 * value.reached + value.obliged) // (2 * value.obliged)}%"

    def render_average(self, value):
        return self.value_average(value) or "—"

    def value_average(self, value):
        if not value.members:
            return ""
        return f"{value.tenths / 10 / value.members:.1f}"


class HoursList(ListPage):
    title = "党员学时"
    lead = "每名党员一年 32 学时，书记和委员 56 学时；年内入党的按在册月数折算"
    counter, noun = "个", "党组织"
    table_class = HoursTable
    filterset_class = HoursFilter
    default_order = ("jurisdiction__path", "name")
    shortcuts = (Shortcut("没有培训记录", "held=none"), Shortcut("计划没有批准", "plan=no"))
    empty_title = "没有这样的党组织"
    empty_text = "党支部登记后，在这里看每名党员的学时。"

    @property
    def sheet_title(self):
        return f"{self.filterset.chosen_year}年党员学时完成情况一览表"

    @cached_property
    def today(self) -> datetime.date:
        return timezone.localdate()

    def rows(self):
        kinds = (OrgKind.BRANCH, OrgKind.JOINT_BRANCH, OrgKind.TEMPORARY_BRANCH)
        return Organization.objects.filter(kind__in=kinds).select_related("jurisdiction")

    def enrich(self, records):
        set_bodies(records)
        year = self.filterset.chosen_year
        keys = [record.pk for record in records]
        plans = {
            plan.organization_id: plan
            for plan in TrainingPlan.objects.filter(organization__in=keys, year=year)
        }
        counts = dict(
            Training.objects.order_by()
            .filter(organization__in=keys, started_on__year=year)
            .values_list("organization")
            .annotate(n=Count("pk"))
        )
        found = attained(year, self.today, keys)
        for record in records:
            record.plan = plans.get(record.pk)
            record.training_count = counts.get(record.pk, 0)
            record.attained = found.get(record.pk, Attained())
        return records


def attained(year: int, today: datetime.date, ids: list[int]) -> dict[int, Attained]:
    """Return what the members of organizations have of the hours of a whole year; two queries."""
    end = datetime.date(year, 12, 31)
    people = people_on(min(today, end), ids)
    members = [person.pk for some in people.values() for person in some]
    hours = hours_of(year, min(today, end), members)
    found = {}
    for organization, some in people.items():
        obliged = [person for person in some if not person.exempt]
        reached = sum(
            is_reached(
                hours.get(person.pk, NONE).tenths,
                MEMBER_HOURS,
                months_present(year, end, person.joined_on),
            )
            for person in obliged
        )
        total = sum(hours.get(person.pk, NONE).tenths for person in some)
        found[organization] = Attained(len(obliged), reached, total, len(some))
    return found


__all__ = ["HoursList", "PlanList", "TrainingList", "attained", "in_time"]
