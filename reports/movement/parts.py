"""The parts a rate moves by, and how they add up. Pure: states in, effects and sums out.

Every organization counted on one of two sides has up to two effects, each with what it adds
to the due and to the passed of one row:

========== ======================================================= ======== ===============
part       the organization                                        due      passed
========== ======================================================= ======== ===============
NEW        is counted now and was not before                       +1       as it stands now
MOVED_IN   was counted in another row before                       +1       as it stood before
LINE       its score before, put against the line of now, would    0        ±1
           have stood on the other side of the line
PASSED     did not pass (after LINE) and passes now                0        +1
FAILED     passed (after LINE) and does not pass now               0        −1
MOVED_OUT  is counted in another row now                           −1       as it stood before
GONE       is no longer counted                                    −1       as it stood before
========== ======================================================= ======== ===============

An organization that moves carries its state of before with it, and what became of its verdict
is told in its new row; over rows that belong together moves cancel out. From outside the scope
it comes as it stands now: how it stood there is not the business of the scope. A verdict that
did not follow from the score (a veto, too few branches, a decision) is not moved by a line.

The due of before plus all parts is the due of now, for every row and for their sum, and so is
the passed. The change of the rate is shared out by substituting the parts one after the other
in the order above: the points of a part are the rate after it less the rate before it. So they
add up to the change exactly. Whoever comes is added before anybody is taken away; every step
is then the rate of a real set of organizations, and never divides by nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple


class Part(StrEnum):
    """A part of the change, in the order of substitution."""

    NEW = "new"
    MOVED_IN = "in"
    LINE = "line"
    PASSED = "passed"
    FAILED = "failed"
    MOVED_OUT = "out"
    GONE = "gone"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Part.NEW: "新计入",
    Part.MOVED_IN: "转入",
    Part.LINE: "达标线变动",
    Part.PASSED: "新达标",
    Part.FAILED: "不再达标",
    Part.MOVED_OUT: "转出",
    Part.GONE: "不再计入",
}
# Parts that change how many are due.
BASE = (Part.NEW, Part.MOVED_IN, Part.MOVED_OUT, Part.GONE)


class State(NamedTuple):
    """A counted organization on one side: its row, whether it passed, and its score."""

    row: str
    passed: bool
    final: Decimal | None = None
    is_vetoed: bool = False


class Effect(NamedTuple):
    """What one organization adds to one row."""

    organization: int
    row: str
    part: Part
    due: int
    passed: int


States = Mapping[int, State]


def effects(
    before: States,
    now: States,
    *,
    lines: tuple[Decimal, Decimal],
    elsewhere_before: Collection[int] = (),
    elsewhere_now: Collection[int] = (),
) -> Iterator[Effect]:
    """Yield the effects that lead from `before` to `now`.

    `lines` are the pass lines of the two sides; `elsewhere_…` the organizations counted on
    that side outside the scope.
    """
    for organization, state in now.items():
        old = before.get(organization)
        if old is None:
            part = Part.MOVED_IN if organization in elsewhere_before else Part.NEW
            yield Effect(organization, state.row, part, 1, int(state.passed))
            continue
        if old.row != state.row:
            yield Effect(organization, old.row, Part.MOVED_OUT, -1, -int(old.passed))
            yield Effect(organization, state.row, Part.MOVED_IN, 1, int(old.passed))
        would = by_line(old, lines)
        if would != old.passed:
            yield Effect(organization, state.row, Part.LINE, 0, int(would) - int(old.passed))
        if would != state.passed:
            part = Part.PASSED if state.passed else Part.FAILED
            yield Effect(organization, state.row, part, 0, int(state.passed) - int(would))
    for organization, old in before.items():
        if organization not in now:
            part = Part.MOVED_OUT if organization in elsewhere_now else Part.GONE
            yield Effect(organization, old.row, part, -1, -int(old.passed))


def by_line(state: State, lines: tuple[Decimal, Decimal]) -> bool:
    """Tell whether the state of before would pass by the line of now, its score unchanged."""
    before, now = lines
    if before == now or state.final is None or state.is_vetoed:
        return state.passed
    if state.passed != (state.final >= before):
        return state.passed
    return state.final >= now


@dataclass(slots=True)
class Sums:
    """The way of one row: what it had, and what each part adds to due and passed."""

    due: int = 0
    passed: int = 0
    parts: dict[Part, tuple[int, int]] = field(default_factory=dict)

    def add(self, part: Part, due: int, passed: int) -> None:
        had = self.parts.get(part, (0, 0))
        self.parts[part] = (had[0] + due, had[1] + passed)

    def of(self, part: Part) -> tuple[int, int]:
        """Return what a part adds to due and passed."""
        return self.parts.get(part, (0, 0))

    @property
    def now(self) -> tuple[int, int]:
        """Due and passed after all parts."""
        return (
            self.due + sum(due for due, _ in self.parts.values()),
            self.passed + sum(passed for _, passed in self.parts.values()),
        )

    @property
    def rates(self) -> tuple[Fraction | None, Fraction | None]:
        """The rate of before and of now; None where nothing is due."""
        due, passed = self.now
        return (
            Fraction(self.passed, self.due) if self.due else None,
            Fraction(passed, due) if due else None,
        )

    @property
    def change(self) -> Fraction | None:
        """The change of the rate, None where one of the two is missing."""
        before, now = self.rates
        return None if before is None or now is None else now - before

    def points(self) -> dict[Part, Fraction]:
        """Return the share of each part in the change; they add up to it exactly.

        Empty where there is no change of a rate to share out.
        """
        if self.change is None:
            return {}
        found, due, passed = {}, self.due, self.passed
        rate = Fraction(passed, due)
        for part in Part:
            added = self.of(part)
            due, passed = due + added[0], passed + added[1]
            after = Fraction(passed, due)
            found[part], rate = after - rate, after
        return found

    def __add__(self, other: Sums) -> Sums:
        total = Sums(self.due + other.due, self.passed + other.passed, dict(self.parts))
        for part, added in other.parts.items():
            total.add(part, *added)
        return total


def sums(before: States, found: Iterable[Effect]) -> dict[str, Sums]:
    """Return the way of each row that had or has organizations."""
    rows: dict[str, Sums] = defaultdict(Sums)
    for state in before.values():
        row = rows[state.row]
        row.due += 1
        row.passed += state.passed
    for effect in found:
        rows[effect.row].add(effect.part, effect.due, effect.passed)
    return dict(rows)
