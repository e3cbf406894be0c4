"""The pages of budgets, workers, instructors and mass organizations, and their lists."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from orgs.acting import years_since
from orgs.models import Organization
from orgs.tables import organization_column, state
from schools.columns import DateColumn, ListColumn, ListTable, NumberColumn, ScoreColumn
from schools.conditions import Choice, Chosen, ListFilterSet, Search
from schools.forms import SCHOOLS
from schools.lists import ListPage
from schools.models import School
from schools.naming import fold
from schools.records import RecordPages
from sheets.forms import Stored
from supervision.backing.forms import BudgetForm, InstructorForm, MassForm, WorkerForm
from supervision.forms import with_organization
from supervision.models import Instructor, MassKind, MassOrganization, PartyBudget, PartyWorker


class OnOrganizationPages(RecordPages):
    """Records shown on the page of their organization."""

    related = ("organization__jurisdiction__place",)

    def initial(self, request):
        return with_organization(request)

    def url(self, record):
        return f"{reverse('organization', args=[record.organization_id])}#backing"


class BudgetPages(OnOrganizationPages):
    slug = "party_budget"
    model = PartyBudget
    form_class = BudgetForm
    title = "党建经费"
    list_url, list_label = "party_budgets", "党建经费"

    def name(self, record):
        return f"{record.organization.short_name} {record.year} 年党建经费"

    def touched(self, record):
        return Stored("budgets", frozenset({record.organization_id}), frozenset({record.year}))


class WorkerPages(OnOrganizationPages):
    slug = "party_worker"
    model = PartyWorker
    form_class = WorkerForm
    title = "党务工作者"
    list_url, list_label = "party_workers", "党务工作者"

    def name(self, record):
        return f"{record.organization.short_name} {record.name}"

    def touched(self, record):
        return Stored("backing", frozenset({record.organization_id}), years_since(None))


class OnSchoolPages(RecordPages):
    """Records shown on the page of their school."""

    related = ("school__jurisdiction__place", "school__place")

    def initial(self, request):
        return SCHOOLS.asked(request, "school")

    def url(self, record):
        return f"{reverse('school', args=[record.school_id])}#coverage"

    def touched(self, record):
        return Stored("backing", frozenset(), years_since(None), frozenset({record.school_id}))


class InstructorPages(OnSchoolPages):
    slug = "instructor"
    model = Instructor
    form_class = InstructorForm
    title = "党建指导员"
    list_url, list_label = "instructors", "党建指导员"

    def name(self, record):
        return f"{record.school.name} {record.name}"


class MassPages(OnSchoolPages):
    slug = "mass_organization"
    model = MassOrganization
    form_class = MassForm
    title = "群团组织"
    list_url, list_label = "mass_organizations", "群团组织"

    def name(self, record):
        return f"{record.school.name} {record.get_kind_display()}"


# Lists ---------------------------------------------------------------------------------


class InForce(ListTable):
    """A table of records with a period."""

    start = DateColumn("起", sort="start")
    end = DateColumn("止", sort="end")
    state = ListColumn("状态", accessor="pk", always=True, width=10)

    class Meta(ListTable.Meta):
        sequence = ("...", "start", "end", "state")

    def render_state(self, record):
        if record.end and record.end <= timezone.localdate():
            return state("st-out", "dash-circle-dotted", "已结束")
        return state("st-pass", "check-circle-fill", "在任")

    def value_state(self, record):
        return "已结束" if record.end and record.end <= timezone.localdate() else "在任"


class PeriodFilter(ListFilterSet):
    """Conditions of records with a period."""

    q = Search("姓名、名称")
    state = Choice("状态", [("now", "在任"), ("ended", "已结束")], by="by_state")
    main: tuple[str, ...] = ("state",)

    def by_state(self, rows, value):
        """Rows in force today, or over."""
        today = timezone.localdate()
        return rows.on(today) if value == "now" else rows.filter(end__lte=today)


class BudgetTable(ListTable):
    organization = organization_column()
    year = ListColumn("年度", sort="year", whole=True, width=8)
    amount = ScoreColumn("列支金额（元）", sort="amount")
    document = ListColumn("预算文号", width=22)
    remark = ListColumn("备注", sheet_only=True, width=24)

    class Meta(ListTable.Meta):
        pass

    def value_year(self, value):
        return str(value)

    def render_amount(self, value):
        return f"{value:,.2f}"


class BudgetFilter(ListFilterSet):
    q = Search("党组织")
    year = Choice("年度")
    organization = Chosen("党组织", Organization)
    main = ("year",)

    class Meta:
        model = PartyBudget
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.filters["year"].extra["choices"] = [
            (str(n), f"{n} 年") for n in range(this + 1, this - 6, -1)
        ]

    def search(self, rows, text):
        """Rows of an organization whose name holds `text`."""
        return rows.filter(organization__name_key__contains=fold(text))


class BudgetList(ListPage):
    title = "党建经费"
    lead = "年度预算里列支的党建经费，每个党组织每年一行"
    counter, noun = "笔", "经费"
    sheet_title = "党建经费列支情况表"
    import_kind = "party_budgets"
    table_class = BudgetTable
    filterset_class = BudgetFilter
    default_order = ("-year", "organization__jurisdiction__path")
    new_page, new_label = "party_budget_new", "登记经费"
    empty_title = "还没有党建经费记录"
    empty_text = "登记年度预算列支的党建经费后，G2 按记录计分。"

    def rows(self):
        return PartyBudget.objects.select_related("organization")


class WorkerTable(InForce):
    name = ListColumn("姓名", sort="name", url="party_worker_history", width=10)
    organization = organization_column()
    post = ListColumn("职务", width=16)
    full_time = ListColumn("专职", accessor="is_full_time", whole=True, width=8)

    class Meta(InForce.Meta):
        pass

    def render_full_time(self, value):
        return "专职" if value else "兼职"

    def value_full_time(self, value):
        return "专职" if value else "兼职"


class WorkerFilter(PeriodFilter):
    full_time = Choice("专兼职", [("yes", "专职"), ("no", "兼职")], by="by_time")
    organization = Chosen("党组织", Organization)
    main = ("state", "full_time")

    class Meta:
        model = PartyWorker
        fields: list[str] = []

    def search(self, rows, text):
        """Rows whose person or organization bears `text`."""
        folded = fold(text)
        return rows.filter(Q(name__contains=folded) | Q(organization__name_key__contains=folded))

    def by_time(self, rows, value):
        """Rows of full-time workers, or of others."""
        return rows.filter(is_full_time=value == "yes")


class WorkerList(ListPage):
    title = "党务工作者"
    lead = "党委要有专职党务工作者；联合党支部、民办学校可以是兼职，或由党建指导员承担"
    counter, noun = "人", "党务工作者"
    sheet_title = "党务工作者名册"
    import_kind = "party_workers"
    table_class = WorkerTable
    filterset_class = WorkerFilter
    default_order = ("organization__jurisdiction__path", "organization_id", "-start")
    new_page, new_label = "party_worker_new", "登记党务工作者"
    empty_title = "还没有党务工作者记录"

    def rows(self):
        return PartyWorker.objects.select_related("organization")


class InstructorTable(InForce):
    name = ListColumn("姓名", sort="name", url="instructor_history", width=10)
    school = ListColumn("学校", accessor="school__name", url="school", key="school_id", width=32)
    sent_by = ListColumn("选派单位", sort="sent_by", width=24)
    document = ListColumn("选派文号", width=22)

    class Meta(InForce.Meta):
        pass


class InstructorFilter(PeriodFilter):
    school = Chosen("学校", School)

    class Meta:
        model = Instructor
        fields: list[str] = []

    def search(self, rows, text):
        """Rows whose person or school bears `text`."""
        folded = fold(text)
        return rows.filter(Q(name__contains=folded) | Q(school__name_key__contains=folded))


class InstructorList(ListPage):
    title = "党建指导员"
    lead = "选派到没有党组织的学校，开展工作覆盖、培养条件成立党组织"
    counter, noun = "人", "党建指导员"
    sheet_title = "党建指导员名册"
    import_kind = "instructors"
    table_class = InstructorTable
    filterset_class = InstructorFilter
    default_order = ("school__jurisdiction__path", "school_id", "-start")
    new_page, new_label = "instructor_new", "选派指导员"
    empty_title = "还没有党建指导员"

    def rows(self):
        return Instructor.objects.select_related("school")


class MassTable(InForce):
    school = ListColumn("学校", accessor="school__name", url="school", key="school_id", width=32)
    kind = ListColumn("类别", sort="kind", url="mass_organization_history", whole=True, width=10)
    head = ListColumn("负责人", whole=True, width=10)
    people = NumberColumn("人数", sort="people")

    class Meta(InForce.Meta):
        pass


class MassFilter(PeriodFilter):
    kind = Choice("类别", MassKind.choices)
    school = Chosen("学校", School)
    main = ("kind", "state")

    class Meta:
        model = MassOrganization
        fields: list[str] = []

    def search(self, rows, text):
        """Rows whose head or school bears `text`."""
        folded = fold(text)
        return rows.filter(Q(head__contains=folded) | Q(school__name_key__contains=folded))


class MassList(ListPage):
    title = "群团组织"
    lead = "学校的工会、共青团、少先队、妇委会；没有党组织的学校，靠它们实现工作覆盖"
    counter, noun = "个", "群团组织"
    sheet_title = "学校群团组织名册"
    import_kind = "mass_organizations"
    table_class = MassTable
    filterset_class = MassFilter
    default_order = ("school__jurisdiction__path", "school_id", "kind")
    new_page, new_label = "mass_organization_new", "登记群团组织"
    empty_title = "还没有群团组织记录"

    def rows(self):
        return MassOrganization.objects.select_related("school")
