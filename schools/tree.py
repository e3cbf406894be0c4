"""The tree of managing bodies, one level opened at a time, or searched.

Only what is shown is read: the bodies granted, those on the way to the opened one, and
some children of each. Three thousand schools with bodies of their own are no page.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from schools.counts import subtree_counts
from schools.finding import named
from schools.models import Jurisdiction
from schools.naming import fold
from schools.scoping import granted_paths, within

# Children of one body on a page, and bodies a search shows.
CHILDREN, FOUND = 100, 50
STEP = Jurisdiction.steplen


@dataclass(frozen=True, slots=True)
class Branch:
    """One line of the tree: a managing body with the counts of its whole subtree.

    `counts` are those of schools, organizations and members.
    """

    body: Jurisdiction
    level: int
    counts: Sums
    is_open: bool
    toggle: str
    # Where the body stands, in the results of a search.
    above: str = ""

    @property
    def steps(self) -> range:
        """One step of indent for each level."""
        return range(self.level)

    @property
    def has_children(self) -> bool:
        """Whether there is anything to open."""
        return self.body.numchild > 0

    @property
    def figures(self) -> list[tuple[str, str, str]]:
        """The counts: label, address of the list behind it, text."""
        lists = (("学校", "schools"), ("党组织", "organizations"), ("党员", "members"))
        return [
            (label, f"{reverse(name)}?scope={self.body.pk}", f"{count:,}")
            for (label, name), count in zip(lists, self.counts, strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Part:
    """Which children of the opened body are shown, of how many, and where the others start."""

    first: int
    last: int
    total: int
    before: int | None
    after: int | None


# Schools, organizations and members.
Sums = tuple[int, int, int]


def totals(user: User, bodies: Iterable[Jurisdiction], day: datetime.date) -> dict[str, Sums]:
    """Return schools, organizations and members in the subtree of each body, by its path."""
    sums = {body.path: [0, 0, 0] for body in bodies}
    for path, counts in subtree_counts(user, day).items():
        for end in range(STEP, len(path) + 1, STEP):
            if (held := sums.get(path[:end])) is not None:
                for place, count in enumerate(counts):
                    held[place] += count
    return {path: (held[0], held[1], held[2]) for path, held in sums.items()}


def opened_tree(
    user: User, opened: Jurisdiction | None, start: int, day: datetime.date
) -> tuple[list[Branch], Part | None]:
    """Return the lines of the tree opened down to `opened`, whose children begin at `start`."""
    bodies = Jurisdiction.objects.visible_to(user)
    tops = granted_paths(user)
    shown = {body.path: body for body in bodies.filter(path__in=tops)}
    path, part = opened.path if opened else "", None
    top = next((top for top in tops if path.startswith(top)), path)
    for end in range(len(top), len(path) + 1, STEP):
        if not opened:
            break
        is_last = end == len(path)
        children = bodies.filter(depth=end // STEP + 1).filter(within([path[:end]], "path"))
        skip = start if is_last else 0
        some = list(children.order_by("path")[skip : skip + CHILDREN])
        shown |= {body.path: body for body in some}
        if is_last and opened.numchild > CHILDREN:
            last, total = skip + len(some), opened.numchild
            before = max(0, skip - CHILDREN) if skip else None
            part = Part(skip + 1, last, total, before, last if last < total else None)
    # The way to the opened body is shown whatever its place among the others.
    way = [path[:end] for end in range(len(top), len(path) + 1, STEP)]
    missing = [step for step in way if step not in shown]
    if missing:
        shown |= {body.path: body for body in bodies.filter(path__in=missing)}
    sums = totals(user, shown.values(), day)
    lines = []
    for body in sorted(shown.values(), key=lambda body: body.path):
        parent = shown.get(body.path[:-STEP])
        is_open = path.startswith(body.path)
        # Opening an open body closes it: its parent is then the open one.
        closed = str(parent.pk) if parent else "none"
        level = sum(body.path.startswith(one.path) for one in shown.values()) - 1
        toggle = closed if is_open else str(body.pk)
        lines.append(Branch(body, level, sums[body.path], is_open=is_open, toggle=toggle))
    return lines, part


def found_bodies(user: User, text: str, day: datetime.date) -> list[Branch]:
    """Return the bodies `user` sees whose name holds `text`, each with where it stands."""
    names = {name: fold(text) for name in ("name", "short_name", "unit_name")}
    bodies = Jurisdiction.objects.visible_to(user)
    found = list(bodies.filter(named(text, **names)).order_by("depth", "path")[:FOUND])
    paths = {body.path[:end] for body in found for end in range(STEP, len(body.path), STEP)}
    labels = {body.path: body.label for body in bodies.filter(Q(path__in=paths))}
    sums = totals(user, found, day)
    return [
        Branch(
            body,
            0,
            sums[body.path],
            is_open=False,
            toggle=str(body.pk),
            above=" / ".join(
                labels[part]
                for end in range(STEP, len(body.path), STEP)
                if (part := body.path[:end]) in labels
            ),
        )
        for body in found
    ]
