"""A year whose window of self-score is open, and what it takes to walk through it."""

import datetime
from decimal import Decimal
from types import SimpleNamespace

from django.db import connection
from django.utils import timezone

from accounts.history import Act
from assessments.models import Cycle
from assessments.scoring import score_cycle
from assessments.workflow import deciding, filing
from assessments.workflow.models import Decision, Filing, Schedule
from assessments.workflow.states import Stage
from schools.roles import Role
from tests.conftest import make_organization, make_user
from tests.remembered import remembered

DAY = datetime.timedelta(days=1)


@remembered
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


def commit():
    """Do what waits for the commit of the transaction the test runs in."""
    waiting, connection.run_on_commit = connection.run_on_commit, []
    for _, act, _ in waiting:
        act()


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


def to_submitted(world, record=None):
    record = record or world.filing
    fill(record, Stage.SELF, world.users.township if record == world.filing else world.users.editor)
    submitter = world.users.township if record == world.filing else world.users.editor
    return filing.submit(filing=record, act=Act(submitter))


def to_first_reviewed(world, record=None):
    record = to_submitted(world, record)
    fill(record, Stage.FIRST, world.users.reviewer, "0.50")
    return filing.pass_up(filing=record, act=Act(world.users.reviewer))


def settle(world, record):
    record.refresh_from_db()
    fill(record, Stage.SECOND, world.users.second, "0.75")
    return filing.settle(filing=record, act=Act(world.users.second))


def to_published(world):
    record = to_first_reviewed(world)
    deciding.draw(cycle=world.cycle, act=Act(world.users.manager))
    settle(world, record)
    deciding.decide(
        cycle=world.cycle, met_on=world.today, minutes="〔2026〕4 号", act=Act(world.users.manager)
    )
    deciding.publish(cycle=world.cycle, notice_from=world.today, act=Act(world.users.manager))
    record.refresh_from_db()
    return record


def notice_over(world):
    decision = Decision.objects.get()
    decision.notice_from, decision.notice_until = world.today - 9 * DAY, world.today - DAY
    decision.met_on = world.today - 10 * DAY
    decision.save()


def confirmed(world, verdict):
    record = to_published(world)
    notice_over(world)
    Filing.objects.filter(pk=record.pk).update(verdict=verdict)
    deciding.confirm(cycle=world.cycle, document="x 号", act=Act(world.users.manager))
    record.refresh_from_db()
    return record
