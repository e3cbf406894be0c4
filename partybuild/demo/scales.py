"""How large the city is, and how many organizations of each unit reach the standard."""

from __future__ import annotations

from dataclasses import dataclass

# Keys of the reporting units in official order (see places.UNITS).
UNIT_KEYS = ("direct", "yundong", "binhe", "qingyan", "linxi", "anling", "shidu", "liutang")


@dataclass(frozen=True)
class Scale:
    """Sizes of one scale. Tuples follow UNIT_KEYS; counts are organizations or schools."""

    name: str
    # Organizations due and passed last year.
    due: tuple[int, ...]
    passed: tuple[int, ...]
    # Preview of the year in progress: organizations to pass so far.
    passed_now: tuple[int, ...]
    schools: tuple[int, ...]
    # Towns beside those of the example workbooks.
    extra_towns: tuple[int, ...]
    # Smallest, usual and largest number of members of a branch.
    branch_members: tuple[int, int, int]
    # Share of branches outside 临溪县 whose members stand in the register by name.
    registered: float
    # Share of those that keep talks, and who was at their meetings.
    attended: float

    def of_unit(self, values: tuple[int, ...], key: str) -> int:
        """Return the figure of `values` that belongs to the unit `key`."""
        return values[UNIT_KEYS.index(key)]


SMALL = Scale(
    name="small",
    due=(22, 29, 50, 21, 29, 106, 57, 68),
    passed=(11, 12, 14, 16, 14, 18, 21, 21),
    passed_now=(12, 13, 13, 17, 15, 25, 23, 22),
    schools=(12, 24, 40, 19, 34, 78, 45, 50),
    extra_towns=(0, 1, 1, 0, 0, 2, 1, 1),
    branch_members=(4, 9, 26),
    registered=0.55,
    attended=0.7,
)
CITY = Scale(
    name="city",
    due=(128, 1126, 1384, 312, 1048, 2236, 1962, 2264),
    passed=(64, 462, 388, 237, 503, 380, 726, 702),
    passed_now=(68, 495, 360, 243, 541, 528, 785, 725),
    schools=(42, 330, 410, 100, 315, 655, 585, 670),
    extra_towns=(0, 9, 11, 2, 6, 16, 14, 18),
    branch_members=(3, 6, 18),
    registered=0.6,
    attended=1.0,
)
SCALES = {scale.name: scale for scale in (SMALL, CITY)}
