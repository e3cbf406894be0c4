"""Categories D and E: members and their development, as far as the register decides."""

from assessments.facts.model import Facts
from assessments.rules.base import (
    Parameters,
    Score,
    earned,
    not_applicable,
    reviewed,
    rule,
    share,
)

RETIREES = "离退休党支部"


@rule("D2")
def training_of_new_members(facts: Facts, parameters: Parameters, points: int) -> Score:
    """New members attend a class; there may be none."""
    if facts.has_roster and not facts.new_members:
        return not_applicable(points, "没有预备党员和转正不满一年的党员")
    return reviewed(facts, "D2", points)


@rule("D5")
def floating_and_lost(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Contact with floating and lost members; there may be none (教育管理条例 Arts 24, 32)."""
    if facts.has_roster and not facts.floating_or_lost:
        return not_applicable(points, "没有流动或失联党员")
    return reviewed(facts, "D5", points)


@rule("E2")
def activists(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Applicants being cultivated, where the staff holds enough people who are no members."""
    if facts.is_retiree_branch:
        return not_applicable(points, RETIREES)
    staff, least = facts.non_member_staff, parameters["activist_min_staff"]
    if staff is not None and staff < least:
        return not_applicable(points, f"非党员教职工 {staff} 名，不足 {least} 名")
    return reviewed(facts, "E2", points)


@rule("E3")
def teachers_admitted(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Share of teachers among those admitted in three years."""
    if facts.is_retiree_branch:
        return not_applicable(points, RETIREES)
    if not facts.has_roster:
        return reviewed(facts, "E3", points)
    admitted, teachers = facts.admitted, facts.admitted_teachers
    if not admitted:
        return not_applicable(points, "近三年没有新发展党员")
    if 100 * teachers >= parameters["teacher_share_full"] * admitted:
        got = points
    elif 100 * teachers >= parameters["teacher_share_half"] * admitted:
        got = share(points, 1, 2)
    else:
        got = 0
    reason = f"近三年新发展党员 {admitted} 名，其中教师 {teachers} 名，{earned(got, points)}"
    return Score(got, points, reason, {"admitted": admitted, "teachers": teachers})
