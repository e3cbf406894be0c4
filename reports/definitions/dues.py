"""党费收缴情况: what was due and paid in each quarter, by unit."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import add

from django.db.models import DecimalField, ExpressionWrapper, F, Sum, Value
from django.db.models.functions import Coalesce, Greatest, Least

from activities.models import MONTHS, DuesLedger, MemberDues
from reports.base import register
from reports.counting import Count, CountedReport, Share, listed

QUARTERS = {1: "一季度", 2: "二季度", 3: "三季度", 4: "四季度"}
_MONEY = DecimalField(max_digits=14, decimal_places=2)
_CENT = Decimal("0.01")


def _due(quarter: int) -> ExpressionWrapper:
    """Return what a row owes for a quarter: its monthly dues × its months in the quarter."""
    first, last = 3 * quarter - 2, 3 * quarter
    months = Least(F("last_month"), Value(last)) - Greatest(F("first_month"), Value(first)) + 1
    owed = Greatest(ExpressionWrapper(months, output_field=_MONEY), Value(Decimal(0)))
    return ExpressionWrapper(Coalesce(F("monthly"), Value(Decimal(0))) * owed, output_field=_MONEY)


def _paid(quarter: int):
    """Return what a row has paid for the months of a quarter."""
    months = [n for n in MONTHS if (n + 2) // 3 == quarter]
    return reduce(
        add, (Coalesce(F(f"paid_{n}"), Value(Decimal(0)), output_field=_MONEY) for n in months)
    )


@register
class Dues(CountedReport):
    """One row for each unit, due and paid by quarter; the list has each ledger."""

    slug = "dues"
    title = "党费收缴情况"
    description = "各单元每个季度应交、实交的党费和收缴率，逐个党组织列出。"
    order = 86
    unit_text = "元、%"
    noun = "元"
    sheet_name = "党费收缴"
    list_title = "各党组织党费"
    list_sheet = "党费明细"
    main = "paid"

    def lines(self, asked):
        """Return each ledger of the year that has members."""
        rows = MemberDues.objects.visible_to(asked.user).inside(asked.scope)
        rows = rows.filter(ledger__year=asked.year, ledger__withdrawn_at=None)
        sums = {f"due{q}": Sum(_due(q)) for q in QUARTERS}
        sums |= {f"paid{q}": Sum(_paid(q)) for q in QUARTERS}
        # Grouped by the number alone; names are looked up once for each ledger.
        of = {one["ledger"]: one for one in rows.order_by().values("ledger").annotate(**sums)}
        at = "organization__"
        keys = (f"{at}jurisdiction__path", f"{at}name", "pk", f"{at}school__place_id")
        ledgers = DuesLedger.objects.visible_to(asked.user).inside(asked.scope)
        ledgers = ledgers.filter(year=asked.year)
        for path, name, pk, place in ledgers.order_by(*keys[:3]).values_list(*keys):
            if pk not in of:
                continue
            money = {key: Decimal(of[pk][key] or 0).quantize(_CENT) for key in sums}
            yield {
                "row": asked.row(path, place),
                "name": name,
                **money,
                "due": sum((money[f"due{q}"] for q in QUARTERS), Decimal(0)),
                "paid": sum((money[f"paid{q}"] for q in QUARTERS), Decimal(0)),
            }

    def counts(self, asked):
        """Return due and paid of each quarter and of the year, and the share paid."""
        quarters = [
            Count(f"{key}{q}", label, words, of=f"{key}{q}", format="score")
            for q, words in QUARTERS.items()
            for key, label in (("due", "应交"), ("paid", "实交"))
        ]
        return [
            *quarters,
            Count("due", "应交", "全年", of="due", format="score"),
            Count("paid", "实交", "全年", of="paid", format="score"),
            Share("share", "收缴率", "paid", "due", "全年", "没有应交的党费"),
        ]

    def list_columns(self, asked):
        """Return the columns of the list."""
        quarters = [
            listed(f"{key}{q}", f"{words}{label}", 13, "score")
            for q, words in QUARTERS.items()
            for key, label in (("due", "应交"), ("paid", "实交"))
        ]
        return [
            listed("name", "党组织", 44),
            *quarters,
            listed("due", "全年应交", 13, "score"),
            listed("paid", "全年实交", 13, "score"),
        ]

    def notes(self, asked):
        """Return how what is due is worked out."""
        return ["应交 = 每名党员月应交 × 季度内应交月数；还没有核定计算基数的党员不计应交。"]
