"""Amounts on the pages of dues."""

from decimal import Decimal

from django import template

register = template.Library()


@register.filter
def yuan(amount: Decimal | int | None) -> str:
    """Return an amount with thousands and two decimals; "" for none."""
    return "" if amount is None else f"{amount:,.2f}"


@register.filter
def grouped(count: int) -> str:
    """Return a count with thousands."""
    return f"{count:,}"
