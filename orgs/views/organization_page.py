"""The page of one organization, today or on a past day."""

from __future__ import annotations

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.limits import limited
from orgs import act_pages
from orgs.chronicle import chronicle
from orgs.members.days import figures_on
from orgs.models import (
    Employment,
    Member,
    MemberStatus,
    Organization,
    PostKind,
    Sex,
    add_years,
)
from orgs.pages import OrganizationPages
from orgs.past import below_on, put_back
from orgs.sections import of_organization, sections
from orgs.standing import last_confirmed_cycle, standings, term_end
from orgs.tables import result_state
from orgs.views.organizations import enriched, organization_table
from orgs.year import year_of
from schools.access import READ, RECORDS, needs
from schools.bodies import set_bodies
from schools.facts import Fact
from schools.form_fields import DayField
from schools.models import School


@needs(READ)
@limited(RECORDS)
def organization(request, pk):
    """Show one organization: facts, terms, posts, members, schools, its year and results.

    `?day=` shows it as it was on a past day.
    """
    rows = Organization.objects.visible_to(request.user)
    record = get_object_or_404(
        rows.select_related("school", "parent", "jurisdiction", "successor", "origin"), pk=pk
    )
    today = timezone.localdate()
    try:
        day = DayField(required=False).clean(request.GET.get("day", ""))
        wrong = ""
    except ValidationError as error:
        day, wrong = None, "".join(error.messages)
    if day and day < today:
        return render(request, "orgs/organization_then.html", then(request, record, day))
    context = now(request, record, today) | {"wrong_day": wrong}
    return render(request, "orgs/organization.html", context)


def now(request, record: Organization, today: datetime.date) -> dict:
    """Return what the page of today shows."""
    cycle = last_confirmed_cycle()
    set_bodies([record])
    standing = standings([record], today)[record.pk]
    below = record.children.visible_to(request.user).select_related(
        "school", "parent", "jurisdiction"
    )
    children = enriched(below.order_by(F("dissolved_on").asc(nulls_first=True), "name"), cycle)
    results = list(
        record.assessments.select_related("cycle", "jurisdiction").order_by("-cycle__year")
    )
    set_bodies(results)
    return {
        "organization": record,
        "may_edit": OrganizationPages().may_edit(request.user, record),
        "acts": act_pages.offers(request.user, record),
        "facts": organization_facts(record, standing, request.user),
        "members": member_figures(record, standing, today),
        "terms": terms_of(record, standing, today),
        "posts": posts_of(record, today, request.user),
        "chronicle": chronicle(record, request.user),
        "covered": covered_schools(record, request.user),
        "children": children,
        "table": organization_table(children, cycle),
        "results": [(row, result_state(row)) for row in results],
        "year": year_of(record, request.GET.get("year"), today),
        "sections": sections(of_organization, record, request.user, today),
        "today": today,
        "day": today,
    }


def then(request, record: Any, day: datetime.date) -> dict:
    """Return what the page of a past day shows: everything by the records of that day."""
    present = record.short_name
    put_back([record], day)
    set_bodies([record])
    standing = standings([record], day)[record.pk]
    below = below_on(record, day).visible_to(request.user)
    children = enriched(below.select_related("school", "parent", "jurisdiction"), None, day)
    for child in children:
        child.is_seen = True
    alive = (record.founded_on is None or record.founded_on <= day) and (
        record.dissolved_on is None or record.dissolved_on > day
    )
    posts = [row for row in posts_of(record, day, request.user) if row["held"]]
    terms = [row for row in terms_of(record, standing, day) if row["term"].elected_on <= day]
    return {
        "organization": record,
        "present_name": present if present != record.short_name else "",
        "day": day,
        "alive": alive,
        "standing": standing,
        "facts": [
            Fact("全称", record.name),
            Fact("类别", record.get_kind_display()),
            Fact("学校", "、".join(school.name for school in record.units)),
            Fact("上级党组织", record.parent.short_name if record.parent else ""),
            Fact("管理主体", record.body.label),
            Fact("成立时间", record.founded_on),
            Fact("书记", standing.secretary or standing.vacancy_words),
            Fact("届满", standing.term_end, standing.term_words),
        ],
        "members": figures_on(record, day),
        "terms": terms,
        "posts": posts,
        "children": children,
        "table": organization_table(children, None),
    }


def terms_of(record, standing, day) -> list[dict]:
    """Return the terms of an organization, the newest first, with their state on `day`."""
    return [
        {"term": term, "end": term_end(term), "state": term_state(term, standing, day)}
        for term in record.terms.order_by("-elected_on")
    ]


