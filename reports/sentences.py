"""What the tables of reports say in words: pieces of sentences made of a `Layout`.

Fixed patterns over the cells of the table: the same table gives the same text. Beside the
columns a row may hold `losses`, its main losses in words, and the total `whole`, what the
whole scope is called ("全市").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reports.counts import points
from sheets.layout import Layout, plain, text

# Rows named one by one; of more only the first are.
NAMED = 3

Values = Mapping[str, Any]


def number(row: Values, key: str) -> int:
    """Return a count of a row; 0 where there is none."""
    return int(plain(row.get(key)) or 0)


def exact_rate(row: Values, prefix: str = "") -> Fraction | None:
    """Return passed ÷ due of a row exactly, None where nothing is due."""
    due = number(row, f"{prefix}due")
    return Fraction(number(row, f"{prefix}passed"), due) if due else None


def rate_words(row: Values) -> str:
    """Return a rate with its counts: "33%（4/12）"."""
    counts = f"{number(row, 'passed'):,}/{number(row, 'due'):,}"
    return f"{text(row['rate'], 'percent')}（{counts}）"


def whole(layout: Layout) -> str:
    """Return what the total is called in sentences."""
    return str((layout.total or {}).get("whole") or layout.total_label)


def name(row: Values) -> str:
    """Return the heading of a row."""
    return text(row["name"])


def names(rows: Iterable[Values]) -> str:
    """Return the headings of rows: "东区、西县", of many the first "等 n 个"."""
    found = [name(row) for row in rows]
    more = f"等 {len(found)} 个" if len(found) > NAMED else ""
    return "、".join(found[:NAMED]) + more


def moved(change: Decimal, *, since: str) -> str:
    """Return a change in percentage points: "比上年提高 4.0 个百分点"."""
    if not change:
        return f"与{since}持平"
    return f"比{since}{'提高' if change > 0 else '降低'} {abs(change)} 个百分点"


def against(rate: Fraction, whole_rate: Fraction, of: str) -> str:
    """Return how a rate stands to the whole: "低于全市 16.7 个百分点"."""
    gap = points(rate - whole_rate)
    if not gap:
        return f"与{of}持平"
    return f"{'高于' if gap > 0 else '低于'}{of} {abs(gap)} 个百分点"


def rates(layout: Layout) -> list[str]:
    """Return what a table of due, passed and rate says: the whole, its ends, the lowest rows."""
    total = layout.total or {}
    of, whole_rate = whole(layout), exact_rate(total)
    if whole_rate is None:
        return [f"{of}没有应评的党组织，所以没有达标率。"]
    change = plain(total.get("change"))
    since = "" if change is None else f"，{moved(_tenths(change), since='上年')}"
    said = [f"{of}达标率 {rate_words(total)}{since}。"]
    rated = [(row, rate) for row in layout.rows if (rate := exact_rate(row)) is not None]
    if len(rated) < 2:
        return said
    high, low = (end(rate for _, rate in rated) for end in (max, min))
    if high == low:
        return [*said, f"{len(rated)} 行的达标率相同。"]
    ends = []
    for word, rate in (("最高", high), ("最低", low)):
        rows = [row for row, its in rated if its == rate]
        tied = "并列" if len(rows) > 1 else ""
        ends.append(f"{names(rows)} {text(rows[0]['rate'], 'percent')} {tied}{word}")
    said.append(f"{'，'.join(ends)}，相差 {points(high - low)} 个百分点。")
    below = sorted((pair for pair in rated if pair[1] < whole_rate), key=lambda pair: pair[1])
    for row, rate in below[:NAMED]:
        losses = f"，主要失分：{row['losses']}" if row.get("losses") else ""
        said.append(f"{name(row)} {rate_words(row)}，{against(rate, whole_rate, of)}{losses}。")
    return said


def ranked(
    layout: Layout, key: str, *, rows: Sequence[Values] | None = None
) -> list[tuple[Values, int]]:
    """Return the rows that have something under `key` with their counts, the largest first."""
    found = [(row, number(row, key)) for row in (list(layout.rows) if rows is None else rows)]
    return sorted((pair for pair in found if pair[1]), key=lambda pair: -pair[1])


def counted(pairs: Sequence[tuple[Values, int]], noun: str) -> str:
    """Return counts by row: "东区 3 所、西县 1 所", of many the first."""
    more = "等" if len(pairs) > NAMED else ""
    return "、".join(f"{name(row)} {count:,} {noun}" for row, count in pairs[:NAMED]) + more


def _tenths(change: float | Decimal) -> Decimal:
    return points(Fraction(change) / 100)
