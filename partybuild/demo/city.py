"""The whole demo city in order: tree, schools, organizations, people, two years, scores."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.bulk import insert_rows
from activities.models import Meeting
from assessments.consistency.base import Look
from assessments.consistency.services import look_through
from assessments.models import Assessment, Cycle
from assessments.scoring import score_cycle
from assessments.standards import DEFAULT, load_standard
from orgs.models import Organization, OrgKind
from partybuild.demo import DemoError
from partybuild.demo import bodies as tree
from partybuild.demo.accounts import create_accounts
from partybuild.demo.before import store_before, store_urging
from partybuild.demo.defects import ANY_VETO, VETOES, Shortfall, shortfall
from partybuild.demo.development import Development
from partybuild.demo.dues import Dues
from partybuild.demo.education import Education
from partybuild.demo.filings import Filings, store_after
from partybuild.demo.ground import Say
from partybuild.demo.history import store_history
from partybuild.demo.life import FIELDS, YearOfLife
from partybuild.demo.moves import Moves
from partybuild.demo.office import store_office
from partybuild.demo.organizations import OrgPlan, plan_organizations
from partybuild.demo.outcomes import Outcome, choose
from partybuild.demo.past import store_past, tell_posts
from partybuild.demo.people import People
from partybuild.demo.persons import Persons
from partybuild.demo.places import UNITS
from partybuild.demo.quality import Quality
from partybuild.demo.register import store_organizations
from partybuild.demo.reviews import astray, store_reviews
from partybuild.demo.roles import Roles
from partybuild.demo.scales import Scale
from partybuild.demo.schools import ACCOUNT_SCHOOL, plan_schools, store_schools, towns_of
from partybuild.demo.scoring import date_changes, score_before
from partybuild.demo.steering import Steering
from partybuild.demo.supervision import Supervision
from reports.duties.services import remind
from schools.models import Jurisdiction


class City:
    """Builds one city; every step depends only on the scale, the seed and the day."""

    def __init__(self, scale: Scale, seed: int, say: Say):
        self.scale, self.seed, self.say = scale, seed, say
        self.today = timezone.localdate()
        # The year judged and confirmed; the year after it is in progress.
        self.year = self.today.year - 1
        self.plans: list[OrgPlan] = []
        self.outcomes: dict[int, dict[str, Outcome]] = {}
        self.shortfalls: dict[int, dict[str, Shortfall]] = {}

    @transaction.atomic
    def build(self) -> None:
        """Create everything in one transaction."""
        towns = towns_of(self.scale)
        self.bodies = tree.create_bodies(towns)
        self.standard, _ = load_standard(DEFAULT)
        schools = plan_schools(self.scale, towns, self.seed)
        store_schools(schools, self.bodies, self.seed)
        self.say(f"学校 {len(schools)} 所")
        self.plans = plan_organizations(self.scale, schools, self.year, self.today, self.seed)
        store_organizations(self.plans, self.bodies, self.seed)
        self.say(f"党组织 {len(self.plans)} 个")
        if leaf := Jurisdiction.objects.filter(name=ACCOUNT_SCHOOL).first():
            self.bodies["linxi", ACCOUNT_SCHOOL] = leaf
        self.users = create_accounts(self.bodies)
        self._choose()
        people = self._people()
        self.development = self._development(people)
        self._moves(people)
        self._dues(people)
        self._supervision()
        self._education(people)
        self._roles(people)
        self._life(people)
        self._persons(people)
        store_before(self.year - 1, self.today)
        store_history(self.scale, self.bodies, self.year, self.users["bureau"])
        with connection.cursor() as cursor:
            # So that the database plans its first queries with the sizes there are.
            cursor.execute("ANALYZE")
        self._judge(self.year)
        self._judge(self.year + 1)
        self._filings()
        store_urging(self.year, self.users, self.today)
        # So that the home pages tell from the start what must be mended.
        look_through(Look(self.users["bureau"], self.today))
        remind(day=self.today)
        self._office()
        audit.record("demo.generate", actor=None, label=f"演示城市（{self.scale.name}）")

    def _choose(self) -> None:
        """Choose the outcomes of both years and what each organization is short of."""
        for year, wanted in (
            (self.year, self.scale.passed),
            (self.year + 1, self.scale.passed_now),
        ):
            # The yearly meetings of a year can be held until 31 March of the next: only
            # then is their lack a veto.
            may_lack = self.today > datetime.date(year + 1, 3, 31)
            before = {n for n, o in self.outcomes.get(self.year, {}).items() if o.passes}
            chosen: dict[str, Outcome] = {}
            for unit in UNITS:
                rng = Random(f"{self.seed}/outcomes/{year}/{unit.key}")
                chosen |= choose(
                    [plan for plan in self.plans if plan.unit is unit and plan.is_counted],
                    self.scale.of_unit(wanted, unit.key),
                    year=self.year,
                    vetoes={
                        veto: weight
                        for veto, weight in VETOES.get(unit.key, ANY_VETO).items()
                        if veto != "V3" or may_lack
                    },
                    before=before,
                    rng=rng,
                )
            rng = Random(f"{self.seed}/outcomes/{year}/uncounted")
            for plan in self.plans:
                if not plan.is_counted:
                    chosen[plan.name] = Outcome(False, round(rng.uniform(62, 82), 2))
            self.outcomes[year] = chosen
            self.shortfalls[year] = {
                plan.name: shortfall(
                    plan, chosen[plan.name], Random(f"{self.seed}/short/{year}/{plan.name}")
                )
                for plan in self.plans
            }
        for plan in self.plans:
            if self.shortfalls[self.year][plan.name].fixed_day:
                plan.row.fixed_day = ""
        self.quality = Quality(self.outcomes, self.shortfalls, seed=self.seed)
        self._shrink()
        self._store_fixed_days()

    def _shrink(self) -> None:
        """Leave some small branches that fail in both years with two full members."""
        for plan in self.plans:
            fails = not any(self.outcomes[year][plan.name].passes for year in self.outcomes)
            small = plan.kind == OrgKind.BRANCH and plan.registered and plan.full <= 4
            if plan.is_counted and fails and small and not plan.probationary:
                plan.full -= (plan.full - 2) * (Random(f"{self.seed}/{plan.name}").random() < 0.4)

    def _store_fixed_days(self) -> None:
        rows = [plan.row for plan in self.plans if not plan.row.fixed_day]
        Organization.objects.bulk_update(rows, ["fixed_day"], batch_size=500)

    def _people(self) -> People:
        """Draw and store members, terms and posts, branches before their superiors."""
        people = People(year=self.year, today=self.today, seed=self.seed)
        for plan in sorted(self.plans, key=lambda plan: not plan.is_branch):
            people.draw(
                plan,
                self.shortfalls[self.year][plan.name],
                self.shortfalls[self.year + 1][plan.name],
            )
        tell_posts(people)
        people.store()
        changes = store_past(self.plans, self.seed)
        self.say(f"更名、改建、合并、学校进出 {changes} 次")
        members = sum(len(group) for group in people.members.values())
        self.say(
            f"花名册党员 {members} 名，任期 {len(people.terms)} 届，任职 {len(people.posts)} 项"
        )
        return people

    def _moves(self, people: People) -> None:
        """Draw transfers, and who is floating, lost or gone."""
        moves = Moves(people, self.plans, today=self.today, seed=self.seed)
        moves.draw()
        moves.store()
        self.say(f"组织关系转接 {len(moves.transfers)} 人次")

    def _development(self, people: People) -> Development:
        """Draw and store who is on the way to membership."""
        development = Development(people, self.quality, today=self.today, seed=self.seed)
        for plan in self.plans:
            development.draw(plan)
        development.store()
        self.say(f"发展党员 {len(development.cases)} 人")
        return development

    def _dues(self, people: People) -> None:
        """Draw and store the dues of both years."""
        years = (self.year, self.year + 1)
        dues = Dues(people, self.quality, years=years, today=self.today, seed=self.seed)
        for plan in self.plans:
            dues.draw(plan)
        dues.store()
        self.say(f"党费台账 {len(dues.ledgers)} 本")

    def _supervision(self) -> None:
        """Draw and store what was found out about the organizations in both years."""
        years = (self.year, self.year + 1)
        found = Supervision(
            self.quality, self.outcomes, years=years, today=self.today, seed=self.seed
        )
        for plan in self.plans:
            found.draw(plan)
        found.store()
        steering = Steering(self.quality, years=years, today=self.today, seed=self.seed)
        for plan in self.plans:
            steering.draw(plan)
        steering.store()
        self.say(f"满意度调查 {len(found.surveys)} 次，问题整改 {len(found.items)} 个")

    def _persons(self, people: People) -> None:
        """Draw and store groups, talks, problems and evaluations of both years."""
        years = (self.year, self.year + 1)
        persons = Persons(
            people,
            self.quality,
            years=years,
            today=self.today,
            seed=self.seed,
            attended=self.scale.attended,
        )
        for plan in self.plans:
            persons.draw(plan)
        persons.store()
        self.say(
            f"党小组 {len(persons.groups)} 个，谈心谈话 {len(persons.talks)} 次，"
            f"民主评议 {len(persons.evaluations)} 人次，出席 {len(persons.presences)} 人次"
        )

    def _education(self, people: People) -> None:
        """Draw and store the trainings of both years."""
        years = (self.year, self.year + 1)
        education = Education(people, self.quality, years=years, today=self.today, seed=self.seed)
        for plan in self.plans:
            education.draw(plan)
        education.store()
        self.say(f"教育培训 {len(education.trainings)} 次，学时 {len(education.hours)} 条")

    def _roles(self, people: People) -> None:
        """Draw and store reviews, cultivation, posts and volunteering of both years."""
        years = (self.year, self.year + 1)
        roles = Roles(
            people,
            self.development,
            self.quality,
            years=years,
            today=self.today,
            seed=self.seed,
        )
        for plan in self.plans:
            roles.draw(plan)
        roles.store()
        self.say(
            f"述职评议 {len(roles.judged)} 条，双培 {len(roles.pairs)} 人，"
            f"先锋岗 {len(roles.posts)} 个，志愿服务 {len(roles.services)} 次"
        )

    def _life(self, people: People) -> None:
        """Write the meetings of both years, streamed."""
        for year in (self.year, self.year + 1):
            # Every record begins at version 1.
            rows = ((*row, 1) for row in self._meetings(year, people))
            insert_rows(Meeting, (*FIELDS, "version"), rows)
            count = Meeting.objects.filter(counts_for_year=year).count()
            self.say(f"{year} 年组织生活 {count} 次")

    def _meetings(self, year: int, people: People) -> Iterator[tuple]:
        for plan in self.plans:
            yield from YearOfLife(
                plan,
                people.leadership[plan.name],
                self.shortfalls[year][plan.name],
                year=year,
                today=self.today,
                seed=self.seed,
            )

    def _filings(self) -> None:
        """Draw the way of both years through the assessment."""
        for cycle in Cycle.objects.select_related("standard").order_by("year"):
            filings = Filings(cycle, self.users, today=self.today, seed=self.seed)
            count = filings.build()
            if cycle.is_confirmed:
                store_after(cycle, self.users, self.today)
            self.say(f"{cycle.year} 年考评申报 {count} 个")

    def _office(self) -> None:
        """Do what officials do by hand, in the county that has the accounts."""
        confirmed = Cycle.objects.select_related("standard").get(year=self.year)
        files = store_office(confirmed, self.bodies["linxi", "unit"], self.users, self.today)
        self.say(f"定稿 1 份，佐证材料 {files} 个")

    # Judging ---------------------------------------------------------------------

    def _judge(self, year: int) -> None:
        """Score a year by its records, review what they leave open, and score again."""
        is_last = year == self.year
        cycle = Cycle.objects.create(
            year=year,
            standard=self.standard,
            check_date=datetime.date(year, 12, 31),
            records_until=datetime.date(year + 1, 3, 31),
        )
        outcomes = self.outcomes[year]
        assessed = [plan for plan in self.plans if plan.exclusion not in ("kind", "dissolved")]
        reviewers = {"": self.users["bureau"].pk, "linxi": self.users["county_reviewer"].pk}
        # Branches first: what they reach rolls up into their superiors.
        for group in (
            [plan for plan in assessed if plan.is_branch],
            [plan for plan in assessed if not plan.is_branch],
        ):
            store_reviews(cycle, group, outcomes, reviewers=reviewers, seed=self.seed)
        if not is_last:
            score_before(cycle, self.today)
        score_cycle(cycle)
        if not is_last:
            date_changes(cycle, self.today)
        if is_last:
            counted = [plan for plan in self.plans if plan.is_counted]
            if wrong := astray(cycle, counted, outcomes):
                names = "、".join(plan.name for plan in wrong[:5])
                raise DemoError(
                    f"{len(wrong)} 个党组织的测算结果与预定的不同（{names} 等），没有生成。"
                    "请换一个 --seed 再试。"
                )
            cycle.refresh_from_db()
            cycle.state = Cycle.State.CONFIRMED
            cycle.confirmed_on = min(datetime.date(year + 1, 4, 15), self.today)
            cycle.document = f"云教党认〔{year + 1}〕3 号"
            cycle.save()
        due = Assessment.objects.filter(cycle=cycle).counted().count()
        self.say(f"{year} 年考评：应评 {due} 个")
