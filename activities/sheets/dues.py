"""The ledger of dues of a year (党费收缴台账): members by months, or by quarters."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from activities.dues import services
from activities.dues.agreeing import refusal
from activities.dues.filters import KINDS
from activities.dues.months import spread
from activities.dues.rates import ARTICLES, RULES, monthly_dues, rate_words
from activities.models import MONTHS, DuesLedger, DuesPayer, DuesQuarter, MemberDues
from activities.sheets.dues_columns import QUARTERLY, QUARTERS, TABLE
from orgs.matching import Organizations
from orgs.models import Member, Organization
from orgs.personal import cover_id_number, lookup_hash
from schools.matching import Tree, Unknown
from schools.sheets import county_names, county_of
from sheets.compare import lay
from sheets.forms import Context, Form, Judgement, Row, SheetFacts, Stored, Table, register
from sheets.normalise import Masked, fold

_CHUNK = 5000
# Less than this below what the rates make is rounding.
ROUNDING = Decimal(1)
# Columns that tell something of a row beside whose it is.
_TOLD = (
    *("payer", "base", "monthly", "reduction", "first", "last", "remark"),
    *(f"m{n}" for n in MONTHS),
    *QUARTERS,
)


@dataclass
class Plan:
    """The dues of a row, its ledger, and which of its fields change."""

    dues: MemberDues
    ledger: DuesLedger
    changed: list[str] = field(default_factory=list)


class _Register:
    """Ledgers, rows and members of the organizations of a file, in a fixed number of queries."""

    def __init__(self, organizations: set[int], year: int):
        ledgers = DuesLedger.objects.filter(organization__in=organizations, year=year)
        self.ledgers = {ledger.organization_id: ledger for ledger in ledgers}
        self.agreed: dict[int, dict[int, date]] = defaultdict(dict)
        quarters = DuesQuarter.objects.filter(ledger__in=self.ledgers.values())
        for told in quarters.values_list("ledger__organization", "quarter", "agreed_on"):
            self.agreed[told[0]][told[1]] = told[2]
        self.rows: dict[tuple[int, int], MemberDues] = {}
        for row in MemberDues.objects.filter(ledger__in=self.ledgers.values()):
            self.rows[row.ledger_id, row.member_id] = row
        # Who belonged to an organization in the year, and in which months.
        self.spans = services.months_of(organizations, year)
        keys = {key for spans in self.spans.values() for key in spans}
        keys |= {member for _, member in self.rows}
        self.members: dict[int, Member] = {}
        for start in range(0, len(keys), _CHUNK):
            chunk = sorted(keys)[start : start + _CHUNK]
            self.members |= Member.everything.defer("phone").in_bulk(chunk)
        self.before = services.bases(keys, year - 1)
        self._named: dict[int, dict[str, list[Member]]] = {}

    def of(self, organization: int) -> set[int]:
        """Return the members of the ledger, and of the organization in the year."""
        ledger = self.ledgers.get(organization)
        found = set(self.spans.get(organization, ()))
        if ledger:
            found |= self._of_ledger.get(ledger.pk, set())
        return found

    @cached_property
    def _of_ledger(self) -> dict[int, set[int]]:
        members: dict[int, set[int]] = defaultdict(set)
        for ledger, member in self.rows:
            members[ledger].add(member)
        return members

    def named(self, organization: int, name: str) -> list[Member]:
        """Return the members of an organization in the year who are called so."""
        if organization not in self._named:
            named: dict[str, list[Member]] = defaultdict(list)
            for key in self.of(organization):
                named[fold(self.members[key].name)].append(self.members[key])
            self._named[organization] = named
        return self._named[organization].get(fold(name), [])


@register
class DuesForm(Form):
    """Each row is a member's year in the ledger of his organization; his name tells who."""

    kind = services.KIND
    title = "党费收缴台账"
    also_called = ("党费台账", "党费收缴", "党费缴纳", "党费核算表")
    tables = (TABLE, QUARTERLY)
    needs_year = True
    prefills = True

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        tree = Tree(context.user)
        names = [o.name for o in _payers(Organizations(context.user, tree))]
        return {"county": county_names(tree), "branch": names}

    def prefill(self, table: Table, context: Context) -> Iterator[Mapping[str, Any]]:
        tree = Tree(context.user)
        organizations = _payers(Organizations(context.user, tree))
        known = _Register({o.pk for o in organizations}, context.year or context.today.year)
        for organization in organizations:
            unit, ledger = (
                tree.unit_of(organization.jurisdiction),
                known.ledgers.get(organization.pk),
            )
            members = [known.members[key] for key in known.of(organization.pk)]
            names = Counter(fold(member.name) for member in members)
            for member in sorted(members, key=lambda m: (m.employment, m.name, m.pk)):
                values: dict[str, Any] = {
                    "county": unit.name if unit else "",
                    "branch": organization.name,
                    "name": member.name,
                }
                if names[fold(member.name)] > 1:
                    values["id_number"] = cover_id_number(member.id_number)
                    values["birth"] = member.birth_date
                row = known.rows.get((ledger.pk, member.pk)) if ledger else None
                if row:
                    values |= {
                        "payer": row.payer,
                        "base": row.base,
                        "monthly": row.monthly,
                        "reduction": row.reduction_document,
                        "first": row.first_month,
                        "last": row.last_month,
                        "remark": row.remark,
                        "collector": ledger.collector if ledger else "",
                        **{f"m{n}": amount for n, amount in zip(MONTHS, row.paid, strict=True)},
                    }
                yield values

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        tree = Tree(context.user)
        organizations = Organizations(context.user, tree)
        of_sheets: dict[int, Organization | None] = {}
        found = {id(row): _organization(row, tree, organizations, of_sheets) for row in rows}
        year = context.year or context.today.year
        known = _Register({o.pk for o in found.values() if o}, year)
        first: dict[tuple[int, int], int] = {}
        for row in rows:
            row.label = row.get("name") or ""
            organization = found[id(row)]
            if organization is None or not row.label:
                continue
            member = _member(row, organization, known)
            if member is None:
                continue
            key = (organization.pk, member.pk)
            if first.setdefault(key, row.number) != row.number:
                row.refuse(
                    "name", "MEMBER_DUPLICATE", f"与第 {first[key]} 行重复", "同一人只留一行"
                )
            self._compare(row, organization, member, known, year)
        return Judgement()

    def _compare(
        self, row: Row, organization: Organization, member: Member, known: _Register, year: int
    ) -> None:
        ledger = known.ledgers.get(organization.pk)
        dues = known.rows.get((ledger.pk, member.pk)) if ledger and ledger.pk else None
        if dues is None and all(row.get(key) in (None, "") for key in _TOLD):
            # A member of the register nothing is told of yet.
            return
        if ledger is None:
            quarterly = row.sheet.table is QUARTERLY
            ledger = DuesLedger(organization=organization, year=year, pays_quarterly=quarterly)
            known.ledgers[organization.pk] = ledger
        row.is_new = dues is None
        if dues is None:
            payer, base = known.before.get(member.pk) or (services.default_payer(member), None)
            months = known.spans.get(organization.pk, {}).get(member.pk, (1, 12))
            dues = MemberDues(
                ledger=ledger, member=member, payer=payer, base=base,
                first_month=months[0], last_month=months[1],
            )  # fmt: skip
        row.plan = Plan(dues, ledger)
        stored = (dues.payer, dues.base, dues.monthly)
        values: dict[str, Any] = {
            "payer": row.get("payer"),
            "base": row.get("base"),
            "reduction_document": row.get("reduction"),
            "first_month": row.get("first"),
            "last_month": row.get("last"),
            "remark": row.get("remark"),
        }
        payer = values["payer"] or dues.payer
        base = dues.base if values["base"] is None else values["base"]
        worked_out = monthly_dues(payer, base)
        values["monthly"] = row.get("monthly")
        if values["monthly"] is None and (row.is_new or (payer, base) != stored[:2]):
            values["monthly"] = worked_out
        first = values["first_month"] or dues.first_month
        last = values["last_month"] or dues.last_month
        if not 1 <= first <= last <= 12:
            row.refuse(
                "first",
                "MONTHS_INVALID",
                f"起始月 {first}、截止月 {last} 不对",
                "填 1—12，起不晚于止",
            )
            return
        monthly = dues.monthly if values["monthly"] is None else values["monthly"]
        values |= self._paid(row, dues, monthly, first, last)
        before = dues.payments
        row.plan.changed = lay(row, dues, values)
        if why := refusal(before, dues.payments, known.agreed.get(organization.pk, {})):
            row.refuse("name", "QUARTER_AGREED", why.rstrip("。"), "补交的请在台账页面登记日期")
        if (dues.payer, dues.base, dues.monthly) != stored:
            self._check_monthly(row, dues, worked_out)
        self._collect(row, row.plan)

    def _paid(
        self, row: Row, dues: MemberDues, monthly: Decimal | None, first: int, last: int
    ) -> dict[str, Decimal]:
        """Return what was paid for each month the row tells of."""
        paid: dict[str, Decimal] = {}
        for n in MONTHS:
            if (amount := row.get(f"m{n}")) is not None:
                paid[f"paid_{n}"] = amount
        for key, months in QUARTERS.items():
            amount = row.get(key)
            stored = [a for n in months if (a := getattr(dues, f"paid_{n}")) is not None]
            if amount is None or (stored and sum(stored, Decimal(0)) == amount):
                continue
            due = [n for n in months if first <= n <= last] or list(months)
            parts = spread(amount, due, monthly) or {due[0]: amount}
            paid |= {f"paid_{n}": part for n, part in parts.items()}
        for n in MONTHS:
            if paid.get(f"paid_{n}") and not first <= n <= last:
                key = f"m{n}" if f"m{n}" in row.sheet.headings else f"q{(n + 2) // 3}"
                row.refuse(
                    key,
                    "MONTH_NOT_DUE",
                    f"应交 {first}—{last} 月，{n} 月不用交",
                    "请核对月份；年中转入转出的填起始月、截止月",
                )
        return paid

    def _check_monthly(self, row: Row, dues: MemberDues, worked_out: Decimal | None) -> None:
        """Ask for the document where less is due than the rates make of the base."""
        if worked_out is None or dues.monthly is None or dues.monthly == worked_out:
            return
        rate = rate_words(dues.payer, dues.base)
        reason = f"按{rate}应交 {worked_out} 元（{RULES}{ARTICLES[DuesPayer(dues.payer)]}）"
        if worked_out - dues.monthly >= ROUNDING and not dues.reduction_document:
            row.refuse(
                "monthly",
                "DUES_BELOW_RATE",
                f"{reason}，填的是 {dues.monthly} 元",
                "少交、免交的，请填减免依据",
            )
        elif dues.monthly > worked_out:
            row.warn("monthly", "DUES_ABOVE_RATE", reason, "多交的按填报数登记，请核对")

    def _collect(self, row: Row, plan: Plan) -> None:
        """Take over who collects; the ledger has one name for all of its rows."""
        name = row.get("collector")
        if not name or name == plan.ledger.collector:
            return
        if plan.ledger.pk and not row.is_new:
            row.warn(
                "collector",
                "COLLECTOR_DIFFERS",
                f"台账登记的收款人是{plan.ledger.collector or '空'}",
                "没有改动；请在台账页面修改",
            )
        elif not plan.ledger.pk and not plan.ledger.collector:
            plan.ledger.collector = name

    def store(self, rows: list[Row], context: Context) -> Stored:
        ledgers = {id(row.plan.ledger): (row.plan.ledger, row.place) for row in reversed(rows)}
        services.save_dues(
            ledgers=[placed for placed in ledgers.values() if not placed[0].pk],
            new=[(row.plan.dues, row.place) for row in rows if row.is_new],
            changed=[(row.plan.dues, row.place) for row in rows if not row.is_new],
            fields={name for row in rows if not row.is_new for name in row.plan.changed},
            act=context.act,
        )
        return self.touched(rows, context)

    def touched(self, rows: list[Row], context: Context) -> Stored:
        return self.told_of([row.plan.ledger for row in rows])

    def told_of(self, records: Sequence[Any]) -> Stored:
        if isinstance(records[0], MemberDues):
            keys = {row.ledger_id for row in records}
            records = list(DuesLedger.everything.filter(pk__in=keys))
        return Stored(
            self.kind,
            frozenset(ledger.organization_id for ledger in records),
            frozenset(ledger.year for ledger in records),
        )


