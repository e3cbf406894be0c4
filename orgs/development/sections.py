"""The development of members on the page of an organization: how many stand in each stage."""

from __future__ import annotations

from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html

from orgs.models import DevelopmentCase, DevStage, OrgKind
from orgs.sections import Section
from schools.access import EDIT

# Members belong to these; committees and general branches have no cases of their own.
KINDS = (OrgKind.BRANCH, OrgKind.JOINT_BRANCH, OrgKind.TEMPORARY_BRANCH)


def development(organization, user, day) -> Section | None:
    """Return the numbers of running cases by stage, each with its list; one query."""
    if organization.kind not in KINDS:
        return None
    running = DevelopmentCase.objects.visible_to(user).running().filter(organization=organization)
    counts = dict(running.order_by().values_list("stage").annotate(n=Count("pk")))
    address = f"{reverse('development_cases')}?organization={organization.pk}"
    links = [("看名单", address)] if counts else []
    if user.has_perm(EDIT) and not organization.dissolved_on:
        new = reverse("development_case_new")
        links.append(("登记申请人", f"{new}?organization={organization.pk}"))
    return Section(
        "development",
        "发展党员",
        ("阶段", "人数"),
        [
            (
                format_html('<a href="{}&stage={}">{}</a>', address, stage, stage.label),
                counts[stage],
            )
            for stage in DevStage
            if stage in counts
        ],
        note=f"培养中 {sum(counts.values())} 人" if counts else "",
        links=links,
        empty="没有培养中的申请人、积极分子和发展对象。",
    )
