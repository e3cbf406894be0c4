"""The acts on one member, each with its page and its button (orgs/services_members.py)."""

from __future__ import annotations

from typing import Any

from orgs.members.acts.base import MEMBERS, MemberAct, running_case
from orgs.members.acts.leaving import ComeBack, Leave, Retire
from orgs.members.acts.probation import Confirm, Extend
from orgs.members.acts.situations import Find, Float, Log, Lose, Resume, Settle, Suspend

# In the order in which the page offers them.
ACTS: tuple[type[MemberAct], ...] = (
    Confirm,
    Extend,
    Resume,
    Find,
    Suspend,
    Log,
    Settle,
    Retire,
    Float,
    Lose,
    Leave,
    ComeBack,
)


def urls(prefix: str) -> list[Any]:
    """Return the URL patterns of all acts under the addresses of members."""
    return [act.url(prefix) for act in ACTS]


__all__ = ["ACTS", "MEMBERS", "MemberAct", "running_case", "urls"]
