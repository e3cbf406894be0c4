"""Checks of schools: their numbers, whether they have an organization, names alike."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import StrIndex

from assessments.consistency.base import Check, Ground, Look, Severity, every
from assessments.consistency.grounds import SCHOOLS, open_schools
from assessments.consistency.subjects import SCHOOL

# Full members from which a school has an organization of its own.
OWN = 3
# A change against last year that must be explained: at least so many and so large a share.
MOVED, MOVED_PERCENT = 10, 20


def _alike(look: Look):
    """Schools with another of the same stage in the same town, one name within the other."""
    others = (
        open_schools(look)
        .filter(place=OuterRef("place"), stage=OuterRef("stage"), town=OuterRef("town"))
        .exclude(pk=OuterRef("pk"))
        .alias(
            inside=StrIndex("name_key", OuterRef("name_key")),
            around=StrIndex(OuterRef("name_key"), F("name_key")),
        )
        .filter(Q(inside__gt=0) | Q(around__gt=0))
    )
    rows = open_schools(look).filter(Exists(others))
    return rows.annotate(other=Subquery(others.values("name")[:1]))


ALIKE = Ground(SCHOOL, _alike, spans=True)


def _too_few(one, look: Look) -> str:
    if one.registered:
        return f"教职工 {one.staff} 人，花名册里在职党员 {one.working} 人"
    return f"教职工 {one.staff} 人，申报党员 {one.declared_members} 人"


def _own_due(one, look: Look) -> str:
    if one.registered:
        told = f"正式党员 {one.registered_full} 人"
    else:
        told = f"申报党员 {one.declared_members} 人"
    covered = "由联合党支部覆盖" if one.covering else "没有党组织覆盖"
    return f"{told}，没有自己的党组织，{covered}"


def _moved(one, look: Look) -> str:
    year: Any = look.newest  # one is there: the facts come from it
    word = "增" if one.now > one.before else "减"
    return (
        f"{year - 1} 年度 {one.before} 人，{year} 年度 {one.now} 人，"
        f"{word} {one.change} 人（{round(100 * one.change / one.before)}%）"
    )


CHECKS = (
    Check(
        code="unorganized",
        title="应建未建党组织的学校",
        severity=Severity.MUST,
        source="支部工作条例第四条：有正式党员 3 人以上的，应当成立党支部",
        remedy="成立党支部后登记；已经成立的，补登党组织或改正党组织的所在学校。",
        ground=SCHOOLS,
        where=lambda look: (
            Q(own=0) & (Q(registered_full__gte=OWN) | Q(registered=0, declared_members__gte=OWN))
        ),
        words=_own_due,
        mends="school",
    ),
    Check(
        code="staff",
        title="教职工数少于党员数",
        severity=Severity.MUST,
        source="表间关系：在职党员是教职工的一部分",
        remedy="核对教职工数和花名册；离退休党员的在职情况改为离退休，调出的登记离开。",
        ground=SCHOOLS,
        where=lambda look: (
            Q(staff__lt=F("working")) | Q(registered=0, staff__lt=F("declared_members"))
        ),
        words=_too_few,
    ),
    Check(
        code="teachers",
        title="专任教师数多于教职工数",
        severity=Severity.MUST,
        source="表间关系：专任教师是教职工的一部分",
        remedy="改正专任教师数或教职工数。",
        ground=SCHOOLS,
        where=lambda look: Q(teachers__gt=F("staff")),
        words=lambda one, look: f"专任教师 {one.teachers} 人，教职工 {one.staff} 人",
    ),
    Check(
        code="school-members",
        title="学校申报党员数与党组织人数不符",
        severity=Severity.CHECK,
        source="表间关系：学校党员数 = 本校党员花名册人数（没有花名册的支部按申报数）",
        remedy="核对花名册里党员的所在学校；花名册没有错的，改正学校名单上的党员数。",
        ground=SCHOOLS,
        where=lambda look: (
            Q(own__gt=0, joint=0, declared_members__isnull=False)
            & ~Q(declared_members=F("counted"))
        ),
        words=lambda one, look: (
            f"学校名单申报 {one.declared_members} 人，党组织合计 {one.counted} 人"
        ),
    ),
    Check(
        code="school-moved",
        title="学校党员数比上年变动异常",
        severity=Severity.CHECK,
        source=f"变动核对：比上年增减 {MOVED} 人以上且达到 {MOVED_PERCENT}% 的，要写明原因",
        remedy="核对花名册有没有漏登、重登；确有变动的，写明原因。",
        ground=SCHOOLS,
        where=lambda look: (
            Q(change__gte=MOVED, before__gt=0) & Q(change__gte=F("before") * MOVED_PERCENT / 100.0)
        ),
        words=_moved,
    ),
    Check(
        code="alike",
        title="同一乡镇名称相近的学校",
        severity=Severity.CHECK,
        source="表间关系：一所学校只登记一次",
        remedy="是同一所学校的，把党组织、党员改到一所，另一所撤回；不是的，写明原因。",
        ground=ALIKE,
        where=every,
        words=lambda one, look: f"与“{one.other}”名称相近，学校类别、乡镇相同",
    ),
    Check(
        code="uncovered",
        title="没有党组织覆盖的学校",
        severity=Severity.HINT,
        source="组织覆盖：正式党员不足 3 人的，联合组建或选派党建指导员",
        remedy="并入联合党支部的覆盖学校；没有党员的，登记选派的党建指导员。",
        ground=SCHOOLS,
        where=lambda look: (
            Q(own=0, covering=0)
            & Q(registered_full__lt=OWN)
            & (Q(registered__gt=0) | Q(declared_members=None) | Q(declared_members__lt=OWN))
        ),
        words=lambda one, look: (
            f"没有自己的党组织，也没有联合党支部覆盖；党员 {one.registered or one.declared_members or 0} 人"
        ),
        mends="school",
    ),
)
