"""Bring a workbook in: preview what it would change, then save it in one transaction.

    outcome = preview("members", stream, "花名册.xlsx", user=user, year=2025)
    outcome = save("members", stream, "花名册.xlsx", user=user, year=2025)

Both judge all rows by the same code; the kind `AUTO` has the form recognised from its
headings. `upload`, `confirm` and `discard` are the three steps of the browser: the file
waits in an `ImportBatch` between them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import IO

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.history import Act
from accounts.memory import many_objects
from accounts.models import User
from sheets import cells, keeping, opening, reading
from sheets.forms import Context, Form, Judgement, Row, get_form, refuse_closed, tell
from sheets.models import BatchStatus, ImportBatch
from sheets.outcome import Outcome, build
from sheets.progress import saving, say
from sheets.recognition import AUTO, Ambiguous, recognise
from sheets.safety import Refused

# The family of the locks under which workbooks are stored.
_TURNS = 0x5EE7

__all__ = ["AUTO", "Outcome", "Refused", "confirm", "discard", "preview", "save", "upload"]


def preview(
    kind: str,
    stream: IO[bytes],
    file_name: str,
    *,
    user: User,
    year: int | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Outcome:
    """Return what bringing the workbook in would change; nothing is saved.

    `year` is the year of the form; None takes it from the title or the file name.
    `mapping` answers the questions about unknown columns: heading → key of a column, or
    "" for "do not import". Raises PermissionDenied, and `Refused` for a file that is
    not read at all.
    """
    content = _content(stream)
    return _judge(kind, content, file_name, user=user, year=year, mapping=mapping).outcome()


def save(
    kind: str,
    stream: IO[bytes],
    file_name: str,
    *,
    user: User,
    year: int | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Outcome:
    """Bring the good rows of a workbook in: one transaction, one batch, one log entry."""
    content = _content(stream)
    with transaction.atomic():
        batch = ImportBatch(
            user=user, file_name=file_name[:200], report={"mapping": dict(mapping or {})}
        )
        # Held by nobody: the rows are gone when the scores are worked out at commit.
        return _judge(
            kind, content, file_name, user=user, year=year, mapping=mapping, storing=True
        ).store(batch)


def upload(
    kind: str,
    stream: IO[bytes],
    file_name: str,
    *,
    user: User,
    year: int | None = None,
    mapping: Mapping[str, str] | None = None,
) -> ImportBatch:
    """Judge a workbook and keep it as a batch that waits for confirmation."""
    content = _content(stream)
    batch = ImportBatch(
        user=user,
        file_name=file_name[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        status=BatchStatus.PREVIEWED,
        report={"mapping": dict(mapping or {}), "asked_year": year},
    )
    outcome = None
    try:
        judged = _judge(kind, content, file_name, user=user, year=year, mapping=mapping)
    except Ambiguous as ambiguous:
        # The user is asked on the page of the batch, which has no kind yet.
        batch.report["candidates"] = [
            [candidate.form.kind, candidate.form.title, candidate.why]
            for candidate in ambiguous.candidates
        ]
    else:
        outcome = judged.outcome()
        batch.kind, batch.year = judged.form.kind, judged.context.year
        batch.report |= outcome.report()
    keeping.forget_expired()
    keeping.keep_waiting(batch, content, outcome)
    batch.save()
    return batch


def choose(batch: ImportBatch, *, user: User, kind: str) -> ImportBatch:
    """Judge a waiting batch anew as the form the user says it is."""
    return _judge_anew(batch, user=user, kind=kind, mapping={})


def answer(batch: ImportBatch, *, user: User, mapping: Mapping[str, str]) -> ImportBatch:
    """Judge a waiting batch anew with the user's answers about unknown columns."""
    mapping = batch.report.get("mapping", {}) | dict(mapping)
    return _judge_anew(batch, user=user, kind=batch.kind, mapping=mapping)


def _judge_anew(
    batch: ImportBatch, *, user: User, kind: str, mapping: Mapping[str, str]
) -> ImportBatch:
    _own(batch, user)
    asked = batch.report.get("asked_year")
    content = bytes(batch.content or b"")
    judged = _judge(kind, content, batch.file_name, user=user, year=asked, mapping=mapping)
    outcome = judged.outcome()
    batch.kind, batch.year = kind, judged.context.year
    batch.report = outcome.report() | {"mapping": mapping, "asked_year": asked}
    keeping.keep_waiting(batch, content, outcome)
    batch.save()
    return batch


def confirm(batch: ImportBatch, *, user: User) -> Outcome | None:
    """Save a waiting batch; its file is judged anew against the register of this moment.

    Returns None where the batch is not waiting any more: a second click saves nothing.
    All of it is one transaction: where the process dies, nothing is stored, and the batch
    still waits and tells since when it was being saved.
    """
    _own(batch, user)
    if not batch.kind:
        raise Refused("请先选定这是哪种表格。")
    waiting = ImportBatch.objects.filter(pk=batch.pk, status=BatchStatus.PREVIEWED)
    with saving(batch.pk):
        waiting.update(saving_since=timezone.now())
        try:
            return _confirm(batch, user)
        except Exception:
            waiting.update(saving_since=None)
            raise


