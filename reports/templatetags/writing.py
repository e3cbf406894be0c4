"""Drawing documents in templates."""

from django import template

register = template.Library()


@register.filter
def kind(block) -> str:
    """Return the name of the class of a block."""
    return type(block).__name__
