"""Category B: the secretary and the committee (B1-B5)."""

from assessments.facts.model import Facts
from assessments.rules.base import (
    Parameters,
    Score,
    earned,
    halves,
    halves_text,
    not_due_yet,
    rule,
    share,
)
from assessments.rules.setup import KEY_POSTS, needs_committee
from orgs.models import PostKind, add_years
from schools.models import Ownership


@rule("B1")
def posts_filled(facts: Facts, parameters: Parameters, points: int) -> Score:
    """The secretary in post all year, other posts refilled in time (支部工作条例 Art. 22)."""
    gap = facts.secretary_vacancy
    if gap is None:
        return Score(0, points, f"没有书记任职记录，{earned(0, points)}", {"secretary": None})
    of_secretary, of_others = share(points, 3, 4), share(points, 1, 4)
    first, second, third = parameters["secretary_vacancy_days"]
    if gap <= first:
        got = of_secretary
    elif gap <= second:
        got = share(of_secretary, 2, 3)
    elif gap <= third:
        got = share(of_secretary, 1, 3)
    else:
        got = 0
    text = f"书记空缺最长 {gap} 天" if gap else "书记全年在岗"
    inputs: dict = {"secretary": gap}
    worst, names = other_vacancy(facts, parameters)
    if worst is None:
        text += f"，{names}没有任职记录"
    elif worst:
        text += f"，{names}空缺最长 {worst} 天"
    if worst is not None:
        short, long = parameters["post_vacancy_days"]
        got += of_others if worst <= short else share(of_others, 1, 2) if worst <= long else 0
    inputs["others"] = worst
    return Score(got, points, f"{text}，{earned(got, points)}", inputs)


def other_vacancy(facts: Facts, parameters: Parameters) -> tuple[int | None, str]:
    """Return the longest vacancy of the other key posts and the names of those posts.

    0 where no committee is needed; None where a needed post was never recorded.
    """
    if not needs_committee(facts, parameters) and not facts.has_committee:
        return 0, ""
    gaps = {
        name: facts.post_vacancies.get(kind)
        for kind, name in KEY_POSTS.items()
        if kind != PostKind.SECRETARY
    }
    unknown = [name for name, gap in gaps.items() if gap is None]
    if unknown:
        return None, "、".join(unknown)
    worst = max(gap or 0 for gap in gaps.values())
    return worst, "、".join(name for name, gap in gaps.items() if gap == worst)


_PRINCIPAL = {
    "seated": "校长进入班子",
    "absent": "校长是党员但未进入班子",
    "unknown": "没有校长姓名或党员花名册，无法核对校长任职",
    "no_member": "校长不是党员，校长部分不适用",
    "above": "校长任职在上级党组织核对",
}


@rule("B2")
def secretary_fit(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Party age of the secretary; the principal, or the private board (支部条例 Art. 23)."""
    half = share(points, 1, 2)
    years = parameters["secretary_party_years"]
    got, of = 0, points
    if not facts.secretary:
        parts = ["书记空缺"]
    elif not facts.secretary_in_roster:
        parts = [f"花名册里没有书记{facts.secretary}"]
    elif facts.secretary_confirmed_on is None:
        parts = ["没有书记的转正时间"]
    elif facts.secretary_appointed_on is None:
        parts = ["没有书记的任职时间"]
    elif add_years(facts.secretary_confirmed_on, years) <= facts.secretary_appointed_on:
        got += half
        parts = [f"书记任职时党龄满 {years} 年"]
    else:
        parts = [f"书记任职时党龄不满 {years} 年"]
    if facts.ownership == Ownership.PRIVATE:
        if facts.secretary_in_management:
            got += points - half
            parts.append("书记进入学校决策管理层")
        else:
            parts.append("没有书记进入学校决策管理层的记录")
    else:
        parts.append(_PRINCIPAL[facts.principal])
        if facts.principal == "seated":
            got += points - half
        elif facts.principal in ("no_member", "above"):
            of = half
    return Score(got, of, f"{'；'.join(parts)}，{earned(got, of)}", {"principal": facts.principal})


@rule("B4")
def studies_party_building(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Committee or decision meetings on Party building, in both half-years."""
    wanted = parameters["study_meetings"]
    in_halves = halves(facts.study_months)
    counted = facts.studies if in_halves == 0b110 else min(facts.studies, 1)
    due = wanted
    if not facts.year_over:
        due = min(wanted, facts.due_halves.bit_count())
        if not due and not counted:
            return not_due_yet(points, "上半年未结束")
    due = max(due, 1)
    got = share(points, min(counted, due), due)
    inputs = {"due": due, "held": facts.studies, "halves": in_halves.bit_count()}
    if not facts.studies:
        text = f"应专题研究党建 {due} 次，没有记录"
    elif in_halves == 0b110:
        text = f"专题研究党建 {facts.studies} 次，上下半年均有"
    else:
        text = f"专题研究党建 {facts.studies} 次，都在{halves_text(in_halves)}"
        if facts.studies > 1:
            text += "，只计 1 次"
    return Score(got, points, f"{text}，{earned(got, points)}", inputs)
