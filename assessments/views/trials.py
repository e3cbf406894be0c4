"""How a scored year comes out by another standard, before anybody decides on it."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import User
from assessments.compliance import percent_text
from assessments.editing import trial
from assessments.editing.layouts import trial_layout
from assessments.models import Cycle, Verdict
from assessments.standards.content import Content
from schools.exporting import export

# Organizations of each list on the page; the workbook holds them all.
SHOWN = 50


def show_trial(
    request: HttpRequest,
    content: Content,
    cycle: Cycle | None,
    *,
    title: str,
    template: str,
    page: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Answer the page of a trial: POST works it out, GET shows it, `?format=xlsx` exports it.

    With a `status` of its own the page answers another POST, which is refused.
    """
    found = trial.find(content, cycle) if cycle else None
    runs = request.method == "POST" and status == 200
    if runs and cycle and not page.get("obstacles"):
        try:
            found = trial.run(content, cycle)
        except ValidationError as error:
            messages.error(request, "".join(error.messages))
        else:
            messages.success(
                request,
                f"试算完毕，用了 {found.result['seconds']} 秒；{cycle.year} 年度的结果没有改动。",
            )
        return redirect(request.get_full_path())
    if request.GET.get("format") == "xlsx":
        if found is None or cycle is None:
            raise Http404("nothing to export")
        layout = trial_layout(title, cycle, found.result)
        user = cast(User, request.user)
        return export(layout, user=user, action="assessments.export", obj=cycle)
    context = page | {"cycle": cycle, "title": title, "trial": found, "shown": SHOWN}
    if found:
        context |= in_words(found.result)
    return render(request, template, context, status=status)


def in_words(result: dict[str, Any]) -> dict[str, Any]:
    """Return what a trial found as the page shows it."""
    units = [row | rates(row) for row in result["units"]]
    names = {row["unit"]: row["name"] for row in result["units"]}
    for row in [*result["gained"], *result["lost"]]:
        row["unit_name"] = names.get(row["unit"], "")
        for side in ("was", "now"):
            row[f"{side}_text"] = verdict_text(row[side])
    moved = [row for row in result["indicators"] if row["mean"][0] != row["mean"][1]]
    return {
        "units": units,
        "total": {
            "name": "合计",
            **rates(result),
            "due": result["due"],
            "passed": result["passed"],
        },
        "gained": result["gained"],
        "lost": result["lost"],
        "indicators": moved,
        "same": len(result["indicators"]) - len(moved),
    }


def rates(row: dict[str, Any]) -> dict[str, Any]:
    """Return the rates of a row before and after, and whether more or fewer pass."""
    sides = [
        percent_text(passed, due) for passed, due in zip(row["passed"], row["due"], strict=True)
    ]
    return {"rates": sides, "change": row["passed"][1] - row["passed"][0]}


def verdict_text(verdict: str) -> str:
    """Return a verdict in words."""
    return Verdict(verdict).label if verdict else "没有结果"
