"""The forms of a ledger, of one member's row, and of a month of a whole ledger."""

from __future__ import annotations

from copy import copy
from decimal import Decimal
from typing import Any

from django import forms
from django.db import models
from django.utils import timezone

from activities.dues.agreeing import agreed_days, early, open_quarters, refusal
from activities.dues.months import DuesFacts, facts_of, paid_too_late, period_end
from activities.dues.rates import ARTICLES, RULES, monthly_dues, rate_words
from activities.dues.services import lay_out
from activities.models import MONTHS, DuesLedger, DuesQuarter, MemberDues, Quarter
from schools.act_forms import ActForm
from schools.form_fields import DayField
from schools.record_forms import RecordForm


def field_of(field: models.Field, **kwargs: Any) -> forms.Field | None:
    """Return the form field of a model field: amounts and days as people type them."""
    if isinstance(field, models.DateField):
        return DayField(label=field.verbose_name, required=not field.blank, help_text="")
    found = field.formfield(**kwargs)
    if isinstance(found, forms.DecimalField | forms.IntegerField):
        mode = "decimal" if isinstance(found, forms.DecimalField) else "numeric"
        found.widget = forms.TextInput(attrs={"inputmode": mode, "size": 8})
        found.error_messages["invalid"] = f"{field.verbose_name}应为数字。"
    return found


class LedgerForm(RecordForm):
    """How the dues of an organization are paid in a year, and when they were published."""

    groups = (
        ("交纳方式", ("pays_quarterly", "quarterly_agreed_on", "quarterly_agreed_by", "collector")),
        ("公布", ("published_on", "published_how", "remark")),
    )
    scored = {
        "pays_quarterly": "D3 按月还是按季核对是否按时",
        "published_on": "D3 每年向党员公布一次",
    }
    reasons = frozenset({"pays_quarterly"})

    class Meta:
        model = DuesLedger
        fields = [
            "pays_quarterly",
            "quarterly_agreed_on",
            "quarterly_agreed_by",
            "collector",
            "published_on",
            "published_how",
            "remark",
        ]
        formfield_callback = field_of
        help_texts = {
            "quarterly_agreed_on": "特殊情况经党支部同意，可以每季度交纳一次",
            "quarterly_agreed_by": "如“3 月党员大会”",
            "published_how": "如“党员大会通报”“党务公开栏”",
        }

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("pays_quarterly") and not cleaned.get("quarterly_agreed_on"):
            self.add_error("quarterly_agreed_on", "按季度交纳要经党支部同意，请填同意的时间。")
        day = cleaned.get("published_on")
        if day and day.year < self.instance.year:
            self.add_error("published_on", f"早于台账年度 {self.instance.year} 年，请核对。")
        return cleaned


class MemberDuesForm(RecordForm):
    """One member's row: what he owes, and twelve months of payments."""

    groups = (
        (
            "核定",
            ("payer", "base", "monthly", "reduction_document", "first_month", "last_month"),
        ),
        ("各月实交", tuple(f"{name}_{n}" for n in MONTHS for name in ("paid", "paid_on"))),
        ("备注", ("remark",)),
    )
    scored = {"base": "月应交按基数和比例计算", "paid_1": "D3 按时足额交纳"}
    reasons = frozenset({"payer", "base", "monthly"})

    class Meta:
        model = MemberDues
        fields = [
            "payer",
            "base",
            "monthly",
            "reduction_document",
            "first_month",
            "last_month",
            *(f"{name}_{n}" for n in MONTHS for name in ("paid", "paid_on")),
            "remark",
        ]
        formfield_callback = field_of

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["base"].help_text = "每年初核定，年内一般不变；工资取税后相对固定的部分"
        self.fields["monthly"].help_text = "空着就按基数计算；少交、免交的填减免后的数"
        self.fields["reduction_document"].help_text = "少交、免交要报上一级党委批准，填批准文号"

    def clean(self):
        cleaned = super().clean()
        payer, base, monthly = (cleaned.get(n) for n in ("payer", "base", "monthly"))
        worked_out = monthly_dues(payer, base) if payer else None
        if monthly is None and not self.has_error("monthly"):
            cleaned["monthly"] = worked_out
        elif worked_out is not None and monthly is not None and monthly < worked_out:
            self._check_reduction(cleaned, payer, base, worked_out)
        first, last = cleaned.get("first_month"), cleaned.get("last_month")
        for n in MONTHS:
            self._check_month(cleaned, n, first, last)
        if not self.errors:
            self._check_agreed(cleaned)
        return cleaned

    def _check_agreed(self, cleaned) -> None:
        after = tuple((cleaned.get(f"paid_{n}"), cleaned.get(f"paid_on_{n}")) for n in MONTHS)
        agreed = agreed_days(self.instance.ledger)
        if why := refusal(self.instance.payments, after, agreed):
            self.add_error(None, why)

    def _check_reduction(self, cleaned, payer, base, worked_out: Decimal) -> None:
        same_base = not {"payer", "base"} & set(self.changed_data)
        if not cleaned.get("reduction_document"):
            rule = f"{RULES}{ARTICLES[payer]}"
            hint = "" if same_base else "基数改了的，请清空月应交，由系统重算。"
            self.add_error(
                "monthly",
                f"按{rate_words(payer, base)}应交 {worked_out} 元（{rule}）。"
                f"少交、免交的，请填减免依据。{hint}",
            )

    def _check_month(self, cleaned, n: int, first: int | None, last: int | None) -> None:
        amount, day = cleaned.get(f"paid_{n}"), cleaned.get(f"paid_on_{n}")
        if day and not amount and not self.has_error(f"paid_{n}"):
            self.add_error(f"paid_{n}", f"填了交纳日期 {day}，没有填金额。")
        if amount and first and last and not first <= n <= last:
            self.add_error(f"paid_{n}", f"应交 {first}—{last} 月，{n} 月不用交。请核对月份。")
        changed = {f"paid_{n}", f"paid_on_{n}"} & set(self.changed_data)
        if changed and day and amount and not cleaned.get("reason"):
            facts = self._facts(cleaned)
            if paid_too_late(facts, n):
                end = period_end(facts.year, n, quarterly=facts.quarterly)
                self.add_error(
                    "reason",
                    f"{n} 月的党费 {day} 才补交，{end} 到期，超过 6 个月（{RULES}第十二条）。"
                    "请写明原因。",
                )

    def _facts(self, cleaned) -> DuesFacts:
        row = MemberDues(ledger=self.instance.ledger)
        for n in MONTHS:
            for name in (f"paid_{n}", f"paid_on_{n}"):
                setattr(row, name, cleaned.get(name))
        return facts_of(row)


