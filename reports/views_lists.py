"""The lists behind the figures: assessments behind a count, organizations that wait."""

from __future__ import annotations

from django.http import Http404
from django.utils.functional import cached_property

from assessments.models import BEST_FIRST, Assessment
from orgs.models import Organization
from orgs.standing import last_confirmed_cycle
from orgs.tables import OrganizationTable
from orgs.views.organizations import enriched, organization_table
from reports.describing import describe
from reports.figures import FigureContext
from reports.filters import AssessmentFilter, WaitingFilter
from reports.picks import RESULTS
from reports.tables import AssessmentTable
from reports.waiting import EDIT, MATTERS, Matter
from schools.lists import ListPage


class FigureScope:
    """The scope of a list taken from its figure context."""

    def __init__(self, context: FigureContext):
        self.chosen = context.scope
        self.label = context.scope.label

    def narrow(self, queryset):
        """Return the rows of `queryset` inside the scope."""
        return queryset.inside(self.chosen)


class FigureList(ListPage):
    """A list page in a figure context: its strip, and its filters passed on."""

    template_name = "reports/list.html"

    @cached_property
    def figures(self) -> FigureContext:
        return FigureContext.from_request(self.request)

    @cached_property
    def scope(self):
        return FigureScope(self.figures)

    def make_filterset(self, data, rows):
        return self.filterset_class(data, rows, request=self.request, context=self.figures)

    def context(self):
        return super().context() | {"figures": self.figures}


class AssessmentList(FigureList):
    """The organizations behind any count of the home page and the pages of rates."""

    noun = "党组织"
    table_class = AssessmentTable
    filterset_class = AssessmentFilter
    default_order = (BEST_FIRST, "organization__name")
    empty_title = "没有考评结果"
    empty_text = "这个范围、这个年度还没有考评结果。测算以后，这里列出每个党组织。"

    @property
    def title(self):
        result = self.filterset.values.get("result")
        return f"{RESULTS[result][0]}的党组织" if result else "参加考评的党组织"

    @property
    def lead(self):
        cycle = self.figures.cycle
        if cycle is None:
            return f"{self.figures.year} 年度还没有建立考评年度"
        line = f"{cycle.standard.pass_line.normalize():f}"
        state = cycle.get_state_display()
        return f"{self.scope.label} {cycle.year} 年度{state}结果；达标线 {line} 分且无否决"

    @property
    def sheet_title(self):
        return f"{self.figures.year}年度党组织考评结果"

    def rows(self):
        rows = Assessment.objects.select_related(
            "organization", "jurisdiction", "unit", "place", "cycle"
        )
        return rows.filter(cycle=self.figures.cycle)

    def enrich(self, records):
        for record in records:
            describe(record, self.figures)
        return records


class WaitingList(FigureList):
    """The organizations one line of 等我办理 counts."""

    noun = "党组织"
    table_class = OrganizationTable
    filterset_class = WaitingFilter
    default_order = ("jurisdiction__path", "name")
    empty_title = "现在没有这样的党组织"
    empty_text = "事情办完、记录录入以后，党组织就不再列在这里。"

    def get(self, request, slug):
        return super().get(request)

    @cached_property
    def matter(self) -> Matter:
        if self.kwargs["slug"] not in MATTERS:
            raise Http404("no such matter")
        return MATTERS[self.kwargs["slug"]]

    @property
    def title(self):
        return self.matter.title

    @property
    def lead(self):
        return self.matter.lead

    @property
    def sheet_title(self):
        return f"{self.matter.title}的党组织"

    @cached_property
    def cycle(self):
        """The year of the columns 结果 and 得分."""
        return last_confirmed_cycle() if self.matter.audience == EDIT else self.figures.cycle

    def rows(self):
        return Organization.objects.select_related("school", "parent", "jurisdiction")

    @cached_property
    def filterset(self):
        rows = self.matter.organizations(self.figures)
        return self.make_filterset(
            self.request.GET, rows.select_related("school", "parent", "jurisdiction")
        )

    def make_table(self, records):
        return organization_table(records, self.cycle)

    def enrich(self, records):
        return enriched(records, self.cycle)
