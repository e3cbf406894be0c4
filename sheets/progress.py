"""What long work on a workbook is doing, told to the page that waits for it.

The work is one transaction, which nobody else sees into; so the words stand in a small
file under `PROGRESS_ROOT`, written over at each step and removed at the end. No personal
data, no names: counts and steps only.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, JsonResponse

from accounts.models import User


@dataclass(frozen=True, slots=True)
class _Job:
    path: Path
    user: int


_current: ContextVar[_Job | None] = ContextVar("job", default=None)


def _path(job: UUID) -> Path:
    return Path(settings.PROGRESS_ROOT) / f"{job.hex}.json"


@contextlib.contextmanager
def watched(job: str, user: User) -> Iterator[None]:
    """Let `say` inside reach the page that asks for `job`; a job without a name is not told."""
    try:
        path = _path(UUID(job))
    except ValueError:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    token = _current.set(_Job(path, user.pk))
    try:
        yield
    finally:
        _current.reset(token)
        path.unlink(missing_ok=True)


def _lock(batch: int) -> Path:
    return Path(settings.PROGRESS_ROOT) / f"batch-{batch}.lock"


@contextlib.contextmanager
def saving(batch: int) -> Iterator[None]:
    """Hold the lock of a batch while it is saved; the system lets go of it if the process dies."""
    path = _lock(batch)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def is_saving(batch: int) -> bool:
    """Tell whether a process is saving the batch at this moment."""
    try:
        with _lock(batch).open("r") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def say(text: str) -> None:
    """Tell the waiting page what is being done now."""
    job = _current.get()
    if job is None:
        return
    fresh = job.path.with_suffix(".new")
    fresh.write_text(json.dumps({"user": job.user, "text": text}), encoding="utf-8")
    fresh.replace(job.path)


def heard(job: UUID, user: User) -> HttpResponse:
    """Answer the page that waits: what was said last of a job of `user`, as JSON.

    Nothing (204) while nothing is said: the page asks before the work begins and once after
    its end, and neither is an error; a job of somebody else is answered the same.
    """
    try:
        told = json.loads(_path(job).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        told = {"user": None}
    if told["user"] != user.pk:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return JsonResponse({"text": told["text"]})
