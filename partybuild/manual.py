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
    """A chapter: the name of its file, and the URL names of the pages it explains.

    With "member" among the pages, "member_edit" and all other pages of a member are too.
    """

    slug: str
    pages: tuple[str, ...] = ()

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
    Chapter("home", ("home", "rates", "unit", "waiting")),
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
    Chapter(
        "meetings",
        (
            "life_calendar",
            "meetings",
            "meeting",
            "meetings_grid",
            "talks",
            "talk",
            "evaluations",
            "evaluation",
            "organization_evaluation",
            "problems",
            "problem",
        ),
    ),
    Chapter(
        "training",
        (
            "training_hours",
            "organization_training",
            "trainings",
            "training",
            "training_plans",
            "training_plan",
            "training_course",
        ),
    ),
    Chapter("dues", ("dues", "organization_dues", "member_dues")),
    Chapter("imports", ("imports", "import")),
    Chapter("exports", ("members_unmasked", "import_template")),
    Chapter("finding", ("search", "look_up_id", "saved_filters", "saved_filter")),
    Chapter("consistency", ("consistency", "findings", "explain")),
    Chapter("history"),
    Chapter(
        "cycles",
        (
            "cycles",
            "cycle",
            "progress",
            "filings",
            "filing",
            "decision",
            "schedule",
            "objection",
            "look_back",
            "standard_versions",
            "standard_draft",
        ),
    ),
    Chapter(
        "supervision",
        (
            "rectifications",
            "rectification",
            "surveys",
            "survey",
            "veto_findings",
            "veto_finding",
            "weak_listings",
            "weak_listing",
        ),
    ),
    Chapter("reports", ("reports", "report")),
    Chapter("system", ("users", "user", "grant", "log")),
)
# Pages that every type of record has are explained once.
_HISTORY = ("_history", "_restore", "_withdraw")


def chapter_of(page: str) -> Chapter | None:
    """Return the chapter that explains the page of this URL name; None if none does."""
    if page.endswith(_HISTORY):
        page = "history"
    named = {name: chapter for chapter in CHAPTERS for name in (chapter.slug, *chapter.pages)}
    fitting = [name for name in named if page == name or page.startswith(f"{name}_")]
    return named[max(fitting, key=len)] if fitting else None


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
