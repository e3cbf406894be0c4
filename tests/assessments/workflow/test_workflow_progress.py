"""The progress board and urging."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.history import Act
from assessments.workflow import progress
from assessments.workflow.models import (
    Urging,
)
from assessments.workflow.states import Stage
from tests.assessments.filings import (
    to_submitted,
)

DAY = datetime.timedelta(days=1)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def test_the_board_counts_each_body_and_its_sum(world):
    to_submitted(world)
    rows, total = progress.board(world.users.manager, world.cycle, world.today)
    east = next(row for row in rows if row.label == "东区")
    assert (east.total, east.stages[Stage.SELF], east.stages[Stage.FIRST]) == (2, 1, 1)
    assert (total.total, total.percent, total.late) == (2, 50, 0)
    # After the window the one not handed in is late.
    rows, total = progress.board(world.users.manager, world.cycle, world.today + 6 * DAY)
    assert total.late == 1


def test_only_the_unfinished_are_urged_and_not_twice(world):
    to_submitted(world)
    with pytest.raises(PermissionDenied):
        progress.urge(cycle=world.cycle, body=None, act=Act(world.users.viewer))
    assert progress.urge(cycle=world.cycle, body=None, act=Act(world.users.reviewer)) == 2
    stages = dict(Urging.objects.values_list("filing__organization__name", "stage"))
    assert stages == {"白杨小学党支部": Stage.FIRST, "柳林小学党支部": Stage.SELF}
    with pytest.raises(ValidationError, match="两天内"):
        progress.urge(cycle=world.cycle, body=None, act=Act(world.users.reviewer))


def test_a_body_is_urged_alone(world):
    count = progress.urge(cycle=world.cycle, body=world.tree.baiyang, act=Act(world.users.reviewer))
    assert count == 1


def test_each_person_is_told_what_waits_in_his_own_place(world):
    to_submitted(world)
    progress.urge(cycle=world.cycle, body=None, act=Act(world.users.reviewer))

    def told(user, body):
        found = progress.waiting_for(user, body, world.today)
        return found.drafts, found.to_review, found.urged

    tree, users = world.tree, world.users
    assert told(users.manager, tree.city) == (1, 1, 1)
    assert told(users.editor, tree.east) == (1, 0, 1)
    assert told(users.reviewer, tree.east) == (0, 1, 0)
    assert told(users.viewer, tree.east) == (0, 0, 0)
