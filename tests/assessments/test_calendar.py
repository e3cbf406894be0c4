"""The year in months: which slots are due, held, open or missing."""

import datetime

import pytest

from activities.models import MeetingType as T
from assessments.calendar import Record, slots, year_grid
from orgs.models import OrgKind

DATE = datetime.date


def grid(records=(), **changes):
    """The rows of a branch with a committee in 2025, seen from November 2026, by label."""
    known = {
        "kind": OrgKind.BRANCH,
        "year": 2025,
        "born": DATE(2010, 9, 1),
        "gone": None,
        "has_committee": True,
        "today": DATE(2026, 11, 12),
        "until": DATE(2026, 3, 31),
    }
    return {row.label: row for row in year_grid(records=records, **(known | changes))}


def held(type_, *days, **kwargs):
    """Valid records of a type on (month, day) pairs of 2025."""
    return [Record(type_, DATE(2025, month, day), True, **kwargs) for month, day in days]


def states(row):
    return " ".join(mark.state for mark in row.marks)


def test_the_months_of_an_example_page():
    # Committee meetings in every month but March and August, July entered late.
    records = held(
        T.BRANCH_COMMITTEE,
        *[(m, 10) for m in (1, 2, 4, 5, 6, 9, 10, 11, 12)],
    ) + held(T.BRANCH_COMMITTEE, (7, 8), is_late=True)
    row = grid(records)["支委会"]
    assert states(row) == "ok ok miss ok ok ok late miss ok ok ok ok"
    assert row.conclusion == "缺 3 月、8 月"
    assert row.marks[6].day == 8


def test_quarters_are_marked_in_the_month_held_and_missing_in_their_last():
    row = grid(held(T.LECTURE, (2, 27), (11, 14)))["党课"]
    assert states(row) == "na ok na na na miss na na miss na ok na"
    assert row.conclusion == "缺第二、三季度"
    full = grid(held(T.MEMBER_ASSEMBLY, (3, 20), (6, 18), (9, 22), (12, 16)))["党员大会"]
    assert full.conclusion == "四季齐"
    assert full.complete


def test_a_branch_founded_in_may_owes_eight_months_and_three_quarters():
    # The worked example of the standard: founded 1 May, seven committee meetings in
    # seven months, assemblies in the second and fourth quarter only.
    records = held(T.BRANCH_COMMITTEE, *[(m, 6) for m in range(5, 12)]) + held(
        T.MEMBER_ASSEMBLY, (6, 3), (12, 3)
    )
    rows = grid(records, born=DATE(2025, 5, 1))
    assert states(rows["支委会"]) == "na na na na ok ok ok ok ok ok ok miss"
    assert rows["支委会"].conclusion == "缺 12 月"
    assert rows["党员大会"].conclusion == "缺第三季度"
    due = [slot.due for slot in slots(2025, "quarter", DATE(2025, 5, 1), None)]
    assert due == [False, True, True, True]


@pytest.mark.parametrize(("born", "due"), [(DATE(2025, 2, 15), True), (DATE(2025, 2, 16), False)])
def test_a_quarter_is_due_from_45_days_of_existence(born, due):
    # From 15 February to 31 March are 14 + 31 = 45 days.
    assert slots(2025, "quarter", born, None)[0].due is due


def test_a_dissolved_organization_owes_nothing_after():
    months = slots(2025, "month", None, DATE(2025, 6, 30))
    # Dissolved on 30 June: June was not a whole month.
    assert [slot.due for slot in months] == [True] * 5 + [False] * 7


@pytest.mark.parametrize(
    ("today", "state", "conclusion"),
    [
        (DATE(2025, 3, 31), "wait", "10 次待开展"),
        (DATE(2025, 4, 1), "due", "10 次待开展"),
        (DATE(2025, 4, 15), "due", "10 次待开展"),
        (DATE(2025, 4, 16), "miss", "缺 3 月"),
    ],
)
def test_a_month_is_open_then_to_be_entered_then_missing(today, state, conclusion):
    row = grid(held(T.THEME_DAY, (1, 5), (2, 5)), today=today)["主题党日"]
    assert row.marks[2].state == state
    assert row.conclusion == conclusion
    assert row.marks[2].days == ({"due": (DATE(2025, 4, 15) - today).days}.get(state))


def test_a_late_entry_not_accepted_does_not_count_yet():
    records = [Record(T.THEME_DAY, DATE(2025, 3, 5), False, is_late=True, claimed=True)]
    mark = grid(records)["主题党日"].marks[2]
    assert (mark.state, mark.day) == ("claim", 5)


def test_a_record_that_is_not_valid_is_missing_and_says_so():
    mark = grid([Record(T.THEME_DAY, DATE(2025, 3, 5), False)])["主题党日"].marks[2]
    assert mark.state == "miss"
    assert "不符合" in mark.note


def test_yearly_types_held_after_new_year_count_until_the_end_of_march():
    record = Record(T.ORG_LIFE, DATE(2026, 2, 20), True)
    assert grid([record])["组织生活会"].conclusion == "已开展"
    assert grid(today=DATE(2026, 3, 31))["组织生活会"].conclusion == "1 次待开展"
    assert grid()["组织生活会"].conclusion == "没有有效记录"


def test_rows_follow_the_kind_of_organization():
    assert list(grid()) == ["支委会", "主题党日", "党员大会", "党课", "组织生活会", "民主评议党员"]
    assert "支委会" not in grid(has_committee=False)
    committee = grid(held(T.LECTURE, (3, 1)), kind=OrgKind.COMMITTEE)
    assert list(committee) == ["委员会会议", "党员大会", "党课", "民主生活会"]
    assert committee["党课"].conclusion == "应上 2 次，有效 1 次"
    assert grid(held(T.LECTURE, (3, 1), (4, 1)), kind=OrgKind.COMMITTEE)["党课"].complete
    general = grid(held(T.MEMBER_ASSEMBLY, (8, 1)), kind=OrgKind.GENERAL_BRANCH)
    assert general["党员大会"].conclusion == "缺上半年"


def test_lectures_may_be_due_each_half_year():
    rows = grid(held(T.LECTURE, (2, 27)), lecture_periods=2)
    assert rows["党课"].conclusion == "缺下半年"


def test_a_functional_branch_owes_nothing():
    row = grid(held(T.THEME_DAY, (2, 27)), kind=OrgKind.FUNCTIONAL_BRANCH)["主题党日"]
    assert states(row) == "na ok" + " na" * 10
    assert row.conclusion == "已开展 1 次"


def test_vacation_months_owe_nothing():
    row = grid(vacation_months=[8])["主题党日"]
    assert row.marks[7].state == "na"
    assert "8 月" not in row.conclusion


def test_no_records_and_no_dates_are_no_error():
    rows = grid(born=None)
    assert states(rows["主题党日"]) == " ".join(["miss"] * 12)
    assert rows["主题党日"].conclusion == "缺 12 个月"
    assert rows["党课"].conclusion == "缺第一、二、三、四季度"
    assert all(row.conclusion for row in rows.values())
    unborn = grid(born=DATE(2026, 1, 1))
    assert unborn["支委会"].conclusion == "没有应开展的月份"
