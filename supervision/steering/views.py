"""The lists of leading groups, plans, work meetings and inspections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.html import format_html

from accounts.models import User
from orgs.tables import state
from schools.columns import DateColumn, ListColumn, ListTable, NumberColumn
from schools.conditions import Choice, ListFilterSet, Search
from schools.lists import ListPage
from schools.models import Jurisdiction, JurisdictionKind
from supervision.models import (
    ActionPlan,
    GroupLevel,
    Inspection,
    InspectionKind,
    LeadingGroup,
    WorkMeeting,
)

# Bodies that hold a work meeting each month.
MEETING_KINDS = (
    JurisdictionKind.CITY_EDU_BUREAU,
    JurisdictionKind.COUNTY_EDU_BUREAU,
    JurisdictionKind.DEV_ZONE_EDU_SUBCOMMITTEE,
    JurisdictionKind.NON_PUBLIC_EDU_SUBCOMMITTEE,
)


def _years() -> list[tuple[str, str]]:
    this = timezone.localdate().year
    return [(str(n), f"{n} 年") for n in range(this, this - 6, -1)]


def _body() -> ListColumn:
    return ListColumn(
        "管理主体", accessor="jurisdiction__short_name", sort="jurisdiction__path", width=26
    )


# Leading groups ------------------------------------------------------------------------


class GroupTable(ListTable):
    name = ListColumn("名称", url="leading_group", sort="name", width=36)
    level = ListColumn("层级", sort="level", whole=True, width=12)
    whose = ListColumn("单位", accessor="pk", width=26)
    head = ListColumn("组长", width=20)
    deputies = ListColumn("副组长", sheet_only=True, width=30)
    document = ListColumn("成立文号", whole=True, width=22)
    set_up_on = DateColumn("成立时间", sort="set_up_on")
    meetings = NumberColumn("会议", accessor="meeting_count", sort="meeting_count")
    office = ListColumn("办公室设在", sheet_only=True, width=24)

    class Meta(ListTable.Meta):
        pass

    def render_whose(self, record):
        return record.school.name if record.school else record.jurisdiction.short_name

    value_whose = render_whose


class GroupFilter(ListFilterSet):
    q = Search("名称、组长")
    level = Choice("层级", GroupLevel.choices)
    state = Choice("状态", [("ended", "已撤销")], by="by_state", default="now", any_label="在运行")
    main = ("level", "state")

    class Meta:
        model = LeadingGroup
        fields: list[str] = []

    def search(self, rows, text):
        """Rows whose name or head holds `text`."""
        return rows.filter(Q(name__contains=text.strip()) | Q(head__contains=text.strip()))

    def by_state(self, rows, value):
        """Rows at work, or ended."""
        return rows.filter(ended_on=None) if value == "now" else rows.exclude(ended_on=None)


class GroupList(ListPage):
    title = "领导小组"
    lead = "市、县、学校三级党建工作领导小组，和它们的会议"
    counter, noun = "个", "领导小组"
    sheet_title = "党建工作领导小组一览表"
    import_kind = "leading_groups"
    table_class = GroupTable
    filterset_class = GroupFilter
    default_order = ("level", "name")
    new_page, new_label = "leading_group_new", "登记领导小组"
    empty_title = "还没有领导小组"
    empty_text = "登记成立文件、组成人员和办公室，会议在它的页面上登记。"

    def rows(self):
        kept = Q(meetings__withdrawn_at=None)
        return LeadingGroup.objects.select_related("jurisdiction", "school").annotate(
            meeting_count=Count("meetings", filter=kept, distinct=True)
        )


# Plans -----------------------------------------------------------------------------------


class PlanTable(ListTable):
    title = ListColumn("名称", url="action_plan", sort="title", width=44)
    jurisdiction = _body()
    first_year = ListColumn("起止", sort="first_year", whole=True, width=12)
    measures = NumberColumn("措施", accessor="measure_count", sort="measure_count")
    done = NumberColumn("完成", accessor="done_count", sort="done_count")
    late = ListColumn("逾期", accessor="late_count", sort="late_count", whole=True, width=8)
    document = ListColumn("文号", whole=True, width=22)

    class Meta(ListTable.Meta):
        pass

    def render_first_year(self, record):
        return f"{record.years[0]}—{record.years[2]}"

    value_first_year = render_first_year

    def render_late(self, value):
        return format_html('<span class="look">{} 条</span>', value) if value else "0"

    def value_late(self, value):
        return str(value)


class PlanFilter(ListFilterSet):
    q = Search("名称、文号")
    late = Choice("措施", [("late", "有逾期的")], by="by_late")
    main = ("late",)

    class Meta:
        model = ActionPlan
        fields: list[str] = []

    def search(self, rows, text):
        """Rows whose title or document holds `text`."""
        return rows.filter(Q(title__contains=text.strip()) | Q(document__contains=text.strip()))

    def by_late(self, rows, value):
        """Rows with a measure past its day."""
        return rows.filter(late_count__gt=0)


class PlanList(ListPage):
    title = "三年行动计划"
    lead = "目标分年度，措施有责任单位和时限；过了时限没有完成的算逾期"
    counter, noun = "个", "计划"
    sheet_title = "三年行动计划进展表"
    import_kind = "action_plans"
    table_class = PlanTable
    filterset_class = PlanFilter
    default_order = ("jurisdiction__path", "-first_year")
    new_page, new_label = "action_plan_new", "登记计划"
    empty_title = "还没有三年行动计划"

    def rows(self):
        kept = Q(measures__withdrawn_at=None)
        late = kept & Q(measures__progress__lt=100, measures__deadline__lt=timezone.localdate())
        return ActionPlan.objects.select_related("jurisdiction").annotate(
            measure_count=Count("measures", filter=kept),
            done_count=Count("measures", filter=kept & Q(measures__progress=100)),
            late_count=Count("measures", filter=late),
        )


# Work meetings ---------------------------------------------------------------------------


class WorkMeetingTable(ListTable):
    held_on = DateColumn("时间", sort="held_on", url="work_meeting")
    jurisdiction = _body()
    chair = ListColumn("主持人", whole=True, width=10)
    present = NumberColumn("到会")
    tasks = NumberColumn("任务", accessor="task_count", sort="task_count")
    done = NumberColumn("完成", accessor="done_count", sort="done_count")
    problems = ListColumn("存在问题", wide=True, width=40)
    place = ListColumn("地点", sheet_only=True, width=18)
    minutes = ListColumn("纪要文号", sheet_only=True, width=22)

    class Meta(ListTable.Meta):
        pass


class WorkMeetingFilter(ListFilterSet):
    q = Search("主持人、问题")
    year = Choice("年度", by="by_year")
    open = Choice("任务", [("open", "有没有完成的")], by="by_open")
    main = ("year", "open")

    class Meta:
        model = WorkMeeting
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        year = self.filters["year"]
        year.extra["choices"] = _years()
        year.default = str(timezone.localdate().year)
        year.any_label = f"{year.default} 年"
        year.rename("年度")

    def search(self, rows, text):
        """Rows whose chair or problems hold `text`."""
        return rows.filter(Q(chair__contains=text.strip()) | Q(problems__contains=text.strip()))

    def by_year(self, rows, value):
        """Rows of a year."""
        return rows.filter(held_on__year=value)

    def by_open(self, rows, value):
        """Rows with a task not done."""
        return rows.filter(task_count__gt=F("done_count"))


@dataclass(frozen=True, slots=True)
class Held:
    """The months in which one body has held its meeting."""

    name: str
    months: int
    missing: str


class WorkMeetingList(ListPage):
    title = "党建工作例会"
    lead = "每月一次；已开月数 ÷ 12 按管理主体计算，一个月开几次也算一个月"
    counter, noun = "次", "例会"
    sheet_title = "党建工作例会台账"
    import_kind = "work_meetings"
    table_class = WorkMeetingTable
    filterset_class = WorkMeetingFilter
    default_order = ("-held_on",)
    new_page, new_label = "work_meeting_new", "登记例会"
    above = "supervision/_held.html"
    empty_title = "还没有例会记录"

    def rows(self):
        kept = Q(tasks__withdrawn_at=None)
        return WorkMeeting.objects.select_related("jurisdiction").annotate(
            task_count=Count("tasks", filter=kept),
            done_count=Count("tasks", filter=kept & Q(tasks__done_on__isnull=False)),
        )

    def context(self):
        return super().context() | {"held": self.held(), "held_year": self.year}

    @property
    def year(self) -> int:
        """The year shown."""
        return int(self.filterset.values.get("year") or timezone.localdate().year)

    def held(self) -> list[Held]:
        """Return for each body that meets monthly the months held in the year; two queries."""
        user = cast(User, self.request.user)
        bodies = self.scope.narrow(Jurisdiction.objects.visible_to(user)).filter(
            kind__in=MEETING_KINDS
        )
        months: dict[int, set[int]] = {}
        meetings = WorkMeeting.objects.visible_to(user).filter(held_on__year=self.year)
        for body, month in meetings.order_by().values_list("jurisdiction", "held_on__month"):
            months.setdefault(body, set()).add(month)
        today = timezone.localdate()
        over = 12 if self.year < today.year else today.month - 1 if self.year == today.year else 0
        return [
            Held(
                body.short_name,
                len(months.get(body.pk, ())),
                "、".join(
                    str(n) for n in range(1, over + 1) if n not in months.get(body.pk, set())
                ),
            )
            for body in bodies
        ]


# Inspections -----------------------------------------------------------------------------


class InspectionTable(ListTable):
    title = ListColumn("名称", url="inspection", sort="title", width=40)
    kind = ListColumn("类别", sort="kind", whole=True, width=12)
    jurisdiction = _body()
    start = DateColumn("开始", sort="start")
    end = DateColumn("结束", sort="end")
    leader = ListColumn("组长", whole=True, width=10)
    visits = NumberColumn("党组织", accessor="visit_count", sort="visit_count")
    findings = NumberColumn("问题", accessor="finding_count", sort="finding_count")
    items = ListColumn("列入整改", accessor="item_count", whole=True, width=10)

    class Meta(ListTable.Meta):
        pass

    def render_items(self, value, record):
        if record.finding_count == value:
            return state("st-pass", "check-circle-fill", "全部") if value else "—"
        return f"{value}/{record.finding_count}"

    def value_items(self, value):
        return str(value)


class InspectionFilter(ListFilterSet):
    q = Search("名称、组长")
    kind = Choice("类别", InspectionKind.choices)
    year = Choice("年度", by="by_year")
    open = Choice("问题", [("open", "有没有列入整改的")], by="by_open")
    main = ("kind", "year", "open")

    class Meta:
        model = Inspection
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = _years()

    def search(self, rows, text):
        """Rows whose title or leader holds `text`."""
        return rows.filter(Q(title__contains=text.strip()) | Q(leader__contains=text.strip()))

    def by_year(self, rows, value):
        """Rows begun in a year."""
        return rows.filter(start__year=value)

    def by_open(self, rows, value):
        """Rows with a finding that is not on the ledger."""
        return rows.filter(finding_count__gt=F("item_count"))


class InspectionList(ListPage):
    title = "检查督查"
    lead = "日常、专项、交叉检查和回头看；发现的问题一步列入整改台账"
    counter, noun = "次", "检查"
    sheet_title = "党建工作检查督查一览表"
    import_kind = "inspections"
    table_class = InspectionTable
    filterset_class = InspectionFilter
    default_order = ("-start",)
    new_page, new_label = "inspection_new", "登记检查"
    empty_title = "还没有检查督查记录"

    def rows(self):
        visited = Q(visits__withdrawn_at=None)
        found = visited & Q(visits__findings__withdrawn_at=None, visits__findings__isnull=False)
        listed = found & Q(visits__findings__item__isnull=False)
        return Inspection.objects.select_related("jurisdiction").annotate(
            visit_count=Count("visits", filter=visited, distinct=True),
            finding_count=Count("visits__findings", filter=found, distinct=True),
            item_count=Count("visits__findings", filter=listed, distinct=True),
        )
