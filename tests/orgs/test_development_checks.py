"""The rules of developing members on the day itself, the day before and the day after."""

import datetime

import pytest

from orgs.development.calendar import add_months, full_months, working_days
from orgs.development.checks import REVISED_ON, RULES, State, checks
from orgs.development.facts import CaseFacts, names_in

D = datetime.date.fromisoformat
DAY = datetime.timedelta(days=1)


def facts(**told):
    """Return facts of somebody born in 1990 who applied on 2024-03-05; dates as text."""
    told = {"birth_date": "1990-06-01", "applied_on": "2024-03-05"} | told
    reviews = tuple(D(day) for day in told.pop("reviews", ()))
    values = {
        name: D(value) if isinstance(value, str) and value[:2] in ("19", "20") else value
        for name, value in told.items()
    }
    return CaseFacts(**values, reviews=reviews)


def check(key, today, **told):
    return next(c for c in checks(facts(**told), D(today)) if c.key == key)


MET, MISSED, WAITING, SOON, NONE = State

ACTIVIST = {"activist_on": "2024-06-20"}
TARGET = ACTIVIST | {"target_on": "2025-07-01"}
MEETING = TARGET | {"pre_review_on": "2025-09-30", "admitted_on": "2025-10-20"}


@pytest.mark.parametrize(
    ("key", "told", "state"),
    [
        # 18 on the very day; a leap-day birthday counts on 28 February.
        ("R45", {"birth_date": "2006-03-06"}, MISSED),
        ("R45", {"birth_date": "2006-03-05"}, MET),
        ("R45", {"birth_date": "2006-03-04"}, MET),
        ("R45", {"birth_date": "2004-02-29", "applied_on": "2022-02-28"}, MET),
        ("R45", {"birth_date": "2004-02-29", "applied_on": "2022-02-27"}, MISSED),
        # 31 days.
        ("R46", {"first_talk_on": "2024-04-04"}, MET),
        ("R46", {"first_talk_on": "2024-04-05"}, MET),
        ("R46", {"first_talk_on": "2024-04-06"}, MISSED),
        ("R47", {}, NONE),
        ("R47", ACTIVIST, WAITING),
        ("R47", ACTIVIST | {"cultivators": "王芳"}, MET),
        ("R47", ACTIVIST | {"cultivators": "王芳、李强"}, MET),
        ("R47", ACTIVIST | {"cultivators": "王芳、李强、何敏"}, MISSED),
        ("R47", TARGET, MISSED),
        # Twelve full months ask for two reviews, a day less for one.
        ("R48", TARGET | {"target_on": "2025-06-20", "reviews": ["2024-12-20"]}, MISSED),
        ("R48", TARGET | {"target_on": "2025-06-19", "reviews": ["2024-12-20"]}, MET),
        ("R48", TARGET | {"target_on": "2025-06-21", "reviews": ["2024-12-20"]}, MISSED),
        ("R48", TARGET | {"reviews": ["2024-12-20", "2025-07-01"]}, MET),
        ("R48", TARGET | {"reviews": ["2024-12-20", "2025-07-02"]}, MISSED),
        ("R48", TARGET | {"reviews": ["2024-06-19", "2025-06-01"]}, MISSED),
        # The same day next year, not 365 days: 2024-02-29 + a year is 2025-02-28.
        ("R49", {"activist_on": "2024-06-20", "target_on": "2025-06-19"}, MISSED),
        ("R49", {"activist_on": "2024-06-20", "target_on": "2025-06-20"}, MET),
        ("R49", {"activist_on": "2024-06-20", "target_on": "2025-06-21"}, MET),
        ("R49", {"activist_on": "2023-06-20", "target_on": "2024-06-19"}, MISSED),
        ("R49", {"activist_on": "2024-02-29", "target_on": "2025-02-28"}, MET),
        ("R49", {"activist_on": "2024-02-29", "target_on": "2025-02-27"}, MISSED),
        ("R50", TARGET, WAITING),
        ("R50", MEETING | {"training_days": 2, "training_hours": 23}, MISSED),
        ("R50", MEETING | {"training_days": 3}, MET),
        ("R50", MEETING | {"training_hours": 24}, MET),
        ("R50", MEETING | {"training_days": 3, "training_on": "2025-10-20"}, MET),
        ("R50", MEETING | {"training_days": 3, "training_on": "2025-10-21"}, MISSED),
        ("R52", TARGET, WAITING),
        ("R52", TARGET | {"sponsors": "王芳 李强"}, MET),
        ("R52", MEETING | {"sponsors": "王芳"}, MISSED),
        ("R52", TARGET | {"sponsors": "王芳、李强、何敏"}, MISSED),
        # 31 days after the pre-review.
        ("R53", MEETING | {"admitted_on": "2025-10-30"}, MET),
        ("R53", MEETING | {"admitted_on": "2025-10-31"}, MET),
        ("R53", MEETING | {"admitted_on": "2025-11-01"}, MISSED),
        ("R53", MEETING | {"pre_review_on": None}, MISSED),
        # The same day three months later; six with a special reason.
        ("R54-admission", MEETING | {"approved_on": "2026-01-19"}, MET),
        ("R54-admission", MEETING | {"approved_on": "2026-01-20"}, MET),
        ("R54-admission", MEETING | {"approved_on": "2026-01-21"}, MISSED),
        (
            "R54-admission",
            MEETING | {"approved_on": "2026-04-20", "approval_is_special": True},
            MET,
        ),
        (
            "R54-admission",
            MEETING | {"approved_on": "2026-04-21", "approval_is_special": True},
            MISSED,
        ),
        (
            "R54-admission",
            MEETING | {"admitted_on": "2025-11-30", "approved_on": "2026-02-28"},
            MET,
        ),
        (
            "R54-admission",
            MEETING | {"admitted_on": "2025-11-30", "approved_on": "2026-03-01"},
            MISSED,
        ),
        ("R55", MEETING | {"confirmed_on": "2026-10-19"}, MISSED),
        ("R55", MEETING | {"confirmed_on": "2026-10-20"}, MET),
        ("R55", MEETING | {"extended_to": "2027-04-20", "confirmed_on": "2027-04-19"}, MISSED),
        ("R55", MEETING | {"extended_to": "2027-04-20", "confirmed_on": "2027-04-20"}, MET),
        ("R55-discussion", MEETING | {"confirmation_meeting_on": "2026-11-20"}, MET),
        ("R55-discussion", MEETING | {"confirmation_meeting_on": "2026-11-21"}, MISSED),
        # Half a year at least, a year at most, beyond the first year.
        ("R55-extension", MEETING | {"extended_to": "2027-04-19"}, MISSED),
        ("R55-extension", MEETING | {"extended_to": "2027-04-20"}, MET),
        ("R55-extension", MEETING | {"extended_to": "2027-10-20"}, MET),
        ("R55-extension", MEETING | {"extended_to": "2027-10-21"}, MISSED),
        (
            "R54-confirmation",
            MEETING
            | {"confirmation_meeting_on": "2026-10-25", "confirmation_approved_on": "2027-01-25"},
            MET,
        ),
        (
            "R54-confirmation",
            MEETING
            | {"confirmation_meeting_on": "2026-10-25", "confirmation_approved_on": "2027-01-26"},
            MISSED,
        ),
        ("R56", MEETING, NONE),
        ("R56", MEETING | {"confirmed_on": "2026-10-20"}, MET),
    ],
)
def test_a_decided_check_at_its_threshold(key, told, state):
    assert check(key, "2027-12-01", **told).state == state


