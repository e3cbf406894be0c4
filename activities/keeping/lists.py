"""Conditions of the lists of records that count for a year."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import Max, Min, Q
from django.utils import timezone

from activities.keeping.pages import year_of
from orgs.naming import organization_key
from schools.conditions import Choice, ListFilterSet
from schools.naming import fold


class YearFilterSet(ListFilterSet):
    """Conditions of records that count for a year: `dated` is the field of the day or year."""

    dated: ClassVar[str]
    # Lookups the search box looks into, beside the name of the organization.
    texts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        span: Mapping[str, Any] = self.Meta.model.objects.aggregate(
            first=Min(self.dated), last=Max(self.dated)
        )
        today = timezone.localdate().year
        first, last = (year_of(span[end]) or today for end in ("first", "last"))
        year = self.filters["year"]
        year.extra["choices"] = [
            (str(n), f"{n} 年") for n in range(max(last, today), first - 1, -1)
        ]

    def search(self, rows, text):
        """Rows of organizations of that name, or whose text holds it."""
        found = Q(organization__name_key__contains=organization_key(text))
        for lookup in self.texts:
            found |= Q(**{f"{lookup}__contains": fold(text)})
        return rows.filter(found)

    def by_year(self, rows, value):
        """Rows that count for a year."""
        is_day = self.Meta.model._meta.get_field(self.dated).get_internal_type() == "DateField"
        if not is_day:
            return rows.filter(**{self.dated: value})
        year = int(value)
        between = (datetime.date(year, 1, 1), datetime.date(year, 12, 31))
        return rows.filter(**{f"{self.dated}__range": between})


def year_choice() -> Choice:
    """Return the condition on the year."""
    return Choice("年度", by="by_year")
