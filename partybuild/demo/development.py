"""Development of members: who applied, who is being looked after, who was admitted and when."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from random import Random

from orgs.development.calendar import DAY, add_months, add_years, working_days
from orgs.development.keeping import rows_of
from orgs.models import (
    ActivistReview,
    BackboneLevel,
    CaseEnd,
    DevelopmentCase,
    DevelopmentCheck,
    DevelopmentQuota,
    Education,
    Member,
    MemberStatus,
    Organization,
    OrgKind,
    Recommendation,
    Sex,
)
from orgs.personal import lookup_hash
from partybuild.demo import names
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.people import CARE_JOBS, JOBS, People
from partybuild.demo.quality import Quality
from partybuild.demo.schools import Stage
from schools.models import Jurisdiction

# How far those who are not yet members have come, with weights: months since the application.
STAGES = (("applicant", (0, 5), 5), ("activist", (6, 17), 8), ("target", (18, 22), 3))
# What goes wrong in a few cases of a branch that is careless about them, with its share.
LATE_TALK, FEW_REVIEWS, TOO_EARLY, ONE_SPONSOR, SHORT_NOTICE, LATE_APPROVAL = (
    0.36,
    0.3,
    0.12,
    0.12,
    0.15,
    0.12,
)
# A branch that reaches the standard makes one mistake at most, and this share of E1 covers it.
ONE_MISTAKE = 0.25


class Development:
    """Draws the cases of the city, one branch after another."""

    def __init__(self, people: People, quality: Quality, *, today: datetime.date, seed: int):
        self.people, self.quality, self.today, self.seed = people, quality, today, seed
        # How many mistakes the branch being drawn may still make.
        self.mistakes = 0
        # The share of key teachers among its teachers.
        self.key_share = 0.3
        self.cases: list[DevelopmentCase] = []
        self.reviews: list[ActivistReview] = []

    def draw(self, plan: OrgPlan) -> None:
        """Draw the cases of a branch: its newest members, and those on the way."""
        members = self.people.members.get(plan.name, [])
        if not plan.is_branch or plan.is_retiree or not members or plan.dissolved_on:
            return
        if plan.kind in (OrgKind.TEMPORARY_BRANCH, OrgKind.FUNCTIONAL_BRANCH):
            return
        rng = Random(f"{self.seed}/development/{plan.name}")
        last, now = self.today.year - 1, self.today.year
        self.mistakes = self._mistakes(plan, last)
        # Key teachers are looked for where F1 is to be in full.
        self.key_share = 1.0 if self.quality.loss(plan, last, "F1") < 1 / 3 else 0.3
        since = now - 2
        for member in members:
            if member.joined_on and member.joined_on.year >= since and not member.left_on:
                self._member(plan, member, rng)
        for _ in range(rng.choices((0, 1, 2, 3), (45, 30, 18, 7))[0]):
            self._newcomer(plan, rng)
        for _ in range(self._activists(plan, last, members)):
            self._newcomer(plan, rng, activist_since=datetime.date(last, 12, 30))

    def _mistakes(self, plan: OrgPlan, year: int) -> int:
        """Return how many mistakes the cases of a branch may hold."""
        if self.quality.loss(plan, year, "E1") < ONE_MISTAKE:
            return 0
        return 1 if self.quality.passes(plan, year) else 99

    def _slips(self, rng: Random, odds: float) -> bool:
        """Tell whether something goes wrong here."""
        slips = self.mistakes > 0 and rng.random() < odds
        self.mistakes -= slips
        return slips

    def _activists(self, plan: OrgPlan, year: int, members: list[Member]) -> int:
        """Return how many activists the branch keeps for indicator E2."""
        lost = self.quality.loss(plan, year, "E2")
        others = (plan.school.row.staff or 0) - len(members)
        wanted = -(-others // 20)
        if others < 10 or lost >= 0.75:
            return 0
        return wanted if lost < 0.25 else max(1, wanted - 1)

    def store(self) -> None:
        """Store cases, reviews, and the checks that follow from them."""
        for case in self.cases:
            if case.member is not None:
                case.member_id = case.member.pk
        DevelopmentCase.objects.bulk_create(self.cases, batch_size=500)
        for review in self.reviews:
            review.case_id = review.case.pk
        ActivistReview.objects.bulk_create(self.reviews, batch_size=1000)
        DevelopmentCheck.objects.bulk_create(self._checks(), batch_size=1000)
        DevelopmentQuota.objects.bulk_create(self._quotas())

    def _quotas(self) -> Iterator[DevelopmentQuota]:
        """Yield a quota for each reporting unit and year: mostly enough, sometimes too small."""
        units = list(Jurisdiction.objects.filter(is_reporting_unit=True).order_by("path"))
        paths = dict(Organization.objects.values_list("pk", "jurisdiction__path"))
        years = range(self.today.year - 2, self.today.year + 1)
        for unit in units:
            below = [c for c in self.cases if paths[c.organization_id].startswith(unit.path)]
            rng = Random(f"{self.seed}/quota/{unit.name}")
            for year in years:
                used = sum(c.admitted_on is not None and c.admitted_on.year == year for c in below)
                yield DevelopmentQuota(
                    jurisdiction=unit,
                    year=year,
                    quota=max(1, used + rng.choice((-1, 0, 1, 2, 3))),
                    document=f"组通〔{year}〕{rng.randint(3, 30)} 号",
                )

    def _checks(self) -> Iterator[DevelopmentCheck]:
        held: dict[int, list[datetime.date]] = {}
        for review in self.reviews:
            held.setdefault(review.case_id, []).append(review.reviewed_on)
        for case in self.cases:
            yield from rows_of(case, held.get(case.pk, ()), self.today)

    # -- drawing ----------------------------------------------------------------------

    def _member(self, plan: OrgPlan, member: Member, rng: Random) -> None:
        """Draw the way of a member, backwards from the day he was admitted."""
        admitted = member.joined_on
        assert admitted is not None  # noqa: S101  drawn by the caller
        target = admitted - rng.randint(85, 110) * DAY
        activist = add_months(target, -rng.randint(12, 15)) - rng.randint(0, 9) * DAY
        case = DevelopmentCase(
            organization=plan.row,
            school=member.school,
            member=member,
            name=member.name,
            sex=member.sex,
            ethnicity=member.ethnicity,
            birth_date=member.birth_date,
            id_number=member.id_number,
            id_hash=member.id_hash,
            education=member.education,
            job=member.job,
            is_teacher=member.is_teacher,
            backbone=self._backbone(member.is_teacher, rng),
            applied_on=add_months(activist, -rng.randint(4, 8)),
            activist_on=activist,
            target_on=target,
            admitted_on=admitted,
        )
        self._fill(plan, case, rng)
        if case.approved_on is None:
            # Whoever is in the register has been approved.
            case.approved_on = min(admitted + 15 * DAY, self.today)
        if member.status == MemberStatus.FULL and member.confirmed_on:
            case.confirmed_on = member.confirmed_on
            case.confirmation_meeting_on = member.confirmed_on + rng.randint(2, 18) * DAY
            case.confirmation_approved_on = case.confirmation_meeting_on + rng.randint(10, 50) * DAY
        self._cut(case)
        self.cases.append(case)

    def _newcomer(
        self, plan: OrgPlan, rng: Random, *, activist_since: datetime.date | None = None
    ) -> None:
        """Draw somebody who is not a member, as far as he has come by today.

        With `activist_since`, somebody who is an activist since that day or before.
        """
        stage, (low, high), _ = rng.choices(STAGES, [weight for *_, weight in STAGES])[0]
        applied = add_months(self.today, -rng.randint(low, high)) - rng.randint(0, 27) * DAY
        activist = add_months(applied, rng.randint(3, 5)) + rng.randint(0, 20) * DAY
        if activist_since:
            stage = "activist"
            activist = activist_since - rng.randint(0, 25) * DAY
            applied = add_months(activist, -rng.randint(3, 5)) - rng.randint(0, 20) * DAY
        target = add_months(activist, 12) + rng.randint(0, 25) * DAY
        if stage == "target" and self._slips(rng, TOO_EARLY):
            target = add_months(activist, 12) - rng.randint(3, 40) * DAY
        kindergarten = plan.school.stage == Stage.KINDERGARTEN
        jobs = CARE_JOBS if kindergarten else JOBS
        female = rng.random() < (0.93 if kindergarten else 0.6)
        born = datetime.date(
            self.today.year - rng.randint(23, 38), rng.randint(1, 12), rng.randint(1, 28)
        )
        number = self.people.ids.take(
            f"9901{61 + int(plan.school.place[-2:]) % 30:02d}", born, female
        )
        job = rng.choices(jobs, (9, 5, 2, 2, 1, 1, 1, 1)[: len(jobs)])[0]
        teacher = job not in ("会计", "后勤", "保健医生")
        case = DevelopmentCase(
            organization=plan.row,
            school=plan.school.row,
            name=names.person(rng, female),
            sex=Sex.FEMALE if female else Sex.MALE,
            ethnicity="汉族",
            birth_date=born,
            id_number=number,
            id_hash=lookup_hash(number),
            education=rng.choice((Education.BACHELOR, Education.BACHELOR, Education.COLLEGE)),
            job=job,
            is_teacher=teacher,
            backbone=self._backbone(teacher, rng),
            applied_on=applied,
            activist_on=activist if stage != "applicant" else None,
            target_on=target if stage == "target" else None,
        )
        self._fill(plan, case, rng)
        self._cut(case)
        if not activist_since and rng.random() < 0.05:
            case.end_kind = rng.choice((CaseEnd.DROPPED, CaseEnd.WITHDRAWN, CaseEnd.MOVED))
            case.ended_on = max(applied, self.today - rng.randint(5, 200) * DAY)
            case.end_note = "支部委员会研究决定"
        self.cases.append(case)

    def _backbone(self, teacher: bool, rng: Random) -> str:
        if not teacher or rng.random() > self.key_share:
            return ""
        return rng.choices(list(BackboneLevel), (8, 2, 1))[0]

    def _fill(self, plan: OrgPlan, case: DevelopmentCase, rng: Random) -> None:
        """Fill in the steps between the decisions, with a few that went wrong."""
        late = self._slips(rng, LATE_TALK)
        case.first_talk_on = case.applied_on + rng.randint(*((33, 70) if late else (3, 29))) * DAY
        case.first_talk_by = names.person(rng, False)
        activist, target, admitted = case.activist_on, case.target_on, case.admitted_on
        if activist is None:
            return
        full = [m.name for m in self.people.members[plan.name] if m.status == MemberStatus.FULL]
        helpers = full or [names.person(rng, False)]
        case.recommendation = rng.choice(list(Recommendation))
        case.activist_filed_on = activist + rng.randint(3, 15) * DAY
        case.cultivators = "、".join(rng.sample(helpers, min(2, len(helpers))))
        self._review(case, activist, target or self.today, rng)
        if target is None:
            return
        first = last = target - rng.randint(2, 4) * DAY
        wanted = 4 if self._slips(rng, SHORT_NOTICE) else 5
        while working_days(first, last) < wanted:
            first -= DAY
        case.target_notice_from, case.target_notice_to = first, last
        case.target_filed_on = target + rng.randint(2, 10) * DAY
        count = 1 if self._slips(rng, ONE_SPONSOR) else 2
        case.sponsors = "、".join(rng.sample(helpers, min(count, len(helpers))))
        if "、" not in case.sponsors and count == 2:
            case.sponsors += f"、{names.person(rng, False)}"
        case.political_review_on = target + rng.randint(20, 35) * DAY
        case.political_review_passed = True
        case.training_on = target + rng.randint(36, 50) * DAY
        case.training_days, case.training_hours = 3, 24
        before = admitted or target + rng.randint(85, 110) * DAY
        case.pre_review_on = before - rng.randint(8, 27) * DAY
        case.committee_review_on = case.pre_review_on - rng.randint(2, 6) * DAY
        case.form_number = f"{target.year % 100:02d}{rng.randint(1000, 9999):06d}"
        if admitted is None:
            return
        case.votes_entitled = max(3, plan.full)
        case.votes_present = case.votes_for = max(2, case.votes_entitled - rng.randint(0, 1))
        case.superior_talk_on = admitted + rng.randint(5, 12) * DAY
        late = self._slips(rng, LATE_APPROVAL)
        days = rng.randint(95, 150) if late else rng.randint(15, 70)
        case.approved_on = admitted + days * DAY
        case.approval_document = f"教党组〔{case.approved_on.year}〕{rng.randint(2, 60)}号"
        case.admission_filed_on = case.approved_on + rng.randint(3, 12) * DAY
        case.grouped_on = case.approved_on + rng.randint(1, 7) * DAY
        case.oath_on = case.approved_on + rng.randint(8, 28) * DAY
        case.confirmation_applied_on = add_years(admitted, 1) - rng.randint(3, 20) * DAY

    def _review(
        self, case: DevelopmentCase, start: datetime.date, end: datetime.date, rng: Random
    ) -> None:
        """Draw the half-yearly reviews of an activist; some are forgotten."""
        due, few = 1, self._slips(rng, FEW_REVIEWS)
        while (day := add_months(start, 6 * due) - rng.randint(2, 20) * DAY) <= min(
            end, self.today
        ):
            due += 1
            if not few:
                self.reviews.append(
                    ActivistReview(
                        case=case,
                        reviewed_on=day,
                        reviewer=case.cultivators.partition("、")[0],
                        conclusion=rng.choice(("表现良好，继续培养", "思想进步，工作踏实")),
                    )
                )

    def _cut(self, case: DevelopmentCase) -> None:
        """Take back what would lie ahead of today."""
        for field in DevelopmentCase._meta.concrete_fields:
            value = getattr(case, field.name, None) if field.name.endswith(("_on", "_to")) else None
            if isinstance(value, datetime.date) and value > self.today:
                setattr(case, field.name, None)
        if case.training_on is None and case.member is None:
            case.training_days = case.training_hours = None
        if case.political_review_on is None:
            case.political_review_passed = None
        if case.pre_review_on is None:
            case.form_number = ""
