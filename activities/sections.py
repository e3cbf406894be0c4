"""What education and roles show on the page of an organization."""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html

from activities.keeping.pages import day_of, may_add
from activities.models import (
    DUE,
    Attendance,
    Cultivation,
    Honour,
    MeetingType,
    PairResult,
    PioneerPost,
    Presence,
    SecretaryReview,
    Training,
    VolunteerHours,
    Volunteering,
)
from orgs.sections import Section, link

# How many records of one type a page shows before it sends to the list.
SHOWN = 5


def education(organization: Any, user: Any, day: datetime.date) -> Section:
    """Show the last trainings, with the page of every member's hours."""
    rows = Training.objects.visible_to(user).filter(organization=organization)
    held = rows.filter(started_on__year=day.year).count()
    last = rows.annotate(
        people=Count("participants", filter=Q(participants__withdrawn_at=None))
    ).order_by("-started_on", "-pk")[:SHOWN]
    links = [("每名党员的学时", reverse("organization_training", args=[organization.pk]))]
    if may_add(user, organization):
        links.append(("登记培训", f"{reverse('training_new')}?organization={organization.pk}"))
    return Section(
        "education",
        "教育培训",
        ("培训主题", "时间", "形式", "主办层级", "学时", "参训人数"),
        [
            (
                link("training", one.pk, one.theme),
                day_of(one.started_on),
                one.get_form_display(),
                one.get_level_display(),
                f"{one.hours.normalize():f}",
                f"{one.people}",
            )
            for one in last
        ],
        note=f"今年 {held} 次" if held else "今年还没有培训",
        links=links,
        empty="还没有教育培训记录。",
    )


def attendance(member: Any, user: Any, day: datetime.date) -> Section:
    """Show how often a member was at the meetings of this year, by type; one query."""
    rows = Attendance.objects.visible_to(user).filter(
        member=member,
        meeting__counts_for_year=day.year,
        meeting__withdrawn_at=None,
    )
    counts: dict[str, Counter] = defaultdict(Counter)
    told = rows.order_by("meeting__type").values_list("meeting__type", "presence")
    for kind, presence, n in told.annotate(n=Count("pk")):
        counts[kind][presence] += n
    whole: Counter = sum(counts.values(), Counter())
    due, present = sum(whole[one] for one in DUE), whole[Presence.PRESENT]
    return Section(
        "attendance",
        f"{day.year} 年出席情况",
        ("会议", "应到", "出席", "缺席", "请假", "列席、不作要求"),
        [
            (
                MeetingType(kind).label,
                str(sum(found[one] for one in DUE)),
                str(found[Presence.PRESENT]),
                str(found[Presence.ABSENT] + found[Presence.LEAVE_ASKED]),
                str(found[Presence.LEAVE]),
                str(found[Presence.OBSERVER] + found[Presence.EXEMPT]),
            )
            for kind, found in counts.items()
        ],
        note=f"出席 {present} 次，应到 {due} 次；批准的请假不算应到，没有批准的算缺席"
        if due
        else "",
        empty="今年的会议还没有登记这名党员的出席情况。",
    )


def roles(organization: Any, user: Any, day: datetime.date) -> Section:
    """Show what there is of each kind this year, with its list."""
    own = {"organization": organization}
    year = day.year
    pairs = Cultivation.objects.visible_to(user).filter(result=PairResult.RUNNING, **own).count()
    posts = PioneerPost.objects.visible_to(user).filter(ended_on=None, **own)
    reviewed = posts.filter(reviews__year=year, reviews__withdrawn_at=None).count()
    held = Volunteering.objects.visible_to(user).filter(held_on__year=year, **own)
    served = VolunteerHours.objects.filter(volunteering__in=held)
    last = SecretaryReview.objects.visible_to(user).filter(**own).order_by("-year").first()
    honours = Honour.objects.visible_to(user).filter(**own).count()
    count = posts.count()
    review = (
        f"{last.year} 年 {last.secretary}：{last.get_result_display()}" if last else "没有评议结果"
    )
    activities = f"{year} 年 {held.count()} 次，{served.count()} 人次"
    rows = (
        ("书记述职评议", "secretary_reviews", "secretary_review_new", review),
        ("双培工程", "cultivations", "cultivation_new", f"培养中 {pairs} 人"),
        ("党员先锋岗", "pioneers", "pioneer_new", f"在岗 {count} 个，今年已评议 {reviewed} 个"),
        ("志愿服务", "volunteerings", "volunteering_new", activities),
        ("先进典型", "honours", "honour_new", f"{honours} 项"),
    )
    may = may_add(user, organization)
    query = f"?organization={organization.pk}"
    return Section(
        "roles",
        "作用发挥",
        ("事项", "情况", "登记"),
        [
            (
                format_html('<a href="{}{}">{}</a>', reverse(name), query, label),
                text,
                format_html('<a href="{}{}">登记</a>', reverse(new), query) if may else "",
            )
            for label, name, new, text in rows
        ],
    )
