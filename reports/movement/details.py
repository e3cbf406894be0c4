"""The organizations behind a movement: each with its result before and now, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from assessments.models import Exclusion, Verdict
from orgs.models import Organization
from reports.movement import sides
from reports.movement.moving import Movement
from reports.movement.parts import LABELS, Effect, Part
from sheets.layout import Column, Layout

SHEET = "变动明细"
NONE = "没有结果"
_VERDICTS, _EXCLUSIONS = dict(Verdict.choices), dict(Exclusion.choices)

Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One effect with its organization: results before and now in words, and the reason."""

    effect: Effect
    name: str
    school: str
    before: str
    now: str
    scores: tuple[Decimal | None, Decimal | None]
    bodies: tuple[str, str]
    reason: str

    @property
    def organization(self) -> int:
        return self.effect.organization

    @property
    def label(self) -> str:
        return LABELS[self.effect.part]

    @property
    def row(self) -> str:
        return self.effect.row

    @property
    def body(self) -> str:
        """Where it stands, or stood last."""
        return self.bodies[1] or self.bodies[0]


def told(movement: Movement, effects: Iterable[Effect]) -> Iterator[Change]:
    """Yield the changes of some effects in their order; two queries a side, whatever their number.

    What a user does not see of another scope is told as "没有结果".
    """
    effects = list(effects)
    wanted = {one.organization for one in effects}
    before, now = (
        {row["organization_id"]: row for row in sides.results(side, movement.user, wanted)}
        for side in (movement.before, movement.now)
    )
    names = {
        pk: (name, school or "")
        for pk, name, school in Organization.objects.filter(pk__in=wanted).values_list(
            "pk", "name", "school__name"
        )
    }
    indicators = dict(movement.now.standard.indicators.values_list("code", "name"))
    indicators |= dict(movement.now.standard.vetoes.values_list("code", "name"))
    for one in effects:
        old, new = before.get(one.organization), now.get(one.organization)
        name, school = names[one.organization]
        yield Change(
            one,
            name,
            school,
            _words(old),
            _words(new),
            (_final(old), _final(new)),
            (_body(old), _body(new)),
            why(one, old, new, indicators, movement),
        )


def _words(result: Result | None) -> str:
    if result is None:
        return NONE
    if result["exclusion"]:
        return f"不计入（{_EXCLUSIONS[result['exclusion']]}）"
    if result["is_vetoed"]:
        return "否决"
    return _VERDICTS.get(result["verdict"], "没有得分")


def _final(result: Result | None) -> Decimal | None:
    return result["final"] if result else None


def _body(result: Result | None) -> str:
    return result["body"] if result else ""


def why(
    effect: Effect,
    old: Result | None,
    new: Result | None,
    names: Mapping[str, str],
    movement: Movement,
) -> str:
    """Return the reason of one effect in words; "" where the results tell nothing."""
    part = effect.part
    if part in (Part.MOVED_IN, Part.MOVED_OUT):
        return f"由{_body(old) or '外单位'}转到{_body(new) or '外单位'}"
    if part == Part.LINE:
        lines = (movement.before.standard.pass_line, movement.now.standard.pass_line)
        shown = " → ".join(f"{line.normalize():f}" for line in lines)
        return f"达标线 {shown} 分"
    if part == Part.NEW:
        return f"原来{_words(old)}" if old else "原来没有结果"
    if part == Part.GONE:
        return f"现在{_words(new)}" if new else "现在没有结果"
    return _verdict_reason(part, old or {}, new or {}, names)


def _verdict_reason(part: Part, old: Result, new: Result, names: Mapping[str, str]) -> str:
    """Return what lies behind a changed verdict: vetoes and indicators, lost or regained."""
    vetoed, word = (new, "被否决") if part == Part.FAILED else (old, "解除否决")
    pieces = []
    told = vetoed.get("told") or () if vetoed.get("is_vetoed") else ()
    if told:
        # An edition keeps the words, a result the codes.
        shown = told if isinstance(told, str) else _named([one["code"] for one in told], names)
        pieces.append(f"{word}：{shown}")
    was, now = (set((one.get("lost") or "").split()) for one in (old, new))
    changed, word = (now - was, "新失分") if part == Part.FAILED else (was - now, "补足")
    if changed:
        pieces.append(f"{word}：{_named(sorted(changed), names)}")
    return "；".join(pieces)


def _named(codes: list[str], names: Mapping[str, str]) -> str:
    shown = "、".join(f"{names.get(code, '')}（{code}）" for code in codes[:4])
    return f"{shown}等 {len(codes)} 项" if len(codes) > 4 else shown


def sheet(movement: Movement) -> Layout:
    """Return the detail sheet the sums of the table point to, read when it is written."""

    def rows() -> Iterator[dict[str, Any]]:
        order = list(Part)
        found = sorted(movement.effects, key=lambda one: order.index(one.part))
        for one in told(movement, found):
            yield {
                "row": one.row,
                "part": one.label,
                "due": one.effect.due,
                "passed": one.effect.passed,
                "organization": one.name,
                "school": one.school,
                "body": one.body,
                "before": one.before,
                "now": one.now,
                "score_before": "" if one.scores[0] is None else one.scores[0],
                "score_now": "" if one.scores[1] is None else one.scores[1],
                "reason": one.reason,
            }

    columns = [
        Column("row", movement.groups.heading, width=14),
        Column("part", "变动", width=12),
        Column("due", "应评增减", "gain", width=10),
        Column("passed", "达标增减", "gain", width=10),
        Column("organization", "党组织", width=46),
        Column("school", "所在学校", width=32),
        Column("body", "管理主体", width=28),
        Column("before", f"{movement.before.label}结果", width=16),
        Column("now", f"{movement.now.label}结果", width=16),
        Column("score_before", f"{movement.before.label}得分", "score", width=10),
        Column("score_now", f"{movement.now.label}得分", "score", width=10),
        Column("reason", "原因", width=50),
    ]
    return Layout("变动明细", columns, rows(), sheet_name=SHEET, signed=False)
