"""The parts of a .docx as text: runs, lines and tables of the body.

A file of notices has a hundred thousand cells. To make each of objects takes minutes; a
table is therefore written as text and read once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import count
from typing import Any
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from docx.shared import Length, Mm, Pt

from reports.writing.blocks import Words
from reports.writing.figures import Figure

# The type area.
WIDTH = Mm(156)
_SPACE = nsdecls("w")
_BREAK = '</w:t><w:br/><w:t xml:space="preserve">'
# One millimetre beside what stands in a cell: five digits fit into a column of a wide table.
_MARGIN = "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))
# What XML cannot hold.
_CONTROL = dict.fromkeys({*range(32)} - {9, 10, 13})


def element(xml: str) -> Any:
    """Return the element of a text; the namespace is added to its first tag."""
    end = min(place for mark in " />" if (place := xml.find(mark, 1)) > 0)
    return parse_xml(f"{xml[:end]} {_SPACE}{xml[end:]}")


@cache
def _form(font: str, size: Length, bold: bool) -> str:
    heavy = "<w:b/>" if bold else ""
    fonts = f'w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"'
    return f'<w:rPr><w:rFonts {fonts}/>{heavy}<w:sz w:val="{round(size / Pt(0.5))}"/></w:rPr>'


def run(text: str, font: str, size: Length, bold: bool = False) -> str:
    """Return a run of text in a font."""
    shown = escape(text.translate(_CONTROL)).replace("\n", _BREAK)
    return f'<w:r>{_form(font, size, bold)}<w:t xml:space="preserve">{shown}</w:t></w:r>'


class Runs:
    """Writes words as runs; each figure stands between bookmarks, numbered through."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def of(self, words: Words, font: str, size: Length, bold: bool = False) -> str:
        """Return the runs of words."""
        parts = []
        for part in words:
            if not isinstance(part, Figure):
                if part:
                    parts.append(run(part, font, size, bold))
                continue
            n = next(self._numbers)
            parts.append(
                f'<w:bookmarkStart w:id="{n}" w:name="figure_{n}"/>'
                f'{run(part.text, font, size, bold)}<w:bookmarkEnd w:id="{n}"/>'
            )
        return "".join(parts)


def line(
    runs: str,
    *,
    style: str = "",
    keep: bool = False,
    spacing: Length | None = None,
    at_least: bool = False,
    indent: str = "",
    side: str = "",
    turned: bool = False,
) -> str:
    """Return a paragraph.

    `keep`: it stays with the next; `turned`: it begins a page; `indent`: attributes of w:ind.
    """
    form = f'<w:pStyle w:val="{style}"/>' if style else ""
    form += "<w:keepNext/>" if keep else ""
    form += "<w:pageBreakBefore/>" if turned else ""
    form += "<w:widowControl/>" if keep else ""
    if spacing is not None:
        rule = "atLeast" if at_least else "exact"
        form += f'<w:spacing w:line="{spacing.twips}" w:lineRule="{rule}"/>'
    form += f"<w:ind {indent}/>" if indent else ""
    form += f'<w:jc w:val="{side}"/>' if side else ""
    return f"<w:p>{f'<w:pPr>{form}</w:pPr>' if form else ''}{runs}</w:p>"


def table(rows: Iterable[Iterable[str]], shares: Sequence[float]) -> str:
    """Return a table over the type area; its first row is repeated on every page.

    `rows` are the lines of the cells, `shares` how the width is shared out. No row breaks
    over pages.
    """
    widths = [Length(int(WIDTH * share / sum(shares))).twips for share in shares]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    # Of the grid and of every cell: programs look at the one or the other.
    opens = [f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>' for width in widths]
    parts = [
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/><w:tblW w:type="auto" w:w="0"/>'
        '<w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
        f"<w:tblCellMar>{_MARGIN}</w:tblCellMar>"
        '<w:tblLook w:val="04A0"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>"
    ]
    repeated = "<w:tblHeader/>"
    for cells in rows:
        parts.append(f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>")
        parts += [f"{head}{cell}</w:tc>" for head, cell in zip(opens, cells, strict=True)]
        parts.append("</w:tr>")
        repeated = ""
    parts.append("</w:tbl>")
    return "".join(parts)
