"""What each parameter of a standard is: declared once, in the file of the default standard.

    overdue_days_minor: {value: 60, unit: 天, max: 366, at_most: overdue_days_major,
                         codes: [A2], meaning: 换届超期不多于多少天扣四分之一}

`value` is the default, `meaning` says in words what it does, `codes` names the indicators
and vetoes that use it (none: the rules common to all). The rest may be left out: `unit`,
`min` (0) and `max` (none; 100 for %), `choices` (value: words), `type: months` for a list
of months, `type: day` for [month, day], and `at_most`, another parameter this one may not exceed. A list of numbers
rises and keeps its length.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

DEFAULT = Path(__file__).with_name("school-party-organizations-2025.yaml")
MONTHS, DAY = "months", "day"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One declared parameter."""

    name: str
    value: Any
    meaning: str = ""
    codes: tuple[str, ...] = ()
    unit: str = ""
    min: int = 0
    max: int | None = None
    choices: Mapping[int, str] = field(default_factory=dict)
    type: str = ""
    at_most: str = ""

    @property
    def is_months(self) -> bool:
        """Whether it is a list of months, none to twelve."""
        return self.type == MONTHS

    @property
    def is_steps(self) -> bool:
        """Whether it is a list of rising numbers."""
        return isinstance(self.value, list) and not self.type

    @property
    def is_day(self) -> bool:
        """Whether it is a day of the year, [month, day]."""
        return self.type == DAY

    @property
    def range_text(self) -> str:
        """The allowed values in words."""
        if self.is_months:
            return "可选一月至十二月，也可不选"
        if self.is_day:
            return "一年中的一天，例如 3 月 31 日"
        if self.choices:
            return "、".join(f"{value}（{words}）" for value, words in self.choices.items())
        unit = self.unit and f" {self.unit}"
        some = f"{len(self.value)} 个由低到高的整数，" if self.is_steps else ""
        if self.max is None:
            return f"{some}不小于 {self.min}{unit}"
        return f"{some}{self.min} 至 {self.max}{unit}"

    def text(self, value: Any) -> str:
        """Return a value as people read it."""
        if self.is_months:
            return "、".join(f"{month} 月" for month in value) or "无"
        if self.is_day:
            return f"{value[0]} 月 {value[1]} 日"
        if not isinstance(value, list) and value in self.choices:
            return f"{value}（{self.choices[value]}）"
        numbers = value if isinstance(value, list) else [value]
        unit = "%" if self.unit == "%" else self.unit and f" {self.unit}"
        return "、".join(str(number) for number in numbers) + unit

    def problem(self, value: Any) -> str:
        """Return why the rules cannot work with `value`; "" where they can."""
        if self.is_months:
            sound = isinstance(value, list) and all(month in range(1, 13) for month in value)
            return "" if sound and value == sorted(set(value)) else "应为 1 至 12 的月份"
        if self.is_day:
            return "" if _is_day(value) else f"应为{self.range_text}"
        if self.choices:
            return "" if _is_whole(value) and value in self.choices else f"应为 {self.range_text}"
        if self.is_steps:
            if not isinstance(value, list) or len(value) != len(self.value):
                return f"应写 {len(self.value)} 个数"
            if not all(_is_whole(one) for one in value) or value != sorted(value):
                return "应为由低到高的整数"
            numbers = value
        elif not _is_whole(value):
            return "应为整数"
        else:
            numbers = [value]
        if all(self.min <= one and (self.max is None or one <= self.max) for one in numbers):
            return ""
        return f"应为 {self.range_text}"


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_day(value: Any) -> bool:
    """Return whether [month, day] is a day of every year."""
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_whole, value)):
        return False
    month, day = value
    return 1 <= month <= 12 and 1 <= day <= monthrange(2025, month)[1]


@cache
def default_file() -> dict[str, Any]:
    """Return the file of the default standard as it is written. Not to be changed."""
    return yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))


@cache
def parameters() -> dict[str, Parameter]:
    """Return the declared parameters by name, in the order of the file."""
    return {name: declared(name, told) for name, told in default_file()["parameters"].items()}


def declared(name: str, told: Mapping[str, Any]) -> Parameter:
    """Return the declaration of one parameter as the file tells it."""
    known: dict[str, Any] = dict(told)
    known["codes"] = tuple(known.get("codes") or ())
    known["unit"] = str(known.get("unit") or "")
    if known["unit"] == "%" and "max" not in known:
        known["max"] = 100
    return Parameter(name=name, **known)


def relations(values: Mapping[str, Any]) -> Iterable[tuple[Parameter, Parameter]]:
    """Yield (parameter, its upper bound) where the value exceeds that of `at_most`."""
    for one in parameters().values():
        if one.at_most:
            low, high = values[one.name], values[one.at_most]
            # Of a list the last step is compared.
            low = low[-1] if isinstance(low, list) else low
            high = high[-1] if isinstance(high, list) else high
            if low > high:
                yield one, parameters()[one.at_most]


def parameter_notes() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return for each parameter its meaning in words and the codes that use it."""
    return {name: (one.meaning, one.codes) for name, one in parameters().items()}
