"""Floating, lost and suspended members, and progress on problems, by workbook: what follows."""

import datetime

import pytest

from orgs.models import Member, MemberStatus, Situation
from sheets.forms import get_form
from sheets.undo import undo
from supervision.models import RectificationItem, RectificationNote
from tests.sheets.test_record_sheets import (
    branch,
    bring,
    codes,
    counts,
    example,
    make_member,
    today,
)

__all__ = ["branch", "today"]
D = datetime.date.fromisoformat


@pytest.fixture
def times(branch, users):
    """Bring rows of (kind, start, end) in for one member."""

    def bring_in(*rows, name="张某某", **told):
        form = get_form("situations")
        cells = [
            example(form)
            | {"member_name": name, "kind": kind, "start": start, "end": end}
            | {"note": "", "document": ""}
            | told
            for kind, start, end in rows
        ]
        return bring(form, users.editor, *cells)

    return bring_in


def test_a_time_that_lasts_marks_the_member_and_its_end_frees_him(times, users):
    opened = times(("流动", "2025-02-10", ""), ("失联", "2024-01-05", "2024-06-01"))
    assert (opened.kind, counts(opened)) == ("situations", (2, 0, 0, 0))
    member = Member.objects.get(name="张某某")
    assert (member.is_floating, member.is_lost_contact) == (True, False)
    ended = times(("流动", "2025-02-10", "2025-09-30"))
    assert counts(ended) == (0, 1, 0, 0)
    member.refresh_from_db()
    assert not member.is_floating
    undo(ended.batch, user=users.editor, reason="日期不对")
    member.refresh_from_db()
    assert member.is_floating
    undo(opened.batch, user=users.editor, reason="不是这个人")
    member.refresh_from_db()
    assert not member.is_floating
    assert not Situation.objects.exists()


def test_a_beginning_nobody_has_told_is_told(times, branch):
    member = Member.objects.get(name="张某某")
    Member.objects.filter(pk=member.pk).update(is_floating=True)
    Situation.objects.create(member=member, kind="floating")
    assert counts(times(("流动", "2025-02-10", ""))) == (0, 1, 0, 0)
    assert Situation.objects.get().start == D("2025-02-10")


def test_who_was_lost_for_six_months_may_be_suspended(times):
    assert codes(times(("停止党籍", "2025-09-01", ""))) == ["SUSPENDED_EARLY"]
    lost = ("失联", "2025-03-01", "")
    assert codes(times(lost, ("停止党籍", "2025-08-31", ""))) == ["SUSPENDED_EARLY"]
    assert counts(times(lost, ("停止党籍", "2025-09-01", ""))) == (1, 0, 1, 0)
    assert Member.objects.get(name="张某某").status == MemberStatus.SUSPENDED
    assert codes(times(("停止党籍", "2025-09-01", "2026-02-01"))) == ["RESUME_ON_PAGE"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("流动", "", "2025-05-01")], "REQUIRED_MISSING"),
        ([("流动", "2025-05-01", "2025-04-01")], "NOT_CONSISTENT"),
        ([("流动", "2026-05-01", "")], "DATE_FUTURE"),
        ([("流动", "2025-01-05", ""), ("流动", "2025-05-05", "")], "ALREADY_THERE"),
        (
            [("流动", "2025-01-05", "2025-06-01"), ("流动", "2025-05-05", "")],
            "SITUATION_OVERLAPS",
        ),
    ],
)
def test_times_that_cannot_be_are_refused(times, rows, code):
    assert code in codes(times(*rows))


def test_who_has_left_is_not_away(times, branch):
    make_member(branch, 3, "赵某某", left_on=D("2025-06-30"), left_kind="died")
    assert codes(times(("失联", "2025-03-01", ""), name="赵某某")) == ["MEMBER_LEFT"]
    assert counts(times(("失联", "2025-03-01", "2025-06-30"), name="赵某某"))[0] == 1
    assert not Member.objects.get(name="赵某某").is_lost_contact


@pytest.fixture
def item(branch):
    return RectificationItem.objects.create(
        organization=branch,
        source="inspection",
        found_on=D("2025-03-05"),
        description="2 月没有支委会记录",
        category="org_life",
        deadline=D("2025-06-30"),
    )


def entry(users, **told):
    form = get_form("rectification_notes")
    return bring(form, users.editor, example(form) | {"title": "", "author_name": ""} | told)


def test_progress_takes_an_item_up_and_its_undoing_leaves_it_waiting(item, users):
    outcome = entry(users)
    assert (outcome.kind, counts(outcome)) == ("rectification_notes", (1, 0, 0, 0))
    note = RectificationNote.objects.get()
    assert (note.title, note.author, note.author_name) == (
        "整改进展",
        users.editor,
        users.editor.name,
    )
    item.refresh_from_db()
    assert item.state == "working"
    undo(outcome.batch, user=users.editor, reason="传错了文件")
    item.refresh_from_db()
    assert item.state == "open"


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"day": "2025-03-01"}, "BEFORE_FOUND"),
        ({"title": "复核销号"}, "PROGRESS_ONLY"),
        ({"item_description": "没有这个问题"}, "ITEM_UNKNOWN"),
        ({"day": "2026-04-01"}, "DATE_FUTURE"),
    ],
)
def test_entries_that_cannot_be_are_refused(item, users, told, code):
    assert code in codes(entry(users, **told))
    assert not RectificationNote.objects.exists()


def test_nothing_is_added_after_the_closing(item, users):
    RectificationItem.objects.update(state="closed", closed_on=D("2025-06-10"))
    assert codes(entry(users, day="2025-06-11")) == ["ITEM_ENDED"]
    assert counts(entry(users, day="2025-06-01")) == (1, 0, 0, 0)
    item.refresh_from_db()
    assert item.state == "closed"
