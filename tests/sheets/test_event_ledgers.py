"""The ledgers of trainings and volunteering: members by name, and the same file twice."""

import datetime

import pytest
import time_machine

from accounts.models import Revision
from activities.models import Training, TrainingHours, VolunteerHours, Volunteering
from sheets import importing
from sheets.undo import undo
from tests.conftest import make_organization
from tests.orgs.records import make_member
from tests.sheets.test_importing import book

D = datetime.date
HEAD = ["党支部", "培训主题", "培训形式", "主办层级", "培训时间", "学时", "参训党员"]
SERVED = ["党支部", "活动主题", "服务类别", "活动时间", "服务时长（小时）", "参加人员"]
EAST = "东区第一小学党支部"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield


@pytest.fixture
def branch(tree):
    branch = make_organization("中共东区第一小学支部委员会", tree.east_edu)
    for number, name in enumerate(("王芳", "李强", "张敏"), 1):
        make_member(name, branch, number)
    make_member("何静", branch, 4, joined_on=D(2026, 9, 1))
    return branch


def training(members="全体", day="2026.7.8", **changes):
    values = {"form": "集中", "level": "县级", "hours": "16"} | changes
    return [EAST, "暑期轮训", values["form"], values["level"], day, values["hours"], members]


def bring(user, head, *rows):
    return importing.save("auto", book(head, *rows), "2026年培训台账.xlsx", user=user)


def refused(outcome) -> set[str]:
    return {p.code for r in outcome.refused_rows() for p in r.problems}


def names(model):
    return sorted(model.objects.values_list("member__name", flat=True))


def test_a_training_comes_in_with_everybody_of_that_day(branch, users):
    outcome = bring(users.editor, HEAD, training())
    assert (outcome.kind, outcome.counts["new"]) == ("trainings", 1)
    held = Training.objects.get()
    assert (held.form, held.level, held.hours) == ("concentrated", 4, 16)
    assert (held.started_on, held.ended_on) == (D(2026, 7, 8), D(2026, 7, 8))
    # Who joined later was not there.
    assert names(TrainingHours) == ["张敏", "李强", "王芳"]
    rows = Revision.objects.filter(batch=outcome.batch.pk)
    assert {(r.model, r.row) for r in rows} == {
        ("activities.training", 2),
        ("activities.traininghours", 2),
    }
    assert bring(users.editor, HEAD, training()).counts["unchanged"] == 1


def test_names_given_are_added_and_can_be_undone(branch, users):
    bring(users.editor, HEAD, training("王芳、李强"))
    outcome = bring(users.editor, HEAD, training("李强，张敏"))
    assert outcome.counts["changed"] == 1
    assert names(TrainingHours) == ["张敏", "李强", "王芳"]
    for same in ("", "王芳"):
        assert bring(users.editor, HEAD, training(same)).counts["unchanged"] == 1
    undo(outcome.batch, user=users.editor, reason="传错了")
    assert names(TrainingHours) == ["李强", "王芳"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (training("王芳、赵六"), "MEMBER_UNKNOWN"),
        (training(day="2025.7.8"), "YEAR_NOT_IN_LEDGER"),
        (training(day="2026.7"), "DATE_INVALID"),
        (training(hours="0.2"), "HOURS_INVALID"),
        (training(level="外星"), "ENUM_INVALID"),
    ],
)
def test_rows_that_cannot_be_are_refused(branch, users, row, code):
    assert code in refused(bring(users.editor, HEAD, row))
    assert not Training.objects.exists()


def test_two_of_one_name_are_written_down_on_the_page(branch, users):
    make_member("王芳", branch, 9)
    assert refused(bring(users.editor, HEAD, training("王芳"))) == {"MEMBER_AMBIGUOUS"}


def test_an_activity_comes_in_with_its_members(branch, users):
    row = [EAST, "学雷锋", "社区", "2026-03-05", "2.5", "王芳、李强"]
    outcome = importing.save(
        "auto", book(SERVED, row), "2026年志愿服务台账.xlsx", user=users.editor
    )
    assert (outcome.kind, outcome.counts["new"]) == ("volunteering", 1)
    assert Volunteering.objects.get().category == "community"
    assert dict(VolunteerHours.objects.values_list("member__name", "hours")) == {
        "王芳": 2.5,
        "李强": 2.5,
    }
