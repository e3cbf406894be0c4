"""Read the many ways offices write a day or a month: pure functions, no clock."""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sheets.normalise import CHINESE_DIGITS, INVISIBLE, CellError, chinese_number, is_empty, plain


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A day, or a month of which `day` is the first day."""

    day: datetime.date
    month_only: bool = False

    @property
    def last_day(self) -> datetime.date:
        """The day itself, or the last day of the month where only that is known."""
        if not self.month_only:
            return self.day
        following = (self.day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
        return following - datetime.timedelta(days=1)

    def __str__(self):
        return f"{self.day:%Y-%m}" if self.month_only else f"{self.day:%Y-%m-%d}"


_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_SEPARATOR = r"\s*[年./\-—–、]\s*"
# What may follow a day: weekday, time, a range of times or days.
_TAIL = r"(?:\s*[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?)?(?:\s*(?:[T\s]|上午|下午|晚上?|中午|早上?|凌晨|\d{1,2}[:时点]|[-—–~至到]).*)?"
_FULL = re.compile(
    rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}})\s*[月./\-—–、]\s*(\d{{1,2}})(?!\d)\s*[日号]?\.?{_TAIL}",
    re.S,
)
_MONTH = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}})(?!\d)\s*月?份?\.?")
_MONTH_DAY = re.compile(rf"(\d{{1,2}})\s*月\s*(\d{{1,2}})(?!\d)\s*[日号]?{_TAIL}", re.S)
_CHINESE = re.compile(
    r"([〇零○O一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月(?:([一二三四五六七八九十]{1,3})[日号]?)?份?"
)


def parse_date(
    value: Any,
    *,
    today: datetime.date,
    past: bool = True,
    year: int | None = None,
    date_1904: bool = False,
) -> PartialDate | None:
    """Return the day or month a cell tells.

    `past`: a day after `today` is refused (DATE_FUTURE). `year` completes "3月5日".
    `date_1904` is the flag of the workbook, for serial numbers without a date format.
    """
    if is_empty(value) and not isinstance(value, bool):
        return None
    found = _read_date(value, year=year, date_1904=date_1904)
    if past and found.day > today:
        raise CellError("DATE_FUTURE", f"日期 {found} 晚于今天", "请核对年份")
    return found


def _invalid(value: Any, fix: str = "请写成 2025-03-05 或 2025年3月") -> CellError:
    return CellError("DATE_INVALID", f"“{plain(value)[:20]}”不是有效的日期", fix)


def _make(value: Any, year: int, month: int, day: int | None = None) -> PartialDate:
    """Return the date, or raise DATE_INVALID where there is no such day."""
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise _invalid(value)
    try:
        return PartialDate(datetime.date(year, month, day or 1), month_only=day is None)
    except ValueError:
        fix = (
            f"{year} 年 {month} 月没有 {day} 日，请核对原件"
            if 1 <= month <= 12
            else "月份应为 1—12"
        )
        raise _invalid(value, fix)


def _from_serial(value: Any, number: float, date_1904: bool) -> PartialDate:
    """Return the day of an Excel serial number, accepted from 10000 to 60000 only."""
    if not 10_000 <= number <= 60_000:
        raise _invalid(value)
    epoch = datetime.date(1904, 1, 1) if date_1904 else datetime.date(1899, 12, 30)
    return PartialDate(epoch + datetime.timedelta(days=int(number)))


def _from_digits(value: Any, text: str, date_1904: bool) -> PartialDate:
    if len(text) == 8:
        return _make(value, int(text[:4]), int(text[4:6]), int(text[6:]))
    if len(text) == 6:
        return _make(value, int(text[:4]), int(text[4:]))
    if len(text) == 5:
        return _from_serial(value, int(text), date_1904)
    raise _invalid(value)


def _read_date(value: Any, *, year: int | None, date_1904: bool) -> PartialDate:
    if isinstance(value, datetime.datetime):
        value = value.date()
    if isinstance(value, datetime.date):
        return _make(value, value.year, value.month, value.day)
    if isinstance(value, bool):
        raise _invalid(value)
    if isinstance(value, int | float):
        return _from_number(value, date_1904)
    if not isinstance(value, str):
        raise _invalid(value)
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", value)).strip().lstrip("'").strip()
    compact = re.sub(r"\s+", "", text)
    if re.fullmatch(r"\d+(\.0)?", compact):
        return _from_digits(value, compact.removesuffix(".0"), date_1904)
    if match := _FULL.fullmatch(text):
        return _make(value, *(int(part) for part in match.groups()))
    if match := _MONTH.fullmatch(text):
        return _make(value, int(match[1]), int(match[2]))
    if match := _CHINESE.fullmatch(compact):
        digits = int("".join(CHINESE_DIGITS[c] for c in match[1]))
        month = chinese_number(match[2])
        day = chinese_number(match[3]) if match[3] else None
        return _make(value, digits, month or 0, day)
    if (match := _MONTH_DAY.fullmatch(text)) and year:
        return _make(value, year, int(match[1]), int(match[2]))
    if re.fullmatch(r"\d{2}[./\-年]\d{1,2}([./\-月]\d{1,2})?[月日]?", compact):
        raise _invalid(value, "年份请写四位，例如 1998.06")
    raise _invalid(value)


def _from_number(value: float, date_1904: bool) -> PartialDate:
    """Read a bare number: 20190701, 199806, a serial, or year.month."""
    if not math.isfinite(value):
        raise _invalid(value)
    number = Decimal(str(value))
    if number == number.to_integral_value():
        return _from_digits(value, str(int(number)), date_1904)
    if 10_000 <= number <= 60_000:
        return _from_serial(value, float(number), date_1904)
    year, _, month = str(number).partition(".")
    if len(year) == 4 and len(month) <= 2:
        # A number drops the last 0: 1998.10 and 1998.1 look alike.
        if month == "1":
            raise CellError(
                "DATE_AMBIGUOUS",
                f"日期有歧义（{number} 可能是 {year}.10）",
                "请把单元格设为文本后写成 1998.01 或 1998.10",
            )
        return _make(value, int(year), int(month))
    raise _invalid(value)
