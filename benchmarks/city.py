"""What is measured: generation, scoring, pages, exports, and the demo from nothing."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import openpyxl
from django.db import connection, reset_queries
from django.db.models import Sum
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from activities.models import Meeting
from assessments.facts import collect_facts
from assessments.models import Assessment, Cycle, IndicatorTally, ReviewedScore
from assessments.scoring import score_cycle
from benchmarks.measuring import ROOT, Figure, manage, median_ms
from orgs.models import Member, Organization

NAIVE_SAMPLE = 200


def _year() -> int:
    return timezone.localdate().year - 1


def bureau() -> Client:
    """Return a client signed in as the bureau."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="bureau"), backend="schools.roles.RoleBackend")
    return client


def generation(options) -> list[Figure]:
    """Make the demo city, unless it is to be kept."""
    made = "kept"
    if not options.keep:
        manage("migrate", "-v", "0")
        run = manage("demo", "--scale", options.scale)
        made = f"{run.seconds:.0f} s, {run.peak_mb:.0f} MB"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    meetings = Meeting.objects.filter(counts_for_year=_year()).count()
    reviewed = ReviewedScore.objects.filter(cycle__year=_year()).count()
    return [
        Figure(f"demo city, scale {options.scale}, generated and scored", made),
        Figure("organizations", f"{Organization.objects.count():,}"),
        Figure("members", f"{Member.objects.count():,}"),
        Figure("meetings of last year", f"{meetings:,}"),
        Figure("reviewed scores of last year", f"{reviewed:,}"),
    ]


def scoring(options) -> list[Figure]:
    """Score last year in one go, beside collecting facts one organization at a time."""
    cycle = Cycle.objects.get(year=_year())
    assessed = Assessment.objects.filter(cycle=cycle)
    # The year as if it had never been scored; the first call compiles what is imported.
    manage("score", "--help")
    assessed.delete()
    first = manage("score", "--year", str(_year()))
    run = manage("score", "--year", str(_year()))
    scored = assessed.count()
    sample = list(assessed.counted().order_by("pk").values_list("organization", flat=True))
    sample = sample[:: max(1, len(sample) // NAIVE_SAMPLE)][:NAIVE_SAMPLE]
    started = time.perf_counter()
    for organization in sample:
        list(collect_facts(cycle, [organization], as_of=cycle.check_date))
    naive = (time.perf_counter() - started) / len(sample) * scored
    reset_queries()
    with CaptureQueriesContext(connection) as few:
        score_cycle(cycle, organizations=sample[:5])
    reset_queries()
    with CaptureQueriesContext(connection) as many:
        score_cycle(cycle, organizations=sample)
    stored = IndicatorTally.objects.filter(cycle=cycle).aggregate(n=Sum("due"))["n"]
    return [
        Figure(
            f"score {scored:,} organizations, results stored (the whole command)",
            f"{run.seconds:.1f} s, {run.peak_mb:.0f} MB",
            "8 s, 500 MB",
        ),
        Figure(
            "the same for the first time in the year",
            f"{first.seconds:.1f} s",
            "with all records 20 s",
        ),
        Figure("indicator scores stored", f"{stored:,}"),
        Figure(
            f"facts alone, one organization at a time ({len(sample)} measured, scaled to all)",
            f"{naive:.0f} s, {naive / run.seconds:.0f} times the whole command",
        ),
        Figure(
            f"queries to score 5 and {len(sample)} organizations",
            f"{len(few)} and {len(many)}",
            "equal",
        ),
    ]


def pages(options) -> list[Figure]:
    """Server time and queries of the pages, as the bureau sees them."""
    client = bureau()
    assessed = Assessment.objects.filter(cycle__year=_year()).counted().order_by("pk")
    last = assessed.last()
    addresses = [
        ("home", reverse("home"), 150),
        ("district report", reverse("report", args=["compliance"]), 150),
        ("rates", reverse("rates"), 150),
        ("district page", reverse("unit", args=[last.unit_id]), 150),
        ("scorecard", reverse("scorecard", args=[last.organization_id]), 150),
        ("list of schools", reverse("schools"), 100),
        ("list of organizations", reverse("organizations"), 100),
        ("list of members", reverse("members"), 100),
        ("list of meetings", reverse("meetings"), 100),
        ("search by name", f"{reverse('search')}?q=小学", 100),
        ("search by pinyin", f"{reverse('search')}?q=wang", 100),
        ("tree of managing bodies", reverse("jurisdictions"), 150),
        ("drill-down list", reverse("rates_organizations"), 100),
    ]
    figures = []
    for name, address, limit in addresses:
        reset_queries()
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address)
        if response.status_code != 200:
            raise SystemExit(f"{address} answered {response.status_code}")
        # Read before the next request, which empties the list of queries.
        count = len(queries)
        reading = f"{median_ms(lambda a=address: client.get(a)):.0f} ms, {count} queries"
        figures.append(Figure(name, reading, f"{limit} ms, 25 queries"))
    return figures


def export(options) -> list[Figure]:
    """The list of all organizations as the official workbook."""
    client = bureau()
    started = time.perf_counter()
    response = client.get(reverse("organizations"), {"format": "xlsx"})
    content = b"".join(response.streaming_content) if response.streaming else response.content
    seconds = time.perf_counter() - started
    rows = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0].max_row
    return [Figure(f"export of all organizations ({rows:,} rows)", f"{seconds:.1f} s", "5 s")]


def demo(options) -> list[Figure]:
    """`make demo` in a fresh clone, from nothing to the served page; SQLite, small scale."""
    folder = Path(tempfile.mkdtemp())
    port = "8790"
    environment = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
    clone = folder / "clone"
    try:
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)  # noqa: S603, S607
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603
            ["make", "demo", f"PORT={port}"],  # noqa: S607
            cwd=clone,
            env=environment,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            seconds = _wait_for(f"http://127.0.0.1:{port}/login/", started, process)
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
