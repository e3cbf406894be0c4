"""The filings of a year: their list, the page of one, and what is done on it."""

from __future__ import annotations

from csp.constants import NONE
from csp.decorators import csp
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.history import Act, Conflict
from assessments.models import Cycle, Verdict
from assessments.workflow import evidence as files
from assessments.workflow import filing as services
from assessments.workflow import locking, progress, rights
from assessments.workflow.models import Evidence, Filing, Reopening
from assessments.workflow.sampling import Draw
from assessments.workflow.sheet import Sheet, changes
from assessments.workflow.states import LOCKED, STAGE_OF, Stage, State
from schools.access import EDIT, READ, needs
from schools.bodies import set_bodies
from schools.columns import DateColumn, ListColumn, ListTable, ScoreColumn
from schools.conditions import Choice, ListFilterSet, Search
from schools.form_fields import DayField
from schools.lists import ListPage, Shortcut
from schools.naming import fold

# A file somebody uploaded does nothing on its own and stands in no frame.
EVIDENCE_POLICY = {"default-src": [NONE], "frame-ancestors": [NONE], "sandbox": True}
# Shape, word and colour of a state.
MARKS = {
    State.DRAFT: ("out", "pencil"),
    State.SUBMITTED: ("run", "hourglass-split"),
    State.RETURNED: ("near", "arrow-return-left"),
    State.FIRST_REVIEWED: ("run", "hourglass-split"),
    State.RE_REVIEWED: ("run", "check2"),
    State.DECIDED: ("run", "check2-all"),
    State.PUBLISHED: ("run", "megaphone"),
    State.CONFIRMED: ("pass", "patch-check"),
    State.RECTIFYING: ("near", "tools"),
    State.REVOKED: ("fail", "x-circle"),
}


def mark(filing: Filing):
    """Return the state of a filing as shape, word and colour."""
    css, icon = MARKS[State(filing.state)]
    return format_html(
        '<span class="st st-{}"><i class="bi bi-{}" aria-hidden="true"></i>{}</span>',
        css,
        icon,
        filing.get_state_display(),
    )


class FilingTable(ListTable):
    organization = ListColumn("党组织", accessor="organization__short_name", url="filing", width=34)
    full_name = ListColumn("党组织全称", accessor="organization__name", sheet_only=True, width=44)
    body = ListColumn(
        "管理主体",
        accessor="organization__body__label",
        sort="organization__jurisdiction__path",
        wide=True,
        width=20,
    )
    state = ListColumn("状态", sort="state", always=True, width=12)
    self_total = ScoreColumn("自评", sort="self_total")
    first_total = ScoreColumn("初审", sort="first_total")
    second_total = ScoreColumn("复核", sort="second_total")
    verdict = ListColumn("认定结论", sheet_only=True, width=12)
    drawn = ListColumn("抽中原因", sort="drawn", wide=True, width=22)
    submitted = DateColumn("申报日期", accessor="submitted_at", sort="submitted_at")
    due_on = DateColumn("办理期限", sort="due_on", wide=True)
    plaque = ListColumn("牌匾编号", sheet_only=True, width=16)

    class Meta(ListTable.Meta):
        pass

    def render_state(self, record):
        return mark(record)

    def value_state(self, record):
        return record.get_state_display()

    def render_submitted(self, value):
        return f"{timezone.localtime(value):%Y-%m-%d}"

    def value_submitted(self, value):
        return timezone.localdate(value)


