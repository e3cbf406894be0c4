"""The acts on organizations, terms and posts: their pages, and which of them are offered."""

from __future__ import annotations

from typing import Any

from orgs.act_pages.base import OrganizationAct
from orgs.act_pages.founding import CloseSchool, Dissolve, Found, Merge, Split
from orgs.act_pages.structure import Move, Rebuild, Rename, Units
from orgs.act_pages.tenure import Appointment, Election, Extension, Leave
from orgs.models import Organization, OrgKind

# The acts offered on the page of an organization, in groups.
OFFERED: tuple[tuple[str, tuple[type[OrganizationAct], ...]], ...] = (
    ("班子", (Election, Appointment, Extension)),
    ("设置", (Rename, Rebuild, Move, Units)),
    ("分合", (Merge, Split, Dissolve)),
)
ACTS: list[Any] = [act for _, acts in OFFERED for act in acts]


def offers(user, organization: Organization) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the acts `user` may do on an organization: (group, [(label, address)])."""
    if organization.dissolved_on or organization.withdrawn_at:
        return []
    found = []
    for group, acts in OFFERED:
        links = [
            (page.title, page.address(organization))
            for page in (act() for act in acts)
            if page.may(user, organization) and fits(page, organization)
        ]
        if links:
            found.append((group, links))
    return found


def fits(page: OrganizationAct, organization: Organization) -> bool:
    """Tell whether an act is worth offering for the kind of organization."""
    if isinstance(page, Election | Extension):
        # Temporary branches hold no elections.
        return organization.kind != OrgKind.TEMPORARY_BRANCH
    return True


def urls() -> list:
    """Return the URL patterns of all acts."""
    return [
        *(act.url("organizations/") for act in (Found, *ACTS)),
        Leave.url("posts/"),
        CloseSchool.url("schools/"),
    ]
