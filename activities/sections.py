"""What education and roles show on the page of an organization."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from activities.keeping import day_of, link, may_add
from activities.models import Training
from orgs.sections import Section

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
