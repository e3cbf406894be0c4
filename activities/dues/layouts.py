"""The official ledger of dues (党费收缴台账) of one organization and year."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal

from activities.dues.months import facts_of, last_ended, months_due
from activities.dues.rates import RULES, rate_words
from activities.models import MONTHS, DuesLedger, MemberDues
from sheets.layout import Column, Layout

PAID = "实交（元）"


def ledger_layout(ledger: DuesLedger, rows: Sequence[MemberDues], today: datetime.date) -> Layout:
    """Return the ledger as its official table, sums as live formulas."""
    ended = last_ended(ledger.year, today, quarterly=ledger.pays_quarterly)
    columns = [
        Column("no", "序号", "int", width=6),
        Column("name", "姓名", width=10),
        Column("base", "计算基数（元）", "score", width=12),
        Column("rate", "交纳比例", width=9),
        Column("monthly", "月应交（元）", "score", total="sum", width=10),
        Column("months", "应交月数", "int", width=7),
        *(Column(f"m{n}", f"{n}月", "score", group=PAID, total="sum", width=9) for n in MONTHS),
        Column("due", "全年应交（元）", "score", total="sum", formula="={monthly}*{months}"),
        Column("paid", "全年实交（元）", "score", total="sum", formula="=SUM({m1}:{m12})"),
        Column("so_far", "已到期月数", "int", width=7),
        Column(
            "arrears",
            "欠交（元）",
            "score",
            total="sum",
            formula=f"=MAX(0,{{monthly}}*{{so_far}}-SUM({{m1}}:{{m{ended}}}))" if ended else "=0",
        ),
        Column("remark", "备注", width=14),
    ]
    lines = [_line(number, row, today, ended) for number, row in enumerate(rows, 1)]
    summed = [column.key for column in columns if column.total]
    total = {key: sum((line[key] or Decimal(0) for line in lines), Decimal(0)) for key in summed}
    way = "经党支部同意按季度交纳" if ledger.pays_quarterly else "按月交纳"
    published = f"{ledger.published_on} 向党员公布" if ledger.published_on else "本年度还没有公布"
    return Layout(
        title=f"{ledger.organization.short_name}{ledger.year}年党费收缴台账",
        columns=columns,
        rows=lines,
        total=total,
        filler=ledger.organization.short_name,
        as_of=f"{today:%Y年%-m月%-d日}",
        unit_text="元",
        sheet_name=f"{ledger.year}年党费",
        prepared_by=ledger.collector,
        notes=(
            f"交纳比例按{RULES}；计算基数年初核定，年内一般不变。",
            f"{way}；欠交算到 {ended} 月。" if ended else f"{way}；还没有到期的月份。",
            published + "。",
            *_agreed(ledger),
        ),
    )


def _line(number: int, row: MemberDues, today: datetime.date, ended: int) -> dict:
    facts = facts_of(row)
    months = row.last_month - row.first_month + 1
    monthly = row.monthly or Decimal(0)
    paid = [amount or Decimal(0) for amount in row.paid]
    so_far = months_due(facts, today)
    return {
        "no": number,
        "name": row.member.name,
        "base": row.base,
        "rate": rate_words(row.payer, row.base),
        "monthly": row.monthly,
        "months": months,
        **{f"m{n}": amount for n, amount in zip(MONTHS, row.paid, strict=True)},
        "due": monthly * months,
        "paid": sum(paid, Decimal(0)),
        "so_far": so_far,
        "arrears": max(Decimal(0), monthly * so_far - sum(paid[:ended], Decimal(0))),
        "remark": row.remark or row.reduction_document,
    }


def _agreed(ledger: DuesLedger) -> tuple[str, ...]:
    """Return the line that says which quarters were agreed to, when and by whom."""
    words = [
        f"{one.get_quarter_display()} {one.agreed_on} {one.agreed_by}"
        for one in ledger.quarters.all()
    ]
    return (f"季度审核：{'；'.join(words)}。",) if words else ()
