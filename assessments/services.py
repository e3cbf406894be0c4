"""Writing confirmed results and the figures of earlier years, and scoring after imports."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from assessments import scoring
from assessments.models import Cycle, OfficialResult, UnitYear
from orgs.models import Organization
from sheets.forms import Stored


@transaction.atomic
def save_results(
    *,
    results: Collection[OfficialResult],
    result_fields: Collection[str],
    unit_years: Collection[UnitYear],
) -> None:
    """Write the results of one workbook; the import that calls it keeps the log."""
    OfficialResult.objects.bulk_create([r for r in results if r.pk is None], batch_size=500)
    if result_fields:
        OfficialResult.objects.bulk_update(
            [r for r in results if r.pk], sorted(result_fields), batch_size=200
        )
    UnitYear.objects.bulk_create([u for u in unit_years if u.pk is None])
    UnitYear.objects.bulk_update([u for u in unit_years if u.pk], ["due", "passed", "rate"])


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
