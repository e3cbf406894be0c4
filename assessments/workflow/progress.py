"""How far a year is: who has not handed in, where it waits, per body; and urging the late."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts import audit
from accounts.history import Act
from assessments.models import Cycle
from assessments.workflow import rights
from assessments.workflow.models import Filing, Urging
from assessments.workflow.states import STAGE_OF, UNFINISHED, Stage, State
from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import EDIT_ROLES, REVIEW_ROLES
from schools.scoping import granted

# Somebody urged is left in peace for these days.
PAUSE = datetime.timedelta(days=2)
# An urging is shown for these days.
RECENT = datetime.timedelta(days=14)


def years_with_filings() -> QuerySet[Cycle]:
    """Return the years somebody hands in a filing for, newest first."""
    return Cycle.objects.filter(Exists(Filing.everything.filter(cycle=OuterRef("pk"))))


@dataclass(slots=True)
class Row:
    """The filings of one body: how many at each stage, and how many of them are late."""

    body: Jurisdiction | None
    label: str
    stages: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Stage.values, 0))
    late: int = 0

    @property
    def total(self) -> int:
        return sum(self.stages.values())

    @property
    def handed_in(self) -> int:
        """Those past the self-score."""
        return self.total - self.stages[Stage.SELF]

    @property
    def percent(self) -> int | None:
        """Handed in, in per cent of all; None of nothing."""
        return (200 * self.handed_in + self.total) // (2 * self.total) if self.total else None

    @property
    def cells(self) -> list[tuple[Stage, int]]:
        """The counts in the order of the stages."""
        return [(stage, self.stages[stage]) for stage in Stage]


def late(rows: QuerySet[Filing], today: datetime.date) -> QuerySet[Filing]:
    """Return the filings that should be further on `today`, by return date and schedule."""
    return rows.filter(
        Q(due_on__lt=today, state__in=(State.RETURNED, State.RECTIFYING))
        | Q(state=State.DRAFT, cycle__schedule__self_until__lt=today)
        | Q(state=State.SUBMITTED, cycle__schedule__first_until__lt=today)
        | Q(state=State.FIRST_REVIEWED, cycle__schedule__second_until__lt=today)
    )


def board(user, cycle: Cycle, today: datetime.date) -> tuple[list[Row], Row]:
    """Return a row for each body next below the user's scope, and their sum.

    The city's rows are the reporting units; below them each managing body has its own.
    Three queries whatever the number of organizations.
    """
    filings = Filing.objects.visible_to(user).filter(cycle=cycle)
    bodies = _bodies(user)
    counts = (
        filings.order_by()
        .values_list("organization__jurisdiction__path", "state")
        .annotate(n=Count("pk"))
    )
    late_counts = (
        late(filings, today)
        .order_by()
        .values_list("organization__jurisdiction__path")
        .annotate(n=Count("pk"))
    )
    rows = {body.path: Row(body, body.label) for body in bodies}
    rest, total = Row(None, "其他"), Row(None, "合计")

    def of(path: str) -> Row:
        known = [one for one in rows if path.startswith(one)]
        return rows[max(known, key=len)] if known else rest

    for path, state, n in counts:
        stage = STAGE_OF[State(state)]
        of(path).stages[stage] += n
        total.stages[stage] += n
    for path, n in late_counts:
        of(path).late += n
        total.late += n
    found = [row for row in rows.values() if row.total]
    return found + ([rest] if rest.total else []), total


def _bodies(user) -> list[Jurisdiction]:
    visible = Jurisdiction.objects.visible_to(user)
    units = list(visible.filter(is_reporting_unit=True).order_by("unit_order"))
    if len(units) > 1:
        return units
    others = visible.exclude(kind=JurisdictionKind.SCHOOL).exclude(depth=1)
    return list(others.order_by("path"))


@transaction.atomic
def urge(*, cycle: Cycle, body: Jurisdiction | None, act: Act) -> int:
    """Remind those who are not done of the stage they are at; return how many were reminded.

    Only filings inside the scope of the one who urges, below `body` (None: all of it), and
    only unfinished ones; who was reminded within two days is left out.
    """
    actor = rights.person(act)
    if not actor.has_perm(rights.REVIEW):
        raise PermissionDenied("催办由审核人员和业务管理办理，您可以查看进度。")
    rows = Filing.objects.reviewable_by(actor).filter(cycle=cycle, state__in=UNFINISHED)
    if body is not None:
        rows = rows.inside(body)
    recent = Urging.objects.filter(filing=OuterRef("pk"), at__gt=timezone.now() - PAUSE)
    waiting = [
        one
        for one in rows.filter(~Exists(recent)).only("pk", "state", "drawn")
        # Settled without a re-review once the others are drawn: nobody's fault.
        if one.state != State.FIRST_REVIEWED or one.drawn
    ]
    if not waiting:
        raise ValidationError("没有要催办的：都已办完，或者两天内已经催过。")
    Urging.objects.bulk_create(
        [Urging(filing=one, stage=one.stage, by=actor) for one in waiting], batch_size=1000
    )
    audit.record(
        "filing.urge",
        actor=actor,
        obj=cycle,
        changes={"organizations": len(waiting), "范围": body.label if body else "全部"},
    )
    return len(waiting)


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many filings of open years wait for a person, by what is to be done."""

    returned: int = 0
    drafts: int = 0
    to_review: int = 0
    to_re_review: int = 0
    urged: int = 0


def awaiting(today: datetime.date) -> dict[str, Q]:
    """Return what a filing of an open year can wait for, by the field of `Waiting`."""
    return {
        "returned": Q(state=State.RETURNED),
        "drafts": Q(state=State.DRAFT, cycle__schedule__self_from__lte=today),
        "to_review": Q(state=State.SUBMITTED),
        "to_re_review": Q(state=State.FIRST_REVIEWED) & ~Q(drawn=""),
    }


def waiting_for(user, body: Jurisdiction, today: datetime.date) -> Waiting:
    """Return what waits for `user` below `body`; one query."""
    lookup = "organization__jurisdiction__path"
    fills = granted(user, EDIT_ROLES, lookup)
    reviews = granted(user, REVIEW_ROLES, lookup)
    second = Q() if rights.reviews_city(user) else Q(pk__in=[])
    waits = awaiting(today)
    recent = Urging.objects.filter(at__gt=timezone.now() - RECENT).order_by()
    urged = Q(state__in=(State.DRAFT, State.RETURNED), pk__in=recent.values("filing"))
    rows = Filing.objects.visible_to(user).inside(body).filter(cycle__state=Cycle.State.OPEN)
    found = rows.aggregate(
        returned=Count("pk", filter=fills & waits["returned"]),
        drafts=Count("pk", filter=fills & waits["drafts"]),
        to_review=Count("pk", filter=reviews & waits["to_review"]),
        to_re_review=Count("pk", filter=second & waits["to_re_review"]),
        urged=Count("pk", filter=fills & urged),
    )
    return Waiting(**found)