class FilingFilter(ListFilterSet):
    q = Search("党组织名称")
    year = Choice("年度", by="by_year")
    stage = Choice("阶段", Stage.choices, by="by_stage")
    state = Choice("状态", State.choices)
    drawn = Choice("复核", [("any", "抽中复核"), *Draw.choices], by="by_draw")
    late = Choice("期限", [("yes", "已过办理期限")], by="by_late")
    main = ("year", "stage", "drawn", "late")

    class Meta:
        model = Filing
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        years = list(
            Cycle.objects.filter(filings__isnull=False).distinct().values_list("year", flat=True)
        )
        year = self.filters["year"]
        year.extra["choices"] = [(str(n), f"{n} 年") for n in years]
        year.default = str(years[0]) if years else ""
        year.any_label = f"{year.default} 年" if years else "全部"
        year.rename("年度")

    def search(self, rows, text):
        """Rows of organizations whose name holds `text`."""
        return rows.filter(
            Q(organization__name__contains=text.strip())
            | Q(organization__name_key__contains=fold(text))
        )

    def by_year(self, rows, value):
        """Rows of one year."""
        return rows.filter(cycle__year=value)

    def by_stage(self, rows, value):
        """Rows whose turn it is."""
        return rows.filter(state__in=[one for one, stage in STAGE_OF.items() if stage == value])

    def by_draw(self, rows, value):
        """Rows drawn for the re-review, for any reason or for one."""
        return rows.exclude(drawn="") if value == "any" else rows.filter(drawn=value)

    def by_late(self, rows, value):
        """Rows whose day is over, and those not handed in when the window closed."""
        return progress.late(rows, timezone.localdate())


class FilingList(ListPage):
    title = "申报与审核"
    lead = "每个党组织一行：自评、初审、复核得分并列，停在哪一步一看就知道"
    counter, noun = "个", "党组织"
    sheet_title = "考评申报与审核情况"
    table_class = FilingTable
    filterset_class = FilingFilter
    default_order = ("organization__jurisdiction__path", "organization__name")
    shortcuts = (
        Shortcut("还没有申报的", "stage=self"),
        Shortcut("等待初审的", "stage=first"),
        Shortcut("抽中复核的", "drawn=any"),
        Shortcut("已过期限的", "late=yes"),
    )
    empty_title = "还没有申报"
    empty_text = "市教育局在“年度”里公布日程、开始考评以后，各党组织在这里自评和申报。"

    def rows(self):
        return Filing.objects.select_related("organization__jurisdiction", "cycle")

    def enrich(self, records):
        set_bodies([one.organization for one in records])
        return records


