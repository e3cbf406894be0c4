"""Pages of `schools`: the list and the tree of managing bodies."""

from __future__ import annotations

from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from schools.access import READ, needs
from schools.asked import number
from schools.bodies import set_bodies
from schools.conditions import PERSONAL_REFUSED, looks_personal
from schools.counts import add_counts
from schools.filters import SchoolFilter
from schools.finding import enough
from schools.lists import ListPage, Shortcut
from schools.models import Jurisdiction, School
from schools.scoping import granted_paths
from schools.tables import SchoolTable
from schools.tree import FOUND, found_bodies, opened_tree


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


@needs(READ)
def jurisdictions(request):
    """Show the tree of managing bodies, opened down to `?open=<pk>`, or what `?q=` finds."""
    today = timezone.localdate()
    asked = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    refused = looks_personal(asked)
    context = {"q": "" if refused else asked, "refused": PERSONAL_REFUSED if refused else ""}
    if enough(asked) and not refused:
        context["lines"] = found_bodies(request.user, asked, today)
        context["most"] = FOUND
    else:
        opened = opened_body(request.user, request.GET.get("open", ""))
        start = request.GET.get("from", "")
        skip = int(start) if start.isdecimal() and len(start) < 6 else 0
        context["lines"], context["part"] = opened_tree(request.user, opened, skip, today)
        context["opened"], context["q"] = opened, ""
    is_part = request.htmx and not request.htmx.history_restore_request
    template = "schools/tree.html" if is_part else "schools/jurisdictions.html"
    return render(request, template, context)


def opened_body(user, wanted: str) -> Jurisdiction | None:
    """Return the body to open: the one wanted, else the only one granted; 404 outside the scope."""
    bodies = Jurisdiction.objects.visible_to(user)
    tops = granted_paths(user)
    if wanted == "none" or (not wanted and len(tops) != 1):
        return None
    if not wanted:
        return bodies.filter(path=tops[0]).first()
    return get_object_or_404(bodies, pk=number(wanted))
