"""排名: an honest order of the units, with ties, small bases, and what moved a place."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from accounts.models import User
from assessments.compliance import Row, total_row, unit_rows
from assessments.models import Cycle
from reports import sentences
from reports.base import Report, as_of_text, basis_note, filler, preview_mark, register, scope_title
from reports.board import whole_name
from reports.counts import points, shared_ranks
from reports.groups import Groups, grouping
from reports.movement.moving import Movement
from reports.movement.parts import Part, Sums
from reports.movement.sides import Asking, YearSide
from reports.rates import count_cells, rate_column
from schools.models import Jurisdiction
from sheets.layout import Cell, Column, Layout, plain

# With fewer due than this, one organization moves the rate by more than three points.
SMALL = 30
# Parts of a movement that are work; the others change who is counted, or by which line.
WORK = (Part.PASSED, Part.FAILED)

Ranks = dict[str, tuple[int, bool]]


@register
class Ranking(Report):
    """One row for each unit, the highest rate first."""

    slug = "ranking"
    title = "排名"
    description = "各单元达标率名次：并列照实写，基数小的注明，名次变化分清工作变动和基数变动。"
    order = 16

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
        """Return the rows with a rate in order; those without one stand last, unranked."""
        assert cycle is not None  # noqa: S101 - `needs_scores` keeps it so
        groups = Groups(user, scope, by)
        names = {slot.key: name for name, slot in groups.slots.items()}
        counts = {
            names[row.key]: row for row in unit_rows(user, cycle, scope=scope, by=grouping(by))
        }
        total = total_row(counts.values())
        now = shared_ranks(_known({name: row.rate for name, row in counts.items()}))
        ways, earlier = _ways(user, scope, year, by)
        before = shared_ranks(_known({name: way.rates[0] for name, way in ways.items()}))
        worked = shared_ranks(_known({name: _by_work(way) for name, way in ways.items()}))
        query = {"scope": scope.pk, "year": year, "by": by}
        order = sorted(counts, key=lambda name: now.get(name, (len(counts) + 1, False))[0])
        notes = [
            "名次按未取整的达标率，相同的并列，下一名顺延；没有应评组织的不排名。",
            f"应评不足 {SMALL} 个的注明基数小：一个组织就使达标率变动 3 个百分点以上，名次宜慎用。",
        ]
        if earlier:
            notes.append(
                f"名次变化与 {earlier} 年比：工作变动是只有新达标、不再达标两项时的名次变化，"
                "其余是新计入、不再计入、转入转出和达标线引起的基数变动，两项之和等于名次变化。"
            )
        else:
            notes.append(f"{year} 年以前没有测算过的年度，不作名次比较。")
        return Layout(
            title=f"{scope_title(scope)}{year}年度标准化建设达标率排名{preview_mark(cycle)}",
            columns=_columns(groups.heading, earlier),
            rows=[
                {
                    "name": name,
                    **count_cells(counts[name], query | groups.params(name)),
                    **_base(counts[name]),
                    **_ranks(name, now, before, worked),
                }
                for name in order
            ],
            total={
                **count_cells(total, query),
                **dict.fromkeys(("rank", "base", "before_rank", "moved", "worked", "based"), ""),
                "whole": whole_name(scope),
                "earlier": earlier,
            },
            filler=filler(scope),
            as_of=as_of_text(cycle),
            unit_text="个、%、位",
            sheet_name="排名",
            notes=[*notes, basis_note(cycle, by)],
            prepared_by=user.name,
            transposed=transposed,
        )

    def says(self, layout: Layout) -> list[str]:
        """Return the ends, the ties, the small bases, and whose place moved by its base alone."""
        rows = [row for row in layout.rows if plain(row["rank"]) is not None]
        if len(rows) < 2:
            return [f"{sentences.whole(layout)}不足两行有达标率，不排名。"]
        said = []
        for word, place in (("第一", rows[0]), ("最后", rows[-1])):
            alike = [row for row in rows if row["place"] == place["place"]]
            tied = "并列" if len(alike) > 1 else ""
            said.append(
                f"{tied}{word}的是{sentences.names(alike)}，{sentences.rate_words(place)}。"
            )
        small = [row for row in rows if row["is_small"]]
        if small:
            said.append(f"{sentences.names(small)}应评不足 {SMALL} 个，基数小，名次宜慎用。")
        based = [row for row in rows if plain(row["moved"]) and not plain(row["worked"])]
        if based:
            said.append(f"{sentences.names(based)}的名次变化只因基数变动，不是工作的进退。")
        return said


def _known(rates: dict[str, Fraction | None]) -> dict[str, Fraction]:
    return {name: rate for name, rate in rates.items() if rate is not None}


def _ways(
    user: User, scope: Jurisdiction, year: int, by: str
) -> tuple[dict[str, Sums], int | None]:
    """Return the way of each row from the scored year before, and that year; or nothing."""
    cycles = Asking(user, scope, year).cycles
    earlier = max((one for one in cycles if one < year), default=None)
    if earlier is None or year not in cycles:
        return {}, None
    movement = Movement(user, scope, by, YearSide(cycles[earlier]), YearSide(cycles[year]))
    return movement.rows, earlier


def _by_work(way: Sums) -> Fraction | None:
    """Return the rate of before changed only by what passed newly and what no longer does."""
    before, _ = way.rates
    shares = way.points()
    return before + sum(shares[part] for part in WORK) if shares and before is not None else before


def _ranks(name: str, now: Ranks, before: Ranks, worked: Ranks) -> dict[str, Any]:
    """Return the cells of the places: of now, of before, and the two parts of the change."""
    place, tied = now.get(name, (None, False))
    found: dict[str, Any] = {
        "place": place,
        "rank": Cell(
            None if place is None else f"{'并列 ' if tied else ''}{place}", reason="没有达标率"
        ),
        "before_rank": Cell(None),
        "moved": Cell(None),
        "worked": Cell(None),
        "based": Cell(None),
    }
    if place is None or name not in before:
        return found
    old, old_tied = before[name]
    # Up is a smaller number.
    by_work = old - worked[name][0]
    found |= {
        "before_rank": Cell(f"{'并列 ' if old_tied else ''}{old}"),
        "moved": Cell(old - place, css="up" if place < old else "down" if place > old else "flat"),
        "worked": by_work,
        "based": old - place - by_work,
    }
    return found


def _base(row: Row) -> dict[str, Any]:
    """Return whether the base is small, in words."""
    is_small = 0 < row.due < SMALL
    one = points(Fraction(1, row.due)) if row.due else ""
    return {"is_small": is_small, "base": f"基数小，1 个组织 {one} 点" if is_small else ""}


def _columns(heading: str, earlier: int | None) -> list[Column]:
    columns = [
        Column("name", heading, width=14),
        Column("rank", "名次", width=8),
        Column("due", "应评组织（个）", "int", total="sum"),
        Column("passed", "达标组织（个）", "int", total="sum"),
        rate_column(),
        Column("base", "基数", width=18, hide_narrow=True),
    ]
    if earlier:
        group = f"与 {earlier} 年比（升为正）"
        columns += [
            Column("before_rank", f"{earlier} 年名次", group=group, width=10),
            Column("moved", "名次变化", "gain", group, formula="={worked}+{based}"),
            Column("worked", "工作变动", "gain", group),
            Column("based", "基数变动", "gain", group),
        ]
    return columns
