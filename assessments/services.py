"""Writing confirmed results and the figures of earlier years, and scoring after imports."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from accounts import history
from accounts.history import Act, Placed
from accounts.models import User
from assessments import scoring
from assessments.models import Cycle, OfficialResult
from orgs.models import Organization
from sheets.forms import Stored


@transaction.atomic
def save_results(
    *,
    results: Collection[Placed],
    result_fields: Collection[str],
    unit_years: Collection[Placed],
    act: Act,
) -> None:
    """Write the results of one workbook; the import that calls it keeps the log."""
    for rows, fields in ((results, result_fields), (unit_years, {"due", "passed", "rate"})):
        known = [row for row in rows if row[0].pk]
        history.create_many([row for row in rows if row[0].pk is None], act=act)
        history.save_many(known, act=act, fields=fields)


@transaction.atomic
def join_waiting_results(*, organization_ids: Collection[int]) -> dict[int, set[int]]:
    """Join results that waited for their organization to organizations now registered.

    Returns the organizations joined and the years of their results.
    """
    waiting = OfficialResult.objects.filter(organization=None)
    by_key: dict[str, list[OfficialResult]] = {}
    for result in waiting:
        by_key.setdefault(result.name_key, []).append(result)
    joined: dict[int, set[int]] = {}
    if not by_key:
        return joined
    found = []
    for organization in Organization.objects.filter(
        pk__in=organization_ids, dissolved_on=None, name_key__in=list(by_key)
    ):
        for result in by_key[organization.name_key]:
            result.organization = organization
            result.jurisdiction_id = organization.jurisdiction_id
            found.append(result)
            joined.setdefault(organization.pk, set()).add(result.year)
    OfficialResult.objects.bulk_update(found, ["organization", "jurisdiction"], batch_size=500)
    return joined


def after_write(stored: Stored, actor: User | None) -> None:
    """Score anew what a write touched, once its transaction is through.

    Registered with `sheets.forms.after_save`.
    """
    touched = set(stored.organization_ids)
    if stored.school_ids:
        schools = stored.school_ids
        touched |= set(Organization.objects.filter(school__in=schools).values_list("pk", flat=True))
    years = set(stored.years or ())
    if stored.years is None:
        years = set(Cycle.objects.filter(state=Cycle.State.OPEN).values_list("year", flat=True))
    if stored.kind == "organizations":
        for joined in join_waiting_results(organization_ids=stored.organization_ids).values():
            years |= joined
    if touched and years:
        scoring.rescore_after_commit(sorted(touched), sorted(years), actor=actor)
