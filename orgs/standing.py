"""How organizations stand on a day: members, secretary, term.

Conditions for whole lists are expressions of the database; what one page of a list or
one organization shows is worked out in `standings` with one query for each kind of fact.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import (
    Case,
    Count,
    DecimalField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import (
    Coalesce,
    ExtractDay,
    ExtractMonth,
    ExtractYear,
    Greatest,
    NullIf,
)
from django.utils import timezone

from orgs.members.days import status_on
from orgs.models import Member, MemberStatus, Organization, Post, PostKind, Term, add_years

# A term that ends within so many days is shown as due soon.
SOON_DAYS = 60


@dataclass(slots=True)
class Standing:
    """Facts of one organization on `day`; None where nothing is known.

    `members` and `full` come from the register where it holds any member, else from the
    form (`is_declared`). `vacant_since` is the day the last secretary left. Of one that
    is dissolved (`is_gone`) nothing is missing.
    """

    day: datetime.date
    members: int | None = None
    full: int | None = None
    is_declared: bool = False
    declared: int | None = None
    secretary: str = ""
    is_acting: bool = False
    vacant_since: datetime.date | None = None
    term: Term | None = None
    is_gone: bool = False

    @property
    def differs(self) -> bool:
        """Whether register and form tell different numbers."""
        return not self.is_declared and self.declared is not None and self.declared != self.members

    @property
    def term_end(self) -> datetime.date | None:
        """The day the present term is over, an approved extension counted."""
        return term_end(self.term) if self.term else None

    @property
    def days_left(self) -> int | None:
        """Days to the end of the term, negative once it is over."""
        return (term_end(self.term) - self.day).days if self.term else None

    @property
    def term_words(self) -> str:
        """What to say of the term beside its end; "" while there is time."""
        days = self.days_left
        if self.is_gone:
            return ""
        if days is None:
            return "无法提醒换届"
        if days < 0:
            return f"超期 {-days} 天"
        return f"{days} 天后到期" if days <= SOON_DAYS else ""

    @property
    def vacancy_words(self) -> str:
        """What to say of an empty post of secretary."""
        if self.is_gone:
            return ""
        if self.vacant_since is None:
            return "空缺"
        return f"空缺 {(self.day - self.vacant_since).days} 天"


def end_of(
    elected_on: datetime.date, years: int, extended_to: datetime.date | None
) -> datetime.date:
    """Return the day such a term is over: by its years, or the later approved day."""
    end = add_years(elected_on, years)
    return max(end, extended_to) if extended_to else end


def term_end(term: Term) -> datetime.date:
    """Return the day a term is over."""
    return end_of(term.elected_on, term.years, term.extended_to)


def standings(organizations: Iterable[Organization], day: datetime.date) -> dict[int, Standing]:
    """Return the standing of each organization on `day` by its id, in three queries.

    Members of a past day are those whose membership held then, whatever became of them.
    """
    found = {
        o.pk: Standing(
            day, is_declared=True, is_gone=o.dissolved_on is not None and o.dissolved_on <= day
        )
        for o in organizations
    }
    # What the form told is of today and says nothing of a past day.
    told = organizations if day >= timezone.localdate() else ()
    for organization in told:
        standing = found[organization.pk]
        if standing.is_gone:
            continue
        standing.declared = organization.declared_members
        if organization.declared_members is not None:
            standing.members = organization.declared_members
            standing.full = standing.members - (organization.declared_probationary or 0)
    for home, members, full in _member_counts(found, day):
        standing = found[home]
        standing.members, standing.full, standing.is_declared = members, full, False
    posts = (
        Post.objects.filter(organization__in=found, kind=PostKind.SECRETARY)
        .order_by(F("start").asc(nulls_first=True), "pk")
        .values_list("organization", "holder", "start", "end", "is_acting")
    )
    for home, holder, start, end, is_acting in posts:
        standing = found[home]
        if start and start > day:
            continue
        if end is None or end > day:
            standing.secretary, standing.is_acting = holder, is_acting
        elif standing.vacant_since is None or end > standing.vacant_since:
            standing.vacant_since = end
    terms = Term.objects.filter(organization__in=found, elected_on__lte=day)
    for term in terms.order_by("elected_on"):
        found[term.organization_id].term = term
    return found


def _member_counts(keys: Collection[int], day: datetime.date) -> Iterable[tuple[int, int, int]]:
    """Yield (organization, members, full members) of `day` for those that had any; one query."""
    if day < timezone.localdate():
        rows = Member.objects.of_day(day).filter(belonging__organization__in=keys)
        rows = rows.alias(status_then=status_on(day))
        home, full = F("belonging__organization_id"), Q(status_then=MemberStatus.FULL)
    else:
        rows = Member.objects.filter(organization__in=keys).active_on(day)
        home, full = F("organization_id"), Q(status=MemberStatus.FULL)
    counted = rows.order_by().annotate(home=home).values("home")
    return counted.annotate(n=Count("pk"), full=Count("pk", filter=full)).values_list(
        "home", "n", "full"
    )


# -- conditions and orders for whole lists ------------------------------------------------


def secretaries(day: datetime.date):
    """Return the posts of those who are secretary on `day`."""
    return Post.objects.filter(
        Q(start=None) | Q(start__lte=day), Q(end=None) | Q(end__gt=day), kind=PostKind.SECRETARY
    )


def in_post(day: datetime.date) -> Q:
    """Return the condition that an organization has a secretary on `day`."""
    return Q(pk__in=secretaries(day).order_by().values("organization"))


def day_number(day: datetime.date) -> int:
    """Return a day as a number that orders as days do, for example 20261112."""
    return day.year * 10_000 + day.month * 100 + day.day


def numbered(field: str, years=0):
    """Return the same number for a date column, `years` later."""
    return (ExtractYear(field) + years) * 10_000 + ExtractMonth(field) * 100 + ExtractDay(field)


def present_term_end(day: datetime.date) -> Subquery:
    """Return the end of the term an organization is in on `day`, as a day number.

    Null where no term is known. Dates cannot be moved by years in the same way in all
    databases; numbers can. One elected on 29 February ends on the 28th (`add_years`), but
    for a term of four years.
    """
    leap = Q(elected_on__month=2, elected_on__day=29) & ~Q(years=4)
    by_years = numbered("elected_on", F("years")) - Case(When(leap, then=1), default=0)
    return Subquery(
        Term.objects.filter(organization=OuterRef("pk"), elected_on__lte=day)
        .order_by("-elected_on")
        .annotate(over=Greatest(by_years, Coalesce(numbered("extended_to"), Value(0))))
        .values("over")[:1],
        output_field=IntegerField(),
    )


def present_terms(day: datetime.date):
    """Return the terms organizations are in on `day`, one for each that has any."""
    newer = Term.objects.filter(
        organization=OuterRef("organization"),
        elected_on__lte=day,
        elected_on__gt=OuterRef("elected_on"),
    )
    return Term.objects.filter(~Exists(newer), elected_on__lte=day)


def ended_by(day: datetime.date) -> Q:
    """Return the condition that a term is over on `day`, that is ended on it or before.

    Says the same as `present_term_end`, by days that an index and any database can compare.
    """
    by_years = Q(pk__in=[])
    for years in range(1, 6):
        latest = add_years(day, -years)
        # One of 29 February ends on the 28th where the year has no 29th.
        if add_years(latest + datetime.timedelta(days=1), years) <= day:
            latest += datetime.timedelta(days=1)
        by_years |= Q(years=years, elected_on__lte=latest)
    return by_years & (Q(extended_to=None) | Q(extended_to__lte=day))


def registered_members(day: datetime.date) -> Subquery:
    """Return the number of members of an organization in the register on `day`."""
    if day < timezone.localdate():
        rows = Member.objects.of_day(day).filter(belonging__organization=OuterRef("pk"))
        home = F("belonging__organization_id")
    else:
        rows = Member.objects.filter(organization=OuterRef("pk")).active_on(day)
        home = F("organization_id")
    counted = rows.order_by().annotate(home=home).values("home").annotate(n=Count("pk"))
    return Subquery(counted.values("n"), output_field=IntegerField())


def member_count(day: datetime.date):
    """Return the number of members that counts: registered, else declared."""
    return Coalesce(NullIf(registered_members(day), 0), F("declared_members"))


# -- results: kept on a floor above, read through the relations that point here -------------


def assessments():
    """Return all assessments of organizations."""
    return Organization._meta.get_field("assessments").related_model.objects.all()


def last_confirmed_cycle():
    """Return the newest confirmed cycle, or None."""
    cycles = assessments().model._meta.get_field("cycle").related_model.objects
    return cycles.filter(state="confirmed").order_by("-year").first()


def sort_score(cycle) -> Subquery:
    """Return the final score of an organization in `cycle`."""
    found = assessments().filter(organization=OuterRef("pk"), cycle=cycle)
    return Subquery(found.values("final")[:1], output_field=DecimalField())
