"""The periods of affiliation of one organization: a new one from a day, no two on one day.

    periods:  [founding ── A ── 2020) [2020 ── B ── today …
    from 2017 under C:  [founding ─ A ─ 2017) [2017 ─ C ─ 2020) [2020 ── B ── today …

A day in the past changes the period that holds it and no later one.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from accounts import history
from accounts.history import Act
from orgs.models import Affiliation, Organization
from schools.models import Jurisdiction


@dataclass(frozen=True, slots=True)
class Place:
    """Where an organization belongs: its managing body and the organization above it."""

    jurisdiction: Jurisdiction
    parent: Organization | None

    @property
    def key(self) -> tuple[int, int | None]:
        """What makes two places the same."""
        return self.jurisdiction.pk, self.parent.pk if self.parent else None


@dataclass(frozen=True, slots=True)
class Inserted:
    """What a new period did: where the organization was on the day, and until when it is now.

    `end` None: the new place is that of today.
    """

    before: Place
    end: datetime.date | None


def periods_of(organization: Organization) -> list[Affiliation]:
    """Return the periods in order, each with its body and its parent of the time."""
    rows = organization.affiliations.select_related("jurisdiction", "parent")
    return sorted(rows, key=lambda one: (one.start is not None, one.start or datetime.date.min))


def place_in(period: Affiliation, organization: Organization) -> Place:
    """Return the place a period stands for; the parent of the open one is that of today."""
    parent = organization.parent if period.end is None else period.parent
    return Place(period.jurisdiction, parent)


def holds(period: Affiliation, day: datetime.date) -> bool:
    """Tell whether `day` lies in the period."""
    return (period.start is None or period.start <= day) and (
        period.end is None or day < period.end
    )


def lasts(organization: Organization, day: datetime.date) -> bool:
    """Tell whether the period of `day` is that of today."""
    periods = periods_of(organization)
    return not periods or any(one.end is None and holds(one, day) for one in periods)


def insert(
    organization: Organization, place: Place, *, start: datetime.date, document: str, act: Act
) -> Inserted:
    """Let the organization belong to `place` from `start` to the end of the period of that day.

    The caller sets `jurisdiction` and `parent` of the organization where the period is the
    present one. Raises ValidationError where nothing would change.
    """
    periods = periods_of(organization)
    if not periods:
        first = Affiliation(organization=organization, jurisdiction=organization.jurisdiction)
        history.create(first, act=act)
        periods = [first]
    at = next((n for n, period in enumerate(periods) if holds(period, start)), None)
    if at is None:
        raise ValidationError({"start": "这一天没有隶属记录，请先核对隶属沿革。"})
    period = periods[at]
    before = place_in(period, organization)
    if before.key == place.key:
        raise ValidationError({"start": f"{start:%Y-%m-%d} 已经是这样隶属的，不用变更。"})
    first_day = period.start or organization.founded_on
    following = periods[at + 1] if at + 1 < len(periods) else None
    end = period.end
    if following and place_in(following, organization).key == place.key and end == following.start:
        # The same place follows: it only begins earlier.
        _begin(period, following, start, before, act, whole=first_day == start)
        return Inserted(before, following.end)
    if first_day == start:
        _replace(periods, at, organization, place, document, act)
        return Inserted(before, end)
    period.end, period.parent = start, before.parent
    history.save(period, act=act)
    history.create(
        Affiliation(
            organization=organization,
            jurisdiction=place.jurisdiction,
            parent=place.parent if end else None,
            start=start,
            end=end,
            document=document,
        ),
        act=act,
    )
    return Inserted(before, end)


def _begin(period, following, start, before: Place, act: Act, *, whole: bool) -> None:
    """Let `following` begin on `start` at the cost of `period`, or of the whole of it."""
    if whole:
        history.withdraw(period, act=act)
    else:
        period.end, period.parent = start, before.parent
        history.save(period, act=act)
    following.start = start
    history.save(following, act=act)


def _replace(periods, at: int, organization, place: Place, document: str, act: Act) -> None:
    """Correct the place of a whole period; an equal one before it is continued instead."""
    period = periods[at]
    previous = periods[at - 1] if at else None
    same = previous and place_in(previous, organization).key == place.key
    if previous and same and previous.end == period.start:
        end = period.end
        history.withdraw(period, act=act)
        previous.end, previous.parent = end, place.parent if end else None
        history.save(previous, act=act)
        return
    period.jurisdiction, period.document = place.jurisdiction, document or period.document
    period.parent = place.parent if period.end else None
    history.save(period, act=act)


def overlaps(organization: Organization) -> str:
    """Return what is wrong with the periods taken together, "" if nothing is."""
    periods = periods_of(organization)
    for earlier, later in zip(periods, periods[1:], strict=False):
        if earlier.end is None or later.start is None or later.start < earlier.end:
            return (
                f"{earlier.jurisdiction.short_name}和{later.jurisdiction.short_name}的"
                "隶属时间重叠，同一天只能有一个管理主体。"
            )
    return ""


def shift(period: Affiliation, *, act: Act, expected: int | None = None):
    """Store a period with its new first day; the one before ends on it. Return the revision."""
    stored = history.lock(period)
    periods = periods_of(period.organization)
    at = next(n for n, one in enumerate(periods) if one.pk == period.pk)
    before = periods[at - 1] if at else None
    if period.start != stored.start and before and period.start:
        if before.start and period.start <= before.start:
            raise ValidationError(
                {"start": f"前一段 {before.start:%Y-%m-%d} 才开始，起日要晚于这一天。"}
            )
        if period.end and period.start >= period.end:
            raise ValidationError({"start": f"要早于这一段的止日 {period.end:%Y-%m-%d}。"})
        if before.end == stored.start:
            before.end = period.start
            history.save(before, act=act)
    return history.save(period, act=act, expected=expected)


def drop(period: Affiliation, *, act: Act, expected: int | None = None):
    """Withdraw a period entered by mistake; the one before goes on in its stead.

    The organization belongs again where it was before, if the period was that of today.
    """
    organization = period.organization
    periods = periods_of(organization)
    at = next(n for n, one in enumerate(periods) if one.pk == period.pk)
    if at == 0:
        raise ValidationError(
            "这是成立时的隶属，不能撤回。录错了主体的，请用“变更隶属”从成立那天改。"
        )
    before = periods[at - 1]
    if before.end != period.start:
        raise ValidationError("前后两段不相接，撤回后会有空档，请先核对起止日期。")
    revision = history.withdraw(period, act=act, expected=expected)
    if period.end is None:
        organization.jurisdiction, organization.parent = before.jurisdiction, before.parent
        before.parent = None
        history.save(organization, act=act)
    before.end = period.end
    history.save(before, act=act)
    return revision
