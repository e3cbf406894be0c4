"""Facts of one record as its page lists them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and a value; "" and None are shown as 未填. `note` stands after the value."""

    label: str
    value: Any
    note: str = ""
    url: str = ""

    @property
    def text(self) -> str:
        """The value as text: days as 2026-11-12, numbers with commas, yes and no in words."""
        if self.value is None or self.value == "":
            return ""
        if isinstance(self.value, bool):
            return "是" if self.value else "否"
        if isinstance(self.value, datetime.date):
            return f"{self.value:%Y-%m-%d}"
        return f"{self.value:,}" if isinstance(self.value, int) else str(self.value)
