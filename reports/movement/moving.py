"""The movement between two sides inside one scope, as a user sees it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from accounts.models import User
from reports.groups import Groups
from reports.movement import sides
from reports.movement.parts import Effect, Part, States, Sums, effects, sums
from reports.movement.sides import Side
from schools.models import Jurisdiction


@dataclass
class Movement:
    """What leads from the results of `before` to those of `now`."""

    user: User
    scope: Jurisdiction
    by: str
    before: Side
    now: Side

    @cached_property
    def groups(self) -> Groups:
        return Groups(self.user, self.scope, self.by)

    @cached_property
    def states(self) -> tuple[States, States]:
        """The counted organizations of both sides."""
        before, now = (
            sides.states(side, self.user, self.scope, self.groups)
            for side in (self.before, self.now)
        )
        return before, now

    @cached_property
    def effects(self) -> list[Effect]:
        """What every organization adds to its row, row by row in the order of the parts."""
        before, now = self.states
        come, gone = set(now) - set(before), set(before) - set(now)
        # Above the root nothing can come from elsewhere.
        inner = self.scope.depth > 1
        return list(
            effects(
                before,
                now,
                lines=(self.before.standard.pass_line, self.now.standard.pass_line),
                elsewhere_before=sides.counted_anywhere(self.before, come) if inner else (),
                elsewhere_now=sides.counted_anywhere(self.now, gone) if inner else (),
            )
        )

    @cached_property
    def rows(self) -> dict[str, Sums]:
        """The way of each row, in the order of the table."""
        found = sums(self.states[0], self.effects)
        return {name: found.get(name, Sums()) for name in self.groups.shown(found)}

    @cached_property
    def total(self) -> Sums:
        """The way of the whole scope."""
        return sum(self.rows.values(), Sums())

    def among(self, part: Part | None, row: str) -> list[Effect]:
        """Return the effects of a part ("" and None: all) in one row, or in all rows."""
        return [one for one in self.effects if part in (None, one.part) and row in ("", one.row)]

    @property
    def warnings(self) -> list[str]:
        """What makes the two sides hard to compare, in sentences."""
        before, now = self.before.standard, self.now.standard
        if before == now:
            return []
        lines = f"达标线 {before.pass_line.normalize():f} 分、{now.pass_line.normalize():f} 分"
        return [
            f"两期用的标准不同：{self.before.label}为{before.name}（{before.version}），"
            f"{self.now.label}为{now.name}（{now.version}），{lines}。"
            "指标和分值的变化含在“新达标”和“不再达标”中，不能全部看作工作的进退。"
        ]
