"""Checks of members: their dates, their organization, and people registered twice."""

from __future__ import annotations

import datetime

from django.db.models import DateField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.db.models.lookups import LessThan

from assessments.consistency.base import Check, Ground, Look, Severity, every
from assessments.consistency.grounds import BRANCHES
from assessments.consistency.subjects import MEMBER
from orgs.models import Member, MemberStatus, Organization, add_years
from orgs.standing import numbered

ADULT = 18
# No member was admitted on probation from 1969 to the charter of 18 August 1977.
PROBATION_SINCE = datetime.date(1977, 8, 18)
# A day known to the month only may lie so many days later.
MONTH = 30


def _after(field: str, days: int) -> Cast:
    """Return the day so many days after a column."""
    return Cast(F(field) + datetime.timedelta(days=days), DateField())


def _here(look: Look) -> Q:
    """Return the condition of not having left."""
    return Q(left_on=None) | Q(left_on__gt=look.day)


MEMBERS = Ground(MEMBER, lambda look: look.rows(Member), is_large=True)


def _same_person(look: Look):
    """Members with a namesake born on the same day in another organization."""
    others = (
        look.rows(Member)
        .filter(_here(look), name=OuterRef("name"), birth_date=OuterRef("birth_date"))
        .filter(~Q(organization_id=OuterRef("organization_id")))
    )
    rows = look.rows(Member).filter(_here(look)).filter(Exists(others))
    return rows.annotate(other=Subquery(others.values("organization__short_name")[:1]))


TWICE = Ground(MEMBER, _same_person, spans=True)


def _too_young() -> Q:
    """Return the condition of having joined before the eighteenth birthday.

    The days are compared first: they settle nearly all rows, and the years that the
    calendar takes are asked of the rest. A day known to the month only counts as the
    last of its month.
    """
    days = ADULT * 365 + ADULT // 4 + 1
    exact = Q(LessThan(numbered("joined_on"), numbered("birth_date", ADULT)))
    return (Q(joined_on__lt=_after("birth_date", days)) & Q(joined_month_only=False) & exact) | Q(
        joined_month_only=True, joined_on__lt=_after("birth_date", days - 2 - MONTH)
    )


def _short_probation(look: Look) -> Q:
    """Return the condition of having been confirmed within 365 days of joining.

    Nearly all are confirmed after a year to the day: asking the calendar for the leap
    days in between would cost more than the one day it finds.
    """
    by_month = Q(joined_month_only=True) | Q(confirmed_month_only=True)
    return Q(joined_on__gte=PROBATION_SINCE) & (
        (~by_month & Q(confirmed_on__lt=_after("joined_on", 365)))
        | (by_month & Q(confirmed_on__lt=_after("joined_on", 365 - MONTH)))
    )


def _on_probation(look: Look) -> Q:
    return _here(look) & Q(status=MemberStatus.PROBATIONARY)


def _two_years(look: Look) -> Q:
    """Return the condition of a probation longer than its longest extension."""
    return _on_probation(look) & Q(joined_on__lt=add_years(look.day, -2))


def _ahead(look: Look) -> Q:
    later = Q()
    for field in ("joined_on", "confirmed_on", "left_on", "birth_date"):
        later |= Q(**{f"{field}__gt": look.day})
    return later


def _astray(look: Look) -> Q:
    """Return the condition of a school that is none of the schools of the organization."""
    covers = Organization.covered_schools.through.objects
    covered = covers.filter(organization=OuterRef("organization"), school=OuterRef("school"))
    return (
        _here(look)
        & Q(school__isnull=False, organization__school__isnull=False)
        & Q(organization__kind__in=BRANCHES)
        & ~Q(school=F("organization__school"))
        & ~Q(Exists(covered))
    )


def _day(day: datetime.date, month_only: bool) -> str:
    return f"{day:%Y-%m}" if month_only else f"{day}"


def _joined(one) -> str:
    return f"{_day(one.joined_on, one.joined_month_only)} 入党"


def _probation(one, look: Look) -> str:
    if one.probation_until:
        return f"{_joined(one)}，预备期延长至 {one.probation_until}，没有转正的记录"
    return f"{_joined(one)}，预备期已 {(look.day - one.joined_on).days} 天，没有转正或延长的记录"


def _which_ahead(one, look: Look) -> str:
    days = {
        "入党时间": one.joined_on,
        "转正时间": one.confirmed_on,
        "离开时间": one.left_on,
        "出生日期": one.birth_date,
    }
    told = [f"{label} {day}" for label, day in days.items() if day and day > look.day]
    return f"{'、'.join(told)} 还没有到"


