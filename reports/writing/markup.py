"""The text of a section as it is kept, and as it stands in the box it is edited in.

One line is one paragraph; `## ` begins a heading of the second level; `{表}` is the table,
which is always drawn from the data. A figure is a field: kept as `{written|name|form}`,
edited as `{written|query in words}`. What is typed without braces is plain text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from reports.writing.blocks import Block, Heading, Paragraph, Table, Words
from reports.writing.figures import Figure

TABLE, HEADING = "{表}", "## "
KEPT = re.compile(r"\{([^{}|]*)\|([^{}|]*)\|([^{}|]*)\}")
EDITED = re.compile(r"\{([^{}|]*)\|([^{}|]*)\}")
SENTENCE = re.compile(r"[^。]*。|[^。]+")

# Gives the figure of a name, a form and the words it was written in.
Bind = Callable[[str, str, str], Figure]


def kept(blocks: Iterable[Block]) -> str:
    """Return the blocks of a section as kept text."""
    lines = []
    for block in blocks:
        if isinstance(block, Heading):
            lines.append(f"{HEADING}{block.text}")
        elif isinstance(block, Paragraph):
            lines.append("".join(map(_mark, block.run)))
        elif isinstance(block, Table):
            lines.append(TABLE)
    return "\n".join(lines)


def _mark(part: str | Figure) -> str:
    return part if isinstance(part, str) else f"{{{part.text}|{part.name}|{part.form}}}"


def sentences(body: str) -> Iterator[str]:
    """Yield the sentences of kept text in order; headings and the table are none."""
    for line in body.split("\n"):
        if line.strip() and line != TABLE and not line.startswith(HEADING):
            yield from SENTENCE.findall(line)


def replaced(body: str, change: Callable[[int, str], str]) -> str:
    """Return kept text with every sentence changed, given its place among them."""
    place = -1

    def next_one(match: re.Match) -> str:
        nonlocal place
        place += 1
        return change(place, match.group())

    return "\n".join(
        line
        if not line.strip() or line == TABLE or line.startswith(HEADING)
        else SENTENCE.sub(next_one, line)
        for line in body.split("\n")
    )


def words_of(sentence: str, bind: Bind) -> Words:
    """Return one sentence of kept text with its figures bound."""
    found: list[str | Figure] = []
    end = 0
    for match in KEPT.finditer(sentence):
        found += [sentence[end : match.start()], bind(match[2], match[3], match[1])]
        end = match.end()
    return tuple(part for part in (*found, sentence[end:]) if part != "")


def blocks_of(body: str, bind: Bind, tables: Iterable[Table]) -> list[Block]:
    """Return the blocks of kept text; `tables` are those of the section, from the data."""
    left = list(tables)
    blocks: list[Block] = []
    for line in body.split("\n"):
        if line == TABLE:
            blocks += [left.pop(0)] if left else []
        elif line.startswith(HEADING):
            blocks.append(Heading(line.removeprefix(HEADING), 2))
        elif line.strip():
            blocks.append(Paragraph([words_of(one, bind) for one in SENTENCE.findall(line)]))
    return blocks


def fields_of(body: str) -> list[tuple[str, str, str]]:
    """Return (written, name, form) of every field of kept text."""
    return [(match[1], match[2], match[3]) for match in KEPT.finditer(body)]


def to_edit(body: str, label: Callable[[str], str]) -> str:
    """Return kept text as it is edited: names of queries in words."""
    return KEPT.sub(lambda match: f"{{{match[1]}|{label(match[2])}}}", body)


def from_edit(text: str, names: Mapping[str, tuple[str, str]]) -> tuple[str, list[str]]:
    """Return kept text from edited, and the words no figure is known by.

    `names` maps a query in words to its name and form.
    """
    unknown: list[str] = []

    def name(match: re.Match) -> str:
        if match[2] not in names:
            unknown.append(match[2])
            return match.group()
        return "{{{}|{}|{}}}".format(match[1], *names[match[2]])

    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    return EDITED.sub(name, "\n".join(line for line in lines if line)), unknown
