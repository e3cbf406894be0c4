"""Open a sealed edition: each part is proved by its digest before it is shown."""

from __future__ import annotations

import zlib
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.http import Http404

from accounts.models import User
from reports.editions.codes import normalise
from reports.editions.digests import ROW_FIELDS, edition_digest, rows_digest
from reports.editions.documents import TITLES
from reports.models import Edition, EditionDetail, EditionDocument, EditionRow, EditionTable
from sheets.freezing import digest, thaw
from sheets.layout import Layout


class Damaged(Exception):
    """What is stored is not what was sealed; the message says so to the reader."""

    def __init__(self, edition: Edition, part: str):
        super().__init__(
            f"定稿 {edition.code} 的{part}与定稿时的校验值不符，数据可能被直接改动过，不能作为依据。"
            "请联系系统管理员，从备份恢复。"
        )


def find(user: User, typed: str) -> Edition:
    """Return the edition of a code inside the scope of `user`, else raise Http404."""
    known = Edition.objects.visible_to(user).select_related("scope", "standard", "withdrawal")
    edition = known.filter(code=normalise(typed)).first()
    if edition is None:
        raise Http404("no such edition")
    return edition


class Opened:
    """An edition whose head has been proved; raises Damaged where it cannot be."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        # What the head proves: the parts without their contents.
        self.tables = list(edition.tables.defer("content"))
        details = dict(edition.details.values_list("key", "digest"))
        documents = dict(edition.documents.values_list("key", "digest"))
        self.digests = {table.key: table.digest for table in self.tables} | details | documents
        self.documents = [(key, TITLES[key]) for key in documents]
        if edition_digest(edition, self.digests) != edition.digest:
            raise Damaged(edition, "总目录")
        self._details: dict[str, Layout] = {}

    def table(self, key: str) -> EditionTable:
        """Return the entry of a table; Http404 where the edition has none of that key."""
        found = next((table for table in self.tables if table.key == key), None)
        if found is None:
            raise Http404("no such table")
        return found

    def layout(self, key: str, *, with_details: bool = False) -> Layout:
        """Return a table as it was sealed; its detail sheets only where they are asked for."""
        entry = self.table(key)
        content = EditionTable.objects.values_list("content", flat=True).get(pk=entry.pk)
        self._prove(content, key, f"“{entry.title}”")
        details = [self.detail(one) for one in entry.details] if with_details else []
        return thaw(content, details=details, seal=self.edition.code)

    def document(self, key: str) -> str:
        """Return the text of a document (editions/documents.py); Http404 where there is none."""
        stored = EditionDocument.objects.filter(edition=self.edition, key=key).first()
        if stored is None:
            raise Http404("no such document")
        self._prove(stored.content, key, TITLES[key])
        return stored.content

    def detail(self, key: str) -> Layout:
        """Return a detail sheet as it was sealed; tables that share it get the same one."""
        if key not in self._details:
            stored = EditionDetail.objects.get(edition=self.edition, key=key)
            content = zlib.decompress(bytes(stored.content)).decode()
            self._prove(content, key, "明细")
            self._details[key] = replace(thaw(content), key=key)
        return self._details[key]

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The organizations as they were sealed."""
        found = list(EditionRow.objects.filter(edition=self.edition).values_list(*ROW_FIELDS))
        if rows_digest(found) != self.edition.rows_digest:
            raise Damaged(self.edition, "党组织明细")
        return [dict(zip(ROW_FIELDS, row, strict=True)) for row in found]

    def prove_all(self) -> None:
        """Prove every part; raises Damaged."""
        for table in self.tables:
            self.layout(table.key, with_details=True)
        for key, _title in self.documents:
            self.document(key)
        _ = self.rows

    def _prove(self, content: str, key: str, name: str) -> None:
        if digest(content) != self.digests[key]:
            raise Damaged(self.edition, name)