def member_figures(record, standing, today) -> dict:
    """Return the counts of the members present, each with its list; and where they are from."""
    if standing.is_declared:
        if standing.is_gone:
            return {"note": "名下没有党员"}
        if standing.members is None:
            return {"note": "花名册里没有党员，党组织名单上也没有填党员数"}
        return {
            "note": f"花名册里还没有党员；申报 {standing.members} 人，"
            f"其中正式党员 {standing.full} 人"
        }
    young = add_years(today, -36)
    counts = record.members.active_on(today).aggregate(
        full=Count("pk", filter=Q(status=MemberStatus.FULL)),
        probationary=Count("pk", filter=Q(status=MemberStatus.PROBATIONARY)),
        women=Count("pk", filter=Q(sex=Sex.FEMALE)),
        young=Count("pk", filter=Q(birth_date__gt=young)),
        retired=Count("pk", filter=Q(employment=Employment.RETIRED)),
    )
    address = f"{reverse('members')}?organization={record.pk}"
    figures = [
        ("正式党员", "&status=full", counts["full"]),
        ("预备党员", "&status=probationary", counts["probationary"]),
        ("女党员", "&sex=female", counts["women"]),
        ("35 岁及以下", "&age=35", counts["young"]),
        ("离退休", "&employment=retired", counts["retired"]),
    ]
    note = f"共 {standing.members} 人"
    if standing.differs:
        note += f"；党组织名单上申报 {standing.declared} 人，与登记数不同，请核对"
    figures = [(a, address + b, f"{n:,}") for a, b, n in figures]
    return {"note": note, "figures": figures, "list": address}


def organization_facts(record, standing, user) -> list[Fact]:
    """Return the facts of an organization in words."""
    parent = record.parent
    # The parent may stand outside the user's scope; then it is named without a link.
    parent_url = ""
    if parent and Organization.objects.visible_to(user).filter(pk=parent.pk).exists():
        parent_url = reverse("organization", args=[parent.pk])
    school_url = ""
    if record.school and School.objects.visible_to(user).filter(pk=record.school_id).exists():
        school_url = reverse("school", args=[record.school_id])
    secretary, acting = standing.secretary, "临时负责" if standing.is_acting else ""
    return [
        Fact("全称", record.name),
        Fact("类别", record.get_kind_display(), "离退休党支部" if record.is_retiree_branch else ""),
        Fact("所在学校", record.school, url=school_url),
        Fact("上级党组织", parent.short_name if parent else "", url=parent_url),
        Fact("管理主体", record.body.label),
        Fact("成立时间", record.founded_on),
        Fact("书记", secretary or standing.vacancy_words, acting),
        Fact("设支部委员会", record.has_committee),
        Fact("主题党日固定日", record.fixed_day),
        Fact("党员分散", record.is_dispersed),
        Fact("设置批复文号", record.setup_approval),
        Fact("联系人", record.contact),
        Fact("联系电话", record.phone),
        Fact("备注", record.remark),
    ]


def term_state(term, standing, today) -> str:
    """Say how a term stands: present with days left, over, past, or still to come."""
    if term.elected_on > today:
        return "还没有开始"
    if standing.term is None or term.pk != standing.term.pk:
        return "已换届"
    if standing.days_left < 0:
        return f"本届，超期 {-standing.days_left} 天"
    return f"本届，还有 {standing.days_left} 天"


def posts_of(record, today, user) -> list[dict]:
    """Return the posts of an organization, those held today first, secretary before others."""
    order = {kind: number for number, kind in enumerate(PostKind.values)}
    known = set(
        Member.objects.visible_to(user)
        .filter(posts__organization=record)
        .values_list("pk", flat=True)
    )
    posts = []
    for post in record.posts.all():
        held = (post.start is None or post.start <= today) and (
            post.end is None or post.end > today
        )
        notes = [
            word
            for word, told in (
                ("临时负责", post.is_acting),
                ("由校长兼任", post.is_principal),
                ("进入决策管理层", post.in_management),
                (post.appointment_document, post.appointment_document),
            )
            if told
        ]
        url = reverse("member", args=[post.member_id]) if post.member_id in known else ""
        posts.append({"post": post, "held": held, "notes": "，".join(notes), "url": url})
    return sorted(posts, key=lambda p: (not p["held"], order.get(p["post"].kind, 99)))


def covered_schools(record, user) -> list[tuple[School, str]]:
    """Return the schools a joint branch covers, with a link for those in the user's scope."""
    schools = record.covered_schools.select_related("place").order_by("name")
    seen = set(schools.visible_to(user).values_list("pk", flat=True))
    return [(s, reverse("school", args=[s.pk]) if s.pk in seen else "") for s in schools]
