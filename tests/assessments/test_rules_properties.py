"""What holds for every rule, whatever the records say (hypothesis)."""

import dataclasses
import datetime
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from activities.models import MeetingType
from assessments.facts.contacts import Contacts
from assessments.facts.development import Development
from assessments.facts.dues import Dues
from assessments.facts.evaluations import Evaluations
from assessments.facts.groups import Groups
from assessments.facts.rectification import Rectification
from assessments.facts.roles import Pioneers, Volunteering
from assessments.facts.talks import Talks
from assessments.facts.transfers import Transfers
from assessments.rules import RULES, VETOES
from assessments.scores import Score
from assessments.workflow.totals import final_of
from orgs.models import OrgKind
from tests.assessments.facts_maker import BRANCH, YEAR, indicators, parameters, score, veto

KINDS = (OrgKind.BRANCH, OrgKind.JOINT_BRANCH, OrgKind.GENERAL_BRANCH, OrgKind.COMMITTEE)
MONTHS = st.integers(0, YEAR).map(lambda mask: mask & YEAR)


def up_to(most):
    return st.integers(0, most)


@st.composite
def pairs(draw, most=20):
    """A whole and a part of it."""
    whole = draw(up_to(most))
    return whole, draw(up_to(whole))


@st.composite
def anything(draw):
    """Facts that can stand in the records, good and bad ones."""
    members, full = draw(pairs(60))
    due, present = draw(pairs(300))
    dues_due, dues_paid = draw(pairs(700))
    checks, met = draw(pairs())
    talked, planned = draw(pairs())
    took_part, graded = draw(pairs(60))
    handled, late = draw(pairs())
    items, in_time = draw(pairs())
    floating, kept = draw(pairs(5))
    posts, reviewed = draw(pairs())
    first = draw(st.integers(1, 13))
    existed = YEAR & ~((1 << first) - 1)
    held = {kind: draw(MONTHS) for kind in MeetingType}
    themes = [n for n in range(1, 13) if held[MeetingType.THEME_DAY] >> n & 1]
    return dataclasses.replace(
        BRANCH,
        kind=draw(st.sampled_from(KINDS)),
        members=members,
        full_members=full,
        probationary=members - full,
        full_by_month=tuple(draw(up_to(60)) for _ in range(12)),
        evaluable=full,
        new_members=draw(up_to(members)),
        full_months=12 - first + 1,
        due_months=existed,
        branches=draw(up_to(6)),
        posts=frozenset(draw(st.sets(st.sampled_from(sorted(BRANCH.posts))))),
        committee_size=draw(up_to(7)),
        has_committee=draw(st.booleans()),
        secretary_vacancy=draw(st.none() | up_to(366)),
        term_end=draw(st.none() | st.dates(datetime.date(2020, 1, 1), datetime.date(2030, 1, 1))),
        held=held,
        theme_days=tuple(datetime.date(2025, n, 10) for n in themes),
        attendance_due=due,
        attendance_present=present,
        lectures=draw(up_to(12)),
        secretary_lectured=draw(st.booleans()),
        studies=draw(up_to(6)),
        yearly_held=frozenset(draw(st.sets(st.sampled_from(sorted(BRANCH.yearly_held))))),
        evaluated=draw(up_to(full)),
        dues=Dues(draw(st.booleans()), dues_due, dues_paid, 0, draw(st.booleans())),
        development=Development(checks, draw(up_to(9)), 0, 0, checks, met),
        talks=Talks(draw(up_to(9)), draw(up_to(members)), 0, draw(st.booleans()), talked, planned),
        evaluations=Evaluations(took_part, took_part, graded, draw(up_to(graded))),
        groups=Groups(draw(up_to(5)), draw(up_to(members)), draw(up_to(2)), draw(up_to(2))),
        transfers=Transfers(handled, late, late, 31 * late),
        rectification=Rectification(bool(items), items, in_time, 40 * (items - in_time)),
        contacts=Contacts(floating, kept, 0, 0),
        pioneers=Pioneers(bool(posts), posts, reviewed, members),
        volunteering=Volunteering(draw(up_to(12)), members, (draw(up_to(members)),)),
    )


