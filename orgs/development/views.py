"""The list of development cases, and the page of one: 25 steps, what is due, what was missed."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Min, OuterRef, Q, Subquery, Value, When
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.limits import limited
from orgs.development.acts import ACTS, CASES
from orgs.development.checks import RULES, Check, State, checks
from orgs.development.decisions import open_decisions
from orgs.development.facts import facts_of
from orgs.development.filters import CaseFilter
from orgs.development.forms import label
from orgs.development.steps import PHASES, Step, current_phase
from orgs.development.tables import CaseTable
from orgs.models import ActivistReview, DevelopmentCase, DevelopmentCheck, DevStage
from orgs.personal import cover_id_number
from orgs.views.members import full_years
from schools.access import READ, RECORDS, needs
from schools.bodies import set_bodies
from schools.conditions import without
from schools.facts import Fact
from schools.lists import ListPage, Shortcut
from schools.models import School

# The day a stage begins with.
SINCE = {
    DevStage.APPLICANT: "applied_on",
    DevStage.ACTIVIST: "activist_on",
    DevStage.DEVELOPMENT_TARGET: "target_on",
    DevStage.PROBATIONARY: "admitted_on",
    DevStage.FULL: "confirmed_on",
}


@dataclass(frozen=True, slots=True)
class Due:
    """The next day of a case: what is due, and how long there is."""

    words: str
    due_on: datetime.date
    days_left: int


@dataclass(frozen=True, slots=True)
class Tile:
    """The number of cases in a stage, with the address that lists them."""

    label: str
    count: str
    url: str
    current: bool


class CaseList(ListPage):
    title = "发展党员"
    lead = "从递交申请到转正的每一步；时限按《中国共产党发展党员工作细则》核对"
    counter, noun = "人", "记录"
    sheet_title = "发展党员情况统计表"
    table_class = CaseTable
    filterset_class = CaseFilter
    default_order = ("organization__jurisdiction__path", "organization_id", "applied_on")
    shortcuts = (
        Shortcut("有没有满足的时限", "check=missed"),
        Shortcut("30 天内到期", "check=soon"),
        Shortcut("教师", "teacher=yes"),
    )
    import_kind = "development"
    new_page, new_label = "development_case_new", "登记申请人"
    above = "orgs/development/_tiles.html"
    empty_title = "还没有发展党员记录"
    empty_text = "登记入党申请人后，系统按步骤提醒谈话、考察、公示、审批和转正的时限。"

    def rows(self):
        return DevelopmentCase.objects.select_related("organization").defer("id_number")

    def expressions(self):
        today = timezone.localdate()
        opened = DevelopmentCheck.objects.filter(case=OuterRef("pk"), met=None, due_on__gte=today)
        first = opened.order_by().values("case").annotate(first=Min("due_on")).values("first")
        rank = [When(stage=stage, then=Value(place)) for place, stage in enumerate(DevStage)]
        return {"next_due": Subquery(first), "stage": Case(*rank)}

    def enrich(self, records):
        today = timezone.localdate()
        found = defaultdict(list)
        for row in DevelopmentCheck.objects.filter(case__in=records).order_by("due_on"):
            found[row.case_id].append(row)
        held = dict(
            ActivistReview.objects.filter(case__in=records)
            .order_by()
            .values_list("case")
            .annotate(n=Count("pk"))
        )
        for record in records:
            rows = found[record.pk]
            record.since = getattr(record, SINCE[record.stage])
            record.waits = record.stage == DevStage.DEVELOPMENT_TARGET and record.admitted_on
            record.review_count = held.get(record.pk, 0)
            record.failed = [
                RULES[row.key].words
                for row in rows
                if row.met is False or (row.met is None and row.due_on and row.due_on < today)
            ] or None
            record.next_due = next(
                (
                    Due(RULES[row.key].words, row.due_on, (row.due_on - today).days)
                    for row in rows
                    if row.met is None and row.due_on and row.due_on >= today
                ),
                None,
            )
        return records

    def context(self):
        return super().context() | {"tiles": self.tiles()}

    def tiles(self) -> list[Tile]:
        """Return the number of cases in each stage under the other conditions; one query."""
        data = self.request.GET.copy()
        data["state"] = "all"
        data.pop("stage", None)
        rows = self.make_filterset(data, self.filterset.queryset).qs.order_by()
        running = Q(ended_on=None)
        counts = rows.aggregate(
            **{stage.value: Count("pk", filter=running & Q(stage=stage)) for stage in DevStage}
        )
        kept = without(self.request.GET, "stage", "state", "page", "format")
        return [
            Tile(
                stage.label if stage != DevStage.FULL else "已转正",
                f"{counts[stage.value]:,}",
                f"?{kept}&stage={stage.value}" if kept else f"?stage={stage.value}",
                self.filterset.values.get("stage") == stage,
            )
            for stage in DevStage
        ]


@dataclass(frozen=True, slots=True)
class Line:
    """One step as the page of a case shows it."""

    step: Step
    day: datetime.date | None
    told: list[tuple[str, str]]
    checks: list[Check]
    is_done: bool


@needs(READ)
@limited(RECORDS)
def case(request, pk):
    """Show one case: its steps with their days, what is due next, what was not met."""
    rows = DevelopmentCase.objects.visible_to(request.user)
    record = get_object_or_404(
        rows.select_related("organization__jurisdiction", "school", "member"), pk=pk
    )
    set_bodies([record.organization])
    today = timezone.localdate()
    reviews = list(record.reviews.filter(withdrawn_at=None).order_by("reviewed_on"))
    found = checks(facts_of(record, [review.reviewed_on for review in reviews]), today)
    may_edit = CASES.may_edit(request.user, record)
    opened = [c for c in found if c.met is None and c.state != State.NOT_APPLICABLE]
    coming = sorted(
        (c for c in opened if c.state != State.MISSED), key=lambda c: c.due_on or datetime.date.max
    )
    context = {
        "case": record,
        "body": record.organization.body,
        "person": _person(record, today, request.user),
        "phases": _phases(record, reviews, found),
        "missed": [c for c in found if c.state == State.MISSED],
        "coming": coming,
        "next": coming[0] if coming and coming[0].due_on else None,
        "reviews": reviews,
        "may_edit": may_edit,
        "decisions": _decisions(record) if may_edit else [],
        "can_end": may_edit and not record.ended_on and not record.confirmed_on,
        "can_resume": may_edit and record.ended_on and not record.member_id,
        "can_review": may_edit
        and record.activist_on
        and not record.ended_on
        and not record.confirmed_on,
        "member_url": _member_url(record, request.user),
        "today": today,
    }
    return render(request, "orgs/development/case.html", context)


def _decisions(record: DevelopmentCase) -> list[tuple[str, str]]:
    """Return the title and address of each decision that can be taken now."""
    pages = {page.path: page for page in ACTS}
    return [
        (d.title, reverse(pages[d.path].slug, args=[record.pk])) for d in open_decisions(record)
    ]


def _member_url(record: DevelopmentCase, user) -> str:
    if record.member is None or record.member.withdrawn_at:
        return ""
    return reverse("member", args=[record.member_id])


def _person(record: DevelopmentCase, today: datetime.date, user) -> list[Fact]:
    school_url = ""
    if record.school and School.objects.visible_to(user).filter(pk=record.school.pk).exists():
        school_url = reverse("school", args=[record.school_id])
    organization = record.organization
    return [
        Fact("性别", record.get_sex_display()),
        Fact("民族", record.ethnicity),
        Fact("出生日期", record.birth_date, f"{full_years(record.birth_date, today)} 岁"),
        Fact("公民身份号码", cover_id_number(record.id_number), "已遮挡"),
        Fact("学历", record.get_education_display()),
        Fact("工作岗位", record.job),
        Fact("教师", record.is_teacher),
        Fact("骨干教师层次", record.get_backbone_display()),
        Fact("所在学校", record.school or organization.school, url=school_url),
        Fact(
            "所在党组织",
            organization.short_name,
            url=reverse("organization", args=[organization.pk]),
        ),
        Fact("备注", record.remark),
    ]


def _phases(
    record: DevelopmentCase, reviews: list[ActivistReview], found: list[Check]
) -> list[dict[str, Any]]:
    """Return the five phases with their steps; `state` is done, current or later."""
    by_key = {check.key: check for check in found}
    now = current_phase(record)
    phases = []
    for place, phase in enumerate(PHASES):
        lines = [_line(record, step, reviews, by_key, later=place > now) for step in phase.steps]
        days = [line.day for line in lines if line.day]
        phases.append(
            {
                "title": phase.title,
                "lines": lines,
                "state": "done" if place < now else "current" if place == now else "later",
                "day": max(days, default=None),
            }
        )
    return phases


def _line(
    record: DevelopmentCase,
    step: Step,
    reviews: list[ActivistReview],
    by_key: dict[str, Check],
    *,
    later: bool,
) -> Line:
    day = getattr(record, step.day) if step.day else None
    told = [(label(name), text) for name in step.more if (text := _text(record, name))]
    is_done = bool(day or told)
    if step.reviews:
        on_probation = step.number > 6
        since = record.admitted_on
        mine = [
            r.reviewed_on
            for r in reviews
            if (since is not None and r.reviewed_on >= since) == on_probation
        ]
        is_done = bool(mine)
        if mine:
            told = [("考察", f"{len(mine)} 次，最近 {mine[-1]}")]
    shown = [by_key[key] for key in step.checks]
    if later:
        shown = [check for check in shown if check.state != State.NOT_APPLICABLE]
    return Line(step, day, told, shown, is_done)


def _text(record: DevelopmentCase, name: str) -> str:
    """Return a field of a case in words, "" where nothing is told."""
    value = getattr(record, name)
    if value is None or value == "" or value is False and name == "approval_is_special":
        return ""
    if name == "political_review_passed":
        return "合格" if value else "不合格"
    if value is True:
        return "是"
    display = getattr(record, f"get_{name}_display", None)
    return str(display()) if display else str(value)


__all__ = ["CaseList", "case"]