@pytest.mark.parametrize(
    ("first", "last", "state"),
    [
        # Monday to Friday; one day short; over a weekend.
        ("2025-06-09", "2025-06-13", MET),
        ("2025-06-09", "2025-06-12", MISSED),
        ("2025-06-12", "2025-06-18", MET),
        # 2025-09-28 is a Sunday worked; the National Day week does not count.
        ("2025-09-26", "2025-09-30", MISSED),
        ("2025-09-25", "2025-09-30", MET),
        ("2025-09-30", "2025-10-12", MISSED),
        ("2025-09-29", "2025-10-11", MET),
    ],
)
def test_a_notice_counts_working_days_with_the_legal_holidays(first, last, state):
    told = ACTIVIST | {"target_notice_from": first, "target_notice_to": last}
    assert check("R51-target", "2027-12-01", **told).state == state


def test_a_notice_is_over_before_the_step_it_announces():
    told = ACTIVIST | {"target_notice_from": "2025-06-09", "target_notice_to": "2025-06-13"}
    assert check("R51-target", "2026-01-01", **told, target_on="2025-06-13").state == MET
    early = check("R51-target", "2026-01-01", **told, target_on="2025-06-12")
    assert (early.state, "还没有期满" in early.sentence) == (MISSED, True)
    assert check("R51-target", "2026-01-01", **TARGET).state == MISSED
    assert check("R51-admission", "2026-01-01", **MEETING).state == NONE


