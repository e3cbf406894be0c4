"""Organizational life by person: groups, talks, problems and evaluations of the branches
that have a register. Drawn after the meetings, from the members as the moves left them.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from math import ceil
from random import Random
from typing import Any

from accounts.bulk import insert_rows, update_records
from activities.models import (
    Attendance,
    Grade,
    HeartTalk,
    LifeProblem,
    Meeting,
    MeetingType,
    MemberEvaluation,
    Presence,
    ProblemKind,
    TalkRelation,
)
from orgs.models import (
    GroupMembership,
    Member,
    MemberStatus,
    OrgKind,
    PartyGroup,
    Post,
    covers,
)
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.people import People
from partybuild.demo.quality import OF_BRANCHES, Quality

DAY = datetime.timedelta(days=1)
ROSTERED = (MeetingType.MEMBER_ASSEMBLY, MeetingType.THEME_DAY, MeetingType.LECTURE)
MISSED = (Presence.ABSENT, Presence.LEAVE_ASKED)
SUBJECTS = (
    "交流思想和工作，征求意见",
    "了解教学和生活中的困难",
    "征求对支部班子的意见",
    "指出不足，提出希望",
    "组织生活会前谈心，沟通思想",
)
FOLLOW_UPS = ("", "", "建议多开展教研帮带", "反映课后服务负担，已转教务处", "希望加强青年教师培养")
PROBLEMS = (
    ("理论学习的系统性不够", "制定学习计划，每月集中学习一次"),
    ("联系群众不够经常", "班子成员每月到年级组听取意见一次"),
    ("党建与教学结合不紧", "每学期开展两次党员示范课"),
    ("组织生活形式单一", "主题党日每季度安排一次校外活动"),
    ("对青年教师关心不够", "党员骨干与青年教师结对"),
)
OWN_PROBLEMS = ("创新意识不强", "学习抓得不紧", "开展批评不够大胆")
RESULTS = ("已按计划开展", "已整改到位，长期坚持")


class Persons:
    """Draws the records of both years, one branch after another."""

    def __init__(
        self,
        people: People,
        quality: Quality,
        *,
        years: tuple[int, ...],
        today: datetime.date,
        seed: int,
        attended: float,
    ):
        self.people, self.quality, self.today, self.seed = people, quality, today, seed
        self.years, self.attended_share = years, attended
        self.groups: list[PartyGroup] = []
        self.memberships: list[GroupMembership] = []
        self.talks: list[HeartTalk] = []
        self.problems: list[LifeProblem] = []
        self.evaluations: list[MemberEvaluation] = []
        self.members: dict[int, list[Member]] = defaultdict(list)
        rows = Member.objects.filter(left_on=None).defer("id_number", "phone").order_by("pk")
        for member in rows:
            self.members[member.organization_id].append(member)
        self.attended: list[Meeting] = []
        self.presences: list[tuple[int, int, int]] = []
        self.gatherings: dict[int, list[Meeting]] = defaultdict(list)
        columns = ("organization", "type", "held_on", "topic", "is_election", "due", "present")
        some = Meeting.objects.valid().filter(
            type__in=ROSTERED, organization__in=list(self.members)
        )
        for meeting in some.only(*columns).order_by("held_on"):
            self.gatherings[meeting.organization_id].append(meeting)
        self.meetings: dict[tuple[int, int, str], Meeting] = {}
        wanted = (
            MeetingType.ORG_LIFE,
            MeetingType.DEMOCRATIC_LIFE,
            MeetingType.MEMBER_EVALUATION,
        )
        for meeting in Meeting.objects.valid().filter(type__in=wanted).order_by("-held_on"):
            key = (meeting.organization_id, meeting.counts_for_year, meeting.type)
            self.meetings[key] = meeting

    def draw(self, plan: OrgPlan) -> None:
        """Draw the records of one branch."""
        if plan.kind == OrgKind.COMMITTEE and not plan.dissolved_on:
            for year in self.years:
                self._criticise(plan, year)
        members = self.members.get(plan.row.pk, [])
        if not plan.is_branch or not members or plan.dissolved_on:
            return
        rng = Random(f"{self.seed}/persons/{plan.name}")
        if plan.groups:
            self._group(plan, members)
        keeps = rng.random() < self.attended_share
        if keeps:
            for meeting in self.gatherings[plan.row.pk]:
                self._attend(meeting, members, rng)
        for year in self.years:
            if plan.founded_on.year > year:
                continue
            self._evaluate(plan, year, members, rng)
            if keeps:
                self._talk(plan, year, members, rng)

    def _group(self, plan: OrgPlan, members: list[Member]) -> None:
        """Divide the members, full ones first, so that each group has some."""
        groups = [
            PartyGroup(organization=plan.row, name=f"第{'一二三'[number]}党小组")
            for number in range(plan.groups)
        ]
        self.groups += groups
        ordered = sorted(members, key=lambda member: member.status != MemberStatus.FULL)
        for number, member in enumerate(ordered):
            self.memberships.append(
                GroupMembership(
                    group=groups[number % plan.groups],
                    member=member,
                    is_leader=number < plan.groups,
                )
            )

    def _attend(self, meeting: Meeting, members: list[Member], rng: Random) -> None:
        """Tell who was there, so that the counts of the meeting come out as they are."""
        day, due, present = meeting.held_on, meeting.due or 0, meeting.present or 0
        there = [m for m in members if m.joined_on is None or m.joined_on <= day]
        if len(there) < due:
            return
        away = set(rng.sample(range(due), due - present))
        presences = [
            rng.choice(MISSED) if number in away else Presence.PRESENT for number in range(due)
        ]
        presences += [Presence.LEAVE] * (len(there) - due)
        votes = [p for m, p in zip(there, presences, strict=True) if _is_full(m, day)]
        came = votes.count(Presence.PRESENT)
        is_election = meeting.is_election or "换届选举" in meeting.topic
        if 2 * came < len(votes) or (is_election and 5 * came < 4 * len(votes)):
            return
        meeting.voters, meeting.voters_present = len(votes), came
        self.attended.append(meeting)
        self.presences += [
            (meeting.pk, member.pk, int(presence))
            for member, presence in zip(there, presences, strict=True)
        ]

    def _evaluate(self, plan: OrgPlan, year: int, members: list[Member], rng: Random) -> None:
        meeting = self.meetings.get((plan.row.pk, year, MeetingType.MEMBER_EVALUATION))
        if meeting is None:
            return
        end = min(datetime.date(year, 12, 31), self.today)
        there = [m for m in members if m.joined_on is None or m.joined_on <= end]
        full = [m for m in there if _is_full(m, end)]
        part = ceil(len(full) * self.quality.shortfalls[year][plan.name].evaluated)
        took = {m.pk for m in sorted(full, key=lambda m: m.activity_exempt)[:part]}
        took |= {m.pk for m in there if not _is_full(m, end)}
        best = rng.randint(part // 5, part // 3) if part else 0
        excellent = {m.pk for m in rng.sample(full[:part], min(best, part))} & took
        for member in there:
            graded = member.pk in took and _is_full(member, end)
            grade = Grade.EXCELLENT if member.pk in excellent else Grade.QUALIFIED
            if graded and grade == Grade.QUALIFIED and rng.random() < 0.01:
                grade = Grade.BASIC
            votes = len(took)
            high = rng.randint(0, votes // 4) + (votes // 2 if member.pk in excellent else 0)
            self.evaluations.append(
                MemberEvaluation(
                    organization=plan.row,
                    member=member,
                    year=year,
                    took_part=member.pk in took,
                    own_grade=Grade.QUALIFIED if member.pk in took else "",
                    mutual_grade=grade if graded else "",
                    votes_excellent=high if graded else None,
                    votes_qualified=votes - high if graded else None,
                    votes_basic=0 if graded else None,
                    votes_unqualified=0 if graded else None,
                    grade=grade if graded else "",
                    remark="" if member.pk in took else "因病未参加",
                )
            )

    def _talk(self, plan: OrgPlan, year: int, members: list[Member], rng: Random) -> None:
        meeting = self.meetings.get((plan.row.pk, year, MeetingType.ORG_LIFE))
        lost = self.quality.loss(plan, year, "C6") * OF_BRANCHES["C6"]
        without_lists = lost >= 1
        share = 1 - (lost - without_lists)
        first = max(plan.founded_on, datetime.date(year, 3, 1))
        last = min(self.today, datetime.date(year, 11, 10))
        if first >= last:
            return
        there = [m for m in members if m.joined_on is None or m.joined_on <= last]
        talked = there[: ceil(len(there) * max(share, 0.1))]
        led = self.people.leadership[plan.name]
        by_name = {m.name: m for m in members}
        pool = [name for name in (led.secretary_on(last), *led.others[:2]) if name]
        for member in talked:
            names = [name for name in pool if name != member.name] or ["上级党委委员"]
            name = rng.choice(names)
            held = first + rng.randrange((last - first).days + 1) * DAY
            in_committee = member.name in pool and name in pool
            self.talks.append(
                HeartTalk(
                    organization=plan.row,
                    held_on=held,
                    counts_for_year=year,
                    speaker_name=name,
                    speaker=by_name.get(name),
                    member=member,
                    relation=TalkRelation.COMMITTEE if in_committee else TalkRelation.WITH_MEMBER,
                    subject=rng.choice(SUBJECTS),
                    follow_up=rng.choice(FOLLOW_UPS),
                )
            )
        if meeting:
            self._list(meeting, members, without_lists, rng)

    def _criticise(self, plan: OrgPlan, year: int) -> None:
        """Have those on a committee speak with one another before its meeting of criticism."""
        meeting = self.meetings.get((plan.row.pk, year, MeetingType.DEMOCRATIC_LIFE))
        day = min(datetime.date(year, 12, 31), self.today)
        posts = Post.objects.filter(covers(day), organization=plan.row).exclude(member=None)
        rows = posts.select_related("member").order_by("pk")
        held = [post.member for post in rows if post.member]
        if meeting is None or len(held) < 2 or self.quality.loss(plan, year, "C6"):
            return
        rng = Random(f"{self.seed}/criticism/{plan.name}/{year}")
        first, *others = held
        for member in others:
            self.talks.append(
                HeartTalk(
                    organization=plan.row,
                    held_on=meeting.held_on - rng.randint(2, 15) * DAY,
                    counts_for_year=year,
                    speaker_name=first.name,
                    speaker=first,
                    member=member,
                    relation=TalkRelation.COMMITTEE,
                    subject=SUBJECTS[-1],
                )
            )
        self._list(meeting, held, False, rng)

    def _list(self, meeting: Meeting, members: list[Member], bare: bool, rng: Random) -> None:
        """List the problems of a meeting; without their rectification where `bare`."""
        for text, measure in rng.sample(PROBLEMS, rng.randint(2, 4)):
            deadline = meeting.held_on + rng.choice((60, 90, 180)) * DAY
            closed = deadline - rng.randint(0, 40) * DAY if rng.random() < 0.9 else None
            is_closed = not bare and closed is not None and closed <= self.today
            self.problems.append(
                LifeProblem(
                    meeting=meeting,
                    text=text,
                    measure="" if bare else measure,
                    responsible="" if bare else meeting.chair,
                    deadline=None if bare else deadline,
                    closed_on=closed if is_closed else None,
                    result=rng.choice(RESULTS) if is_closed else "",
                )
            )
        person = rng.choice(members)
        self.problems.append(
            LifeProblem(
                meeting=meeting,
                kind=ProblemKind.PERSON,
                person=person.name,
                text=rng.choice(OWN_PROBLEMS),
                measure="" if bare else "制定个人整改措施，支部半年检查一次",
                responsible="" if bare else person.name,
                deadline=None if bare else meeting.held_on + 180 * DAY,
            )
        )

    def store(self) -> None:
        """Store everything, groups before their members."""
        insert_rows(Attendance, ("meeting", "member", "presence"), iter(self.presences))
        update_records(self.attended, ["voters", "voters_present"])
        PartyGroup.objects.bulk_create(self.groups, batch_size=500)
        for row in self.memberships:
            row.group_id = row.group.pk
        batches: tuple[tuple[Any, list], ...] = (
            (GroupMembership, self.memberships),
            (HeartTalk, self.talks),
            (LifeProblem, self.problems),
            (MemberEvaluation, self.evaluations),
        )
        for model, rows in batches:
            model.objects.bulk_create(rows, batch_size=1000)


def _is_full(member: Member, day: datetime.date) -> bool:
    """Tell whether a member was a full member on `day`."""
    if member.status != MemberStatus.FULL:
        return False
    return member.confirmed_on is None or member.confirmed_on <= day
