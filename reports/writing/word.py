"""Draw a document as .docx in the form of official papers (GB/T 9704—2012).

A4 with the margins of the standard, 22 lines of 28 characters: body 仿宋_GB2312 三号 on
28 pt lines, title 方正小标宋 二号, headings 黑体 and 楷体 三号, page number "— 1 —" outside.
Fonts are named, none is shipped. Every figure stands between the bookmarks `figure_N`, in
the order of `Document.figures`, so that a number on paper leads back to its query.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import cache
from io import BytesIO
from itertools import count
from typing import Any

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from reports.writing.blocks import (
    Block,
    Document,
    Heading,
    PageBreak,
    Paragraph,
    Signature,
    Table,
    Title,
    Words,
    plain,
)
from reports.writing.figures import Figure

TITLE_FONT, BODY_FONT = "方正小标宋简体", "仿宋_GB2312"
HEADING_FONTS = {1: "黑体", 2: "楷体_GB2312"}
NUMBER_FONT = "宋体"
TITLE_SIZE, BODY_SIZE, TABLE_SIZE, NUMBER_SIZE = Pt(22), Pt(16), Pt(10.5), Pt(14)
LINE = Pt(28)
# A table of fewer rows is not broken over pages.
SHORT = 12
# Longer cells are set left.
LONG = 14
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
CENTER = WD_ALIGN_PARAGRAPH.CENTER
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def to_docx(document: Document) -> bytes:
    """Return the file of a document; the same document gives the same bytes."""
    word = new_document()
    _Writer(word).write(document)
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()


class _Writer:
    """Writes one document; numbers its figures as it goes."""

    def __init__(self, word: WordDocument) -> None:
        self.word = word
        self.numbers = count(1)

    def write(self, document: Document) -> None:
        _set_up(self.word, document)
        if document.warning:
            self._line((document.warning,), flush=True, bold=True)
        self._title(document.title, document.under_title)
        below: Any = None
        for _, block in document.blocks:
            if isinstance(block, PageBreak):
                below = self._last
                continue
            self._block(block)
            if below is not None:
                # A paragraph of its own for the break would be an empty line.
                first = WordParagraph(below.getnext(), self.word)
                first.paragraph_format.page_break_before = True
                below = None

    @property
    def _last(self) -> Any:
        """The last paragraph or table so far; after it stands the form of the page only."""
        return self.word.element.body[-2]

    def _title(self, text: str, under: Words) -> None:
        title = self.word.add_paragraph(style="Title")
        for place, line in enumerate(text.split("\n")):
            if place:
                title.runs[-1].add_break(WD_BREAK.LINE)
            _run(title, line, TITLE_FONT, TITLE_SIZE)
        if under:
            self._line(under, centred=True, font=HEADING_FONTS[2])
        self.word.add_paragraph()

    def _block(self, block: Block) -> None:
        if isinstance(block, Heading):
            style = f"Heading {block.level}"
            _run(
                self.word.add_paragraph(style=style),
                block.text,
                HEADING_FONTS[block.level],
                BODY_SIZE,
            )
        elif isinstance(block, Paragraph):
            self._line(block.run, flush=block.flush)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Signature):
            # It never stands alone on a page (GB/T 9704-2012, 7.3.5): some text goes with it.
            before = self._last
            kept = [WordParagraph(before, self.word)] if before.tag == qn("w:p") else []
            for line in (*kept, self.word.add_paragraph()):
                line.paragraph_format.keep_with_next = True
                line.paragraph_format.widow_control = True
            for words in ((block.body,), block.day):
                line = self._line(words, flush=True)
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
                line.paragraph_format.right_indent = BODY_SIZE * 4
                line.paragraph_format.keep_with_next = words is not block.day
        elif isinstance(block, Title):
            self._title(block.text, block.under)

    def _line(
        self,
        words: Words,
        *,
        flush: bool = False,
        centred: bool = False,
        bold: bool = False,
        font: str = BODY_FONT,
    ) -> WordParagraph:
        line = self.word.add_paragraph()
        if centred:
            line.alignment = CENTER
        elif not flush:
            _indent(line)
        self._put(line._p, words, font, BODY_SIZE, bold=bold)
        return line

    def _put(self, line: Any, words: Words, font: str, size: Any, *, bold: bool = False) -> None:
        """Add words to the element of a line, each figure between its bookmarks."""
        for part in words:
            if not isinstance(part, Figure):
                line.append(_run_element(part, font, size, bold))
                continue
            number = next(self.numbers)
            line.append(_mark("w:bookmarkStart", number, f"figure_{number}"))
            line.append(_run_element(part.text, font, size, bold))
            line.append(_mark("w:bookmarkEnd", number))

    def _table(self, block: Table) -> None:
        caption = self.word.add_paragraph()
        caption.alignment = CENTER
        caption.paragraph_format.keep_with_next = True
        _run(caption, block.caption, HEADING_FONTS[1], TABLE_SIZE + Pt(1.5))
        table = self.word.add_table(rows=1, cols=len(block.head), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        _widths(table, block)
        # A short table stands on one page.
        keep = len(block.rows) < SHORT
        # No row breaks over pages; the row of headings is repeated on each.
        first = table.rows[0]._tr
        first.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        empty = deepcopy(first)
        first.trPr.append(OxmlElement("w:tblHeader"))
        for place, row in enumerate([block.head, *block.rows]):
            if place:
                table._tbl.append(deepcopy(empty))
            # The elements themselves: going by objects takes seconds for a hundred notices.
            for cell, words in zip(table._tbl.tr_lst[-1].tc_lst, row, strict=True):
                line = cell.p_lst[0]
                is_long = bool(place) and len(plain(words)) > LONG
                line.insert(0, deepcopy(_cell_form(is_long, keep)))
                font = HEADING_FONTS[1] if place == 0 else BODY_FONT
                self._put(line, words, font, TABLE_SIZE)
        if block.note:
            note = self.word.add_paragraph()
            note.paragraph_format.line_spacing = Pt(18)
            self._put(note._p, block.note, BODY_FONT, TABLE_SIZE)


# The page ------------------------------------------------------------------------------


def _set_up(word: WordDocument, document: Document) -> None:
    """Set page, styles and footer."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    # 7 mm below the type area, measured from the foot of the page.
    section.footer_distance = BOTTOM - Mm(7) - NUMBER_SIZE
    word.settings.odd_and_even_pages_header_footer = True
    properties = word.core_properties
    properties.title, properties.author = document.title.replace("\n", ""), ""
    properties.comments = ""
    _style(word.styles["Normal"], BODY_FONT, BODY_SIZE)
    for name, font, size in (
        ("Title", TITLE_FONT, TITLE_SIZE),
        ("Heading 1", HEADING_FONTS[1], BODY_SIZE),
        ("Heading 2", HEADING_FONTS[2], BODY_SIZE),
    ):
        _style(word.styles[name], font, size)
    title = word.styles["Title"].paragraph_format
    title.alignment, title.line_spacing = CENTER, Pt(36)
    for name in ("Heading 1", "Heading 2"):
        word.styles[name].paragraph_format.first_line_indent = BODY_SIZE * 2
    # The border below the title that comes with the style.
    for border in word.styles["Title"].element.iter(qn("w:pBdr")):
        border.getparent().remove(border)
        break
    _footer(section.footer, WD_ALIGN_PARAGRAPH.RIGHT, document.edition_code)
    _footer(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, document.edition_code)