@settings(max_examples=60, deadline=None)
@given(anything())
def test_every_score_lies_between_nothing_and_full_and_says_why(facts):
    for code in RULES:
        got = score(code, facts)
        # A part that does not apply leaves the full points of the indicator.
        assert 0 < got.of <= indicators()[code]["points"] * 100, code
        assert got.points is None or 0 <= got.points <= got.of, code
        assert got.reason.endswith("。"), code
    for code in VETOES:
        assert isinstance(veto(code, facts), str)


def held_once_more(kind):
    """Return the change that holds a meeting of `kind` in one more month."""

    def change(facts, month):
        held = {**facts.held, kind: facts.held[kind] | 1 << month}
        days = facts.theme_days
        if kind == MeetingType.THEME_DAY:
            days = (*days, datetime.date(2025, month, 10))
        return dataclasses.replace(facts, held=held, theme_days=days)

    return change


def of_family(name, part, whole=""):
    """Return the change that adds one to a count of a family, at most to the whole."""

    def change(facts, _):
        family = getattr(facts, name)
        assume(not whole or getattr(family, part) < getattr(family, whole))
        return dataclasses.replace(
            facts, **{name: family._replace(**{part: getattr(family, part) + 1})}
        )

    return change


def attended(facts, _):
    assume(facts.attendance_present < facts.attendance_due)
    return dataclasses.replace(facts, attendance_present=facts.attendance_present + 1)


def published(facts, _):
    assume(facts.dues.has_ledger)
    return dataclasses.replace(facts, dues=facts.dues._replace(published=True))


def sooner(facts, _):
    assume(facts.secretary_vacancy)
    return dataclasses.replace(facts, secretary_vacancy=facts.secretary_vacancy - 1)


def lectured(facts, _):
    return dataclasses.replace(facts, lectures=facts.lectures + 1, secretary_lectured=True)


BETTER = {
    **{str(kind): held_once_more(kind) for kind in MeetingType},
    "attended": attended,
    "dues": of_family("dues", "months_on_time", "months_due"),
    "published": published,
    "checks": of_family("development", "checks_met", "checks_due"),
    "problems planned": of_family("talks", "planned", "problems"),
    "graded": of_family("evaluations", "graded", "took_part"),
    "closed in time": of_family("rectification", "in_time", "due"),
    "contacted": of_family("contacts", "floating_kept", "floating"),
    "reviewed": of_family("pioneers", "reviewed", "posts"),
    "served": of_family("volunteering", "activities"),
    "vacancy": sooner,
    "lecture": lectured,
}


@pytest.mark.parametrize("what", BETTER)
@settings(max_examples=25, deadline=None)
@given(facts=anything(), month=st.integers(1, 12))
def test_a_better_record_never_lowers_a_score_nor_raises_a_veto(what, facts, month):
    better = BETTER[what](facts, month)
    for code in RULES:
        before, after = score(code, facts), score(code, better)
        if before.points is not None and after.points is not None:
            assert after.points >= before.points, (code, before.reason, after.reason)
    for code, rule in VETOES.items():
        if not rule(facts, parameters()):
            assert not rule(better, parameters()), code


FULL = st.sampled_from([100, 150, 200, 300, 400, 500, 1000])


@given(
    st.lists(st.tuples(FULL, st.booleans()), min_size=1, max_size=36),
    st.fractions(0, 1, max_denominator=10),
)
def test_what_does_not_apply_neither_helps_nor_hurts(items, share):
    """All at the same share: the final score is that share, whatever does not apply."""
    assume(any(applies for _, applies in items))
    assume(all((share * of).denominator == 1 for of, _ in items))
    scores = {
        f"X{n}": Score(int(share * of) if applies else None, of, "")
        for n, (of, applies) in enumerate(items)
    }
    final = final_of(scores, {})
    assert abs(Fraction(final) - 100 * share) <= Fraction(1, 200)
