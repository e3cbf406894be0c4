"""Scoring: everything, one organization, many sizes, and a trial of another standard."""

from __future__ import annotations

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Sum

from accounts.memory import many_objects
from activities.models import Meeting
from assessments.editing import trial as trials
from assessments.facts.collect import collect_facts
from assessments.facts.scope import OrgTree
from assessments.models import Assessment, IndicatorTally
from assessments.scoring import judge_cycle, score_cycle
from assessments.standards.content import content_of as content_of_standard
from benchmarks.city import last_cycle, sample
from benchmarks.measuring import Figure, count_queries, manage, median_ms, seconds
from benchmarks.resizing import leave, multiply
from orgs.models import (
    Affiliation,
    Member,
    Membership,
    Organization,
    PartyGroup,
    Post,
    Term,
)

# Organizations scored one at a time; the time is scaled to all.
NAIVE = 200
# What the rules of the first kinds read; all other records of these apps are left out.
FIRST_KINDS = (Organization, Affiliation, Term, Post, Member, Membership, PartyGroup, Meeting)
# Organizations asked for, whose families come with them: a city of so many.
SIZES = (170, 500)


def scoring(options) -> list[Figure]:
    """Score last year in one go, beside collecting facts one organization at a time."""
    cycle = last_cycle()
    year = str(cycle.year)
    assessed = Assessment.objects.filter(cycle=cycle)
    # The year as if it had never been scored; the first call compiles what is imported.
    manage("score", "--help")
    assessed.delete()
    first = manage("score", "--year", year)
    run = manage("score", "--year", year)
    scored = assessed.count()
    few_kinds = _from_first_kinds()
    some = _some(NAIVE)
    naive = seconds(lambda: [list(collect_facts(cycle, [one])) for one in some])
    naive *= scored / len(some)
    few = count_queries(lambda: score_cycle(cycle, organizations=some[:5]))
    many = count_queries(lambda: score_cycle(cycle, organizations=some))
    stored = IndicatorTally.objects.filter(cycle=cycle).aggregate(n=Sum("due"))["n"]
    return [
        Figure(
            f"score {scored:,} organizations, results stored (the whole command)",
            str(run),
            "8 s, 500 MB; with all records 20 s, 800 MB",
        ),
        Figure("the same for the first time in the year", str(first), "with all records 20 s"),
        Figure(
            "the same in one process, from organizations, terms, members and meetings alone",
            f"{few_kinds:.1f} s",
            "8 s",
        ),
        Figure("indicator scores stored", f"{stored:,}"),
        Figure(
            f"facts alone, one organization at a time ({len(some)} measured, scaled to all)",
            f"{naive:.0f} s, {naive / run.seconds:.0f} times the whole command",
        ),
        Figure(f"queries to score 5 and {len(some)} organizations", f"{few} and {many}", "equal"),
    ]


def _from_first_kinds() -> float:
    """Return the seconds it takes to score and store without any other records."""
    tables = [
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in ("orgs", "activities", "supervision")
        and model not in FIRST_KINDS
    ]
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in connection.ops.sql_flush(no_style(), tables):
            cursor.execute(statement)
        taken = seconds(lambda: score_cycle(last_cycle()))
        transaction.set_rollback(True)
    return taken


def correction(options) -> list[Figure]:
    """One organization after a correction, its family with it."""
    cycle, one = last_cycle(), sample().organization_id
    reading = median_ms(lambda: score_cycle(cycle, organizations=[one]))
    return [Figure("score one organization after a correction", f"{reading:.0f} ms", "100 ms")]


def curve(options) -> list[Figure]:
    """What one organization costs in cities of many sizes: parts of the city, the city, three."""
    # The first call writes the statements.
    _judged(_some(SIZES[0]))
    figures = []
    for size in SIZES:
        with transaction.atomic():
            leave(sorted(OrgTree.read().families(_some(size))))
            figures.append(_judged())
            transaction.set_rollback(True)
    figures.append(_judged())
    with transaction.atomic():
        multiply(2)
        figures.append(_judged())
        transaction.set_rollback(True)
    return figures


def _judged(some: list[int] | None = None) -> Figure:
    cycle = last_cycle()
    cards: list = []
    with many_objects():
        taken = seconds(lambda: cards.extend(judge_cycle(cycle, some)))
    return Figure(
        f"judge a city of {len(cards):,} organizations, nothing stored",
        f"{taken:.1f} s, {1000 * taken / len(cards):.2f} ms each",
        "flat",
    )


def trial(options) -> list[Figure]:
    """Last year by a standard with a higher pass line; nothing of it is kept."""
    cycle = last_cycle()
    content = content_of_standard(cycle.standard) | {"pass_line": "88"}
    with transaction.atomic():
        taken = seconds(lambda: trials.run(content, cycle))
        transaction.set_rollback(True)
    return [Figure("trial of a standard on last year", f"{taken:.1f} s", "60 s")]


def _some(count: int) -> list[int]:
    """Return `count` organizations from all over the results of the year."""
    rows = Assessment.objects.filter(cycle=last_cycle()).counted().order_by("pk")
    keys = list(rows.values_list("organization", flat=True))
    return keys[:: max(1, len(keys) // count)][:count]
