"""Findings: what a check says of a record, where it is mended, and the reason written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper
from django.urls import NoReverseMatch, reverse

from assessments.consistency.base import Check, Ground, Look
from assessments.consistency.models import Explanation
from schools.bodies import set_bodies
from schools.models import Jurisdiction
from schools.roles import EDIT_ROLES
from schools.scoping import granted_paths


@dataclass(slots=True)
class Finding:
    """One record found by one check."""

    check: Check
    record: Any
    name: str
    note: str
    words: str
    url: str
    body: Jurisdiction | None = None
    explanation: Explanation | None = None
    # Where the person at hand mends it, and where he writes a reason; "" where he may not.
    edit_url: str = ""
    explain_url: str = ""

    @property
    def pk(self) -> int:
        """The key of the record."""
        return self.record.pk


@cache
def _edit_page(check: Check) -> str:
    """Return the URL name of the page that mends what a check finds, "" where there is none."""
    if check.mends:
        return check.mends
    page = f"{check.subject.url}_edit"
    try:
        reverse(page, args=[0])
    except NoReverseMatch:
        return ""
    return page


def describe(pairs: Iterable[tuple[Check, Any]], look: Look) -> list[Finding]:
    """Return the findings for pairs of a check and a record it found, in two queries at most."""
    findings = []
    for check, record in pairs:
        subject = check.subject
        findings.append(
            Finding(
                check,
                record,
                subject.name(record),
                subject.note(record) if subject.note else "",
                check.words(record, look),
                reverse(subject.url, args=[record.pk]),
            )
        )
    _set_bodies(findings)
    _set_reasons(findings, look)
    _set_pages(findings, look)
    return findings


def together(checks: Iterable[Check], look: Look) -> list[tuple[Check, Any]]:
    """Return what the checks find, as pairs for `describe`; a query for each ground."""
    by_ground: dict[Ground, list[Check]] = {}
    for check in checks:
        by_ground.setdefault(check.ground, []).append(check)
    found: dict[str, list[tuple[Check, Any]]] = {check.code: [] for check in checks}
    for ground, of_ground in by_ground.items():
        conditions = [check.where(look) for check in of_ground]
        flags = {
            f"is_{i}": ExpressionWrapper(condition, BooleanField())
            for i, condition in enumerate(conditions)
        }
        rows = ground.rows(look).filter(reduce(or_, conditions)).annotate(**flags)
        rows = rows.select_related(*ground.subject.related).order_by(ground.subject.order, "pk")
        for row in rows:
            for i, check in enumerate(of_ground):
                if getattr(row, f"is_{i}"):
                    found[check.code].append((check, row))
    return [pair for check in checks for pair in found[check.code]]


def _set_bodies(findings: list[Finding]) -> None:
    holders = [finding.check.subject.holder(finding.record) for finding in findings]
    set_bodies(holders)
    for finding, holder in zip(findings, holders, strict=True):
        finding.body = holder.body


def _set_reasons(findings: list[Finding], look: Look) -> None:
    asked = [finding for finding in findings if finding.check.takes_reason]
    if not asked:
        return
    rows = Explanation.objects.filter(
        code__in={finding.check.code for finding in asked},
        object_id__in={finding.pk for finding in asked},
        year=look.day.year,
    ).select_related("author")
    written = {(row.code, row.object_id): row for row in rows}
    for finding in asked:
        finding.explanation = written.get((finding.check.code, finding.pk))


def _set_pages(findings: list[Finding], look: Look) -> None:
    """Set the pages the person may open to mend a finding (see `editable_by`)."""
    if not look.user.has_perm("schools.edit_records"):
        return
    mine = tuple(granted_paths(look.user, EDIT_ROLES))
    for finding in findings:
        subject = finding.check.subject
        if not subject.holder(finding.record).jurisdiction.path.startswith(mine):
            continue
        if page := _edit_page(finding.check):
            finding.edit_url = reverse(page, args=[finding.pk])
        if finding.check.takes_reason:
            finding.explain_url = reverse("explain", args=[finding.check.code, finding.pk])
