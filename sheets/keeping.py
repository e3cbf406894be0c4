"""How long an uploaded workbook is kept, and with it why rows were refused.

It waits for its confirmation, and after saving serves once more: to give the refused
rows back. Both are sealed, and gone after some days; nothing is kept of a workbook
whose rows were all accepted.
"""

from __future__ import annotations

import datetime
import json
import os
import tempfile
import time
import zlib
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from sheets.models import BatchStatus, ImportBatch
from sheets.outcome import Outcome

# Days until a waiting workbook is given up, and until the refused rows are forgotten.
WAITING, RETURNING = 7, 30
# Seconds after which a file of an upload or of a step under way is left over.
LEFT_OVER = 24 * 60 * 60

# Why a row was refused: heading of the column, reason, cure.
Reasons = list[tuple[str, str, str]]


def keep_waiting(batch: ImportBatch, content: bytes, outcome: Outcome | None) -> None:
    """Keep the workbook of a batch that waits; the caller saves the batch."""
    _keep(batch, content, outcome, WAITING)


def keep_refused(batch: ImportBatch, content: bytes, outcome: Outcome) -> None:
    """Keep the workbook of a saved batch if rows were refused; the caller saves the batch."""
    if outcome.counts["refused"]:
        _keep(batch, content, outcome, RETURNING)
    else:
        forget(batch)


def forget(batch: ImportBatch) -> None:
    """Let go of the workbook; the caller saves the batch."""
    batch.content = batch.refusals = batch.kept_until = None


def forget_expired() -> int:
    """Delete the workbooks whose days are over; return how many there were.

    A batch that was still waiting is thereby given up.
    """
    expired = ImportBatch.objects.filter(Q(kept_until__lt=timezone.localdate()) & ~Q(content=None))
    waiting = expired.filter(status=BatchStatus.PREVIEWED)
    sweep()
    gone = {"content": None, "refusals": None, "kept_until": None}
    return waiting.update(status=BatchStatus.DISCARDED, **gone) + expired.update(**gone)


def sweep() -> int:
    """Delete what processes that died have left: parts of uploads, progress and lock files.

    Only files of our own account that are older than a day; returns how many.
    """
    uploads = Path(settings.FILE_UPLOAD_TEMP_DIR or tempfile.gettempdir())
    left = [*uploads.glob("tmp*.upload*"), *Path(settings.PROGRESS_ROOT).glob("*")]
    eldest = time.time() - LEFT_OVER
    swept = 0
    for path in left:
        with suppress(OSError):
            facts = path.lstat()
            if facts.st_mtime < eldest and facts.st_uid == os.getuid():
                path.unlink()
                swept += 1
    return swept


def refusals(batch: ImportBatch) -> dict[tuple[str, int], Reasons]:
    """Return why each refused row was refused, by sheet and row number."""
    if not batch.refusals:
        return {}
    found: dict[tuple[str, int], dict[tuple[str, str, str], None]] = {}
    for sheet, number, reasons in json.loads(zlib.decompress(bytes(batch.refusals))):
        # Several records may stand in one line; what is said twice is written once.
        found.setdefault((sheet, number), {}).update(dict.fromkeys(map(tuple, reasons)))
    return {place: list(reasons) for place, reasons in found.items()}


def _keep(batch: ImportBatch, content: bytes, outcome: Outcome | None, days: int) -> None:
    refused = outcome.refused_rows() if outcome else []
    facts = [
        (row.sheet, row.number, [(p.column, p.reason, p.fix) for p in row.problems])
        for row in refused
    ]
    batch.content = content
    batch.refusals = zlib.compress(json.dumps(facts, ensure_ascii=False).encode())
    batch.kept_until = timezone.localdate() + datetime.timedelta(days=days)
