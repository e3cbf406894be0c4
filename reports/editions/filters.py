"""Conditions on the organizations of a sealed edition."""

from __future__ import annotations

from django.db.models import Q

from assessments.models import Exclusion
from orgs.models import OrgKind
from reports.filters import KeepingFilterSet, Kept
from reports.models import Edition, EditionRow
from reports.picks import RESULTS
from schools.conditions import Choice, Search
from schools.models import Jurisdiction, JurisdictionKind, Ownership, SchoolStage
from schools.naming import fold
from schools.scoping import within

# What a row can be asked for without the standard of its year at hand.
_RESULTS = {key: value for key, value in RESULTS.items() if key != "near3"}


class EditionRowFilter(KeepingFilterSet):
    """What the counts of a sealed table link to."""

    q = Search("党组织名称、学校")
    result = Choice("结果", [(key, words) for key, (words, _) in _RESULTS.items()], by="by_result")
    kind = Choice("类别", OrgKind.choices)
    stage = Choice("学校类别", SchoolStage.choices)
    ownership = Choice("办学性质", Ownership.choices)
    body_kind = Choice("管理类型", JurisdictionKind.choices)
    exclusion = Choice("不计入原因", Exclusion.choices)
    code = Choice("失分指标", by="by_code")
    unit = Kept("统计单元", by="by_unit")
    place = Kept("行政区划", by="by_place")
    body = Kept("管理主体", by="by_body")
    main = ("result", "kind", "stage")

    class Meta:
        model = EditionRow
        fields: list[str] = []

    def __init__(self, *args, edition: Edition, **kwargs):
        super().__init__(*args, **kwargs)
        rows = EditionRow.objects.filter(edition=edition).order_by()
        standard = edition.standard
        indicators = standard.indicators.values_list("code", "name") if standard else []
        self._offer("code", [(code, f"失分：{code} {name}") for code, name in indicators])
        # Only asked for when a link carries them.
        if self.data.get("unit"):
            units = rows.exclude(unit_id=None).values_list("unit_id", "unit_name").distinct()
            self._offer("unit", [*((str(pk), name) for pk, name in units), ("none", "未归入")])
        if self.data.get("place"):
            places = rows.exclude(place_id=None).values_list("place_id", "place_name").distinct()
            self._offer("place", [*((code or "", name) for code, name in places), ("none", "未填")])
        if self.data.get("body"):
            bodies = Jurisdiction.objects.inside(edition.scope)
            self._offer("body", [(str(body.pk), body.label) for body in bodies])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.filters[name].extra["choices"] = choices

    def search(self, rows, text):
        """Rows whose name or school holds `text`."""
        folded = fold(text)
        return rows.filter(Q(organization_name__contains=folded) | Q(school_name__contains=folded))

    def by_result(self, rows, value):
        """Rows with one of the results of picks.RESULTS."""
        return rows.filter(_RESULTS[value][1])

    def by_code(self, rows, value):
        """Rows that lost points for an indicator."""
        return rows.filter(lost__contains=f" {value} ")

    def by_unit(self, rows, value):
        """Rows of one reporting unit, or of none."""
        return rows.filter(unit_id=None if value == "none" else value)

    def by_place(self, rows, value):
        """Rows of one administrative division, or of none."""
        return rows.filter(place_id=None if value == "none" else value)

    def by_body(self, rows, value):
        """Rows under one managing body."""
        path = Jurisdiction.objects.values_list("path", flat=True).get(pk=value)
        return rows.filter(within([path], "jurisdiction_path"))
