"""Keep the stored checks in step with the cases they are worked out from."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from orgs.development.checks import State, checks
from orgs.development.facts import facts_of
from orgs.models import ActivistReview, DevelopmentCase, DevelopmentCheck
from sheets.forms import Stored

KIND = "development"
_CHUNK = 2000


def touched(case: DevelopmentCase) -> Stored:
    """Return what must hear of a change of `case`."""
    return Stored(KIND, frozenset({case.organization_id}))


def after_write(stored: Stored, actor: User | None) -> None:
    """Work out anew the checks of the cases that were written.

    Registered with `sheets.forms.after_save`: pages, workbooks and their undoing all come
    by here, inside their transaction.
    """
    if stored.kind == KIND:
        refresh(stored.organization_ids)


def refresh(organization_ids: Iterable[int]) -> None:
    """Store the checks of all cases of the organizations where they differ."""
    keys = sorted(organization_ids)
    for start in range(0, len(keys), _CHUNK):
        _refresh(keys[start : start + _CHUNK])


def _refresh(organization_ids: list[int]) -> None:
    of_these = {"case__organization__in": organization_ids}
    reviews = defaultdict(list)
    for case_id, day in ActivistReview.objects.filter(**of_these).values_list(
        "case", "reviewed_on"
    ):
        reviews[case_id].append(day)
    kept = {(row.case_id, row.key): row for row in DevelopmentCheck.objects.filter(**of_these)}
    new, changed = [], []
    today = timezone.localdate()
    for case in DevelopmentCase.objects.filter(organization__in=organization_ids).defer(
        "id_number"
    ):
        for row in rows_of(case, reviews[case.pk], today):
            old = kept.pop((row.case_id, row.key), None)
            if old is None:
                new.append(row)
            elif (old.met, old.due_on) != (row.met, row.due_on):
                old.met, old.due_on = row.met, row.due_on
                changed.append(old)
    # What is left belongs to withdrawn cases, or does not apply any more.
    DevelopmentCheck.objects.filter(pk__in=[row.pk for row in kept.values()]).delete()
    DevelopmentCheck.objects.bulk_update(changed, ["met", "due_on"], batch_size=500)
    DevelopmentCheck.objects.bulk_create(new, batch_size=1000)


def rows_of(
    case: DevelopmentCase, reviews: Iterable[datetime.date], today: datetime.date
) -> list[DevelopmentCheck]:
    """Return the checks that apply to `case`, not yet stored."""
    return [
        DevelopmentCheck(
            case=case, code=found.code, key=found.key, due_on=found.due_on, met=found.met
        )
        for found in checks(facts_of(case, reviews), today)
        if found.state != State.NOT_APPLICABLE
    ]
