"""Records of a year are closed once it is filed: why, since when, and how they open again.

The apps below tell what they wrote inside their transaction (sheets.forms.tell); a write
that touches a closed year of an organization is refused there, and nothing of it stays.
Only writes dated in the year are refused (`CLOSING`): the register goes on living.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts import audit, history
from accounts.history import Act
from accounts.models import User
from assessments.workflow import rights
from assessments.workflow.models import Filing, Reopening
from assessments.workflow.states import LOCKED, UNDER_REVIEW
from orgs.models import Organization
from sheets.forms import Stored

# The kinds of records (`Stored.kind`) that are of a year and close with it: all that a rule of
# the year reads but what lasts beyond it (the register, posts, groups, pairs under cultivation,
# model posts, honours), what is put right later (rectification) and what only those above
# enter at any time (vetoes by document, the weak list). What is filled in afterwards
# (`Record.afterwards`) is not told at all.
CLOSING = frozenset(
    {
        "meetings",
        "problems",
        "talks",
        "evaluations",
        "dues",
        "training",
        "roles",
        "contacts",
        "surveys",
        "budgets",
    }
)
LONGEST = datetime.timedelta(days=60)


class ClosedYear(ValidationError, PermissionDenied):
    """A write to records of a closed year.

    A page with a form shows it as a refusal beside what was typed; anywhere else it is the
    answer 403 with the same sentences.
    """

    def __str__(self):
        return "".join(self.messages)


def refuse_closed(stored: Stored, actor: User | None) -> None:
    """Refuse a write to records of a closed year; registered with `sheets.forms.after_save`."""
    if actor is None or not _is_dated(stored):
        return
    organizations = _organizations([stored])[0]
    found = _closed_to(actor, organizations, stored.years or frozenset())[:3]
    if sentences := [sentence(one) for one in found]:
        raise ClosedYear(sentences)


def closed_rows(stored: Sequence[Stored], actor: User) -> list[tuple[str, str] | None]:
    """Return for each row of a workbook why it may not be stored and what to do, or None.

    Registered with `sheets.forms.closing`; one query, with schools two.
    """
    dated = [one for one in stored if _is_dated(one)]
    if not dated:
        return [None] * len(stored)
    of = dict(zip(map(id, dated), _organizations(dated), strict=True))
    organizations = frozenset().union(*of.values())
    years = frozenset().union(*(one.years or () for one in dated))
    found = {
        (one.organization_id, one.cycle.year): (reason(one), cure(one))
        for one in _closed_to(actor, organizations, years)
    }
    return [
        next(
            (
                found[organization, year]
                for organization in of.get(id(one), ())
                for year in one.years or ()
                if (organization, year) in found
            ),
            None,
        )
        for one in stored
    ]


def _is_dated(stored: Stored) -> bool:
    return stored.years is not None and stored.kind in CLOSING


def _organizations(stored: Sequence[Stored]) -> list[frozenset[int]]:
    """Return the organizations each is about: those of a school have its records too."""
    schools = frozenset().union(*(one.school_ids for one in stored))
    of_school: dict[int, set[int]] = defaultdict(set)
    if schools:
        rows = Organization.objects.filter(school__in=schools).order_by()
        for school, organization in rows.values_list("school", "pk"):
            of_school[school].add(organization)
    return [
        one.organization_ids.union(*(of_school[school] for school in one.school_ids))
        for one in stored
    ]


def _closed_to(actor: User, organizations: frozenset[int], years: frozenset[int]):
    """Return the closed filings of these organizations and years.

    Corrections go through those who review, as long as they do.
    """
    own = Filing.objects.reviewable_by(actor).filter(state__in=UNDER_REVIEW)
    return (
        closed_filings(timezone.localdate())
        .filter(cycle__year__in=years, organization__in=organizations)
        .exclude(pk__in=own.values("pk"))
        .select_related("cycle", "organization__jurisdiction")
    )


def closed_filings(day: datetime.date):
    """Return the filings whose records are closed on `day`."""
    opened = Reopening.objects.filter(filing=OuterRef("pk"), opened_on__lte=day, until__gte=day)
    return Filing.objects.filter(~Exists(opened), state__in=LOCKED)


def sentence(filing: Filing) -> str:
    """Return why the records are closed, since when, and who can open them."""
    return f"{reason(filing)}，没有保存。{cure(filing)}。"


def reason(filing: Filing) -> str:
    """Return whose records are closed, and since when."""
    since = timezone.localtime(filing.submitted_at or filing.since)
    return (
        f"{filing.organization.short_name}的 {filing.cycle}考评已于 {since:%Y-%m-%d} 申报"
        f"（{filing.get_state_display()}），这一年度的记录已经锁定"
    )


def cure(filing: Filing) -> str:
    """Return who can open the records again."""
    return f"需要更正的，请{filing.organization.jurisdiction.label}的审核人员退回，或开放更正"


@transaction.atomic
def reopen(*, filing: Filing, until: datetime.date, act: Act) -> Reopening:
    """Open the records of a closed year for correction until a day, with a reason.

    By those who review the organization; at most 60 days.
    """
    actor = rights.person(act)
    today = timezone.localdate()
    if not rights.reviews(actor, filing):
        raise ValidationError("开放更正由管理主体的审核人员办理，您可以查看。")
    if not act.reason.strip():
        raise ValidationError({"reason": "请写明开放更正的理由。"})
    if filing.state not in LOCKED:
        raise ValidationError(f"现在是“{filing.get_state_display()}”，记录没有锁定，不用开放。")
    if not today <= until <= today + LONGEST:
        raise ValidationError({"until": f"截止日期应在今天到 {today + LONGEST} 之间。"})
    record = Reopening(
        filing=filing, opened_on=today, until=until, reason=act.reason[:200], opened_by=actor
    )
    history.create(record, act=act)
    audit.record(
        "filing.reopen", actor=actor, obj=filing, changes={"截止": until, "理由": act.reason}
    )
    return record


@transaction.atomic
def close_again(*, reopening: Reopening, act: Act) -> None:
    """End a reopening before its day."""
    if not rights.reviews(rights.person(act), reopening.filing):
        raise ValidationError("开放更正由管理主体的审核人员办理，您可以查看。")
    if history.withdraw(reopening, act=act):
        audit.record("filing.close_again", actor=act.actor, obj=reopening.filing, changes={})
