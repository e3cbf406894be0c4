"""What members were on a past day, as expressions for whole lists."""

from __future__ import annotations

import datetime

from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When

from orgs.models import MemberStatus, Situation, SituationKind, covers


def in_situation(kind: SituationKind, day: datetime.date) -> Exists:
    """Return the condition that a member was suspended, lost or floating on `day`."""
    found = Situation.objects.filter(covers(day), member=OuterRef("pk"), kind=kind)
    return Exists(found.order_by())


def status_on(day: datetime.date) -> Case:
    """Return what a member was on `day`: suspended, else full from his confirmation on.

    Whose confirmation nobody has told counts as confirmed if he is, or was before he was
    suspended.
    """
    confirmed = Q(confirmed_on=None) | Q(confirmed_on__lte=day)
    full = ~Q(status=MemberStatus.PROBATIONARY) & confirmed
    return Case(
        When(in_situation(SituationKind.SUSPENDED, day), then=Value(MemberStatus.SUSPENDED)),
        When(full, then=Value(MemberStatus.FULL)),
        default=Value(MemberStatus.PROBATIONARY),
        output_field=CharField(),
    )
