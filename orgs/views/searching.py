"""The search in the bar of every page."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import Q
from django.shortcuts import render
from django.urls import reverse

from orgs.models import Member, Organization
from orgs.naming import organization_key
from schools.access import READ, needs
from schools.conditions import PERSONAL_REFUSED, looks_personal
from schools.models import School
from schools.naming import fold

# Results of each kind a search shows; the list page shows the rest.
SEARCH_LIMIT = 10


@needs(READ)
def search(request):
    """Find schools, organizations and persons in the user's scope by name or code.

    Personal numbers are refused and not repeated on the page.
    """
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    context = {"q": asked, "groups": [], "refused": ""}
    text = fold(asked)
    if looks_personal(asked):
        context.update(q="", refused=PERSONAL_REFUSED)
    elif text:
        user = request.user
        key = organization_key(text)
        schools = School.objects.visible_to(user).filter(
            Q(name_key__contains=text) | Q(short_name__contains=text) | Q(code__startswith=text)
        )
        organizations = Organization.objects.visible_to(user).filter(
            Q(name_key__contains=key) | Q(name__contains=text)
        )
        members = Member.objects.visible_to(user).filter(name__contains=text)
        context["groups"] = [
            group(
                "学校",
                "school",
                "schools",
                schools.select_related("place", "jurisdiction"),
                asked,
                lambda s: (s.name, f"{s.get_stage_display()}，{s.place.name}{s.town}", s.closed_on),
            ),
            group(
                "党组织",
                "organization",
                "organizations",
                organizations.select_related("jurisdiction"),
                asked,
                lambda o: (
                    o.name,
                    f"{o.get_kind_display()}，{o.jurisdiction.label}",
                    o.dissolved_on,
                ),
            ),
            group(
                "人员",
                "member",
                "members",
                members.select_related("organization"),
                asked,
                lambda m: (
                    m.name,
                    f"{m.get_status_display()}，{m.organization.short_name}",
                    m.left_on,
                ),
            ),
        ]
        context["nothing"] = not any(found["rows"] for found in context["groups"])
    return render(request, "orgs/search.html", context)


def group(label, page, list_page, rows, asked, words) -> dict:
    """Return the first results of one kind, and the address of all of them."""
    found = list(rows.order_by("name", "pk")[: SEARCH_LIMIT + 1])
    lines = []
    for record in found[:SEARCH_LIMIT]:
        name, note, ended = words(record)
        lines.append(
            {"name": name, "note": note, "ended": ended, "url": reverse(page, args=[record.pk])}
        )
    more = len(found) > SEARCH_LIMIT
    return {
        "label": label,
        "rows": lines,
        "more": f"{reverse(list_page)}?{urlencode({'q': asked})}" if more else "",
    }
