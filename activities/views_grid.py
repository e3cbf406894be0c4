"""The page on which a year of meetings is typed for many organizations."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from activities.grid import HOW, MONTHS, TYPES, Shared, enter_cells, lines
from activities.models import MeetingType
from orgs.models import Organization
from schools.lists import Scope
from schools.records import EDIT

SIZE = 50


class SharedForm(forms.Form):
    """What all meetings typed into the grid have in common."""

    topic = forms.CharField(
        label="主题", max_length=200, required=False, help_text="先填主题，再填下面的格"
    )
    place = forms.CharField(label="地点", max_length=60, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
def grid(request):
    """Show the grid; on POST store what was typed, one cell (from the script) or all."""
    if not request.user.has_perm(EDIT):
        raise PermissionDenied
    today = timezone.localdate()
    asked = _asked(request, today)
    scope = Scope(request.user, request.GET.get("scope"))
    rows = Organization.objects.editable_by(request.user).select_related("jurisdiction")
    rows = scope.narrow(rows).filter(
        Q(dissolved_on=None) | Q(dissolved_on__year__gte=asked["year"])
    )
    if text := asked["q"]:
        rows = rows.filter(Q(name__contains=text) | Q(short_name__contains=text))
    one = request.POST.get("cell", "") if request.method == "POST" else ""
    if one:
        return _one_cell(request, rows, asked, one, today)
    paginator = Paginator(rows.order_by("jurisdiction__path", "name", "pk"), SIZE)
    page = paginator.get_page(request.GET.get("page"))
    found = lines(page.object_list, type=asked["type"], year=asked["year"], today=today)
    form = SharedForm(request.POST or None)
    if request.method == "POST":
        form.is_valid()
        stored, refused = enter_cells(
            found, request.POST.dict(), _shared(request, asked), user=request.user, today=today
        )
        _tell(request, stored, refused)
    context = {
        **asked,
        "form": form,
        "lines": found,
        "page": page,
        "numbers": paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1),
        "list": {"scope": scope},
        "now": timezone.localtime(),
        "months": MONTHS,
        "types": [(kind.value, kind.label) for kind in TYPES],
        "years": range(today.year, today.year - 4, -1),
        "label": MeetingType(asked["type"]).label,
        "how": HOW,
        "this_month": today.month if asked["year"] == today.year else 0,
    }
    bad = any(cell.state == "invalid" for line in found for cell in line.cells)
    return render(request, "activities/grid.html", context, status=400 if bad else 200)


def _asked(request, today) -> dict:
    """Return type, year and search text of the address; Http404 for what there is not."""
    kind = request.GET.get("type", TYPES[0])
    year = request.GET.get("year", str(today.year))
    if kind not in TYPES or not year.isdecimal() or not 2000 <= int(year) <= today.year:
        raise Http404
    return {"type": kind, "year": int(year), "q": request.GET.get("q", "").strip()}


def _shared(request, asked) -> Shared:
    return Shared(
        asked["type"],
        asked["year"],
        request.POST.get("topic", "").strip()[:200],
        request.POST.get("place", "").strip()[:60],
    )


def _one_cell(request, rows, asked, name, today):
    """Store one cell and answer with the cell; outside the scope it does not exist."""
    parts = name.split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts[1:]):
        raise Http404
    found = lines(rows.filter(pk=parts[1]), type=asked["type"], year=asked["year"], today=today)
    cell = next((c for line in found for c in line.cells if c.name == name), None)
    if cell is None:
        raise Http404
    enter_cells(
        found,
        {name: request.POST.get(name, "")},
        _shared(request, asked),
        user=request.user,
        today=today,
    )
    return render(request, "activities/cell.html", {"cell": cell})


def _tell(request, stored: int, refused: int) -> None:
    if refused:
        messages.error(
            request,
            f"保存了 {stored} 次；{refused} 格没有保存，标在格子里，您填的内容都还在。",
        )
    elif stored:
        messages.success(request, f"已保存 {stored} 次。")
    else:
        messages.info(request, "没有填写，没有保存。")
