"""Tell from its headings which form a workbook is.

Every heading speaks for the forms that know it, the more the fewer they are: 入党时间
for the roster alone, 备注 for hardly any. A form fits a sheet where all columns are
found without which it is not that form; of several that fit, the one more headings
speak for is meant, and where they are about even the user is asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sheets.crossing import find_crossing
from sheets.forms import Cross, Form, Type, all_forms
from sheets.headers import SEARCH_ROWS, Header, find_header
from sheets.normalise import fold
from sheets.opening import Sheet, Workbook
from sheets.other_forms import lookalike
from sheets.safety import Refused

# What is given as the kind of a workbook that is to be recognised.
AUTO = "auto"
# A second form with this share of the first one's weight is as likely.
CLOSE = 0.8
# A sheet with less than this share of the weight of the best one is an annex.
ANNEX = 0.4
# What a title that names the form adds to its weight.
TITLED = 1.25


@dataclass(frozen=True, slots=True)
class Candidate:
    """A form that fits a sheet, how much speaks for it, and the headings only it knows."""

    form: Form
    sheet: str
    header: Header
    weight: float
    own: tuple[str, ...]

    @property
    def why(self) -> str:
        """The reason in one sentence."""
        header = self.header
        text = (
            f"工作表“{self.sheet}”第 {header.top + 1} 行起的表头有 {len(header.texts)} 列，"
            f"认出 {header.understood} 列"
        )
        if self.own:
            text += f"，其中{_quoted(self.own[:3])}只有《{self.form.title}》才有"
        return text + "。"


class Ambiguous(Refused):
    """Several forms fit; `candidates` are one for each of them."""

    def __init__(self, candidates: Sequence[Candidate]):
        self.candidates = candidates
        names = "、".join(
            f"《{c.form.title}》（{c.form.kind}，工作表“{c.sheet}”）" for c in candidates
        )
        super().__init__(f"这个文件可以当作{names}，分不出是哪一种。请选定表格种类后再导入。")


def recognise(workbook: Workbook, file_name: str) -> Candidate:
    """Return the form the workbook is.

    Raises `Ambiguous` where several fit about as well, and `Refused` where none does.
    """
    weights = _weights(all_forms())
    found = [_candidates(sheet, weights, file_name) for sheet in workbook.tables]
    best = max((c.weight for candidates in found for c in candidates), default=0)
    likely: dict[str, Candidate] = {}
    for candidates in found:
        top = max((c.weight for c in candidates), default=0)
        if top < best * ANNEX:
            continue
        for candidate in candidates:
            kind = candidate.form.kind
            if candidate.weight >= top * CLOSE and (
                kind not in likely or likely[kind].weight < candidate.weight
            ):
                likely[kind] = candidate
    if not likely:
        raise Refused(_none_fits(workbook))
    if len(likely) > 1:
        raise Ambiguous(sorted(likely.values(), key=lambda c: -c.weight))
    (winner,) = likely.values()
    if other := lookalike(winner.header.unknown.values()):
        raise Refused(
            f"这个文件看起来像《{other}》，没有导入。"
            f"如果确实是《{winner.form.title}》，请选定表格种类后再导入。"
        )
    return winner


def best_header(
    sheet: Sheet, form: Form, mapping: Mapping[str, str] | None = None
) -> Header | None:
    """Return the header of the table of `form` that the sheet looks most like."""
    headers: list[Header] = []
    for table in form.tables:
        if isinstance(table, Cross):
            header: Header | None = find_crossing(sheet.grid, sheet.upper, table)
        else:
            header = find_header(sheet.upper, table, mapping)
        if header:
            headers.append(header)
    return max(headers, key=lambda h: (not h.missing, h.matched), default=None)


def why_not(form: Form, unread: Sequence[tuple[Sheet, Header | None]]) -> str:
    """Say why no sheet of a workbook is a table of `form`, and what it looks like."""
    if not unread:
        return EMPTY
    for sheet, _ in unread:
        looks_like = _looks_like(sheet) or next(
            (
                other.title
                for other in all_forms()
                if other.kind != form.kind
                and (header := best_header(sheet, other))
                and not header.missing
            ),
            "",
        )
        if looks_like:
            return (
                f"这个文件看起来像《{looks_like}》，不是《{form.title}》，没有导入。"
                "请改选表格种类，或换一个文件。"
            )
    header = max((header for _, header in unread if header), key=lambda h: h.matched, default=None)
    if header is None:
        return f"没有找到《{form.title}》的表头，没有导入。请核对文件，或用模板填写。"
    names = _missing(header)
    return f"表头里没有{names}这{len(header.missing)}列，不能作为《{form.title}》导入。请补上后再导入。"


EMPTY = "工作簿里没有内容，请重新选择文件。"


def _weights(forms: Iterable[Form]) -> dict[str, float]:
    """Return how much each heading says: 1 shared among the forms that know it."""
    known = Counter(
        key
        for form in forms
        for key in {
            key
            for table in form.tables
            for column in table.columns
            if column.type != Type.SKIPPED
            for key in column.keys
        }
    )
    return {key: 1 / count for key, count in known.items()}


def _candidates(sheet: Sheet, weights: Mapping[str, float], file_name: str) -> list[Candidate]:
    """Return the forms that fit the sheet."""
    found = []
    for form in all_forms():
        header = best_header(sheet, form)
        if header is None or header.missing:
            continue
        said = {text: weights.get(key, 0) for text, key in header.said().items()}
        weight = sum(said.values())
        titles = [sheet.name, file_name, *(str(c) for row in sheet.grid[: header.top] for c in row)]
        if any(fold(name) in fold(text) for name in form.names for text in titles):
            weight *= TITLED
        own = tuple(text for text, value in said.items() if value == 1)
        found.append(Candidate(form, sheet.name, header, weight, own))
    return found


def _none_fits(workbook: Workbook) -> str:
    """Say what a workbook looks like that is no form of the system."""
    sheets = workbook.tables
    if not sheets:
        return EMPTY
    for sheet in sheets:
        if name := _looks_like(sheet):
            titles = "、".join(f"《{form.title}》" for form in all_forms())
            return (
                f"这个文件看起来像《{name}》，不能导入，没有保存任何内容。可以导入的有：{titles}。"
            )
    nearest = max(
        (
            (header, form)
            for sheet in sheets
            for form in all_forms()
            if (header := best_header(sheet, form)) and header.matched > 2
        ),
        key=lambda pair: (pair[0].matched - len(pair[0].missing), pair[0].matched),
        default=None,
    )
    if nearest is None:
        return "没有认出这是哪种表，没有导入。请选定表格种类，或用模板填写。"
    header, form = nearest
    return (
        f"没有认出这是哪种表，没有导入。最像的是《{form.title}》，"
        f"但表头里没有{_missing(header)}这{len(header.missing)}列。请补上，或选定表格种类后再导入。"
    )


def _looks_like(sheet: Sheet) -> str:
    return lookalike(cell for row in sheet.grid[:SEARCH_ROWS] for cell in row)


def _missing(header: Header) -> str:
    return _quoted(column.label for column in header.missing)


def _quoted(names: Iterable[str]) -> str:
    return "、".join(f"“{name}”" for name in names)
