"""变化: the bridge from the rate of one side to that of another, part by part."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.urls import reverse

from accounts.models import User
from assessments.models import Cycle
from reports import sentences
from reports.base import OptionsForm, Report, basis_note, filler, register, scope_title
from reports.board import whole_name
from reports.counts import points
from reports.figures import FigureContext
from reports.movement import details
from reports.movement.moving import Movement
from reports.movement.parts import BASE, LABELS, Part, Sums
from reports.movement.sides import Asking, Unknown
from reports.rates import no_rate_reason, rate_column
from reports.sentences import number
from schools.models import Jurisdiction
from sheets.layout import Cell, Column, Layout, plain, text

CHANGE = '=IF(AND(ISNUMBER({rate}),ISNUMBER({before_rate})),({rate}-{before_rate})*100,"—")'


def _box(default: str) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "ctl", "placeholder": f"{default}，或日期、定稿编号"})


class MovementForm(OptionsForm):
    """`before` and `now` are tokens of sides; empty: the year before, and the year shown."""

    before = forms.CharField(label="由", required=False, max_length=40, widget=_box("上年"))
    now = forms.CharField(label="到", required=False, max_length=40, widget=_box("本年"))


@register
class MovementReport(Report):
    """Rows across and parts down, as a bridge is read; every sum points to the details."""

    slug = "movement"
    title = "变化"
    description = (
        "两个年度或两个日期之间，达标率为什么变：新达标、不再达标、新计入、转入转出等各占多少。"
    )
    form_class = MovementForm
    orientation = "across"
    order = 15
    chart = "bridge"
    act = "比较"

    def layout(
        self,
        user: User,
        *,
        scope: Jurisdiction,
        year: int,
        cycle: Cycle | None,
        by: str,
        transposed: bool = False,
        before: str = "",
        now: str = "",
        **options: Any,
    ) -> Layout:
        """Return one row for each unit, body or place with the way of its rate."""
        title = f"{scope_title(scope)}达标率变化"
        try:
            earlier, later = Asking(user, scope, year).sides(before, now)
        except Unknown as unknown:
            return Layout(title, [Column("name", "统计单元")], [], says=[str(unknown)])
        movement = Movement(user, scope, by, earlier, later)
        query = {"scope": scope.pk, "year": year, "by": by, "before": before, "now": now}
        total = movement.total
        notes = [
            "上期应评、达标加各项增减，等于本期应评、达标；各单元相加等于合计，转入转出在合计中抵消。",
            f"百分点按固定次序逐项代入：{'、'.join(LABELS.values())}；"
            "每项为代入后的达标率减代入前的，各项之和等于达标率的变化。合计由合计的数量算出，"
            "不是各单元百分点之和。",
            "达标线变动：上期得分不变，按本期达标线重新判定而变动的组织；"
            "否决、所属支部不达标和认定改判的不在其中。",
        ]
        if later.cycle:
            notes.append(basis_note(later.cycle, by))
        return Layout(
            title=f"{title}：{earlier.label}至 {later.label}",
            columns=columns(movement),
            rows=[
                {"name": name, **cells(sums, {**query, "row": name})}
                for name, sums in movement.rows.items()
            ],
            total={
                **cells(total, query),
                "whole": whole_name(scope),
                "sides": (earlier.label, later.label),
                "warnings": movement.warnings,
            },
            filler=filler(scope),
            as_of=later.as_of,
            unit_text="个、%、百分点",
            sheet_name="变化",
            notes=[*movement.warnings, *notes],
            prepared_by=user.name,
            transposed=transposed,
            details=(details.sheet(movement),),
        )

    def says(self, layout: Layout) -> list[str]:
        """Return the change of the whole, what made it, and which rows moved most."""
        total = layout.total or {}
        before, now = total["sides"]
        of = sentences.whole(layout)
        earlier, later = (sentences.exact_rate(total, prefix) for prefix in ("before_", ""))
        if earlier is None or later is None:
            which = before if earlier is None else now
            return [*total["warnings"], f"{which}{of}没有应评的党组织，不能比较达标率。"]
        old = f"{text(total['before_rate'], 'percent')}（{_counts(total, 'before_')}）"
        new = f"{text(total['rate'], 'percent')}（{_counts(total, '')}）"
        moved = sentences.moved(points(later - earlier), since=f" {before}")
        said = [*total["warnings"], f"{now}{of}达标率 {new}，{before}为 {old}，{moved}。"]
        pieces = [
            f"{part.label} {number(total, f'{part}_{key}'):+,} 个".replace("-", "−")
            + f"（{text(total[f'{part}_points'], 'points')} 个百分点）"
            for part in Part
            for key in ("due" if part in BASE else "passed",)
            if number(total, f"{part}_{key}")
        ]
        said.append(f"其中：{'，'.join(pieces)}。" if pieces else "两期的组织和结果都没有变。")
        changes = [
            (row, plain(row["change"])) for row in layout.rows if plain(row["change"]) is not None
        ]
        if len(changes) > 1:
            for word, rank in (("升得最多", max), ("降得最多", min)):
                row, change = rank(changes, key=lambda pair: pair[1])
                if (change > 0) == (rank is max) and change:
                    said.append(
                        f"{sentences.name(row)}{word}（{text(change, 'points')} 个百分点）{_main(row)}。"
                    )
        return said

    def chart_data(self, layout: Layout) -> Any:
        """Return the two rates with the parts between them (charts.js); None where none moved."""
        total = layout.total or {}
        parts = [part for part in Part if total and total[f"{part}_points"].url]
        if not parts or plain(total["change"]) is None:
            return None
        before, now = total["sides"]
        return {
            "start": {"name": before, "rate": plain(total["before_rate"]) * 100},
            "end": {"name": now, "rate": plain(total["rate"]) * 100},
            "parts": [
                {
                    "name": part.label,
                    "points": plain(total[f"{part}_points"]),
                    "text": text(total[f"{part}_points"], "points"),
                    "count": text(total[f"{part}_{'due' if part in BASE else 'passed'}"], "gain"),
                    "url": total[f"{part}_points"].url,
                }
                for part in parts
            ],
        }

    def offers(self, figures: FigureContext) -> list[tuple[str, str, str]]:
        """Return the earlier years, days with results of their own, and editions."""
        asking = Asking(figures.user, figures.scope, figures.year)
        return [("before", token, label) for token, label in asking.offers()]


def _counts(row: Any, prefix: str) -> str:
    return f"{number(row, f'{prefix}passed'):,}/{number(row, f'{prefix}due'):,}"


def _main(row: Any) -> str:
    """Return the part that moved a row most its way: "，主要是新达标 +3 个"."""
    way = 1 if plain(row["change"]) > 0 else -1
    part = max(Part, key=lambda part: way * (plain(row[f"{part}_points"]) or 0))
    key = "due" if part in BASE else "passed"
    return f"，主要是{part.label} {text(row[f'{part}_{key}'], 'gain')} 个"


# Parts with a column of their own even where nothing moved by them.
ALWAYS = (Part.NEW, Part.PASSED, Part.FAILED, Part.GONE)


def columns(movement: Movement) -> list[Column]:
    """Return the columns: before, what changes passed and due, now, and the points.

    Moves and a changed line are shown where there are any.
    """
    before, now = movement.before.label, movement.now.label
    used = {one.part for one in movement.effects}
    parts = [part for part in Part if part in ALWAYS or part in used]
    base = [part for part in parts if part in BASE]

    def gain(part: Part, key: str, group: str) -> Column:
        label = part.label if key == "due" or part not in BASE else f"{part.label}中达标"
        formula = (
            f'=SUMIFS({{detail.{key}}},{{detail.row}},{{name}},{{detail.part}},"{part.label}")'
        )
        return Column(f"{part}_{key}", label, "gain", group, total="sum", formula=formula)

    def summed(key: str) -> str:
        terms = "".join(f"+{{{part}_{key}}}" for part in (base if key == "due" else parts))
        return f"={{before_{key}}}{terms}"

    passed, due, shares = "达标数增减（个）", "应评数增减（个）", "拉动（百分点）"
    return [
        Column("name", movement.groups.heading, width=14),
        Column("before_due", "应评组织（个）", "int", before, total="sum"),
        Column("before_passed", "达标组织（个）", "int", before, total="sum"),
        rate_column("before_", before),
        *(gain(part, "due", due) for part in base),
        *(gain(part, "passed", passed) for part in parts),
        Column("due", "应评组织（个）", "int", now, total="sum", formula=summed("due")),
        Column("passed", "达标组织（个）", "int", now, total="sum", formula=summed("passed")),
        rate_column("", now),
        *(Column(f"{part}_points", part.label, "points", shares) for part in parts),
        Column("change", "变化（百分点）", "points", shares, formula=CHANGE, total=CHANGE),
    ]


def movement_url(query: dict[str, Any], part: Part | None = None) -> str:
    """Return the address of the organizations behind a part of a movement."""
    asked = {**query, "part": part or ""}
    return f"{reverse('movement_organizations')}?{urlencode({k: v for k, v in asked.items() if v})}"


def cells(sums: Sums, query: dict[str, Any]) -> dict[str, Any]:
    """Return the cells of one row; what moved leads to its organizations."""
    due, passed = sums.now
    before, now = sums.rates
    shares = sums.points()
    found: dict[str, Any] = {
        "before_due": sums.due,
        "before_passed": sums.passed,
        "before_rate": _rate(before),
        "due": due,
        "passed": passed,
        "rate": _rate(now),
    }
    for part in Part:
        added = sums.of(part)
        url = movement_url(query, part) if any(added) else ""
        found[f"{part}_due"], found[f"{part}_passed"] = (Cell(n, url if n else "") for n in added)
        share = shares.get(part)
        found[f"{part}_points"] = Cell(None if share is None else float(share * 100), url)
    change = None if sums.change is None else float(sums.change * 100)
    css = "" if change is None else "up" if change > 0 else "down" if change < 0 else "flat"
    found["change"] = Cell(change, movement_url(query) if sums.parts else "", css=css)
    return found


def _rate(rate: Any) -> Cell:
    return Cell(None if rate is None else float(rate), reason=no_rate_reason(0, 0))
