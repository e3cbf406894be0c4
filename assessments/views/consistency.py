"""表间校核: the summary, the list of one check, and the reason for one finding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods

from accounts.models import User
from assessments.consistency import services
from assessments.consistency.base import Check, Look, Severity
from assessments.consistency.columns import Columns
from assessments.consistency.findings import Finding, describe, together
from assessments.consistency.registry import CHECKS, GUARANTEED
from assessments.consistency.summary import Counts, Summary
from assessments.consistency.tables import FindingFilter, FindingTable
from schools.access import READ, needs
from schools.lists import ListPage, Scope

# In a body without bodies below it the findings themselves are shown, up to so many of
# one check.
SHOWN = 20


def look_of(user: User, scope: Scope) -> Look:
    """Return the view of a page."""
    return Look(user, timezone.localdate(), scope.chosen)


def columns_of(look: Look, scope: Scope) -> Columns:
    """Return the bodies the page is cut into."""
    chosen = scope.chosen
    return Columns(look, [chosen] if chosen else [n for n in scope.nodes if n.path in scope.tops])


@dataclass(frozen=True, slots=True)
class Cell:
    """The findings of one check in one body."""

    count: int
    url: str
    label: str


@dataclass(slots=True)
class Line:
    """One check with its counts."""

    check: Check
    counts: Counts
    url: str
    cells: list[Cell]
    findings: list[Finding] | None = None

    @property
    def is_crowded(self) -> bool:
        """Tell whether reading its findings would mean reading many that are explained."""
        return self.counts.explained > SHOWN

    @property
    def told_url(self) -> str:
        """The address of the findings with a written reason."""
        return f"{self.url}{'&' if '?' in self.url else '?'}told=told"


@dataclass(frozen=True, slots=True)
class Part:
    """The checks of one severity that found anything."""

    severity: Severity
    lines: list[Line]

    @property
    def sums(self) -> list[int]:
        """The findings that wait, by column."""
        by_column = zip(*(line.cells for line in self.lines), strict=True)
        return [sum(cell.count for cell in cells) for cells in by_column]

    @property
    def open(self) -> int:
        """The findings that wait."""
        return sum(line.counts.open for line in self.lines)

    @property
    def explained(self) -> int:
        """The findings with a written reason."""
        return sum(line.counts.explained for line in self.lines)


def lines_of(summary: Summary, columns: Columns, scope: Scope) -> Iterator[Line]:
    """Yield each check with its counts, and its cells where the page has columns."""
    query = f"?scope={scope.chosen.pk}" if scope.chosen else ""
    for check in CHECKS.values():
        address = reverse("findings", args=[check.code])
        by_column = columns.fold(summary.tally.get(check.code, {}))
        cells = [
            Cell(by_column[column.path], f"{address}?{column.query}", column.label)
            for column in columns.columns
        ]
        yield Line(check, summary.total(check.code), address + query, cells)


@needs(READ)
def consistency(request):
    """Show what every check finds in the scope, worst first, by the bodies below."""
    scope = Scope(request.user, request.GET.get("scope"))
    look = look_of(request.user, scope)
    columns = columns_of(look, scope)
    summary = services.look_through(look)
    lines = list(lines_of(summary, columns, scope))
    if not columns.columns:
        _open(lines, look)
    used = [i for i in range(len(columns.columns)) if any(line.cells[i].count for line in lines)]
    for line in lines:
        line.cells = [line.cells[i] for i in used]
    parts = [
        Part(severity, [x for x in lines if x.check.severity == severity and x.counts])
        for severity in Severity
    ]
    return render(
        request,
        "assessments/consistency.html",
        {
            "scope": scope,
            "parts": parts,
            "found": [part for part in parts if part.lines],
            "must": parts[0],
            "columns": [columns.columns[i].label for i in used],
            "clean": [line.check for line in lines if not line.counts],
            "checked": len(lines),
            "guaranteed": GUARANTEED,
            "at": timezone.localtime(summary.at),
        },
    )


def _open(lines: list[Line], look: Look) -> None:
    """Put the findings themselves into the lines that have few."""
    few = {x.check.code: x for x in lines if 0 < x.counts.open <= SHOWN and not x.is_crowded}
    for line in few.values():
        line.findings = []
    for finding in describe(together([line.check for line in few.values()], look), look):
        if finding.explanation is None:
            cast(list, few[finding.check.code].findings).append(finding)


class FindingScope(Scope):
    """The scope of a list of findings: the check itself begins with it."""

    def narrow(self, queryset):
        return queryset


class FindingList(ListPage):
    """The records one check finds."""

    template_name = "assessments/findings.html"
    table_class = FindingTable
    filterset_class = FindingFilter
    empty_title = "没有发现这个问题"
    empty_text = "这个范围里的记录都核对过了。"

    def get(self, request, code):
        return super().get(request)

    @cached_property
    def check(self) -> Check:
        if self.kwargs["code"] not in CHECKS:
            raise Http404("no such check")
        return CHECKS[self.kwargs["code"]]

    @property
    def title(self):
        return self.check.title

    @property
    def lead(self):
        return self.check.source

    @property
    def counter(self):
        return self.check.subject.counter

    @property
    def noun(self):
        return self.check.subject.noun

    @property
    def sheet_title(self):
        return f"表间校核：{self.check.title}"

    @cached_property
    def scope(self):
        return FindingScope(self.request.user, self.request.GET.get("scope"))

    @cached_property
    def look(self) -> Look:
        return look_of(cast(User, self.request.user), self.scope)

    @property
    def default_order(self):
        return (self.check.subject.path, self.check.subject.order)

    def rows(self) -> Any:
        return self.check.found(self.look).select_related(*self.check.subject.related)

    @cached_property
    def filterset(self):
        return self.make_filterset(self.request.GET, self.rows())

    def make_filterset(self, data, rows):
        columns = columns_of(self.look, self.scope) if data.get("own") else None
        return FindingFilter(
            data, rows, request=self.request, check=self.check, look=self.look, columns=columns
        )

    def make_table(self, records):
        hidden = [] if self.filterset.values.get("told") else ["reason", "author"]
        if self.check.subject.note is None:
            hidden.append("note")
        return FindingTable(records, exclude=hidden)

    def enrich(self, records):
        return describe([(self.check, record) for record in records], self.look)

    def expressions(self):
        subject = self.check.subject
        return {"name": F(subject.order), "body": F(subject.path)}

    def context(self):
        return super().context() | {"check": self.check}


class ExplainForm(forms.Form):
    """The reason for one finding."""

    text = forms.CharField(
        label="说明",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写清原因和依据，如“2026 年 9 月并入两个教学点，党员增加 14 人，云教〔2026〕12 号”",
        error_messages={"required": "请写明原因。"},
    )


@needs("schools.edit_records")
@require_http_methods(["GET", "HEAD", "POST"])
def explain(request, code: str, pk: int):
    """Show one finding, and take the reason why it may stand."""
    check = CHECKS.get(code)
    if check is None or not check.takes_reason:
        raise Http404("no such check")
    look = Look(request.user, timezone.localdate())
    record, back = _record(check, look, pk), reverse("findings", args=[code])
    if record is None:
        messages.info(request, "这条记录现在没有这个问题了，不用再写说明。")
        return redirect(back)
    explanation = services.explanation_of(check, record, look.day.year)
    form = ExplainForm(
        request.POST or None, initial={"text": explanation.text if explanation else ""}
    )
    if request.method == "POST":
        given = {"actor": request.user, "check": check, "record": record, "look": look}
        try:
            if "withdraw" in request.POST:
                services.withdraw(**given)
                messages.success(request, "说明已撤回，这一条重新列入待处理。")
                return redirect(back)
            if form.is_valid():
                services.explain(**given, text=form.cleaned_data["text"])
                messages.success(request, f"已说明，{look.day.year} 年内不再列入待处理。")
                return redirect(back)
        except ValidationError as error:
            form.add_error(None, error)
    [finding] = describe([(check, record)], look)
    return render(
        request,
        "assessments/explain.html",
        {
            "check": check,
            "finding": finding,
            "form": form,
            "explanation": explanation,
            "year": look.day.year,
            "back": back,
        },
        status=400 if form.errors else 200,
    )


def _record(check: Check, look: Look, pk: int) -> Any:
    """Return the record as the check finds it, None where all is well with it.

    404 out of sight, 403 for a record that may be read only.
    """
    model: Any = check.subject.model
    get_object_or_404(look.rows(model), pk=pk)
    if not model.objects.editable_by(look.user).filter(pk=pk).exists():
        raise PermissionDenied("您可以查看这条记录，不能写说明。需要时请找它的管理主体。")
    return check.found(look).select_related(*check.subject.related).filter(pk=pk).first()
