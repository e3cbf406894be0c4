"""The pages on which a section of the report is kept: begin, edit, renew, withdraw, history."""

from __future__ import annotations

from typing import cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from accounts.history import Act, Conflict
from accounts.models import User
from reports.figures import FigureContext
from reports.writing import markup
from reports.writing.drafts import begin, kept_section, renew
from reports.writing.figures import Query
from reports.writing.material import Material
from reports.writing.models import SectionDraft, SectionSlug
from reports.writing.report import document
from schools.access import EDIT
from schools.models import Jurisdiction
from schools.record_forms import RecordForm
from schools.records import RecordPages


def material_for(user: User, draft: SectionDraft) -> Material:
    """Return the material a draft is written from."""
    return Material(user, draft.jurisdiction, draft.year)


class SectionField(forms.CharField):
    """The text of a section: kept with names of queries, edited with their words."""

    widget = forms.Textarea

    # Words of a query → its name and form; of a name → the words. Set by the form.
    names: dict[str, tuple[str, str]]
    labels: dict[str, str]

    def prepare_value(self, value):
        return markup.to_edit(value or "", lambda name: self.labels.get(name, name))

    def to_python(self, value):
        return markup.from_edit(super().to_python(value) or "", self.names)[0]

    def clean(self, value):
        unknown = markup.from_edit(value or "", self.names)[1]
        if unknown:
            raise ValidationError(
                f"没有保存：“{unknown[0]}”不是这份材料里的数字。"
                "请从下面的清单里照抄，或去掉花括号，把它改成普通文字。"
            )
        return super().clean(value)


class SectionForm(RecordForm):
    """The text of one section."""

    text = SectionField(
        label="正文",
        widget=forms.Textarea(attrs={"rows": 22, "class": "section-text", "spellcheck": "false"}),
        help_text="一行是一段；“## ”开头的一行是小标题；{表} 是表格的位置。"
        "花括号里是数字和它的口径，数据变了会提示；不带花括号的数字不随数据更新。",
        error_messages={"required": "请填写正文；不要这一部分的草稿时，请撤回草稿。"},
    )

    groups = (("正文", ("text",)),)

    class Meta:
        model = SectionDraft
        fields = ["text"]

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        draft = self.instance
        self.material = material_for(user, draft)
        known = {figure.name: figure.form for _, figure in document(self.material).figures}
        known |= {name: form for _, name, form in markup.fields_of(draft.text)}
        field = self.fields["text"]
        field.labels = {name: self._words(name) for name in known}
        field.names = {field.labels[name]: (name, form) for name, form in known.items()}

    def _words(self, name: str) -> str:
        try:
            return self.material.words(Query.parse(name))
        except (KeyError, ValueError, TypeError):
            return name

    @property
    def offered(self) -> list[str]:
        """What the data have that the draft says nothing of, ready to be copied."""
        sections = {one.slug: one for one in document(self.material).sections}
        kept = kept_section(self.material, self.instance, sections[self.instance.section])
        return [self.fields["text"].prepare_value(sentence) for sentence in kept.fresh]


class SectionPages(RecordPages):
    slug = "section_draft"
    model = SectionDraft
    form_class = SectionForm
    title = "汇报材料草稿"
    list_url, list_label = "writing", "汇报材料"
    related = ("jurisdiction__place",)
    can_create = False
    template = "writing/edit.html"
    edit_lead = "您写的文字会一直保留；数据变动以后，这里和文稿上都提示哪几句过时"

    def url(self, record):
        asked = {"scope": record.jurisdiction_id, "year": record.year}
        return f"{reverse('writing', query=asked)}#{record.section}"

    def name(self, record):
        return (
            f"{record.jurisdiction.label} {record.year} 年汇报材料“{record.get_section_display()}”"
        )


def _act(request, source: str) -> Act:
    return Act(cast(User, request.user), source=source)


@require_POST
def take(request, slug: str):
    """Take a section as it stands in the data for a draft, and open it for editing."""
    if slug not in SectionSlug.values:
        raise Http404("no such section")
    if not request.user.has_perm(EDIT):
        raise PermissionDenied("您可以查看汇报材料，不能修改。")
    figures = FigureContext.from_request(request)
    bodies = Jurisdiction.objects.editable_by(request.user)
    if not bodies.filter(pk=figures.scope.pk).exists():
        raise PermissionDenied("您可以查看这个单位的汇报材料，不能修改。")
    material = Material(request.user, figures.scope, figures.year)
    draft = begin(material=material, slug=slug, act=_act(request, "汇报材料"))
    return redirect("section_draft_edit", draft.pk)


@require_POST
def renew_section(request, pk: int):
    """Write the figures of one sentence, or of all, as the data have them now."""
    pages = SectionPages()
    draft = pages.editable(request, pk)
    if draft.withdrawn_at:
        raise Http404("withdrawn")
    asked, version = request.POST.get("place", ""), request.POST.get("version", "")
    places = {int(asked)} if asked.isdecimal() else None
    expected = int(version) if version.isdecimal() else draft.version
    material = material_for(request.user, draft)
    try:
        act = _act(request, "更新过时的句子")
        done = renew(material=material, draft=draft, act=act, expected=expected, places=places)
    except Conflict as conflict:
        messages.error(request, f"没有更新。{conflict}")
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    else:
        if done:
            messages.success(request, "已按现在的数据更新。")
        else:
            messages.info(request, "句子已经是现在的数据，没有更新。")
    return redirect(pages.url(draft))


def urls(prefix: str) -> list:
    """Return the URL patterns of the drafts under `prefix`."""
    return [
        path(f"{prefix}take/<slug:slug>/", take, name="section_take"),
        *SectionPages.urls(prefix),
        path(f"{prefix}<int:pk>/renew/", renew_section, name="section_renew"),
    ]
