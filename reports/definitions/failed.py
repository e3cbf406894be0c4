"""未达标党组织: who did not pass, how far he is from it, and for what he lost points."""

from __future__ import annotations

from assessments.models import Assessment, Verdict
from orgs.models import OrgKind
from reports.base import as_of_text, basis_note, register
from reports.counting import YES, Count, CountedReport, listed
from reports.details import reason
from reports.picks import DUE, NEAR_POINTS

# Indicators named of one organization.
NAMED = 5


@register
class Failed(CountedReport):
    """One row for each unit; the list names each organization that did not pass."""

    slug = "not-passed"
    title = "未达标党组织"
    description = "各单元未达标的党组织：否决的、差几分的，逐个列出得分、差距和失分指标。"
    order = 34
    needs_scores = True
    sheet_name = "未达标党组织"
    list_title = "未达标党组织名单"
    list_sheet = "未达标名单"
    main = "organizations"

    def lines(self, asked):
        """Return the counted organizations that did not pass, the nearest first."""
        line = asked.cycle.standard.pass_line
        indicators = asked.cycle.standard.indicators.order_by("-points", "order")
        names = dict(indicators.values_list("code", "name"))
        # The weightiest first; numbers are sorted faster than what they stand for.
        ranks = {code: rank for rank, code in enumerate(names)}
        name_at = list(names.values())
        kinds, verdicts = dict(OrgKind.choices), dict(Verdict.choices)
        rows = Assessment.objects.visible_to(asked.user).inside(asked.scope)
        rows = rows.filter(DUE, cycle=asked.cycle).exclude(verdict=Verdict.COMPLIANT)
        fields = ("unit_id", "jurisdiction__path", "place_id", "organization__name", "kind")
        results = ("final", "verdict", "is_vetoed", "exclusion", "vetoes", "note", "lost")
        for record in rows.order_by("jurisdiction__path", "-final", "pk").values(*fields, *results):
            final = record["final"]
            gap = line - final if final is not None and final < line else None
            near = gap is not None and gap <= NEAR_POINTS and not record["is_vetoed"]
            lost = sorted(ranks[code] for code in record["lost"].split() if code in ranks)
            more = f"等 {len(lost)} 项" if len(lost) > NAMED else ""
            yield {
                "row": asked.groups.name_of_assessed(
                    unit=record["unit_id"],
                    path=record["jurisdiction__path"],
                    place=record["place_id"],
                ),
                "name": record["organization__name"],
                "kind": kinds[record["kind"]],
                "verdict": verdicts.get(record["verdict"], ""),
                "score": "" if final is None else final,
                "gap": "" if gap is None else gap,
                "vetoed": YES if record["is_vetoed"] else "",
                "near": YES if near else "",
                "lost": "、".join([name_at[rank] for rank in lost[:NAMED]]) + more,
                "reason": reason(record),
            }

    def counts(self, asked):
        """Return those that did not pass: all, vetoed, close to the line."""
        nearly = Verdict.NEARLY.label
        return [
            Count("organizations", "未达标党组织"),
            Count("vetoed", "其中一票否决", "", {"vetoed": YES}),
            Count("nearly", f"其中{nearly}", "", {"verdict": nearly}),
            Count("near", f"差 {NEAR_POINTS} 分以内", "", {"near": YES}),
        ]

    def list_columns(self, asked):
        """Return the columns of the list."""
        return [
            listed("name", "党组织", 44),
            listed("kind", "类别", 12),
            listed("verdict", "判定", 10),
            listed("score", "得分", 9, "score"),
            listed("gap", "还差", 9, "score"),
            listed("vetoed", "一票否决", 10),
            listed("near", f"差 {NEAR_POINTS} 分以内", 12),
            listed("lost", "主要失分指标", 44),
            listed("reason", "说明", 40),
        ]

    def as_of(self, asked):
        """Return the day the scores rest on."""
        return as_of_text(asked.cycle)

    def notes(self, asked):
        """Return what the columns mean."""
        return [
            f"主要失分指标按指标分值从高到低，最多列 {NAMED} 项；“还差”为达标线减得分。",
            basis_note(asked.cycle, asked.by),
        ]
