"""Drawing documents in templates."""

from django import template

register = template.Library()


@register.filter
def kind(block) -> str:
    """Return the name of the class of a block."""
    return type(block).__name__


@register.filter
def of(found: dict, key: str):
    """Return what stands under `key`; None where nothing does."""
    return found.get(key)
