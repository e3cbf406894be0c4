"""The cells of a table on a page. A report draws thousands: an included template each is slow."""

from __future__ import annotations

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from sheets.layout import NOTHING, Box

register = template.Library()


@register.simple_tag(takes_context=True)
def cells(context: template.Context, line: list[Box]) -> SafeString:
    """Return a row of a table as HTML; an `official` one, for paper, has no links and colours."""
    official = bool(context.get("official"))
    return mark_safe("".join(_cell(box, official) for box in line))


def _cell(box: Box, official: bool) -> str:
    tag = "th" if box.scope else "td"
    attributes = f' scope="{box.scope}"' if box.scope else ""
    css = ("tot" if box.is_total else "") if official else box.css
    if css:
        attributes += f' class="{escape(css)}"'
    if box.colspan > 1:
        attributes += f' colspan="{box.colspan}"'
    if box.rowspan > 1:
        attributes += f' rowspan="{box.rowspan}"'
    text: str = escape(box.text)
    if box.url and not official:
        text = f'<a href="{escape(box.url)}">{text}</a>'
    elif box.reason:
        text = f'<span title="{escape(box.reason)}">{text}</span>'
    elif not (text or official or box.scope):
        text = f'<span class="quiet">{NOTHING}</span>'
    return f"<{tag}{attributes}>{text}</{tag}>"
