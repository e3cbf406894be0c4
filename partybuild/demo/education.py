"""Education of members in both years: plans, trainings, and who took part for how long."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from random import Random

from accounts.bulk import insert_rows, new_keys
from activities.models import (
    Training,
    TrainingCourse,
    TrainingForm,
    TrainingHours,
    TrainingLevel,
    TrainingPlan,
)
from orgs.models import Member
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.people import People
from partybuild.demo.quality import Quality

DAY = datetime.timedelta(days=1)
# Share of the branches with members that keep their trainings here.
KEPT = 0.5
# The share of D1 that the plan gives, and of B3 that the class of a county gives.
OF_PLAN, OF_CLASS = 0.2, 1 / 6
# (month, theme, form, level, hours): what a branch holds in a year; 36 hours in all.
YEAR = (
    (2, "学习上级全会精神", TrainingForm.LECTURE, TrainingLevel.BRANCH, 4),
    (3, "党章党规学习", TrainingForm.CONCENTRATED, TrainingLevel.SCHOOL, 8),
    (5, "师德师风专题培训", TrainingForm.LECTURE, TrainingLevel.SCHOOL, 4),
    (6, "网络学习平台必修课", TrainingForm.ONLINE, TrainingLevel.BRANCH, 6),
    (7, "暑期党员集中轮训", TrainingForm.CONCENTRATED, TrainingLevel.TOWNSHIP, 8),
    (10, "红色教育基地实践", TrainingForm.PRACTICE, TrainingLevel.BRANCH, 4),
    (11, "党纪学习教育辅导", TrainingForm.LECTURE, TrainingLevel.BRANCH, 2),
)
# The class for secretaries and committee members, and what else they hear: 56 hours and more.
LEADERS_CLASS = (4, "党组织书记和委员培训班", TrainingForm.CONCENTRATED, TrainingLevel.COUNTY, 16)
LEADERS_LECTURE = (9, "党务干部业务培训", TrainingForm.LECTURE, TrainingLevel.COUNTY, 8)
COURSES = ("党章党规", "党的创新理论", "党史教育", "师德师风", "党务实务")
_PLAN = ("organization", "year", "approved_on", "approved_by", "document", "budget", "aim")
_COURSE = ("plan", "theme", "audience", "hours", "form", "teacher", "month", "planned_people")
_TRAINING = (
    "id",
    "organization",
    "theme",
    "form",
    "level",
    "organizer",
    "started_on",
    "ended_on",
    "hours",
    "place",
    "teacher",
    "remark",
)
_HOURS = ("training", "member", "hours")


class Education:
    """Draws the education of the city, one organization after another; members are stored."""

    def __init__(
        self,
        people: People,
        quality: Quality,
        *,
        years: tuple[int, ...],
        today: datetime.date,
        seed: int,
    ):
        self.people, self.quality, self.today, self.seed = people, quality, today, seed
        self.years = years
        self.plans: list[tuple] = []
        self.trainings: list[tuple] = []
        # Rows of participants, the first value being the place of the training.
        self.hours: list[tuple[int, int, str]] = []
        self.leaders: dict[int, set[int]] = {}
        for post in people.posts:
            if post.member_id and post.end is None:
                self.leaders.setdefault(post.organization_id, set()).add(post.member_id)

    def draw(self, plan: OrgPlan) -> None:
        """Draw the plans and trainings of a branch, for some of them."""
        members = self.people.members.get(plan.name, [])
        rng = Random(f"{self.seed}/education/{plan.name}")
        if not plan.is_branch or not members or plan.dissolved_on or rng.random() > KEPT:
            return
        for year in self.years:
            if plan.founded_on.year >= year:
                continue
            self._plan(plan, year, rng)
            self._year(plan, self.people.there(plan, year), year, rng)

    def _plan(self, plan: OrgPlan, year: int, rng: Random) -> None:
        late = self.quality.loss(plan, year, "D1") >= OF_PLAN and rng.random() < 0.5
        day = datetime.date(year, 4, 10) if late else datetime.date(year, 2, 20)
        day += rng.randint(0, 30) * DAY
        self.plans.append(
            (
                plan.row.pk,
                year,
                str(day) if day <= self.today else None,
                "支部委员会会议" if plan.has_committee else "支部党员大会",
                "",
                str(rng.randrange(600, 4000, 100)),
                "全年不少于 32 学时，书记和委员不少于 56 学时",
            )
        )

    def _year(self, plan: OrgPlan, members: list[Member], year: int, rng: Random) -> None:
        """Write the trainings of a year: everybody in all of them, but for those who fall short."""
        loss = self.quality.loss(plan, year, "D1")
        plan_day = self.plans[-1][2]
        if not plan_day or plan_day > f"{year}-03-31":
            loss -= OF_PLAN
        obliged = [m for m in members if not m.activity_exempt]
        short = set()
        if loss > 0:
            count = int(loss / (1 - OF_PLAN) * len(obliged))
            short = {m.pk for m in rng.sample(obliged, min(count, len(obliged)))}
        leaders = self.leaders.get(plan.row.pk, set())
        missed = self.quality.loss(plan, year, "B3")
        for entry in (*YEAR, LEADERS_CLASS, LEADERS_LECTURE):
            month, theme, form, level, hours = entry
            day = datetime.date(year, month, rng.randint(3, 26))
            if day > self.today:
                continue
            above = entry in (LEADERS_CLASS, LEADERS_LECTURE)
            if above and missed >= 0.25 and entry is LEADERS_LECTURE:
                continue
            if above and missed >= 0.5:
                continue
            place = len(self.trainings)
            days = max(1, hours // 8)
            self.trainings.append(
                (
                    plan.row.pk,
                    theme,
                    form.value,
                    int(level),
                    plan.unit.name if above else plan.school.name,
                    str(day),
                    str(day + (days - 1) * DAY),
                    str(hours),
                    "县委党校" if above else "学校会议室",
                    "",
                    "",
                )
            )
            for member in members:
                if member.joined_on and member.joined_on > day:
                    continue
                if above and member.pk not in leaders:
                    continue
                if not above and member.pk in short and member.pk not in leaders and month > 5:
                    continue
                own = hours
                if not above and member.pk in leaders:
                    # What leaders hear beside the others: read and lectured.
                    own += 2
                self.hours.append((place, member.pk, str(own)))

    def store(self) -> None:
        """Store plans with their courses, then trainings with their participants."""
        insert_rows(TrainingPlan, _PLAN, self.plans)
        # Made before it is sent: a connection that copies answers no questions meanwhile.
        insert_rows(TrainingCourse, _COURSE, list(self._courses()))
        keys = new_keys(Training, len(self.trainings))
        insert_rows(
            Training,
            _TRAINING,
            ((key, *row) for key, row in zip(keys, self.trainings, strict=True)),
        )
        insert_rows(
            TrainingHours, _HOURS, ((keys[place], member, own) for place, member, own in self.hours)
        )

    def _courses(self) -> Iterator[tuple]:
        rng = Random(f"{self.seed}/courses")
        for pk in TrainingPlan.objects.order_by("pk").values_list("pk", flat=True):
            for number, theme in enumerate(COURSES[: rng.randint(3, 5)]):
                form = (TrainingForm.CONCENTRATED, TrainingForm.LECTURE)[number % 2]
                yield pk, theme, "全体党员", "8", form.value, "", 2 * number + 3, None
