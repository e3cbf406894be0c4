"""One filing as its page shows it: the stages, the items with the three opinions, the totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from accounts.models import Revision, User
from assessments.models import Assessment, Indicator, Verdict
from assessments.workflow import filing as services
from assessments.workflow import rights
from assessments.workflow.models import Evidence, Filing, FilingItem, Schedule
from assessments.workflow.states import Stage, State

ZERO = Decimal(0)


@dataclass(slots=True)
class Opinion:
    """What one stage says of one item."""

    points: Decimal | None
    not_applicable: bool
    note: str

    @property
    def is_given(self) -> bool:
        return self.not_applicable or self.points is not None

    @property
    def text(self) -> str:
        """The points, 不适用, or a dash."""
        if self.not_applicable:
            return "不适用"
        return "—" if self.points is None else f"{self.points:.2f}"


@dataclass(slots=True)
class Line:
    """One item with the opinions of the three stages and its files."""

    indicator: Indicator
    item: FilingItem | None
    opinions: Mapping[str, Opinion]
    # Why a file is asked; "" if none is.
    asked: str = ""
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def code(self) -> str:
        return self.indicator.code

    @property
    def own(self) -> Opinion:
        return self.opinions["self"]

    @property
    def first(self) -> Opinion:
        return self.opinions["first"]

    @property
    def second(self) -> Opinion:
        return self.opinions["second"]

    @property
    def change(self) -> Decimal | None:
        """By how much the last review differs from the opinion before it; None: not reviewed."""
        if self.second.is_given:
            return _difference(self.second, self.first if self.first.is_given else self.own)
        if self.first.is_given:
            return _difference(self.first, self.own)
        return None

    @property
    def cut(self) -> Decimal:
        """The points taken away, 0 or more."""
        return max(-(self.change or ZERO), ZERO)

    @property
    def lacks_evidence(self) -> bool:
        """Whether a file is asked and there is none."""
        return bool(self.asked) and not self.evidence and not self.own.not_applicable


def _difference(later: Opinion, earlier: Opinion) -> Decimal:
    return (later.points or ZERO) - (earlier.points or ZERO)


@dataclass(slots=True)
class Step:
    """One stage of the way: done, current or to come, with who and when."""

    label: str
    note: str
    state: str


class Sheet:
    """Everything about one filing, read in a fixed number of queries."""

    def __init__(self, filing: Filing, user: User):
        self.filing, self.user = filing, user
        self.standard = filing.cycle.standard
        self.schedule: Schedule | None = Schedule.of(filing.cycle)
        self.assessment: Assessment | None = (
            Assessment.objects.filter(cycle=filing.cycle, organization=filing.organization_id)
            .select_related("scorecard")
            .first()
        )
        self.scores = self.assessment.scores if self.assessment else {}
        self.items = {item.code: item for item in filing.items.all()}

    @cached_property
    def lines(self) -> list[Line]:
        """The items people score, in the order of the standard."""
        indicators = list(self.standard.indicators.all())
        wanted = services.items_to_score(indicators, self.filing.organization.kind, self.scores)
        codes = {one.code for one in wanted}
        # What has been scored stays on the page, also once records decide it.
        wanted += [one for one in indicators if one.code in self.items and one.code not in codes]
        wanted.sort(key=lambda one: one.order)
        asked = services.evidence_asked(self.filing, [one.code for one in wanted])
        files: dict[str, list[Evidence]] = {}
        for one in Evidence.objects.filter(item__filing=self.filing).select_related(
            "item", "added_by"
        ):
            files.setdefault(one.item.code, []).append(one)
        return [
            Line(
                one,
                item := self.items.get(one.code),
                {name: _opinion(item, name) for name in ("self", "first", "second")},
                asked.get(one.code, ""),
                files.get(one.code, []),
            )
            for one in wanted
        ]

    @property
    def stage(self) -> Stage:
        return self.filing.stage

    @cached_property
    def refusal(self) -> str:
        """Why the user cannot score at the present stage; "" if he can."""
        if not self.scoring:
            return f"现在是“{self.filing.get_state_display()}”，得分已经定下，不能再改。"
        return rights.score_refusal(self.user, self.filing, self.stage)

    @property
    def can_score(self) -> bool:
        return not self.refusal

    @property
    def scoring(self) -> str:
        """The name of the opinion being given: self, first or second; "" where none is."""
        names = {Stage.SELF: "self", Stage.FIRST: "first", Stage.SECOND: "second"}
        return names.get(self.stage, "")

    def given(self, line: Line) -> bool:
        """Tell whether the present stage has said something about a line."""
        return bool(self.scoring) and line.opinions[self.scoring].is_given

    @property
    def left(self) -> list[Line]:
        """The lines the present stage has said nothing about."""
        return [line for line in self.lines if not self.given(line)] if self.scoring else []

    def chosen(self, code: str) -> Line | None:
        """Return the line asked for, else the first one left, else the first."""
        found = next((line for line in self.lines if line.code == code), None)
        return found or next(iter(self.left), None) or next(iter(self.lines), None)

    def after(self, code: str) -> str:
        """Return the code of the next line to be scored after `code`; "" if there is none."""
        codes = [line.code for line in self.lines]
        start = codes.index(code) + 1 if code in codes else 0
        left = {line.code for line in self.left}
        return next((one for one in codes[start:] + codes[:start] if one in left), "")

    @property
    def problems(self) -> list[str]:
        """What hinders handing in, for those who fill in."""
        if self.stage != Stage.SELF or not self.can_score:
            return []
        return services.problems(
            [line.indicator for line in self.lines],
            self.items,
            {line.code: line.asked for line in self.lines if line.asked},
            {line.code for line in self.lines if line.evidence},
        )

    @cached_property
    def totals(self) -> Mapping[str, Decimal | None]:
        """The score over 100 as each stage sees it; of stages begun only."""
        items = list(self.items.values())
        found: dict[str, Decimal | None] = {"self": None, "first": None, "second": None}
        stages = {"self": Stage.SELF, "first": Stage.FIRST, "second": Stage.SECOND}
        for name, stage in stages.items():
            stored = getattr(self.filing, f"{name}_total")
            if stored is not None:
                found[name] = stored
            elif any(item.given(name) for item in items):
                found[name] = services.total(self.scores, items, stage)
        return found

    @property
    def latest(self) -> Decimal | None:
        """The score of the last stage begun, else the computed one."""
        for name in ("second", "first", "self"):
            if self.totals[name] is not None:
                return self.totals[name]
        return self.assessment.final if self.assessment else None

    @property
    def verdict(self) -> str:
        """The result so far: what was decided, else what the latest score comes to."""
        if self.filing.verdict:
            return self.filing.verdict
        if self.latest is None:
            return ""
        if self.assessment and self.assessment.is_vetoed:
            return Verdict.NON_COMPLIANT
        if self.latest >= self.standard.pass_line:
            return Verdict.COMPLIANT
        near = self.latest >= self.standard.near_line
        return Verdict.NEARLY if near else Verdict.NON_COMPLIANT

    @property
    def to_pass_line(self) -> Decimal | None:
        return None if self.latest is None else self.standard.pass_line - self.latest

    @property
    def steps(self) -> Sequence[Step]:
        """The stages of the way with who did them, or until when they are due."""
        filing, schedule = self.filing, self.schedule
        done = {
            Stage.SELF: (filing.submitted_by, filing.submitted_at),
            Stage.FIRST: (filing.first_by, filing.first_at),
            Stage.SECOND: (filing.second_by, filing.second_at),
        }
        order = list(Stage)
        now = order.index(self.stage)
        found = []
        for number, stage in enumerate(order):
            who, when = done.get(stage, (None, None))
            state = "done" if number < now else "current" if number == now else ""
            if self.filing.state == State.CONFIRMED:
                state = "done"
            note = ""
            if when and number < now:
                note = f"{when:%m-%d} {who.name if who else ''}".strip()
            elif schedule and (day := schedule.deadline(stage)) and number >= now:
                note = f"{day:%m-%d} 前"
            elif stage == Stage.NOTICE and schedule:
                note = f"{schedule.notice_days} 个工作日"
            if stage == Stage.SECOND and number < now and not filing.drawn:
                note = "未抽中，以初审为准"
            found.append(Step(stage.label, note, state))
        return found


def _opinion(item: FilingItem | None, name: str) -> Opinion:
    if item is None:
        return Opinion(None, False, "")
    return Opinion(
        getattr(item, f"{name}_points"), getattr(item, f"{name}_na"), getattr(item, f"{name}_note")
    )


def changes(filing: Filing) -> list[dict[str, Any]]:
    """Return the changes of points by reviewers, newest first: code, old, new, why, who, when."""
    items = {item.pk: item for item in filing.items.all()}
    rows = Revision.objects.filter(
        model="assessments.filingitem", object_id__in=list(items)
    ).order_by("-pk")
    found = []
    for row in rows:
        item = items[row.object_id]
        for name in ("first", "second"):
            change = row.changes.get(f"{name}_points")
            if not change or change[1] is None:
                continue
            before = change[0]
            if before is None:
                earlier = ("first_points", "self_points") if name == "second" else ("self_points",)
                values = [getattr(item, one) for one in earlier]
                before = next((str(one) for one in values if one is not None), None)
            if before is None or Decimal(before) == Decimal(change[1]):
                continue
            found.append(
                {
                    "code": item.code,
                    "old": Decimal(before),
                    "new": Decimal(change[1]),
                    "why": getattr(item, f"{name}_note"),
                    "who": row.actor_name,
                    "at": row.at,
                }
            )
    return found
