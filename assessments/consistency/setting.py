"""Checks of where an organization stands: its school, its superior, what it covers, its dates."""

from __future__ import annotations

from django.db.models import F, Q

from assessments.consistency.base import Check, Look, Severity
from assessments.consistency.grounds import BRANCHES, ORGANIZATIONS
from orgs.models import OrgKind, Term

# Units a joint branch covers (支部工作条例 Art. 5; docs/readings.md, 19).
LEAST_UNITS, MOST_UNITS = 2, 5


def _units(one) -> int:
    return one.covered + (one.school_id is not None)


def _ahead(look: Look) -> Q:
    elected = Term.objects.filter(elected_on__gt=look.day).order_by()
    return Q(founded_on__gt=look.day) | Q(pk__in=elected.values("organization_id"))


CHECKS = (
    Check(
        code="closed-school",
        title="学校已经撤并，党组织还在",
        severity=Severity.MUST,
        source="表间关系：撤并学校的党组织应当撤销、合并或改到现在的学校",
        remedy="改正党组织的所在学校，或登记撤销时间；学校没有撤并的，去掉撤并日期。",
        ground=ORGANIZATIONS,
        where=lambda look: Q(school__closed_on__lte=look.day),
        words=lambda one, look: f"{one.school}已于 {one.school.closed_on} 撤并",
    ),
    Check(
        code="dissolved-parent",
        title="上级党组织已经撤销",
        severity=Severity.MUST,
        source="表间关系：上级党组织必须在册",
        remedy="改正上级党组织；本组织随同撤销的，登记撤销时间。",
        ground=ORGANIZATIONS,
        where=lambda look: Q(parent__dissolved_on__lte=look.day),
        words=lambda one, look: f"上级{one.parent.short_name}已于 {one.parent.dissolved_on} 撤销",
        mends="organization_move",
    ),
    Check(
        code="other-county",
        title="管理主体与上级党组织不在同一个县",
        severity=Severity.MUST,
        source="表间关系：下级党组织随上级党组织隶属，同一个县只有一个隶属",
        remedy="改正管理主体或上级党组织；转隶的，登记转隶日期和文号。",
        ground=ORGANIZATIONS,
        where=lambda look: (
            Q(jurisdiction__place__isnull=False, parent__jurisdiction__place__isnull=False)
            & ~Q(jurisdiction__place=F("parent__jurisdiction__place"))
        ),
        words=lambda one, look: (
            f"本组织由{one.jurisdiction.label}（{one.jurisdiction.place}）管理，"
            f"上级{one.parent.short_name}在{one.parent.jurisdiction.place}"
        ),
        mends="organization_move",
    ),
    Check(
        code="organization-ahead",
        title="成立或换届日期在今天以后",
        severity=Severity.MUST,
        source="已经发生的事，日期不能在今天以后",
        remedy="改正日期；还没有成立、还没有换届的，到时再登记。",
        ground=ORGANIZATIONS,
        where=_ahead,
        words=lambda one, look: (
            f"成立时间 {one.founded_on} 还没有到"
            if one.founded_on and one.founded_on > look.day
            else "换届时间在今天以后"
        ),
    ),
    Check(
        code="no-school",
        title="没有所在学校的党支部",
        severity=Severity.CHECK,
        source="表间关系：学校党支部要有所在学校，才能按学段、办学性质和所在地统计",
        remedy="填写所在学校；机关或其他单位的支部，写明原因。",
        ground=ORGANIZATIONS,
        where=lambda look: Q(school=None, kind__in=BRANCHES),
        words=lambda one, look: "没有填报所在学校",
    ),
    Check(
        code="joint-units",
        title="联合党支部覆盖单位数不合规定",
        severity=Severity.CHECK,
        source="支部工作条例第五条：联合党支部覆盖单位一般不超过 5 个",
        remedy="核对所在学校和覆盖学校；确实超过的，分设联合党支部或写明批准情况。",
        ground=ORGANIZATIONS,
        where=lambda look: (
            Q(kind=OrgKind.JOINT_BRANCH)
            & (
                Q(school=None, covered__lt=LEAST_UNITS)
                | Q(school__isnull=False, covered__lt=LEAST_UNITS - 1)
                | Q(school=None, covered__gt=MOST_UNITS)
                | Q(school__isnull=False, covered__gt=MOST_UNITS - 1)
            )
        ),
        words=lambda one, look: f"覆盖 {_units(one)} 个单位，应为 {LEAST_UNITS} 到 {MOST_UNITS} 个",
        mends="organization_units",
    ),
)
