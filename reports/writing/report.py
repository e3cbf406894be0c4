"""The written report (工作情况汇报) of one scope and year."""

from __future__ import annotations

from accounts.models import User
from reports.writing.blocks import Document, Paragraph, Signature, words
from reports.writing.figures import TEXT
from reports.writing.material import Material
from reports.writing.sections import SECTIONS
from schools.models import Jurisdiction


def write_report(user: User, *, scope: Jurisdiction, year: int) -> Document:
    """Return the report of `scope` for `year` as `user` sees it, written from the data."""
    return document(Material(user, scope, year))


def document(m: Material) -> Document:
    """Return the report of some material."""
    year = m.figure("fact.year", "年")
    opening = words("现将{}{}学校基层党组织建设工作情况汇报如下。", m.scope.label, year)
    return Document(
        title=f"{m.scope.label}中小学校基层党组织\n建设工作情况汇报",
        under_title=words("（{}）", year),
        sections=[write(m) for write in SECTIONS.values()],
        opening=[Paragraph([opening])],
        closing=[Signature(m.signer, (m.figure("fact.today", TEXT),))],
    )
