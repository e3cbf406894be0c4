"""What a template says of a column: its options, its examples, what is written in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sheets.forms import Column, Type

# What the rows of examples begin with; `sheets.reading` passes over them.
EXAMPLE = "示例"

_EXAMPLES: Mapping[Type, tuple[str, str]] = {
    Type.INT: ("12", "8"),
    Type.YEARS: ("3", "3"),
    Type.YEAR: ("2024", "2025"),
    Type.SCORE: ("92.5", "88"),
    Type.AMOUNT: ("15.00", "30.00"),
    Type.RATE: ("50%", "42.9%"),
    Type.BOOL: ("是", "否"),
    Type.DATE: ("2019-07-01", "2021-06"),
    # Invented: the first six digits belong to no place.
    Type.ID_NUMBER: ("990121198503120016", "990121199007080021"),
}
_WHAT: Mapping[Type, str] = {
    Type.TEXT: "文字",
    Type.NAME: "文字，中间不加空格",
    Type.NAMES: "文字，多个用“、”隔开",
    Type.INT: "阿拉伯数字，不写单位",
    Type.YEARS: "1—5 的数字",
    Type.YEAR: "四位年份，例如 2025",
    Type.SCORE: "0—100 的数字，最多两位小数",
    Type.AMOUNT: "元，最多两位小数，不写单位",
    Type.RATE: "百分数，例如 42.9%",
    Type.BOOL: "是 或 否",
    Type.CHOICE: "从下拉中选",
    Type.DATE: "写到日，例如 2025-03-05；只知道月份的写 2025-03",
    Type.ID_NUMBER: "18 位，末位可以是 X",
}


def options(column: Column) -> list[str]:
    """Return what can be chosen in a column: one word for each value, or 是 and 否."""
    if column.type == Type.BOOL:
        return ["是", "否"]
    words: dict[object, str] = {}
    for text, value in (column.choices or {}).items():
        words.setdefault(value, text)
    return list(words.values())


def examples(column: Column, suggestions: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Return what stands in the two rows of examples."""
    found: Sequence[str] = column.examples
    if not found:
        found = options(column)[:2] or list(suggestions.get(column.key, ()))[:2]
    if not found:
        found = _EXAMPLES.get(column.type, ("", ""))
    return found[0], found[-1]


def what(column: Column) -> str:
    """Return in words what is written in a column."""
    parts = [_WHAT[column.type]]
    if column.max_length:
        parts.append(f"不超过 {column.max_length} 字")
    if column.type == Type.DATE and column.past:
        parts.append("不晚于今天")
    return "；".join([*parts, *filter(None, [column.hint])])
