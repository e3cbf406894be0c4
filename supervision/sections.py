"""What supervision shows on the pages of organizations and schools."""

from __future__ import annotations

from django.db.models import Q
from django.urls import reverse

from orgs.acting import covers
from orgs.sections import Section, change_link, link
from schools.access import EDIT
from supervision.models import (
    Instructor,
    MassOrganization,
    PartyBudget,
    PartyWorker,
    RectificationItem,
    Survey,
    VetoFinding,
    WeakListing,
)
from supervision.rectification.tables import state_of
from supervision.surveys.tables import rate_text

# How many records of one type a page shows before it sends to the list.
SHOWN = 8


def _add(user, name: str, label: str, organization) -> list[tuple[str, str]]:
    """Return the link to a new record of `organization`, for those who may."""
    if not user.has_perm(EDIT) or organization.dissolved_on:
        return []
    return [(label, f"{reverse(name)}?organization={organization.pk}")]


def rectification(organization, user, day) -> Section:
    """Problems of the organization, those still open first."""
    rows = RectificationItem.objects.visible_to(user).filter(organization=organization)
    items = sorted(rows, key=lambda item: (item.is_closed, item.deadline))
    opened = sum(not item.is_closed for item in items)
    overdue = sum(not item.is_closed and item.days_over(day) > 0 for item in items)
    note = f"没有销号 {opened} 个，其中逾期 {overdue} 个；共 {len(items)} 个" if items else ""
    links = _add(user, "rectification_new", "列入整改", organization)
    if items:
        links.insert(0, ("看台账", f"{reverse('rectifications')}?organization={organization.pk}"))
    return Section(
        "rectification",
        "问题整改",
        ("问题", "来源", "整改期限", "责任人", "状态"),
        [
            (
                link("rectification", item.pk, item.description),
                item.get_source_display(),
                f"{item.deadline}",
                item.responsible,
                state_of(item, day),
            )
            for item in items[:SHOWN]
        ],
        note=note,
        links=links,
        empty="没有列入整改的问题。",
    )


def surveys(organization, user, day) -> Section:
    """Surveys of the organization and of its school, the newest first."""
    mine = Q(organization=organization)
    if organization.school_id:
        mine |= Q(school=organization.school_id)
    rows = list(
        Survey.objects.visible_to(user)
        .filter(mine)
        .select_related("organization", "school")[:SHOWN]
    )
    links = _add(user, "survey_new", "登记调查", organization)
    if rows:
        links.insert(0, ("看全部", f"{reverse('surveys')}?organization={organization.pk}"))
    return Section(
        "surveys",
        "满意度调查",
        ("调查", "调查时间", "有效问卷", "满意率", "是否有效"),
        [
            (
                link("survey", one.pk, f"{one.year} 年{one.get_group_display()}"),
                f"{one.surveyed_on}",
                f"{one.valid}/{one.asked}",
                rate_text(one.content, one.valid),
                "有效" if one.is_valid else "无效，不计分",
            )
            for one in rows
        ],
        note="所在学校的调查也列出" if any(one.school_id for one in rows) else "",
        links=links,
        empty="还没有满意度调查。",
    )


def findings(organization, user, day) -> Section | None:
    """Vetoes confirmed by a document, and times on the weak list; nothing where there are none
    and the user enters none.
    """
    confirmed = VetoFinding.objects.visible_to(user).filter(organization=organization)
    weak = WeakListing.objects.visible_to(user).filter(organization=organization)
    rows = [
        (
            link("veto_finding", one.pk, f"{one.kind} {one.get_kind_display()}"),
            f"{one.document_on}，{one.document}",
            one.description,
            f"否决 {one.year} 年度结果",
        )
        for one in confirmed
    ]
    for one in weak:
        gone = one.removed_on and one.removed_on <= day
        rows.append(
            (
                link("weak_listing", one.pk, "V10 软弱涣散"),
                f"{one.listed_on}，{one.listing_document}",
                one.cause,
                f"{one.removed_on} 撤销" if gone else "在列",
            )
        )
    links: list[tuple[str, str]] = []
    if covers(user, organization.jurisdiction):
        links = [
            *_add(user, "veto_finding_new", "登记认定", organization),
            *_add(user, "weak_listing_new", "列入软弱涣散名单", organization),
        ]
    if not rows and not links:
        return None
    return Section(
        "findings",
        "一票否决认定",
        ("情形", "文件", "事实", "影响"),
        rows,
        note="由管理主体和上级凭文件登记",
        links=links,
        empty="没有认定记录。",
    )


def backing(organization, user, day) -> Section:
    """The budget lines and the Party workers of an organization."""
    budgets = PartyBudget.objects.visible_to(user).filter(organization=organization)[:3]
    workers = PartyWorker.objects.visible_to(user).filter(organization=organization)[:SHOWN]
    rows = [
        (
            change_link(user, "party_budget", one.pk, f"{one.year} 年党建经费"),
            f"{one.amount:,.2f} 元",
            one.document,
        )
        for one in budgets
    ]
    rows += [
        (
            change_link(user, "party_worker", one.pk, one.name),
            f"{'专职' if one.is_full_time else '兼职'}党务工作者"
            + (f"，{one.post}" if one.post else ""),
            f"{one.start} 起" if one.end is None else f"{one.start} 至 {one.end}",
        )
        for one in workers
    ]
    return Section(
        "backing",
        "经费与党务力量",
        ("项目", "内容", "依据、起止"),
        rows,
        note="用于 G2",
        links=[
            *_add(user, "party_budget_new", "登记经费", organization),
            *_add(user, "party_worker_new", "登记党务工作者", organization),
        ],
        empty="还没有登记年度经费和党务工作者。",
    )


def coverage(school, user, day) -> Section:
    """Instructors and mass organizations of a school."""
    rows = [
        (
            change_link(user, "instructor", one.pk, one.name),
            "党建指导员",
            one.sent_by,
            f"{one.start} 起" if one.end is None else f"{one.start} 至 {one.end}",
        )
        for one in Instructor.objects.visible_to(user).filter(school=school)
    ]
    rows += [
        (
            change_link(user, "mass_organization", one.pk, one.get_kind_display()),
            "群团组织",
            f"负责人 {one.head}" if one.head else "",
            f"{one.start} 成立" if one.end is None else f"{one.end} 撤销",
        )
        for one in MassOrganization.objects.visible_to(user).filter(school=school)
    ]
    links = []
    if user.has_perm(EDIT) and school.closed_on is None:
        links = [
            (label, f"{reverse(name)}?school={school.pk}")
            for label, name in (
                ("选派指导员", "instructor_new"),
                ("登记群团组织", "mass_organization_new"),
                ("登记满意度调查", "survey_new"),
            )
        ]
    return Section(
        "coverage",
        "党建指导员和群团组织",
        ("名称", "类别", "说明", "起止"),
        rows,
        note="没有党组织的学校，有其中一样就算工作覆盖",
        links=links,
        empty="没有党建指导员，也没有登记群团组织。",
    )
