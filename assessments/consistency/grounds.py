"""Organizations and schools with the facts their checks stand on, each in one query.

Counts are laid beside the rows as groups: a count as a subquery of every row would be
asked ten thousand times; grouped first and joined then (common table expressions), it is
worked out once. Facts are those of the whole register: whether a school has an
organization does not depend on who asks. Who asks decides which rows are looked at.
"""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Abs, Coalesce
from django.db.models.sql.constants import LOUTER
from django_cte import CTE, with_cte

from assessments.consistency.base import Ground, Look
from assessments.consistency.subjects import ORGANIZATION, SCHOOL
from assessments.models import Assessment, Exclusion
from orgs.members.days import suspended_on
from orgs.models import (
    ASSESSED_KINDS,
    Employment,
    Member,
    Membership,
    MemberStatus,
    Organization,
    OrgKind,
    Post,
    PostKind,
    Term,
    covers,
)
from orgs.standing import present_terms
from schools.models import School

BRANCHES = (OrgKind.BRANCH, OrgKind.JOINT_BRANCH)
COMMITTEES = (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH)
# Posts a committee has beside its secretary, by the name of their count.
POSTS = {
    "organizers": PostKind.ORGANIZATION,
    "publicists": PostKind.PUBLICITY,
    "inspectors": PostKind.DISCIPLINE,
}


def beside(rows: QuerySet[Any], *groups: CTE) -> QuerySet[Any]:
    """Return `rows` with the row of each group whose `of` is their key, if there is one."""
    for group in groups:
        rows = group.join(rows, pk=group.col.of, _join_type=LOUTER)
    return rows


def knowing(rows: QuerySet[Any], *groups: CTE, through: tuple[CTE, ...] = ()) -> QuerySet[Any]:
    """Return `rows` with each of the groups beside them, to be read by `annotate`.

    `through` are groups that only other groups look at.
    """
    return with_cte(*through, *groups, select=beside(rows, *groups))


def number(column: Any) -> Coalesce:
    """Return a count of a group, 0 where the group has no row."""
    return Coalesce(column, Value(0), output_field=IntegerField())


# The members that count: those of the register where it holds any, else those declared.
COUNTED = Case(
    When(registered__gt=0, then=F("registered")),
    default=F("declared_members"),
    output_field=IntegerField(),
)
FULL = Case(
    When(registered__gt=0, then=F("registered_full")),
    default=F("declared_members") - number(F("declared_probationary")),
    output_field=IntegerField(),
)


# -- groups by organization ---------------------------------------------------------------


def _roll(look: Look) -> CTE:
    """Members of today by status."""
    members = look.about(Member, "organization__jurisdiction__path").active_on(look.day)
    return CTE(
        members.values(of=F("organization_id")).annotate(
            registered=Count("pk"),
            full=Count("pk", filter=Q(status=MemberStatus.FULL)),
            probationary=Count("pk", filter=Q(status=MemberStatus.PROBATIONARY)),
        ),
        name="roll",
    )


def _opening(look: Look) -> CTE:
    """Members of the last confirmed check date, by the organizations they belonged to then."""
    day = look.closed.check_date if look.closed else look.day
    then = look.about(Membership, "organization__jurisdiction__path").filter(
        covers(day),
        Q(member__joined_on=None) | Q(member__joined_on__lte=day),
        ~suspended_on(day),
        member__withdrawn_at=None,
    )
    return CTE(then.values(of=F("organization_id")).annotate(n=Count("pk")), name="opening")


def _closing(look: Look) -> CTE:
    """Members of the last confirmed year, as they were counted then."""
    judged = look.about(Assessment, "organization__jurisdiction__path").filter(
        cycle=look.closed, exclusion__in=("", Exclusion.NEW)
    )
    return CTE(judged.values("members", of=F("organization_id")), name="closing")


def _posts(look: Look) -> CTE:
    """Posts held today, and since when there is no secretary."""
    held = (Q(start=None) | Q(start__lte=look.day)) & (Q(end=None) | Q(end__gt=look.day))
    is_secretary = Q(kind=PostKind.SECRETARY)
    posts = look.about(Post, "organization__jurisdiction__path")
    return CTE(
        posts.values(of=F("organization_id")).annotate(
            secretaries=Count("pk", filter=held & is_secretary),
            vacant_since=Max("end", filter=is_secretary & Q(end__lte=look.day)),
            **{name: Count("pk", filter=held & Q(kind=kind)) for name, kind in POSTS.items()},
        ),
        name="posts",
    )


def _terms(look: Look) -> CTE:
    """The term each organization is in."""
    terms = look.about(Term, "organization__jurisdiction__path", rows=present_terms(look.day))
    return CTE(
        terms.order_by().values(
            "elected_on", "years", "extended_to", "extension_document", of=F("organization_id")
        ),
        name="terms",
    )


def _branches(look: Look, roll: CTE, name: str, of: str) -> CTE:
    """Branches of today by the organization `of` above them: number and members."""
    branches = look.about(Organization, f"{of}__jurisdiction__path").active_on(look.day)
    branches = beside(branches.filter(kind__in=BRANCHES).exclude(**{of: None}), roll)
    branches = branches.alias(registered=number(roll.col.registered)).values(of=F(f"{of}_id"))
    return CTE(branches.annotate(n=Count("pk"), members=Sum(COUNTED)), name=name)


