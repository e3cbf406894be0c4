"""Make the pack: of the figures of today, or of a sealed edition."""

from __future__ import annotations

from collections.abc import Callable
from typing import IO

from django.core.exceptions import ValidationError

from accounts.models import User
from assessments.models import Cycle
from reports.base import scope_title
from reports.editions.reading import Opened
from reports.figures import AFFILIATION
from reports.pack.contents import parts
from schools.exporting import export_book
from schools.models import Jurisdiction

ACTION = "reports.pack"
Say = Callable[[str], None]


def quiet(words: str) -> None:
    """Tell nobody."""


def pack_title(scope: Jurisdiction, year: int) -> str:
    """Return what the workbook is called."""
    return f"{scope_title(scope)}{year}年度党组织标准化建设汇总表册"


def write_pack(
    stream: IO[bytes],
    *,
    user: User,
    scope: Jurisdiction,
    year: int,
    cycle: Cycle | None,
    by: str = AFFILIATION,
    say: Say = quiet,
) -> str:
    """Write the tables of today into `stream`; return the title of the workbook.

    Raises ValidationError where the year has no table at all.
    """
    asked = parts(cycle)
    if not asked:
        raise ValidationError(f"{year} 年度没有可以汇总的表。")
    layouts = []
    for number, one in enumerate(asked, 1):
        say(f"正在统计第 {number} 张表，共 {len(asked)} 张：{one.report.title}")
        layouts.append(one.layout(user, scope=scope, year=year, cycle=cycle, by=by))
    title = pack_title(scope, year)
    facts = {"scope": str(scope), "year": year, "by": by, "tables": len(layouts)}
    export_book(stream, title, layouts, user=user, action=ACTION, changes=facts, say=say)
    return title


def write_edition(stream: IO[bytes], *, user: User, opened: Opened, say: Say = quiet) -> str:
    """Write the tables of a sealed edition with its code into `stream`; return the title."""
    edition = opened.edition
    layouts = [opened.layout(table.key, with_details=True) for table in opened.tables]
    title = f"{pack_title(edition.scope, edition.year)}（定稿 {edition.code}）"
    facts = {"edition": edition.code, "scope": edition.scope_name, "tables": len(layouts)}
    export_book(stream, title, layouts, user=user, action=ACTION, changes=facts, say=say)
    return title
