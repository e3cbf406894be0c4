"""The candidates of a scope, worked out from the scorecards as they are stored."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator

from accounts.models import User
from assessments.models import Assessment, Cycle
from assessments.remedies import (
    DECISION,
    FOUND_ABOVE,
    REGAINS,
    effort_of,
    hundredths_needed,
    least,
)
from reports.groups import Groups
from reports.picks import FAILED, VETOED
from reports.planner.choosing import Candidate
from schools.models import Jurisdiction

# Scorecards read at a time.
CHUNK = 2000


def candidates(
    user: User, cycle: Cycle, scope: Jurisdiction, groups: Groups
) -> tuple[list[Candidate], int]:
    """Return those not passed that can pass by their own work, and how many cannot.

    One query; each scorecard is parsed once. They cannot pass by their own work where a veto
    found from above stands, where a sufficient score is held back by the branches or the
    decision, or where there is no scorecard.
    """
    fields = groups.grouping.fields
    rows = (
        Assessment.objects.visible_to(user)
        .inside(scope)
        .filter(FAILED | VETOED, cycle=cycle)
        .order_by()
        .values_list(
            "organization_id", "final", "vetoes", "is_vetoed", "scorecard__results", *fields
        )
    )
    line = int(cycle.standard.pass_line * 100)
    found: list[Candidate] = []
    count = 0
    # Millions of small lists, none in a circle: looking for circles takes half of the time.
    was_on = gc.isenabled()
    gc.disable()
    try:
        for organization, final, vetoes, is_vetoed, results, *values in _read(rows):
            count += 1
            codes = tuple(veto["code"] for veto in vetoes) if is_vetoed else ()
            if results is None or not FOUND_ABOVE.isdisjoint(codes):
                continue
            row = groups.name_of(dict(zip(fields, values, strict=True)))
            way = cheapest_way(json.loads(results), codes, line)
            if way is not None:
                effort, gain, fixed = way
                fixes = len(codes) + len(fixed)
                found.append(Candidate(effort, fixes, gain, organization, row, final, codes, fixed))
    finally:
        if was_on:
            gc.enable()
    return found, count - len(found)


def _read(rows) -> Iterator[tuple]:
    return rows.iterator(chunk_size=CHUNK)


def cheapest_way(
    results: dict[str, list], vetoes: tuple[str, ...], line: int
) -> tuple[int, int, tuple[str, ...]] | None:
    """Return effort, points and indicators of the least work after which a card passes.

    `results` is a stored scorecard, `line` the pass line in hundredths. None where no work
    on the indicators leads there: nothing is missing, or all of it would not suffice.
    """
    earned = full = 0
    codes, losses = [], []
    regained = {REGAINS[veto] for veto in vetoes if veto in REGAINS}
    back = 0
    for code, (points, of, _, _, is_pending, origin) in results.items():
        if points is None:
            continue
        earned += points
        full += of
        if points >= of:
            continue
        if code in regained:
            back += of - points
        else:
            codes.append(code)
            losses.append((effort_of(code, origin, is_pending), of - points))
    if not full:
        return None
    need = hundredths_needed(earned + back, full, line)
    if not need and not vetoes:
        return None
    chosen = least(losses, need)
    if sum(losses[place][1] for place in chosen) < need:
        return None
    effort = DECISION * len(vetoes) + sum(losses[place][0] for place in chosen)
    gain = hundredths_needed(earned, full, line)
    return effort, gain, tuple(codes[place] for place in chosen)
