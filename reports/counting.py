"""Reports that count lines: one row for each unit, each count a formula over the list behind it.

A subclass tells its lines, the columns of their list and what is counted among them; the
table, its formulas with their values, the sums and the detail sheet follow. What is counted
is told once, as the values a line has: the page and the formula cannot differ.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

from accounts.models import User
from assessments.models import Cycle
from reports import sentences
from reports.base import Report, day_text, filler, register_day, scope_title
from reports.board import whole_name
from reports.figures import GROUPINGS
from reports.groups import Groups
from reports.sentences import number
from schools.models import Jurisdiction
from sheets.layout import Cell, Column, Format, Layout, text

YES = "是"
Line = Mapping[str, Any]


@dataclass(frozen=True)
class Question:
    """What a report is asked for: whose view of which body, year and grouping."""

    user: User
    scope: Jurisdiction
    year: int
    cycle: Cycle | None
    by: str

    @cached_property
    def groups(self) -> Groups:
        """The rows of the table."""
        return Groups(self.user, self.scope, self.by)

    def row(self, path: str, place: str | None) -> str:
        """Return the row of a record by the path of its body, or by its place."""
        return self.groups.name(path=path, place=place)

    @cached_property
    def day(self) -> datetime.date:
        """The day the register is read: the last of the year, or today."""
        return register_day(self.year)


@dataclass(frozen=True)
class Count:
    """One column: how many lines have the values `where`, or the sum of their `of`."""

    key: str
    label: str
    group: str = ""
    where: dict[str, str] = field(default_factory=dict)
    of: str = ""
    format: Format = "int"

    def column(self) -> Column:
        """Return the column with its live formula."""
        conditions = "".join(f',{{detail.{name}}},"{value}"' for name, value in self.where.items())
        summed = f"SUMIFS({{detail.{self.of}}}," if self.of else "COUNTIFS("
        formula = f"={summed}{{detail.row}},{{name}}{conditions})"
        return Column(
            self.key, self.label, self.format, self.group, total="sum", formula=formula, width=11
        )

    def holds(self, line: Line) -> bool:
        """Tell whether a line is counted."""
        return all(line[name] == value for name, value in self.where.items())


@dataclass(frozen=True)
class Share:
    """One column: a count divided by another; `lack` says why there is none."""

    key: str
    label: str
    part: str
    whole: str
    group: str = ""
    lack: str = "没有可计算的记录"

    def column(self) -> Column:
        """Return the column with its live division."""
        pair = (self.part, self.whole)
        return Column(self.key, self.label, "percent", self.group, ratio=pair, total=pair, width=10)


class CountedReport(Report):
    """A table of counts by unit with the list they are counted in.

    `counts` and `list_columns` may depend on the year; `main` is the count its sentence tells.
    """

    needs_scores: ClassVar[bool] = False
    shown_details: ClassVar[tuple[int, int]] = (0, 20)
    unit_text: ClassVar[str] = "个"
    noun: ClassVar[str] = "个"
    sheet_name: ClassVar[str]
    list_title: ClassVar[str]
    list_sheet: ClassVar[str]
    main: ClassVar[str]

    def lines(self, asked: Question) -> Iterable[dict[str, Any]]:
        """Return the lines; `row` is the heading of the row that counts a line."""
        raise NotImplementedError

    def counts(self, asked: Question) -> Sequence[Count | Share]:
        """Return the columns after the heading."""
        raise NotImplementedError

    def list_columns(self, asked: Question) -> Sequence[Column]:
        """Return the columns of the list after its first, `row`."""
        raise NotImplementedError

    def notes(self, asked: Question) -> list[str]:
        """Return how it is counted, before the words on the grouping."""
        raise NotImplementedError

    def as_of(self, asked: Question) -> str:
        """Return the day of the figures."""
        return day_text(asked.day)

    def layout(
        self,
        user: User,
        *,
        scope: Jurisdiction,
        year: int,
        cycle: Cycle | None,
        by: str,
        transposed: bool = False,
        **options: Any,
    ) -> Layout:
        """Return one row for each unit, and the list behind it."""
        asked = Question(user, scope, year, cycle, by)
        groups = asked.groups
        lines = list(self.lines(asked))
        wanted = self.counts(asked)
        plain = [count for count in wanted if isinstance(count, Count)]
        sums = _sums(lines, plain)
        total = {count.key: sum(row[count.key] for row in sums.values()) for count in plain}
        shares = [one for one in wanted if isinstance(one, Share)]
        first = Column("row", groups.heading, width=14)
        return Layout(
            title=f"{scope_title(scope)}{year}年度{self.title}",
            columns=[
                Column("name", groups.heading, width=14),
                *(one.column() for one in wanted),
            ],
            rows=[
                {"name": name, **_with_shares(sums.get(name, dict.fromkeys(total, 0)), shares)}
                for name in groups.shown(sums)
            ],
            total=_with_shares(total, shares) | {"whole": whole_name(scope)},
            filler=filler(scope),
            as_of=self.as_of(asked),
            unit_text=self.unit_text,
            sheet_name=self.sheet_name,
            notes=[*self.notes(asked), f"统计口径：{GROUPINGS[by]}。"],
            prepared_by=user.name,
            transposed=transposed,
            details=(
                Layout(
                    self.list_title,
                    [first, *self.list_columns(asked)],
                    lines,
                    sheet_name=self.list_sheet,
                    signed=False,
                ),
            ),
        )

    def says(self, layout: Layout) -> list[str]:
        """Return the sum of the main column, and which rows have most."""
        column = next(one for one in layout.columns if one.key == self.main)
        total, label = layout.total or {}, f"{column.group}{column.label}"
        of = sentences.whole(layout)
        if not number(total, self.main):
            return [f"{of}没有{label}。"]
        shown = text(total[self.main], column.format)
        said = f"{of}{label} {shown} {self.noun}"
        found = sentences.ranked(layout, self.main)
        if len(found) > 1:
            said += f"，最多的是{sentences.counted(found[:2], self.noun)}"
        return [f"{said}。"]


def _sums(lines: Iterable[Line], counts: Sequence[Count]) -> dict[str, dict[str, Any]]:
    """Return the counts by row; lines that are alike in all that is asked are counted once."""
    asked = sorted({name for count in counts for name in count.where})
    summed = list(dict.fromkeys(count.of for count in counts if count.of))
    alike: Counter[tuple] = Counter()
    amounts: dict[tuple, dict[str, Any]] = {}
    for line in lines:
        key = (line["row"], *[line[name] for name in asked])
        alike[key] += 1
        if summed:
            of = amounts.setdefault(key, dict.fromkeys(summed, 0))
            for name in summed:
                of[name] += line[name]
    sums: dict[str, dict[str, Any]] = {}
    for key, n in alike.items():
        row = sums.setdefault(key[0], {count.key: 0 for count in counts})
        values = dict(zip(asked, key[1:], strict=True))
        for count in counts:
            if count.holds(values):
                row[count.key] += amounts[key][count.of] if count.of else n
    return sums


def _with_shares(counts: Mapping[str, Any], shares: Sequence[Share]) -> dict[str, Any]:
    """Return the cells of a row: its counts and the divisions of them."""
    cells = dict(counts)
    for share in shares:
        whole = counts[share.whole]
        value = float(counts[share.part] / whole) if whole else None
        cells[share.key] = Cell(value, reason="" if whole else share.lack)
    return cells


def listed(key: str, label: str, width: int, fmt: Format = "text") -> Column:
    """Return a column of a list."""
    return replace(Column(key, label, fmt), width=width)
