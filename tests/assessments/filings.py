"""A year whose window of self-score is open, and what it takes to walk through it."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

from django.utils import timezone

from accounts.history import Act
from assessments.models import Cycle
from assessments.scoring import score_cycle
from assessments.workflow import filing
from assessments.workflow.models import Filing, Schedule
from schools.roles import Role
from tests.conftest import make_organization, make_user

DAY = datetime.timedelta(days=1)


def make_world(tree, standard, users):
    """Return last year, scored, with a filing for each of two branches in 东区.

    `users.second` re-reviews for the city.
    """
    today = timezone.localdate()
    year = today.year - 1
    ours = make_organization("白杨小学党支部", tree.baiyang)
    other = make_organization("柳林小学党支部", tree.liulin)
    cycle = Cycle.objects.create(
        year=year,
        standard=standard,
        check_date=datetime.date(year, 12, 31),
        records_until=datetime.date(year + 1, 3, 31),
    )
    score_cycle(cycle)
    Schedule.objects.create(
        cycle=cycle,
        self_from=today - 5 * DAY,
        self_until=today + 5 * DAY,
        first_until=today + 10 * DAY,
        second_until=today + 20 * DAY,
        decide_until=today + 30 * DAY,
        evidence_percent=0,
        seed="seed",
    )
    filing.begin(cycle=cycle, act=Act(users.manager))
    users.second = make_user("second", (Role.REVIEWER, tree.city), name="马建国")
    return SimpleNamespace(
        cycle=cycle,
        ours=ours,
        other=other,
        users=users,
        tree=tree,
        today=today,
        filing=Filing.objects.get(organization=ours),
    )


def pending(record):
    """Return the codes people have to score: those without records count too."""
    indicators = list(record.cycle.standard.indicators.all())
    wanted = filing.items_to_score(indicators, record.organization.kind, filing.scores_of(record))
    return [one.code for one in wanted]


def fill(record, stage, user, points="1.00", note="见说明", *, but=()):
    """Score every item of a stage, at most full points; leave out the codes `but`."""
    for code in pending(record):
        if code in but:
            continue
        full = record.cycle.standard.indicators.get(code=code).points
        filing.give(
            filing=record,
            code=code,
            stage=stage,
            points=min(Decimal(points), full),
            note=note,
            act=Act(user),
        )
