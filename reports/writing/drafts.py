"""The report as officials keep it: which sentences the data no longer bear out, and renewing.

A kept sentence is out of date when one of its figures would be written otherwise today.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.history import Act
from accounts.models import Revision
from reports.writing import markup
from reports.writing.blocks import Document, Paragraph, Section, Table, Words, figures_of, plain
from reports.writing.figures import Figure
from reports.writing.material import Material
from reports.writing.models import SectionDraft
from reports.writing.report import document
from schools import writing

DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Outdated:
    """A sentence of a draft that the data no longer bear out. `place` is among all of it."""

    place: int
    words: Words

    @property
    def moved(self) -> list[Figure]:
        """The figures that would be written otherwise now."""
        return [figure for figure in figures_of(self.words) if figure.is_stale]


@dataclass(frozen=True, slots=True)
class KeptSection:
    """A section with its draft: what is out of date, what the data have new, what is typed."""

    draft: SectionDraft
    section: Section
    outdated: list[Outdated]
    fresh: list[str]
    typed_numbers: int


def drafts_of(material: Material) -> dict[str, SectionDraft]:
    """Return the drafts of the report of a material, by section."""
    drafts = SectionDraft.objects.visible_to(material.user)
    found = drafts.filter(jurisdiction=material.scope, year=material.year)
    return {draft.section: draft for draft in found.select_related("jurisdiction")}


def bound(material: Material, name: str, form: str, text: str) -> Figure:
    """Return the figure of a field, kept in the words it was written in."""
    try:
        return replace(material.known_figure(name, form), kept=text)
    except (KeyError, ValueError, TypeError):
        # What it counted is not there any more: a unit that has gone, a record withdrawn.
        return Figure(name, form, None, material.day, kept=text, said="这个数字已经没有数据")


def kept_section(material: Material, draft: SectionDraft, written: Section) -> KeptSection:
    """Return a section as its draft has it, beside the one the data would give."""

    def bind(name: str, form: str, text: str) -> Figure:
        return bound(material, name, form, text)

    tables = [block for block in written.blocks if isinstance(block, Table)]
    blocks = markup.blocks_of(draft.text, bind, tables)
    every = [markup.words_of(one, bind) for one in markup.sentences(draft.text)]
    outdated = [
        Outdated(place, words)
        for place, words in enumerate(every)
        if any(figure.is_stale for figure in figures_of(words))
    ]
    known = {name for _, name, _ in markup.fields_of(draft.text)}
    fresh = [
        markup.kept([Paragraph([sentence])])
        for block in written.blocks
        if isinstance(block, Paragraph)
        for sentence in block.sentences
        if (names := {figure.name for figure in figures_of(sentence)}) and not names & known
    ]
    typed = sum(
        len(DIGITS.findall(part)) for words in every for part in words if isinstance(part, str)
    )
    section = replace(written, blocks=blocks, stale=len(outdated), gaps=())
    return KeptSection(draft, section, outdated, fresh, typed)


def with_drafts(material: Material) -> tuple[Document, dict[str, KeptSection]]:
    """Return the report as it stands: kept sections where there are drafts, else the data."""
    written = document(material)
    drafts = drafts_of(material)
    found = {
        section.slug: kept_section(material, drafts[section.slug], section)
        for section in written.sections
        if section.slug in drafts
    }
    sections = [
        found[section.slug].section if section.slug in found else section
        for section in written.sections
    ]
    stale = sum(section.stale for section in sections)
    warning = (
        f"注意：本稿有 {stale} 句与现在的数据不一致，句中仍是旧数。请更新后再定稿。"
        if stale
        else ""
    )
    return replace(written, sections=sections, warning=warning), found


# Writing -------------------------------------------------------------------------------


@transaction.atomic
def begin(*, material: Material, slug: str, act: Act) -> SectionDraft:
    """Take a section as the data give it for a draft; return the one there is, if any."""
    if slug in (drafts := drafts_of(material)):
        return drafts[slug]
    written = {section.slug: section for section in document(material).sections}
    draft = SectionDraft(
        jurisdiction=material.scope,
        year=material.year,
        section=slug,
        text=markup.kept(written[slug].blocks),
    )
    draft.full_clean()
    writing.write(draft, act=act, action="section_draft.create")
    return draft


@transaction.atomic
def renew(
    *,
    material: Material,
    draft: SectionDraft,
    act: Act,
    expected: int,
    places: Collection[int] | None = None,
) -> Revision | None:
    """Write the figures of some sentences (all of them where None) as they are now.

    Raises Conflict where somebody changed the draft since, and ValidationError where a figure
    has no data any more: its sentence has to be edited.
    """
    lost: list[str] = []

    def change(place: int, sentence: str) -> str:
        if places is not None and place not in places:
            return sentence
        run = markup.words_of(sentence, lambda *field: bound(material, *field))
        if any(figure.value is None and not figure.page for figure in figures_of(run)):
            lost.append(plain(run))
            return sentence
        return markup.kept(
            [Paragraph([tuple(p if isinstance(p, str) else replace(p, kept=None) for p in run)])]
        )

    draft.text = markup.replaced(draft.text, change)
    if lost:
        raise ValidationError(
            f"没有更新：“{lost[0]}”里的数字已经没有数据，请修改这一句，或把数字改成文字。"
        )
    return writing.write(draft, act=act, action="section_draft.renew", expected=expected)
