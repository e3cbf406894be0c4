"""The fixed day of theme days as offices write it, and the days near enough to it."""

from __future__ import annotations

import datetime
import re
from calendar import monthrange
from functools import lru_cache

from schools.naming import fold

_WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}
_ORDINALS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "1": 1, "2": 2, "3": 3, "4": 4, "5": 5}
_WEEKDAY = re.compile(r"第?([一二三四五1-5])(?:个|周)?的?(?:周|星期|礼拜)([一二三四五六日天])")
_LAST_WEEKDAY = re.compile(r"最后(?:一)?个?(?:周|星期|礼拜)([一二三四五六日天])")
_NUMERALS = "一二三四五六七八九"
_WRITTEN_DAY = re.compile(rf"(?:(二|三)?(十))?([{_NUMERALS}])?(?:日|号)")
_DAY = re.compile(r"(?<!\d)(3[01]|[12]\d|0?[1-9])(?:日|号|$)")


def fixed_date(text: str, year: int, month: int) -> datetime.date | None:
    """Return the fixed day in a month, or None where the text names none.

    Reads "15", "每月15日", "每月十五日", "每月第二个星期五" and "每月最后一个周五"; a day the
    month does not have is its last one.
    """
    text = fold(text)
    last = monthrange(year, month)[1]
    if found := _LAST_WEEKDAY.search(text):
        end = datetime.date(year, month, last)
        return end - datetime.timedelta(days=(end.weekday() - _WEEKDAYS[found[1]]) % 7)
    if found := _WEEKDAY.search(text):
        first = datetime.date(year, month, 1)
        shift = (_WEEKDAYS[found[2]] - first.weekday()) % 7 + 7 * (_ORDINALS[found[1]] - 1)
        return datetime.date(year, month, min(shift + 1, last))
    if "最后一天" in text or "月末" in text:
        return datetime.date(year, month, last)
    if found := _DAY.search(text):
        return datetime.date(year, month, min(int(found[1]), last))
    if (found := _WRITTEN_DAY.search(text)) and (found[2] or found[3]):
        tens = ("一二三".index(found[1] or "一") + 1) * 10 if found[2] else 0
        ones = _NUMERALS.index(found[3]) + 1 if found[3] else 0
        return datetime.date(year, month, min(tens + ones, last))
    return None


@lru_cache(maxsize=4096)
def days_near(text: str, year: int, allowed: int) -> frozenset[datetime.date] | None:
    """Return the days within `allowed` days of a fixed day; None where there is none.

    The fixed days of the months before and after the year count too.
    """
    if not text:
        return None
    slots = [(year - 1, 12), *((year, m) for m in range(1, 13)), (year + 1, 1)]
    fixed = [day for day in (fixed_date(text, y, m) for y, m in slots) if day]
    if not fixed:
        return None
    return frozenset(
        day + datetime.timedelta(days=shift)
        for day in fixed
        for shift in range(-allowed, allowed + 1)
    )
