"""The organizations of each school: kinds, parents, founding and sizes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from random import Random

from orgs.models import Organization, OrgKind
from partybuild.demo import DemoError
from partybuild.demo.bodies import BodyKey
from partybuild.demo.places import UNITS, Unit
from partybuild.demo.scales import Scale
from partybuild.demo.schools import ACCOUNT_TOWN, SchoolPlan, Stage

# How eagerly a school grows branches, and how many organizations it has at most.
GROWTH = {
    Stage.SENIOR: (14, 14),
    Stage.COMPLETE_SECONDARY: (11, 12),
    Stage.VOCATIONAL: (10, 11),
    Stage.NINE_YEAR: (6, 9),
    Stage.JUNIOR: (6, 9),
    Stage.PRIMARY: (4, 8),
    Stage.SPECIAL: (2, 4),
    Stage.TEACHER_TRAINING: (2, 5),
    Stage.KINDERGARTEN: (1, 5),
    Stage.TEACHING_POINT: (0, 1),
}
ORDINALS = "一二三四五六七八九"


@dataclass(eq=False)
class OrgPlan:
    """One organization, before and after it is stored."""

    unit: Unit
    name: str
    kind: OrgKind
    school: SchoolPlan
    body: BodyKey
    parent: OrgPlan | None = None
    children: list[OrgPlan] = field(default_factory=list)
    covered: list[SchoolPlan] = field(default_factory=list)
    is_retiree: bool = False
    # Why it is not counted last year: "", "new", "dissolved", "not_founded", "kind".
    exclusion: str = ""
    founded_on: datetime.date = datetime.date(2000, 9, 1)
    dissolved_on: datetime.date | None = None
    # Full and probationary members of a branch; a committee's are those of its branches.
    full: int = 0
    probationary: int = 0
    # Members stand in the register by name.
    registered: bool = False
    groups: int = 0
    fixed_day: int = 0
    approval: str = ""
    secretary: str = ""
    secretary_is_principal: bool = False
    # The stored row, once there is one (demo/register.py).
    row: Organization = field(init=False, repr=False)

    @property
    def is_branch(self) -> bool:
        return self.kind not in (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH)

    @property
    def members(self) -> int:
        return self.full + self.probationary

    @property
    def has_committee(self) -> bool:
        """Tell whether a committee is elected (七人以上设支委会)."""
        return not self.is_branch or self.full >= 7

    @property
    def is_counted(self) -> bool:
        return not self.exclusion


def _key(school: SchoolPlan) -> tuple[int, int]:
    return GROWTH[school.stage]


def _counts(schools: list[SchoolPlan], total: int, rng: Random) -> dict[str, int]:
    """Return how many organizations each school has, `total` in all.

    First one for every school that has Party members enough, then the larger schools
    become general branches with branches of their own (at least two).
    """
    counts = {school.name: 0 for school in schools}
    order = sorted(
        schools,
        key=lambda s: (
            s.town != ACCOUNT_TOWN,
            s.is_private and s.stage == Stage.KINDERGARTEN,
            s.stage == Stage.TEACHING_POINT,
            not s.is_central,
            rng.random(),
        ),
    )
    # Leave some of the small private kindergartens without one, and room to grow.
    plain = [s for s in order if not (s.is_private and s.stage == Stage.KINDERGARTEN)]
    singles = plain[: int(total * 0.62)] if len(plain) > total * 0.62 else plain
    private = [s for s in order if s.is_private and s.stage == Stage.KINDERGARTEN]
    singles = singles + private[: len(private) // 4]
    for school in singles[:total]:
        counts[school.name] = 1
    left = total - sum(counts.values())
    growing = [
        s for s in schools if counts[s.name] and _key(s)[0] and not s.name.endswith("教学点")
    ]
    weights = [
        _key(s)[0] * (1 if s.is_central else 0.45) * (0.4 if s.is_private else 1) for s in growing
    ]
    while left:
        school = rng.choices(growing, weights)[0]
        have, most = counts[school.name], _key(school)[1]
        step = 2 if have == 1 else 1
        if have + step <= most and step <= left:
            counts[school.name] += step
            left -= step
        elif left == 1 and have == 1:
            # The last one: a branch of retired staff beside the school's branch.
            counts[school.name] += 1
            left = 0
    return counts


def _founded(rng: Random, year: int) -> datetime.date:
    return datetime.date(rng.randint(1984, year - 6), rng.randint(1, 12), rng.randint(1, 28))


def _branch_names(school: str, count: int, retiree: bool) -> list[str]:
    numbered = count - 1 if retiree else count
    found = [
        f"中共{school}第{ORDINALS[n] if n < 9 else '十' + '一二三四五六'[n - 10] if n > 9 else '十'}支部委员会"
        for n in range(numbered)
    ]
    return found + [f"中共{school}离退休支部委员会"] * retiree


def _of_school(school: SchoolPlan, count: int, year: int, rng: Random) -> list[OrgPlan]:
    """Return the organizations of a school, superior first."""

    def make(name: str, kind: OrgKind, parent: OrgPlan | None = None, retiree: bool = False):
        plan = OrgPlan(
            school.unit,
            name,
            kind,
            school,
            school.body,
            parent,
            is_retiree=retiree,
            founded_on=_founded(rng, year),
        )
        if parent:
            plan.founded_on = max(
                parent.founded_on, datetime.date(rng.randint(2004, year - 6), 9, 1)
            )
            parent.children.append(plan)
        return plan

    if count <= 2:
        found = [make(f"中共{school.name}支部委员会", OrgKind.BRANCH)]
        if count == 2:
            found.append(make(f"中共{school.name}离退休支部委员会", OrgKind.BRANCH, retiree=True))
        return found
    is_committee = count >= 7 and school.stage in (Stage.SENIOR, Stage.VOCATIONAL)
    ending, kind = (
        ("委员会", OrgKind.COMMITTEE) if is_committee else ("总支部委员会", OrgKind.GENERAL_BRANCH)
    )
    top = make(f"中共{school.name}{ending}", kind)
    retiree = count >= 5 and rng.random() < 0.5
    return [
        top,
        *(
            make(name, OrgKind.BRANCH, top, name.endswith("离退休支部委员会"))
            for name in _branch_names(school.name, count - 1, retiree)
        ),
    ]


def _joint(schools: list[SchoolPlan], wanted: int, year: int, rng: Random) -> list[OrgPlan]:
    """Return joint branches of kindergartens that have no organization of their own."""
    by_town: dict[tuple[str, BodyKey], list[SchoolPlan]] = {}
    for school in schools:
        by_town.setdefault((school.town, school.body), []).append(school)
    found: list[OrgPlan] = []
    used: set[str] = set()
    for (town, body), group in sorted(by_town.items(), key=lambda item: -len(item[1])):
        if len(found) == wanted:
            break
        if len(group) < 2 or town in used:
            continue
        used.add(town)
        covered = group[: rng.randint(2, min(5, len(group)))]
        unit = group[0].unit
        found.append(
            OrgPlan(
                unit,
                f"中共{unit.name}{town}幼儿园联合支部委员会",
                OrgKind.JOINT_BRANCH,
                covered[0],
                body,
                covered=covered[1:],
                founded_on=datetime.date(rng.randint(2012, year - 6), rng.randint(1, 12), 18),
            )
        )
    return found


def _uncounted(
    unit: Unit, schools: list[SchoolPlan], year: int, today: datetime.date, rng: Random, each: int
) -> list[OrgPlan]:
    """Return organizations that are not counted last year, `each` for every reason."""
    free = iter(schools)
    found = []

    def add(name: str, kind: OrgKind, school: SchoolPlan, reason: str, founded: datetime.date):
        found.append(
            OrgPlan(unit, name, kind, school, school.body, exclusion=reason, founded_on=founded)
        )
        return found[-1]

    for _ in range(each):
        if school := next(free, None):
            day = datetime.date(year, rng.randint(8, 11), rng.randint(1, 28))
            add(f"中共{school.name}支部委员会", OrgKind.BRANCH, school, "new", day)
        if school := next(free, None):
            plan = add(
                f"中共{school.name}支部委员会",
                OrgKind.BRANCH,
                school,
                "dissolved",
                _founded(rng, year),
            )
            plan.dissolved_on = datetime.date(year, rng.randint(6, 9), rng.randint(1, 28))
        if (school := next(free, None)) and today > datetime.date(year + 1, 1, 20):
            latest = min(today - datetime.timedelta(days=5), datetime.date(year + 1, 4, 20))
            day = min(
                datetime.date(year + 1, 1, 12) + datetime.timedelta(rng.randrange(90)), latest
            )
            add(f"中共{school.name}支部委员会", OrgKind.BRANCH, school, "not_founded", day)
        if school := next(free, None):
            kind = rng.choice((OrgKind.TEMPORARY_BRANCH, OrgKind.FUNCTIONAL_BRANCH))
            ending = "支教队临时支部" if kind == OrgKind.TEMPORARY_BRANCH else "青年教师功能型支部"
            day = datetime.date(year - 1, rng.randint(2, 11), 15)
            add(f"中共{school.name}{ending}委员会", kind, school, "kind", day)
    return found


def _size(plans: list[OrgPlan], scale: Scale, year: int, rng: Random) -> None:
    """Give every branch its members, and groups where it is large or dispersed."""
    low, usual, high = scale.branch_members
    for plan in plans:
        if not plan.is_branch:
            plan.fixed_day = rng.randint(5, 25)
            plan.registered = plan.children[0].registered if plan.children else False
            continue
        central = 1.4 if plan.school.is_central else 0.8
        plan.full = max(low, min(high, round(rng.gammavariate(2.2, usual * central / 2.2))))
        if plan.kind == OrgKind.JOINT_BRANCH:
            plan.full = max(3, len(plan.covered) + 2)
        plan.probationary = rng.choices((0, 1, 2), (0.66, 0.27, 0.07))[0]
        if plan.is_retiree:
            plan.probationary = 0
        elif plan.members > 14 or rng.random() < (0.75 if plan.members > 7 else 0.4):
            plan.groups = 3 if plan.members > 20 else 2 if plan.members > 6 else 1
        plan.fixed_day = rng.randint(5, 25)
        plan.registered = plan.unit.key == "linxi" or rng.random() < scale.registered


def plan_organizations(
    scale: Scale, schools: list[SchoolPlan], year: int, today: datetime.date, seed: int
) -> list[OrgPlan]:
    """Return all organizations, superiors before their branches.

    `year` is the year last judged: exactly `scale.due` of each unit count in it.
    """
    plans: list[OrgPlan] = []
    for unit in UNITS:
        rng = Random(f"{seed}/organizations/{unit.key}")
        own = [school for school in schools if school.unit is unit]
        due = scale.of_unit(scale.due, unit.key)
        wanted = 0 if unit.key == "direct" else max(1, due // 45)
        loose = [s for s in own if s.is_private and s.stage == Stage.KINDERGARTEN]
        # Which kindergartens stay without an organization is decided by _counts; the
        # joint branches take those, so count first with room for them.
        counts = _counts(own, due - wanted, rng)
        joint = _joint([s for s in loose if not counts[s.name]], wanted, year, rng)
        if len(joint) < wanted:
            counts = _grow(own, counts, wanted - len(joint))
        covered = {s.name for plan in joint for s in (plan.school, *plan.covered)}
        found = [
            plan
            for school in own
            if counts[school.name]
            for plan in _of_school(school, counts[school.name], year, rng)
        ]
        found += joint
        _found_late(found, year, rng)
        free = [s for s in own if not counts[s.name] and s.name not in covered]
        each = 1 if scale.name == "small" else 4
        found += _uncounted(unit, free, year, today, rng, each)
        _size(found, scale, year, rng)
        _approve(found, year, rng)
        plans += found
    return plans


def _grow(schools: list[SchoolPlan], counts: dict[str, int], left: int) -> dict[str, int]:
    """Return `counts` with `left` more, one branch each for the largest schools."""
    for school in sorted(schools, key=lambda s: -counts[s.name]):
        if left and 3 <= counts[school.name] < _key(school)[1]:
            counts[school.name] += 1
            left -= 1
    if left:
        raise DemoError(
            f"{schools[0].unit.name}的学校放不下另外 {left} 个党组织，请换一个 --seed 再试。"
        )
    return counts


def _found_late(plans: list[OrgPlan], year: int, rng: Random) -> None:
    """Let a few branches be founded in spring of `year`: judged by the months since."""
    single = [p for p in plans if p.kind == OrgKind.BRANCH and not p.parent and p.school.is_private]
    for plan in single[: max(1, len(plans) // 60)]:
        plan.founded_on = datetime.date(year, rng.randint(2, 5), rng.randint(1, 28))


def _approve(plans: list[OrgPlan], year: int, rng: Random) -> None:
    """Record the approval of setups that their size alone would not justify."""
    for plan in plans:
        if plan.is_branch:
            continue
        members = sum(child.members for child in plan.children)
        least = 100 if plan.kind == OrgKind.COMMITTEE else 50
        if members < least and rng.random() < 0.93:
            plan.approval = f"云教党组〔{rng.randint(2016, year - 1)}〕{rng.randint(3, 60)}号"
