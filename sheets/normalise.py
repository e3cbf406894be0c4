"""Bring the values of cells to one form: pure functions, no database, no clock.

Each `parse_*` takes the raw value of a cell (text, number, date or boolean, as the
reader gives it) and returns a plain Python value, None for an empty cell. What cannot
be read raises `CellError` with a reason code (docs: the codes of the import report),
the reason in Chinese and what to do about it.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
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

INVISIBLE = re.compile(
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
    if text.isascii() and text.isprintable():
        return text.replace(" ", "")
    return "".join(unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).split())


def is_empty(value: Any) -> bool:
    """Tell whether a cell holds nothing, or a word for nothing (无, —, /)."""
    if value is None or value == "":
        return True
    return isinstance(value, str) and fold(value) in EMPTY


class Masked(str):
    """A personal number as it is shown to those who may not see it whole."""

    __slots__ = ()


def is_masked(value: Any) -> bool:
    """Tell whether a cell holds a number of which the middle is hidden by stars."""
    return isinstance(value, str) and re.fullmatch(r"\w*\*{3,}\w*", fold(value)) is not None


def parse_text(value: Any) -> str | None:
    """Return free text with tidy spaces and half-width digits, otherwise as written."""
    if is_empty(value):
        return None
    text = INVISIBLE.sub("", plain(value)).translate(_FULL_WIDTH_DIGITS)
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


CHINESE_DIGITS = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | dict.fromkeys(
    "零○O", "0"
)


def chinese_number(text: str) -> int | None:
    """Return a number up to 99 written in Chinese (三, 十二, 二十), or None."""
    match = re.fullmatch(r"([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)", text)
    if not match or not text:
        return None
    tens, ten, ones = match.groups()
    if not ten:
        return int(CHINESE_DIGITS[text]) if len(text) == 1 else None
    return 10 * int(CHINESE_DIGITS.get(tens, "1")) + int(CHINESE_DIGITS.get(ones, "0"))


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


def parse_amount(value: Any) -> Decimal | None:
    """Return a sum of money in yuan with two decimals: 15, "15.00元", "1,234.5"."""
    if is_empty(value):
        return None
    error = CellError(
        "NUMBER_INVALID", f"金额应为数字，填的是“{plain(value)[:20]}”", "请填阿拉伯数字，单位元"
    )
    text = str(value) if isinstance(value, int | float) else fold(value).lstrip("'¥")
    text = text.removesuffix("元")
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise error
    if isinstance(value, bool) or not amount.is_finite() or not 0 <= amount < 1_000_000:
        raise error
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def parse_years(value: Any) -> int | None:
    """Return a term of office in years: 3, "3年", "三年"."""
    if is_empty(value):
        return None
    chinese = chinese_number(fold(value).removesuffix("年")) if isinstance(value, str) else None
    years = chinese if chinese is not None else parse_int(value)
    if years is None or not 1 <= years <= 5:
        raise CellError(
            "NUMBER_INVALID", f"任期应为 1—5 年，填的是“{plain(value)[:20]}”", "支部填 3，党委填 5"
        )
    return years


def parse_year(value: Any) -> int | None:
    """Return a calendar year: 2023, "2023年", "2023年度"."""
    if is_empty(value):
        return None
    text = re.sub(r"年度?$", "", fold(value))
    if isinstance(value, bool) or not re.fullmatch(r"(19|20)\d{2}", text):
        raise CellError(
            "NUMBER_INVALID", f"应为年度，填的是“{plain(value)[:20]}”", "请填四位年份，例如 2025"
        )
    return int(text)


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
    where known) decides, and must agree within 0.6 points (RATE_MISMATCH). Without it a
    number below 1 is a fraction, and 1 is what the heading says.
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
        # Below 1 it is the fraction behind a cell shown in per cent: rates are whole.
        readings = [number, number / 100] if abs(number) < 1 else [number / 100, number]
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
        allowed = allowed[:80].rsplit("、", 1)[0] + "等"
    raise CellError("ENUM_INVALID", f"“{plain(value)[:20]}”不在可填的选项里", f"可填：{allowed}")


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
        r"[\s'‘’`\-_.,。]", "", unicodedata.normalize("NFKC", INVISIBLE.sub("", str(value)))
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