def test_working_days_of_a_year_without_a_notice_are_told_as_assumed():
    assert working_days(D("2031-09-29"), D("2031-10-07")) == 4
    told = ACTIVIST | {"target_notice_from": "2031-09-29", "target_notice_to": "2031-10-07"}
    assert "2031 年放假安排没有录入" in check("R51-target", "2031-12-01", **told).sentence


@pytest.mark.parametrize(
    ("today", "state", "left"),
    [
        ("2024-03-05", WAITING, 31),
        ("2024-03-06", SOON, 30),
        ("2024-04-05", SOON, 0),
        ("2024-04-06", MISSED, -1),
    ],
)
def test_an_open_deadline_draws_near_and_passes(today, state, left):
    found = check("R46", today)
    assert (found.state, found.days_left, found.met) == (state, left, None)
    assert found.due_on == D("2024-04-05")


@pytest.mark.parametrize(
    ("today", "reviews", "due", "state"),
    [
        ("2024-12-20", [], "2024-12-20", SOON),
        ("2024-12-21", [], "2024-12-20", MISSED),
        ("2024-12-21", ["2024-12-19"], "2025-06-20", WAITING),
        ("2025-06-21", ["2024-12-19"], "2025-06-20", MISSED),
        ("2025-06-21", ["2024-12-19", "2025-06-20"], "2025-12-20", WAITING),
    ],
)
def test_the_next_review_falls_due_each_half_year(today, reviews, due, state):
    found = check("R48", today, **ACTIVIST, reviews=reviews)
    assert (found.due_on, found.state) == (D(due), state)


def test_the_sentence_tells_the_days():
    late = check("R46", "2024-05-01", first_talk_on="2024-04-08")
    assert late.sentence == "2024-04-08 派人谈话，超过期限 2024-04-05 共 3 天"
    early = check("R49", "2026-01-01", **ACTIVIST, target_on="2025-06-10")
    assert early.sentence == "2025-06-10 列为发展对象，2025-06-20 才满一年，早了 10 天"


def test_the_source_is_the_edition_of_its_day():
    due = check("R46", "2026-06-30", applied_on=str(REVISED_ON - 31 * DAY))
    assert due.source == "《中国共产党发展党员工作细则》（2026 年修订）第七条"
    before = check("R46", "2026-06-30", applied_on=str(REVISED_ON - 32 * DAY))
    assert before.source == "《中国共产党发展党员工作细则》（2014 年）第七条"


def test_a_closed_case_asks_for_nothing_more():
    ended = checks(facts(**ACTIVIST, ended_on="2024-08-01"), D("2026-01-01"))
    assert not [c for c in ended if c.met is None and c.state != NONE]
    confirmed = facts(**MEETING, confirmation_meeting_on="2026-10-20", confirmed_on="2026-10-20")
    still = [c.key for c in checks(confirmed, D("2026-11-01")) if c.met is None and c.due_on]
    assert still == ["R54-admission", "R54-confirmation"]


def test_only_open_checks_change_with_the_day():
    told = facts(**MEETING, first_talk_on="2024-03-20", cultivators="王芳")
    early, late = (checks(told, D(day)) for day in ("2025-10-21", "2030-01-01"))
    for one, other in zip(early, late, strict=True):
        assert (one.key, one.met, one.due_on) == (other.key, other.met, other.due_on)


def test_every_rule_of_the_table_is_there_once():
    assert {rule.code for rule in RULES.values()} == {f"R{n}" for n in range(45, 57)}


def test_months_and_names():
    assert add_months(D("2024-01-31"), 1) == D("2024-02-29")
    assert add_months(D("2024-12-15"), -1) == D("2024-11-15")
    assert full_months(D("2024-01-31"), D("2024-02-29")) == 1
    assert full_months(D("2024-03-15"), D("2024-09-14")) == 5
    assert full_months(D("2024-03-15"), D("2024-03-01")) == 0
    assert names_in("王芳、 李强\n何敏") == ["王芳", "李强", "何敏"]
