"""The chronicle (沿革) of an organization: what happened to it, in words, newest first."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from orgs.acting import covers
from orgs.affiliations import periods_of
from orgs.models import Organization
from schools.bodies import set_bodies


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on `day` (None: nobody knows when), with its paper.

    `slug` and `pk` name the record that holds it, so that it can be corrected; `elsewhere`:
    that is for another body to do, even if the user may change the organization.
    """

    day: datetime.date | None
    title: str
    text: str
    document: str = ""
    slug: str = ""
    pk: int = 0
    url: str = ""
    elsewhere: bool = False


def chronicle(organization: Organization, user: User) -> list[Event]:
    """Return the events of an organization; a fixed number of queries."""
    events = [
        *_names(organization),
        *_affiliations(organization, user),
        *_schools(organization),
        *_others(organization, user),
    ]
    return sorted(
        events,
        key=lambda event: event.day or organization.founded_on or datetime.date.min,
        reverse=True,
    )


def _names(organization: Organization) -> list[Event]:
    events = []
    later, later_kind = organization.short_name, organization.get_kind_display()
    for name in organization.former_names.order_by("-end"):
        kind = name.get_kind_display()
        if kind == later_kind:
            title, text = "更名", f"{name.short_name}更名为{later}"
        else:
            title, text = "改建", f"{kind}{name.short_name}改建为{later_kind}{later}"
        events.append(Event(name.end, title, text, name.document, "former_name", name.pk))
        later, later_kind = name.short_name, kind
    return events


def _affiliations(organization: Organization, user: User) -> list[Event]:
    periods: list[Any] = list(periods_of(organization))
    set_bodies(periods)
    events = []
    for number, period in enumerate(periods):
        body = period.body.label
        bodies = (period.jurisdiction, organization.jurisdiction)
        elsewhere = not all(covers(user, one) for one in bodies)
        parent = period.parent if period.end else organization.parent
        under = f"，上级党组织为{parent.short_name}" if parent else ""
        if number == 0:
            founded = period.start or organization.founded_on
            document = organization.founding_document or period.document
            title = "成立" if period.start in (None, organization.founded_on) else "隶属"
            origin = ""
            if organization.origin:
                origin = f"由{organization.origin.short_name}分设，"
            events.append(
                Event(
                    founded,
                    title,
                    f"{origin}隶属{body}{under}",
                    document,
                    "affiliation",
                    period.pk,
                    elsewhere=elsewhere,
                )
            )
            continue
        before = periods[number - 1].body.label
        text = f"由{before}改为{body}管理{under}" if before != body else f"仍由{body}管理{under}"
        if before == body and not parent:
            text = f"改为{body}直接管理"
        events.append(
            Event(
                period.start,
                "变更隶属",
                text,
                period.document,
                "affiliation",
                period.pk,
                elsewhere=elsewhere,
            )
        )
    return events


def _schools(organization: Organization) -> list[Event]:
    events = []
    for period in organization.coverages.select_related("school"):
        name, paper = period.school.name, period.document
        if period.start:
            events.append(
                Event(
                    period.start,
                    "学校加入",
                    name,
                    "" if period.end else paper,
                    "coverage",
                    period.pk,
                )
            )
        if period.end:
            events.append(Event(period.end, "学校退出", name, paper, "coverage", period.pk))
    return events


def _others(organization: Organization, user: User) -> list[Event]:
    """Return mergers, offshoots and the end, with links to those in the user's scope."""
    rows = list(Organization.objects.filter(Q(successor=organization) | Q(origin=organization)))
    keys = [row.pk for row in rows]
    if organization.successor:
        keys.append(organization.successor.pk)
    seen = set(
        Organization.objects.visible_to(user)
        .filter(pk__in=keys)
        .order_by()
        .values_list("pk", flat=True)
    )

    def url(one: Organization) -> str:
        return reverse("organization", args=[one.pk]) if one.pk in seen else ""

    events = []
    for row in rows:
        if row.successor_id == organization.pk:
            text = f"{row.short_name}并入"
            events.append(
                Event(row.dissolved_on, "合并", text, row.dissolution_document, url=url(row))
            )
        else:
            text = f"分设出{row.short_name}"
            events.append(Event(row.founded_on, "分设", text, row.founding_document, url=url(row)))
    if organization.dissolved_on:
        into = organization.successor
        events.append(
            Event(
                organization.dissolved_on,
                "合并" if into else "撤销",
                f"并入{into.short_name}，本组织撤销" if into else "撤销",
                organization.dissolution_document,
                url=url(into) if into else "",
            )
        )
    return events
