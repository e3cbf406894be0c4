"""Members, posts and terms, read for many organizations at once."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db.models import Count, F, Q

from assessments.facts.calendar import ALL_MONTHS, Calendar
from assessments.facts.scope import limited
from orgs.models import Member, MemberStatus, Organization, Post, PostKind, Term, add_years
from schools.models import SchoolStage

Ids = Collection[int] | None

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


def active_on(day: datetime.date) -> Q:
    """Return the condition of being a member on `day`; suspended membership does not count."""
    return (
        ~Q(status=MemberStatus.SUSPENDED)
        & (Q(joined_on=None) | Q(joined_on__lte=day))
        & (Q(left_on=None) | Q(left_on__gt=day))
    )


def full_on(day: datetime.date) -> Q:
    """Return the condition of being a full member on `day`."""
    confirmed = Q(confirmed_on=None) | Q(confirmed_on__lte=day)
    return active_on(day) & Q(status=MemberStatus.FULL) & confirmed


def member_counts(calendar: Calendar, ids: Ids) -> dict[int, Members]:
    """Return the counts of the register by organization; one query."""
    day = calendar.day
    active, full = active_on(day), full_on(day)
    year_before = add_years(day, -1)
    first = datetime.date(calendar.year - 2, 1, 1)
    admitted = Q(joined_on__gte=first, joined_on__lte=day)
    care = Q(organization__school__stage=SchoolStage.KINDERGARTEN, job__contains="保")
    new = ~full | Q(confirmed_on__gt=year_before)
    counts = {
        "rows": Count("pk"),
        "members": Count("pk", filter=active),
        "full": Count("pk", filter=full),
        "evaluable": Count("pk", filter=full & Q(activity_exempt=False)),
        "new": Count("pk", filter=active & new),
        "away": Count("pk", filter=active & (Q(is_floating=True) | Q(is_lost_contact=True))),
        "admitted": Count("pk", filter=admitted),
        "teachers": Count("pk", filter=admitted & (Q(is_teacher=True) | care)),
    }
    ends = {
        f"full_{month}": Count("pk", filter=full_on(end))
        for month, end in enumerate(calendar.month_ends, 1)
    }
    query = limited(Member.objects.order_by(), ids).values("organization")
    rows = query.annotate(**counts, **ends).values_list("organization", *counts, *ends)
    found = {}
    for organization, count, members, full, *rest in rows:
        evaluable, new, away, admitted, teachers, *monthly = rest
        found[organization] = Members(
            count,
            members,
            full,
            members - full,
            evaluable,
            new,
            away,
            admitted,
            teachers,
            tuple(monthly),
        )
    return found


def members_by_school(calendar: Calendar, ids: Ids) -> dict[int, int]:
    """Return how many members the organizations of each school hold; one query."""
    query = Member.objects.order_by().filter(active_on(calendar.day))
    if ids is not None:
        schools = Organization.objects.filter(pk__in=ids).values("school")
        query = query.filter(organization__school__in=schools)
    rows = query.values("organization__school").annotate(n=Count("pk"))
    return dict(rows.values_list("organization__school", "n"))


def principals_in_register(calendar: Calendar, ids: Ids) -> set[int]:
    """Return the schools whose principal is named among the members of their organizations."""
    query = Member.objects.order_by().filter(
        active_on(calendar.day), name=F("organization__school__principal")
    )
    if ids is not None:
        schools = Organization.objects.filter(pk__in=ids).values("school")
        query = query.filter(organization__school__in=schools)
    return set(query.values_list("organization__school", flat=True))


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
    member_status: str | None
    confirmed_on: datetime.date | None


def tenures(ids: Ids) -> dict[int, list[Tenure]]:
    """Return the holdings of posts by organization; one query."""
    found: dict[int, list[Tenure]] = {}
    rows = limited(Post.objects.order_by("organization", "start", "pk"), ids).values_list(
        "organization",
        "is_acting",
        "appointment_document",
        "kind",
        "holder",
        "start",
        "end",
        "is_principal",
        "in_management",
        "member__status",
        "member__confirmed_on",
    )
    for organization, acting, document, kind, holder, start, end, *rest in rows:
        held = Tenure(kind, holder.strip(), start, end, not acting or bool(document), *rest)
        found.setdefault(organization, []).append(held)
    return found


def secretaries_in_register(
    calendar: Calendar, ids: Ids
) -> dict[tuple[int, str], datetime.date | None]:
    """Return the full members who bear the name of a secretary, with their confirmation."""
    rows = limited(Member.objects.order_by("pk"), ids).filter(
        full_on(calendar.day),
        name=F("organization__posts__holder"),
        organization__posts__kind=PostKind.SECRETARY,
    )
    return {
        (organization, name): confirmed
        for organization, name, confirmed in rows.values_list(
            "organization", "name", "confirmed_on"
        )
    }


class TermOfOffice(NamedTuple):
    """The term at the check date: election, end, and the approved extension."""

    elected_on: datetime.date
    end: datetime.date
    extended_to: datetime.date | None


def terms(calendar: Calendar, ids: Ids) -> dict[int, TermOfOffice]:
    """Return the last term elected by the check date, by organization; one query."""
    rows = (
        limited(Term.objects.order_by("elected_on"), ids)
        .filter(elected_on__lte=calendar.day)
        .values_list("organization", "elected_on", "years", "extended_to", "extension_document")
    )
    return {
        organization: TermOfOffice(
            elected, add_years(elected, years), extended if document else None
        )
        for organization, elected, years, extended, document in rows
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
