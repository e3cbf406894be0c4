"""The list of organizations, today or on a past day."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.functional import cached_property

from orgs.filters import OrganizationFilter
from orgs.models import Organization
from orgs.naming import organization_key
from orgs.past import earlier_names, put_back
from orgs.standing import (
    assessments,
    last_confirmed_cycle,
    member_count,
    present_term_end,
    sort_score,
    standings,
)
from orgs.tables import OrganizationTable, OrganizationThenTable
from schools.bodies import set_bodies
from schools.lists import ListPage, Shortcut


def enriched(
    organizations: Iterable[Organization], cycle, day: datetime.date | None = None
) -> list[Any]:
    """Set `body`, `standing` and `result` on each organization, as its table needs them.

    `day`: a past day whose names, bodies and superiors they are shown with.
    """
    rows: list[Any] = list(organizations)
    if day:
        put_back(rows, day)
    set_bodies(rows)
    found = standings(rows, day or timezone.localdate())
    results = {}
    if cycle:
        told = ("organization", "verdict", "exclusion", "is_vetoed", "final")
        scored = assessments().filter(cycle=cycle, organization__in=found).only(*told)
        results = {row.organization_id: row for row in scored}
    for organization in rows:
        organization.standing = found[organization.pk]
        organization.result = results.get(organization.pk)
        organization.note = ""
    return rows


def organization_table(organizations, cycle, table_class=OrganizationTable) -> OrganizationTable:
    """Return the table of organizations, with the result columns only if there is a cycle."""
    table = table_class(organizations, exclude=() if cycle else ("result", "score"))
    if cycle:
        table.columns["result"].column.verbose_name = f"{cycle.year} 结果"
    return table


class OrganizationList(ListPage):
    title = "党组织"
    counter, noun = "个", "党组织"
    sheet_title = "党组织基本情况一览表"
    table_class = OrganizationTable
    filterset_class = OrganizationFilter
    default_order = ("jurisdiction__path", "name")
    shortcuts = (
        Shortcut("60 天内换届", "term=soon"),
        Shortcut("任期届满", "term=over"),
        Shortcut("书记空缺", "secretary=vacant"),
    )
    tells_days = True
    import_kind = "organizations"
    bulk_page = "organization_bulk"
    new_page, new_label = "organization_new", "成立党组织"
    empty_title = "还没有党组织"
    empty_text = "党组织名单导入后才能登记党员、组织生活和考评。可以用“党组织名单”表导入。"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if self.day:
            self.table_class = OrganizationThenTable
            self.default_order = ("belonging__jurisdiction__path", "name")

    @cached_property
    def cycle(self):
        """The last confirmed cycle: the year of the columns 结果 and 得分; none for a past day."""
        return None if self.day else last_confirmed_cycle()

    @property
    def lead(self):
        if self.day:
            return (
                f"截至 {self.day:%Y-%m-%d} 的情况：按当天的名称、隶属、班子和任期；"
                "名称下注明现在的名称"
            )
        shown = "在册党组织" if not self.request.GET.get("state") else "党组织"
        if self.cycle:
            return f"{self.scope.label}{shown}，结果和得分为 {self.cycle.year} 年度（已确认）"
        return f"{self.scope.label}{shown}，还没有已确认的考评年度"

    def rows(self):
        # Few bodies and superiors serve many rows: fetched once each, not once a row.
        rows = Organization.objects.of_day(self.day) if self.day else Organization.objects.all()
        return rows.select_related("school").prefetch_related("parent", "jurisdiction")

    def make_filterset(self, data, rows):
        return OrganizationFilter(data, rows, request=self.request, cycle=self.cycle, day=self.day)

    def make_table(self, records):
        return organization_table(records, self.cycle, self.table_class)

    def enrich(self, records):
        asked = self.filterset.values.get("q", "")
        earlier = earlier_names(records, organization_key(asked)) if asked else {}
        names = {record.pk: record.short_name for record in records}
        records = enriched(records, self.cycle, self.day)
        if self.day:
            keys = list(names)
            mine = Organization.objects.visible_to(self.request.user).filter(pk__in=keys)
            seen = set(mine.order_by().values_list("pk", flat=True))
        for record in records:
            if self.day:
                record.is_seen = record.pk in seen
                record.note = self._since(record, names[record.pk])
            elif record.pk in earlier:
                record.note = earlier[record.pk]
        return records

    def _since(self, record, present_name: str) -> str:
        """Return what became of an organization since the day."""
        notes = [f"现名{present_name}"] if record.short_name != present_name else []
        if record.dissolved_on and record.dissolved_on > self.day:
            notes.append(f"{record.dissolved_on:%Y-%m-%d} 撤销")
            record.dissolved_on = None
        return "，".join(notes)

    def expressions(self):
        day = self.day or timezone.localdate()
        expressions = {"members": member_count(day), "term": present_term_end(day)}
        return expressions | ({"score": sort_score(self.cycle)} if self.cycle else {})
