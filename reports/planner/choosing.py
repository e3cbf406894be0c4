"""The smallest set of organizations that brings a rate to a target. Pure.

**How many.** With `due` organizations due and `passed` of them passed, every one more that
passes adds 1 ÷ due, whichever it is. So the fewest are ⌈target × due⌉ − passed, and no set of
fewer reaches the target.

**Which.** Each organization has its own least work (assessments/remedies.py): efforts, number of
fixes, points. Works are added up part by part and compared part by part, the first first, and
what one organization does is not asked of another. If a set of the right size held one with more
work than one left aside, exchanging the two would lessen the sum; so the least sum is that of the
first ones in the order of their work, and there is no smaller. That a general branch or committee
may rise with its branches is left out: it can only make the way shorter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import nsmallest
from typing import NamedTuple


class Candidate(NamedTuple):
    """An organization that does not pass, and the least work after which it does.

    `effort` is the sum of what the fixes take, `gain` the hundredths of a point that are
    missing; `lifts` are the vetoes to be lifted, `codes` the indicators to be mended.
    """

    effort: int
    fixes: int
    gain: int
    organization: int
    row: str
    final: object
    lifts: tuple[str, ...]
    codes: tuple[str, ...]

    @property
    def work(self) -> tuple[int, int, int, int]:
        """What candidates are ordered by; the number makes the order one and the same."""
        return self[:4]


class Work(NamedTuple):
    """The work of a set of organizations."""

    organizations: int = 0
    effort: int = 0
    fixes: int = 0
    gain: int = 0


def missing(passed: int, due: int, target: int) -> int:
    """Return how many more must pass for `target` per cent of `due`."""
    return max(-(-target * due // 100) - passed, 0)


def smallest(candidates: Iterable[Candidate], count: int) -> list[Candidate]:
    """Return `count` candidates with the least work, in order; all where there are fewer."""
    return nsmallest(count, candidates, key=lambda one: one.work)


def work_of(chosen: Sequence[Candidate]) -> Work:
    """Return the work of a set added up."""
    return Work(
        len(chosen),
        sum(one.effort for one in chosen),
        sum(one.fixes for one in chosen),
        sum(one.gain for one in chosen),
    )
