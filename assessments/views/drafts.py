"""Drafts of a standard: begun from a version, changed part by part, tried, published.

The city's managers alone see them; what is published is on the page of the standard.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import history
from accounts.history import Conflict
from accounts.models import User
from assessments.editing import forms, services, trial
from assessments.editing.layouts import differences_layout
from assessments.editing.models import StandardDraft
from assessments.models import Standard
from assessments.services_cycles import MANAGE_CYCLE, manages_cycles
from assessments.standard_text import FULL_MARKS
from assessments.standards.content import Content, codes, content_of, differences, points_of
from assessments.views.trials import show_trial
from schools.access import needs
from schools.asked import number
from schools.exporting import export
from schools.history_words import in_words
from schools.models import Jurisdiction
from schools.records import RECENT, RecordPages
from sheets.forms import Stored


class DraftPages(RecordPages):
    """What the pages of every part of a draft share; history and withdrawal as for a record."""

    slug, model, title = "standard_draft", StandardDraft, "标准修订稿"
    form_class: ClassVar[type[forms.PartForm]] = forms.HeadForm
    list_url, list_label = "standard_versions", "标准版本"
    related = ("based_on", "published")
    can_create = False
    template = "assessments/drafts/form.html"
    edit_lead: ClassVar[str] = "名称、版本、文号和三条分数线"
    heading: ClassVar[str] = ""

    def touched(self, record: Any) -> Stored | None:
        """Nothing is scored by a draft."""
        return None

    def may_edit(self, user, record: Any) -> bool:
        return record.published_id is None and manages_cycles(user)

    def visible(self, request: HttpRequest, pk: int) -> Any:
        services.check_manager(cast(User, request.user))
        return get_object_or_404(StandardDraft.everything.select_related(*self.related), pk=pk)

    def editable(self, request: HttpRequest, pk: int) -> Any:
        draft = self.visible(request, pk)
        if draft.published_id:
            raise PermissionDenied(
                f"这份修订稿已经发布为 {draft.published}，不能再改。要改动，请从这个版本另外修订。"
            )
        return draft

    def context(self, record: Any) -> dict[str, Any]:
        names = ("edit", "withdraw", "history", "restore")
        return {
            "pages": self,
            "record": record,
            "record_name": str(record),
            "record_body": Jurisdiction.objects.filter(depth=1).first(),
            "back": self.url(record),
            **{f"{name}_url": reverse(f"{self.slug}_{name}", args=[record.pk]) for name in names},
        }

    @classmethod
    def urls(cls, prefix: str) -> list:
        one = f"{prefix}<int:pk>/"
        parts = [
            path(f"{one}{name}/", part.edit, name=f"standard_draft_{name}")
            for name, part in PARTS.items()
        ]
        return [
            path(f"{prefix}new/<int:pk>/", begin_draft, name="standard_draft_new"),
            path(one, draft, name="standard_draft"),
            path(f"{one}indicators/<str:code>/", indicator, name="standard_draft_indicator"),
            path(f"{one}trial/", draft_trial, name="standard_draft_trial"),
            path(f"{one}publish/", publish, name="standard_draft_publish"),
            *parts,
            *super().urls(prefix),
        ]


class PointsPages(DraftPages):
    """All indicators: which there are, in which order, their names and points."""

    title, form_class = "指标和分值", forms.PointsForm
    template = "assessments/drafts/points.html"
    edit_lead = "列入哪些指标、次序、名称和分值；发布时各项分值之和须为 100"


class ParametersPages(DraftPages):
    """All parameters."""

    title, form_class = "参数", forms.ParametersForm
    edit_lead = "计分办法里用到的数；每个参数写明允许的范围"


class VetoesPages(DraftPages):
    """The veto list."""

    title, form_class = "一票否决", forms.VetoesForm
    template = "assessments/drafts/vetoes.html"
    edit_lead = "列入哪些事项、次序和写法；触发任何一项计为未达标"


PARTS: dict[str, DraftPages] = {
    "points": PointsPages(),
    "parameters": ParametersPages(),
    "vetoes": VetoesPages(),
}


def indicator(request, pk: int, code: str):
    """Change one indicator with the parameters it uses."""
    shown = DraftPages().visible(request, pk)
    if f"indicators.{code}.name" not in shown.content:
        raise Http404("no such indicator")
    one = type(
        "IndicatorPages",
        (DraftPages,),
        {
            "title": f"指标 {code}",
            "heading": f"{code} {shown.content[f'indicators.{code}.name']}",
            "form_class": forms.indicator_form(code),
            "edit_lead": "计分办法是给人看的文字；怎样算由规则和参数决定，改了参数要一并改文字",
        },
    )
    return one().edit(request, pk)


@needs(MANAGE_CYCLE)
@require_POST
def begin_draft(request, pk: int):
    """Copy a published version into a draft."""
    based_on = get_object_or_404(Standard, pk=pk)
    made = services.begin(actor=request.user, based_on=based_on)
    messages.success(
        request, f"已从 {based_on} 复制一份修订稿，版本暂定为 {made.content['edition']}。"
    )
    return redirect("standard_draft", made.pk)


@needs(MANAGE_CYCLE)
@require_safe
def draft(request, pk: int):
    """Show a draft: its parts, what differs from its origin, what still stops it."""
    pages = DraftPages()
    shown = pages.visible(request, pk)
    old, new = content_of(shown.based_on), shown.content
    changed = list(differences(old, new))
    if request.GET.get("format") == "xlsx":
        layout = differences_layout(str(shown.based_on), str(shown), changed)
        return export(layout, user=request.user, action="assessments.export", obj=shown)
    cycle = trial.last_year()
    open_ = shown.published_id is None and not shown.withdrawn_at
    context = pages.context(shown) | {
        "draft": shown,
        "content": new,
        "points": sums_of(new),
        "changed": changed,
        "obstacles": services.obstacles(new) if open_ else [],
        "unworded": services.untouched_wording(old, new) if open_ else [],
        "cycle": cycle,
        "trial": cycle and trial.find(new, cycle),
        "is_open": open_,
        "recent": in_words(shown, list(history.revisions(shown)[:RECENT])),
    }
    return render(request, "assessments/drafts/draft.html", context)


def sums_of(content: Content) -> dict[str, Any]:
    """Return what the pages say of the points: by category, of all, and how many lines."""
    sums = points_of(content)
    total = sum(sums.values(), Decimal(0))
    listed = {
        part: sum(content[f"{part}.{code}.included"] for code in codes(content, part))
        for part in ("indicators", "vetoes")
    }
    return {
        "sums": sums,
        "total": total,
        "count": listed["indicators"],
        "vetoes": listed["vetoes"],
        "agrees": total == FULL_MARKS,
    }


@needs(MANAGE_CYCLE)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_trial(request, pk: int):
    """Show how the last year comes out by the draft; POST works it out."""
    pages = DraftPages()
    shown = pages.visible(request, pk)
    page = pages.context(shown) | {
        "draft": shown,
        "obstacles": services.faults(shown.content),
        "can_publish": pages.may_edit(request.user, shown),
    }
    return show_trial(
        request,
        shown.content,
        trial.last_year(),
        title=str(shown),
        template="assessments/drafts/trial.html",
        page=page,
    )


@needs(MANAGE_CYCLE)
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request, pk: int) -> HttpResponse:
    """Ask once with everything in view, then publish."""
    pages = DraftPages()
    shown = pages.editable(request, pk)
    old, new = content_of(shown.based_on), shown.content
    refused: list[str] = []
    if request.method == "POST":
        try:
            made = services.publish(
                actor=request.user,
                draft=shown,
                expected=number(request.POST.get("version", "")),
            )
        except ValidationError as error:
            refused = error.messages
        except Conflict as error:
            refused = [str(error)]
            shown = pages.editable(request, pk)
            new = shown.content
        else:
            messages.success(request, f"已发布 {made}，从现在起不能再改。")
            return redirect(f"{reverse('standard')}?version={made.pk}")
    cycle = trial.last_year()
    context = pages.context(shown) | {
        "draft": shown,
        "content": new,
        "changed": list(differences(old, new)),
        "points": sums_of(new),
        "obstacles": services.obstacles(new),
        "unworded": services.untouched_wording(old, new),
        "cycle": cycle,
        "trial": cycle and trial.find(new, cycle),
        "refused": refused,
    }
    return render(
        request, "assessments/drafts/publish.html", context, status=400 if refused else 200
    )
