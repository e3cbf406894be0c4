"""Hand-made facts: a branch of 2025 with nothing wrong, changed by keyword."""

import dataclasses
import datetime
from functools import cache

import yaml

from activities.models import MeetingType
from assessments.facts import Facts
from assessments.facts.evaluations import Evaluations
from assessments.facts.model import Reviewed
from assessments.rules import RULES, VETOES
from assessments.standards import DEFAULT
from orgs.models import OrgKind, PostKind

YEAR = 0b1111111111110
HELD = {
    MeetingType.MEMBER_ASSEMBLY: 0b1001001001000,
    MeetingType.BRANCH_COMMITTEE: YEAR,
    MeetingType.LECTURE: 0b1001001001000,
    MeetingType.THEME_DAY: YEAR,
}
YEARLY = frozenset({MeetingType.ORG_LIFE, MeetingType.MEMBER_EVALUATION})
OFFICERS = frozenset(
    {PostKind.SECRETARY, PostKind.ORGANIZATION, PostKind.PUBLICITY, PostKind.DISCIPLINE}
)
BRANCH = Facts(
    organization_id=1,
    name="中共白杨镇中心小学支部委员会",
    year=2025,
    day=datetime.date(2025, 12, 31),
    founded_on=datetime.date(2012, 9, 1),
    due_months=YEAR,
    due_quarters=0b11110,
    due_halves=0b110,
    records_until=datetime.date(2026, 3, 31),
    has_roster=True,
    members=14,
    full_members=13,
    probationary=1,
    full_by_month=(13,) * 12,
    evaluable=13,
    new_members=1,
    term_end=datetime.date(2027, 5, 20),
    posts=OFFICERS,
    committee_size=4,
    has_committee=True,
    committee_months=YEAR,
    secretary_vacancy=0,
    post_vacancies=dict.fromkeys(OFFICERS, 0),
    secretary="赵文清",
    secretary_in_roster=True,
    secretary_confirmed_on=datetime.date(2010, 7, 1),
    secretary_appointed_on=datetime.date(2021, 9, 1),
    principal="seated",
    held=HELD,
    attendance_due=200,
    attendance_present=196,
    lectures=4,
    secretary_lectured=True,
    fixed_day="每月10日",
    theme_days=tuple(datetime.date(2025, month, 10) for month in range(1, 13)),
    studies=2,
    study_months=0b1000000001000,
    yearly_held=YEARLY,
    evaluated=13,
    evaluations=Evaluations(rows=14, took_part=13, graded=13, excellent=4),
)


@cache
def indicators():
    """Return the entries of the default standard by code."""
    data = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    return {row["code"]: row for row in data["indicators"]}


@cache
def parameters():
    """Return the default parameters."""
    data = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    return {name: told["value"] for name, told in data["parameters"].items()}


def branch(**changes):
    """Return the facts of the good branch with `changes`; reviews as (points, reason)."""
    given = {code: Reviewed(*one) for code, one in changes.pop("reviewed", {}).items()}
    return dataclasses.replace(BRANCH, reviewed=given, **changes)


def general_branch(**changes):
    """Return the facts of a general branch of 60 members."""
    return branch(kind=OrgKind.GENERAL_BRANCH, members=60, branches=3, **changes)


def committee(**changes):
    """Return the facts of a committee of 120 members."""
    return branch(kind=OrgKind.COMMITTEE, members=120, branches=4, committee_size=5, **changes)


def score(code, facts, **changed):
    """Return the score of one indicator under the default standard."""
    points = indicators()[code]["points"] * 100
    return RULES[code](facts, {**parameters(), **changed}, points)


def points(code, facts, **changed):
    """Return its points as a number people read, None for "not applicable"."""
    got = score(code, facts, **changed).points
    return None if got is None else got / 100


def veto(code, facts):
    """Return the sentence of a veto, "" where it is not raised."""
    return VETOES[code](facts, parameters())


def mask(*months):
    """Return the bit mask of months, quarters or halves."""
    return sum(1 << month for month in months)