class AgreeForm(ActForm):
    """Which quarter of a ledger is agreed to, when and by whom."""

    quarter = forms.TypedChoiceField(label="季度", coerce=lambda value: Quarter(int(value)))
    day = DayField(label="审核日期")
    by = forms.CharField(
        label="审核人或会议", max_length=60, help_text="如“支委会”“组织委员李某某”"
    )

    def prepare(self):
        today = timezone.localdate()
        self.fields["quarter"].choices = [
            (quarter.value, quarter.label) for quarter in open_quarters(self.record, today)
        ]
        self.fields["day"].initial = today
        del self.fields["reason"]


class QuarterForm(RecordForm):
    """When a quarter was agreed to, and by whom."""

    reasons = frozenset({"agreed_on", "agreed_by"})

    class Meta:
        model = DuesQuarter
        fields = ["agreed_on", "agreed_by"]
        formfield_callback = field_of

    def clean_agreed_on(self):
        """A quarter is agreed to when it is over."""
        day = self.cleaned_data["agreed_on"]
        if why := early(self.instance.ledger, Quarter(self.instance.quarter), day):
            raise forms.ValidationError(why)
        return day


class MonthForm(forms.Form):
    """What each member of a ledger paid for one month, or for a quarter.

    `rows` are those that owe the months. With each amount goes what it was when the page
    was opened: what somebody else has filled in meanwhile is not written over.
    """

    paid_on = DayField(label="交纳日期", help_text="这一页新填、改过的都记这一天")

    def __init__(self, *args: Any, rows: list[MemberDues], months: list[int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.rows, self.months = rows, months
        self.agreed = agreed_days(rows[0].ledger) if rows else {}
        self.fields["paid_on"].initial = timezone.localdate()
        self.fields["paid_on"].error_messages["required"] = "请填写交纳日期。"
        for row in rows:
            shown = self.amount(row)
            self.fields[f"paid_{row.pk}"] = forms.DecimalField(
                label=f"{row.member.name}实交",
                required=False,
                min_value=0,
                max_digits=8,
                decimal_places=2,
                initial=shown,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 8}),
                error_messages={
                    "invalid": "应为数字。",
                    "min_value": "金额不能是负数。",
                    "max_decimal_places": "最多两位小数。",
                },
            )
            self.fields[f"seen_{row.pk}"] = forms.CharField(
                required=False, initial=text(shown), widget=forms.HiddenInput
            )

    def amount(self, row: MemberDues) -> Decimal | None:
        """Return what a row has paid for the months of the page."""
        found = [a for n in self.months if (a := getattr(row, f"paid_{n}")) is not None]
        return sum(found, Decimal(0)) if found else None

    def due(self, row: MemberDues) -> Decimal | None:
        """Return what a row owes for the months of the page."""
        count = sum(row.first_month <= n <= row.last_month for n in self.months)
        return None if row.monthly is None else row.monthly * count

    def clean(self):
        cleaned = super().clean()
        for row in self.rows:
            name = f"paid_{row.pk}"
            stored, typed = self.amount(row), cleaned.get(name)
            if name not in cleaned or typed == stored:
                continue
            if text(stored) != cleaned.get(f"seen_{row.pk}", ""):
                now = f"{stored} 元" if stored is not None else "空"
                self.add_error(name, f"您打开后有人改为{now}，请核对后再填。")
            elif self.agreed and (day := cleaned.get("paid_on")):
                after = copy(row)
                lay_out(after, self.months, typed, day)
                if why := refusal(row.payments, after.payments, self.agreed):
                    self.add_error(name, why)
        return cleaned

    def paid(self) -> dict[int, tuple[Decimal | None, Any]]:
        """Return the amounts that differ from what is stored, with the day, by key of the row."""
        day = self.cleaned_data["paid_on"]
        return {
            row.pk: (typed, day if typed is not None else None)
            for row in self.rows
            if (typed := self.cleaned_data[f"paid_{row.pk}"]) != self.amount(row)
        }


def text(amount: Decimal | None) -> str:
    """Return an amount as the hidden fields carry it."""
    return "" if amount is None else f"{amount:.2f}"
