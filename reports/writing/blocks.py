"""The model of a document: blocks of sentences made of text and figures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from reports.writing.figures import Figure

# A sentence, or any run of words: plain text and figures in their order.
Words: TypeAlias = "tuple[str | Figure, ...]"


def words(pattern: str, *figures: Figure | Words | str) -> Words:
    """Return `pattern` with each `{}` replaced by the next of `figures`.

    A figure stays bound; words are spliced in with the figures they hold.
    """
    pieces = pattern.split("{}")
    if len(pieces) != len(figures) + 1:
        raise ValueError(f"{len(figures)} figures for {pattern!r}")
    found: list[str | Figure] = []
    for piece, figure in zip(pieces, (*figures, ""), strict=True):
        found.append(piece)
        found += figure if isinstance(figure, tuple) else [figure]
    return tuple(part for part in found if part != "")


def joined(parts: Sequence[Words], by: str = "、") -> Words:
    """Return `parts` one after the other with `by` between them."""
    found: list[str | Figure] = []
    for place, part in enumerate(parts):
        found += [*([by] if place else []), *part]
    return tuple(found)


def plain(run: Words) -> str:
    """Return words as text."""
    return "".join(part if isinstance(part, str) else part.text for part in run)


def figures_of(run: Words) -> Iterator[Figure]:
    """Yield the figures in `run`."""
    return (part for part in run if isinstance(part, Figure))


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: level 1 is 一、 in 黑体, level 2 （一） in 楷体."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Title:
    """The title of a further document in the same file, with the line under it."""

    text: str
    under: Words = ()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences, each ending in its own full stop. `flush` is set without indent."""

    sentences: Sequence[Words]
    flush: bool = False

    @property
    def run(self) -> Words:
        return joined(self.sentences, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: heading cells, then rows; the first cell of each row is its heading."""

    caption: str
    head: Sequence[Words]
    rows: Sequence[Sequence[Words]]
    note: Words = ()
    # Widths of the columns in characters, where they are not equal.
    widths: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs, and the day in Chinese."""

    body: str
    day: Words


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block begins a new page."""


Block: TypeAlias = "Heading | Title | Paragraph | Table | Signature | PageBreak"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a document that is edited as a whole.

    `gaps` name what the data say nothing of, so that no sentence was written about it.
    `stale` counts the sentences of a kept text that the data no longer bear out.
    """

    slug: str
    title: str
    blocks: Sequence[Block]
    gaps: Sequence[str] = ()
    stale: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A document: title, the line under it, its sections, and who signs.

    `edition_code` is the code of a sealed edition, printed in the footer; `warning` is
    said at the top of a print that holds outdated sentences.
    """

    title: str
    sections: Sequence[Section]
    under_title: Words = ()
    edition_code: str = ""
    warning: str = ""
    # The name of the file without its ending, where it is not the title.
    file_stem: str = ""
    opening: Sequence[Block] = field(default_factory=tuple)
    closing: Sequence[Block] = field(default_factory=tuple)

    @property
    def file_name(self) -> str:
        """The name of the file, safe for every file system."""
        return "".join(c for c in self.file_stem or self.title if c not in '\\/:*?"<>|\n') + ".docx"

    @property
    def blocks(self) -> Iterator[tuple[str, Block]]:
        """The blocks in order, each with the slug of its section ("" outside of all)."""
        for block in self.opening:
            yield "", block
        for section in self.sections:
            if section.title:
                yield section.slug, Heading(section.title)
            for block in section.blocks:
                yield section.slug, block
        for block in self.closing:
            yield "", block

    @property
    def figures(self) -> list[tuple[str, Figure]]:
        """Every figure of the document in reading order, with the slug of its section."""
        found = [("", figure) for figure in figures_of(self.under_title)]
        for slug, block in self.blocks:
            for run in runs_of(block):
                found += [(slug, figure) for figure in figures_of(run)]
        return found

    @property
    def stale(self) -> int:
        """How many sentences are out of date."""
        return sum(section.stale for section in self.sections)

    def with_code(self, code: str) -> Document:
        """Return the document with the code of a sealed edition in its footer."""
        return replace(self, edition_code=code)


def runs_of(block: Block) -> Iterator[Words]:
    """Yield the runs of words of a block in reading order."""
    if isinstance(block, Paragraph):
        yield from block.sentences
    elif isinstance(block, Table):
        yield from block.head
        for row in block.rows:
            yield from row
        yield block.note
    elif isinstance(block, Signature):
        yield block.day
    elif isinstance(block, Title):
        yield block.under
