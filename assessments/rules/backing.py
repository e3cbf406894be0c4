"""Category G: money and people, what is said of the work, and whether problems are put right."""

from assessments.facts.model import Facts
from assessments.facts.surveys import Answers
from assessments.rules.base import Parameters, Score, earned, number, reviewed, rule, share
from orgs.models import OrgKind
from schools.models import Ownership

GROUPS = {"teachers": "教师", "students": "学生", "parents": "家长", "members": "党员"}


def is_valid(answers: Answers, parameters: Parameters) -> bool:
    """Tell whether so few answered that the survey does not count."""
    return answers.valid >= parameters["survey_min_responses"] or (
        answers.valid > 0
        and 100 * answers.valid >= parameters["survey_min_percent"] * answers.asked
    )


def counted_answers(facts: Facts, parameters: Parameters) -> dict[str, Answers]:
    """Return the survey that counts of each group of people: the newest valid one."""
    found: dict[str, Answers] = {}
    for answers in facts.surveys.answers:
        if is_valid(answers, parameters):
            found.setdefault(answers.group, answers)
    return found


def pooled(answers: dict[str, Answers]) -> tuple[int, int]:
    """Return the satisfied and the valid answers of all groups together."""
    return sum(a.content for a in answers.values()), sum(a.valid for a in answers.values())


def rate_text(content: int, valid: int) -> str:
    """Return a rate as "91.5%"."""
    tenths = share(1000, content, valid)
    return f"{tenths // 10}.{tenths % 10}%"


@rule("G2")
def money_and_people(facts: Facts, parameters: Parameters, points: int) -> Score:
    """A budget line, and a named worker: full-time in a committee; in a joint branch or a
    private school an instructor will do (2016 意见; 民办学校党建意见).
    """
    held = facts.backing
    if not held.is_kept:
        return reviewed(facts, "G2", points)
    half = share(points, 1, 2)
    wanted = 100 * parameters["budget_per_member"] * facts.members
    if held.budget is None:
        money, told = 0, f"没有 {facts.year} 年党建经费预算"
    elif held.budget < wanted or not held.budget:
        money, told = 0, f"党建经费 {number(held.budget)} 元，不足 {number(wanted)} 元"
        if not held.budget:
            told = "党建经费预算为 0"
    else:
        money, told = half, f"党建经费 {number(held.budget)} 元"
    helped = facts.kind == OrgKind.JOINT_BRANCH or facts.ownership == Ownership.PRIVATE
    if facts.kind == OrgKind.COMMITTEE:
        people, who = held.full_time, "专职党务工作者"
    elif helped:
        people, who = held.workers + held.instructors, "党务工作者或党建指导员"
    else:
        people, who = held.workers, "党务工作者"
    got = money + (points - half if people else 0)
    told += f"，{who} {people} 名" if people else f"，没有{who}"
    inputs = {"budget": held.budget, "people": people}
    return Score(got, points, f"{told}，{earned(got, points)}", inputs)


@rule("G4")
def satisfaction(facts: Facts, parameters: Parameters, points: int) -> Score:
    """The rate of all valid surveys together (local practice)."""
    if not facts.surveys.answers:
        return reviewed(facts, "G4", points)
    counted = counted_answers(facts, parameters)
    if not counted:
        most = max(facts.surveys.answers, key=lambda answers: answers.valid)
        text = (
            f"满意度调查无效：有效问卷最多 {most.valid} 份，不足 "
            f"{parameters['survey_min_responses']} 份，也不到发放数的 "
            f"{parameters['survey_min_percent']}%"
        )
        return Score(0, points, f"{text}，{earned(0, points)}", {"valid": 0})
    content, valid = pooled(counted)
    reached = sum(100 * content >= level * valid for level in parameters["satisfaction_levels"])
    # Nothing, half of the points, three quarters, all of them.
    got = share(points, (0, 2, 3, 4)[reached], 4)
    asked = "、".join(GROUPS.get(group, group) for group in counted)
    text = f"{asked}满意率 {rate_text(content, valid)}（{content}/{valid} 份）"
    inputs = {"content": content, "valid": valid}
    return Score(got, points, f"{text}，{earned(got, points)}", inputs)


@rule("G5")
def rectification(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Problems put right and closed by their deadlines (local practice)."""
    items = facts.rectification
    if not items.due:
        # Where the register is kept here, no problem on record is none at all.
        if not items.known and not facts.has_roster:
            return reviewed(facts, "G5", points)
        return Score(points, points, f"没有到期的整改问题，{earned(points, points)}")
    got = share(points, items.in_time, items.due)
    text = f"到期问题 {items.due} 个，按时销号 {items.in_time} 个"
    if items.longest:
        text += f"，最长超期 {items.longest} 天"
    if items.longest > parameters["rectify_late_days"]:
        got = min(got, share(points, 1, 2))
    inputs = {"due": items.due, "in_time": items.in_time, "longest": items.longest}
    return Score(got, points, f"{text}，{earned(got, points)}", inputs)
