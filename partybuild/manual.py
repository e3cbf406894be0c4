"""The manual of docs/manual in the application: its chapters, and the pages they explain.

A chapter is one Markdown file. Its first heading is its title; the headings below it say
what can be done. `CHAPTERS` is the one place that orders the chapters and tells which
pages each of them explains; docs/manual/README.md says how to write one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

FOLDER: Path = settings.BASE_DIR / "docs" / "manual"
# Where the pictures of a chapter stand, and where they are served from.
PICTURES, SERVED = "pictures/", "manual/"


@dataclass(frozen=True)
class Chapter:
    """A chapter: the name of its file, and what it explains.

    `pages` are URL names; with "member", "member_edit" and all other pages of a member are
    meant too. `sections` are entries of the menu, for their pages that no chapter names.
    """

    slug: str
    pages: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """What the chapter says."""
        path = FOLDER / f"{self.slug}.md"
        return read(path, path.stat().st_mtime_ns)

    @property
    def title(self) -> str:
        """The title of the chapter."""
        return self.text.title

    @property
    def url(self) -> str:
        """The address of the chapter."""
        return reverse("help_chapter", args=[self.slug])


CHAPTERS = (
    Chapter("sign-in", ("login", "password")),
    Chapter("home", ("home", "display", "rates", "unit", "waiting")),
    Chapter("work", ("work", "handover", "reminders")),
    Chapter("scorecard", ("scorecard", "standard", "indicator")),
    Chapter(
        "organizations",
        (
            "schools",
            "school",
            "organizations",
            "organization",
            "former_name",
            "affiliation",
            "coverage",
            "jurisdictions",
        ),
    ),
    Chapter(
        "terms",
        (
            "terms",
            "term",
            "post",
            "organization_election",
            "organization_extension",
            "organization_appointment",
        ),
    ),
    Chapter("members", ("members", "member", "contact", "transfers", "transfer")),
    Chapter("development", ("development_cases", "development_case", "activist_review")),
    Chapter("meetings", sections=("组织生活",)),
    Chapter("training", ("training",)),
    Chapter("roles", sections=("教育与作用",)),
    Chapter("dues", ("dues", "organization_dues", "member_dues")),
    Chapter("imports", ("imports", "import")),
    Chapter("exports", ("members_unmasked", "import_template")),
    Chapter("finding", ("search", "look_up_id", "saved_filters", "saved_filter")),
    Chapter("consistency", ("consistency", "findings", "explain")),
    Chapter("history", ("history",)),
    Chapter("cycles", ("standard_versions", "standard_draft"), sections=("考评",)),
    Chapter("supervision", sections=("督导与保障",)),
    Chapter("writing", ("writing", "section_draft", "section_take", "section_renew")),
    Chapter("reports", ("reports", "report")),
    Chapter("editions", ("editions", "edition", "pack")),
    Chapter("why", ("movement",), sections=("达标率",)),
    Chapter("system", ("users", "user", "grant", "log")),
)
# Pages that every type of record has are explained once.
_HISTORY = ("_history", "_restore", "_withdraw")


def chapter_of(page: str, section: str = "") -> Chapter | None:
    """Return the chapter about the page of this URL name in a section of the menu, if any."""
    if page.endswith(_HISTORY):
        page = "history"
    named = {name: chapter for chapter in CHAPTERS for name in chapter.pages}
    fitting = [name for name in named if page == name or page.startswith(f"{name}_")]
    if fitting:
        return named[max(fitting, key=len)]
    return next((chapter for chapter in CHAPTERS if section in chapter.sections), None)


@dataclass(frozen=True)
class Part:
    """What stands under one heading: its words, and its place in the page."""

    heading: str
    anchor: str
    words: str


@dataclass(frozen=True)
class Text:
    """A chapter read: title, body as HTML, and its parts."""

    title: str
    body: SafeString
    parts: tuple[Part, ...]


@lru_cache(maxsize=64)
def read(path: Path, _changed: int) -> Text:
    """Return the chapter in `path`. HTML in the source is shown as text, never passed on."""
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = parser.parse(path.read_text(encoding="utf-8"))
    # The title is the heading of the page; the body begins after it.
    title, body = tokens[1].content, tokens[3:]
    parts: list[Part] = []
    heading, words = "", [title]
    for place, token in enumerate(body):
        if token.type == "heading_open":
            if heading:
                parts.append(Part(heading, f"p{len(parts) + 1}", " ".join(words)))
            heading, words = body[place + 1].content, []
            token.attrSet("id", f"p{len(parts) + 1}")
        elif token.type == "table_open":
            token.attrSet("class", "t")
        for child in token.children or []:
            _lead(child)
        if token.type == "inline":
            words.append("".join(_said(token)))
    parts.append(Part(heading, f"p{len(parts) + 1}", " ".join(words)))
    # Made from our own file by a parser that escapes every tag in it.
    html = mark_safe(parser.renderer.render(body, parser.options, {}))  # noqa: S308
    return Text(title, html, tuple(parts))


def _lead(token: Token) -> None:
    """Let a link between chapters and a picture lead to their addresses here."""
    if token.type == "link_open":
        href = str(token.attrGet("href"))
        if href.endswith(".md"):
            token.attrSet("href", reverse("help_chapter", args=[href.removesuffix(".md")]))
    elif token.type == "image":
        name = str(token.attrGet("src")).removeprefix(PICTURES)
        token.attrSet("src", static(f"{SERVED}{name}"))
        token.attrSet("loading", "lazy")


def _said(token: Token) -> Iterator[str]:
    """Yield the words of a line, without those of pictures."""
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            yield child.content


def find(text: str) -> list[tuple[Chapter, Part, str]]:
    """Return the parts that hold all words of `text`, each with the line around the first."""
    words = text.lower().split()
    found = []
    for chapter in CHAPTERS if words else ():
        for part in chapter.text.parts:
            said = f"{part.heading} {part.words}"
            if all(word in said.lower() for word in words):
                place = max(0, part.words.lower().find(words[0]) - 20)
                found.append((chapter, part, part.words[place : place + 80]))
    return found
