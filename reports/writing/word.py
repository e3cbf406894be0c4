"""Draw a document as .docx in the form of official papers (GB/T 9704—2012).

A4 with the margins of the standard, 22 lines of 28 characters: body 仿宋_GB2312 三号 on
28 pt lines, title 方正小标宋 二号, headings 黑体 and 楷体 三号, page number "— 1 —" outside.
Fonts are named, none is shipped. Every figure stands between the bookmarks `figure_N`, in
the order of `Document.figures`, so that a number on paper leads back to its query.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from itertools import chain
from typing import Any

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

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
from reports.writing.word_xml import Runs, element, line, run, table

TITLE_FONT, BODY_FONT = "方正小标宋简体", "仿宋_GB2312"
HEADING_FONTS = {1: "黑体", 2: "楷体_GB2312"}
NUMBER_FONT = "宋体"
TITLE_SIZE, BODY_SIZE, NUMBER_SIZE = Pt(22), Pt(16), Pt(14)
CAPTION_SIZE, TABLE_SIZE = Pt(12), Pt(10.5)
LINE = Pt(28)
# A table of fewer lines is not broken over pages.
SHORT = 12
# Longer cells are set left.
LONG = 14
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
CENTER = WD_ALIGN_PARAGRAPH.CENTER
# The first line by two characters, whatever the size of the type; a signature from the right.
INDENT = f'w:firstLine="{(BODY_SIZE * 2) // 635}" w:firstLineChars="200"'
SIGNED = f'w:right="{(BODY_SIZE * 4) // 635}"'
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def to_docx(document: Document) -> bytes:
    """Return the file of a document; the same document gives the same bytes."""
    word = new_document()
    _Writer(word).write(document)
    stream = BytesIO()
    word.save(stream)
    return stream.getvalue()


class _Writer:
    """Writes the body of one document; numbers its figures as it goes."""

    def __init__(self, word: WordDocument) -> None:
        self.word = word
        self.runs = Runs()
        # The form of the page stands last; everything goes before it.
        self.end = word.element.body[-1]
        # Whether the next line begins a page.
        self.turned = False

    def write(self, document: Document) -> None:
        _set_up(self.word, document)
        if document.warning:
            self._line(self.runs.of((document.warning,), BODY_FONT, BODY_SIZE, bold=True))
        self._title(document.title, document.under_title)
        blocks = [block for _, block in document.blocks]
        for block, following in zip(blocks, [*blocks[1:], None], strict=True):
            if isinstance(block, PageBreak):
                # A paragraph of its own for the break would be an empty line.
                self.turned = True
            else:
                self._block(block, before_signature=isinstance(following, Signature))

    def _add(self, xml: str) -> None:
        # Piece by piece: to move a whole body from tree to tree takes longer than to read it.
        self.end.addprevious(element(xml))

    def _line(self, runs: str, **form: Any) -> None:
        self._add(line(runs, turned=self.turned, **form))
        self.turned = False

    def _title(self, text: str, under: Words) -> None:
        self._line(run(text, TITLE_FONT, TITLE_SIZE), style="Title")
        if under:
            self._line(self.runs.of(under, HEADING_FONTS[2], BODY_SIZE), side="center")
        self._line("")

    def _block(self, block: Block, *, before_signature: bool) -> None:
        if isinstance(block, Heading):
            text = run(block.text, HEADING_FONTS[block.level], BODY_SIZE)
            self._line(text, style=f"Heading{block.level}")
        elif isinstance(block, Paragraph):
            text = self.runs.of(block.run, BODY_FONT, BODY_SIZE)
            self._line(text, indent="" if block.flush else INDENT, keep=before_signature)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Signature):
            # It never stands alone on a page (GB/T 9704-2012, 7.3.5): some text goes with it.
            self._line("", keep=True)
            for words in ((block.body,), block.day):
                text = self.runs.of(words, BODY_FONT, BODY_SIZE)
                is_first = words is not block.day
                self._line(text, indent=SIGNED, side="right", keep=is_first)
        elif isinstance(block, Title):
            self._title(block.text, block.under)

    def _table(self, block: Table) -> None:
        caption = run(block.caption, HEADING_FONTS[1], CAPTION_SIZE)
        self._line(caption, side="center", keep=True)
        keep = _lines(block) < SHORT
        heads = (self._cell(words, HEADING_FONTS[1], keep, "center") for words in block.head)
        rows = (
            [
                self._cell(words, BODY_FONT, keep, "left" if len(plain(words)) > LONG else "center")
                for words in row
            ]
            for row in block.rows
        )
        shares: Sequence[float] = block.widths or [2.1, *[1.35] * (len(block.head) - 1)]
        self._add(table(chain([heads], rows), shares))
        if block.note:
            note = self.runs.of(block.note, BODY_FONT, TABLE_SIZE)
            self._line(note, spacing=Pt(18))

    def _cell(self, words: Words, font: str, keep: bool, side: str) -> str:
        text = self.runs.of(words, font, TABLE_SIZE)
        return line(text, keep=keep, spacing=Pt(18), at_least=True, side=side)


def _lines(block: Table) -> int:
    """Return about how many lines the rows of a table take."""
    if not block.widths:
        return len(block.rows)
    return sum(
        max(-(-len(plain(words)) // width) for words, width in zip(row, block.widths, strict=True))
        for row in block.rows
    )


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


def _run(line: WordParagraph, text: str, font: str, size: Any) -> Any:
    """Add a run to a line of the footer."""
    added = element(run(text, font, size))
    line._p.append(added)
    return added


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
        page.append(mark)
    _run(line, " —", NUMBER_FONT, NUMBER_SIZE)
    if code:
        below = footer.add_paragraph()
        below.alignment = side
        below.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        _run(below, f"定稿编号 {code}", NUMBER_FONT, Pt(9))
