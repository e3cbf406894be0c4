"""Counts of the years before the first one judged here: the beginning of the trend."""

from __future__ import annotations

from io import BytesIO

from xlsxwriter import Workbook

from accounts.models import User
from assessments.rules.base import share
from partybuild.demo.bodies import Bodies
from partybuild.demo.places import UNITS
from partybuild.demo.scales import Scale
from sheets.importing import save

# Per cent passed in each unit, oldest year first, and pooled over the city.
# Every unit rises, but 滨河区 falls in the year judged: from 31 to 28.
RATES = {
    "direct": (34, 38, 43, 46),
    "yundong": (23, 28, 33, 37),
    "binhe": (20, 24, 28, 31),
    "qingyan": (50, 58, 66, 71),
    "linxi": (27, 33, 38, 43),
    "anling": (8, 10, 12, 14),
    "shidu": (21, 25, 30, 33),
    "liutang": (17, 21, 25, 27),
}
POOLED = (19, 23, 27, 30)
HEADINGS = ("年度", "统计单元", "应评党组织数", "达标党组织数")
FILE_NAME = "历年达标情况.xlsx"
# Organizations in those years, as a share of those of the year judged.
SIZE = (0.94, 0.955, 0.97, 0.985)


def counts_of(scale: Scale, back: int) -> dict[str, tuple[int, int]]:
    """Return (due, passed) by unit, `back` counting from the oldest year (0..3)."""
    found: dict[str, list[int]] = {}
    for unit in UNITS:
        due = round(scale.of_unit(scale.due, unit.key) * SIZE[back])
        found[unit.key] = [due, round(due * RATES[unit.key][back] / 100)]
    # Whole organizations in small units do not pool exactly: mend in the largest one.
    largest = max(found.values())
    while (pooled := _pooled(found)) != POOLED[back]:
        largest[1] += 1 if pooled < POOLED[back] else -1
    return {key: (count[0], count[1]) for key, count in found.items()}


def _pooled(counts: dict[str, list[int]]) -> int:
    return share(100, sum(c[1] for c in counts.values()), sum(c[0] for c in counts.values()))


def store_history(scale: Scale, bodies: Bodies, year: int, user: User) -> None:
    """Bring the counts of the four years before `year` in by the workbook of `user`."""
    stream = BytesIO()
    with Workbook(stream) as book:
        sheet = book.add_worksheet("历年")
        sheet.write_row(0, 0, HEADINGS)
        lines = (
            (year - 4 + back, bodies[key, "unit"].label, due, passed)
            for back in range(4)
            for key, (due, passed) in counts_of(scale, back).items()
        )
        for number, line in enumerate(lines, 1):
            sheet.write_row(number, 0, line)
    stream.seek(0)
    save("results", stream, FILE_NAME, user=user)
