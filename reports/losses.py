"""Where each row of a table loses its points, from the sums kept with the scores."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal

from django.db.models import Count, Sum

from accounts.models import User
from assessments.models import Assessment, Cycle, IndicatorTally
from reports.details import label
from reports.groups import Groups
from schools.models import Jurisdiction, JurisdictionKind

# Points earned and full points of one indicator in one row.
Points = list[Decimal]
# Indicators named in a sentence.
NAMED = 3


def points_by_row(
    user: User, cycle: Cycle, scope: Jurisdiction, groups: Groups
) -> dict[tuple[str, str], Points]:
    """Return the points of each (row, indicator code) inside `scope`."""
    tallies = IndicatorTally.objects.visible_to(user).inside(scope).filter(cycle=cycle)
    found: dict[tuple[str, str], Points] = defaultdict(lambda: [Decimal(), Decimal()])
    fields = groups.grouping.fields
    sums = tallies.order_by().values_list("code", *fields)
    for code, *values, earned, full in sums.annotate(e=Sum("earned"), f=Sum("full")):
        name = groups.name_of(dict(zip(fields, values, strict=True)))
        found[name, code][0] += earned
        found[name, code][1] += full
    return dict(found)


def points_by_kind(user: User, cycle: Cycle, scope: Jurisdiction) -> dict[tuple[str, str], Points]:
    """Return the points of each (kind of managing body, indicator code) inside `scope`.

    The leaf of a school counts as the kind of the body above it, as assessments do.
    """
    tallies = IndicatorTally.objects.visible_to(user).inside(scope).filter(cycle=cycle)
    kinds = dict(Jurisdiction.objects.order_by().values_list("path", "kind"))
    labels = dict(JurisdictionKind.choices)
    found: dict[tuple[str, str], Points] = defaultdict(lambda: [Decimal(), Decimal()])
    sums = tallies.order_by().values_list("jurisdiction__path", "code")
    for path, code, earned, full in sums.annotate(e=Sum("earned"), f=Sum("full")):
        kind = kinds[path]
        if kind == JurisdictionKind.SCHOOL:
            kind = kinds[path[: -Jurisdiction.steplen]]
        found[labels[kind], code][0] += earned
        found[labels[kind], code][1] += full
    return dict(found)


def kept_by_type(
    user: User, cycle: Cycle, scope: Jurisdiction, field: str
) -> dict[tuple[str, str], Points]:
    """Return, for each (value of `field`, indicator code), how many of the due organizations
    lost nothing, and how many are due.

    `field` tells the type of an organization: its kind, the stage or ownership of its school.
    One query over the codes kept with each result; points are kept by body only.
    """
    due = Assessment.objects.visible_to(user).inside(scope).filter(cycle=cycle).counted()
    sizes: Counter[str] = Counter()
    lost_codes: dict[str, list[str]] = defaultdict(list)
    for value, lost, count in due.order_by().values_list(field, "lost").annotate(n=Count("pk")):
        name = label(field, value)
        sizes[name] += count
        lost_codes[name] += lost.split() * count
    losing = {name: Counter(codes) for name, codes in lost_codes.items()}
    codes = [indicator.code for indicator in cycle.standard.indicators.all()]
    return {
        (name, code): [Decimal(size - losing[name][code]), Decimal(size)]
        for name, size in sizes.items()
        for code in codes
    }


def main_losses(user: User, cycle: Cycle, scope: Jurisdiction, groups: Groups) -> dict[str, str]:
    """Return, for each row, the indicators that lose it most: "主题党日、到会率、教育培训"."""
    indicators = {one.code: (one.order, one.name) for one in cycle.standard.indicators.all()}
    lost: dict[str, list[tuple[Decimal, int, str]]] = defaultdict(list)
    for (row, code), (earned, full) in points_by_row(user, cycle, scope, groups).items():
        if full > earned and code in indicators:
            lost[row].append((earned - full, *indicators[code]))
    return {
        row: "、".join(name for _, _, name in sorted(found)[:NAMED]) for row, found in lost.items()
    }
