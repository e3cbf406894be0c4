"""The meetings of a year: what an organization held, without what it is short of."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from random import Random

from activities.models import MeetingStatus, MeetingType
from partybuild.demo import names
from partybuild.demo.defects import Shortfall
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.people import Leadership

FIELDS = (
    "organization",
    "type",
    "held_on",
    "counts_for_year",
    "place",
    "topic",
    "chair",
    "recorder",
    "lecturer",
    "due",
    "present",
    "absence_note",
    "is_election",
    "studies_party_building",
    "group_name",
    "event_group",
    "status",
    "entered_on",
    "is_late",
    "late_accepted",
)
PLACES = ("党员活动室", "学校会议室", "一楼会议室", "多媒体教室", "录播室")
OUTDOORS = ("县党史馆", "烈士陵园", "社区服务中心", "校园", "党员活动室")
Kind = MeetingType
TOPICS: dict[str, tuple[str, ...]] = {
    Kind.MEMBER_ASSEMBLY: (
        "传达学习上级文件精神",
        "讨论接收预备党员",
        "听取支委会工作报告",
        "讨论预备党员转正",
        "通报党费收缴情况",
    ),
    Kind.BRANCH_COMMITTEE: (
        "研究支部月度工作安排",
        "研究发展党员工作",
        "研究党员教育培训安排",
        "研究组织生活会方案",
        "研究确定入党积极分子",
    ),
    Kind.GROUP: ("学习党章党规", "学习教育法律法规", "检查党员承诺践诺情况", "开展学习交流"),
    Kind.LECTURE: (
        "坚守为党育人初心",
        "学习条例 严守纪律",
        "加强师德师风建设",
        "新时代教师的责任",
        "把思政小课堂讲好",
    ),
    Kind.THEME_DAY: (
        "重温入党誓词",
        "参观党史馆",
        "校园志愿服务",
        "结对帮扶困难学生",
        "交纳党费 集中学习",
        "为社区居民讲一堂课",
    ),
    Kind.ORG_LIFE: ("年度组织生活会",),
    Kind.DEMOCRATIC_LIFE: ("年度民主生活会",),
    Kind.MEMBER_EVALUATION: ("民主评议党员",),
    Kind.HEART_TALK: ("书记与党员谈心谈话", "支委与党员谈心谈话"),
    Kind.ORG_DECISION: (
        "研究教师岗位聘用",
        "研究学校年度重点工作",
        "研究师德师风建设",
        "研究学校安全工作",
        "研究评优评先",
    ),
    Kind.PRINCIPAL_OFFICE: ("研究教学安排", "研究后勤和安全事项", "研究经费使用", "研究招生工作"),
    Kind.SECRETARY_REVIEW: ("党组织书记抓党建述职评议",),
}
STUDY_TOPIC = "专题研究党建工作"
DAY = datetime.timedelta(days=1)


class YearOfLife:
    """Yields the meetings of one organization in one year, up to a day."""

    def __init__(
        self,
        plan: OrgPlan,
        led: Leadership,
        short: Shortfall,
        *,
        year: int,
        today: datetime.date,
        seed: int,
    ):
        self.plan, self.led, self.short, self.year, self.today = plan, led, short, year, today
        self.rng = Random(f"{seed}/life/{year}/{plan.name}")
        self.first = plan.founded_on
        self.last = min(today, plan.dissolved_on - DAY) if plan.dissolved_on else today
        pool = [names.person(self.rng, self.rng.random() < 0.6) for _ in range(3)]
        self.recorders = led.others[:2] + pool
        self.members = plan.members or sum(child.members for child in plan.children)
        self.place = self.rng.choice(PLACES)

    def __iter__(self) -> Iterator[tuple]:
        if self.last < datetime.date(self.year, 1, 1):
            return
        plan = self.plan
        for month in range(1, 13):
            if datetime.date(self.year, month, 1) > self.last:
                break
            if month not in self.short.empty:
                yield from self._month(month)
        yield from self._elections()
        yield from self._yearly()
        if plan.is_branch and not plan.exclusion:
            yield from self._talks()

    def _month(self, month: int) -> Iterator[tuple]:
        plan, short, rng = self.plan, self.short, self.rng
        quarter, last_of_quarter = (month + 2) // 3, self._assembly_month(month)
        if plan.has_committee:
            yield from self._meet(
                Kind.BRANCH_COMMITTEE, month, self.led.size, skip=month in short.committee
            )
        if plan.is_branch:
            day = self._theme_day(month)
            yield from self._meet(
                Kind.THEME_DAY, month, self.members, skip=month in short.theme, day=day
            )
        if plan.groups:
            for number in range(plan.groups):
                yield from self._meet(
                    Kind.GROUP,
                    month,
                    max(1, self.members // plan.groups),
                    skip=month in short.group,
                    group=f"第{'一二三'[number]}党小组",
                )
        if last_of_quarter:
            if plan.is_branch:
                missing = quarter in short.assembly
                yield from self._meet(Kind.MEMBER_ASSEMBLY, month, self.members, skip=missing)
            elif quarter in (2, 4) and not (quarter == 2 and short.assembly):
                # Once in each half year; short of one, only in the second.
                yield from self._meet(Kind.MEMBER_ASSEMBLY, month, self.members)
            if not plan.exclusion or plan.exclusion == "new":
                yield from self._lecture(month, quarter)
        if not plan.exclusion:
            study = month in (3, 10) and not (
                short.study == 2 or (short.study == 1 and month == 10)
            )
            if study or rng.random() < 0.97:
                yield from self._meet(
                    Kind.ORG_DECISION, month, max(3, self.led.size), study=study, always=study
                )
            if not plan.parent and month not in (2, 8):
                yield from self._meet(Kind.PRINCIPAL_OFFICE, month, 5)

    def _assembly_month(self, month: int) -> bool:
        """Tell whether the quarter's assembly and lecture are held in this month."""
        # A stable choice per organization and quarter: months 1-2 of the quarter mostly.
        quarter = (month + 2) // 3
        return (month - 1) % 3 == (hash_of(self.plan.name) + quarter) % 3

    def _theme_day(self, month: int) -> int:
        days = calendar.monthrange(self.year, month)[1]
        if self.short.fixed_day or self.rng.random() < 0.03:
            return self.rng.randint(1, days)
        return min(days, max(1, self.plan.fixed_day + self.rng.randint(-3, 3)))

    def _lecture(self, month: int, quarter: int) -> Iterator[tuple]:
        own = self.short.secretary_lecture or (quarter in (2, 4) and self.rng.random() < 0.6)
        lecturer = self.rng.choice(self.recorders) if own else None
        yield from self._meet(
            Kind.LECTURE,
            month,
            self.members,
            skip=quarter in self.short.lecture,
            lecturer=lecturer,
        )

    def _meet(
        self,
        kind: MeetingType,
        month: int,
        due: int,
        *,
        skip: bool = False,
        day: int = 0,
        group: str = "",
        lecturer: str | None = None,
        study: bool = False,
        always: bool = False,
    ) -> Iterator[tuple]:
        """Yield one meeting in a month; of a skipped one sometimes a record that fails."""
        rng = self.rng
        held = datetime.date(self.year, month, day or rng.randint(3, 27))
        if not self.first <= held <= self.last:
            return
        flaw = ""
        if skip:
            draw = rng.random()
            if draw < 0.72:
                return
            flaw = "recorder" if draw < 0.86 else "late"
        yield self._row(
            kind, held, due, group=group, lecturer=lecturer, study=study, flaw=flaw, sure=always
        )

    def _row(
        self,
        kind: MeetingType,
        held: datetime.date,
        due: int,
        *,
        year: int = 0,
        group: str = "",
        lecturer: str | None = None,
        study: bool = False,
        election: bool = False,
        flaw: str = "",
        present: int | None = None,
        sure: bool = False,
    ) -> tuple:
        rng = self.rng
        if present is None:
            rate = 0.97 if election or kind not in COUNTED else self.short.attendance
            absent = int((1 - rate) * due + rng.random())
            most = due // 5 if election else (due - 1) // 2
            present = due - max(0, min(absent, most))
        secretary = self.led.secretary_on(held)
        chair = secretary or (self.led.others[0] if self.led.others else self.recorders[0])
        recorder = rng.choice(self.recorders)
        if kind == Kind.LECTURE:
            lecturer = chair if lecturer is None else lecturer
            # A lecture not given by the secretary is not chaired by him either.
            chair = recorder if lecturer != secretary and chair == secretary else chair
        month_end = datetime.date(
            held.year, held.month, calendar.monthrange(held.year, held.month)[1]
        )
        entered = min(held + rng.randint(0, 9) * DAY, self.today)
        is_late, accepted = False, None
        if flaw == "late" or (not sure and rng.random() < 0.02):
            late = month_end + rng.randint(17, 40) * DAY
            if late <= self.today:
                entered, is_late = late, True
                accepted = None if flaw else True
        return (
            self.plan.row.pk,
            kind.value,
            held,
            year or held.year,
            rng.choice(OUTDOORS) if kind == Kind.THEME_DAY else self.place,
            self._topic(kind, study, election),
            chair,
            # Without a recorder the record does not count.
            "" if flaw and not is_late else recorder,
            lecturer or "",
            due,
            present,
            "" if present == due else rng.choice(("因病请假", "外出培训请假", "因公出差请假")),
            election,
            study,
            group,
            None,
            MeetingStatus.ARCHIVED.value,
            entered,
            is_late,
            accepted,
        )

    def _topic(self, kind: MeetingType, study: bool, election: bool) -> str:
        if election:
            return "换届选举"
        if study:
            return STUDY_TOPIC
        topic = self.rng.choice(TOPICS[kind])
        if kind == Kind.LECTURE:
            return f"党课：{topic}"
        return f"主题党日：{topic}" if kind == Kind.THEME_DAY else topic

    def _elections(self) -> Iterator[tuple]:
        for day in self.led.elections:
            in_life = day.year == self.year and self.first <= day <= self.last
            if in_life and day.month not in self.short.empty:
                yield self._row(Kind.MEMBER_ASSEMBLY, day, self.members, election=True)

    def _yearly(self) -> Iterator[tuple]:
        """Yield the yearly types, in winter: some in the year, some after New Year."""
        plan, rng, short = self.plan, self.rng, self.short
        held = datetime.date(self.year, 11, 18) + rng.randrange(95) * DAY
        if held > self.last and self.year < self.today.year:
            # Early in the next year all of it was held before New Year.
            held = datetime.date(self.year, 11, 18) + rng.randrange(40) * DAY
        if not self.first <= held <= self.last or plan.exclusion in ("kind", "not_founded"):
            return
        if plan.is_branch:
            if not short.org_life:
                yield self._row(Kind.ORG_LIFE, held, self.members, year=self.year)
            if not short.evaluation and plan.full:
                due = plan.full
                present = max(1, min(due, round(due * short.evaluated)))
                yield self._row(Kind.MEMBER_EVALUATION, held, due, year=self.year, present=present)
        else:
            yield self._row(Kind.DEMOCRATIC_LIFE, held, self.led.size, year=self.year)
        review = held + rng.randint(5, 25) * DAY
        if review <= self.last and review.month != 4:
            yield self._row(Kind.SECRETARY_REVIEW, review, self.led.size, year=self.year)

    def _talks(self) -> Iterator[tuple]:
        for month in (3, 4, 5, 9, 10, 11):
            if month not in self.short.empty:
                held = datetime.date(self.year, month, self.rng.randint(3, 27))
                if self.first <= held <= self.last:
                    yield self._row(Kind.HEART_TALK, held, 2, present=2)


COUNTED = frozenset({Kind.MEMBER_ASSEMBLY, Kind.GROUP, Kind.LECTURE, Kind.THEME_DAY})


def hash_of(text: str) -> int:
    """Return a small number that depends on the text only (unlike hash())."""
    return sum(map(ord, text))
