"""The decision of a year: schedule, draw, meeting, public notice, objections, confirmation."""

from __future__ import annotations

from functools import partial

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.history import Act, Conflict
from assessments import services_cycles
from assessments.models import Cycle, Verdict
from assessments.workflow import after, deciding
from assessments.workflow import filing as filing_services
from assessments.workflow.models import Decision, Filing, Objection, Schedule
from assessments.workflow.sampling import Draw
from assessments.workflow.states import State
from schools.access import READ, needs
from schools.asked import number
from schools.form_fields import DayField
from schools.record_forms import InWords, refuse


def _cycle(year: int) -> Cycle:
    return get_object_or_404(Cycle.objects.select_related("standard"), year=year)


def _back(year: int):
    return redirect(f"{reverse('decision')}?year={year}")


@needs(READ)
@require_safe
def decision(request):
    """Show how far the decision of a year is, and for the city's manager what comes next."""
    cycles = list(Cycle.objects.select_related("standard"))
    asked = request.GET.get("year", "")
    cycle = next((one for one in cycles if str(one.year) == asked), None)
    if asked and cycle is None:
        raise Http404
    cycle = cycle or next(iter(cycles), None)
    context = {"cycles": cycles, "cycle": cycle, "today": timezone.localdate()}
    if cycle:
        context |= _facts(request.user, cycle)
    return render(request, "assessments/decision.html", context)


def _facts(user, cycle: Cycle) -> dict:
    filings = Filing.objects.visible_to(user).filter(cycle=cycle)
    states = dict(
        filings.order_by().values_list("state").annotate(n=Count("pk")).values_list("state", "n")
    )
    drawn = dict(
        filings.exclude(drawn="")
        .order_by()
        .values_list("drawn")
        .annotate(n=Count("pk"))
        .values_list("drawn", "n")
    )
    found = Decision.objects.filter(cycle=cycle).first()
    passed = filings.filter(verdict=Verdict.COMPLIANT).count()
    decided = filings.exclude(verdict="").count()
    objections = Objection.objects.visible_to(user).filter(filing__cycle=cycle)
    return {
        "schedule": Schedule.of(cycle),
        "manages": services_cycles.manages_cycles(user),
        "total": sum(states.values()),
        "states": [(state.label, states[state]) for state in State if states.get(state)],
        "waiting_draw": filings.filter(state=State.FIRST_REVIEWED, drawn="").count(),
        "waiting_review": filings.filter(state=State.FIRST_REVIEWED).exclude(drawn="").count(),
        "ready": states.get(State.RE_REVIEWED, 0),
        "decided_now": states.get(State.DECIDED, 0),
        "published": states.get(State.PUBLISHED, 0),
        "drawn": [(Draw(key).label, n) for key, n in sorted(drawn.items())],
        "decision": found,
        "to_rectify": filings.filter(state=State.CONFIRMED, retested_on=None)
        .exclude(verdict__in=("", Verdict.COMPLIANT, Verdict.OBSERVED))
        .count(),
        "passed": passed,
        "decided": decided,
        "objections": objections.select_related("filing__organization"),
        "open_objections": objections.filter(outcome=Objection.Outcome.OPEN).count(),
    }


class ScheduleForm(InWords, forms.ModelForm):
    """The dates of the stages and the shares looked at."""

    class Meta:
        model = Schedule
        fields = (
            "self_from",
            "self_until",
            "first_until",
            "second_until",
            "decide_until",
            "return_days",
            "notice_days",
            "sample_percent",
            "margin",
            "evidence_percent",
            "void_units",
            "rectify_months",
        )
        field_classes = dict.fromkeys(fields[:5], partial(DayField, future=True))
        help_texts = {
            "sample_percent": "每个统计单元至少抽这么多；有否决和接近达标线的必抽",
            "margin": "得分与达标线相差不超过这么多分的必抽",
            "void_units": "抽中的有一个复核没有达标，本单元的达标都作废，退回重新申报",
            "evidence_percent": "审核项里按这个比例抽取要附佐证材料的；上年达标且没有改分的减半",
        }


