"""Days and the standard of the year."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from reports.picks import NEAR_POINTS
from reports.writing.facts.declared import closed, fact, plain_page, rates_page

if TYPE_CHECKING:
    from reports.writing.material import Material


@fact("报告的年度", plain_page("cycles"))
def year(m: Material) -> int:
    return m.year


@fact("上一年度", plain_page("cycles"))
def last_year(m: Material) -> int:
    return m.year - 1


@fact("下一年度", plain_page("cycles"))
def next_year(m: Material) -> int:
    return m.year + 1


@fact("数据截止日：年末，年度未结束时为当日", plain_page("cycles"))
def day(m: Material) -> datetime.date:
    return m.day


@fact("成文日期：生成文稿的当日", plain_page("cycles"))
def today(m: Material) -> datetime.date:
    return timezone.localdate()


@fact("考评年度的考核日", plain_page("cycles"))
def check_date(m: Material) -> datetime.date | None:
    return m.cycle.check_date if m.cycle else None


@fact("测算所依据记录的截止日", plain_page("cycles"))
def scored_as_of(m: Material) -> datetime.date | None:
    return (m.cycle.scored_as_of or m.cycle.check_date) if m.cycle else None


@fact("认定结果的文号", plain_page("cycles"))
def document(m: Material) -> str:
    return closed(m.cycle.document) if m.cycle else ""


@fact("通报的发文字号", plain_page("writing_results"))
def notice_number(m: Material) -> str:
    return m.notice_number.number if m.notice_number else ""


@fact("评分标准的达标线", plain_page("standard"))
def pass_line(m: Material) -> Decimal | None:
    return m.standard.pass_line.normalize() if m.standard else None


@fact("差几分以内算接近达标", rates_page)
def near_points(m: Material) -> int:
    return NEAR_POINTS


@fact("下一年度考评日程的日期（{step}）", plain_page("cycles"))
def scheduled(m: Material, *, step: str) -> datetime.date | None:
    found = m.schedules.get(m.year + 1)
    return getattr(found, step) if found else None
