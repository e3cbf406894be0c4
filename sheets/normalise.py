"""Bring the values of cells to one form: pure functions, no database, no clock.

Each `parse_*` takes the raw value of a cell (text, number, date or boolean, as the
reader gives it) and returns a plain Python value, None for an empty cell. What cannot
be read raises `CellError` with a reason code (docs: the codes of the import report),
the reason in Chinese and what to do about it.
"""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from stdnum.cn import ric

# Written where nothing applies.
EMPTY = frozenset(
    {"", "无", "-", "--", "—", "——", "–", "－", "/", "\\", "空", "暂无", "无。", "N/A"}
)
VACANT = frozenset({"空缺", "暂缺", "缺", "暂空", "待定"})
YES = frozenset({"是", "√", "✓", "✔", "☑", "有", "Y", "YES", "1", "TRUE", "对", "R"})
NO = frozenset({"否", "×", "✗", "✘", "X", "无", "N", "NO", "0", "FALSE", "没有", "非"})

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_BETWEEN_HAN = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_FULL_WIDTH_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
_DOTS = str.maketrans(dict.fromkeys("•．‧・∙", "·"))


class CellError(ValueError):
    """A cell that cannot be accepted: a code, the reason, and how to mend it."""

    def __init__(self, code: str, reason: str, fix: str = ""):
        super().__init__(reason)
        self.code, self.reason, self.fix = code, reason, fix


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


