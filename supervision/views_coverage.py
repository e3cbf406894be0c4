"""The list of schools with how each is covered."""

from __future__ import annotations

from functools import cached_property

from django.utils import timezone

from orgs.tables import state
from schools.columns import ListColumn, ListTable, NumberColumn
from schools.conditions import Choice, ListFilterSet, Search
from schools.lists import ListPage, Shortcut
from schools.models import Ownership, School, SchoolStage
from schools.naming import fold
from supervision.coverage import Coverage, Covered

STATES = {
    Covered.OWN: ("st-pass", "check-circle-fill"),
    Covered.JOINT: ("st-pass", "check-circle-fill"),
    Covered.WORK: ("st-near", "circle-half"),
    Covered.NONE: ("st-fail", "circle"),
}


class CoverageTable(ListTable):
    name = ListColumn("学校", url="school", sort="name", width=34)
    stage = ListColumn("类别", sort="stage", whole=True, width=14)
    ownership = ListColumn("办学性质", sort="ownership", whole=True, width=10)
    staff = NumberColumn("教职工", sort="staff")
    members = NumberColumn("正式党员", accessor="full_members")
    covered = ListColumn("覆盖情况", accessor="covered", always=True, width=16)
    instructor = ListColumn("党建指导员", accessor="has_instructor", whole=True, width=12)
    mass = ListColumn("群团组织", accessor="has_mass", whole=True, width=10)
    due = ListColumn("应建未建", accessor="is_due", always=True, whole=True, width=10)

    class Meta(ListTable.Meta):
        pass

    def render_covered(self, value):
        return state(*STATES[value], str(value))

    def value_covered(self, value):
        return str(value)

    def render_instructor(self, value):
        return "有" if value else "—"

    render_mass = render_instructor

    def value_instructor(self, value):
        return "有" if value else "无"

    value_mass = value_instructor

    def render_due(self, value):
        return state("st-fail", "exclamation-triangle-fill", "应建未建") if value else "—"

    def value_due(self, value):
        return "应建未建" if value else ""


class CoverageFilter(ListFilterSet):
    q = Search("学校名称")
    covered = Choice("覆盖", [(c.name.lower(), c.value) for c in Covered], by="by_coverage")
    organized = Choice(
        "组织覆盖", [("no", "没有党组织覆盖"), ("due", "应建未建")], by="by_organization"
    )
    stage = Choice("学校类别", SchoolStage.choices)
    ownership = Choice("办学性质", Ownership.choices)
    main = ("covered", "organized", "stage", "ownership")

    class Meta:
        model = School
        fields: list[str] = []

    @cached_property
    def coverage(self) -> Coverage:
        """The coverage of today, read once for a page."""
        return Coverage.read(timezone.localdate())

    def search(self, rows, text):
        """Rows whose name holds `text`."""
        return rows.filter(name_key__contains=fold(text))

    def by_coverage(self, rows, value):
        """Rows covered in one way."""
        wanted = Covered[value.upper()]
        keys = rows.order_by().values_list("pk", flat=True)
        return rows.filter(pk__in=[pk for pk in keys if self.coverage.of(pk) == wanted])

    def by_organization(self, rows, value):
        """Rows no organization covers, or that should have one of their own."""
        found = self.coverage
        if value == "no":
            return rows.exclude(pk__in=found.own | found.joint)
        keys = rows.order_by().values_list("pk", "declared_members")
        return rows.filter(pk__in=[pk for pk, told in keys if found.is_due(pk, told)])


class CoverageList(ListPage):
    title = "两个覆盖"
    lead = "组织覆盖：本校有党组织或由联合党支部覆盖；工作覆盖：至少有党建指导员或群团组织"
    counter, noun = "所", "学校"
    sheet_title = "学校党的组织和工作覆盖情况表"
    table_class = CoverageTable
    filterset_class = CoverageFilter
    default_order = ("jurisdiction__path", "name")
    shortcuts = (
        Shortcut("没有党组织覆盖的", "organized=no"),
        Shortcut("应建未建", "organized=due"),
        Shortcut("民办学校没有覆盖的", "covered=none&ownership=private"),
    )
    empty_title = "没有学校"

    def rows(self):
        return School.objects.filter(closed_on=None)

    def enrich(self, records):
        found = self.filterset.coverage
        for school in records:
            school.covered = found.of(school.pk)
            school.full_members = found.members(school.pk, school.declared_members)
            school.has_instructor = school.pk in found.instructors
            school.has_mass = school.pk in found.mass
            school.is_due = found.is_due(school.pk, school.declared_members)
        return records
