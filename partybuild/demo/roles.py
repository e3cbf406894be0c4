"""What members do beyond their duties in both years, and how their secretaries were judged."""

from __future__ import annotations

import datetime
from random import Random

from accounts.bulk import insert_rows, new_keys
from activities.models import (
    Cultivation,
    Direction,
    Honour,
    HonourLevel,
    PairResult,
    PioneerPlace,
    PioneerPost,
    PioneerResult,
    PioneerReview,
    ReviewResult,
    SecretaryReview,
    StaffCount,
    StageReview,
    VolunteerCategory,
    VolunteerHours,
    Volunteering,
)
from orgs.models import Employment, Member
from partybuild.demo import names
from partybuild.demo.development import Development
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.people import People
from partybuild.demo.quality import Quality

DAY = datetime.timedelta(days=1)
# Share of the branches with members that keep each ledger here, and of all that were judged.
KEPT, JUDGED = 0.5, 0.7
# (month, theme, category): the activities of a year.
SERVICES = (
    (3, "学雷锋志愿服务", VolunteerCategory.COMMUNITY),
    (5, "校门口护学岗", VolunteerCategory.GUARD),
    (7, "暑期关爱留守儿童", VolunteerCategory.HELP),
    (10, "社区环境整治", VolunteerCategory.GREEN),
)
POSTS = (
    ("教学示范岗", PioneerPlace.TEACHING),
    ("班主任先锋岗", PioneerPlace.CLASS),
    ("年级组先锋岗", PioneerPlace.GRADE),
    ("教研先锋岗", PioneerPlace.SUBJECT),
    ("后勤服务岗", PioneerPlace.LOGISTICS),
)
HONOURS = ("先进基层党组织", "优秀共产党员", "优秀党务工作者", "师德标兵")


