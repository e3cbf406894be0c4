"""How a slot is drawn: a sign with a word, and where it leads."""

from __future__ import annotations

import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from activities.models import MeetingType
from assessments.life.reading import Cell
from assessments.life.slots import WORDS, YEARLY, State
from assessments.rules.fixed_days import fixed_date
from orgs.models import Organization

EMPTY = SafeString('<td class="none"><span class="mc na" aria-hidden="true">·</span></td>')
SIGNS = {
    State.HELD: "✓",
    State.LATE: "补",
    State.CLAIM: "待认可",
    State.WAITING: "待开",
    State.GRACE: "待补",
    State.MISSING: "缺",
    State.NOT_DUE: "—",
}
# The class of a claim is that of what waits.
CSS = {state: state.value for state in State} | {State.CLAIM: "due"}


def words(cell: Cell) -> str:
    """Return how a slot stands in words, for those who do not see it."""
    text = WORDS[cell.state]
    if cell.state == State.GRACE:
        text += f"，剩 {cell.left} 天" if cell.left else "，今天截止"
    elif cell.held.first and cell.held.count:
        text += f"，{cell.held.first:%Y-%m-%d}"
        if cell.held.count > 1:
            text += f" 起 {cell.held.count} 次"
    elif cell.held.records:
        text += f"，有 {cell.held.records} 次记录，不符合有效会议的条件"
    if cell.groups:
        text += f"，{cell.groups} 个党小组开了 {min(cell.held.count, cell.groups)} 个"
    elif cell.slot.need > 1:
        text += f"，应有 {cell.slot.need} 次，已有 {cell.held.count} 次"
    return text


def note(cell: Cell) -> str:
    """Return the small line under the sign."""
    if cell.groups:
        return f"{min(cell.held.count, cell.groups)}/{cell.groups}"
    if cell.state in (State.HELD, State.LATE):
        day = cell.held.first
        if day is None:
            return ""
        shows_month = cell.slot.until.month != cell.slot.start.month
        return f"{day:%-m-%-d}" if shows_month else f"{day.day}日"
    if cell.state == State.GRACE:
        return f"剩{cell.left}天" if cell.left else "今天"
    return ""


def draw(
    organization: Organization, cell: Cell | None, year: int, *, heading: str, may_edit: bool
) -> SafeString:
    """Return the table cell of a slot; an empty one leads to its form for those who may."""
    if cell is None:
        return EMPTY
    url = address(organization, cell, year, may_edit=may_edit)
    label = f"{cell.slot.label}：{words(cell)}"
    small = note(cell)
    inside = (
        format_html("{}<small>{}</small>", SIGNS[cell.state], small) if small else SIGNS[cell.state]
    )
    if not url:
        return format_html(
            '<td data-l="{}"><span class="mc {}" title="{}"><span aria-hidden="true">{}</span>'
            '<span class="visually-hidden">{}</span></span></td>',
            heading,
            CSS[cell.state],
            label,
            inside,
            label,
        )
    return format_html(
        '<td data-l="{}"><a class="mc {}" href="{}" title="{}" aria-label="{}">{}</a></td>',
        heading,
        CSS[cell.state],
        url,
        label,
        f"{organization.short_name}{label}",
        inside,
    )


def address(organization: Organization, cell: Cell, year: int, *, may_edit: bool) -> str:
    """Return where a slot leads: its record, its records, or the form that fills it."""
    held = cell.held
    if held.records == 1 and held.key:
        return reverse("meeting", args=[held.key])
    if held.records:
        query = {"organization": organization.pk, "type": cell.type, "year": year}
        return f"{reverse('meetings')}?{urlencode(query)}"
    if not may_edit or cell.state == State.NOT_DUE:
        return ""
    query = {
        "organization": organization.pk,
        "type": cell.type,
        "held_on": day_of(organization, cell, year),
    }
    if cell.type in YEARLY:
        query["counts_for_year"] = year
    return f"{reverse('meeting_new')}?{urlencode(query)}"


def day_of(organization: Organization, cell: Cell, year: int) -> str:
    """Return the day a form starts with: the fixed day of a theme day, else the month alone."""
    start = cell.slot.start
    if cell.type == MeetingType.THEME_DAY and organization.fixed_day:
        fixed: datetime.date | None = fixed_date(organization.fixed_day, year, start.month)
        if fixed:
            return fixed.isoformat()
    return f"{start:%Y-%m}-" if cell.slot.until.month == start.month else f"{year}-"
