"""The forms and pages of the acts on a case: its decisions, a review, its end."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.forms.models import fields_for_model
from django.utils import timezone

from orgs.development import services
from orgs.development.checks import State, checks
from orgs.development.decisions import DECISIONS, Decision, open_decisions
from orgs.development.facts import CaseFacts, facts_of
from orgs.development.fields import field_of
from orgs.development.forms import check_order
from orgs.development.pages import CasePages
from orgs.development.people import check_helpers
from orgs.development.steps import PHASES
from orgs.models import CaseEnd, DevelopmentCase
from schools.act_forms import ActForm
from schools.act_pages import ActPage
from schools.form_fields import DayField

CASES = CasePages()
# How a case may end once the person is on probation.
AFTER_ADMISSION = frozenset({CaseEnd.CANCELLED, CaseEnd.MOVED, CaseEnd.DIED})

ICONS = {
    State.MET: "check-circle-fill",
    State.MISSED: "x-circle",
    State.SOON: "clock",
    State.WAITING: "circle",
    State.NOT_APPLICABLE: "dash-circle-dotted",
}


class Overlay:
    """A case with what a form tells laid over it."""

    def __init__(self, case: DevelopmentCase, told: dict[str, Any]):
        self._case, self._told = case, told

    def __getattr__(self, name: str) -> Any:
        return self._told[name] if name in self._told else getattr(self._case, name)


def review_days(case: DevelopmentCase) -> list:
    """Return the days of the reviews of a case."""
    return list(case.reviews.filter(withdrawn_at=None).values_list("reviewed_on", flat=True))


class DecisionForm(ActForm):
    """What a decision asks for, held against the rules."""

    decision: ClassVar[Decision]
    groups = tuple((p.title, tuple(n for s in p.steps for n in s.fields)) for p in PHASES)

    def prepare(self):
        found = fields_for_model(DevelopmentCase, self.decision.fields, formfield_callback=field_of)
        for name, one in found.items():
            one.required = name in self.decision.needs
            self.fields[name] = one
            if name in ("cultivators", "sponsors"):
                one.help_text = "须是正式党员，用“、”隔开"
            elif isinstance(one, DayField) and one.required:
                one.help_text = "如 2026-11-12"
        self.fields["reason"].help_text = "有没有满足的时限时必填；写入改动历史"

    def clean(self):
        cleaned = super().clean()
        told = {name: value for name, value in cleaned.items() if name in self.decision.fields}
        case = Overlay(self.record, told)
        wrong = self.decision.wrong(told) | check_helpers(told, self.record.organization)
        for name, text in wrong.items():
            self.add_error(name, text)
        check_order(self, lambda name: getattr(case, name))
        if not self.errors:
            self._check(facts_of(case, review_days(self.record)))
        return cleaned

    def _check(self, facts: CaseFacts) -> None:
        for found in checks(facts, timezone.localdate()):
            if found.state != State.MISSED:
                continue
            text = f"{found.words}：{found.sentence}（{found.source}）"
            if found.key in self.decision.refuse:
                self.add_error(None, f"{text}。不能{self.decision.title}。")
            elif found.key in self.decision.ask:
                self.remark(text)

    def _clean_form(self):
        super()._clean_form()
        if self.remarks and not self.cleaned_data.get("reason"):
            self.add_error("reason", "上面提示的时限没有满足，请写明为什么仍要办理。")

    @property
    def told(self) -> dict[str, Any]:
        """What was filled in, by field of the case."""
        return {name: self.cleaned_data[name] for name in self.decision.fields}


class DecisionPage(ActPage):
    """The page of one decision."""

    pages = CASES
    decision: ClassVar[Decision]

    def stop(self, record):
        if self.decision in open_decisions(record):
            return ""
        if record.ended_on:
            return f"{record.name}的培养在 {record.ended_on} 终止，不能再办理。"
        return f"{record.name}现在是{record.get_stage_display()}，不能办理“{self.title}”。"

    def initial(self, request, record):
        told = {name: getattr(record, name) for name in self.decision.fields}
        start = self.decision.initial(record)
        return {name: start.get(name) if value is None else value for name, value in told.items()}

    def extra(self, request, record, form):
        keys = self.decision.refuse | self.decision.ask
        found = checks(facts_of(record, review_days(record)), timezone.localdate())
        rules = [
            (ICONS[c.state], c.words, f"{c.sentence}。{c.source}") for c in found if c.key in keys
        ]
        return {"aside": [*rules, *self.decision.then], "aside_title": "要核对的和办理以后"}

    def do(self, record, form, act):
        services.take(
            self.decision.path,
            case=record,
            told=form.told,
            act=act,
            expected=form.cleaned_data["version"],
        )
        return f"{record.name}：已{self.title}。"


class ReviewForm(ActForm):
    """A half-yearly review."""

    day = DayField(label="考察时间", help_text="如 2026-11-12")
    reviewer = forms.CharField(label="考察人", max_length=50, required=False)
    conclusion = forms.CharField(label="考察意见", max_length=200, required=False)

    def prepare(self):
        del self.fields["reason"]

    def clean_day(self):
        """Refuse a review before the person was an activist."""
        day = self.cleaned_data["day"]
        if day < self.record.activist_on:
            raise forms.ValidationError(
                f"{self.record.activist_on} 才确定为入党积极分子，请核对日期。"
            )
        return day


class ReviewPage(ActPage):
    slug, path, pages = "development_case_review", "review", CASES
    title, verb, form_class = "登记考察", "登记这次考察", ReviewForm
    lead = "党支部每半年对入党积极分子考察一次；预备期的考察也登记在这里"

    def stop(self, record):
        if record.ended_on or record.confirmed_on:
            return f"{record.name}的培养已经结束，不再登记考察。录错的，请在考察记录里修改。"
        return "" if record.activist_on else f"{record.name}还不是入党积极分子，不用登记考察。"

    def do(self, record, form, act):
        told = form.cleaned_data
        services.review(
            case=record,
            day=told["day"],
            reviewer=told["reviewer"],
            conclusion=told["conclusion"],
            act=act,
        )
        return f"已登记 {told['day']} 的考察。"


class EndForm(ActForm):
    """Why and when a case ends without confirmation."""

    kind = forms.ChoiceField(label="终止原因")
    day = DayField(label="终止时间", help_text="如 2026-11-12")
    note = forms.CharField(
        label="终止说明",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="依据和经过，如支部大会决议和批复文号",
    )

    def prepare(self):
        del self.fields["reason"]
        on_probation = self.record.member_id is not None
        allowed = AFTER_ADMISSION if on_probation else frozenset(CaseEnd) - {CaseEnd.CANCELLED}
        self.fields["kind"].choices = [
            ("", "请选择"),
            *((kind.value, kind.label) for kind in CaseEnd if kind in allowed),
        ]

    def clean_day(self):
        """Refuse a day before the application or the admission."""
        day = self.cleaned_data["day"]
        since = self.record.approved_on or self.record.applied_on
        if day < since:
            raise forms.ValidationError(f"早于 {since}，请核对日期。")
        return day


class EndPage(ActPage):
    slug, path, pages = "development_case_end", "end", CASES
    title, verb, form_class, is_grave = "终止培养", "终止这个人的培养", EndForm, True
    lead = "本人撤回、不再培养、调出、去世，或者取消预备党员资格。记录保留，不再核对时限"

    def stop(self, record):
        if record.ended_on:
            return f"{record.name}的培养在 {record.ended_on} 已经终止。"
        if record.confirmed_on:
            return f"{record.name}已经转为正式党员，这里不再办理。离开的，请在党员页面办理。"
        return ""

    def do(self, record, form, act):
        told = form.cleaned_data
        services.end(
            case=record,
            kind=CaseEnd(told["kind"]),
            day=told["day"],
            note=told["note"],
            act=act,
            expected=told["version"],
        )
        return f"已终止{record.name}的培养。"


class ResumeForm(ActForm):
    """Why a case goes on."""

    def prepare(self):
        self.fields["reason"].required = True
        self.fields["reason"].label = "恢复理由"
        self.fields["reason"].help_text = "写入改动历史"


class ResumePage(ActPage):
    slug, path, pages = "development_case_resume", "resume", CASES
    title, verb, form_class = "恢复培养", "恢复这个人的培养", ResumeForm
    lead = "终止登记错了的，恢复到终止以前的阶段；各项时间和考察记录不变"

    def stop(self, record):
        if record.ended_on is None:
            return f"{record.name}的培养没有终止，不用恢复。"
        if record.member_id:
            return "已经接收为预备党员的，请先在党员页面恢复党员，再修改这里。"
        return ""

    def do(self, record, form, act):
        services.resume(case=record, act=act, expected=form.cleaned_data["version"])
        return f"已恢复{record.name}的培养。"


def _page(decision: Decision) -> type[DecisionPage]:
    """Return the page of a decision, with its form."""
    form = type("Form", (DecisionForm,), {"decision": decision})
    told = {
        "slug": f"development_case_{decision.path}",
        "path": decision.path,
        "title": decision.title,
        "lead": decision.lead,
        "form_class": form,
        "decision": decision,
    }
    return type("Page", (DecisionPage,), told)


DECISION_PAGES = tuple(_page(decision) for decision in DECISIONS)
ACTS: tuple[Any, ...] = (*DECISION_PAGES, ReviewPage, EndPage, ResumePage)


def urls(prefix: str) -> list:
    """Return the addresses of all acts on a case."""
    return [page.url(prefix) for page in ACTS]
