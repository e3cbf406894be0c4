"""Writing the evaluation of members."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from accounts import audit, history
from accounts.history import NOWHERE, Act
from activities.models import MemberEvaluation
from orgs.models import Organization
from sheets.forms import Stored, tell

KIND = "evaluations"
FIELDS = (
    "took_part",
    "own_grade",
    "mutual_grade",
    "votes_excellent",
    "votes_qualified",
    "votes_basic",
    "votes_unqualified",
    "grade",
    "remark",
)


def touched(row: MemberEvaluation) -> Stored:
    """Return what is to be scored anew when a result changes."""
    return Stored(KIND, frozenset({row.organization_id}), frozenset({row.year}))


@transaction.atomic
def evaluate(
    *, organization: Organization, year: int, rows: Sequence[MemberEvaluation], act: Act
) -> int:
    """Store the results of one organization and year; return how many are new or changed.

    The log tells numbers only: grades of persons stay in their revisions.
    """
    new = [(row, NOWHERE) for row in rows if row.pk is None]
    old = [(row, NOWHERE) for row in rows if row.pk is not None]
    history.create_many(new, act=act)
    count = len(new) + history.save_many(old, act=act, fields=FIELDS)
    if count:
        audit.record(
            "evaluation.fill",
            actor=act.actor,
            obj=organization,
            label=f"{organization} {year} 年民主评议",
            changes={"新增": len(new), "改动": count - len(new)},
        )
        tell(Stored(KIND, frozenset({organization.pk}), frozenset({year})), act.actor)
    return count