class ScoreForm(forms.Form):
    """What a stage thinks of one item."""

    code = forms.CharField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    points = forms.DecimalField(
        label="得分",
        required=False,
        max_digits=5,
        decimal_places=2,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "class": "score-in"}),
        error_messages={
            "invalid": "得分要写成数字，如 1.5。",
            "max_decimal_places": "得分最多两位小数。",
        },
    )
    not_applicable = forms.BooleanField(label="不适用（要写明理由）", required=False)
    note = forms.CharField(
        label="说明",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def find(request, pk: int) -> Filing:
    """Return a filing inside the scope of the user; Http404 otherwise."""
    rows = Filing.objects.visible_to(request.user).select_related(
        "cycle__standard",
        "organization__jurisdiction",
        "self_by",
        "submitted_by",
        "first_by",
        "second_by",
    )
    return get_object_or_404(rows, pk=pk)


@needs(READ)
@require_safe
def filing(request, pk: int):
    """Show one filing: the three opinions side by side, and the item being scored."""
    return _page(request, find(request, pk), request.GET.get("item", ""))


def _page(request, record: Filing, code: str, *, form: ScoreForm | None = None):
    sheet = Sheet(record, request.user)
    line = sheet.chosen(code)
    set_bodies([record.organization])
    if form is None and line is not None and sheet.can_score:
        opinion = line.opinions[sheet.scoring]
        before = opinion
        if not opinion.is_given and sheet.scoring == "second":
            before = line.first
        elif not opinion.is_given and sheet.scoring == "first":
            before = line.own
        form = ScoreForm(
            initial={
                "code": line.code,
                "version": line.item.version if line.item else None,
                "points": "" if before.points is None else f"{before.points:.2f}",
                "not_applicable": before.not_applicable,
                "note": opinion.note,
            }
        )
    today = timezone.localdate()
    reviewer = rights.reviews(request.user, record)
    context = {
        "filing": record,
        "sheet": sheet,
        "line": line,
        "form": form,
        "changes": changes(record),
        "reopenings": record.reopenings.select_related("opened_by"),
        "is_closed": record.state in LOCKED,
        "can_reopen": reviewer and record.state in LOCKED,
        "can_return": record.state in (State.SUBMITTED, State.FIRST_REVIEWED)
        and not rights.return_refusal(request.user, record),
        "window": rights.window_refusal(sheet.schedule, record, today),
        "following": _next(request, record),
        "mark": mark(record),
        "acts": _acts(request.user, record, reviewer),
        "may_rectify": reviewer
        and (
            record.state == State.REVOKED
            or (record.state == State.CONFIRMED and record.verdict != Verdict.COMPLIANT)
        ),
    }
    status = 400 if form is not None and form.is_bound else 200
    return render(request, "assessments/filing.html", context, status=status)


def _acts(user, record: Filing, reviewer: bool) -> list[tuple[str, str]]:
    """Return address and label of what `user` may do with a filing that was decided."""
    found = []
    if record.state == State.PUBLISHED and reviewer:
        found.append((reverse("objection_new", args=[record.pk]), "登记异议"))
    if rights.reviews_city(user):
        if record.state == State.CONFIRMED and record.verdict == Verdict.COMPLIANT:
            found.append((reverse("look_back_new", args=[record.pk]), "回头看"))
        if record.state == State.RECTIFYING:
            found.append((reverse("filing_retest", args=[record.pk]), "重新验收"))
    return found


def _next(request, record: Filing) -> Filing | None:
    """Return the next filing that waits at the same stage, for those who review."""
    if record.state not in (State.SUBMITTED, State.FIRST_REVIEWED):
        return None
    rows = Filing.objects.visible_to(request.user).filter(cycle=record.cycle_id, state=record.state)
    if record.state == State.FIRST_REVIEWED:
        rows = rows.exclude(drawn="")
    rows = rows.exclude(pk=record.pk).order_by("pk")
    return rows.filter(pk__gt=record.pk).first() or rows.first()


@needs(READ)
@require_POST
def filing_score(request, pk: int):
    """Store what the present stage thinks of one item, and go on to the next."""
    record = find(request, pk)
    sheet = Sheet(record, request.user)
    if sheet.refusal:
        raise PermissionDenied(sheet.refusal)
    form = ScoreForm(request.POST)
    code = request.POST.get("code", "")
    if not form.is_valid():
        return _page(request, record, code, form=form)
    data = form.cleaned_data
    try:
        services.give(
            filing=record,
            code=data["code"],
            stage=sheet.stage,
            points=data["points"],
            note=data["note"],
            not_applicable=data["not_applicable"],
            expected=data["version"],
            act=Act(request.user, reason=data["note"][:200], source=sheet.stage.label),
        )
    except ValidationError as error:
        refuse(form, error)
        return _page(request, record, code, form=form)
    except Conflict as conflict:
        last = conflict.since[0]
        form.add_error(
            None,
            f"您打开以后，{last.actor_name or '有人'}刚改过这一项，没有覆盖。请刷新核对后再保存。",
        )
        return _page(request, record, code, form=form)
    after = Sheet(find(request, pk), request.user).after(data["code"])
    messages.success(request, f"{data['code']} 已保存。")
    return redirect(f"{reverse('filing', args=[pk])}?item={after or data['code']}#item")


def refuse(form: forms.BaseForm, error: ValidationError) -> None:
    """Show a refusal beside the field it is about."""
    for name, sentences in getattr(error, "message_dict", {None: error.messages}).items():
        for sentence in sentences:
            form.add_error(name if name in form.fields else None, sentence)


_MOVES = {
    "submit": (services.submit, "申报", "已申报，这一年度的记录从现在起锁定。"),
    "return": (services.send_back, "退回", "已退回，填报的人会看到原因和期限。"),
    "pass": (services.pass_up, "完成初审", "初审完成，等待抽查复核。"),
    "settle": (services.settle, "完成复核", "复核完成，等待认定。"),
}


@needs(READ)
@require_POST
def filing_move(request, pk: int):
    """Hand in, send back, or finish a review."""
    record = find(request, pk)
    if request.POST.get("what") not in _MOVES:
        raise Http404
    service, source, said = _MOVES[request.POST["what"]]
    reason = request.POST.get("reason", "").strip()[:300]
    try:
        service(filing=record, act=Act(request.user, reason=reason, source=source))
    except ValidationError as error:
        for sentence in error.messages[:8]:
            messages.error(request, sentence)
    else:
        messages.success(request, said)
    return redirect("filing", pk)


class ReopenForm(forms.Form):
    """Until when the records of a closed year are open for correction, and why."""

    until = DayField(label="开放到", help_text="最长 60 天，例如 2026-03-15")
    reason = forms.CharField(label="理由", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


@needs(rights.REVIEW)
def filing_reopen(request, pk: int):
    """Open the closed records of a filing for correction."""
    record = find(request, pk)
    if not rights.reviews(request.user, record):
        raise PermissionDenied("开放更正由管理主体的审核人员办理，您可以查看。")
    form = ReopenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            locking.reopen(
                filing=record,
                until=data["until"],
                act=Act(request.user, reason=data["reason"], source="开放更正"),
            )
        except ValidationError as error:
            refuse(form, error)
        else:
            messages.success(request, f"记录已开放到 {data['until']}，到期自动锁定。")
            return redirect("filing", pk)
    status = 400 if form.is_bound else 200
    context = {"filing": record, "form": form, "title": "开放更正", "verb": "开放记录"}
    return render(request, "assessments/filing_form.html", context, status=status)


@needs(rights.REVIEW)
@require_POST
def filing_close(request, pk: int):
    """End a reopening before its day."""
    rows = Reopening.objects.visible_to(request.user).select_related("filing")
    record = get_object_or_404(rows, pk=pk)
    try:
        locking.close_again(reopening=record, act=Act(request.user, source="提前锁定"))
    except ValidationError as error:
        raise PermissionDenied(" ".join(error.messages)) from error
    messages.success(request, "记录已重新锁定。")
    return redirect("filing", record.filing_id)


@needs(EDIT)
@require_POST
def evidence_add(request, pk: int):
    """Keep a file for an item."""
    record = find(request, pk)
    code = request.POST.get("code", "")
    uploads = request.FILES.getlist("file")
    if not uploads:
        messages.error(request, "没有选择文件。请先选择要上传的佐证材料。")
    for upload in uploads[: files.MOST_FILES]:
        try:
            kept = files.add(
                filing=record,
                code=code,
                upload=upload,
                act=Act(request.user, source="上传佐证材料"),
            )
        except ValidationError as error:
            messages.error(request, f"{upload.name}：{' '.join(error.messages)}")
        else:
            messages.success(request, f"已上传 {kept.name}。")
    return redirect(f"{reverse('filing', args=[pk])}?item={code}#item")


def _evidence(request, pk: int) -> Evidence:
    rows = Evidence.objects.visible_to(request.user).select_related(
        "item__filing__cycle", "item__filing__organization"
    )
    return get_object_or_404(rows, pk=pk)


@needs(READ)
@require_safe
@csp(EVIDENCE_POLICY)  # type: ignore[arg-type]  # it passes on what the address names
def evidence(request, pk: int):
    """Hand a file out: pictures and PDF shown, the rest as a download; never as a page."""
    record = _evidence(request, pk)
    try:
        content = files.content_of(record)
    except files.Damaged as damage:
        audit.record("evidence.damaged", actor=request.user, obj=record, success=False)
        return HttpResponse(str(damage), status=409, content_type="text/plain; charset=utf-8")
    shown = record.content_type in files.SHOWN and "download" not in request.GET
    response = HttpResponse(content, content_type=record.content_type)
    response["Content-Disposition"] = (
        content_disposition_header(not shown, record.name) or "attachment"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@needs(EDIT)
@require_POST
def evidence_withdraw(request, pk: int):
    """Withdraw a file with a reason."""
    record = _evidence(request, pk)
    reason = request.POST.get("reason", "").strip()[:200] or "不需要"
    files.take_away(evidence=record, act=Act(request.user, reason=reason, source="撤回佐证材料"))
    messages.success(request, f"已撤回 {record.name}。")
    filing_id, code = record.item.filing_id, record.item.code
    return redirect(f"{reverse('filing', args=[filing_id])}?item={code}#item")
