"""Fonts, number formats and page set-up of official tables (office custom, GB/T 9704)."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from math import ceil
from typing import Any

from xlsxwriter import Workbook

TITLE_FONT = "方正小标宋简体"
HEAD_FONT = "黑体"
BODY_FONT = "仿宋_GB2312"
FORMATS = {
    "int": "#,##0",
    "score": "#,##0.00",
    "percent": "0%",
    "gain": '+#,##0;"−"#,##0;0',
    "points": '0.0;"−"0.0;0.0',
    "date": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}


class Styles:
    """The formats of one workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.made: dict[tuple, Any] = {}

    def get(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(properties)
        return self.made[key]

    @property
    def title(self) -> Any:
        return self.get(
            font_name=TITLE_FONT, font_size=20, align="center", valign="vcenter", text_wrap=True
        )

    @property
    def heading(self) -> Any:
        return self.get(
            font_name=HEAD_FONT,
            font_size=11,
            align="center",
            valign="vcenter",
            text_wrap=True,
            border=1,
        )

    @property
    def link(self) -> Any:
        """The format of a link to another sheet."""
        return self.get(
            font_name=BODY_FONT,
            font_size=11,
            font_color="#0563C1",
            underline=1,
            align="left",
            valign="vcenter",
            border=1,
        )

    def line(self, align: str = "left", *, size: int = 11, wrap: bool = False) -> Any:
        """Return the format of the lines around the table."""
        return self.get(
            font_name=BODY_FONT, font_size=size, align=align, valign="vcenter", text_wrap=wrap
        )

    def body(
        self, number: str = "", align: str = "center", bold: bool = False, quoted: bool = False
    ) -> Any:
        """Return the format of a cell; `number` is a key of FORMATS."""
        key = (number, align, bold, quoted)
        if key in self.made:
            return self.made[key]
        properties: dict[str, Any] = {
            "font_name": BODY_FONT,
            "font_size": 11,
            "align": align,
            "valign": "vcenter",
            "border": 1,
            "bold": bold,
            "quote_prefix": quoted,
        }
        if number in FORMATS:
            properties["num_format"] = FORMATS[number]
        else:
            properties["text_wrap"] = True
        self.made[key] = self.book.add_format(properties)
        return self.made[key]


# A school and its organization stand in the rows of all its members.
@lru_cache(1000)
def wide(value: str) -> int:
    """Return the width of a text in characters of the workbook's column."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in value)


def height(value: str, width: float, line: float = 16, least: float = 22) -> float:
    """Return the height in points a wrapped text needs in a column of that width."""
    lines = sum(max(1, ceil(wide(part) / max(width - 1, 1))) for part in value.split("\n"))
    return min(409, max(least, lines * line + 6))


# The longest footer Excel reads.
LONGEST_FOOTER = 255


def set_page(sheet: Any, exported: str = "", seal: str = "") -> None:
    """Set what Excel prints: A4 across, one page wide; at the foot who exported it, the page;
    at the head the code of a sealed edition.
    """
    if seal:
        sheet.set_header(f'&R&"宋体,常规"&9定稿编号 {seal}')
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.set_margins(left=0.71, right=0.71, top=0.79, bottom=0.79)
    page = '&C&"宋体,常规"&12— &P —'
    taken = ""
    if exported:
        # An ampersand begins a code of the footer; two of them are a written one.
        told = f"导出：{exported}".replace("&", "&&")
        taken = f'&L&"宋体,常规"&9{told}'[: LONGEST_FOOTER - len(page)]
    sheet.set_footer(taken + page)
