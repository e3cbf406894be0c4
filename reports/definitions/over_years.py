"""历年达标率: every unit in every year there is something for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from accounts.models import User
from assessments.compliance import Row
from assessments.models import Assessment, Cycle, UnitYear
from reports import sentences
from reports.base import Report, as_of_text, filler, register, scope_title
from reports.board import whole_name
from reports.counts import points
from reports.figures import AFFILIATION, GROUPINGS
from reports.groups import Groups
from reports.imported import Source, imported_note, sources
from reports.rates import no_rate_reason, organizations_url, year_columns, year_details
from reports.sentences import moved
from schools.models import Jurisdiction
from sheets.layout import Cell, Column, Layout, plain, text

# More years than these make the table too wide for the page.
YEARS = 6
CONFIRMED, PREVIEW, IMPORTED = "", "系统测算", "导入"
COUNTED = ("due", "passed")
# What one row has in one year: due, passed, excluded, and a rate without counts.
Values = tuple[int | None, int | None, int, Fraction | None]


@register
class RatesOverYears(Report):
    """Units down, years across; confirmed, imported and preview years are told apart."""

    slug = "rates-over-years"
    title = "历年达标率"
    description = "各单元历年应评、达标和达标率；导入的年份和系统测算的年份分别注明。"
    order = 40
    chart = "trend"
    needs_scores = False

    def layout(
        self,
        user: User,
        *,
        scope: Jurisdiction,
        year: int,
        cycle: Cycle | None,
        by: str,
        transposed: bool = False,
        **options: Any,
    ) -> Layout:
        """Return one row for each unit with the last years up to the newest one."""
        groups = Groups(user, scope, by)
        kinds, table, told = self.collect(user, scope, by, groups)
        years = sorted(kinds)[-YEARS:]
        imports = sources(user, [item for item in told if item.year in years])
        names = groups.shown({name for name, its_year in table if its_year in years})
        columns = [Column("name", groups.heading, width=14)]
        for its_year in years:
            mark = f"（{kinds[its_year]}）" if kinds[its_year] else ""
            group = f"{its_year} 年{mark}"
            columns += year_columns(its_year, f"y{its_year}_", group)
        query = {"scope": scope.pk, "by": by}

        def lines(name: str | None) -> dict[str, Any]:
            """Return the cells of one row over the years; None is 合计."""
            cells: dict[str, Any] = {}
            narrowed = query | (groups.params(name) if name else {})
            for its_year in years:
                kind = kinds[its_year]
                if name:
                    values, lack = table.get((name, its_year)), f"没有 {its_year} 年的数据"
                else:
                    values = _pooled(its_year, names, table, kind)
                    lack = f"{its_year} 年有单元没有数量，不能合计"
                links = {r: _link(its_year, kind, r, narrowed, imports) for r in COUNTED}
                cells |= _cells(its_year, values, lack, links)
            return cells

        return Layout(
            title=f"{scope_title(scope)}历年基层党组织标准化建设达标率",
            columns=columns,
            rows=[{"name": name, **lines(name)} for name in names],
            total=lines(None) | {"whole": whole_name(scope)},
            filler=filler(scope),
            as_of=as_of_text(cycle) if cycle else "",
            unit_text="个、%",
            sheet_name="历年达标率",
            notes=[
                "各年合计 = Σ达标 ÷ Σ应评，不是各行比率的平均。",
                *(imported_note(y, imports.get(y, ())) for y in years if kinds[y] == IMPORTED),
                "注明“系统测算”的年份未经认定，非正式结果。",
                f"统计口径：{GROUPINGS[by]}。",
            ],
            prepared_by=user.name,
            transposed=transposed,
            details=(
                year_details(
                    groups.heading,
                    [
                        {
                            "row": name,
                            "year": its_year,
                            "due": values[0],
                            "passed": values[1],
                            "source": kinds[its_year] or "已确认",
                        }
                        for (name, its_year), values in sorted(
                            table.items(), key=lambda item: (item[0][1], names.index(item[0][0]))
                        )
                        if its_year in years and name in names
                    ],
                ),
            ),
        )

    def collect(
        self, user: User, scope: Jurisdiction, by: str, groups: Groups
    ) -> tuple[dict[int, str], dict[tuple[str, int], Values], list[UnitYear]]:
        """Return what kind of figure each year has, the values of (row, year), and the
        imported ones among them.

        A scored cycle beats the imported counts of the same year.
        """
        cycles = {c.pk: c for c in Cycle.objects.exclude(scored_at=None)}
        assessments = Assessment.objects.visible_to(user).inside(scope).filter(cycle__in=cycles)
        counts: dict[tuple[str, int], Counter] = defaultdict(Counter)
        kinds: dict[int, str] = {}
        for record in assessments.tally("cycle", "unit", "jurisdiction__path", "place"):
            its = cycles[record["cycle"]]
            name = groups.name_of_assessed(
                unit=record["unit"], path=record["jurisdiction__path"], place=record["place"]
            )
            kinds[its.year] = CONFIRMED if its.is_confirmed else PREVIEW
            counts[name, its.year].update({k: record[k] for k in ("due", "passed", "excluded")})
        table: dict[tuple[str, int], Values] = {
            key: (c["due"], c["passed"], c["excluded"], None) for key, c in counts.items()
        }
        told = []
        if by == AFFILIATION and groups.by_unit:
            brought = UnitYear.objects.visible_to(user).filter(unit__in=groups.bodies)
            for item in brought:
                if kinds.setdefault(item.year, IMPORTED) == IMPORTED:
                    name = groups.bodies[item.unit_id]
                    rate = None if item.rate is None else Fraction(item.rate)
                    table[name, item.year] = (item.due, item.passed, 0, rate)
                    told.append(item)
        return kinds, table, told

    def says(self, layout: Layout) -> list[str]:
        """Return how the total moved from year to year, and the rows that moved most."""
        told = self.chart_data(layout)
        of = sentences.whole(layout)
        if not told:
            return [f"没有能合计的年份，所以没有{of}达标率的走势。"]
        shown = "，".join(
            f"{point['year']} 年 {point['text']}（{point['counts'].replace(' ', '')}"
            f"{'，' + PREVIEW if point['preview'] else ''}）"
            for point in told
        )
        said = [f"{of}达标率：{shown}。"]
        official = [point["year"] for point in told if not point["preview"]]
        if len(official) < 2:
            return said
        before, now = (f"y{year}_" for year in official[-2:])
        pairs = [
            (row, change_points(row, before, now)) for row in (layout.total or {}, *layout.rows)
        ]
        whole, *rest = [(row, change) for row, change in pairs if change is not None]
        said.append(f"{official[-1]} 年{moved(whole[1], since=f' {official[-2]} 年')}。")
        ups = sum(change > 0 for _, change in rest)
        downs = [row for row, change in rest if change < 0]
        if len(rest) > 1:
            fell = f"，下降的有{sentences.names(downs)}" if downs else ""
            said.append(f"{len(rest)} 行可比，{ups} 行上升{fell}。")
        return said

    def chart_data(self, layout: Layout) -> list[dict[str, Any]]:
        """Return the total of each year that has one; a preview is marked (charts.js)."""
        total = layout.total or {}
        points = []
        for column in layout.columns:
            rate = plain(total.get(column.key))
            if column.format != "percent" or rate is None:
                continue
            passed, due = (total[key] for key in column.ratio or ())
            points.append(
                {
                    "year": int(column.group.split(" ")[0]),
                    "rate": rate * 100,
                    "text": text(rate, "percent"),
                    "counts": f"{text(passed, 'int')} / {text(due, 'int')}",
                    "preview": PREVIEW in column.group,
                    "imported": IMPORTED in column.group,
                    "state": next((k for k in (PREVIEW, IMPORTED) if k in column.group), "已确认"),
                }
            )
        return points


def change_points(row: Mapping[str, Any], before: str, now: str) -> Decimal | None:
    """Return the change between two years of a row in percentage points."""
    old, new = (sentences.exact_rate(row, prefix) for prefix in (before, now))
    return None if old is None or new is None else points(new - old)


def _pooled(
    year: int, names: list[str], table: dict[tuple[str, int], Values], kind: str
) -> Values | None:
    """Return the sums of a year, None where the counts of a row are not known."""
    found = [table[name, year] for name in names if (name, year) in table]
    if kind == IMPORTED and len(found) < len(names):
        return None
    if any(due is None or passed is None for due, passed, _, _ in found):
        return None
    return (
        sum(due or 0 for due, _, _, _ in found),
        sum(passed or 0 for _, passed, _, _ in found),
        sum(excluded for _, _, excluded, _ in found),
        None,
    )


def _link(
    year: int,
    kind: str,
    result: str,
    query: Mapping[str, Any],
    imports: Mapping[int, Sequence[Source]],
) -> str:
    """Return where a count leads: to its organizations, or to the import it comes from."""
    if kind != IMPORTED:
        return organizations_url(**query, year=year, result=result)
    return next((source.url for source in imports.get(year, ()) if source.url), "")


def _cells(year: int, values: Values | None, lack: str, links: Mapping[str, str]) -> dict[str, Any]:
    """Return the three cells of one year, the counts with their links."""
    prefix = f"y{year}_"
    due, passed, excluded, rate = values or (None, None, 0, None)
    reason = lack
    if due is not None and passed is not None:
        rate, reason = Row(None, "", due, passed).rate, no_rate_reason(due, excluded)
    return {
        f"{prefix}due": Cell(due, links["due"] if due else ""),
        f"{prefix}passed": Cell(passed, links["passed"] if passed else ""),
        f"{prefix}rate": Cell(None if rate is None else float(rate), reason=reason),
    }