def plain(value: Any) -> str:
    """Return the cell as the text a person sees, whole numbers without ".0"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else f"{value:%F %H:%M}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value)


def fold(value: Any) -> str:
    """Return the form in which two texts are compared: no spaces, half-width, no marks."""
    return _fold(value if isinstance(value, str) else plain(value))


@lru_cache(maxsize=50_000)
def _fold(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))


def is_empty(value: Any) -> bool:
    """Tell whether a cell holds nothing, or a word for nothing (无, —, /)."""
    if value is None or value == "":
        return True
    return isinstance(value, str) and fold(value) in EMPTY


def parse_text(value: Any) -> str | None:
    """Return free text with tidy spaces and half-width digits, otherwise as written."""
    if is_empty(value):
        return None
    text = _INVISIBLE.sub("", plain(value)).translate(_FULL_WIDTH_DIGITS)
    text = re.sub(r"[^\S\n]+", " ", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    return text.lstrip("'").strip() or None


def parse_name(value: Any) -> str | None:
    """Return a name (of a person, school, body): no spaces between Chinese characters."""
    text = parse_text(value)
    if text is None:
        return None
    text = re.sub(r"\s+", " ", text).translate(_DOTS)
    return _BETWEEN_HAN.sub("", text)


def parse_names(value: Any) -> tuple[str, ...]:
    """Return several names written in one cell, parted by 、 or line breaks."""
    text = parse_text(value)
    if text is None:
        return ()
    parts = re.split(r"[、\n;；,，]+", text)
    return tuple(name for part in parts if (name := parse_name(part)))


_CHINESE_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys(
    "零○O", "0"
)


def _chinese_number(text: str) -> int | None:
    """Return a number up to 99 written in Chinese (三, 十二, 二十), or None."""
    match = re.fullmatch(r"([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)", text)
    if not match or not text:
        return None
    tens, ten, ones = match.groups()
    if not ten:
        return int(_CHINESE_DIGITS[text]) if len(text) == 1 else None
    return 10 * int(_CHINESE_DIGITS.get(tens, "1")) + int(_CHINESE_DIGITS.get(ones, "0"))


def parse_int(value: Any, *, limit: int = 9_999_999) -> int | None:
    """Return a whole number of people or things: 15, "15人", "１５", "1,234"."""
    if is_empty(value):
        return None
    error = CellError(
        "NUMBER_INVALID", f"应为数字，填的是“{plain(value)[:20]}”", "请填阿拉伯数字，不写“约”等字"
    )
    if isinstance(value, bool):
        raise error
    if isinstance(value, int | float):
        number = Decimal(str(value))
    else:
        text = fold(value).lstrip("'")
        text = re.sub(r"(人|名|个|所|位|次|分|年)$", "", text)
        if re.fullmatch(r"\d{1,3}(,\d{3})+", text):
            text = text.replace(",", "")
        if not re.fullmatch(r"\d+(\.0+)?", text):
            raise error
        number = Decimal(text)
    if not number.is_finite() or number != int(number) or not 0 <= number <= limit:
        raise error
    return int(number)


def parse_years(value: Any) -> int | None:
    """Return a term of office in years: 3, "3年", "三年"."""
    if is_empty(value):
        return None
    chinese = _chinese_number(fold(value).removesuffix("年")) if isinstance(value, str) else None
    years = chinese if chinese is not None else parse_int(value)
    if years is None or not 1 <= years <= 5:
        raise CellError(
            "NUMBER_INVALID", f"任期应为 1—5 年，填的是“{plain(value)[:20]}”", "支部填 3，党委填 5"
        )
    return years


def parse_score(value: Any) -> Decimal | None:
    """Return a score of 0 to 100 with two decimals: 92.5, "92.5分"."""
    if is_empty(value):
        return None
    text = fold(value).removesuffix("分") if isinstance(value, str) else str(value)
    try:
        score = Decimal(text)
    except InvalidOperation:
        raise CellError(
            "NUMBER_INVALID", f"得分应为数字，填的是“{plain(value)[:20]}”", "请填 0—100 的数字"
        )
    if isinstance(value, bool) or not score.is_finite():
        raise CellError("NUMBER_INVALID", "得分应为数字", "请填 0—100 的数字")
    if not 0 <= score <= 100:
        raise CellError("SCORE_RANGE", f"得分 {score} 超出 0—100", "请核对得分")
    return score.quantize(Decimal("0.01"))


def parse_rate(
    value: Any, *, expected: Decimal | None = None, percent_header: bool = False
) -> Decimal | None:
    """Return a rate as a fraction of 1: "50%", "５０％", 0.5, or 50 under a "%" heading.

    A bare number up to 1 may be a fraction or a percentage; `expected` (passed ÷ due,
    where known) decides, and must agree within 0.6 points (RATE_MISMATCH).
    """
    if is_empty(value):
        return None
    invalid = CellError(
        "NUMBER_INVALID", f"达标率应为百分数，填的是“{plain(value)[:20]}”", "例如 42.9%"
    )
    if isinstance(value, bool):
        raise invalid
    text = fold(value)
    try:
        number = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        raise invalid
    if not number.is_finite():
        raise invalid
    if isinstance(value, str) and text.endswith("%"):
        readings = [number / 100]
    elif percent_header:
        readings = [number / 100, number] if abs(number) <= 1 else [number / 100]
    else:
        readings = [number, number / 100] if abs(number) <= 1 else [number / 100]
    if expected is not None:
        readings.sort(key=lambda rate: abs(rate - expected))
    rate = readings[0]
    if not 0 <= rate <= 1:
        raise CellError("RATE_RANGE", f"达标率 {text} 超出 0—100%", "请核对达标率")
    if expected is not None and abs(rate - expected) > Decimal("0.006"):
        raise CellError(
            "RATE_MISMATCH",
            f"达标率 {text} 与达标数÷应评数（{expected:.1%}）不符",
            "请核对达标数、应评数和达标率",
        )
    return rate.quantize(Decimal("0.0001"))


def parse_bool(value: Any) -> bool | None:
    """Return 是/√/有/Y/1 as True, 否/×/无/N/0 as False, an empty cell as None."""
    if isinstance(value, bool):
        return value
    text = fold(value).upper()
    if text in YES:
        return True
    if text in NO:
        return False
    if is_empty(value):
        return None
    raise CellError("ENUM_INVALID", f"应填“是”或“否”，填的是“{plain(value)[:20]}”", "请填 是 或 否")


def parse_choice(value: Any, choices: Mapping[str, Any]) -> Any:
    """Return the value that stands in `choices` under the folded text of the cell."""
    if is_empty(value):
        return None
    text = fold(value)
    if text in choices:
        return choices[text]
    allowed = "、".join(dict.fromkeys(choices))
    if len(allowed) > 80:
        allowed = allowed[:80].rsplit("、", 1)[0] + " 等"
    raise CellError("ENUM_INVALID", f"“{plain(value)[:20]}”不在可填的选项里", f"可填：{allowed}")


# --- Dates ---------------------------------------------------------------------------

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
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", value)).strip().lstrip("'").strip()
    compact = re.sub(r"\s+", "", text)
    if re.fullmatch(r"\d+(\.0)?", compact):
        return _from_digits(value, compact.removesuffix(".0"), date_1904)
    if match := _FULL.fullmatch(text):
        return _make(value, *(int(part) for part in match.groups()))
    if match := _MONTH.fullmatch(text):
        return _make(value, int(match[1]), int(match[2]))
    if match := _CHINESE.fullmatch(compact):
        digits = int("".join(_CHINESE_DIGITS[c] for c in match[1]))
        month = _chinese_number(match[2])
        day = _chinese_number(match[3]) if match[3] else None
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


# --- ID numbers ----------------------------------------------------------------------


def parse_id_number(value: Any, *, today: datetime.date) -> str | None:
    """Return an 18-character resident ID number (GB 11643) whose check digit fits.

    The division code of the first six digits is not looked up: codes are abolished.
    """
    if isinstance(value, bool):
        raise CellError("ID_FORMAT", "身份证号格式不对", "应为 18 位，末位可以是 X")
    if isinstance(value, int | float):
        if abs(value) >= 1e15:
            raise CellError(
                "ID_PRECISION_LOST",
                "身份证号以数值保存，后三位已丢失",
                "请把这一列设为“文本”后重新录入",
            )
        value = plain(value)
    if is_empty(value):
        return None
    text = re.sub(
        r"[\s'‘’`\-_.,。]", "", unicodedata.normalize("NFKC", _INVISIBLE.sub("", str(value)))
    ).upper()
    if re.fullmatch(r"\d+E\+?\d+", text):
        raise CellError(
            "ID_PRECISION_LOST",
            "身份证号以科学记数法保存，后三位已丢失",
            "请把这一列设为“文本”后重新录入",
        )
    if text and text[-1] in "×*✕":
        text = text[:-1] + "X"
    if not re.fullmatch(r"\d+[\dX]", text):
        raise CellError("ID_FORMAT", "身份证号格式不对", "应为 17 位数字加 1 位数字或 X")
    if len(text) != 18:
        old = "，15 位旧号已停用" if len(text) == 15 else ""
        raise CellError("ID_LENGTH", f"身份证号位数不对（{len(text)} 位{old}）", "请填 18 位号码")
    try:
        born = id_birth_date(text)
    except ValueError:
        raise CellError("ID_FORMAT", "身份证号中的出生日期不存在", "请核对第 7—14 位")
    if born > today:
        raise CellError("ID_BIRTH_FUTURE", "身份证号中的出生日期晚于今天", "请核对第 7—14 位")
    if text[-1] != ric.calc_check_digit(text):
        raise CellError("ID_CHECK_DIGIT", "身份证号校验码错误", "请对照身份证逐位核对")
    return text


def id_birth_date(number: str) -> datetime.date:
    """Return the birth date in a valid ID number."""
    return datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def id_is_male(number: str) -> bool:
    """Tell the sex in a valid ID number: an odd 17th digit is 男."""
    return int(number[16]) % 2 == 1
