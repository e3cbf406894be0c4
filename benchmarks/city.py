"""The demo city: made, counted, signed in to; and the small one from nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from activities.models import Attendance, Meeting, MemberDues
from assessments.models import Assessment, Cycle, ReviewedScore
from benchmarks.measuring import ROOT, Figure, manage
from orgs.models import Member, Organization

PORT = "8790"


def last_cycle() -> Cycle:
    """Return the cycle that is judged: of the last year that is over."""
    return Cycle.objects.select_related("standard").get(year=timezone.localdate().year - 1)


def bureau() -> Client:
    """Return a client signed in as the bureau."""
    client = Client(SERVER_NAME="127.0.0.1")
    # The service looks through its static files when it starts, not at the first request.
    client.handler.load_middleware()
    client.force_login(user(), backend="schools.roles.RoleBackend")
    return client


def user() -> User:
    """Return the bureau."""
    return User.objects.get(username="bureau")


def sample() -> Assessment:
    """Return an organization that counts, from the middle of the year's results."""
    rows = Assessment.objects.filter(cycle=last_cycle()).counted().order_by("pk")
    return rows.select_related("organization", "jurisdiction", "unit")[rows.count() // 2]


def generation(options) -> list[Figure]:
    """Make the demo city, unless it is to be kept, and count what is in it."""
    made, limit = "kept", ""
    if not options.keep:
        manage("migrate", "-v", "0")
        made = str(manage("demo", "--scale", options.scale))
        limit = "20 s" if options.scale == "small" else ""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    year = last_cycle().year
    # Rows beside what the issue asks for in a full year of all records.
    counts = [
        ("organizations", Organization.objects.count(), 10_000),
        ("members in the register", Member.objects.count(), None),
        ("meetings of last year", Meeting.objects.filter(counts_for_year=year).count(), 500_000),
        ("members written down at meetings", Attendance.objects.count(), 1_000_000),
        ("months of members in the ledgers of dues", 12 * MemberDues.objects.count(), 300_000),
        ("reviewed scores", ReviewedScore.objects.count(), None),
    ]
    figures = [Figure(f"demo city, scale {options.scale}, generated and scored", made, limit)]
    for what, count, wanted in counts:
        least = f"at least {wanted:,}" if wanted and options.scale == "city" else ""
        figures.append(Figure(what, f"{count:,}", least))
    return figures


def demo(options) -> list[Figure]:
    """`make demo` in a fresh clone, from nothing to the served page; SQLite, small scale."""
    folder = Path(tempfile.mkdtemp())
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    clone = folder / "clone"
    try:
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)  # noqa: S603, S607
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603
            ["make", "demo", f"PORT={PORT}"],  # noqa: S607
            cwd=clone,
            env=environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            seconds = _wait_for(f"http://127.0.0.1:{PORT}/login/", started, process)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
    finally:
        shutil.rmtree(folder)
    return [Figure("`make demo` from a fresh clone to the served page", f"{seconds:.0f} s", "90 s")]


def _wait_for(address: str, started: float, process) -> float:
    while time.perf_counter() - started < 600 and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - loopback
                return time.perf_counter() - started
        except OSError:
            time.sleep(0.2)
    raise SystemExit("make demo did not serve a page within ten minutes")
