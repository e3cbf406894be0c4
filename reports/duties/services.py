"""Making the reminders of a day, and noting that somebody opened his."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from accounts.models import User
from reports.duties.declared import DUTIES
from reports.duties.duty import Duty
from reports.duties.models import Reminder, ReminderLine
from reports.duties.owing import Open, People, Sum, kindred, levels_told, open_on
from schools.models import Jurisdiction

BATCH = 1000


@dataclass(slots=True)
class Digests:
    """The sums by (person, duty, path of the body, told because it is late below)."""

    day: datetime.date
    sums: dict[tuple[int, str, str, bool], Sum] = field(default_factory=dict)

    def tell(self, one: Open, path: str, people: set[int], *, escalated: bool = False) -> None:
        """Put what is open into the reminder of each of `people`."""
        for person in people:
            key = (person, one.duty.slug, path, escalated)
            self.sums.setdefault(key, Sum()).add(one, self.day)


def digests(
    day: datetime.date, before: datetime.date | None, duties: tuple[Duty, ...] = DUTIES
) -> Digests:
    """Return who is to be told what on `day`; a fixed number of queries.

    `before`: the day of the reminders before these; what fell between is told now.
    """
    people, found = People(), Digests(day)
    bodies = dict(Jurisdiction.objects.values_list("pk", "path"))
    for kind in kindred(duties):
        for one in open_on(kind, day, bodies):
            if not one.duty.is_told(one.due, day, before):
                continue
            path, owners = people.owners(one)
            found.tell(one, path, owners)
            told = set(owners)
            for upper, chiefs in people.above(one, path, levels_told(one.days_late(day))):
                found.tell(one, upper, chiefs - told, escalated=True)
                told |= chiefs
    return found


@transaction.atomic
def remind(*, day: datetime.date) -> int:
    """Make the reminder of each person who has something to do; return how many were made.

    Who has one of this day already is left alone, so that a second run adds nothing.
    """
    before = Reminder.objects.filter(day__lt=day).aggregate(last=Max("day"))["last"]
    done = set(Reminder.objects.filter(day=day).values_list("user", flat=True))
    sums = {key: one for key, one in digests(day, before).sums.items() if key[0] not in done}
    people = sorted({person for person, *_ in sums})
    Reminder.objects.bulk_create(
        [Reminder(user_id=person, day=day) for person in people], batch_size=BATCH
    )
    made = {one.user_id: one for one in Reminder.objects.filter(day=day, user__in=people)}
    bodies = dict(
        Jurisdiction.objects.filter(path__in={path for _, _, path, _ in sums}).values_list(
            "path", "pk"
        )
    )
    ReminderLine.objects.bulk_create(
        [
            ReminderLine(
                reminder=made[person],
                duty=slug,
                body_id=bodies.get(path),
                is_escalated=escalated,
                count=one.count,
                late=one.late,
                first_due=one.first,
            )
            for (person, slug, path, escalated), one in sums.items()
        ],
        batch_size=BATCH,
    )
    if people:
        audit.record("reminder.make", actor=None, label=f"{day}", changes={"人数": len(people)})
    return len(people)


def see(*, user: User, day: datetime.date) -> None:
    """Note that `user` has opened what he was reminded of up to `day`; the first time counts."""
    unseen = Reminder.objects.filter(user=user, day__lte=day, seen_at=None)
    unseen.update(seen_at=timezone.now())
