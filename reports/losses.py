"""Where each row of a table loses its points, from the sums kept with the scores."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from django.db.models import Sum

from accounts.models import User
from assessments.models import Cycle, IndicatorTally
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
