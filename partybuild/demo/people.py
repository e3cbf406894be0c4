"""Terms, posts and members: who leads an organization, since when, and who belongs to it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from random import Random

from orgs.models import (
    Beginning,
    Education,
    Employment,
    ExitKind,
    Member,
    Membership,
    MemberStatus,
    OrgKind,
    Post,
    PostKind,
    Sex,
    Situation,
    SituationKind,
    Term,
    add_years,
)
from orgs.personal import lookup_hash
from partybuild.demo import names
from partybuild.demo.defects import Shortfall
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.schools import Stage

DAY = datetime.timedelta(days=1)
# Who was admitted before is in the register without the beginning of his membership.
REGISTER = datetime.date(2020, 1, 1)
SEATS = (
    PostKind.SECRETARY,
    PostKind.ORGANIZATION,
    PostKind.PUBLICITY,
    PostKind.DISCIPLINE,
    PostKind.DEPUTY_SECRETARY,
    PostKind.UNITED_FRONT,
    PostKind.YOUTH,
)
ETHNICITIES = ("汉族", "回族", "苗族", "土家族", "侗族", "彝族", "壮族")
JOBS = ("专任教师", "班主任", "教研组长", "年级主任", "教导主任", "会计", "后勤", "办公室主任")
CARE_JOBS = ("带班教师", "保育员", "教研组长", "年级组长", "保健医生", "会计", "后勤")


@dataclass
class Leadership:
    """The people of one organization that its meetings name."""

    # (from, name) of its secretaries, earliest first; a name of "" is a vacancy.
    secretaries: list[tuple[datetime.date, str]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    # Election days within the years that have meetings.
    elections: list[datetime.date] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Return the number of committee members."""
        return len(self.others) + 1

    def secretary_on(self, day: datetime.date) -> str:
        """Return the secretary in post on `day`, or "" where the post is empty."""
        found = ""
        for start, name in self.secretaries:
            if start <= day:
                found = name
        return found


def _birth(rng: Random, plan: OrgPlan, year: int) -> datetime.date:
    first, last = (year - 82, year - 61) if plan.is_retiree else (year - 59, year - 26)
    return datetime.date(rng.randint(first, last), rng.randint(1, 12), rng.randint(1, 28))


