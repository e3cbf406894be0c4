"""Seal the figures of a body and year; withdraw what was sealed. Nothing else writes editions."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.bulk import insert_records
from accounts.models import User
from assessments.compliance import percent_text
from assessments.models import Assessment, Cycle, Verdict
from reports.details import reason
from reports.editions.codes import new_code
from reports.editions.digests import ROW_FIELDS, edition_digest, rows_digest
from reports.editions.documents import frozen_documents
from reports.models import (
    Edition,
    EditionDetail,
    EditionDocument,
    EditionRow,
    EditionTable,
    EditionWithdrawal,
)
from reports.pack.contents import parts
from schools.models import Jurisdiction
from sheets.freezing import digest, freeze

# Who decides the results of a body also seals its figures.
MANAGE = "assessments.manage_cycle"


def may_seal(user: User, scope: Jurisdiction) -> bool:
    """Tell whether `user` may seal and withdraw the figures of `scope`."""
    return Jurisdiction.objects.permitted(user, MANAGE).filter(pk=scope.pk).exists()


def check_may(actor: User, scope: Jurisdiction) -> None:
    """Raise PermissionDenied for whoever does not manage `scope`."""
    if not may_seal(actor, scope):
        raise PermissionDenied(f"只有管理{scope.label}的业务管理人员可以定稿和撤回定稿。")


@transaction.atomic
def seal(
    *,
    scope: Jurisdiction,
    year: int,
    actor: User,
    request: UUID,
    title: str = "",
    say: Callable[[str], None] = lambda words: None,
) -> Edition:
    """Freeze every table and document of `scope` and `year`, and the organizations behind.

    `request` is the number of the form: what it asked for once is sealed once. `say` is
    told each step. Raises PermissionDenied, and ValidationError where there is nothing to
    seal or the figures are being changed at this moment.
    """
    check_may(actor, scope)
    # Also holds off a scoring, and the second of two clicks, until this one is done.
    cycles = Cycle.objects.select_for_update(of=("self",)).select_related("standard")
    cycle = cycles.filter(year=year).first()
    if known := Edition.objects.visible_to(actor).filter(request=request).first():
        return known
    if cycle is None or cycle.scored_at is None:
        raise ValidationError(f"{year} 年度还没有测算，没有可以定稿的数字。请先测算。")
    rows = _rows(actor, scope, cycle)
    if not rows:
        raise ValidationError(f"{scope.label} {year} 年度没有考评结果，没有可以定稿的数字。")
    tables, details = _frozen(actor, scope, cycle, say)
    say("正在固定汇报材料和通报")
    documents = frozen_documents(actor, scope, year)
    counted = [row for row in rows if not row.exclusion]
    edition = Edition(
        code=new_code(),
        request=request,
        title=title.strip() or f"{scope.label}{year}年度标准化建设情况",
        year=year,
        scope=scope,
        scope_name=scope.label,
        standard=cycle.standard,
        standard_name=str(cycle.standard),
        is_confirmed=cycle.is_confirmed,
        as_of=cycle.scored_as_of or cycle.check_date,
        due=len(counted),
        passed=sum(row.verdict == Verdict.COMPLIANT for row in counted),
        made_by=actor,
        made_by_name=actor.name,
        made_at=timezone.now(),
        rows_digest=rows_digest([getattr(r, name) for name in ROW_FIELDS] for r in rows),
    )
    whole: list[EditionTable | EditionDetail | EditionDocument] = [*tables, *details, *documents]
    edition.digest = edition_digest(edition, {part.key: part.digest for part in whole})
    say("正在保存")
    edition.save(force_insert=True)
    for stored in (*whole, *rows):
        stored.edition = edition
    EditionTable.objects.bulk_create(tables)
    EditionDetail.objects.bulk_create(details)
    EditionDocument.objects.bulk_create(documents)
    insert_records(rows)
    audit.record(
        "reports.seal",
        actor=actor,
        obj=edition,
        changes={
            "code": edition.code,
            "tables": len(tables),
            "documents": len(documents),
            "organizations": len(rows),
            "rate": percent_text(edition.passed, edition.due),
            "sha256": edition.digest,
        },
    )
    return edition


@transaction.atomic
def withdraw(*, edition: Edition, reason: str, actor: User) -> EditionWithdrawal:
    """Say that an edition no longer counts; it stays to be read with the reason."""
    check_may(actor, edition.scope)
    why = reason.strip()
    if not why:
        raise ValidationError("请写明撤回的理由。")
    # Two at once: the second waits and finds the first.
    Edition.objects.select_for_update().get(pk=edition.pk)
    if EditionWithdrawal.objects.filter(edition=edition).exists():
        raise ValidationError("这份定稿已经撤回，不用再撤回。")
    withdrawal = EditionWithdrawal(edition=edition, reason=why, by=actor, by_name=actor.name)
    withdrawal.save(force_insert=True)
    audit.record(
        "reports.edition_withdraw",
        actor=actor,
        obj=edition,
        changes={"code": edition.code, "reason": why},
    )
    return withdrawal


def _frozen(
    actor: User, scope: Jurisdiction, cycle: Cycle, say: Callable[[str], None]
) -> tuple[list[EditionTable], list[EditionDetail]]:
    """Return the tables of the year and their detail sheets, written down."""
    tables: list[EditionTable] = []
    details: dict[str, EditionDetail] = {}
    asked = [part for part in parts(cycle) if part.report.is_sealed]
    for order, part in enumerate(asked):
        say(f"正在固定第 {order + 1} 张表，共 {len(asked)} 张：{part.report.title}")
        layout = part.layout(actor, scope=scope, year=cycle.year, cycle=cycle)
        content = freeze(layout)
        keys = []
        for number, detail in enumerate(layout.details, 1):
            key = detail.key or f"{part.key}:{number}"
            keys.append(key)
            if key not in details:
                text = freeze(detail)
                packed = zlib.compress(text.encode())
                details[key] = EditionDetail(key=key, content=packed, digest=digest(text))
        tables.append(
            EditionTable(
                key=part.key,
                order=order,
                title=layout.title,
                content=content,
                details=keys,
                digest=digest(content),
            )
        )
    return tables, list(details.values())


def _rows(actor: User, scope: Jurisdiction, cycle: Cycle) -> list[EditionRow]:
    """Return the organizations of the year as they stand now."""
    found = Assessment.objects.visible_to(actor).inside(scope).filter(cycle=cycle)
    return [EditionRow(**_values(record)) for record in found.order_by().values(*_FIELDS)]


# From the fields of an assessment to those of a row.
_NAMES = {
    "organization_id": "organization_id",
    "organization__name": "organization_name",
    "organization__school__name": "school_name",
    "jurisdiction_id": "jurisdiction_id",
    "jurisdiction__path": "jurisdiction_path",
    "jurisdiction__short_name": "jurisdiction_name",
    "unit_id": "unit_id",
    "unit__unit_name": "unit_name",
    "place_id": "place_id",
    "place__name": "place_name",
    "kind": "kind",
    "body_kind": "body_kind",
    "stage": "stage",
    "ownership": "ownership",
    "members": "members",
    "final": "final",
    "verdict": "verdict",
    "is_vetoed": "is_vetoed",
    "exclusion": "exclusion",
    "lost": "lost",
}
_TEXTS = ("school_name", "unit_name", "place_name")
_FIELDS = (*_NAMES, "vetoes", "note")


def _values(record: dict[str, Any]) -> dict[str, Any]:
    """Return the values of a row for an assessment."""
    values = {name: record[field] for field, name in _NAMES.items()}
    values |= {name: values[name] or "" for name in _TEXTS}
    return values | {"words": reason(record)}
