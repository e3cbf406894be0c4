"""Clocks and memory, for a child process, for a page, and for a piece of code."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured, the reading, and what it may be at most."""

    what: str
    reading: str
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds and peak memory (MB) of a finished child process."""

    seconds: float
    peak_mb: float

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.peak_mb:.0f} MB"


def manage(*arguments: str, **environment: str) -> Run:
    """Run a management command in a process of its own; a failure stops the benchmark.

    `environment` is what differs from that of the benchmark.
    """
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
        env=_environment() | environment,
    )
    # Its own peak: what the system tells at the end begins with the memory of the parent.
    peak = 0
    while process.poll() is None:
        peak = max(peak, _peak_kb(process.pid))
        time.sleep(0.02)
    if process.returncode:
        raise SystemExit(f"manage.py {' '.join(arguments)} ended with {process.returncode}")
    return Run(time.perf_counter() - started, peak / 1024)


def _peak_kb(pid: int) -> int:
    """Return the most memory a running process has held so far; 0 where it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(found[0]) if found else 0


def _environment() -> dict[str, str]:
    """Return the environment of an installed service: modules are compiled once, not each time."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def seconds(call: Callable[[], object]) -> float:
    """Return the seconds of one call."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def median_ms(call: Callable[[], object], repeat: int = 7) -> float:
    """Return the median milliseconds of `call`, after one call that does not count."""
    call()
    return 1000 * statistics.median(seconds(call) for _ in range(repeat))


def count_queries(call: Callable[[], object]) -> int:
    """Return how many queries `call` asks."""
    from django.db import connection, reset_queries
    from django.test.utils import CaptureQueriesContext

    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        call()
        # Read before the next request, which empties the list of queries.
        return len(queries)


def content_of(response) -> bytes:
    """Return the body of a download, streamed or not; any other answer stops the benchmark."""
    if response.status_code != 200:
        raise SystemExit(f"{response.request['PATH_INFO']} answered {response.status_code}")
    return b"".join(response.streaming_content) if response.streaming else response.content


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as a Markdown table."""
    lines = ["| what | measured | at most |", "|---|---|---|"]
    lines += [f"| {f.what} | {f.reading} | {f.limit} |" for f in figures]
    return "\n".join(lines)
