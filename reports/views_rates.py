"""The rates of all units, and the page of one body."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, DecimalField, Q, Value, When
from django.shortcuts import render

from assessments.models import BEST_FIRST, Assessment, Exclusion
from assessments.remedies import Item, plan
from assessments.rules.base import share
from assessments.scores import in_points
from reports import waiting
from reports.board import Board
from reports.counts import Counts
from reports.figures import AFFILIATION, GROUPINGS, PLACE, FigureContext
from reports.heat import Heat, HeatRow, Points
from reports.narrative import main_losses, near_and_vetoed, overview, standing
from reports.picks import DUE, EXCLUSION_NOTES, VETOED, Band, bands, near, results_of
from reports.tally import Tally
from schools.exporting import EXPORT
from schools.models import Jurisdiction, Place
from schools.roles import grants_of
from schools.scoping import granted_paths

NEAREST = 6
WORST = 5


def rates(request):
    """Show the rates of the units, and that both groupings come to the same total."""
    context = FigureContext.from_request(request)
    board = Board(context, also=("unit", "place"))
    heat = Heat(board)
    return render(
        request,
        "reports/rates.html",
        {
            "context": context,
            "board": board,
            "words": overview(board),
            "losses": main_losses(heat),
            "bars": board.chart,
            "export_url": context.link("report", "compliance", format="xlsx"),
            "both": both_groupings(context, board),
        },
    )


@dataclass(frozen=True, slots=True)
class Crossing:
    """Organizations that one grouping counts in `unit` and the other in `place`."""

    unit: str
    place: str
    due: int
    passed: int
    url: str


def both_groupings(context: FigureContext, board: Board) -> dict | None:
    """Return the totals by affiliation and by place, and what stands in different rows."""
    if context.cycle is None:
        return None
    by = PLACE if context.by == AFFILIATION else AFFILIATION
    other = Board(context.with_grouping(by), compare=False, tally=board.tally)
    totals = {context.by: board.total, other.context.by: other.total}
    return {
        "totals": [(GROUPINGS[by], totals[by]) for by in (AFFILIATION, PLACE)],
        "tie": board.total.due == other.total.due and board.total.passed == other.total.passed,
        "crossings": crossings(context, board.tally),
    }


def crossings(context: FigureContext, tally: Tally) -> list[Crossing]:
    """Return what stands in another place than its unit, in the order of units and places."""
    counts: dict[tuple[int, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in tally.rows:
        if row["cycle_id"] == context.known_cycle.pk and row["unit"] and row["place"]:
            results = results_of(row["exclusion"], row["verdict"], row["is_vetoed"])
            counts[row["unit"], row["place"]][0] += row["n"] * ("due" in results)
            counts[row["unit"], row["place"]][1] += row["n"] * ("passed" in results)
    units = Jurisdiction.objects.in_bulk({unit for unit, _ in counts})
    places = Place.objects.in_bulk({place for _, place in counts})
    found = [
        (units[unit], places[place], due, passed)
        for (unit, place), (due, passed) in counts.items()
        # A unit without a county of its own (直属学校) has the city's division.
        if due and units[unit].place_id != place
    ]
    found.sort(key=lambda one: (one[0].unit_order, one[0].path, one[1].order))
    return [
        Crossing(
            unit.unit_name,
            place.name,
            due,
            passed,
            context.link("rates_organizations", unit=unit.pk, place=place.pk, result="due"),
        )
        for unit, place, due, passed in found
    ]


def unit(request, pk: int):
    """Show one body: its rate, who is counted and who is not, and what would raise it."""
    context = FigureContext.from_request(request, scope=pk)
    board = Board(context)
    around = board_around(context)
    values = {
        "context": context,
        "board": board,
        "around": around,
        "words": standing(board, around),
        "list_url": context.link("rates_organizations"),
        "may_export": request.user.has_perm(EXPORT),
    }
    if context.cycle is not None and board.total:
        heat = Heat(board)
        shares = share_out(context, board.total)
        values |= {
            "second": near_and_vetoed(board.total, shares.vetoes),
            "bands": shares.bands,
            "exclusions": exclusion_rows(context, board.total),
            "register": register(context, board.total),
            "nearest": nearest(context),
            "losses": losses(heat, around),
            "outside_url": waiting.MATTERS["elsewhere"].url(context),
            "missing_url": waiting.MATTERS["missing"].url(context),
        }
    return render(request, "reports/unit.html", values)


def board_around(context: FigureContext) -> Board | None:
    """Return the board of the scope above, or None where the user does not see it."""
    above = context.scope.path[: -Jurisdiction.steplen]
    if not any(above.startswith(path) for path in granted_paths(context.user)):
        return None
    granted = {grant.jurisdiction.path: grant.jurisdiction for grant in grants_of(context.user)}
    parent = (
        granted.get(above)
        or Jurisdiction.objects.visible_to(context.user).filter(path=above).first()
    )
    if parent is None:
        return None
    return Board(context.with_scope(parent).with_grouping(AFFILIATION), compare=False)


@dataclass(frozen=True, slots=True)
class BandRow:
    """A range of scores with its organizations. `width` is for a bar 100 long."""

    band: Band
    count: int
    share: str
    width: str
    url: str

    @property
    def is_passed(self) -> bool:
        return self.band.state == "passed"


@dataclass(frozen=True, slots=True)
class Shares:
    """The due by score, and the vetoed by veto: (code, name, organizations), most first."""

    bands: list[BandRow]
    vetoes: list[tuple[str, str, int]]


def share_out(context: FigureContext, total: Counts) -> Shares:
    """Return the due shared out by score (the counts add up to them) and by veto."""
    found = bands(context.known_cycle.standard)
    due = context.assessments().filter(DUE).order_by()
    counts: Counter[str] = Counter()
    # Counted by the highest bound a score reaches: those are in the same band.
    edges = sorted(
        {Decimal(0)} | {edge for band in found for edge in (band.low, band.high) if edge}
    )
    reached = Case(
        *(When(final__gte=edge, then=Value(edge)) for edge in reversed(edges)),
        output_field=DecimalField(),
    )
    alike = due.values_list("verdict", "is_vetoed", reached).annotate(n=Count("pk"))
    for verdict, is_vetoed, edge, n in alike:
        results = results_of("", verdict, is_vetoed)
        counts[next(band.code for band in found if band.holds(results, edge))] += n
    longest = max([*counts.values(), 1])
    rows = [
        BandRow(
            band,
            counts[band.code],
            f"{_tenths(counts[band.code], total.due)}%",
            f"{100 * counts[band.code] / longest:.2f}",
            context.link("rates_organizations", band=band.code),
        )
        for band in found
        if band.usual or counts[band.code]
    ]
    vetoed = due.filter(VETOED).values_list("vetoes", flat=True)
    hit = Counter(code for vetoes in vetoed for code in {veto["code"] for veto in vetoes})
    vetoes = [(code, name, hit[code]) for code, name in context.veto_names.items() if hit[code]]
    return Shares(rows, sorted(vetoes, key=lambda veto: -veto[2]))


def _tenths(part: int, whole: int) -> Decimal:
    """Return a share in per cent with one decimal, half up."""
    return Decimal(share(1000, part, whole) if whole else 0).scaleb(-1)


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    label: str
    count: int
    url: str
    note: str


def exclusion_rows(context: FigureContext, total: Counts) -> list[ExclusionRow]:
    """Return why organizations are not counted, one row for each reason that occurs."""
    facts = {"year": context.year, "check": f"{context.known_cycle.check_date:%Y-%m-%d}"}
    return [
        ExclusionRow(
            Exclusion(reason).label,
            total.reasons[reason],
            context.link("rates_organizations", exclusion=reason),
            EXCLUSION_NOTES[Exclusion(reason)].format(**facts),
        )
        for reason in Exclusion.values
        if total.reasons.get(reason)
    ]


@dataclass(frozen=True, slots=True)
class Register:
    """How the register of today and the counts of the check date come together.

    in register = due + excluded − gone + elsewhere + without result.
    """

    count: int
    due: int
    excluded: int
    # Counted here on the check date, but today under another body or dissolved and gone.
    gone: int
    # In the register here today, but under another body on the check date: by unit.
    elsewhere: list[tuple[str, int]]
    missing: int

    @property
    def outside(self) -> int:
        return sum(count for _, count in self.elsewhere)

    @property
    def outside_words(self) -> str:
        """Where they are counted: "33 个计入滨河区，4 个计入直属学校"."""
        return "，".join(f"{count:,} 个计入{name}" for name, count in self.elsewhere)

    @property
    def sum_words(self) -> str:
        """The sum in words, with only the terms that are not zero."""
        text = f"登记在册 {self.count:,} = 应评 {self.due:,} + 不计入 {self.excluded:,}"
        if self.outside:
            text += f" + 考核日隶属外单位 {self.outside:,}"
        if self.missing:
            text += f" + 没有考评结果 {self.missing:,}"
        if self.gone:
            text += f" − 考核日后转出 {self.gone:,}"
        return text


def register(context: FigureContext, total: Counts) -> Register:
    """Return how the register of the scope adds up."""
    here = waiting.MATTERS["missing"].base(context)
    inside = context.assessments().order_by().values("organization_id")
    counts = here.order_by().aggregate(
        count=Count("pk"), stayed=Count("pk", filter=Q(pk__in=inside))
    )
    count, stayed = counts["count"], counts["stayed"]
    moved: list[tuple[str, int]] = []
    if stayed < count:
        elsewhere = waiting.MATTERS["elsewhere"].organizations(context).order_by()
        units = elsewhere.values_list("assessments__unit__unit_name").annotate(n=Count("pk"))
        moved = [(name or "外单位", n) for name, n in units.order_by("-n")]
    outside = sum(n for _, n in moved)
    return Register(
        count=count,
        due=total.due,
        excluded=total.excluded,
        gone=total.due + total.excluded - stayed,
        elsewhere=moved,
        missing=count - stayed - outside,
    )


def nearest(context: FigureContext) -> list[Assessment]:
    """Return those closest below the line, each with `gap` and its cheapest fix."""
    line = context.known_cycle.standard.pass_line
    found = list(
        context.assessments()
        .filter(near(line))
        .select_related("organization", "scorecard")
        .only("kind", "final", "organization__name", "scorecard__results")
        .order_by(BEST_FIRST, "pk")[:NEAREST]
    )
    names = {indicator.code: indicator.name for indicator in context.indicators}
    for row in found:
        row.gap = line - row.final
        items = [
            Item(
                code,
                names.get(code, code),
                in_points(score.points),
                in_points(score.of),
                score.origin,
                score.pending,
            )
            for code, score in row.scores.items()
            if score.points is not None
        ]
        fixes = list(plan(items, line=line).fixes) if items else []
        row.fixes, row.more_fixes = fixes[:2], max(len(fixes) - 2, 0)
        row.who = "、".join(dict.fromkeys(fix.who for fix in row.fixes if fix.who))
    return found


@dataclass(frozen=True, slots=True)
class Loss:
    """An indicator, the points lost here and in the scope above."""

    row: HeatRow
    around: Points | None


def losses(heat: Heat, around: Board | None) -> list[Loss]:
    """Return the indicators that lose most here, each with the loss around."""
    above: dict[str, Points] = {}
    if around is not None:
        above = {row.indicator.code: row.total for row in Heat(around).rows}
    return [Loss(row, above.get(row.indicator.code)) for row in heat.rows[:WORST]]
