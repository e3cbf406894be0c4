"""The ledger of organizational life (三会一课台账)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from activities import services
from activities.entry import Acceptance, enter
from activities.models import YEARLY_TYPES, Meeting, MeetingType
from orgs.matching import Organizations
from orgs.models import Organization
from schools.matching import Tree, Unknown
from schools.sheets import COUNTY, county_names, county_of
from sheets.compare import lay
from sheets.forms import (
    SERIAL,
    Column,
    Context,
    Form,
    Judgement,
    Row,
    SheetFacts,
    Stored,
    Table,
    Type,
    choices_by_label,
    register,
)
from sheets.normalise import fold

# Entered later than this many days after the end of its month, a meeting is 补录.

TYPES = choices_by_label(
    MeetingType,
    MEMBER_ASSEMBLY="支部党员大会、党员大会、支部大会、全体党员大会",
    BRANCH_COMMITTEE="支委会、支部委员会会议、支部委员会、支委会会议、支部委员会会",
    GROUP="党小组会、党小组会议、小组会",
    LECTURE="党课、上党课、讲党课、专题党课、微党课",
    THEME_DAY="主题党日、主题党日活动、党日活动、固定党日",
    ORG_LIFE="组织生活会、专题组织生活会、年度组织生活会",
    DEMOCRATIC_LIFE="民主生活会、专题民主生活会",
    MEMBER_EVALUATION="民主评议党员、民主评议、党员民主评议、评议党员",
    HEART_TALK="谈心谈话、谈心、谈心谈话活动",
    ORG_DECISION="党组织会议、党委会、党委会议、党总支会议、总支委员会会议、党支部会议",
    PRINCIPAL_OFFICE="校长办公会议、校长办公会、校务会议",
    SECRETARY_REVIEW="述职评议、书记述职、书记述职评议",
    MONTHLY_WORK_MEETING="党建工作例会、党建例会、工作例会",
)

TABLE = Table(
    "meetings",
    "三会一课台账",
    (
        SERIAL,
        COUNTY,
        Column(
            "branch",
            "党支部名称",
            Type.NAME,
            ("支部", "所属支部", "组织名称", "党组织名称", "支部名称", "所在党支部", "党支部"),
            required=True,
            max_length=120,
            identifies=True,
            hint="全称或简称",
        ),
        Column(
            "type",
            "活动类别",
            Type.CHOICE,
            ("会议类型", "会议类别", "活动类型", "类别", "活动形式"),
            choices=TYPES,
            hint="一个工作表只记一类会议的，可以写在工作表名里",
            examples=("党员大会", "党课"),
        ),
        Column(
            "date",
            "时间",
            Type.DATE,
            ("会议时间", "开展时间", "上课时间", "活动时间", "日期", "召开时间"),
            required=True,
            hint="要写到日；年份以表题为准时可以写 3月5日",
            examples=("3月5日", "4月8日"),
        ),
        Column(
            "place",
            "地点",
            Type.TEXT,
            ("会议地点", "活动地点", "上课地点"),
            max_length=60,
            examples=("学校会议室", "多媒体教室"),
        ),
        Column(
            "topic",
            "主题(议题)",
            Type.TEXT,
            (
                "主题",
                "议题",
                "主要议题",
                "学习内容",
                "党课题目",
                "会议主题",
                "活动主题",
                "会议名称",
                "主要内容",
            ),
            required=True,
            max_length=200,
            hint="换届选举大会请写明“换届选举”",
            examples=("学习上级文件，通过发展计划", "书记讲党课"),
        ),
        Column(
            "chair",
            "主持人",
            Type.NAME,
            ("主持", "会议主持人"),
            max_length=50,
            examples=("张某某", "张某某"),
        ),
        Column(
            "recorder",
            "记录人",
            Type.NAME,
            ("记录", "会议记录人"),
            max_length=50,
            examples=("李某某", "李某某"),
        ),
        Column(
            "lecturer",
            "主讲人",
            Type.NAME,
            ("授课人", "讲课人"),
            max_length=50,
            hint="党课填写",
            examples=("", "张某某"),
        ),
        Column(
            "due",
            "应到人数",
            Type.INT,
            ("应到会人数", "应参加", "应到", "应参加人数", "应参会人数"),
            examples=("15", "15"),
        ),
        Column(
            "present",
            "实到人数",
            Type.INT,
            ("参会人数", "实到", "实参加", "实际参加人数", "实到会人数", "参加人数"),
            hint="不多于应到人数",
            examples=("14", "15"),
        ),
        Column(
            "absence_note",
            "缺席人员及原因",
            Type.TEXT,
            (
                "请假",
                "缺席人数及原因",
                "请假/缺席人数及原因",
                "请假人员",
                "缺席人员",
                "请假及原因",
                "缺席情况",
            ),
            max_length=200,
            examples=("王某某，病假", ""),
        ),
        Column(
            "group_name",
            "党小组",
            Type.NAME,
            ("党小组名称", "小组"),
            max_length=50,
            hint="党小组会填写",
        ),
        Column(
            "is_election",
            "是否换届选举",
            Type.BOOL,
            ("换届选举",),
            tick=True,
            examples=("否", "否"),
        ),
    ),
)


@dataclass
class Plan:
    """The meeting of a row, and which of its fields change."""

    meeting: Meeting
    changed: list[str] = field(default_factory=list)


@register
class MeetingForm(Form):
    """Each row is a meeting; organization, type, day, topic and group tell which."""

    kind = "meetings"
    title = "三会一课台账"
    also_called = ("三会一课", "组织生活台账", "主题党日台账")
    tables = (TABLE,)
    needs_year = True

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        tree = Tree(context.user)
        names = [o.name for o in Organizations(context.user, tree).all]
        return {"county": county_names(tree), "branch": names}

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        tree = Tree(context.user)
        organizations = Organizations(context.user, tree)
        types: dict[int, str | None] = {}
        for row in rows:
            facts = row.sheet
            if id(facts) not in types:
                types[id(facts)] = type_of_sheet(facts)
            if row.get("type") is None and not _unreadable(row, "type"):
                row.values["type"] = types[id(facts)]
                if row.values["type"] is None:
                    row.refuse("type", "REQUIRED_MISSING", "没有填“活动类别”", "请补填")
            self._check(row, context)
        found = {id(row): self._organization(row, tree, organizations) for row in rows}
        known = self._known({o.pk for o in found.values() if o}, context.year or 0)
        accepts = Acceptance(context.user)
        first: dict[tuple, int] = {}
        for row in rows:
            organization = found[id(row)]
            row.label = _label(row)
            if row.refused or organization is None:
                continue
            key = (
                organization.pk,
                row.get("type"),
                row.get("date").day,
                fold(row.get("topic")),
                fold(row.get("group_name")),
            )
            if key in first:
                row.refuse(
                    "topic", "MEETING_DUPLICATE", f"与第 {first[key]} 行重复", "同一次会议只留一行"
                )
                continue
            first[key] = row.number
            meeting = known.get(key)
            row.is_new = meeting is None
            if meeting is None:
                meeting = self._new(row, organization, context, accepts)
            row.plan = Plan(meeting)
            row.plan.changed = self._compare(row, meeting)
        return Judgement()

    def _check(self, row: Row, context: Context) -> None:
        """Hold the cells of one meeting against each other and the year of the ledger."""
        due, present = row.get("due"), row.get("present")
        if due is not None and present is not None and present > due:
            row.refuse(
                "present",
                "ATTENDED_GT_EXPECTED",
                f"应到 {due} 人，实到 {present} 人，实到不能多于应到",
                "请核对两个数",
            )
        held = row.get("date")
        if held is None:
            return
        if held.month_only:
            row.refuse("date", "DATE_INVALID", f"{held} 没有写日", "请写到日，例如 2025-03-05")
            return
        year, day = context.year, held.day
        if day.year == year:
            return
        late = (
            row.get("type") in YEARLY_TYPES
            and year is not None
            and datetime.date(year + 1, 1, 1) <= day <= datetime.date(year + 1, 3, 31)
        )
        if not late:
            row.refuse(
                "date",
                "YEAR_NOT_IN_LEDGER",
                f"日期 {held} 不在 {year} 年",
                "请核对日期，或选对年度",
            )

    def _organization(self, row, tree, organizations) -> Organization | None:
        if not row.get("branch"):
            return None
        try:
            return organizations.find(row.get("branch"), county_of(row, tree))
        except Unknown as unknown:
            row.refuse("branch", "ORG_UNKNOWN", unknown.reason, unknown.fix)
            return None

    def _known(self, organizations: set[int], year: int) -> dict[tuple, Meeting]:
        """Return the stored meetings of the year by what tells one from another."""
        return {
            (m.organization_id, m.type, m.held_on, fold(m.topic), fold(m.group_name)): m
            for m in Meeting.objects.filter(organization__in=organizations, counts_for_year=year)
        }

    def _new(self, row: Row, organization, context: Context, accepts: Acceptance) -> Meeting:
        held = row.get("date").day
        topic = fold(row.get("topic"))
        meeting = Meeting(
            organization=organization,
            type=row.get("type"),
            held_on=held,
            counts_for_year=context.year or held.year,
            topic=row.get("topic"),
            group_name=row.get("group_name") or "",
            is_election="换届选举" in topic,
            studies_party_building="专题研究党建" in topic or "研究党建工作" in topic,
        )
        enter(meeting, today=context.today, accepts=accepts)
        return meeting

    def _compare(self, row: Row, meeting: Meeting) -> list[str]:
        names = ("place", "chair", "recorder", "lecturer", "due", "present", "absence_note")
        values = {name: row.get(name) for name in names}
        if row.is_new:
            # The topic tells a stored meeting from another; of a new one it is to be seen.
            values = {"topic": meeting.topic} | values
        if meeting.has_roster:
            # Where the members present are on record, the counts follow from them.
            del values["due"], values["present"]
        if row.get("is_election") is not None:
            values["is_election"] = row.get("is_election") or meeting.is_election
        return lay(row, meeting, values)

    def store(self, rows: list[Row], context: Context) -> Stored:
        services.save_meetings(
            new=[(row.plan.meeting, row.place) for row in rows if row.is_new],
            changed=[(row.plan.meeting, row.place) for row in rows if not row.is_new],
            fields={name for row in rows if not row.is_new for name in row.plan.changed},
            act=context.act,
        )
        return self.touched(rows, context)

    def touched(self, rows: list[Row], context: Context) -> Stored:
        return self.told_of([row.plan.meeting for row in rows])

    def told_of(self, records: Sequence[Meeting]) -> Stored:
        return Stored(
            self.kind,
            frozenset(meeting.organization_id for meeting in records),
            frozenset(meeting.counts_for_year for meeting in records),
        )


def type_of_sheet(facts: SheetFacts) -> str | None:
    """Return the type of meeting a sheet is kept for, from its name or its title."""
    for text in (facts.name, *facts.heading.split("\n")):
        folded = fold(text)
        found = {value: name for name, value in TYPES.items() if name in folded}
        # "三会一课及主题党日台账" names several.
        if folded in TYPES:
            return TYPES[folded]
        if len(found) == 1 and "三会一课" not in folded:
            return next(iter(found))
    return None


def _unreadable(row: Row, key: str) -> bool:
    heading = row.sheet.heading_of(key)
    return any(problem.column == heading for problem in row.problems)


def _label(row: Row) -> str:
    held = row.get("date")
    kind = dict(MeetingType.choices).get(row.get("type") or "", "")
    return " ".join(filter(None, (row.get("branch"), kind, str(held.day) if held else "")))
