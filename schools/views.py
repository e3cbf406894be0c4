"""Pages of `schools`: the list and the tree of managing bodies."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from schools.access import READ, needs
from schools.bodies import set_bodies
from schools.counts import add_counts, subtree_counts
from schools.filters import SchoolFilter
from schools.lists import ListPage, Shortcut
from schools.models import Jurisdiction, School
from schools.scoping import granted_paths
from schools.tables import SchoolTable


class SchoolList(ListPage):
    title = "学校"
    lead = "所在地按行政区划，管理主体按党组织隶属，两者可以不同。"
    counter, noun = "所", "学校"
    sheet_title = "学校基本情况一览表"
    table_class = SchoolTable
    filterset_class = SchoolFilter
    default_order = ("jurisdiction__path", "name")
    shortcuts = (
        Shortcut("没有党组织", "organized=none"),
        Shortcut("民办学校", "ownership=private"),
    )
    import_kind = "schools"
    new_page, new_label = "school_new", "新建学校"
    bulk_page = "school_bulk"
    empty_title = "还没有学校"
    empty_text = "学校名单导入后，党组织、党员和考评才有归处。可以用“学校名单”表导入。"

    def rows(self):
        return School.objects.select_related("place", "jurisdiction")

    def enrich(self, records):
        add_counts(records, timezone.localdate())
        set_bodies(records)
        return records


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of the tree: a managing body with the counts of its whole subtree."""

    body: Jurisdiction
    level: int
    schools: int
    organizations: int
    members: int
    has_children: bool
    is_open: bool
    toggle: str

    @property
    def steps(self) -> range:
        """One step of indent for each level."""
        return range(self.level)

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """The counts: label, address of the list behind it, text."""
        counted = (
            ("学校", "schools", self.schools),
            ("党组织", "organizations", self.organizations),
            ("党员", "members", self.members),
        )
        return [(a, f"{reverse(b)}?scope={self.body.pk}", f"{n:,}") for a, b, n in counted]


def totals(counts) -> tuple[int, ...]:
    """Return the sums of schools, organizations and members."""
    return tuple(map(sum, zip(*counts, strict=True))) if counts else (0, 0, 0)


@needs(READ)
def jurisdictions(request):
    """Show the tree of managing bodies, opened down to `?open=<pk>`, one level at a time."""
    bodies = list(Jurisdiction.objects.visible_to(request.user).select_related("place"))
    tops = granted_paths(request.user)
    wanted = request.GET.get("open", "")
    opened = next((body for body in bodies if str(body.pk) == wanted), None)
    if wanted and wanted != "none" and opened is None:
        raise Http404
    if not wanted and len(tops) == 1:
        opened = next(body for body in bodies if body.path == tops[0])
    path = opened.path if opened else ""
    counts = subtree_counts(request.user, timezone.localdate())
    above = {body.path: str(body.pk) for body in bodies}
    lines = []
    for body in bodies:
        top = next(t for t in tops if body.path.startswith(t))
        parent = body.path[: -Jurisdiction.steplen]
        # Shown: what was granted, and the children of every body on the way to the open one.
        if body.path != top and not path.startswith(parent):
            continue
        inside = [n for p, n in counts.items() if p.startswith(body.path)]
        is_open = path.startswith(body.path)
        lines.append(
            Branch(
                body,
                (len(body.path) - len(top)) // Jurisdiction.steplen,
                *totals(inside),
                has_children=body.numchild > 0,
                is_open=is_open,
                # Opening an open body closes it: its parent is then the open one.
                toggle=above.get(parent, "none") if is_open else str(body.pk),
            )
        )
    template = "schools/tree.html" if request.htmx else "schools/jurisdictions.html"
    return render(request, template, {"lines": lines, "total": len(bodies), "opened": opened})
