"""The organizations behind one part of a movement, each with its result before and now."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from reports.figures import FigureContext
from reports.movement.details import told
from reports.movement.moving import Movement
from reports.movement.parts import LABELS, Part
from reports.movement.sides import Asking, Unknown

PAGE = 50


def movement_organizations(request: HttpRequest) -> HttpResponse:
    """List what moved between two sides; `part` and `row` narrow it to one figure."""
    figures = FigureContext.from_request(request)
    asked = {name: request.GET.get(name, "") for name in ("before", "now", "part", "row")}
    if asked["part"] and asked["part"] not in LABELS:
        raise Http404("no such part")
    part = Part(asked["part"]) if asked["part"] else None
    try:
        before, now = Asking(figures.user, figures.scope, figures.year).sides(
            asked["before"], asked["now"]
        )
    except Unknown as unknown:
        context = {"figures": figures, "refusal": str(unknown), "title": "有变动的党组织"}
        return render(request, "reports/movement_refused.html", context)
    movement = Movement(figures.user, figures.scope, figures.by, before, now)
    if asked["row"] and asked["row"] not in movement.rows:
        raise Http404("no such row")
    order = list(Part)
    found = movement.among(part, asked["row"])
    found.sort(key=lambda one: (order.index(one.part), one.row, one.organization))
    paginator = Paginator(found, PAGE)
    page = paginator.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    back = {"before": asked["before"] or None, "now": asked["now"] or None}
    context = {
        "figures": figures,
        "movement": movement,
        "title": f"{LABELS[part]}的党组织" if part else "有变动的党组织",
        "row": asked["row"],
        "page": page,
        "page_query": f"{query.urlencode()}&",
        "page_range": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "changes": list(told(movement, page.object_list)),
        "kinds": [
            (
                label,
                figures.page_with(part=one.value),
                one == part,
                movement.among(one, asked["row"]),
            )
            for one, label in LABELS.items()
        ],
        "all_url": figures.page_with(part=None),
        "all_count": len(movement.among(None, asked["row"])),
        "part": part,
        "report_url": figures.link("report", "movement", **back),
        "export_url": figures.link("report", "movement", **back, format="xlsx"),
    }
    return render(request, "reports/movement_organizations.html", context)
