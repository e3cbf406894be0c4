"""The scorecard of one organization in one year."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from accounts.models import User
from activities.models import Meeting, MeetingStatus, MeetingType
from assessments import card as cards
from assessments import layouts
from assessments.calendar import Record, Row, month_end, year_grid
from assessments.compliance import percent_text
from assessments.models import Assessment, Cycle, ReviewedScore
from assessments.views.years import pick_cycle, year_choices
from orgs.models import Organization
from schools.access import READ, needs
from schools.exporting import EXPORT, export
from schools.models import Jurisdiction, JurisdictionKind


class Crumb(NamedTuple):
    """A body above the organization, inside the user's scope, with its rate."""

    label: str
    rate: str
    body: Jurisdiction
    is_root: bool


@needs(READ)
def scorecard(request, pk: int):
    """Show every indicator of an organization in a year, and what would make it pass.

    `?year=` chooses the cycle, `?only=lost` leaves the indicators that lost points,
    `?format=xlsx` returns the workbook.
    """
    user = request.user
    results = list(
        Assessment.objects.visible_to(user)
        .filter(organization=pk)
        .select_related(
            "cycle__standard", "organization__jurisdiction", "jurisdiction", "unit", "scorecard"
        )
        .order_by("-cycle__year")
    )
    organization = (
        Organization.objects.visible_to(user).select_related("jurisdiction").filter(pk=pk).first()
    )
    is_ours = organization is not None
    if organization is None and not results:
        raise Http404("no such organization")
    organization = organization or results[0].organization
    cycles = list(Cycle.objects.select_related("standard"))
    cycle = pick_cycle(request.GET.get("year", ""), cycles, [result.cycle for result in results])
    assessment = next((result for result in results if result.cycle == cycle), None)
    card = cards.load(assessment) if assessment else None

    if request.GET.get("format") == "xlsx":
        if not card or not card.has_scores:
            raise Http404("nothing to export")
        layout = layouts.scorecard_layout(card)
        return export(layout, user=user, action="assessments.export", obj=assessment)

    bodies = bodies_above(assessment.jurisdiction if assessment else organization.jurisdiction)
    committee = (
        next((line for line in card.lines if line.indicator.code == "C2"), None) if card else None
    )
    return render(
        request,
        "assessments/scorecard.html",
        {
            "organization": organization,
            "is_ours": is_ours,
            "cycle": cycle,
            "standard": cycle.standard if cycle else None,
            "assessment": assessment,
            "card": card,
            "body": next((b for b in reversed(bodies) if b.kind != JurisdictionKind.SCHOOL), None),
            "crumbs": crumbs(user, cycle, bodies),
            "years": year_choices(
                [c for c in cycles if c == cycle or any(r.cycle == c for r in results)],
                cycle,
                request.GET,
            ),
            "can_export": bool(card and card.has_scores) and user.has_perm(EXPORT),
            "no_result_title": f"{organization.short_name}没有 {cycle.year} 年度的结果"
            if cycle
            else "",
            "had_other_body": cycle is not None
            and assessment is None
            and Assessment.objects.filter(cycle=cycle, organization=organization).exists(),
            "only_lost": request.GET.get("only") == "lost",
            "reviews": reviews(user, organization, cycle),
            "grid": grid(user, organization, cycle, committee) if cycle and is_ours else [],
        },
    )


def bodies_above(body: Jurisdiction) -> list[Jurisdiction]:
    """Return `body` and all above it, the root first."""
    step = Jurisdiction.steplen
    paths = [body.path[:end] for end in range(step, len(body.path) + 1, step)]
    return list(Jurisdiction.objects.filter(path__in=paths))


def crumbs(user: User, cycle: Cycle | None, bodies: list[Jurisdiction]) -> list[Crumb]:
    """Return the root and the reporting unit with their rates, as far as the user may see.

    Where he sees neither, his managing body stands instead. At most two bodies, so at
    most two counts.
    """
    seen = set(
        Jurisdiction.objects.visible_to(user)
        .filter(pk__in=[body.pk for body in bodies])
        .values_list("pk", flat=True)
    )
    levels = [body for body in bodies if body.depth == 1 or body.is_reporting_unit]
    shown = [body for body in levels if body.pk in seen]
    if not shown:
        others = [b for b in bodies if b.pk in seen and b.kind != JurisdictionKind.SCHOOL]
        shown = others[:1]
    found = []
    for body in (shown[:1] + shown[-1:]) if len(shown) > 1 else shown:
        row = None
        if cycle:
            results = Assessment.objects.visible_to(user).inside(body).filter(cycle=cycle)
            row = next(iter(results.tally("cycle")), None)
        rate = percent_text(row["passed"], row["due"]) if row else "—"
        root = body.depth == 1
        found.append(Crumb("全市" if root else body.label, rate, body, root))
    return found


def reviews(user: User, organization: Organization, cycle: Cycle | None) -> list[ReviewedScore]:
    """Return the reviewed scores of the year, the newest first."""
    if cycle is None:
        return []
    return list(
        ReviewedScore.objects.visible_to(user)
        .filter(cycle=cycle, organization=organization)
        .select_related("reviewer")
        .order_by("-reviewed_at")
    )


def grid(
    user: User, organization: Organization, cycle: Cycle, committee: cards.Line | None
) -> list[Row]:
    """Return the year of the organization in months; two queries whatever it held.

    Committee meetings are due unless indicator C2 (`committee`) was found not to apply.
    """
    archived = Meeting.objects.visible_to(user).filter(
        organization=organization, counts_for_year=cycle.year, status=MeetingStatus.ARCHIVED
    )
    valid = set(archived.valid().values_list("pk", flat=True))
    records = [
        Record(
            meeting.type,
            meeting.held_on,
            meeting.pk in valid,
            is_late=meeting.is_late,
            claimed=meeting.is_late and meeting.late_accepted is None,
        )
        for meeting in archived.only("type", "held_on", "is_late", "late_accepted")
    ]
    # Nothing is due after the check date.
    gone = cycle.check_date + datetime.timedelta(days=1)
    if organization.dissolved_on:
        gone = min(gone, organization.dissolved_on)
    applies = committee.applicable if committee and committee.score else organization.has_committee
    parameters = cycle.standard.parameters
    return year_grid(
        kind=organization.kind,
        year=cycle.year,
        records=records,
        born=organization.founded_on,
        gone=gone,
        has_committee=bool(applies),
        without_committee=_months_not_due(committee, cycle, records),
        today=timezone.localdate(),
        until=cycle.records_until,
        vacation_months=parameters.get("vacation_months", ()),
        lecture_periods=parameters.get("lecture_periods", 4),
    )


def _months_not_due(committee: cards.Line | None, cycle: Cycle, records: list[Record]) -> set[int]:
    """Return the months in which C2 found no committee meeting due.

    The rule keeps the months missing and counts those due: a scored month that is
    neither held nor missing was not due.
    """
    if not committee or not committee.applicable or not cycle.scored_as_of:
        return set()
    inputs = committee.inputs
    if "missing" not in inputs:
        return set()
    held = {
        record.held_on.month
        for record in records
        if record.type == MeetingType.BRANCH_COMMITTEE and record.counts
    }
    scored = {m for m in range(1, 13) if month_end(cycle.year, m) <= cycle.scored_as_of}
    return scored - held - set(inputs["missing"])
