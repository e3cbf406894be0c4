"""Members, posts and terms, read for many organizations at once."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Case, Count, F, Q, QuerySet, When

from accounts.prepared import Keys, limited, prepared
from assessments.facts.calendar import ALL_MONTHS, Calendar
from orgs.members.days import confirmed_by, suspended_on
from orgs.models import (
    Membership,
    MemberStatus,
    Organization,
    Post,
    PostKind,
    Situation,
    SituationKind,
    Term,
    add_years,
    covers,
)
from schools.models import SchoolStage

SECRETARY = PostKind.SECRETARY.value
# Posts that only an elected committee has.
COMMITTEE_POSTS = frozenset(PostKind.values) - {SECRETARY, PostKind.DEPUTY_SECRETARY.value}


class Members(NamedTuple):
    """Counts of the register for one organization."""

    rows: int
    members: int
    full: int
    probationary: int
    evaluable: int
    new: int
    floating_or_lost: int
    admitted: int
    admitted_teachers: int
    full_by_month: tuple[int, ...]


def register(ids: Keys) -> QuerySet:
    """Return the memberships (组织关系) that say who belonged where and when."""
    return limited(Membership.objects.order_by(), ids).filter(member__withdrawn_at=None)


def active_on(day: datetime.date) -> Q:
    """Return the condition of belonging as a member on `day`; who was suspended does not count.

    By the membership and the situation that held that day, so that what came later, a
    transfer or a suspension, changes nothing.
    """
    return (
        Q(Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gt=day))
        & ~suspended_on(day)
        & (Q(member__joined_on=None) | Q(member__joined_on__lte=day))
        & (Q(member__left_on=None) | Q(member__left_on__gt=day))
    )


def full_on(day: datetime.date) -> Q:
    """Return the condition of belonging as a full member on `day`."""
    return active_on(day) & confirmed_by(day)


@prepared
def _counts(calendar: Calendar, ids: Keys) -> QuerySet:
    """Ask for the counts of the register, those of `Members` and the full ones by month."""
    day = calendar.day
    active, full = active_on(day), full_on(day)
    year_before = add_years(day, -1)
    first = datetime.date(calendar.year - 2, 1, 1)
    # Those who have left altogether are counted where they were last.
    last = Q(end=None) | Q(end__gt=day) | Q(end=F("member__left_on"))
    admitted = last & Q(member__joined_on__gte=first, member__joined_on__lte=day)
    care = Q(organization__school__stage=SchoolStage.KINDERGARTEN, member__job__contains="保")
    new = Q(member__status=MemberStatus.PROBATIONARY) | Q(member__confirmed_on__gt=year_before)
    looked_after = (SituationKind.FLOATING, SituationKind.LOST)
    situations = Situation.objects.filter(covers(day), kind__in=looked_after)
    away = Q(member__in=situations.order_by().values("member"))
    counts = {
        "rows": Count("pk"),
        "members": Count("pk", filter=active),
        "full": Count("pk", filter=full),
        "evaluable": Count("pk", filter=full & Q(member__activity_exempt=False)),
        "new": Count("pk", filter=active & new),
        "away": Count("pk", filter=active & away),
        "admitted": Count("pk", filter=admitted),
        "teachers": Count("pk", filter=admitted & (Q(member__is_teacher=True) | care)),
    }
    ends = {
        f"full_{month}": Count("pk", filter=full_on(end))
        for month, end in enumerate(calendar.month_ends, 1)
    }
    begun = register(ids).filter(Q(start=None) | Q(start__lte=day))
    query = begun.values("organization").annotate(**counts, **ends)
    return query.values_list("organization", *counts, *ends)


def member_counts(calendar: Calendar, ids: Keys) -> dict[int, Members]:
    """Return the counts of the register by organization; one query.

    One that held somebody until the day or before is there, one that never did is not.
    """
    rows = _counts(calendar, ids)
    return {
        organization: Members(
            number, members, full, members - full, evaluable, new, gone, joined, teachers, months
        )
        for organization, number, members, full, evaluable, new, gone, joined, teachers, *rest in rows
        for months in [tuple(rest)]
    }


def _of_schools(day: datetime.date, ids: Keys) -> QuerySet:
    """Return who belonged on the day to any organization of the schools of `ids`."""
    query = register(None).filter(active_on(day))
    if ids is None:
        return query
    schools = limited(Organization.objects.order_by(), ids, "pk").values("school")
    return query.filter(organization__school__in=schools)


@prepared
def _school_members(day: datetime.date, ids: Keys) -> QuerySet:
    rows = _of_schools(day, ids).values("organization__school").annotate(n=Count("pk"))
    return rows.values_list("organization__school", "n")


def members_by_school(calendar: Calendar, ids: Keys) -> dict[int, int]:
    """Return how many members the organizations of each school hold; one query."""
    return dict(_school_members(calendar.day, ids))


@prepared
def _principals(day: datetime.date, ids: Keys) -> QuerySet:
    named = _of_schools(day, ids).filter(member__name=F("organization__school__principal"))
    return named.values_list("organization__school", flat=True)


def principals_in_register(calendar: Calendar, ids: Keys) -> set[int]:
    """Return the schools whose principal is named among the members of their organizations."""
    return set(_principals(calendar.day, ids))


class Tenure(NamedTuple):
    """One holding of one post, from `start` to before `end`."""

    kind: str
    holder: str
    start: datetime.date | None
    end: datetime.date | None
    # Someone acting without an appointment paper does not fill the post.
    fills: bool
    is_principal: bool
    in_management: bool
    # Whether it was a full member, not suspended; None where no member is named.
    is_full: bool | None
    confirmed_on: datetime.date | None


@prepared
def _posts(day: datetime.date, ids: Keys) -> QuerySet:
    full = ~Q(member__status=MemberStatus.PROBATIONARY) & ~suspended_on(day)
    rows = limited(Post.objects.order_by("organization", "start", "pk"), ids).annotate(
        is_full=Case(When(member=None, then=None), When(full, then=True), default=False)
    )
    return rows.values_list(
        "organization",
        "is_acting",
        "appointment_document",
        "kind",
        "holder",
        "start",
        "end",
        "is_principal",
        "in_management",
        "is_full",
        "member__confirmed_on",
    )


def tenures(day: datetime.date, ids: Keys) -> dict[int, list[Tenure]]:
    """Return the holdings of posts by organization; one query."""
    found: dict[int, list[Tenure]] = {}
    for organization, acting, document, kind, holder, start, end, *rest in _posts(day, ids):
        held = Tenure(kind, holder.strip(), start, end, not acting or bool(document), *rest)
        found.setdefault(organization, []).append(held)
    return found


@prepared
def _secretaries(day: datetime.date, ids: Keys) -> QuerySet:
    return (
        register(ids)
        .filter(
            full_on(day),
            member__name=F("organization__posts__holder"),
            organization__posts__kind=PostKind.SECRETARY,
        )
        .order_by("member")
        .values_list("organization", "member__name", "member__confirmed_on")
    )


def secretaries_in_register(
    calendar: Calendar, ids: Keys
) -> dict[tuple[int, str], datetime.date | None]:
    """Return the full members who bear the name of a secretary, with their confirmation."""
    rows = _secretaries(calendar.day, ids)
    return {(organization, name): confirmed for organization, name, confirmed in rows}


class TermOfOffice(NamedTuple):
    """The term at the check date: election, end, and the approved extension."""

    elected_on: datetime.date
    end: datetime.date
    extended_to: datetime.date | None


@prepared
def _terms(day: datetime.date, ids: Keys) -> QuerySet:
    return (
        limited(Term.objects.order_by("elected_on"), ids)
        .filter(elected_on__lte=day)
        .values_list("organization", "elected_on", "years", "extended_to", "extension_document")
    )


def terms(calendar: Calendar, ids: Keys) -> dict[int, TermOfOffice]:
    """Return the last term elected by the check date, by organization; one query."""
    return {
        organization: TermOfOffice(
            elected, add_years(elected, years), extended if document else None
        )
        for organization, elected, years, extended, document in _terms(calendar.day, ids)
    }


@dataclass(slots=True)
class Posts:
    """What the holdings of posts say about one organization in the year."""

    filled: frozenset[str] = frozenset()
    size: int = 0
    committee_months: int = 0
    has_committee: bool = False
    secretary_vacancy: int | None = None
    vacancies: dict[str, int | None] = field(default_factory=dict)
    secretary: Tenure | None = None
    appointed_on: datetime.date | None = None
    # Names of the secretaries with their days, to know a lecturer by.
    secretaries: list[tuple[str, datetime.date | None, datetime.date | None]] = field(
        default_factory=list
    )
    holders: frozenset[str] = frozenset()
    principal_named: bool = False


def read_posts(
    held: Iterable[Tenure],
    calendar: Calendar,
    *,
    founded: datetime.date | None,
    elected: datetime.date | None,
    committee_told: bool | None,
) -> Posts:
    """Work out posts filled, vacancies and the committee from the holdings.

    A holder without a date is in post since the later of election and founding
    (docs/readings.md, 10); what was before the first undated holder is unknown,
    not a vacancy.
    """
    posts = Posts(
        has_committee=bool(committee_told), committee_months=ALL_MONTHS * bool(committee_told)
    )
    held = [tenure for tenure in held if tenure.fills]
    if not held:
        return posts
    since = max((d for d in (founded, elected) if d), default=None)
    start_of_watch = max(founded or calendar.first_day, calendar.first_day)
    day = calendar.day
    end_of_watch = day + datetime.timedelta(days=1)
    by_kind: dict[str, list[Tenure]] = {}
    for tenure in held:
        by_kind.setdefault(tenure.kind, []).append(tenure)
    filled: dict[str, Tenure] = {}
    for kind, list_ in by_kind.items():
        # Without a date: since the election, or ever since where nobody else held the post.
        unknown = since if len(list_) > 1 else None
        spans = [(t.start or unknown, t.end) for t in list_]
        posts.vacancies[kind] = longest_gap(spans, start_of_watch, end_of_watch)
        for tenure, (start, end) in zip(list_, spans, strict=True):
            if (start is None or start <= day) and (end is None or end > day):
                filled[kind] = tenure
            if kind == SECRETARY:
                posts.secretaries.append((tenure.holder, start, end))
            elif committee_told is None and kind in COMMITTEE_POSTS:
                posts.committee_months |= calendar.months_ended_between(start, end)
    posts.filled = frozenset(filled)
    posts.has_committee = posts.has_committee or (
        committee_told is not False and bool(COMMITTEE_POSTS & filled.keys())
    )
    in_post = [tenure for tenure in held if _in_post(tenure, day)]
    posts.holders = frozenset([tenure.holder for tenure in in_post])
    posts.size = len(posts.holders)
    posts.principal_named = any(tenure.is_principal for tenure in in_post)
    posts.secretary_vacancy = posts.vacancies.get(SECRETARY)
    if secretary := filled.get(SECRETARY):
        posts.secretary = secretary
        posts.appointed_on = secretary.start or since
    return posts


def _in_post(tenure: Tenure, day: datetime.date) -> bool:
    start = tenure.start
    return (start is None or start <= day) and (tenure.end is None or tenure.end > day)


def longest_gap(
    spans: list[tuple[datetime.date | None, datetime.date | None]],
    first: datetime.date,
    end: datetime.date,
) -> int:
    """Return the longest run of days from `first` to before `end` outside all spans."""
    if len(spans) == 1:
        start, stop = spans[0]
        if (start is None or start <= first) and (stop is None or stop >= end):
            return 0
    longest, covered = 0, first
    for start, stop in sorted(((s or datetime.date.min, e or datetime.date.max) for s, e in spans)):
        if start >= end:
            break
        longest = max(longest, (start - covered).days)
        covered = max(covered, stop)
    return max(longest, (end - covered).days, 0)


def declared(members: int | None, probationary: int | None) -> Members:
    """Return the counts told by the form, where the register holds nobody."""
    total = members or 0
    full = max(0, total - (probationary or 0))
    return Members(0, total, full, total - full, full, 0, 0, 0, 0, (full,) * 12)