def _style(style: Any, font: str, size: Any) -> None:
    style.font.name, style.font.size = font, size
    style.font.bold = style.font.italic = False
    style.font.color.rgb = None
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)
    for color in list(style.element.rPr.iter(qn("w:color"))):
        style.element.rPr.remove(color)
    spacing = style.paragraph_format
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    spacing.widow_control = False


def _footer(footer: Any, side: Any, code: str) -> None:
    """Write "— 1 —", one character from the outer edge, and the code of an edition."""
    footer.is_linked_to_previous = False
    line = footer.paragraphs[0]
    line.alignment = side
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    if side == WD_ALIGN_PARAGRAPH.RIGHT:
        line.paragraph_format.right_indent = NUMBER_SIZE
    else:
        line.paragraph_format.left_indent = NUMBER_SIZE
    _run(line, "— ", NUMBER_FONT, NUMBER_SIZE)
    page = _run(line, "", NUMBER_FONT, NUMBER_SIZE)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        page._r.append(mark)
    _run(line, " —", NUMBER_FONT, NUMBER_SIZE)
    if code:
        below = footer.add_paragraph()
        below.alignment = side
        below.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        _run(below, f"定稿编号 {code}", NUMBER_FONT, Pt(9))


# Runs and cells ------------------------------------------------------------------------


@cache
def _run_form(font: str, size: Any, bold: bool) -> Any:
    """Return an empty run of a font; made once and copied."""
    run = new_document().add_paragraph().add_run()
    run.font.name, run.font.size = font, size
    run.font.bold = bold or None
    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run._r


@cache
def _cell_form(is_long: bool, keep: bool) -> Any:
    """Return the properties of a line in a cell; made once and copied."""
    line = new_document().add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.LEFT if is_long else CENTER
    line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.AT_LEAST
    line.paragraph_format.line_spacing = Pt(18)
    line.paragraph_format.keep_with_next = keep
    return line._p.pPr


def _run_element(text: str, font: str, size: Any, bold: bool = False) -> Any:
    element = deepcopy(_run_form(font, size, bold))
    element.text = text
    return element


def _run(line: WordParagraph, text: str, font: str, size: Any) -> Run:
    element = _run_element(text, font, size)
    line._p.append(element)
    return Run(element, line)


def _indent(line: WordParagraph) -> None:
    """Indent the first line by two characters, whatever the size of the type."""
    line.paragraph_format.first_line_indent = BODY_SIZE * 2
    line._p.get_or_add_pPr().get_or_add_ind().set(qn("w:firstLineChars"), "200")


def _mark(tag: str, number: int, name: str = "") -> Any:
    mark = OxmlElement(tag)
    mark.set(qn("w:id"), str(number))
    if name:
        mark.set(qn("w:name"), name)
    return mark


def _widths(table: Any, block: Table) -> None:
    """Share the type area out among the columns."""
    widths: Sequence[float] = block.widths or [2.1, *[1.35] * (len(block.head) - 1)]
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        # Of the grid and of every cell: programs look at the one or the other.
        column.width = int(Mm(156) * width / sum(widths))