class Roles:
    """Draws the ledgers of the city, one organization after another; members are stored."""

    def __init__(
        self,
        people: People,
        development: Development,
        quality: Quality,
        *,
        years: tuple[int, ...],
        today: datetime.date,
        seed: int,
    ):
        self.people, self.quality, self.today, self.seed = people, quality, today, seed
        self.years = years
        self.cases: dict[int, list] = {}
        for case in development.cases:
            self.cases.setdefault(case.organization.pk, []).append(case)
        self.judged: list[SecretaryReview] = []
        self.counts: list[StaffCount] = []
        self.pairs: list[Cultivation] = []
        self.stages: list[tuple[int, datetime.date]] = []
        self.posts: list[PioneerPost] = []
        # The place of the post and the year.
        self.post_reviews: list[tuple[int, int]] = []
        self.services: list[tuple] = []
        self.served: list[tuple[int, int, str]] = []
        self.honours: list[Honour] = []

    def draw(self, plan: OrgPlan) -> None:
        """Draw the ledgers of one organization, for some of them."""
        if plan.dissolved_on or plan.exclusion == "kind":
            return
        rng = Random(f"{self.seed}/roles/{plan.name}")
        self._judge(plan, rng)
        members = [m for m in self.people.members.get(plan.name, []) if m.left_on is None]
        if not plan.is_branch or not members or plan.founded_on.year >= self.years[0]:
            return
        if not plan.is_retiree and rng.random() < KEPT:
            self._double(plan, members, rng)
        if not plan.is_retiree and rng.random() < KEPT:
            self._pioneers(plan, members, rng)
        if rng.random() < KEPT:
            for year in self.years:
                self._volunteer(plan, year, rng)
        if rng.random() < 0.15:
            self._honour(plan, members, rng)

    def _judge(self, plan: OrgPlan, rng: Random) -> None:
        """Give the secretary the result of last year; this year's report is still to come."""
        year = self.years[0]
        if plan.founded_on.year >= year or rng.random() > JUDGED:
            return
        loss = self.quality.loss(plan, year, "B5")
        result = ReviewResult.GOOD
        for least, worse in (
            (0.25, ReviewResult.FAIR),
            (0.75, ReviewResult.AVERAGE),
            (0.99, ReviewResult.POOR),
        ):
            result = worse if loss >= least else result
        led = self.people.leadership.get(plan.name)
        secretary = led.secretary_on(datetime.date(year, 12, 31)) if led else ""
        day = datetime.date(year + 1, 1, 12) + rng.randint(0, 25) * DAY
        self.judged.append(
            SecretaryReview(
                organization=plan.row,
                year=year,
                secretary=secretary or names.person(rng, False),
                result=result,
                reviewed_on=min(day, self.today),
                document=f"{plan.unit.name}教党〔{year + 1}〕{rng.randint(2, 30)}号",
                problems="" if result == ReviewResult.GOOD else "抓党建与抓教学结合不够",
            )
        )

    # -- double cultivation -----------------------------------------------------------

    def _double(self, plan: OrgPlan, members: list[Member], rng: Random) -> None:
        """Draw pairs and yearly counts that lose no more than the branch may."""
        allowed = {year: int(self.quality.loss(plan, year, "F1") * 3 + 0.01) for year in self.years}
        if any(self._few_key_teachers(plan, year) > allowed[year] for year in self.years):
            return
        place = len(self.pairs)
        mentor = rng.choice(members).name
        last, now = self.years
        self.pairs.append(
            Cultivation(
                organization=plan.row,
                name=names.person(rng, rng.random() < 0.6),
                direction=Direction.TO_MEMBER,
                party_mentor=mentor,
                teaching_mentor=names.person(rng, False),
                started_on=datetime.date(last - 1, 9, 10) + rng.randint(0, 60) * DAY,
                plan="每月学习谈心一次，参加支部活动，承担一项攻坚任务",
            )
        )
        young = rng.choice(members)
        done = rng.random() < 0.3
        self.pairs.append(
            Cultivation(
                organization=plan.row,
                name=young.name,
                member=young,
                direction=Direction.TO_BACKBONE,
                party_mentor=mentor,
                teaching_mentor=names.person(rng, True),
                started_on=datetime.date(last, 3, 1) + rng.randint(0, 40) * DAY,
                plan="每学期公开课一次，参加课题研究",
                result=PairResult.BACKBONE if done else PairResult.RUNNING,
                result_level="backbone" if done else "",
                result_on=datetime.date(now, 1, 20) if done else None,
            )
        )
        for year in self.years:
            left = allowed[year] - self._few_key_teachers(plan, year)
            self._count(plan, members, year, few=left > 0, rng=rng)
            day = datetime.date(year, 10, 8) + rng.randint(0, 20) * DAY
            if left < 2 and day <= self.today:
                self.stages.append((place, day))

    def _few_key_teachers(self, plan: OrgPlan, year: int) -> bool:
        """Tell whether the cases of the branch lose the second part of F1."""
        last_day = datetime.date(year, 12, 31)
        cases = self.cases.get(plan.row.pk, [])
        admitted = [
            case
            for case in cases
            if case.is_teacher and case.admitted_on and year - 2 <= case.admitted_on.year <= year
        ]
        if admitted:
            return 2 * sum(bool(case.backbone) for case in admitted) < len(admitted)
        return not any(
            case.backbone
            and case.activist_on
            and case.activist_on <= last_day
            and not case.admitted_on
            and not case.ended_on
            for case in cases
        )

    def _count(
        self, plan: OrgPlan, members: list[Member], year: int, *, few: bool, rng: Random
    ) -> None:
        teachers = max(plan.school.row.teachers or 0, len(members), 12)
        own = sum(member.is_teacher for member in members)
        backbone = max(4, teachers // 6)
        enough = -(-backbone * own // teachers)
        most = min(own, backbone)
        key = max(0, enough - 1) if few else min(most, enough + rng.randint(0, 2))
        self.counts.append(
            StaffCount(
                organization=plan.row,
                year=year,
                teachers=teachers,
                member_teachers=own,
                backbone=backbone,
                member_backbone=min(key, most),
            )
        )

    # -- model posts ------------------------------------------------------------------

    def _pioneers(self, plan: OrgPlan, members: list[Member], rng: Random) -> None:
        active = [member for member in members if member.employment == Employment.ACTIVE]
        last = self.years[0]
        loss = self.quality.loss(plan, last, "F2")
        wanted = max(1, len(active) // 10)
        fewer = 1 if wanted > 1 and loss >= 0.5 / wanted and loss < 0.5 else 0
        for number, member in enumerate(rng.sample(active, min(len(active), wanted - fewer))):
            post, where = POSTS[number % len(POSTS)]
            place = len(self.posts)
            self.posts.append(
                PioneerPost(
                    organization=plan.row,
                    member=member,
                    post=post,
                    place=where,
                    pledge="教书育人走在前，急难任务冲在前",
                    set_up_on=datetime.date(last - 1, 6, 20) + rng.randint(0, 90) * DAY,
                    plaque=f"{rng.randint(1, 60):03d}",
                )
            )
            if loss < 0.5:
                self.post_reviews.append((place, last))
            if rng.random() < 0.5:
                self.post_reviews.append((place, last + 1))

    # -- volunteering -----------------------------------------------------------------

    def _volunteer(self, plan: OrgPlan, year: int, rng: Random) -> None:
        loss = self.quality.loss(plan, year, "F3")
        there = self.people.there(plan, year)
        obliged = [m for m in there if not m.activity_exempt]
        count = int(min(loss, 0.5) / 0.5 * len(obliged))
        short = {m.pk for m in rng.sample(obliged, count)}
        left_out = max(0, min(3, int((loss - 0.5) / 0.125)))
        for number, (month, theme, category) in enumerate(SERVICES[: 4 - left_out]):
            day = datetime.date(year, month, rng.randint(3, 26))
            if day > self.today:
                continue
            place = len(self.services)
            hours = str(rng.choice((2, 2, 3)))
            self.services.append(
                (
                    plan.row.pk,
                    str(day),
                    theme,
                    category.value,
                    "学校周边社区",
                    "社区居委会",
                    "",
                    hours,
                    "",
                )
            )
            for member in there:
                joined = member.joined_on is None or member.joined_on <= day
                if joined and not (number and member.pk in short) and not member.activity_exempt:
                    self.served.append((place, member.pk, hours))

    def _honour(self, plan: OrgPlan, members: list[Member], rng: Random) -> None:
        name = rng.choice(HONOURS)
        level = rng.choice(list(HonourLevel)[:4])
        day = datetime.date(rng.choice(self.years), rng.choice((6, 7, 9)), rng.randint(1, 28))
        if day > self.today:
            return
        self.honours.append(
            Honour(
                organization=plan.row,
                member=None if "党组织" in name else rng.choice(members),
                name=name,
                level=level,
                granted_on=day,
                granted_by=f"{level.label}教育党组织" if level > 1 else plan.school.name,
            )
        )

    def store(self) -> None:
        """Store everything in bulk."""
        SecretaryReview.objects.bulk_create(self.judged, batch_size=1000)
        StaffCount.objects.bulk_create(self.counts, batch_size=1000)
        Cultivation.objects.bulk_create(self.pairs, batch_size=1000)
        StageReview.objects.bulk_create(
            (
                StageReview(
                    cultivation=self.pairs[place],
                    reviewed_on=day,
                    stage="年度考核",
                    conclusion="按计划完成学习和任务，继续培养",
                )
                for place, day in self.stages
            ),
            batch_size=1000,
        )
        PioneerPost.objects.bulk_create(self.posts, batch_size=1000)
        PioneerReview.objects.bulk_create(
            (
                PioneerReview(
                    pioneer=self.posts[place],
                    year=year,
                    result=(PioneerResult.PASSED, PioneerResult.EXCELLENT)[place % 4 == 0],
                    reviewed_on=min(datetime.date(year, 12, 15), self.today),
                )
                for place, year in self.post_reviews
            ),
            batch_size=1000,
        )
        keys = new_keys(Volunteering, len(self.services))
        fields = (
            "id",
            "organization",
            "held_on",
            "theme",
            "category",
            "place",
            "partner",
            "organizer",
            "hours",
            "remark",
        )
        insert_rows(
            Volunteering,
            fields,
            ((key, *row) for key, row in zip(keys, self.services, strict=True)),
        )
        insert_rows(
            VolunteerHours,
            ("volunteering", "member", "hours"),
            ((keys[place], member, hours) for place, member, hours in self.served),
        )
        Honour.objects.bulk_create(self.honours, batch_size=1000)
