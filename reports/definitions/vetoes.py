"""一票否决情况: the vetoes of the standard by unit, and whom they struck."""

from __future__ import annotations

from assessments.models import Assessment
from reports.base import as_of_text, basis_note, register
from reports.counting import YES, Count, CountedReport, listed


@register
class Vetoes(CountedReport):
    """One row for each unit, one column for each veto; the list names each case."""

    slug = "vetoes"
    title = "一票否决情况"
    description = "各单元被一票否决的党组织，按标准的每一条分列，逐个列出情形。"
    order = 32
    needs_scores = True
    unit_text = "个"
    sheet_name = "一票否决"
    list_title = "一票否决明细"
    list_sheet = "否决明细"
    main = "organizations"

    def lines(self, asked):
        """Return one line for each veto of each counted organization."""
        names = dict(asked.cycle.standard.vetoes.values_list("code", "name"))
        rows = Assessment.objects.visible_to(asked.user).inside(asked.scope)
        rows = rows.filter(cycle=asked.cycle, exclusion="", is_vetoed=True)
        for record in rows.order_by("jurisdiction__path", "organization__name", "pk").values(
            "unit_id", "jurisdiction__path", "place_id", "organization__name", "vetoes"
        ):
            row = asked.groups.name_of_assessed(
                unit=record["unit_id"], path=record["jurisdiction__path"], place=record["place_id"]
            )
            for number, veto in enumerate(record["vetoes"]):
                yield {
                    "row": row,
                    "name": record["organization__name"],
                    "code": veto["code"],
                    "veto": names.get(veto["code"], ""),
                    "reason": veto["reason"],
                    # The organization is counted in its first line only.
                    "first": YES if number == 0 else "",
                }

    def counts(self, asked):
        """Return the organizations, and the cases of each veto."""
        vetoes = asked.cycle.standard.vetoes.values_list("code", "name")
        return [
            Count("organizations", "被否决的党组织", "", {"first": YES}),
            *(Count(code, f"{code} {name}", "其中", {"code": code}) for code, name in vetoes),
        ]

    def list_columns(self, asked):
        """Return the columns of the list."""
        return [
            listed("name", "党组织", 44),
            listed("code", "编号", 8),
            listed("veto", "否决情形", 26),
            listed("reason", "事实", 44),
            listed("first", "计入组织数", 12),
        ]

    def as_of(self, asked):
        """Return the day the scores rest on."""
        return as_of_text(asked.cycle)

    def notes(self, asked):
        """Return how cases and organizations are counted."""
        return [
            "一个党组织可以同时有几条否决，各条之和可以多于被否决的党组织数。",
            basis_note(asked.cycle, asked.by),
        ]
