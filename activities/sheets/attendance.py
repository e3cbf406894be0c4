"""Who was at the meetings on record, as a workbook (会议出席名册): a row for each member."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts import history
from activities.attendance import services
from activities.attendance.roster import (
    WITHOUT,
    Counts,
    belonging,
    counts_of,
    default,
    members_of,
    stored,
)
from activities.models import Attendance, Meeting, MeetingType, Presence
from activities.sheets.meetings import TABLE as MEETINGS
from orgs.matching import Organizations
from orgs.models import Member
from orgs.sheets.people import BORN
from schools.matching import Tree, Unknown
from schools.sheets import COUNTY, county_names, county_of
from sheets import undo
from sheets.compare import note
from sheets.forms import (
    SERIAL,
    Column,
    Context,
    Form,
    Judgement,
    Row,
    Stored,
    Table,
    Type,
    choices_by_label,
    get_form,
    register,
)
from sheets.normalise import fold

# Names told of those a roster does not name.
NAMES = 5

TABLE = Table(
    "attendance",
    "会议出席名册",
    (
        SERIAL,
        COUNTY,
        MEETINGS.column("branch"),
        replace(
            MEETINGS.column("type"),
            required=True,
            identifies=True,
            hint="党员大会、党课、主题党日等",
            examples=("党员大会", "党员大会"),
        ),
        replace(
            MEETINGS.column("date"),
            identifies=True,
            hint="会议已经登记的时间",
            examples=("3月5日", "3月5日"),
        ),
        replace(MEETINGS.column("group_name"), identifies=True),
        replace(
            MEETINGS.column("topic"),
            required=False,
            identifies=True,
            hint="同一天有几次同类会议时才填",
            examples=("", ""),
        ),
        Column(
            "member",
            "姓名",
            Type.NAME,
            ("党员姓名", "参会人员", "参会人", "与会人员"),
            required=True,
            max_length=50,
            identifies=True,
            examples=("张某某", "李某某"),
        ),
        BORN,
        Column(
            "presence",
            "出席情况",
            Type.CHOICE,
            ("到会情况", "参会情况", "出勤情况", "出勤", "签到"),
            required=True,
            choices=choices_by_label(
                Presence,
                PRESENT="到会、参加、实到、到、已到、√",
                ABSENT="旷会、未到、无故缺席",
                LEAVE="请假、事假、病假、公假、批准请假",
                LEAVE_ASKED="请假未批准、未批准",
                OBSERVER="列席人员",
                EXEMPT="免除活动要求、不要求参加",
            ),
            examples=("出席", "请假（已批准）"),
        ),
    ),
)


@dataclass
class Plan:
    """The meeting of a row, its member, and how he was there."""

    meeting: Meeting
    member: Member
    presence: int


@register
class AttendanceForm(Form):
    """Each row is a member at a meeting on record. Those no row names stay as they are; where
    a meeting has no roster yet they are taken as present, as on its page.
    """

    kind = "attendance"
    title = "会议出席名册"
    also_called = ("出席名册", "参会名册", "会议签到表", "出席情况登记表", "三会一课签到")
    tables = (TABLE,)
    needs_year = True
    prefills = True

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        tree = Tree(context.user)
        names = [o.name for o in Organizations(context.user, tree).all]
        return {"county": county_names(tree), "branch": names}

    def prefill(self, table: Table, context: Context) -> Iterator[Mapping[str, Any]]:
        """Give the rosters of the year as they stand."""
        tree = Tree(context.user)
        rows = Attendance.objects.editable_by(context.user).filter(
            meeting__withdrawn_at=None,
            meeting__counts_for_year=context.year or context.today.year,
            meeting__organization__dissolved_on=None,
        )
        rows = rows.select_related("meeting__organization__jurisdiction", "member")
        rows = rows.defer("member__id_number", "member__phone")
        found = list(rows.order_by("meeting__organization", "meeting__held_on", "meeting", "pk"))
        meetings = {row.meeting_id: row.meeting for row in found}
        alike: dict[tuple, int] = defaultdict(int)
        namesakes: dict[tuple, int] = defaultdict(int)
        for meeting in meetings.values():
            alike[_day(meeting)] += 1
        for row in found:
            namesakes[row.meeting_id, fold(row.member.name)] += 1
        for row in found:
            meeting, member = row.meeting, row.member
            unit = tree.unit_of(meeting.organization.jurisdiction)
            yield {
                "county": unit.name if unit else "",
                "branch": meeting.organization.name,
                "type": meeting.type,
                "date": meeting.held_on,
                "group_name": meeting.group_name,
                "topic": meeting.topic if alike[_day(meeting)] > 1 else "",
                "member": member.name,
                "born": member.birth_date if namesakes[meeting.pk, fold(member.name)] > 1 else None,
                "presence": row.presence,
            }

    # -- judging ------------------------------------------------------------------------

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        meetings = _Meetings(rows, context)
        found = {id(row): one for row in rows if (one := meetings.find(row))}
        rosters = Rosters({one.pk: one for one in found.values()}.values())
        first: dict[tuple[int, int], int] = {}
        for row in rows:
            meeting = found.get(id(row))
            held = row.get("date")
            row.label = " ".join(str(t) for t in (row.get("branch"), held, row.get("member")) if t)
            if row.refused or meeting is None or (member := rosters.member(row, meeting)) is None:
                continue
            key = (meeting.pk, member.pk)
            if first.setdefault(key, row.number) != row.number:
                row.refuse(
                    "member", "DUPLICATE", f"与第 {first[key]} 行重复", "同一次会议一人只留一行"
                )
                continue
            old = rosters.stored.get(meeting.pk, {}).get(member.pk)
            row.is_new = old is None
            row.plan = Plan(meeting, member, row.get("presence"))
            label = Presence(old).label if old else None
            note(row, "出席情况", label, Presence(row.plan.presence).label, is_new=row.is_new)
        self._refuse_halves(rows, found, rosters)
        for of in _by_meeting(rows):
            rosters.check(of)
        return Judgement()

    @staticmethod
    def _refuse_halves(rows: list[Row], found: Mapping[int, Meeting], rosters: Rosters) -> None:
        """Let a new roster come in whole or not at all: who is refused would count as present."""
        wrong: dict[int, int] = {}
        for row in rows:
            if row.refused and (meeting := found.get(id(row))):
                wrong.setdefault(meeting.pk, row.number)
        for of in _by_meeting(rows):
            pk = of[0].plan.meeting.pk
            for row in of if pk in wrong and pk not in rosters.stored else ():
                row.refuse(
                    "member",
                    "ROSTER_BROKEN",
                    f"同一次会议的第 {wrong[pk]} 行退回",
                    "改好那一行，整次会议一起导入",
                )

    # -- storing ------------------------------------------------------------------------

    def store(self, rows: list[Row], context: Context) -> Stored | None:
        meetings = {row.plan.meeting.pk: row.plan.meeting for row in rows}
        rosters = Rosters(meetings.values())
        placed, also, after = [], {}, {}
        for of in _by_meeting(rows):
            meeting = of[0].plan.meeting
            presences, counts = rosters.after(of)
            for name, count in zip(services.COUNTS, counts, strict=True):
                setattr(meeting, name, count)
            before = rosters.stored.get(meeting.pk, {})
            also[meeting.pk] = services.changes_of(rosters.people(presences), before, presences)
            after[meeting.pk] = presences
            placed.append((meeting, of[0].place))
        history.save_many(placed, act=context.act, fields=services.COUNTS, also=also)
        services.put(rosters.stored, after)
        return self.touched(rows, context)

    def touched(self, rows: list[Row], context: Context) -> Stored | None:
        return self.told_of([row.plan.meeting for row in rows])

    def told_of(self, records: Sequence[Meeting]) -> Stored | None:
        return get_form("meetings").told_of(records)


class _Meetings:
    """The meetings on record a row can name."""

    def __init__(self, rows: list[Row], context: Context):
        self.tree = Tree(context.user)
        self.organizations = Organizations(context.user, self.tree)
        self._named = {id(row): one for row in rows if (one := self._organization(row))}
        days = {held.day for row in rows if (held := row.get("date"))}
        self._of: dict[tuple, list[Meeting]] = defaultdict(list)
        organizations = {one.pk for one in self._named.values()}
        if days:
            held = Meeting.objects.filter(
                organization__in=organizations, held_on__range=(min(days), max(days))
            )
            for meeting in held:
                self._of[_day(meeting)].append(meeting)

    def _organization(self, row: Row) -> Any:
        if not row.get("branch"):
            return None
        try:
            return self.organizations.find(row.get("branch"), county_of(row, self.tree))
        except Unknown as unknown:
            row.refuse("branch", "ORG_UNKNOWN", unknown.reason, unknown.fix)
            return None

    def find(self, row: Row) -> Meeting | None:
        """Return the meeting of a row, None with a refusal where there is none or several."""
        kind, held = row.get("type"), row.get("date")
        if kind in WITHOUT:
            label = MeetingType(kind).label
            row.refuse("type", "NO_ROSTER", f"{label}不按人登记出席", "请核对会议类型")
            return None
        if not (kind and held) or id(row) not in self._named:
            return None
        group = fold(row.get("group_name"))
        found = self._of.get((self._named[id(row)].pk, kind, held.day, group), [])
        if len(found) > 1 and (topic := fold(row.get("topic"))):
            found = [one for one in found if fold(one.topic) == topic]
        if len(found) == 1:
            return found[0]
        label = MeetingType(kind).label
        if found:
            row.refuse("topic", "MEETING_UNKNOWN", f"{held} 有 {len(found)} 次{label}", "请填议题")
        else:
            row.refuse(
                "date",
                "MEETING_UNKNOWN",
                f"{held} 没有登记{label}",
                "请核对类型和时间，或先在三会一课台账里登记",
            )
        return None


class Rosters:
    """The rosters of some meetings: who belongs, what is on record, and what rows make of it."""

    def __init__(self, meetings: Iterable[Meeting]):
        meetings = list(meetings)
        self.stored = stored([meeting.pk for meeting in meetings])
        self._belonging = belonging(meetings)
        own = Member.objects.filter(organization__in={m.organization_id for m in meetings})
        keys = set(own.values_list("pk", flat=True))
        for meeting in meetings:
            keys |= self._belonging[meeting.pk] | self.stored.get(meeting.pk, {}).keys()
        self._members = {member.pk: member for member in members_of(keys)}
        self._named: dict[str, list[Member]] = defaultdict(list)
        for member in self._members.values():
            self._named[fold(member.name)].append(member)

    def people(self, keys: Iterable[int]) -> list[Member]:
        """Return members by key, as far as they are on record."""
        return [self._members[key] for key in keys if key in self._members]

    def member(self, row: Row, meeting: Meeting) -> Member | None:
        """Return the member of a row: one who belongs, else one of the organization."""
        alike = self._named.get(fold(row.get("member")), [])
        should = self._belonging[meeting.pk] | self.stored.get(meeting.pk, {}).keys()
        found = [one for one in alike if one.pk in should] or [
            one for one in alike if one.organization_id == meeting.organization_id
        ]
        if len(found) > 1 and (born := row.get(BORN.key)):
            found = [one for one in found if one.birth_date == born.day]
        if len(found) == 1:
            return found[0]
        if found:
            row.refuse(
                "member",
                "MEMBER_UNKNOWN",
                f"有 {len(found)} 名{row.get('member')}",
                "请填出生日期来区分",
            )
        else:
            row.refuse(
                "member",
                "MEMBER_UNKNOWN",
                f"这次会议没有党员“{row.get('member')}”",
                "请核对姓名，或先登记党员",
            )
        return None

    def _taken(self, meeting: Meeting) -> dict[int, int]:
        """Return what a roster starts from: as stored, else all who belong as they are taken."""
        if meeting.pk in self.stored:
            return dict(self.stored[meeting.pk])
        return {one.pk: default(one) for one in self.people(self._belonging[meeting.pk])}

    def after(self, rows: list[Row]) -> tuple[dict[int, int], Counts]:
        """Return the roster rows of one meeting make, and its counts."""
        meeting = rows[0].plan.meeting
        told = {row.plan.member.pk: row.plan.presence for row in rows}
        presences = self._taken(meeting) | told
        return presences, counts_of(meeting, self.people(presences), presences)

    def check(self, rows: list[Row]) -> None:
        """Refuse a roster by which nobody is due; say who is taken as present."""
        meeting = rows[0].plan.meeting
        presences, counts = self.after(rows)
        if not counts.due:
            for row in rows:
                row.refuse("presence", "NOBODY_DUE", "这次会议没有一个人应到", "请核对出席情况")
            return
        if meeting.pk in self.stored:
            return
        named = {row.plan.member.pk for row in rows}
        others = [one.name for one in self.people(presences) if one.pk not in named]
        if others:
            more = f"等 {len(others)} 人" if len(others) > NAMES else ""
            rows[0].warn(
                "member",
                "ROSTER_INCOMPLETE",
                f"名册没有写{'、'.join(others[:NAMES])}{more}，按出席登记",
                "没有出席的请补一行",
            )


def _day(meeting: Meeting) -> tuple:
    return (meeting.organization_id, meeting.type, meeting.held_on, fold(meeting.group_name))


def _by_meeting(rows: Iterable[Row]) -> list[list[Row]]:
    """Return the rows that are not refused, by their meeting."""
    found: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if not row.refused and row.plan:
            found[row.plan.meeting.pk].append(row)
    return list(found.values())


undo.beside["activities.meeting"] = undo.Beside(
    services.ROWS, services.ROSTER, frozenset(services.COUNTS), services.put_back
)
