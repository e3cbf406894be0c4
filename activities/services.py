"""Writing organizational life: in bulk, for the ledgers brought in."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import audit, history
from accounts.history import NOWHERE, Act, Placed
from activities.entry import Acceptance
from activities.models import Meeting
from sheets.forms import Stored, tell


@transaction.atomic
def save_meetings(
    *, new: Iterable[Placed], changed: Iterable[Placed], fields: Collection[str], act: Act
) -> None:
    """Write the meetings of one workbook; the import that calls it keeps the log."""
    history.create_many(new, act=act)
    history.save_many(changed, act=act, fields=fields)


@transaction.atomic
def decide_late(*, meetings: Collection[Meeting], accepted: bool, act: Act) -> int:
    """Accept late entries (补录) or not, as their managing body; return how many changed.

    Meetings that are not late, or stand as asked already, are left alone. Raises
    PermissionDenied where one of them is not the user's to decide.
    """
    assert act.actor is not None  # noqa: S101 - a decision has somebody who takes it
    accepts = Acceptance(act.actor)
    changed = []
    for meeting in meetings:
        if not meeting.is_late or meeting.late_accepted is accepted:
            continue
        if not accepts(meeting.organization):
            raise PermissionDenied("补录由管理主体认可，您可以查看，不能认可。")
        meeting.late_accepted = accepted
        changed.append(meeting)
    if not changed:
        return 0
    rows = [(meeting, NOWHERE) for meeting in changed]
    history.save_many(rows, act=act, fields={"late_accepted"})
    audit.record(
        "meeting.accept_late" if accepted else "meeting.refuse_late",
        actor=act.actor,
        obj=changed[0] if len(changed) == 1 else None,
        label=str(changed[0]) if len(changed) == 1 else f"补录 {len(changed)} 次",
        changes={"meetings": [meeting.pk for meeting in changed], "reason": act.reason},
    )
    tell(
        Stored(
            "meetings",
            frozenset(meeting.organization_id for meeting in changed),
            frozenset(meeting.counts_for_year for meeting in changed),
        ),
        act.actor,
    )
    return len(changed)
