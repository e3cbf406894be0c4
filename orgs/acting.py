"""What every act on organizations ends with: one log entry, and new scores for its years."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts import audit
from accounts.history import Act
from accounts.models import User
from orgs.models import Organization
from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import EDIT_ROLES
from schools.scoping import granted_paths
from sheets.forms import Stored, tell

# A correction without a day may concern any of the years still looked at.
YEARS_BACK = 6


def years_since(day: datetime.date | None) -> frozenset[int]:
    """Return the years a change that holds from `day` (None: nobody knows) may concern."""
    this = timezone.localdate().year
    first = this - YEARS_BACK if day is None else max(day.year, this - YEARS_BACK)
    return frozenset(range(min(first, this), this + 1))


def touched(organizations: Iterable[Organization], day: datetime.date | None) -> Stored:
    """Return what is to be scored anew when something of `organizations` changes from `day`."""
    ids = frozenset(organization.pk for organization in organizations)
    return Stored("organizations", ids, years_since(day))


def finish(
    action: str,
    organization: Organization,
    *,
    act: Act,
    day: datetime.date | None,
    changes: dict[str, Any],
    others: Iterable[Organization] = (),
) -> None:
    """Write the log entry of an act and have the organizations it touched scored anew."""
    told = {name: value for name, value in changes.items() if value not in (None, "", [])}
    if act.reason:
        told["说明"] = act.reason
    audit.record(action, actor=act.actor, obj=organization, changes=told)
    tell(touched([organization, *others], day), act.actor)


def covers(user: User | None, jurisdiction: Jurisdiction) -> bool:
    """Tell whether `user` may fill in for the body, for a school's leaf the body above it."""
    path = jurisdiction.path
    if jurisdiction.kind == JurisdictionKind.SCHOOL:
        path = path[: -Jurisdiction.steplen]
    return user is not None and any(path.startswith(p) for p in granted_paths(user, EDIT_ROLES))


def require_superior(act: Act, *bodies: Jurisdiction) -> None:
    """Refuse what only the managing body decides (成立、撤销、合并 …) to everybody else."""
    for body in bodies:
        if not covers(act.actor, body):
            raise PermissionDenied(
                f"这件事由管理主体办理，涉及的“{body.short_name}”不在您的范围内。"
            )


def check_day(day: datetime.date, organization: Organization | None = None, field="on") -> None:
    """Refuse a day that lies ahead, before the founding or after the end of an organization."""
    if day > timezone.localdate():
        raise ValidationError({field: "日期还没有到。请到当天或以后再办理。"})
    if organization is None:
        return
    founded, dissolved = organization.founded_on, organization.dissolved_on
    if founded and day < founded:
        raise ValidationError(
            {field: f"早于{organization.short_name}的成立时间（{founded:%Y-%m-%d}），请核对。"}
        )
    if dissolved and day >= dissolved:
        raise ValidationError(
            {field: f"{organization.short_name} {dissolved:%Y-%m-%d} 已经撤销，请核对日期。"}
        )
