"""How figures are written in templates."""

from decimal import Decimal

from django import template
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from reports.board import BoardRow
from reports.counts import Change
from reports.heat import HeatCell
from reports.sums import sums_of

register = template.Library()
register.filter("sums", sums_of)

# Class, icon and word of each state of an organization.
STATES = {
    "passed": ("st-pass", "check-circle-fill", "达标"),
    "nearly": ("st-near", "circle-half", "基本达标"),
    "failed": ("st-fail", "circle", "未达标"),
    "vetoed": ("st-veto", "x-octagon-fill", "否决"),
    "excluded": ("st-out", "dash-circle-dotted", "不计入"),
}


@register.filter
def comma(number: int | Decimal | None) -> str:
    """Write a count with thousands separators ("10,460"); None is "—"."""
    return "—" if number is None else f"{number:,}"


@register.filter
def state(name: str, label: str = "") -> SafeString:
    """Draw a state as shape, word and colour; `label` stands in the place of its word."""
    css, icon, word = STATES[name]
    return format_html(
        '<span class="st {}"><i class="bi bi-{}" aria-hidden="true"></i>{}</span>',
        css,
        icon,
        label or word,
    )


@register.filter
def change(moved: Change | None) -> SafeString:
    """Draw a change against the year before, for tables; None is "—"."""
    if moved is None:
        return mark_safe('<span class="quiet" title="上年没有可比的结果">—</span>')
    return format_html('<span class="{}">{}</span>', moved.css, moved.text)


@register.filter
def bar(row: BoardRow) -> SafeString:
    """Draw the rate of a row as a bar, with the rate of the whole as a line across it."""
    total = row.board.total
    line = ""
    if total.rate is not None:
        at = total.width
        line = format_html('<line class="mk" x1="{}" x2="{}" y1="-2" y2="12"/>', at, at)
    return format_html(
        '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img"'
        ' aria-label="{}"><rect class="bg" width="100" height="10"/>'
        '<rect class="{}" width="{}" height="10"/>{}</svg>',
        row.bar_label,
        "v-lo" if row.is_low else "v",
        row.now.width,
        line,
    )


@register.filter
def heat(cells: list[HeatCell]) -> SafeString:
    """Draw the cells of one indicator, each linked to the organizations that lost points."""
    drawn = []
    for cell in cells:
        points = cell.points
        if points.full:
            inner = f'<a href="{escape(cell.url)}" title="{escape(cell.title)}">{points.text}</a>'
        else:
            inner = '<span class="quiet" title="没有适用的组织">—</span>'
        drawn.append(f'<td class="{points.step}">{inner}</td>')
    return mark_safe("".join(drawn))
