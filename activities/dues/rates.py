"""What a member owes a month: the rates of the rules as data, and one pure function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from activities.models import DuesPayer

RULES = "《关于中国共产党党费收缴、使用和管理的规定》（中组发〔2008〕3 号）"
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Bracket:
    """Bases up to and including `upto` (None: any) pay `rate` of the whole base."""

    upto: Decimal | None
    rate: Decimal

    @property
    def percent(self) -> str:
        """The rate as it is written, such as 0.5%."""
        return f"{(self.rate * 100).normalize():f}%"


def _brackets(*pairs: tuple[int | None, str]) -> tuple[Bracket, ...]:
    return tuple(
        Bracket(None if upto is None else Decimal(upto), Decimal(rate)) for upto, rate in pairs
    )


# The base is the regular wage after tax, or the pension, of January (Articles 1-2, 5).
RATES: dict[str, Sequence[Bracket]] = {
    DuesPayer.WAGE: _brackets((3000, "0.005"), (5000, "0.01"), (10000, "0.015"), (None, "0.02")),
    DuesPayer.RETIRED: _brackets((5000, "0.005"), (None, "0.01")),
}
# A fixed sum a month (Article 6).
FIXED: dict[str, Decimal] = {
    DuesPayer.STUDENT: Decimal("0.20"),
    DuesPayer.NO_INCOME: Decimal("0.20"),
}
ARTICLES = {
    DuesPayer.WAGE: "第二条",
    DuesPayer.RETIRED: "第五条",
    DuesPayer.STUDENT: "第六条",
    DuesPayer.NO_INCOME: "第六条",
}


def bracket_of(payer: str, base: Decimal) -> Bracket | None:
    """Return the bracket a base falls into; None where a fixed sum is paid."""
    brackets = RATES.get(payer, ())
    return next((b for b in brackets if b.upto is None or base <= b.upto), None)


def monthly_dues(payer: str, base: Decimal | None) -> Decimal | None:
    """Return the dues of a month in yuan, to the cent; None where the base is not known."""
    if payer in FIXED:
        return FIXED[payer]
    if base is None:
        return None
    bracket = bracket_of(payer, base)
    assert bracket is not None  # noqa: S101  the last bracket has no end
    return (base * bracket.rate).quantize(CENT, ROUND_HALF_UP)


def rate_words(payer: str, base: Decimal | None) -> str:
    """Return the rate as the ledger shows it: a percentage, a fixed sum, or ""."""
    if payer in FIXED:
        return f"{FIXED[payer].normalize():f} 元"
    found = bracket_of(payer, base) if base is not None else None
    return found.percent if found else ""