CHECKS = (
    Check(
        code="joined-young",
        title=f"入党时不满 {ADULT} 岁",
        severity=Severity.MUST,
        source=f"党章第一条：年满 {ADULT} 岁可以申请入党",
        remedy="对照入党志愿书改正出生日期或入党时间。",
        ground=MEMBERS,
        where=lambda look: _here(look) & _too_young(),
        words=lambda one, look: f"{one.birth_date} 出生，{_joined(one)}",
    ),
    Check(
        code="left-before",
        title="离开时间早于入党时间",
        severity=Severity.MUST,
        source="表间关系：先入党，后离开",
        remedy="改正离开时间或入党时间。",
        ground=MEMBERS,
        where=lambda look: Q(left_on__lt=F("joined_on")),
        words=lambda one, look: f"{_joined(one)}，{one.left_on} 离开",
    ),
    Check(
        code="member-ahead",
        title="党员的日期在今天以后",
        severity=Severity.MUST,
        source="已经发生的事，日期不能在今天以后",
        remedy="改正日期；还没有发生的，到时再登记。",
        ground=MEMBERS,
        where=_ahead,
        words=_which_ahead,
    ),
    Check(
        code="probationary-confirmed",
        title="预备党员有转正时间",
        severity=Severity.MUST,
        source="党章第七条：预备党员转正后是正式党员",
        remedy="已经转正的，人员类别改为正式党员；没有转正的，去掉转正时间。",
        ground=MEMBERS,
        where=lambda look: (
            _here(look) & Q(status=MemberStatus.PROBATIONARY, confirmed_on__isnull=False)
        ),
        words=lambda one, look: (
            f"预备党员，转正时间 {_day(one.confirmed_on, one.confirmed_month_only)}"
        ),
    ),
    Check(
        code="probation-two-years",
        title="预备期超过两年",
        severity=Severity.MUST,
        source="发展党员工作细则第三十二条：预备期一年，延长一次，最长不超过一年",
        remedy="登记转正时间；取消预备党员资格的，登记离开。",
        ground=MEMBERS,
        where=_two_years,
        words=_probation,
        mends="member_confirm",
    ),
    Check(
        code="dissolved-organization",
        title="党员所在的党组织已经撤销",
        severity=Severity.MUST,
        source="党员教育管理工作条例第二十五条：每个党员都要编入一个支部",
        remedy="把党员转到现在的党组织；党组织没有撤销的，去掉撤销时间。",
        ground=MEMBERS,
        where=lambda look: _here(look) & Q(organization__dissolved_on__lte=look.day),
        words=lambda one, look: (
            f"{one.organization.short_name}已于 {one.organization.dissolved_on} 撤销"
        ),
        mends="member_send",
    ),
    Check(
        code="confirmed-early",
        title="预备期不满一年就转正",
        severity=Severity.CHECK,
        source="发展党员工作细则第三十二条：预备期一年，从支部大会通过之日算起",
        remedy="对照档案改正入党时间或转正时间。",
        ground=MEMBERS,
        where=lambda look: _here(look) & _short_probation(look),
        words=lambda one, look: (
            f"{_joined(one)}，{_day(one.confirmed_on, one.confirmed_month_only)} 转正"
        ),
    ),
    Check(
        code="unconfirmed",
        title="正式党员没有转正时间",
        severity=Severity.CHECK,
        source="党章第七条：党龄从转正之日算起",
        remedy="对照档案补填转正时间。",
        ground=MEMBERS,
        where=lambda look: _here(look) & Q(status=MemberStatus.FULL, confirmed_on=None),
        words=lambda one, look: "正式党员，没有转正时间，算不出党龄",
    ),
    Check(
        code="probation-over",
        title="预备期超过一年",
        severity=Severity.CHECK,
        source="发展党员工作细则第三十二条：预备期一年，期满及时讨论转正",
        remedy="登记转正时间；批准延长预备期的，登记延长到哪一天。",
        ground=MEMBERS,
        where=lambda look: (
            _on_probation(look)
            & (
                Q(probation_until=None, joined_on__lt=add_years(look.day, -1))
                | Q(probation_until__lt=look.day)
            )
            & ~_two_years(look)
        ),
        words=_probation,
        mends="member_confirm",
    ),
    Check(
        code="joined-unknown",
        title="没有入党时间的党员",
        severity=Severity.CHECK,
        source="花名册必填：入党时间",
        remedy="对照档案补填入党时间。",
        ground=MEMBERS,
        where=lambda look: _here(look) & Q(joined_on=None),
        words=lambda one, look: "没有填入党时间",
    ),
    Check(
        code="other-school",
        title="党员所在学校不属于所在党组织",
        severity=Severity.CHECK,
        source="表间关系：党员的所在学校是所在党组织的学校或覆盖学校",
        remedy="改正党员的所在学校或所在党组织；联合党支部漏填的，补上覆盖学校。",
        ground=MEMBERS,
        where=_astray,
        words=lambda one, look: f"所在学校{one.school}，党组织在{one.organization.school}",
    ),
    Check(
        code="twice",
        title="同名同生日的党员在两个党组织",
        severity=Severity.CHECK,
        source="党员教育管理工作条例第二十五条：一名党员只有一个组织关系",
        remedy="是同一个人的，办理组织关系转接，撤回多登的一条；不是的，写明原因。",
        ground=TWICE,
        where=every,
        words=lambda one, look: f"{one.birth_date} 出生，在{one.other}还有一名同名同生日的党员",
    ),
)
