"""Who is drawn for the re-review, and which items are asked for evidence; pure functions.

Drawing is reproducible: the same seed, organizations and scores give the same draw,
whoever repeats it. A hash of seed and organization orders the organizations; nobody
can choose the order.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import ceil

from django.db.models import TextChoices


class Draw(TextChoices):
    """Why an organization is re-reviewed one by one."""

    VETO = "veto", "有一票否决（必抽）"
    NEAR = "near", "得分接近达标线（必抽）"
    SAMPLE = "sample", "按比例抽中"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One organization as the first review left it; `final` in hundredths of a point."""

    organization_id: int
    unit_id: int | None
    final: int
    vetoed: bool = False


def lot(seed: str, *parts: object) -> float:
    """Return the lot of something: a number from 0 to below 1 that only the seed decides."""
    text = ":".join([seed, *map(str, parts)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7]) / 2**56


def draw(
    candidates: Iterable[Candidate],
    *,
    seed: str,
    percent: int,
    pass_line: int,
    margin: int,
) -> dict[int, Draw]:
    """Return who is drawn and why, by organization.

    Everyone with a veto and everyone within `margin` hundredths of the pass line; and of
    each reporting unit at least `percent` per cent (rounded up) in all, the rest by lot.
    """
    drawn: dict[int, Draw] = {}
    units: dict[int | None, list[Candidate]] = defaultdict(list)
    for one in candidates:
        units[one.unit_id].append(one)
        if one.vetoed:
            drawn[one.organization_id] = Draw.VETO
        elif abs(one.final - pass_line) <= margin:
            drawn[one.organization_id] = Draw.NEAR
    for members in units.values():
        rest = [one.organization_id for one in members if one.organization_id not in drawn]
        wanted = ceil(len(members) * percent / 100) - (len(members) - len(rest))
        rest.sort(key=lambda pk: (lot(seed, pk), pk))
        drawn |= dict.fromkeys(rest[: max(0, wanted)], Draw.SAMPLE)
    return drawn


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One organization as the re-review left it; `reached`: its first review passed it."""

    organization_id: int
    unit_id: int | None
    drawn: bool
    reached: bool
    passed: bool


def voided(results: Iterable[Reviewed]) -> set[int]:
    """Return those that passed in a unit where one was drawn, had passed, and now fails.

    The rule is a switch of the schedule, off by default (standard, D.6: sampling variant).
    """
    results = list(results)
    failed = {one.unit_id for one in results if one.drawn and one.reached and not one.passed}
    return {one.organization_id for one in results if one.passed and one.unit_id in failed}


@dataclass(frozen=True, slots=True)
class Risk:
    """What is known of an organization before it scores itself."""

    # The verdict of the year before: passed, or not; None where there was none.
    passed_before: bool | None = None
    # Items whose self-score of the year before was cut by the reviewers.
    cut_before: frozenset[str] = frozenset()


def evidence_percent(risk: Risk, *, percent: int) -> int:
    """Return the share of its items an organization is asked for evidence, in per cent.

    The share of the schedule for those that did not pass or are new; half of it for a
    clean record: passed the year before and nothing cut.
    """
    clean = risk.passed_before is True and not risk.cut_before
    return percent // 2 if clean else percent


def evidence_asked(
    organization_id: int,
    codes: Iterable[str],
    *,
    seed: str,
    percent: int,
    risk: Risk,
) -> Mapping[str, str]:
    """Return the items that need a file, each with the sentence why it was drawn.

    Items cut the year before always; the others by lot, at the share that suits the
    record of the organization.
    """
    share = evidence_percent(risk, percent=percent)
    record = (
        "上年达标、没有被改分，抽查比例减半"
        if share < percent
        else "上年没有记录"
        if risk.passed_before is None
        else "上年未达标"
        if not risk.passed_before
        else "上年有指标被改分"
    )
    found = {}
    for code in codes:
        if code in risk.cut_before:
            found[code] = "上年这一项被审核改分，今年必须附佐证材料。"
        elif lot(seed, organization_id, code) * 100 < share:
            found[code] = f"{record}，各项按 {share}% 抽查佐证材料，这一项抽中了。"
    return found


def in_hundredths(points: Decimal | None) -> int | None:
    """Return points as whole hundredths."""
    return None if points is None else int(points * 100)