def _payers(organizations: Organizations) -> list[Organization]:
    """Return the organizations that keep dues: those members belong to."""
    return [o for o in organizations.all if o.kind in KINDS]


def _organization(
    row: Row,
    tree: Tree,
    organizations: Organizations,
    of_sheets: dict[int, Organization | None],
) -> Organization | None:
    """Find whose ledger a row belongs to: by its cell, else by the texts around the table."""
    if name := row.get("branch"):
        try:
            return organizations.find(name, county_of(row, tree))
        except Unknown as unknown:
            row.refuse("branch", "ORG_UNKNOWN", unknown.reason, unknown.fix)
            return None
    if id(row.sheet) not in of_sheets:
        of_sheets[id(row.sheet)] = _named_in(row.sheet, organizations)
    found = of_sheets[id(row.sheet)]
    if found is None:
        row.refuse(
            "branch",
            "REQUIRED_MISSING",
            "不知道是哪个党支部的台账",
            "请填“所在党支部”，或在表题里写党支部全称",
        )
    return found


def _named_in(facts: SheetFacts, organizations: Organizations) -> Organization | None:
    """Return the organization named around a table, the longest name first; or the only one."""
    payers = _payers(organizations)
    if len(payers) == 1:
        return payers[0]
    text = fold(facts.context)
    named = [
        (max(len(n) for n in (fold(o.name), fold(o.short_name)) if n in text), o)
        for o in payers
        if fold(o.short_name) in text or fold(o.name) in text
    ]
    longest = max((length for length, _ in named), default=0)
    found = [o for length, o in named if length == longest]
    return found[0] if len(found) == 1 else None


def _member(row: Row, organization: Organization, known: _Register) -> Member | None:
    """Return the member a row means; refuse a name nobody or several bear."""
    found, number = known.named(organization.pk, row.label), row.get("id_number")
    if len(found) > 1 and (born := row.get("birth")):
        found = [m for m in found if born.day <= m.birth_date <= born.last_day]
    if len(found) > 1 and isinstance(number, Masked):
        found = [member for member in found if cover_id_number(member.id_number) == number]
    elif found and number and not isinstance(number, Masked):
        found = [member for member in found if member.id_hash == lookup_hash(number)]
    if len(found) == 1:
        return found[0]
    if found:
        row.refuse(
            "name",
            "MEMBER_AMBIGUOUS",
            f"{organization.short_name}有 {len(found)} 名{row.label}",
            "请填身份证号或出生日期",
        )
    else:
        row.refuse(
            "name",
            "MEMBER_UNKNOWN",
            f"{organization.short_name}这一年没有党员“{row.label}”",
            "请核对姓名和党支部，或先登记党员",
        )
    return None
