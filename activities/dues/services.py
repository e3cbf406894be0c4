"""Writing dues: opening the ledger of a year, filling in a month, rows from workbooks.

Each is one transaction with a revision of every record it touches and one entry of the
operation log; workbooks keep the log of their batch instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import audit, history
from accounts.history import NOWHERE, Act, Placed
from activities.dues.agreeing import early
from activities.dues.months import spread
from activities.dues.rates import monthly_dues
from activities.models import DuesLedger, DuesPayer, DuesQuarter, MemberDues, Quarter
from orgs.models import Employment, Member, Membership, Organization
from schools import writing
from sheets.forms import Stored, tell

KIND = "dues"


def touched(ledger: DuesLedger) -> Stored:
    """Return what is to be scored anew when something of `ledger` changes."""
    return Stored(KIND, frozenset({ledger.organization_id}), frozenset({ledger.year}))


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling in a ledger did."""

    ledger: DuesLedger
    is_new: bool
    added: int
    changed: int


@transaction.atomic
def fill(*, organization: Organization, year: int, act: Act) -> Filled:
    """Open the ledger of a year where there is none, and bring its rows up to the register.

    Members of the organization get a row for the months they belong to it, with the base
    of last year as a proposal; a row ends with the membership.
    """
    ledger = DuesLedger.objects.filter(organization=organization, year=year).first()
    is_new = ledger is None
    if ledger is None:
        ledger = DuesLedger(organization=organization, year=year)
        history.create(ledger, act=act)
    known = {row.member_id: row for row in MemberDues.objects.filter(ledger=ledger)}
    spans = months_of_members(organization, year)
    members = Member.objects.in_bulk(spans)
    before = bases(spans, year - 1)
    new, changed = [], []
    for key, (first, last) in spans.items():
        row = known.get(key)
        if row is None:
            payer, base = before.get(key) or (default_payer(members[key]), None)
            new.append(
                MemberDues(
                    ledger=ledger,
                    member_id=key,
                    payer=payer,
                    base=base,
                    monthly=monthly_dues(payer, base),
                    first_month=first,
                    last_month=last,
                )
            )
        elif row.last_month != last and (last < 12 or row.last_month < 12):
            row.last_month = max(last, row.first_month)
            changed.append(row)
    history.create_many(((row, NOWHERE) for row in new), act=act)
    count = history.save_many([(row, NOWHERE) for row in changed], act=act, fields=["last_month"])
    if is_new or new or count:
        audit.record(
            "dues_ledger.fill",
            actor=act.actor,
            obj=ledger,
            changes={"新增": len(new), "改动": count},
        )
        tell(touched(ledger), act.actor)
    return Filled(ledger, is_new, len(new), count)


def months_of_members(organization: Organization, year: int) -> dict[int, tuple[int, int]]:
    """Return by member the months of `year` at whose end he belongs to the organization."""
    return months_of([organization.pk], year).get(organization.pk, {})


def months_of(organizations: Collection[int], year: int) -> dict[int, dict[int, tuple[int, int]]]:
    """Return by organization and member the months of `year` at whose end he belongs to it.

    Dues begin with the month of the admission (党费收缴规定 2008, Article 8); the month in
    which a member moves is paid where he is at its end. One query.
    """
    rows = Membership.objects.filter(organization__in=organizations, member__withdrawn_at=None)
    found: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    told = rows.values_list("organization", "member", "start", "end", "member__joined_on")
    for organization, member, start, end, joined in told:
        begin = max(filter(None, (start, joined)), default=None)
        if (begin and begin.year > year) or (end and end.year < year):
            continue
        first = begin.month if begin and begin.year == year else 1
        last = end.month - 1 if end and end.year == year else 12
        if first > last:
            continue
        other = found[organization].get(member, (first, last))
        found[organization][member] = (min(first, other[0]), max(last, other[1]))
    return found


def default_payer(member: Member) -> DuesPayer:
    """Return what a member's dues are worked out from unless somebody says otherwise."""
    return DuesPayer.RETIRED if member.employment == Employment.RETIRED else DuesPayer.WAGE


def bases(members: Collection[int], year: int) -> dict[int, tuple[str, Decimal | None]]:
    """Return by member how he paid in `year`: the payer and the base."""
    rows = MemberDues.objects.filter(member__in=members, ledger__year=year)
    return {row.member_id: (row.payer, row.base) for row in rows.order_by("last_month")}


def lay_out(row: MemberDues, months: Sequence[int], amount: Decimal | None, day: date | None):
    """Set what `row` paid for `months`; a month whose amount stays keeps its day."""
    due = [n for n in months if row.first_month <= n <= row.last_month] or list(months)
    parts = spread(amount, due, row.monthly) if amount else {}
    if amount == 0:
        parts = {due[0]: amount}
    for n in months:
        part = parts.get(n)
        if part != getattr(row, f"paid_{n}"):
            setattr(row, f"paid_{n}", part)
            setattr(row, f"paid_on_{n}", None if part is None else day)


@transaction.atomic
def agree(*, ledger: DuesLedger, quarter: Quarter, day: date, by: str, act: Act) -> DuesQuarter:
    """Agree to a quarter: what is entered by then stands (dues/agreeing.py).

    Raises ValidationError before the quarter is over, and where it is agreed to already.
    """
    if why := early(ledger, quarter, day):
        raise ValidationError({"day": why})
    if DuesQuarter.objects.filter(ledger=ledger, quarter=quarter).exists():
        raise ValidationError({"quarter": f"{quarter.label}已经审核，请刷新后核对。"})
    agreed = DuesQuarter(ledger=ledger, quarter=quarter, agreed_on=day, agreed_by=by)
    writing.write(agreed, act=act, action="dues_quarter.create")
    return agreed


@transaction.atomic
def pay(
    *,
    ledger: DuesLedger,
    months: Sequence[int],
    paid: Mapping[int, tuple[Decimal | None, date | None]],
    act: Act,
) -> int:
    """Fill in what was paid for `months` (one, or those of a quarter), by key of the row.

    An amount of None clears the months. Returns how many rows changed.
    """
    fields = [f"{name}_{n}" for n in months for name in ("paid", "paid_on")]
    rows = list(MemberDues.objects.filter(ledger=ledger, pk__in=paid))
    for row in rows:
        lay_out(row, months, *paid[row.pk])
    count = history.save_many([(row, NOWHERE) for row in rows], act=act, fields=fields)
    if count:
        label = f"{ledger} {'、'.join(map(str, months))} 月"
        audit.record(
            "dues_ledger.pay", actor=act.actor, obj=ledger, label=label, changes={"改动": count}
        )
        tell(touched(ledger), act.actor)
    return count


@transaction.atomic
def save_dues(
    *,
    ledgers: Iterable[Placed],
    new: Iterable[Placed],
    changed: Iterable[Placed],
    fields: Collection[str],
    act: Act,
) -> None:
    """Write the rows of one workbook in bulk, with the ledgers it opens."""
    history.create_many(ledgers, act=act)
    new = list(new)
    for row, _ in new:
        # The ledger may have its key only now.
        row.ledger = row.ledger
    history.create_many(new, act=act)
    history.save_many(changed, act=act, fields=fields)
