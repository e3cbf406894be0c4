"""Which import brought a year of 历年数据 in: told wherever such a figure is drawn."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from accounts.history import label_of
from accounts.models import Revision, User
from assessments.models import UnitYear
from sheets.models import ImportBatch


@dataclass(frozen=True, slots=True)
class Source:
    """An import: its number, the day, who brought it in; `url` for those who may open it."""

    batch: int
    day: datetime.date
    actor: str
    url: str

    @property
    def words(self) -> str:
        """For a note: "第 12 批（2026-03-01，陈立文导入）"."""
        return f"第 {self.batch} 批（{self.day:%Y-%m-%d}，{self.actor}导入）"


def sources(user: User, rows: Iterable[UnitYear]) -> dict[int, tuple[Source, ...]]:
    """Return by year the imports its figures come from, in two queries."""
    years = {row.pk: row.year for row in rows}
    written = Revision.objects.filter(
        model=label_of(UnitYear), object_id__in=years, batch__isnull=False
    )
    # The last import that wrote a figure is the one it comes from.
    latest = {
        pk: (batch or 0, at.date(), actor)
        for pk, batch, at, actor in written.order_by("version").values_list(
            "object_id", "batch", "at", "actor_name"
        )
    }
    mine = ImportBatch.objects.visible_to(user).filter(pk__in={one[0] for one in latest.values()})
    opened = set(mine.values_list("pk", flat=True))
    found: dict[int, dict[int, Source]] = defaultdict(dict)
    for pk, (batch, day, actor) in sorted(latest.items()):
        url = reverse("import_batch", args=[batch]) if batch in opened else ""
        found[years[pk]][batch] = Source(batch, day, actor, url)
    return {year: tuple(batches[n] for n in sorted(batches)) for year, batches in found.items()}


def imported_note(year: int, known: Iterable[Source]) -> str:
    """Return the note on a year of a table: that it was imported, and by which batch."""
    batches = "、".join(source.words for source in known)
    return f"{year} 年取自历年数据表" + (f"，导入{batches}。" if batches else "。")
