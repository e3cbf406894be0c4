"""How figures are written in templates."""

from django import template

register = template.Library()


@register.filter
def comma(number: int | None) -> str:
    """Write a count with thousands separators ("10,460"); None is "—"."""
    return "—" if number is None else f"{number:,}"