class People:
    """Draws the people of the city, one organization after another."""

    def __init__(self, *, year: int, today: datetime.date, seed: int):
        self.year, self.today, self.seed = year, today, seed
        self.ids = names.IdNumbers()
        self.members: dict[str, list[Member]] = {}
        self.leadership: dict[str, Leadership] = {}
        self.terms: list[Term] = []
        self.posts: list[Post] = []
        # When those came who belonged elsewhere before, by the key of the member.
        self.arrived: dict[int, datetime.date] = {}

    def there(self, plan: OrgPlan, year: int) -> list[Member]:
        """Return the members of today who belonged to `plan` by the end of `year`."""
        return [
            member
            for member in self.members.get(plan.name, [])
            if member.left_on is None
            and all(
                day is None or day.year <= year
                for day in (member.joined_on, self.arrived.get(member.pk))
            )
        ]

    def draw(self, plan: OrgPlan, last: Shortfall, now: Shortfall) -> None:
        """Draw members, terms and posts of `plan` with the shortfalls of two years."""
        rng = Random(f"{self.seed}/people/{plan.name}")
        people = self._members(plan, rng)
        first_term = self._terms(plan, last, now, rng)
        if plan.kind in (OrgKind.TEMPORARY_BRANCH, OrgKind.FUNCTIONAL_BRANCH):
            last = now = Shortfall()
        self._posts(plan, people, first_term, last, now, rng)

    # Members ---------------------------------------------------------------------

    def _members(self, plan: OrgPlan, rng: Random) -> list[Member]:
        """Return the members by name; a committee is led by members of its branches."""
        if not plan.is_branch:
            return [m for child in plan.children for m in self.members.get(child.name, ())]
        if not plan.registered or plan.dissolved_on:
            return []
        found = [self._member(plan, rng, full=True) for _ in range(plan.full)]
        found += [self._member(plan, rng, full=False) for _ in range(plan.probationary)]
        if not plan.is_retiree and rng.random() < 0.25:
            found += self._admitted_now(plan, rng)
        if plan.full >= 9 and rng.random() < 0.3:
            gone = self._member(plan, rng, full=True)
            gone.left_on = datetime.date(self.year, rng.randint(2, 11), rng.randint(1, 28))
            gone.left_kind = ExitKind.MOVED
            found.append(gone)
        self.members[plan.name] = found
        return found

    def _admitted_now(self, plan: OrgPlan, rng: Random) -> list[Member]:
        """Return a member admitted in the year in progress, still in probation."""
        joined = datetime.date(self.year + 1, 1, 10) + rng.randrange(300) * DAY
        if joined >= self.today or plan.dissolved_on or joined < plan.founded_on:
            return []
        member = self._member(plan, rng, full=False)
        member.joined_on, member.confirmed_on = joined, None
        member.status = MemberStatus.PROBATIONARY
        return [member]

    def _member(self, plan: OrgPlan, rng: Random, *, full: bool) -> Member:
        female = rng.random() < (0.93 if plan.school.stage == Stage.KINDERGARTEN else 0.55)
        born = _birth(rng, plan, self.year)
        if full:
            latest = self.year - 2
            earliest = min(latest, born.year + 20)
            joined = datetime.date(
                rng.randint(earliest, min(latest, earliest + 18)), rng.randint(1, 12), 18
            )
            confirmed = add_years(joined, 1)
        else:
            born = datetime.date(self.year - rng.randint(23, 36), born.month, born.day)
            joined = datetime.date(self.year, rng.randint(2, 11), rng.randint(1, 28))
            confirmed = add_years(joined, 1)
            confirmed = confirmed if confirmed + 20 * DAY <= self.today else None
        school = rng.choice([plan.school, *plan.covered])
        number = self.ids.take(f"9901{61 + int(plan.school.place[-2:]) % 30:02d}", born, female)
        jobs = CARE_JOBS if school.stage == Stage.KINDERGARTEN else JOBS
        job = (
            "退休"
            if plan.is_retiree
            else rng.choices(jobs, (9, 5, 2, 2, 1, 1, 1, 1)[: len(jobs)])[0]
        )
        draw = rng.random()
        return Member(
            organization=plan.row,
            school=school.row,
            name=names.person(rng, female),
            sex=Sex.FEMALE if female else Sex.MALE,
            ethnicity="汉族" if draw < 0.93 else rng.choice(ETHNICITIES),
            birth_date=born,
            id_number=number,
            id_hash=lookup_hash(number),
            education=rng.choices(
                (Education.BACHELOR, Education.COLLEGE, Education.GRADUATE, Education.VOCATIONAL),
                (70, 18, 8, 4),
            )[0],
            status=MemberStatus.FULL if confirmed else MemberStatus.PROBATIONARY,
            joined_on=joined,
            confirmed_on=confirmed,
            employment=Employment.RETIRED if plan.is_retiree else Employment.ACTIVE,
            job=job,
            is_teacher=not plan.is_retiree and job not in ("会计", "后勤", "保健医生"),
            phone=names.phone(rng),
            activity_exempt=plan.is_retiree and born.year < self.year - 74,
            is_floating=full and not plan.is_retiree and draw > 0.994,
        )

    # Terms -----------------------------------------------------------------------

    def _terms(self, plan: OrgPlan, last: Shortfall, now: Shortfall, rng: Random) -> datetime.date:
        """Add the terms of `plan`; return the first day of the earliest one.

        A term runs past the check date unless it is overdue; one that ran out since is
        renewed shortly before its end, an overdue one in spring, for most.
        """
        years = 5 if plan.kind == OrgKind.COMMITTEE else 3
        check = datetime.date(self.year, 12, 31)
        founded = plan.founded_on
        temporary = plan.kind in (OrgKind.TEMPORARY_BRANCH, OrgKind.FUNCTIONAL_BRANCH)
        if founded.year >= self.year or temporary:
            self.terms.append(Term(organization=plan.row, elected_on=founded, years=years))
            return founded
        if last.overdue:
            end = check - last.overdue * DAY
            renew = datetime.date(self.year + 1, rng.randint(2, 6), rng.randint(1, 28))
            # Elected anew in spring, unless the same matter is to fail it again.
            renewed = now.overdue <= 180
        elif now.overdue:
            # Over at the end of last month by so many days, but not yet last year.
            end = self.today.replace(day=1) - DAY - now.overdue * DAY
            end = max(end, check + 15 * DAY)
            renewed, renew = False, end
        else:
            end = check + rng.randint(15, years * 365 - 60) * DAY
            renew = end - rng.randint(2, 40) * DAY
            renewed = True
        elected = max(founded, datetime.date(end.year - years, end.month, min(end.day, 28)))
        extended = (
            not last.overdue
            and not now.overdue
            and end.year == self.year + 1
            and rng.random() < 0.1
        )
        if extended:
            renewed = False
        self.terms.append(
            Term(
                organization=plan.row,
                elected_on=elected,
                years=years,
                extended_to=end + 200 * DAY if extended else None,
                extension_document=f"云教党组〔{self.year + 1}〕{rng.randint(5, 40)}号"
                if extended
                else "",
            )
        )
        led = self.leadership.setdefault(plan.name, Leadership())
        if renewed and renew + 3 * DAY < self.today:
            self.terms.append(Term(organization=plan.row, elected_on=renew, years=years))
            led.elections.append(renew)
        if elected.year >= self.year and elected > founded:
            led.elections.append(elected)
        if elected.year >= self.year - 1 and elected > founded:
            earlier = max(founded, datetime.date(elected.year - years, elected.month, 12))
            if earlier < elected:
                self.terms.append(Term(organization=plan.row, elected_on=earlier, years=years))
            return earlier
        return elected

    # Posts -----------------------------------------------------------------------

    def _posts(
        self,
        plan: OrgPlan,
        people: list[Member],
        first: datetime.date,
        last: Shortfall,
        now: Shortfall,
        rng: Random,
    ) -> None:
        """Add the posts of `plan` from its first term on, with the vacancies it had."""
        count = len(SEATS) if plan.kind == OrgKind.COMMITTEE else 5
        if plan.is_branch and plan.full < 12:
            count = 4 if plan.has_committee else 1
        seats = SEATS[:count]
        queue = self._able(people, first)
        is_principal = (not plan.parent and not plan.is_retiree) and rng.random() < 0.62
        gap = last.vacancy or now.vacancy
        changes = gap or rng.random() < 0.08
        led = self.leadership.setdefault(plan.name, Leadership())

        def add(kind, start, end=None, *, principal=False):
            member = queue.pop(0) if queue else None
            if principal:
                holder = plan.school.principal
                if member:
                    member.name = holder
            else:
                holder = member.name if member else names.person(rng, rng.random() < 0.45)
            self.posts.append(
                Post(
                    organization=plan.row,
                    kind=kind,
                    holder=holder,
                    member=member,
                    start=start,
                    end=end,
                    is_principal=principal,
                    in_management=plan.school.is_private and kind == PostKind.SECRETARY,
                    appointment_document=f"云教党任〔{start.year}〕{rng.randint(1, 90)}号"
                    if kind == PostKind.SECRETARY
                    else "",
                )
            )
            return holder

        if changes:
            left, back = self._vacancy(first, last, now, rng)
            led.secretaries.append((first, add(PostKind.SECRETARY, first, left)))
            led.secretaries.append((left, ""))
            if back and back <= self.today:
                name = add(PostKind.SECRETARY, back, principal=is_principal)
                led.secretaries.append((back, name))
        else:
            name = add(PostKind.SECRETARY, first, principal=is_principal)
            led.secretaries.append((first, name))
        # Last of the four come those that are not filled; found empty, most are filled later.
        often_empty = (PostKind.DISCIPLINE, PostKind.PUBLICITY)
        filled = datetime.date(self.year + 1, rng.randint(1, 5), rng.randint(1, 28))
        for number, kind in enumerate(often_empty, start=1):
            if kind not in seats:
                continue
            if number > last.posts:
                is_vacated = number <= now.posts and filled < self.today
                led.others.append(add(kind, first, filled if is_vacated else None))
            elif not now.posts and filled < self.today:
                add(kind, filled)
        led.others += [add(kind, first) for kind in seats[1:] if kind not in often_empty]
        if not led.others:
            led.others = [queue[0].name] if queue else [names.person(rng, False)]

    def _able(self, people: list[Member], first: datetime.date) -> list[Member]:
        """Return who may hold a post: first those long enough in the Party on day `first`."""
        joined = {id(m): m.joined_on.year for m in people if m.joined_on and not m.left_on}
        full = [m for m in people if joined.get(id(m), self.year) < self.year - 1]
        return sorted(full, key=lambda m: joined[id(m)] >= first.year - 1)

    def _vacancy(
        self, first: datetime.date, last: Shortfall, now: Shortfall, rng: Random
    ) -> tuple[datetime.date, datetime.date | None]:
        """Return the day a secretary left and the day the next came."""
        year = self.year if last.vacancy or not now.vacancy else self.year + 1
        days = last.vacancy or now.vacancy
        left = datetime.date(year, 1, 8) + rng.randrange(20, max(21, 340 - days)) * DAY
        if year > self.year:
            latest = self.today.replace(day=1) - (days + 2) * DAY
            left = min(left, max(latest, datetime.date(year, 1, 2)))
        left = max(left, first + DAY)
        return left, left + days * DAY

    # Storing ---------------------------------------------------------------------

    def store(self) -> None:
        """Store all members with their memberships, the terms, the posts of members."""
        members = [member for group in self.members.values() for member in group]
        Member.objects.bulk_create(members, batch_size=1000)
        Membership.objects.bulk_create(map(_membership, members), batch_size=1000)
        Situation.objects.bulk_create(
            (
                Situation(member=member, kind=SituationKind.FLOATING)
                for member in members
                if member.is_floating
            ),
            batch_size=1000,
        )
        Term.objects.bulk_create(self.terms, batch_size=1000)
        for post in self.posts:
            if post.member is not None:
                post.member_id = post.member.pk
        Post.objects.bulk_create(self.posts, batch_size=1000)


def _membership(member: Member) -> Membership:
    """Return the membership a member has had since his admission, or before the register."""
    joined, founded = member.joined_on, member.organization.founded_on
    known = joined and joined >= max(founded or REGISTER, REGISTER)
    admitted = joined if known else None
    return Membership(
        member=member,
        organization_id=member.organization_id,
        start=admitted,
        end=member.left_on,
        beginning=Beginning.ADMITTED if admitted else Beginning.OPENED,
    )
