"""Checks of how many members an organization has, by register, by form and by last year."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q

from assessments.consistency.base import Check, Look, Severity
from assessments.consistency.grounds import BRANCHES, COMMITTEES, ORGANIZATIONS, today
from orgs.models import OrgKind

# Members of a branch, a general branch and a committee (支部工作条例 Arts 4-5).
LEAST_FULL = 3
MOST = 50
COMMITTEE = 100


def _branch(look: Look) -> Q:
    return today(look) & Q(kind__in=BRANCHES)


def _above(look: Look) -> Q:
    return today(look) & Q(kind__in=COMMITTEES)


def _counted(one) -> str:
    """Say how many members a branch has, and where the number comes from."""
    if not one.registered:
        return f"申报党员 {one.counted} 人，其中正式党员 {one.full} 人"
    return f"花名册党员 {one.counted} 人，其中正式党员 {one.full} 人"


def _unrecorded(one, look: Look) -> str:
    year: Any = look.closed  # one is there: the fact `closing` comes from it
    gap = one.closing - one.opening
    return (
        f"{year.year} 年度考评时 {one.closing} 人；按组织关系推算，"
        f"{year.check_date} 应为 {one.opening} 人，{'少' if gap > 0 else '多'} {abs(gap)} 人没有来由"
    )


def _misfit(one, look: Look) -> str:
    kind = one.get_kind_display()
    if one.kind == OrgKind.COMMITTEE:
        return f"{kind}及所属支部党员 {one.below} 人，不到 {COMMITTEE} 人"
    return f"{kind}及所属支部党员 {one.below} 人，党总支一般 {MOST} 到 {COMMITTEE - 1} 人"


CHECKS: tuple[Any, ...] = (
    Check(
        code="few-members",
        title="正式党员不足 3 人的党支部",
        severity=Severity.MUST,
        source="支部工作条例第四条、第五条：有正式党员 3 人以上的成立党支部",
        remedy="漏登的补进花名册；确实不足的，并入联合党支部或撤销，有批复的填写设置批复文号。",
        ground=ORGANIZATIONS,
        where=lambda look: _branch(look) & Q(full__lt=LEAST_FULL, setup_approval=""),
        words=lambda one, look: f"{_counted(one)}，不足 {LEAST_FULL} 人",
    ),
    Check(
        code="large-branch",
        title="党员超过 50 人的党支部",
        severity=Severity.CHECK,
        source="支部工作条例第四条：党支部党员人数一般不超过 50 人",
        remedy="核对人数；确实超过的，分设党支部或改设党总支，有批复的填写设置批复文号。",
        ground=ORGANIZATIONS,
        where=lambda look: _branch(look) & Q(counted__gt=MOST, setup_approval=""),
        words=lambda one, look: f"{_counted(one)}，超过 {MOST} 人",
        mends="organization_split",
    ),
    Check(
        code="members-unknown",
        title="没有党员数的党支部",
        severity=Severity.CHECK,
        source="统计要求：花名册没有党员的，党组织名单上要有党员数",
        remedy="导入党员花名册，或在党组织名单上填写党员数。",
        ground=ORGANIZATIONS,
        where=lambda look: _branch(look) & Q(registered=0, declared_members=None),
        words=lambda one, look: "花名册里没有党员，党组织名单上也没有填党员数",
    ),
    Check(
        code="declared-members",
        title="申报党员数与花名册不符",
        severity=Severity.CHECK,
        source="表间关系：党组织名单的党员数 = 花名册人数",
        remedy="核对花名册，改正多登、漏登的人；花名册没有错的，改正党组织名单上的人数。",
        ground=ORGANIZATIONS,
        where=lambda look: (
            _branch(look)
            & Q(registered__gt=0, declared_members__isnull=False)
            & ~Q(declared_members=F("registered"))
        ),
        words=lambda one, look: f"申报 {one.declared_members} 人，花名册 {one.registered} 人",
    ),
    Check(
        code="declared-probationary",
        title="申报预备党员数与花名册不符",
        severity=Severity.HINT,
        source="表间关系：党组织名单的预备党员数 = 花名册里的预备党员",
        remedy="预备党员转正后人数会变，下次报送党组织名单时改正。",
        ground=ORGANIZATIONS,
        where=lambda look: (
            _branch(look)
            & Q(registered__gt=0, declared_probationary__isnull=False)
            & ~Q(declared_probationary=F("registered_probationary"))
        ),
        words=lambda one, look: (
            f"申报预备党员 {one.declared_probationary} 人，花名册 {one.registered_probationary} 人"
        ),
    ),
    Check(
        code="opening-closing",
        title="年初党员数与上年年末不符",
        severity=Severity.CHECK,
        source="表间关系：年初数 = 上年年末数；增减都要有入党、转入、离开的记录",
        remedy="补登漏掉的入党、转入、转出、离开；记录没有错、考评时数错的，写明原因。",
        ground=ORGANIZATIONS,
        where=lambda look: (
            _branch(look) & Q(registered__gt=0, closing__isnull=False) & ~Q(closing=F("opening"))
        ),
        words=_unrecorded,
    ),
    Check(
        code="kind-size",
        title="党委、党总支的党员数与设置形式不符",
        severity=Severity.CHECK,
        source="基层组织设置：党员 50 到 99 人一般设党总支，100 人以上一般设党委",
        remedy="核对所属党支部和人数；经批准设置的，填写设置批复文号。",
        ground=ORGANIZATIONS,
        where=lambda look: (
            _above(look)
            & Q(setup_approval="")
            & (
                Q(kind=OrgKind.COMMITTEE, below__lt=COMMITTEE)
                | (Q(kind=OrgKind.GENERAL_BRANCH) & (Q(below__lt=MOST) | Q(below__gte=COMMITTEE)))
            )
        ),
        words=_misfit,
    ),
    Check(
        code="few-branches",
        title="所属党支部不足 2 个的党委、党总支",
        severity=Severity.CHECK,
        source="基层组织设置：党总支、党委下设 2 个以上党支部",
        remedy="核对各党支部的“上级党组织”；确实只有一个支部的，按程序改设党支部。",
        ground=ORGANIZATIONS,
        where=lambda look: _above(look) & Q(branches__lt=2),
        words=lambda one, look: f"所属党支部 {one.branches} 个",
    ),
    Check(
        code="parts",
        title="申报党员数与所属党支部合计不符",
        severity=Severity.CHECK,
        source="表间关系：党委、党总支的党员数 = 所属党支部党员数之和",
        remedy="核对所属党支部有没有漏登、挂错上级；支部没有错的，改正本组织的申报数。",
        ground=ORGANIZATIONS,
        where=lambda look: (
            _above(look)
            & Q(branches__gt=0, declared_members__isnull=False)
            & ~Q(declared_members=F("below"))
        ),
        words=lambda one, look: (
            f"申报 {one.declared_members} 人，所属 {one.branches} 个党支部合计 {one.below} 人"
        ),
    ),
)
