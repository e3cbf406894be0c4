"""What the records say about one organization in one year."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from activities.models import MeetingType
from assessments.facts.backing import Backing
from assessments.facts.contacts import Contacts
from assessments.facts.development import Development
from assessments.facts.dues import Dues
from assessments.facts.evaluations import Evaluations
from assessments.facts.findings import Findings
from assessments.facts.groups import Groups
from assessments.facts.rectification import Rectification
from assessments.facts.roles import Double, Pioneers, Secretary, Volunteering
from assessments.facts.scope import BRANCHES
from assessments.facts.surveys import Surveys
from assessments.facts.talks import Talks
from assessments.facts.training import Training
from assessments.facts.transfers import Transfers
from orgs.models import OrgKind


class Reviewed(NamedTuple):
    """What people gave for an indicator: hundredths (None: not applicable), and the reason.

    `by_self`: the organization gave it to itself and nobody has reviewed it yet.
    """

    points: int | None
    reason: str
    by_self: bool = False


@dataclass(slots=True)
class Facts:
    """Everything the rules may look at; built in bulk, nothing is queried afterwards.

    Sets of months, quarters and half-years are bit masks: bit `n` is set for month
    (quarter, half) `n`, counted from 1. `day` is the check date, or for a year in
    progress the last day of the last full month; people, posts and terms are those
    of that day. A value nobody recorded is None or 0, never an error.
    """

    organization_id: int
    name: str = ""
    kind: str = OrgKind.BRANCH
    is_retiree_branch: bool = False
    parent_id: int | None = None
    jurisdiction_id: int = 0
    place_id: str | None = None
    school_id: int | None = None
    stage: str = ""
    ownership: str = ""

    # The period.
    year: int = 0
    day: datetime.date = datetime.date.min
    founded_on: datetime.date | None = None
    # Why it is outside the rate (Exclusion), and whether it has a scorecard at all.
    exclusion: str = ""
    note: str = ""
    has_scorecard: bool = True
    # Full months of existence in the year up to the check date.
    full_months: int = 12
    due_months: int = 0
    due_quarters: int = 0
    due_halves: int = 0
    # The check date is reached; the yearly types can no longer be handed in.
    year_over: bool = True
    yearly_over: bool = True
    records_until: datetime.date = datetime.date.max

    # Members on `day`. The register decides where it holds anyone (申报数 otherwise).
    has_roster: bool = False
    members: int = 0
    full_members: int = 0
    probationary: int = 0
    # Full members at the end of each month, January first.
    full_by_month: tuple[int, ...] = (0,) * 12
    # Full members not exempt from activities.
    evaluable: int = 0
    # In probation, or confirmed less than a year ago.
    new_members: int = 0
    floating_or_lost: int = 0
    # Admitted in this and the two years before, and the teachers among them.
    admitted: int = 0
    admitted_teachers: int = 0
    # Staff of the school who are no members; None where the school does not tell.
    non_member_staff: int | None = None

    # Setting up.
    setup_approval: str = ""
    is_dispersed: bool = False
    # Schools a joint branch covers; branches alive below a committee or general branch.
    covered_schools: int = 0
    branches: int = 0
    term_end: datetime.date | None = None
    # Only where an approval is on record.
    extended_to: datetime.date | None = None

    # Posts filled on `day`, by kind; how many persons hold them.
    posts: frozenset[str] = frozenset()
    committee_size: int = 0
    # A committee is on record on `day`; the months at whose end one was.
    has_committee: bool = False
    committee_months: int = 0
    # Longest vacancy in the year in days; None where the post was never recorded.
    secretary_vacancy: int | None = None
    post_vacancies: Mapping[str, int | None] = field(default_factory=dict)
    secretary: str = ""
    # The secretary's confirmation as full member, and his appointment.
    secretary_in_roster: bool = False
    secretary_confirmed_on: datetime.date | None = None
    secretary_appointed_on: datetime.date | None = None
    secretary_in_management: bool = False
    # "seated", "absent", "no_member", "above" (judged at the parent) or "unknown".
    principal: str = "unknown"

    # Valid meetings: months held by type, and attendance over C1, C3, C4, C5.
    held: Mapping[str, int] = field(default_factory=dict)
    attendance_due: int = 0
    attendance_present: int = 0
    lectures: int = 0
    secretary_lectured: bool = False
    fixed_day: str = ""
    theme_days: tuple[datetime.date, ...] = ()
    # Meetings tagged 专题研究党建, and their months.
    studies: int = 0
    study_months: int = 0
    # Months held by each group on record.
    group_months: Mapping[str, int] = field(default_factory=dict)
    # The yearly types held for the year, and those present at the evaluation.
    yearly_held: frozenset[str] = frozenset()
    evaluated: int = 0

    # The families of records (families.py); one without records is the empty tuple.
    dues: Dues = Dues()
    groups: Groups = Groups()
    talks: Talks = Talks()
    evaluations: Evaluations = Evaluations()
    transfers: Transfers = Transfers()
    contacts: Contacts = Contacts()
    development: Development = Development()
    surveys: Surveys = Surveys()
    rectification: Rectification = Rectification()
    findings: Findings = Findings()
    training: Training = Training()
    backing: Backing = Backing()
    secretary_review: Secretary = Secretary()
    double: Double = Double()
    pioneers: Pioneers = Pioneers()
    volunteering: Volunteering = Volunteering()

    # Reviewed scores by indicator: hundredths (None: not applicable) and the reason.
    reviewed: Mapping[str, Reviewed] = field(default_factory=dict)

    @property
    def is_branch(self) -> bool:
        """Whether it is a branch or a joint branch."""
        return self.kind in BRANCHES

    def months_held(self, kind: MeetingType) -> int:
        """Return the mask of months with a valid meeting of `kind`."""
        return self.held.get(kind, 0)
