"""Categories D and E: members and their development, as far as the register decides."""

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

RETIREES = "离退休党支部"


@rule("D3")
def dues_paid(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Dues in full and on time, published once a year (党费收缴规定 2008, Articles 12-13)."""
    dues = facts.dues
    if not dues.has_ledger:
        return reviewed(facts, "D3", points)
    of_publishing = share(points, 1, 4)
    of_paying = points - of_publishing
    got, of, parts = 0, points, []
    inputs = {"due": dues.months_due, "on_time": dues.months_on_time}
    if dues.months_due:
        got += share(of_paying, dues.months_on_time, dues.months_due)
        text = f"应交 {dues.months_due} 人月，按时足额交纳 {dues.months_on_time} 人月"
        if dues.unlisted:
            text += f"（{dues.unlisted} 名党员没有列入台账）"
            inputs["unlisted"] = dues.unlisted
        parts.append(text)
    else:
        of -= of_paying
        parts.append("没有到期应交的党费，这部分不计")
    if dues.published:
        got += of_publishing
        parts.append("本年已向党员公布")
    elif facts.year_over:
        parts.append("本年没有向党员公布")
    else:
        of -= of_publishing
        parts.append("年底前公布即可，这部分暂不计入")
    if not of:
        return not_due_yet(points, "没有到期应交的党费")
    return Score(got, of, f"{'；'.join(parts)}，{earned(got, of)}", inputs)


@rule("D4")
def transfers_in_time(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Transfers closed within thirty days (党员教育管理工作条例 Art. 25)."""
    moved = facts.transfers
    if not moved.handled:
        # Where the register is kept here, no transfer on record is none at all.
        if not facts.has_roster:
            return reviewed(facts, "D4", points)
        return Score(points, points, f"本年没有组织关系转接，{earned(points, points)}")
    # Half of the points for each full thirty days.
    got = max(0, points - share(points, moved.deductions, 2))
    inputs = {"handled": moved.handled, "late": moved.late, "longest": moved.longest}
    if moved.late:
        text = f"转接 {moved.handled} 件，超过 30 天的 {moved.late} 件，最长 {moved.longest} 天"
    else:
        text = f"转接 {moved.handled} 件，都在 30 天内"
    return Score(got, points, f"{text}，{earned(got, points)}", inputs)


@rule("D5")
def floating_and_lost(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Contact with floating and lost members; there may be none (教育管理条例 Arts 24, 32)."""
    away = facts.contacts
    counted = away.floating + away.lost
    if not counted and away.waiting:
        return not_due_yet(points, f"{away.waiting} 名党员流动不满一个季度")
    if not counted and facts.has_roster and not facts.floating_or_lost:
        return not_applicable(points, "没有流动或失联党员")
    if not counted:
        return reviewed(facts, "D5", points)
    kept = away.floating_kept + away.lost_kept
    got = share(points, kept, counted)
    parts = []
    if away.floating:
        parts.append(f"流动党员 {away.floating} 名，每季度都有联系的 {away.floating_kept} 名")
    if away.lost:
        parts.append(
            f"失联党员 {away.lost} 名，有查找记录或已按期启动停止党籍的 {away.lost_kept} 名"
        )
    inputs = {"counted": counted, "kept": kept}
    return Score(got, points, f"{'；'.join(parts)}，{earned(got, points)}", inputs)


@rule("E1")
def procedure(facts: Facts, parameters: Parameters, points: int) -> Score:
    """The steps of developing members kept (发展党员工作细则; orgs/development/checks.py)."""
    cases = facts.development
    due, met = cases.checks_due, cases.checks_met
    if due:
        got = share(points, met, due)
        text = f"本年到期的发展党员核对 {due} 项，合规 {met} 项"
        return Score(got, points, f"{text}，{earned(got, points)}", {"due": due, "met": met})
    if cases.cases:
        return not_applicable(points, "本年没有到期的发展党员环节")
    if facts.has_roster and not facts.new_members and "E1" not in facts.reviewed:
        return not_applicable(points, "没有发展对象和新党员")
    return reviewed(facts, "E1", points)


@rule("E2")
def activists(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Applicants being cultivated, where the staff holds enough people who are no members."""
    if facts.is_retiree_branch:
        return not_applicable(points, RETIREES)
    staff, least = facts.non_member_staff, parameters["activist_min_staff"]
    if staff is not None and staff < least:
        return not_applicable(points, f"非党员教职工 {staff} 名，不足 {least} 名")
    if staff is None or not facts.development.cases:
        return reviewed(facts, "E2", points)
    count = facts.development.activists
    # Rounded up, and one at least.
    wanted = max(1, -(-staff * parameters["activist_percent"] // 100))
    half = share(points, 1, 2)
    got = points if count >= wanted else half if count else 0
    text = f"非党员教职工 {staff} 名，应有积极分子 {wanted} 名，实有 {count} 名"
    return Score(got, points, f"{text}，{earned(got, points)}", {"due": wanted, "count": count})


@rule("E3")
def teachers_admitted(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Share of teachers among those admitted in three years."""
    if facts.is_retiree_branch:
        return not_applicable(points, RETIREES)
    admitted, teachers = facts.admitted, facts.admitted_teachers
    if not facts.has_roster:
        admitted = facts.development.admitted
        teachers = facts.development.admitted_teachers
        if not facts.development.cases:
            return reviewed(facts, "E3", points)
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
