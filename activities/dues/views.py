"""The list of organizations by their dues, a ledger of twelve months, and filling in a month."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.history import Act
from accounts.limits import limited
from activities.dues import agreeing, services
from activities.dues.filters import KINDS, DuesFilter
from activities.dues.forms import MonthForm
from activities.dues.layouts import ledger_layout
from activities.dues.months import (
    STREAK,
    Mark,
    arrears,
    facts_of,
    last_ended,
    marks,
    paid_too_late,
    unpaid_streak,
)
from activities.dues.pages import address
from activities.dues.rates import rate_words
from activities.dues.sums import Sums, sums_by_organization, sums_of
from activities.dues.tables import DuesTable
from activities.models import MONTHS, DuesLedger, MemberDues, Quarter
from orgs.models import Organization
from schools.access import EDIT, READ, RECORDS, needs
from schools.asked import year_asked
from schools.bodies import set_bodies
from schools.exporting import export
from schools.lists import ListPage, Shortcut

# Mark of a month → CSS class of its cell.
CSS = {
    Mark.PAID: "ok",
    Mark.LATE: "late",
    Mark.PART: "due",
    Mark.UNPAID: "miss",
    Mark.WAITING: "wait",
    Mark.NOT_DUE: "na",
}


class DuesList(ListPage):
    title = "党费"
    counter, noun = "个", "党组织"
    table_class = DuesTable
    filterset_class = DuesFilter
    default_order = ("jurisdiction__path", "name")
    shortcuts = (
        Shortcut("有人欠交", "state=behind"),
        Shortcut("还没有台账", "state=none"),
        Shortcut("没有公布", "published=no"),
    )
    import_kind = "dues"
    above = "activities/dues/_sums.html"
    empty_title = "没有这样的党组织"
    empty_text = "党费台账按党支部登记，党支部登记后才能建立台账。"

    @property
    def lead(self):
        return "按月或按季交纳，每年公布一次；应交、欠交算到今天已经到期的月份"

    @property
    def sheet_title(self):
        return f"{self.year}年党费收缴情况一览表"

    @cached_property
    def today(self) -> datetime.date:
        return timezone.localdate()

    @property
    def year(self) -> int:
        return self.filterset.chosen_year

    def rows(self):
        return Organization.objects.filter(kind__in=KINDS).select_related("jurisdiction")

    def enrich(self, records):
        set_bodies(records)
        ledgers = DuesLedger.objects.filter(organization__in=records, year=self.year)
        found = {ledger.organization_id: ledger for ledger in ledgers}
        rows = MemberDues.objects.filter(ledger__in=ledgers)
        sums = sums_by_organization(rows, self.year, self.today)
        for record in records:
            record.ledger = found.get(record.pk)
            record.sums = sums.get(record.pk, Sums()) if record.ledger else None
        return records

    def context(self):
        rows = MemberDues.objects.filter(
            ledger__organization__in=self.filterset.qs.order_by().values("pk"),
            ledger__withdrawn_at=None,
        )
        context = super().context()
        return context | {"sums": sums_of(rows, self.year, self.today), "year": self.year}


@dataclass(frozen=True, slots=True)
class Cell:
    """One month of a member as the page shows it."""

    month: int
    mark: Mark
    amount: Decimal | None
    paid_on: datetime.date | None
    too_late: bool

    @property
    def css(self) -> str:
        """The class of the mark."""
        return CSS[self.mark]

    @property
    def word(self) -> str:
        """What stands in the cell: the amount, or the mark in words."""
        if self.amount:
            return f"{self.amount:,.2f}"
        return "—" if self.mark == Mark.NOT_DUE else self.mark.value


@dataclass(frozen=True, slots=True)
class Line:
    """One member of a ledger as the page shows him."""

    row: MemberDues
    rate: str
    cells: list[Cell]
    due: Decimal
    paid: Decimal
    arrears: Decimal
    streak: int

    @property
    def is_long_unpaid(self) -> bool:
        """Whether nothing was paid for six months in a row."""
        return self.streak >= STREAK


@needs(READ)
@limited(RECORDS)
@require_safe
def ledger(request, pk):
    """Show the dues of an organization in a year, twelve months for each member."""
    organization = _visible(request, pk)
    today = timezone.localdate()
    year = _year(request, today)
    found = DuesLedger.objects.filter(organization=organization, year=year).first()
    rows = _rows(found)
    may_edit = _may_edit(request.user, organization)
    if request.GET.get("format") == "xlsx":
        if found is None:
            raise Http404
        found.organization = organization
        layout = ledger_layout(found, rows, today)
        return export(layout, user=request.user, action="dues_ledger.export", obj=found)
    lines = _lines(rows, year, today)
    years = set(organization.dues_ledgers.filter(withdrawn_at=None).values_list("year", flat=True))
    context = {
        "organization": organization,
        "body": organization.body,
        "ledger": found,
        "year": year,
        "years": sorted(years | {year, today.year}, reverse=True),
        "lines": lines,
        "months": MONTHS,
        "totals": [sum((c.amount or 0 for c in month), Decimal(0)) for month in _columns(lines)],
        "due": sum((line.due for line in lines), Decimal(0)),
        "paid": sum((line.paid for line in lines), Decimal(0)),
        "arrears": sum((line.arrears for line in lines), Decimal(0)),
        "monthly": sum((line.row.monthly or 0 for line in lines), Decimal(0)),
        "behind": [line for line in lines if line.arrears],
        "long_unpaid": [line for line in lines if line.is_long_unpaid],
        "without_base": [line for line in lines if line.row.monthly is None],
        "ended": last_ended(year, today, quarterly=bool(found and found.pays_quarterly)),
        "quarters": _quarters(found, lines, today),
        "missing": _missing(organization, found, year) if may_edit else 0,
        "may_edit": may_edit,
        "can_export": request.user.has_perm("reports.export"),
        "next": _next(found, today),
    }
    return render(request, "activities/dues/ledger.html", context)


def _quarters(
    ledger: DuesLedger | None, lines: list[Line], today: datetime.date
) -> list[agreeing.QuarterShown]:
    if ledger is None:
        return []
    rows = ((line.row, [cell.mark for cell in line.cells]) for line in lines)
    return agreeing.shown(ledger, rows, today)


def _visible(request, pk: int) -> Organization:
    rows = Organization.objects.visible_to(request.user).select_related("jurisdiction__place")
    organization = get_object_or_404(rows, pk=pk)
    set_bodies([organization])
    return organization


def _may_edit(user, organization: Organization) -> bool:
    if not user.has_perm(EDIT):
        return False
    return Organization.objects.editable_by(user).filter(pk=organization.pk).exists()


def _year(request, today: datetime.date) -> int:
    return year_asked(request, today.year, today.year + 1)


def _rows(ledger: DuesLedger | None) -> list[MemberDues]:
    if ledger is None:
        return []
    rows = list(
        MemberDues.objects.filter(ledger=ledger)
        .select_related("member")
        .defer("member__id_number", "member__phone")
        .order_by("member__employment", "member__name", "pk")
    )
    for row in rows:
        row.ledger = ledger
    return rows


def _lines(rows: list[MemberDues], year: int, today: datetime.date) -> list[Line]:
    before: dict[int, list[list[Mark]]] = {}
    earlier = MemberDues.objects.filter(
        member__in=[row.member_id for row in rows], ledger__year=year - 1
    )
    for row in earlier.select_related("ledger").order_by("first_month"):
        before.setdefault(row.member_id, []).append(marks(facts_of(row), today))
    lines = []
    for row in rows:
        facts = facts_of(row)
        found = marks(facts, today)
        cells = [
            Cell(n, found[n - 1], row.paid[n - 1], row.paid_on[n - 1], paid_too_late(facts, n))
            for n in MONTHS
        ]
        lines.append(
            Line(
                row,
                rate_words(row.payer, row.base),
                cells,
                (row.monthly or Decimal(0)) * (row.last_month - row.first_month + 1),
                sum((amount or Decimal(0) for amount in row.paid), Decimal(0)),
                arrears(facts, today),
                unpaid_streak([*before.get(row.member_id, []), found]),
            )
        )
    return lines


def _columns(lines: list[Line]) -> list[list[Cell]]:
    return [[line.cells[n - 1] for line in lines] for n in MONTHS]


def _missing(organization: Organization, ledger: DuesLedger | None, year: int) -> int:
    """Return how many members of the register have no row in the ledger."""
    members = services.months_of_members(organization, year)
    if ledger is None:
        return len(members)
    known = set(MemberDues.objects.filter(ledger=ledger).values_list("member", flat=True))
    return len(set(members) - known)


def _next(ledger: DuesLedger | None, today: datetime.date) -> str:
    """Return the period to fill in now, as the page of a month takes it."""
    if ledger is None:
        return ""
    month = today.month if ledger.year == today.year else 12
    return f"q{(month + 2) // 3}" if ledger.pays_quarterly else str(month)


@require_POST
def fill(request, pk):
    """Open the ledger of a year, or bring its members up to the register."""
    organization = _editable(request, pk)
    year = _year_posted(request)
    act = Act(request.user, source="党费台账")
    done = services.fill(organization=organization, year=year, act=act)
    if done.is_new:
        messages.success(request, f"已建立 {year} 年党费台账，登记 {done.added} 名党员。")
    elif done.added or done.changed:
        messages.success(request, f"已按花名册补上 {done.added} 名，改动 {done.changed} 名。")
    else:
        messages.info(request, "台账与花名册一致，没有改动。")
    return redirect(address(done.ledger))


def _editable(request, pk: int) -> Organization:
    if not request.user.has_perm(EDIT):
        raise PermissionDenied
    organization = _visible(request, pk)
    if not _may_edit(request.user, organization):
        raise PermissionDenied("您可以查看党费台账，不能修改。需要时请找它的管理主体。")
    return organization


def _year_posted(request) -> int:
    text = request.POST.get("year", "")
    today = timezone.localdate()
    if not text.isdecimal() or not today.year - 10 <= int(text) <= today.year + 1:
        raise Http404
    return int(text)


@require_http_methods(["GET", "HEAD", "POST"])
def month(request, pk):
    """Fill in what the members of a ledger paid for one month, or for a quarter."""
    organization = _editable(request, pk)
    today = timezone.localdate()
    year = _year(request, today)
    found = DuesLedger.objects.filter(organization=organization, year=year).first()
    if found is None:
        messages.info(request, f"还没有 {year} 年党费台账，请先建立。")
        return redirect(f"{reverse('organization_dues', args=[pk])}?year={year}")
    periods = _periods(found)
    asked = request.GET.get("month") or _next(found, today)
    if asked not in periods:
        raise Http404
    label, months = periods[asked]
    rows = [r for r in _rows(found) if any(r.first_month <= n <= r.last_month for n in months)]
    data = _filled(request, rows, months) if request.method == "POST" else None
    form = MonthForm(data, rows=rows, months=list(months))
    if form.is_bound and form.is_valid():
        act = Act(request.user, source=f"录入{label}党费")
        count = services.pay(ledger=found, months=months, paid=form.paid(), act=act)
        if count:
            messages.success(request, f"已保存{label}党费 {count} 名。")
        else:
            messages.info(request, "没有改动，没有保存。")
        return redirect(f"{request.path}?year={year}&month={asked}")
    context = {
        "organization": organization,
        "body": organization.body,
        "ledger": found,
        "year": year,
        "label": label,
        "asked": asked,
        "periods": [(key, name) for key, (name, _) in periods.items()],
        "form": form,
        "agreed": [
            (Quarter(n).label, day)
            for n, day in form.agreed.items()
            if set(Quarter(n).months) & set(months)
        ],
        "lines": [
            (row, form.due(row), form[f"paid_{row.pk}"], form[f"seen_{row.pk}"]) for row in rows
        ],
        "back": address(found),
    }
    return render(
        request, "activities/dues/month.html", context, status=400 if form.is_bound else 200
    )


def _periods(ledger: DuesLedger) -> dict[str, tuple[str, tuple[int, ...]]]:
    """Return the periods of a ledger by what the address says: months, or quarters."""
    if ledger.pays_quarterly:
        return {f"q{quarter.value}": (quarter.label, quarter.months) for quarter in Quarter}
    return {str(n): (f" {n} 月", (n,)) for n in MONTHS}


def _filled(request, rows: list[MemberDues], months: tuple[int, ...]):
    """Return what was sent; with the button 全部交清, empty amounts are what is due."""
    data = request.POST.copy()
    if "all" in data:
        blank = MonthForm(rows=rows, months=list(months))
        for row in rows:
            due = blank.due(row)
            if not data.get(f"paid_{row.pk}", "").strip() and due:
                data[f"paid_{row.pk}"] = str(due)
    return data
