"""The ledgers of trainings and of volunteering: a row for each, with the members who took part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, ClassVar

from accounts import history
from activities.education.pages import KIND as TRAINING
from activities.models import (
    Training,
    TrainingHours,
    VolunteerHours,
    Volunteering,
)
from activities.sheets.events_columns import TRAININGS, VOLUNTEERING
from orgs.matching import Organizations
from orgs.models import Member, Organization
from schools.matching import Tree, Unknown
from schools.sheets import county_names, county_of
from sheets.compare import lay, note
from sheets.forms import (
    Context,
    Form,
    Judgement,
    Row,
    Stored,
    Table,
    register,
)
from sheets.normalise import fold

# Words for everybody in the column of members.
ALL = ("全体", "全体党员", "全体参加", "全部党员")


@dataclass
class Plan:
    """The event of a row, which of its fields change, and who takes part from now on."""

    event: Any
    changed: list[str] = field(default_factory=list)
    new: list[int] = field(default_factory=list)


class _Members:
    """The members of the organizations of a file, and who took part in the events known."""

    def __init__(self, organizations: set[int]):
        rows = Member.objects.filter(organization__in=organizations).defer("id_number", "phone")
        self.by_name: dict[tuple[int, str], list[Member]] = defaultdict(list)
        self.of: dict[int, list[Member]] = defaultdict(list)
        for member in rows.order_by("name", "pk"):
            self.by_name[member.organization_id, fold(member.name)].append(member)
            self.of[member.organization_id].append(member)

    def all_on(self, organization: int, day) -> list[Member]:
        """Return the members of an organization who were members on `day`."""
        return [
            member
            for member in self.of[organization]
            if (member.joined_on is None or member.joined_on <= day)
            and (member.left_on is None or member.left_on > day)
        ]


class EventForm(Form):
    """Each row is an event; organization, day and theme tell which. Members named are added to
    those on record; who was not there is taken out on the page of the event.
    """

    needs_year = True
    prefills = True
    model: ClassVar[Any]
    rows_model: ClassVar[Any]
    relation: ClassVar[str]
    day: ClassVar[str]
    stored_kind: ClassVar[str]
    # Field of the model by key of the column, beside day, hours and members.
    plain: ClassVar[Mapping[str, str]]

    @property
    def table(self) -> Table:
        """The only table of the form."""
        return self.tables[0]

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        tree = Tree(context.user)
        names = [o.name for o in Organizations(context.user, tree).all]
        return {"county": county_names(tree), "branch": names}

    def prefill(self, table: Table, context: Context) -> Iterator[Mapping[str, Any]]:
        tree = Tree(context.user)
        events = self._of_year(context)
        people = self._participants([event.pk for event in events])
        for event in events:
            unit = tree.unit_of(event.organization.jurisdiction)
            rows = people.get(event.pk, {})
            yield {
                "county": unit.name if unit else "",
                "branch": event.organization.name,
                "start": getattr(event, self.day),
                "hours": event.hours,
                "members": tuple(sorted(row.member.name for row in rows.values())),
                **{key: getattr(event, name) for key, name in self.plain.items()},
                **self.more(event),
            }

    def more(self, event: Any) -> dict[str, Any]:
        """Return further cells of an event."""
        return {}

    def _of_year(self, context: Context) -> list[Any]:
        year = context.year or context.today.year
        rows = self.model.objects.editable_by(context.user).filter(**{f"{self.day}__year": year})
        rows = rows.select_related("organization__jurisdiction")
        return list(rows.order_by("organization__jurisdiction__path", "organization", self.day))

    def _participants(self, events: Sequence[int]) -> dict[int, dict[int, Any]]:
        """Return the rows of participants by event and member."""
        found: dict[int, dict[int, Any]] = defaultdict(dict)
        rows = self.rows_model.objects.filter(**{f"{self.relation}__in": events})
        rows = rows.select_related("member").defer("member__id_number", "member__phone")
        for row in rows:
            found[getattr(row, f"{self.relation}_id")][row.member_id] = row
        return found

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        tree = Tree(context.user)
        organizations = Organizations(context.user, tree)
        found = {id(row): _organization(row, tree, organizations) for row in rows}
        keys = {organization.pk for organization in found.values() if organization}
        members = _Members(keys)
        known = {self._key(event): event for event in self._of_year(context)}
        people = self._participants([event.pk for event in known.values()])
        first: dict[tuple, int] = {}
        for row in rows:
            organization = found[id(row)]
            self._check(row, context)
            row.label = " ".join(filter(None, (row.get("branch"), row.get("theme"))))
            if row.refused or organization is None:
                continue
            key = (organization.pk, row.get("start").day, fold(row.get("theme")))
            if first.setdefault(key, row.number) != row.number:
                row.refuse(
                    "theme", "EVENT_DUPLICATE", f"与第 {first[key]} 行重复", "同一次只留一行"
                )
                continue
            event = known.get(key)
            row.is_new = event is None
            event = event or self.model(
                organization=organization,
                theme=row.get("theme"),
                **{self.day: row.get("start").day},
            )
            row.plan = Plan(event)
            values = {name: row.get(column) for column, name in self.plain.items()}
            row.plan.changed = lay(row, event, values | self.values(row, event))
            self._compare_members(row, organization, members, people.get(event.pk or 0, {}))
        return Judgement()

    def values(self, row: Row, event: Any) -> dict[str, Any]:
        """Return what a row says beside the plain columns."""
        return {"hours": _tenths(row.get("hours"))}

    def _key(self, event: Any) -> tuple:
        return event.organization_id, getattr(event, self.day), fold(event.theme)

    def _check(self, row: Row, context: Context) -> None:
        """Ask for a whole day of the year of the ledger, and for hours that can be."""
        start, hours = row.get("start"), row.get("hours")
        if start is not None and start.month_only:
            row.refuse("start", "DATE_INVALID", f"{start} 没有写日", "请写到日，例如 2025-03-05")
        elif start is not None and start.day.year != context.year:
            row.refuse(
                "start",
                "YEAR_NOT_IN_LEDGER",
                f"日期 {start} 不在 {context.year} 年",
                "请核对日期，或选对年度",
            )
        if hours is not None and not Decimal("0.5") <= hours <= 400:
            row.refuse("hours", "HOURS_INVALID", f"{hours} 不像是一次的时长", "请核对")

    def _compare_members(
        self,
        row: Row,
        organization: Organization,
        members: _Members,
        before: Mapping[int, Any],
    ) -> None:
        names = row.get("members")
        if not names:
            return
        chosen: dict[int, str] = {}
        if len(names) == 1 and fold(names[0]) in ALL:
            day = row.get("start").day
            chosen = {m.pk: m.name for m in members.all_on(organization.pk, day)}
        else:
            for name in names:
                alike = members.by_name.get((organization.pk, fold(name)), [])
                # Of two of one name, the one written down before is meant.
                if len(alike) > 1:
                    alike = [m for m in alike if m.pk in before and m.pk not in chosen] or alike
                if len(alike) != 1:
                    reason = f"没有党员“{name}”" if not alike else f"有 {len(alike)} 名{name}"
                    code = "MEMBER_UNKNOWN" if not alike else "MEMBER_AMBIGUOUS"
                    fix = "请核对姓名，或先登记党员" if not alike else "请在页面上登记这名党员"
                    row.refuse("members", code, f"{organization.short_name}{reason}", fix)
                    return
                chosen[alike[0].pk] = alike[0].name
        plan: Plan = row.plan
        plan.new = [pk for pk in chosen if pk not in before]
        old = sorted(one.member.name for one in before.values())
        now = sorted([*old, *(chosen[pk] for pk in plan.new)])
        label = self.table.column("members").label
        note(row, label, tuple(old), tuple(now), is_new=row.is_new)

    def store(self, rows: list[Row], context: Context) -> Stored:
        act = context.act
        history.create_many([(row.plan.event, row.place) for row in rows if row.is_new], act=act)
        history.save_many(
            [(row.plan.event, row.place) for row in rows if not row.is_new],
            act=act,
            fields={name for row in rows if not row.is_new for name in row.plan.changed},
        )
        history.create_many(
            [
                (
                    self.rows_model(
                        **{self.relation: row.plan.event},
                        member_id=member,
                        hours=row.plan.event.hours,
                    ),
                    row.place,
                )
                for row in rows
                for member in row.plan.new
            ],
            act=act,
        )
        return self.touched(rows, context)

    def touched(self, rows: list[Row], context: Context) -> Stored:
        return self.told_of([row.plan.event for row in rows])

    def told_of(self, records: Sequence[Any]) -> Stored:
        if isinstance(records[0], self.rows_model):
            keys = {getattr(row, f"{self.relation}_id") for row in records}
            records = list(self.model.everything.filter(pk__in=keys))
        return Stored(
            self.stored_kind,
            frozenset(event.organization_id for event in records),
            frozenset(getattr(event, self.day).year for event in records),
        )


@register
class TrainingLedger(EventForm):
    """Each row is a training; the hours of the row are those of everybody in it."""

    kind = "trainings"
    title = "党员教育培训台账"
    also_called = ("教育培训台账", "党员培训台账", "党员学时登记", "培训台账")
    tables = (TRAININGS,)
    model, rows_model = Training, TrainingHours
    relation, day, stored_kind = "training", "started_on", TRAINING
    plain: ClassVar[Mapping[str, str]] = {
        "theme": "theme",
        "form": "form",
        "level": "level",
        "organizer": "organizer",
        "place": "place",
        "teacher": "teacher",
    }

    def more(self, event):
        return {"end": event.ended_on}

    def values(self, row, event):
        end = row.get("end")
        day = end.day if end else None
        if day and day < row.get("start").day:
            row.refuse("end", "END_BEFORE_START", "结束时间早于开始时间", "请核对日期")
            day = None
        if day is None and row.is_new:
            day = row.get("start").day
        return {"ended_on": day, "hours": _tenths(row.get("hours"))}


@register
class VolunteeringLedger(EventForm):
    """Each row is an activity; its hours are those of everybody in it."""

    kind = "volunteering"
    title = "党员志愿服务台账"
    also_called = ("志愿服务台账", "志愿服务记录", "志愿服务登记")
    tables = (VOLUNTEERING,)
    model, rows_model = Volunteering, VolunteerHours
    relation, day, stored_kind = "volunteering", "held_on", "roles"
    plain: ClassVar[Mapping[str, str]] = {
        "theme": "theme",
        "category": "category",
        "place": "place",
        "partner": "partner",
        "organizer": "organizer",
    }


def _tenths(hours: Decimal | None) -> Decimal | None:
    """Return hours as they are kept, with one decimal."""
    return None if hours is None else hours.quantize(Decimal("0.1"))


def _organization(row: Row, tree: Tree, organizations: Organizations) -> Organization | None:
    if not row.get("branch"):
        return None
    try:
        return organizations.find(row.get("branch"), county_of(row, tree))
    except Unknown as unknown:
        row.refuse("branch", "ORG_UNKNOWN", unknown.reason, unknown.fix)
        return None
