"""Category A: how an organization is set up (A1-A4)."""

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
from orgs.models import OrgKind, PostKind, add_years

KEY_POSTS = {
    PostKind.SECRETARY: "书记",
    PostKind.ORGANIZATION: "组织委员",
    PostKind.PUBLICITY: "宣传委员",
    PostKind.DISCIPLINE: "纪检委员",
}


def misfit(facts: Facts, parameters: Parameters) -> str:
    """Return in what way the kind does not fit the members; empty where it fits."""
    least, most = parameters["branch_min_full_members"], parameters["branch_max_members"]
    committee = parameters["committee_min_members"]
    if facts.is_branch and facts.full_members < least:
        return f"正式党员 {facts.full_members} 名，不足 {least} 名"
    if facts.kind == OrgKind.BRANCH and facts.members > most:
        return f"党员 {facts.members} 名，超过 {most} 名"
    if facts.kind == OrgKind.JOINT_BRANCH:
        units = parameters["joint_max_units"]
        if not 2 <= facts.covered_schools <= units:
            return f"覆盖单位 {facts.covered_schools} 个，应为 2—{units} 个"
    if facts.kind == OrgKind.GENERAL_BRANCH:
        if not most <= facts.members < committee:
            return f"党员 {facts.members} 名，党总支应为 {most}—{committee - 1} 名"
        if facts.branches < 2:
            return f"下设党支部 {facts.branches} 个，应不少于 2 个"
    if facts.kind == OrgKind.COMMITTEE and facts.members < committee:
        return f"党员 {facts.members} 名，党委应不少于 {committee} 名"
    return ""


@rule("A1")
def setting_up(facts: Facts, parameters: Parameters, points: int) -> Score:
    """The kind fits the number of members (支部工作条例 Arts 4-5)."""
    inputs = {"members": facts.members, "full_members": facts.full_members}
    wrong = misfit(facts, parameters)
    if not wrong:
        reason = f"党员 {facts.members} 名（正式 {facts.full_members} 名），设置形式与人数相符，"
        return Score(points, points, reason + earned(points, points), inputs)
    if facts.setup_approval:
        reason = f"{wrong}，已有批复（{facts.setup_approval}），"
        return Score(points, points, reason + earned(points, points), inputs)
    too_few = facts.is_branch and facts.full_members < parameters["branch_min_full_members"]
    got = 0 if too_few else share(points, 1, 2)
    return Score(got, points, f"{wrong}，没有批复文件，{earned(got, points)}", inputs)


def overdue_days(facts: Facts) -> int | None:
    """Return the days past the end of the term, negative before it; None without a term.

    An approved extension counts for one year at most: the rest is overdue.
    """
    if facts.term_end is None:
        return None
    end = facts.term_end
    if facts.extended_to and facts.extended_to > end:
        end = min(facts.extended_to, add_years(end, 1))
    return (facts.day - end).days


@rule("A2")
def election_in_time(facts: Facts, parameters: Parameters, points: int) -> Score:
    """A new election when the term is over (基层组织任期意见 2018, items 1-2)."""
    days = overdue_days(facts)
    if days is None:
        return Score(0, points, f"没有本届换届时间的记录，{earned(0, points)}")
    inputs = {"term_end": f"{facts.term_end}", "days": days}
    extended = f"，延期至 {facts.extended_to}" if facts.extended_to else ""
    if days <= 0:
        reason = f"本届任期至 {facts.term_end}{extended}，未到期，"
        return Score(points, points, reason + earned(points, points), inputs)
    if days <= parameters["overdue_days_minor"]:
        got = share(points, 3, 4)
    elif days <= parameters["overdue_days_major"]:
        got = share(points, 1, 4)
    else:
        got = 0
    reason = f"本届任期至 {facts.term_end}{extended}，已超期 {days} 天，"
    return Score(got, points, reason + earned(got, points), inputs)


def needs_committee(facts: Facts, parameters: Parameters) -> bool:
    """Whether a committee is to be elected (支部工作条例 Art. 20)."""
    return not facts.is_branch or facts.full_members >= parameters["committee_full_members"]


@rule("A3")
def committee_posts(facts: Facts, parameters: Parameters, points: int) -> Score:
    """The committee has its size and its four posts; a small branch its secretary."""
    if not needs_committee(facts, parameters):
        inputs = {"posts": int(PostKind.SECRETARY in facts.posts)}
        if PostKind.SECRETARY in facts.posts:
            reason = f"正式党员 {facts.full_members} 名，只设书记，书记在岗，"
            return Score(points, points, reason + earned(points, points), inputs)
        return Score(0, points, f"书记空缺，{earned(0, points)}", inputs)
    vacant = [name for kind, name in KEY_POSTS.items() if kind not in facts.posts]
    if facts.kind == OrgKind.COMMITTEE:
        least, most = parameters["party_committee_min"], parameters["party_committee_max"]
    else:
        least, most = parameters["branch_committee_min"], parameters["branch_committee_max"]
    size = facts.committee_size
    faults = len(vacant)
    parts = [f"{'、'.join(vacant)}空缺"] if vacant else []
    if not vacant and not least <= size <= most:
        faults = 1
        parts.append(f"应为 {least}—{most} 名")
    got = share(points, max(0, 3 - faults), 3)
    if not parts:
        parts.append("书记和组织、宣传、纪检委员均已配备")
    inputs = {"size": size, "vacant": len(vacant)}
    reason = f"班子成员 {size} 名，{'，'.join(parts)}，{earned(got, points)}"
    return Score(got, points, reason, inputs)


@rule("A4")
def groups_divided(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Party groups where a branch is large or dispersed (支部工作条例 Art. 13)."""
    if not groups_expected(facts, parameters):
        most = parameters["group_members"]
        return not_applicable(points, f"党员 {facts.members} 名，未超过 {most} 名")
    groups = facts.groups
    if not groups.groups:
        return reviewed(facts, "A4", points)
    wrong = []
    if groups.placed < facts.members:
        wrong.append(f"{facts.members - groups.placed} 名党员没有编入党小组")
    if groups.too_small:
        wrong.append(f"{groups.too_small} 个党小组不足 3 人")
    if groups.without_full:
        wrong.append(f"{groups.without_full} 个党小组没有正式党员")
    got = 0 if wrong else points
    text = "，".join(wrong) or "每名党员都在一个党小组"
    inputs = {"groups": groups.groups, "members": facts.members, "placed": groups.placed}
    return Score(got, points, f"党小组 {groups.groups} 个，{text}，{earned(got, points)}", inputs)


def groups_expected(facts: Facts, parameters: Parameters) -> bool:
    """Whether the branch is so large or dispersed that it should have groups."""
    return facts.members > parameters["group_members"] or facts.is_dispersed