@needs(services_cycles.MANAGE_CYCLE)
def schedule(request, year: int):
    """Set the dates of a year."""
    if not services_cycles.manages_cycles(request.user):
        raise PermissionDenied("考评日程由全市的业务管理设定，您可以查看。")
    cycle = _cycle(year)
    record = Schedule.of(cycle) or deciding.default_schedule(cycle)
    form = ScheduleForm(request.POST or None, instance=record)
    if request.method == "POST" and form.is_valid():
        try:
            deciding.set_schedule(
                schedule=form.save(commit=False),
                act=Act(request.user, source="考评日程"),
                expected=number(request.POST.get("version", "")) if record.pk else None,
            )
        except ValidationError as error:
            refuse(form, error)
        except Conflict:
            form.add_error(None, "您打开以后有人改过日程，没有覆盖。请刷新核对后再保存。")
        else:
            messages.success(request, f"{year} 年度的日程已保存。")
            return _back(year)
    status = 400 if form.is_bound else 200
    context = {"cycle": cycle, "form": form, "record": record}
    return render(request, "assessments/schedule.html", context, status=status)


@needs(services_cycles.MANAGE_CYCLE)
@require_POST
def decision_step(request, year: int, step: str):
    """Take one step of the decision; each is done once its conditions are met."""
    cycle = _cycle(year)
    act = Act(request.user, source="认定与公示")
    try:
        messages.success(request, _STEPS[step](cycle, request.POST, act))
    except KeyError as error:
        raise Http404 from error
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    return _back(year)


def _day(data, name: str):
    field = DayField(required=True)
    try:
        return field.clean(data.get(name, ""))
    except ValidationError as error:
        raise ValidationError(f"日期没有填对：{' '.join(error.messages)}") from error


def _begin(cycle: Cycle, data, act: Act) -> str:
    deciding.check_manager(act)
    if Schedule.of(cycle) is None:
        raise ValidationError("还没有考评日程，先设定日程再开始考评。")
    count = filing_services.begin(cycle=cycle, act=act)
    return f"已为 {count:,} 个党组织建立申报。" if count else "没有新的党组织，申报都已建立。"


def _draw(cycle: Cycle, data, act: Act) -> str:
    counts = deciding.draw(cycle=cycle, act=act)
    taken = sum(n for reason, n in counts.items() if reason)
    return f"抽中 {taken} 个逐项复核；其余 {counts['']} 个以初审为准。"


def _decide(cycle: Cycle, data, act: Act) -> str:
    deciding.decide(
        cycle=cycle, met_on=_day(data, "met_on"), minutes=data.get("minutes", ""), act=act
    )
    return "认定已登记，可以公示。"


def _publish(cycle: Cycle, data, act: Act) -> str:
    found = deciding.publish(cycle=cycle, notice_from=_day(data, "notice_from"), act=act)
    return f"公示从 {found.notice_from} 到 {found.notice_until}。"


def _confirm(cycle: Cycle, data, act: Act) -> str:
    count = deciding.confirm(cycle=cycle, document=data.get("document", ""), act=act)
    return f"{cycle} 已确认，共 {count:,} 个党组织。"


def _rectify(cycle: Cycle, data, act: Act) -> str:
    count = after.rectify_failed(cycle=cycle, act=act)
    return f"已给 {count:,} 个没有达标的党组织布置整改，失分的指标都列入整改台账。"


_STEPS = {
    "begin": _begin,
    "draw": _draw,
    "decide": _decide,
    "publish": _publish,
    "confirm": _confirm,
    "rectify": _rectify,
}


@needs(services_cycles.MANAGE_CYCLE)
@require_POST
def objection_answer(request, pk: int):
    """Answer an objection: upheld, the result is re-reviewed; dismissed, it stands."""
    rows = Objection.objects.visible_to(request.user).select_related("filing__cycle")
    record = get_object_or_404(rows, pk=pk)
    if request.POST.get("outcome") not in ("upheld", "dismissed"):
        raise Http404
    try:
        deciding.answer(
            objection=record,
            upheld=request.POST["outcome"] == "upheld",
            text=request.POST.get("answer", ""),
            act=Act(request.user, source="答复异议"),
        )
    except ValidationError as error:
        for sentence in error.messages:
            messages.error(request, sentence)
    else:
        messages.success(request, "已答复。")
    return _back(record.filing.cycle.year)
