"""Collecting the facts: a fixed number of queries, whatever the number of organizations."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from accounts.prepared import Keys, limited, prepared
from assessments.facts.calendar import Calendar, last_full_month
from assessments.facts.families import read_families
from assessments.facts.meetings import Life, read_meetings
from assessments.facts.model import Facts
from assessments.facts.people import (
    Members,
    Posts,
    Tenure,
    declared,
    member_counts,
    members_by_school,
    principals_in_register,
    read_posts,
    secretaries_in_register,
    tenures,
    terms,
)
from assessments.facts.reviewed import reviewed_scores
from assessments.facts.scope import BRANCHES, MOST_IDS, OrgTree
from assessments.models import Cycle, Exclusion
from orgs.models import ASSESSED_KINDS, Affiliation, Organization, OrgKind

_FIELDS = (
    "pk",
    "name",
    "kind",
    "is_retiree_branch",
    "parent_id",
    "jurisdiction_id",
    "founded_on",
    "dissolved_on",
    "declared_members",
    "declared_probationary",
    "has_committee",
    "fixed_day",
    "is_dispersed",
    "setup_approval",
    "school_id",
    "school__stage",
    "school__ownership",
    "school__place_id",
    "school__staff",
    "school__principal",
    "jurisdiction__place_id",
)


class Org(NamedTuple):
    """One row of the register, in the order of `_FIELDS`."""

    pk: int
    name: str
    kind: str
    is_retiree_branch: bool
    parent_id: int | None
    jurisdiction_id: int
    founded_on: datetime.date | None
    dissolved_on: datetime.date | None
    declared_members: int | None
    declared_probationary: int | None
    has_committee: bool | None
    fixed_day: str
    is_dispersed: bool
    setup_approval: str
    school_id: int | None
    stage: str | None
    ownership: str | None
    place_id: str | None
    staff: int | None
    principal: str | None
    jurisdiction_place_id: str | None

    def alive_on(self, day: datetime.date) -> bool:
        """Whether it existed on `day`; an unknown founding day counts."""
        return (self.founded_on is None or self.founded_on <= day) and (
            self.dissolved_on is None or self.dissolved_on > day
        )


def calendar_of(
    cycle: Cycle, as_of: datetime.date | None, parameters: Mapping[str, Any]
) -> Calendar:
    """Return the period of `cycle` as known on `as_of` (default: the last full month)."""
    return Calendar(
        year=cycle.year,
        check_date=cycle.check_date,
        records_until=cycle.records_until,
        as_of=as_of or last_full_month(timezone.localdate()),
        vacation_months=tuple(parameters["vacation_months"]),
        quarter_days=parameters["quarter_days"],
        half_days=parameters["half_days"],
    )


def as_ids(organizations: QuerySet | Iterable[Any] | None) -> list[int] | None:
    """Return primary keys for a queryset, organizations or numbers; None stays None."""
    if organizations is None:
        return None
    if isinstance(organizations, QuerySet):
        return list(organizations.order_by().values_list("pk", flat=True))
    return [getattr(one, "pk", one) for one in organizations]


def collect_facts(
    cycle: Cycle,
    organizations: QuerySet | Iterable[Any] | None = None,
    as_of: datetime.date | None = None,
    *,
    tree: OrgTree | None = None,
) -> Iterator[Facts]:
    """Yield the facts of `organizations` (None: all) in `cycle`, as known on `as_of`.

    Organizations dissolved before the year are left out. The number of queries does
    not depend on the number of organizations.
    """
    wanted = as_ids(organizations)
    chosen = None if wanted is None else frozenset(wanted)
    # Members of a committee are those of the branches below it.
    ids = None
    few = None if wanted is None or len(wanted) > MOST_IDS else wanted
    tree = tree or OrgTree.read(few)
    if few is not None:
        ids = sorted({*few, *(pk for one in few for pk in tree.below(one))})
    collector = Collector(cycle, tree, ids, as_of)
    for row in collector.rows.values():
        if chosen is None or row.pk in chosen:
            yield collector.facts(row)


@prepared
def _register(first_day: datetime.date, ids: Keys) -> QuerySet:
    """Ask for the fields of `Org`."""
    return (
        limited(Organization.objects.order_by(), ids, "pk")
        .filter(Q(dissolved_on=None) | Q(dissolved_on__gte=first_day))
        .values_list(*_FIELDS)
    )


def _organizations(calendar: Calendar, tree: OrgTree, ids: Keys) -> dict[int, Org]:
    """Return the organizations of the year, family by family."""
    found = map(Org._make, _register(calendar.first_day, ids))
    rows = sorted(found, key=lambda row: (tree.top(row.pk), row.pk))
    return {row.pk: row for row in rows}


@prepared
def _affiliations(day: datetime.date, ids: Keys) -> QuerySet:
    """Ask for the managing body of each organization on the check date."""
    rows = limited(Affiliation.objects.order_by(), ids).filter(
        Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gt=day)
    )
    return rows.values_list("organization", "jurisdiction")


@prepared
def _covered(ids: Keys) -> QuerySet:
    """Ask how many schools each joint branch covers beside its own."""
    return (
        limited(Organization.objects.order_by(), ids, "pk")
        .filter(kind=OrgKind.JOINT_BRANCH)
        .annotate(
            n=Count(
                "covered_schools",
                filter=Q(school=None) | ~Q(covered_schools=F("school")),
                distinct=True,
            )
        )
        .values_list("pk", "n")
    )


class Collector:
    """Everything read, and how it becomes the facts of one organization."""

    def __init__(
        self,
        cycle: Cycle,
        tree: OrgTree,
        ids: Keys = None,
        as_of: datetime.date | None = None,
    ):
        parameters = cycle.standard.parameters
        self.calendar = calendar = calendar_of(cycle, as_of, parameters)
        self.min_full_months: int = parameters["min_full_months"]
        self.tree = tree
        self.rows = _organizations(calendar, tree, ids)
        self.members = member_counts(calendar, ids)
        self.school_members = members_by_school(calendar, ids)
        self.principals = principals_in_register(calendar, ids)
        self.tenures = tenures(calendar.day, ids)
        self.secretaries = secretaries_in_register(calendar, ids)
        self.terms = terms(calendar, ids)
        self.affiliations = dict(_affiliations(cycle.check_date, ids))
        self.covered = dict(_covered(ids))
        self.life = read_meetings(calendar, ids)
        self.reviewed = reviewed_scores(cycle, ids)
        self.families = read_families(calendar, ids)

    def batches(self, size: int) -> Iterator[list[Facts]]:
        """Yield the facts of all, in whole families, at least `size` at a time."""
        batch: list[Facts] = []
        for _, family in groupby(self.rows.values(), key=lambda row: self.tree.top(row.pk)):
            batch += map(self.facts, family)
            if len(batch) >= size:
                yield batch
                batch = []
        yield batch

    def facts(self, row: Org) -> Facts:
        """Return the facts of one organization."""
        calendar = self.calendar
        slots = calendar.slots(row.founded_on, row.dissolved_on)
        exclusion, note = self._exclusion(row)
        members = self._own_members(row)
        total, branches = members.members, 0
        if row.kind not in BRANCHES:
            total, branches = self._below(row, members)
        term = self.terms.get(row.pk)
        posts = read_posts(
            self.tenures.get(row.pk, ()),
            calendar,
            founded=row.founded_on,
            elected=term.elected_on if term else None,
            committee_told=row.has_committee,
        )
        life = self.life.get(row.pk) or Life()
        return Facts(
            organization_id=row.pk,
            name=row.name,
            kind=row.kind,
            is_retiree_branch=row.is_retiree_branch,
            parent_id=row.parent_id,
            jurisdiction_id=self.affiliations.get(row.pk, row.jurisdiction_id),
            place_id=row.place_id or row.jurisdiction_place_id,
            school_id=row.school_id,
            stage=row.stage or "",
            ownership=row.ownership or "",
            year=calendar.year,
            day=calendar.day,
            founded_on=row.founded_on,
            exclusion=exclusion,
            note=note,
            has_scorecard=exclusion in ("", Exclusion.NEW),
            full_months=slots.full_months,
            due_months=slots.months,
            due_quarters=slots.quarters,
            due_halves=slots.halves,
            year_over=calendar.year_over,
            yearly_over=calendar.yearly_over,
            records_until=calendar.records_until,
            has_roster=bool(members.rows),
            members=total,
            full_members=members.full,
            probationary=members.probationary,
            full_by_month=members.full_by_month,
            evaluable=members.evaluable,
            new_members=members.new,
            floating_or_lost=members.floating_or_lost,
            admitted=members.admitted,
            admitted_teachers=members.admitted_teachers,
            non_member_staff=self._other_staff(row, total),
            setup_approval=row.setup_approval,
            is_dispersed=row.is_dispersed,
            covered_schools=self.covered.get(row.pk, 0) + (row.school_id is not None),
            branches=branches,
            term_end=term.end if term else None,
            extended_to=term.extended_to if term else None,
            posts=posts.filled,
            committee_size=posts.size,
            has_committee=posts.has_committee,
            committee_months=posts.committee_months,
            secretary_vacancy=posts.secretary_vacancy,
            post_vacancies=posts.vacancies,
            **self._secretary(row, posts),
            principal=self._principal(row, posts),
            held=life.held,
            attendance_due=life.due,
            attendance_present=life.present,
            lectures=life.lectures,
            secretary_lectured=_lectured(life, posts),
            fixed_day=row.fixed_day,
            theme_days=tuple(life.theme_days),
            studies=life.studies,
            study_months=life.study_months,
            group_months=life.groups,
            yearly_held=frozenset(life.yearly),
            evaluated=life.evaluated,
            reviewed=self.reviewed.get(row.pk, {}),
            **self.families.get(row.pk, {}),
        )

    def _exclusion(self, row: Org) -> tuple[str, str]:
        """Return why the organization is outside the rate, and the sentence that says so."""
        calendar = self.calendar
        if row.kind not in ASSESSED_KINDS:
            return Exclusion.KIND, f"{OrgKind(row.kind).label}不参加考评。"
        if row.dissolved_on and row.dissolved_on <= calendar.day:
            return Exclusion.DISSOLVED, f"{row.dissolved_on:%Y-%m-%d} 撤销，不计入达标率。"
        if row.founded_on and row.founded_on > calendar.day:
            return Exclusion.NOT_FOUNDED, f"{row.founded_on:%Y-%m-%d} 成立，晚于考核日。"
        months = calendar.slots(row.founded_on, None).full_months
        if months < self.min_full_months:
            return (
                Exclusion.NEW,
                f"{row.founded_on:%Y-%m-%d} 成立，当年满月 {months} 个，"
                f"不足 {self.min_full_months} 个，只列得分，不计入达标率。",
            )
        return "", ""

    def _own_members(self, row: Org) -> Members:
        """Return the counts of the register, else those the form declares."""
        counted = self.members.get(row.pk)
        return counted or declared(row.declared_members, row.declared_probationary)

    def _below(self, row: Org, own: Members) -> tuple[int, int]:
        """Return members with all branches below, and the number of these branches."""
        total = branches = 0
        for pk in self.tree.below(row.pk):
            child = self.rows.get(pk)
            if child is None or not child.alive_on(self.calendar.day):
                continue
            # A general branch in between declares what its branches hold.
            if child.kind in BRANCHES:
                branches += 1
                total += self._own_members(child).members
            elif pk in self.members:
                total += self.members[pk].members
        if own.rows or not total:
            total += own.members
        return total, branches

    def _other_staff(self, row: Org, members: int) -> int | None:
        if row.staff is None:
            return None
        return max(0, row.staff - max(self.school_members.get(row.school_id or 0, 0), members))

    def _secretary(self, row: Org, posts: Posts) -> dict[str, Any]:
        """Return the facts about the secretary in post."""
        tenure: Tenure | None = posts.secretary
        if tenure is None:
            return {}
        known = (row.pk, tenure.holder) in self.secretaries
        confirmed = self.secretaries.get((row.pk, tenure.holder))
        if tenure.is_full is not None:
            known = tenure.is_full
            confirmed = tenure.confirmed_on
        return {
            "secretary": tenure.holder,
            "secretary_in_roster": known,
            "secretary_confirmed_on": confirmed,
            "secretary_appointed_on": posts.appointed_on,
            "secretary_in_management": tenure.in_management,
        }

    def _principal(self, row: Org, posts: Posts) -> str:
        """Return where the principal stands (see `Facts.principal`)."""
        if posts.principal_named or (row.principal and row.principal in posts.holders):
            return "seated"
        parent = self.rows.get(row.parent_id) if row.parent_id else None
        if parent and row.school_id and parent.school_id == row.school_id:
            return "above"
        if not row.principal or row.school_id is None:
            return "unknown"
        if row.school_id in self.principals:
            return "absent"
        return "no_member" if self.school_members.get(row.school_id) else "unknown"


def _lectured(life: Life, posts: Posts) -> bool:
    """Return whether a lecture was given by the secretary in post that day."""
    return any(
        name == speaker and (start is None or start <= day) and (end is None or day < end)
        for day, speaker in life.lecturers
        for name, start, end in posts.secretaries
    )