def _covered(look: Look) -> CTE:
    """Schools a joint branch covers beside its own."""
    covers = Organization.covered_schools.through.objects.filter(
        ~Q(school=F("organization__school")) | Q(organization__school=None)
    )
    return CTE(covers.values(of=F("organization_id")).annotate(n=Count("pk")), name="covered")


def _organizations(look: Look) -> QuerySet[Any]:
    """Organizations not dissolved yet, those founded tomorrow too."""
    roll, opening, closing = _roll(look), _opening(look), _closing(look)
    posts, terms = _posts(look), _terms(look)
    near = _branches(look, roll, "near", "parent")
    far = _branches(look, roll, "far", "parent__parent")
    covered = _covered(look)
    rows = look.rows(Organization).filter(Q(dissolved_on=None) | Q(dissolved_on__gt=look.day))
    return knowing(rows, roll, opening, closing, posts, terms, near, far, covered).annotate(
        registered=number(roll.col.registered),
        registered_full=number(roll.col.full),
        registered_probationary=number(roll.col.probationary),
        counted=COUNTED,
        full=FULL,
        opening=number(opening.col.n),
        closing=closing.col.members,
        secretaries=number(posts.col.secretaries),
        vacant_since=posts.col.vacant_since,
        **{name: number(getattr(posts.col, name)) for name in POSTS},
        elected_on=terms.col.elected_on,
        years=terms.col.years,
        extended_to=terms.col.extended_to,
        extension_document=terms.col.extension_document,
        branches=number(near.col.n) + number(far.col.n),
        below=number(near.col.members) + number(far.col.members) + F("registered"),
        covered=number(covered.col.n),
    )


ORGANIZATIONS = Ground(ORGANIZATION, _organizations)


def today(look: Look) -> Q:
    """Return the condition of having been founded."""
    return Q(founded_on=None) | Q(founded_on__lte=look.day)


# -- groups by school ---------------------------------------------------------------------

_SCHOOL = "school__jurisdiction__path"


def _pupils(look: Look) -> CTE:
    """Members of today by school: their own, else that of their organization."""
    members = look.about(Member, _SCHOOL, f"organization__{_SCHOOL}").active_on(look.day)
    return CTE(
        members.values(of=Coalesce("school_id", "organization__school_id")).annotate(
            registered=Count("pk"),
            full=Count("pk", filter=Q(status=MemberStatus.FULL)),
            working=Count("pk", filter=Q(employment=Employment.ACTIVE)),
        ),
        name="pupils",
    )


def _own(look: Look) -> tuple[CTE, CTE]:
    """Organizations of today by school, and what those declare that have no register."""
    roll = CTE(
        look.about(Member, f"organization__{_SCHOOL}")
        .active_on(look.day)
        .values(of=F("organization_id"))
        .annotate(n=Count("pk")),
        name="rolled",
    )
    rows = look.about(Organization, _SCHOOL).active_on(look.day)
    rows = beside(rows.filter(kind__in=ASSESSED_KINDS, school__isnull=False), roll)
    unlisted = Q(told=0)
    own = rows.alias(told=number(roll.col.n)).values(of=F("school_id"))
    return roll, CTE(
        own.annotate(
            n=Count("pk"),
            declared=Sum("declared_members", filter=unlisted & Q(kind=OrgKind.BRANCH)),
            joint=Count("pk", filter=unlisted & Q(kind=OrgKind.JOINT_BRANCH)),
        ),
        name="own",
    )


def _covering(look: Look) -> CTE:
    """Joint branches of today by the schools they cover."""
    covers = Organization.covered_schools.through.objects.filter(
        Q(organization__dissolved_on=None) | Q(organization__dissolved_on__gt=look.day),
        organization__withdrawn_at=None,
    )
    return CTE(covers.values(of=F("school_id")).annotate(n=Count("pk")), name="covering")


def _two_years(look: Look) -> CTE:
    """Members of the branches of a school in the newest year scored and the one before."""
    now = look.cycle_of(look.newest)
    before = look.cycle_of(look.newest - 1) if look.newest else None
    judged = look.about(Assessment, f"organization__{_SCHOOL}").filter(
        cycle__in=[cycle for cycle in (now, before) if cycle],
        kind__in=BRANCHES,
        organization__school__isnull=False,
    )
    return CTE(
        judged.values(of=F("organization__school_id")).annotate(
            now=Sum("members", filter=Q(cycle=now)), before=Sum("members", filter=Q(cycle=before))
        ),
        name="years",
    )


def open_schools(look: Look) -> QuerySet[Any]:
    """Return the schools in view that are not closed."""
    return look.rows(School).filter(Q(closed_on=None) | Q(closed_on__gt=look.day))


def _schools(look: Look) -> QuerySet[Any]:
    pupils, (rolled, own) = _pupils(look), _own(look)
    covering, years = _covering(look), _two_years(look)
    rows = knowing(open_schools(look), pupils, own, covering, years, through=(rolled,))
    return rows.annotate(
        registered=number(pupils.col.registered),
        registered_full=number(pupils.col.full),
        working=number(pupils.col.working),
        own=number(own.col.n),
        joint=number(own.col.joint),
        counted=number(pupils.col.registered) + number(own.col.declared),
        covering=number(covering.col.n),
        now=years.col.now,
        before=years.col.before,
        change=Abs(F("now") - F("before")),
    )


SCHOOLS = Ground(SCHOOL, _schools)
