"""The documents of a year that an edition keeps beside its tables."""

from __future__ import annotations

from contextlib import suppress

from accounts.models import User
from reports.models import EditionDocument
from reports.writing.blocks import Document
from reports.writing.drafts import bound, with_drafts
from reports.writing.figures import Figure
from reports.writing.freezing import freeze, thaw
from reports.writing.material import Material
from reports.writing.notices import NothingToSay, results_notice
from schools.models import Jurisdiction
from sheets.freezing import digest

REPORT, RESULTS = "report", "results"
# What each is called on the page.
TITLES = {REPORT: "汇报材料", RESULTS: "考评结果通报"}


def frozen_documents(user: User, scope: Jurisdiction, year: int) -> list[EditionDocument]:
    """Return the documents of `scope` and `year` as they stand, written down.

    The report with the sections that officials have edited; the notice where there is one.
    """
    material = Material(user, scope, year)
    documents = {REPORT: with_drafts(material)[0]}
    with suppress(NothingToSay):
        documents[RESULTS] = results_notice(material)
    found = []
    for key, document in documents.items():
        text = freeze(document)
        found.append(EditionDocument(key=key, content=text, digest=digest(text)))
    return found


def as_sealed(text: str, code: str) -> Document:
    """Return a document as it was sealed, with the code of its edition."""
    return thaw(text).with_code(code)


def beside_today(text: str, code: str, material: Material) -> Document:
    """Return a document as it was sealed, its figures bound to the data of today.

    What the data say otherwise now is stale, as in a draft.
    """

    def bind(figure: Figure) -> Figure:
        return bound(material, figure.name, figure.form, figure.text)

    return thaw(text, bind).with_code(code)


def moved(document: Document) -> list[Figure]:
    """Return the figures of a document that would be written otherwise now, each once."""
    stale = {(f.name, f.form, f.text): f for _, f in document.figures if f.is_stale}
    # The day of writing is another one every day.
    return [figure for figure in stale.values() if figure.name != "fact.today"]
