"""Write one record from a page: versions, the operation log, and who must hear of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts import audit, history
from accounts.history import Act
from accounts.models import Record, Revision
from schools.history_words import in_words
from sheets.forms import Stored, tell

Touched = Callable[[Any], Stored | None]


def nothing(record: Any) -> None:
    """Nothing is to be scored anew."""


@transaction.atomic
def write(
    record: Record,
    *,
    act: Act,
    action: str,
    touched: Touched = nothing,
    expected: int | None = None,
    also: Mapping[str, Sequence[Any]] | None = None,
) -> Revision | None:
    """Create or change a record with its revision and one entry of the operation log.

    `action` names the entry; `touched` tells of the record what is to be scored anew, asked of
    it as it was and as it is: one that moves to another organization or year concerns both;
    `also` holds [old, new] texts of what is kept outside the columns. Returns None, and writes no
    entry, where nothing differs. Raises history.Conflict.
    """
    before = None
    if record.pk is not None and touched is not nothing:
        before = touched(type(record)._base_manager.get(pk=record.pk))
    if record.pk is None:
        revision: Revision | None = history.create(
            record, act=act, also={name: new for name, (_, new) in (also or {}).items()}
        )
    else:
        revision = history.save(record, act=act, expected=expected, also=also)
    if revision:
        log(record, revision, act, action, touched, before)
    return revision


@transaction.atomic
def withdraw(
    record: Record,
    *,
    act: Act,
    action: str,
    touched: Touched = nothing,
    expected: int | None = None,
) -> Revision | None:
    """Withdraw a record with a reason; it leaves every list and figure."""
    revision = history.withdraw(record, act=act, expected=expected)
    if revision:
        log(record, revision, act, action, touched)
    return revision


@transaction.atomic
def bring_back(
    record: Record, *, act: Act, action: str, touched: Touched = nothing
) -> Revision | None:
    """Bring a withdrawn record back; its constraints are checked again."""
    record.withdrawn_at = None
    record.validate_constraints()
    revision = history.bring_back(record, act=act)
    if revision:
        log(record, revision, act, action, touched)
    return revision


def log(
    record: Record,
    revision: Revision,
    act: Act,
    action: str,
    touched: Touched = nothing,
    before: Stored | None = None,
) -> None:
    """Add the entry of the operation log for a revision, and tell what is to be scored anew.

    For acts that write several records: one of them is what the entry is about. `before` is
    what was concerned as the record was.
    """
    changes: dict[str, Any] = {
        line.label: [line.old, line.new] for line in in_words(record, [revision])[0].lines
    }
    if act.reason:
        changes["理由"] = act.reason
    audit.record(action, actor=act.actor, obj=record, changes=changes)
    if stored := touched(record):
        tell(stored | before if before else stored, act.actor)
