"""Acts on rectification items. Each is one transaction with its revisions and one log entry."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import history
from accounts.history import Act
from activities.entry import Acceptance
from orgs.models import Organization
from schools import writing
from sheets.forms import Stored, tell
from supervision.models import (
    Category,
    ItemState,
    RectificationItem,
    RectificationNote,
    Severity,
    Source,
)

KIND = "rectification"
# What an entry of progress is called.
PROGRESS = "整改进展"


def touched(item: RectificationItem) -> Stored:
    """Return what is to be scored anew when an item changes: the year of its deadline."""
    return Stored(KIND, frozenset({item.organization_id}), frozenset({item.deadline.year}))


@transaction.atomic
def open_item(
    *,
    organization: Organization,
    source: str,
    description: str,
    found_on: datetime.date,
    deadline: datetime.date,
    act: Act,
    category: str = Category.OTHER,
    severity: str = Severity.MINOR,
    rule_reference: str = "",
    indicator: str = "",
    year: int | None = None,
    responsible: str = "",
) -> RectificationItem:
    """Enter a problem in the ledger and return its item.

    An indicator of a year that has an item already gets no second one: the known item is
    returned. Raises ValidationError for a deadline before the finding.
    """
    if deadline < found_on:
        raise ValidationError({"deadline": "整改期限不能早于发现时间，请核对。"})
    if indicator:
        known = RectificationItem.objects.filter(
            organization=organization, indicator=indicator, year=year
        ).first()
        if known:
            return known
    item = RectificationItem(
        organization=organization,
        source=source,
        description=description,
        found_on=found_on,
        deadline=deadline,
        category=category,
        severity=severity,
        rule_reference=rule_reference,
        indicator=indicator,
        year=year,
        responsible=responsible,
    )
    writing.write(item, act=act, action="rectification.open", touched=touched)
    return item


@transaction.atomic
def open_failed(
    *,
    lost: Mapping[int, Mapping[str, str]],
    year: int,
    found_on: datetime.date,
    deadline: datetime.date,
    act: Act,
) -> int:
    """Enter the failed indicators of many organizations in bulk; return how many items.

    `lost` holds by organization the description of each failed indicator by its code. An
    indicator that has an item of the year already gets no second one. The caller keeps
    the log entry.
    """
    known = set(
        RectificationItem.objects.filter(year=year)
        .exclude(indicator="")
        .values_list("organization", "indicator")
    )
    items = [
        RectificationItem(
            organization_id=organization,
            source=Source.ASSESSMENT,
            description=description[:300],
            found_on=found_on,
            deadline=deadline,
            category=Category.OTHER,
            indicator=code,
            year=year,
        )
        for organization, indicators in lost.items()
        for code, description in indicators.items()
        if (organization, code) not in known
    ]
    history.create_many([(item, history.NOWHERE) for item in items], act=act)
    if items:
        tell(Stored(KIND, frozenset(lost), frozenset({deadline.year})), act.actor)
    return len(items)


def _locked(item: RectificationItem, expected: int | None, *states: ItemState) -> RectificationItem:
    """Return the stored item; raises Conflict, or ValidationError where its state is another."""
    stored = history.lock(item)
    if expected is not None and stored.version != expected:
        raise history.Conflict(stored, history.since(stored, expected))
    if stored.state not in states:
        raise ValidationError(
            f"这个问题现在是“{stored.get_state_display()}”，不能这样办理。请刷新后核对。"
        )
    return stored


def _note(item: RectificationItem, title: str, text: str, act: Act, day: datetime.date) -> None:
    """Add an entry to the course of an item."""
    assert act.actor is not None  # noqa: S101 - an entry has somebody who made it
    note = RectificationNote(
        item=item,
        day=day,
        title=title,
        text=text,
        author=act.actor,
        author_name=act.actor.name,
    )
    history.create(note, act=act)


@transaction.atomic
def report(
    *,
    item: RectificationItem,
    text: str,
    day: datetime.date,
    act: Act,
    expected: int | None = None,
) -> None:
    """Report progress on an item; one that waited to be started is under way then."""
    stored = _locked(item, expected, ItemState.OPEN, ItemState.WORKING)
    if day < stored.found_on:
        raise ValidationError({"day": f"早于发现时间（{stored.found_on}），请核对。"})
    _note(stored, PROGRESS, text, act, day)
    stored.state = ItemState.WORKING
    writing.write(
        stored,
        act=act,
        action="rectification.progress",
        touched=touched,
        also={"整改进展": ["", f"{day} {text}"]},
    )


@transaction.atomic
def ask(
    *,
    item: RectificationItem,
    measures: str,
    evidence: str,
    day: datetime.date,
    act: Act,
    expected: int | None = None,
) -> None:
    """Ask the managing body to check and close an item: what was done, and what proves it."""
    stored = _locked(item, expected, ItemState.OPEN, ItemState.WORKING)
    if day < stored.found_on:
        raise ValidationError({"day": f"早于发现时间（{stored.found_on}），请核对。"})
    stored.measures, stored.evidence = measures, evidence
    stored.state, stored.asked_by, stored.asked_on = ItemState.REVIEW, act.actor, day
    _note(stored, "申请销号", measures, act, day)
    writing.write(stored, act=act, action="rectification.ask", touched=touched)


def why_not_recheck(item: RectificationItem, act: Act) -> str:
    """Return why `act.actor` may not check an item, "" if he may.

    The managing body checks, never a person who asked for closing or reported progress.
    """
    assert act.actor is not None  # noqa: S101
    if not Acceptance(act.actor)(item.organization):
        return "复核由管理主体办理，您可以查看，不能复核。"
    if (
        item.asked_by_id == act.actor.pk
        or item.notes.filter(author=act.actor, title="整改进展").exists()
    ):
        return "这个问题的整改是您填报的，要由管理主体的另一位同志复核。"
    return ""


@transaction.atomic
def recheck(
    *,
    item: RectificationItem,
    passed: bool,
    opinion: str,
    day: datetime.date,
    act: Act,
    expected: int | None = None,
) -> None:
    """Check on the spot what was put right: close the item, or send it back with an opinion.

    Raises PermissionDenied for who reported it himself or is not of the managing body.
    """
    stored = _locked(item, expected, ItemState.REVIEW)
    if why := why_not_recheck(stored, act):
        raise PermissionDenied(why)
    if day < (stored.asked_on or stored.found_on):
        raise ValidationError({"day": f"早于申请销号时间（{stored.asked_on}），请核对。"})
    assert act.actor is not None  # noqa: S101
    stored.reviewer, stored.recheck = act.actor.name, opinion or "整改到位，同意销号"
    if passed:
        stored.state, stored.closed_on = ItemState.CLOSED, day
        _note(stored, "复核销号", stored.recheck, act, day)
    else:
        stored.state = ItemState.WORKING
        _note(stored, "复核退回", stored.recheck, act, day)
    action = "rectification.close" if passed else "rectification.send_back"
    writing.write(stored, act=act, action=action, touched=touched)


@transaction.atomic
def reopen(
    *,
    item: RectificationItem,
    why: str,
    deadline: datetime.date,
    day: datetime.date,
    act: Act,
    expected: int | None = None,
) -> None:
    """Open a closed item again because the problem came back, with a new deadline.

    Raises PermissionDenied for who is not of the managing body.
    """
    assert act.actor is not None  # noqa: S101
    stored = _locked(item, expected, ItemState.CLOSED)
    if not Acceptance(act.actor)(stored.organization):
        raise PermissionDenied("重新整改由管理主体决定，您可以查看，不能办理。")
    if deadline < day:
        raise ValidationError({"deadline": "新的整改期限已经过了，请核对。"})
    years = frozenset({stored.deadline.year, deadline.year})
    stored.state, stored.closed_on, stored.deadline = ItemState.WORKING, None, deadline
    _note(stored, "重新整改", why, act, day)
    writing.write(
        stored,
        act=act,
        action="rectification.reopen",
        touched=lambda item: Stored(KIND, frozenset({item.organization_id}), years),
    )
