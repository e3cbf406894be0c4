"""What members were on a past day, as expressions for whole lists."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When
from django.urls import reverse

from orgs.models import (
    Member,
    MemberStatus,
    Organization,
    Sex,
    Situation,
    SituationKind,
    add_years,
    covers,
)


def in_situation(kind: SituationKind, day: datetime.date) -> Exists:
    """Return the condition that a member was suspended, lost or floating on `day`."""
    found = Situation.objects.filter(covers(day), member=OuterRef("pk"), kind=kind)
    return Exists(found.order_by())


def suspended_on(day: datetime.date, of: str = "member") -> Q:
    """Return the same of being suspended for rows that name a member under `of`.

    The few who are suspended are read once for all rows; "pk" for members themselves.
    """
    found = Situation.objects.filter(covers(day), kind=SituationKind.SUSPENDED)
    return Q(**{f"{of}__in": found.order_by().values("member")})


def confirmed_by(day: datetime.date, of: str = "member__") -> Q:
    """Return the condition that whoever was a member on `day` had been confirmed by then.

    Whose confirmation nobody has told counts as confirmed if he is, or was before he was
    suspended.
    """
    told = Q(**{f"{of}confirmed_on": None}) | Q(**{f"{of}confirmed_on__lte": day})
    return ~Q(**{f"{of}status": MemberStatus.PROBATIONARY}) & told


def status_on(day: datetime.date) -> Case:
    """Return what a member was on `day`: suspended, else full from his confirmation on."""
    return Case(
        When(suspended_on(day, "pk"), then=Value(MemberStatus.SUSPENDED)),
        When(confirmed_by(day, ""), then=Value(MemberStatus.FULL)),
        default=Value(MemberStatus.PROBATIONARY),
        output_field=CharField(),
    )


def figures_on(organization: Organization, day: datetime.date) -> dict[str, Any]:
    """Return the counts of the members of an organization on a past day, each with its list."""
    rows = Member.objects.in_organization_on(organization, day).alias(status_of_day=status_on(day))
    counts = rows.aggregate(
        total=Count("pk"),
        full=Count("pk", filter=Q(status_of_day=MemberStatus.FULL)),
        probationary=Count("pk", filter=Q(status_of_day=MemberStatus.PROBATIONARY)),
        women=Count("pk", filter=Q(sex=Sex.FEMALE)),
        young=Count("pk", filter=Q(birth_date__gt=add_years(day, -36))),
    )
    address = f"{reverse('members')}?organization={organization.pk}&day={day}"
    figures = (
        ("正式党员", "&status=full", counts["full"]),
        ("预备党员", "&status=probationary", counts["probationary"]),
        ("女党员", "&sex=female", counts["women"]),
        ("35 岁及以下", "&age=35", counts["young"]),
    )
    return {
        "note": f"{day} 共 {counts['total']:,} 人，按当时的组织关系",
        "figures": [(label, address + query, f"{n:,}") for label, query, n in figures],
        "list": address,
    }
