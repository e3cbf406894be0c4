"""Indicators B3, D1 and D2: the training of leaders, of members, and of new members."""

import datetime

from assessments.facts.model import Facts
from assessments.rules.base import (
    Parameters,
    Score,
    earned,
    not_applicable,
    not_due_yet,
    reviewed,
    rule,
    share,
)


@rule("B3")
def leaders_trained(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Hours of the secretary and the committee, and a class above (教育培训规划, 56 hours)."""
    training = facts.training
    if not training.is_kept:
        return reviewed(facts, "B3", points)
    wanted = parameters["leader_training_hours"]
    months = facts.full_months if facts.year_over else facts.due_months.bit_count()
    if not months:
        return not_due_yet(points, "还没有满一个月")
    # Tenths of an hour times twelve months, so that nothing is rounded.
    needed = 10 * wanted * months
    of_class = share(points, 1, 6)
    of_others = share(points, 1, 3) if training.others else 0
    of_secretary = points - of_class - of_others
    parts, got, of = [], 0, points
    if training.secretary is None:
        parts.append("书记空缺或不在花名册，学时无法计算")
    else:
        got += share(of_secretary, min(12 * training.secretary, needed), needed)
        parts.append(f"书记 {_hours(training.secretary)} 学时（应达 {_hours(needed // 12)}）")
    state, gives = _class(facts, parameters)
    parts.append(state)
    if gives is None:
        of -= of_class
    else:
        got += of_class * gives
    if training.others:
        whole = needed * len(training.others)
        reached = sum(min(12 * tenths, needed) for tenths in training.others)
        got += share(of_others, reached, whole)
        enough = sum(12 * tenths >= needed for tenths in training.others)
        parts.append(f"其他委员 {len(training.others)} 名，达到的 {enough} 名")
    inputs = {"secretary": training.secretary, "others": list(training.others), "months": months}
    return Score(got, of, f"{'；'.join(parts)}，{earned(got, of)}", inputs)


def _class(facts: Facts, parameters: Parameters) -> tuple[str, int | None]:
    """Say whether the secretary was in a class of a county or above; None: not due yet.

    A new secretary has some days from the appointment.
    """
    attended, appointed = facts.training.secretary_class, facts.secretary_appointed_on
    days = datetime.timedelta(days=parameters["new_secretary_days"])
    is_new = appointed is not None and appointed.year == facts.year
    if is_new and appointed is not None:
        if attended and attended <= appointed + days:
            return "新任书记已按期参加县级以上集中培训", 1
        if facts.day <= appointed + days:
            return "新任书记集中培训还没有到期，这部分暂不计入", None
        return f"新任书记 {days.days} 天内没有参加县级以上集中培训", 0
    if attended:
        return "书记参加了县级以上集中培训", 1
    if not facts.year_over:
        return "县级以上集中培训年底前参加即可，这部分暂不计入", None
    return "书记没有参加县级以上集中培训", 0


@rule("D1")
def members_trained(facts: Facts, parameters: Parameters, points: int) -> Score:
    """The yearly plan, and members with their hours (党员教育管理工作条例 Art. 20)."""
    training = facts.training
    if not training.is_kept:
        return reviewed(facts, "D1", points)
    of_plan = share(points, 1, 5)
    wanted = parameters["training_hours"]
    got, of, parts = 0, points, []
    month, day = parameters["plan_deadline"]
    deadline = datetime.date(facts.year, month, day)
    if training.approved_on and training.approved_on <= deadline:
        got += of_plan
        parts.append("年度计划按时批准")
    elif facts.day < deadline:
        of -= of_plan
        parts.append(f"年度计划 {month} 月底前批准即可，这部分暂不计入")
    elif training.approved_on:
        parts.append(f"年度计划 {training.approved_on} 才批准")
    else:
        parts.append("年度计划没有批准" if training.has_plan else "没有年度计划")
    # Who has been a member for no full month yet owes nothing.
    obliged = [(months, tenths) for months, tenths in training.hours if months]
    reached = sum(12 * tenths >= 10 * wanted * months for months, tenths in obliged)
    if obliged:
        got += share(points - of_plan, reached, len(obliged))
        so_far = "" if facts.year_over else "（按已过月份折算）"
        parts.append(f"应训 {len(obliged)} 名，学时达到的 {reached} 名{so_far}")
        if missing := len(obliged) - reached:
            parts.append(f"{_names(training.names[:missing], missing)}学时不足 {wanted}")
    else:
        of -= points - of_plan
        parts.append("没有应训党员，学时部分不计")
    if not of:
        return not_due_yet(points, "年度计划和学时都没有到期")
    inputs = {"obliged": len(obliged), "reached": reached}
    return Score(got, of, f"{'；'.join(parts)}，{earned(got, of)}", inputs)


def _names(names: tuple[str, ...], count: int) -> str:
    """Return "张三等 5 名党员"."""
    told = "、".join(names)
    return f"{told}等 {count} 名党员" if count > len(names) else f"{told} "


@rule("D2")
def training_of_new_members(facts: Facts, parameters: Parameters, points: int) -> Score:
    """New members attend a class held above the branch; there may be none."""
    training = facts.training
    if facts.has_roster and not facts.new_members:
        return not_applicable(points, "没有预备党员和转正不满一年的党员")
    if not training.is_kept or not training.new_members:
        return reviewed(facts, "D2", points)
    new, trained = training.new_members, training.new_trained
    if not facts.year_over and trained < new:
        return not_due_yet(
            points, f"新党员 {new} 名，已参加上级集中培训 {trained} 名，年底前参加即可"
        )
    got = share(points, trained, new)
    text = f"新党员 {new} 名，参加上级集中培训 {trained} 名"
    return Score(got, points, f"{text}，{earned(got, points)}", {"due": new, "held": trained})


def _hours(tenths: int) -> str:
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else str(whole)
