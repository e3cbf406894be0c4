"""The display mode (大屏): the figures of a scope one leaf at a time, for a meeting room.

No menu and no script: a leaf reads its figures again by itself, and turns to the next one
only when somebody asked for it (`?turn=1`), at once and without motion.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reports.board import Board
from reports.figures import FigureContext
from reports.heat import Heat
from reports.narrative import main_losses, overview
from reports.trend import trend, trend_words
from reports.year_steps import progress

# Seconds: how long a leaf stays when turned, and how old its figures may grow.
TURN, FRESH = 30, 300
# So many lines can be read from the last row.
LINES = 8


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf: its name in the address, its title, its template."""

    slug: str
    title: str

    @property
    def template(self) -> str:
        """The template of what stands on it."""
        return f"reports/display/{self.slug}.html"


LEAVES = (
    Leaf("rates", "各单元达标率"),
    Leaf("ranking", "排名"),
    Leaf("losses", "失分最多的指标"),
    Leaf("trend", "历年达标率"),
    Leaf("progress", "考评进度"),
)


@require_safe
def display(request):
    """Show one leaf of the figures of a scope."""
    context = FigureContext.from_request(request)
    asked = request.GET.get("leaf", LEAVES[0].slug)
    place = next((n for n, leaf in enumerate(LEAVES) if leaf.slug == asked), None)
    if place is None:
        raise Http404("no such leaf")
    leaf = LEAVES[place]
    turns = request.GET.get("turn") == "1"
    before, after = LEAVES[place - 1], LEAVES[(place + 1) % len(LEAVES)]

    def address(leaf: Leaf, turn: bool = turns) -> str:
        return context.page_with(leaf=leaf.slug, turn="1" if turn else None)

    board = Board(context)
    values = {
        "context": context,
        "board": board,
        "leaf": leaf,
        "place": place + 1,
        "leaves": [(one.title, address(one), one is leaf) for one in LEAVES],
        "before": address(before),
        "after": address(after),
        "turns": turns,
        "turn_url": address(leaf, not turns),
        "seconds": TURN if turns else FRESH,
        "refresh_url": address(after if turns else leaf),
        "home_url": context.link("home"),
    }
    return render(request, "reports/display.html", values | _content(leaf, board))


def _content(leaf: Leaf, board: Board) -> dict:
    """Return what a leaf shows beside the board; it reads nothing it does not show."""
    if leaf.slug == "rates":
        return {"words": overview(board)}
    if leaf.slug == "ranking":
        ranked = sorted(board.ranked, key=lambda row: (row.rank, row.name))
        return {"ranked": ranked[: 2 * LINES]}
    if leaf.slug == "losses":
        heat = Heat(board)
        return {"lines": heat.top[:LINES], "losses": main_losses(heat)}
    if leaf.slug == "trend":
        found = trend(board)
        return {"trend": found[-LINES:], "trend_words": trend_words(found, board.whole_name)}
    return {"progress": progress(board)}
