"""Read tables of things by years: counties down and years across, or the other way round.

A heading tells a year, a measure, or both: 2023年, 达标率, 2023年达标率, or 2023年 over
应评数. Each thing and year becomes one row of the form, with the number of the line it
stands in.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from sheets.forms import REASON, Column, Cross, header_key
from sheets.headers import MAX_HEIGHT, SEARCH_ROWS, Grid, Header, Upper
from sheets.normalise import fold, is_empty, plain

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)(?:学?年度?)?")
# What stands over the labels of a table with the things across.
_CORNERS = {header_key(text) for text in ("年度", "年份", "指标", "项目", "类别", "县区/年度")}
_SUMS = re.compile(r".{0,6}(小计|合计|总计|共计|全市|平均)")


@dataclass(frozen=True, slots=True)
class Told:
    """What a heading tells: a year (None is that of the table) and a measure."""

    text: str
    year: int | None
    measure: Column


@dataclass(frozen=True)
class Crossing(Header):
    """A table of things by years, and where its values stand.

    `down`: the things stand in lines. `labels` maps columns (or lines) to what they tell,
    `things` the other way to the name of the thing.
    """

    table: Cross
    down: bool = True
    labels: dict[int, Told] = field(default_factory=dict)
    things: dict[int, str] = field(default_factory=dict)

    @property
    def matched(self) -> int:
        return 1 + len({(told.year, told.measure.key) for told in self.labels.values()})

    @property
    def understood(self) -> int:
        return 1 + len(self.labels if self.down else self.things)

    @property
    def missing(self) -> list[Column]:
        return []

    def said(self) -> dict[str, str]:
        return {told.text: header_key(told.measure.label) for told in self.labels.values()}

    def records(self, grid: Grid) -> Iterator[tuple[int, str, int | None, dict[Column, tuple]]]:
        """Return line, thing, year, and for each measure its heading and its value.

        Lines are counted from 0. What is empty is left out.
        """
        found: dict[tuple, dict[Column, tuple]] = defaultdict(dict)
        for place, name in self.things.items():
            for label, told in self.labels.items():
                line, index = (place, label) if self.down else (label, place)
                value = grid[line][index] if index < len(grid[line]) else ""
                if not is_empty(value):
                    heading = told.text if self.down else name
                    found[place, told.year].setdefault(told.measure, (line, heading, value))
        for (place, year), values in found.items():
            line = min(line for line, *_ in values.values())
            cells = {measure: cell[1:] for measure, cell in values.items()}
            yield line, self.things[place], year, cells


def find_crossing(grid: Grid, upper: Upper, cross: Cross) -> Crossing | None:
    """Return the table of things by years in the grid, if there is one."""
    rows = upper.rows
    best: Crossing | None = None
    for top in range(min(len(rows), SEARCH_ROWS)):
        for found in (_down(grid, rows, top, cross), _across(grid, rows, top, cross)):
            if found and (best is None or found.matched > best.matched):
                best = found
    return best


def tell(text: str, cross: Cross, *, bare: bool = True) -> Told | None:
    """Return what a heading tells, None if it is neither a year nor a measure.

    `bare`: a year alone means the first measure.
    """
    years = _YEAR.findall(fold(text))
    if len(years) > 1:
        return None
    rest = _YEAR.sub("", fold(text))
    rest = header_key(re.sub(r"[(\[].*?[)\]]", "", rest)) or header_key(rest)
    year = int(years[0]) if years else None
    if not rest:
        return Told(text, year, cross.measures[0]) if year and bare else None
    measure = next((m for m in cross.measures if rest in m.keys), None)
    return Told(text, year, measure) if measure else None


def _down(grid: Grid, rows: Grid, top: int, cross: Cross) -> Crossing | None:
    """Return the table with the things in lines whose header begins in row `top`."""
    best: Crossing | None = None
    for height in range(1, MAX_HEIGHT + 1):
        if top + height > len(rows):
            break
        texts = {
            index: text
            for index in range(len(rows[top]))
            if (text := _joined(rows[row][index] for row in range(top, top + height)))
        }
        thing = next((i for i, text in texts.items() if header_key(text) in cross.thing.keys), None)
        labels = {
            index: told
            for index, text in texts.items()
            if index != thing and (told := tell(text, cross)) and told.year
        }
        if thing is None or not labels:
            continue
        names = {
            line: plain(grid[line][thing]).strip()
            for line in range(top + height, len(grid))
            if thing < len(grid[line]) and _is_thing(grid[line][thing])
        }
        columns = {thing: cross.thing} | {index: told.measure for index, told in labels.items()}
        found = Crossing(
            cross, top, top + height, columns, texts, down=True, labels=labels, things=names
        )
        if best is None or found.matched > best.matched:
            best = found
    return best


def _across(grid: Grid, rows: Grid, top: int, cross: Cross) -> Crossing | None:
    """Return the table with the things in columns whose header is row `top`."""
    cells = [_joined([cell]) for cell in rows[top]]
    first = next((index for index, text in enumerate(cells) if text), None)
    if first is None or header_key(cells[first]) not in cross.thing.keys | _CORNERS:
        return None
    things = {index: text for index, text in enumerate(cells) if index > first and _is_thing(text)}
    # A year alone counts where the corner says that years stand below it.
    bare = header_key(cells[first]) in _CORNERS or not any(
        tell(text, cross) for text in things.values()
    )
    labels = {
        line: told
        for line in range(top + 1, len(grid))
        if first < len(grid[line])
        and (
            told := tell(_label(rows, grid, line, first, min(things, default=0)), cross, bare=bare)
        )
    }
    if len(things) < 2 or not labels or any(tell(text, cross) for text in things.values()):
        return None
    texts = {index: text for index, text in enumerate(cells) if text}
    columns = {first: cross.thing}
    return Crossing(cross, top, top + 1, columns, texts, down=False, labels=labels, things=things)


def _label(rows: Grid, grid: Grid, line: int, first: int, last: int) -> str:
    """Return the label of a line: all its cells before the first thing."""
    source = rows if line < len(rows) else grid
    return _joined(source[line][first:last])


def _joined(cells) -> str:
    parts: list[str] = []
    for cell in cells:
        text = re.sub(r"\s+", "", plain(cell))
        if text and (not parts or parts[-1] != text):
            parts.append(text)
    return "/".join(parts)


def _is_thing(cell) -> bool:
    """Tell whether a cell names a thing, rather than a sum, a note or our own reason."""
    text = fold(cell)
    if not text or len(text) > 30 or ":" in text:
        return False
    return not _SUMS.fullmatch(text) and header_key(text) not in REASON.keys