@transaction.atomic
def _confirm(batch: ImportBatch, user: User) -> Outcome | None:
    # The first of two clicks takes the batch; the second finds it taken.
    waiting = ImportBatch.objects.filter(pk=batch.pk, status=BatchStatus.PREVIEWED)
    if not waiting.update(status=BatchStatus.SAVED):
        return None
    batch.refresh_from_db()
    return _judge(
        batch.kind,
        bytes(batch.content or b""),
        batch.file_name,
        user=user,
        year=batch.report.get("asked_year"),
        mapping=batch.report.get("mapping"),
        storing=True,
    ).store(batch)


@transaction.atomic
def discard(batch: ImportBatch, *, user: User) -> None:
    """Give a waiting batch up and delete the file it kept."""
    _own(batch, user)
    waiting = ImportBatch.objects.filter(pk=batch.pk, status=BatchStatus.PREVIEWED)
    if waiting.update(status=BatchStatus.DISCARDED, content=None, refusals=None, kept_until=None):
        audit.record("sheets.discard", actor=user, obj=batch, label=batch.file_name)


def _own(batch: ImportBatch, user: User) -> None:
    if batch.user_id != user.pk:
        raise PermissionDenied


def _content(stream: IO[bytes]) -> bytes:
    """Return the bytes of an upload, never much more than the limit."""
    return stream.read(settings.UPLOAD_MAX_BYTES + 1)


@many_objects()
def _judge(kind, content, file_name, *, user, year, mapping, storing=False) -> _Judged:
    if not user.has_perm("sheets.import_workbook"):
        raise PermissionDenied("您没有导入表格的权限。需要时请找本级系统管理员。")
    say("正在打开工作簿……")
    workbook = opening.load(content)
    recognised = recognise(workbook, file_name) if kind == AUTO else None
    form = recognised.form if recognised else get_form(kind)
    found = reading.read(workbook, form, file_name, mapping=mapping)
    if form.needs_year and year is None and not reading.tells_years(found):
        year = next((y for facts in found.sheets if (y := reading.year_in(facts))), None)
        if year is None:
            raise Refused("表题和文件名里没有写年度，请选择年度后再导入。")
    context = Context(user, year, timezone.localdate(), file_name)
    say(f"已读入 {len(found.rows)} 行，正在逐格核对……")
    cells.normalise(found.rows, context)
    if storing:
        _take_turn(form.kind)
    say(f"{len(found.rows)} 行已规范，正在与登记的记录比较……")
    judgement = form.judge(found.rows, context)
    refuse_closed(form, found.rows, context)
    return _Judged(form, content, context, found, judgement, recognised.why if recognised else "")


def _take_turn(kind: str) -> None:
    """Wait until nobody else stores a workbook of this kind, until this transaction ends.

    Rows are judged only then: two officials who store the same file at once store it
    once. In SQLite a transaction that writes waits for the other at its beginning.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_TURNS, kind])


class _Judged:
    """A workbook read and judged, ready to be shown or stored."""

    def __init__(
        self,
        form: Form,
        content: bytes,
        context: Context,
        found: reading.Reading,
        judgement: Judgement,
        recognised: str = "",
    ):
        self.form, self.context, self.found, self.judgement = form, context, found, judgement
        self.content, self.recognised = content, recognised
        self.sha256 = hashlib.sha256(content).hexdigest()

    def outcome(self, *, saved: bool = False, batch: ImportBatch | None = None) -> Outcome:
        earlier = (
            ImportBatch.objects.filter(
                sha256=self.sha256, kind=self.form.kind, status=BatchStatus.SAVED
            )
            .exclude(pk=batch.pk if batch and batch.pk else 0)
            .order_by("saved_at")
            .first()
        )
        return build(
            self.form,
            self.context,
            self.found,
            self.judgement,
            saved=saved,
            batch=batch,
            earlier=earlier,
            recognised=self.recognised,
        )

    @many_objects()
    def store(self, batch: ImportBatch) -> Outcome:
        """Write the rows that differ and close the batch; called in a transaction."""
        rows: list[Row] = [row for row in self.found.rows if not row.refused and row.differs]
        say(f"正在保存 {len(rows)} 行……")
        batch.kind, batch.sha256 = self.form.kind, self.sha256
        batch.year = self.context.year
        batch.status = BatchStatus.SAVED
        batch.saved_at, batch.saving_since = timezone.now(), None
        keeping.forget(batch)
        # The history of what is stored names the batch.
        batch.save()
        act = Act(
            self.context.user, source=f"导入{self.form.title}：{batch.file_name}", batch=batch.pk
        )
        stored = self.form.store(rows, replace(self.context, act=act)) if rows else None
        outcome = self.outcome(saved=True, batch=batch)
        # The questions about columns stay answered: the refused rows are read by them.
        answers = {"mapping": batch.report.get("mapping", {})}
        batch.report = outcome.report() | answers
        keeping.keep_refused(batch, self.content, outcome)
        batch.save()
        audit.record(
            "sheets.import",
            actor=self.context.user,
            obj=batch,
            label=f"{self.form.title}：{batch.file_name}",
            changes={
                "kind": self.form.kind,
                "year": self.context.year,
                "sha256": self.sha256,
                **outcome.counts,
            },
        )
        say("已写入，正在重算相关得分……")
        if stored:
            tell(stored, self.context.user)
        return outcome
