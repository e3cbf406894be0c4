"""Category C: organizational life (C1-C8; docs/readings.md, 3-6 and 13-18)."""

from math import lcm

from activities.models import MeetingType
from assessments.facts.model import Facts
from assessments.rules.base import (
    Parameters,
    Score,
    earned,
    halves,
    halves_text,
    months,
    months_text,
    not_applicable,
    not_due_yet,
    number,
    quarters,
    quarters_text,
    reviewed,
    rule,
    share,
)
from assessments.rules.fixed_days import days_near
from assessments.rules.setup import groups_expected
from orgs.models import OrgKind

NO_MONTHS = "没有应开展的月份"
NO_QUARTERS = "没有应开展的季度"


def monthly(points: int, due: int, held: int, *, ending: str = "") -> tuple[int, str, dict]:
    """Return points, sentence and inputs for a meeting due in the months `due`."""
    held &= due
    missing = due & ~held
    count, total = held.bit_count(), due.bit_count()
    got = share(points, count, total)
    text = f"应开 {total} 次，实开 {count} 次"
    if missing:
        text += f"，缺 {months_text(missing)}"
    return got, text + ending, {"due": total, "held": count, "missing": months(missing)}


@rule("C1")
def member_assembly(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Assembly each quarter; half-yearly in a general branch, yearly in a committee."""
    held_months = facts.months_held(MeetingType.MEMBER_ASSEMBLY)
    if facts.kind == OrgKind.COMMITTEE:
        return _yearly_assembly(facts, parameters, points, held_months)
    if facts.kind == OrgKind.GENERAL_BRANCH:
        due, held, text = facts.due_halves, halves(held_months), halves_text
        nothing = "没有应开展的半年"
    else:
        due, held, text = facts.due_quarters, quarters(held_months), quarters_text
        nothing = NO_QUARTERS
    if not due:
        return not_applicable(points, nothing)
    held &= due
    missing = due & ~held
    got = share(points, held.bit_count(), due.bit_count())
    reason = f"应开 {due.bit_count()} 次，实开 {held.bit_count()} 次"
    if missing:
        reason += f"，缺{text(missing)}"
    inputs = {"due": due.bit_count(), "held": held.bit_count(), "missing": months(missing)}
    return Score(got, points, f"{reason}，{earned(got, points)}", inputs)


def _yearly_assembly(facts: Facts, parameters: Parameters, points: int, held: int) -> Score:
    if facts.full_months < parameters["min_full_months"]:
        return not_applicable(points, f"当年存续满月 {facts.full_months} 个")
    if held:
        inputs = {"due": 1, "held": 1, "missing": ()}
        return Score(points, points, f"全年应开 1 次，已开，{earned(points, points)}", inputs)
    if not facts.year_over:
        return not_due_yet(points, "全年应开 1 次，尚未到期")
    inputs = {"due": 1, "held": 0, "missing": ()}
    return Score(0, points, f"全年应开 1 次，没有记录，{earned(0, points)}", inputs)


def committee_due(facts: Facts, parameters: Parameters) -> int:
    """Return the months in which a committee meeting is due."""
    if not facts.is_branch:
        return facts.due_months
    least = parameters["committee_full_members"]
    large = sum(1 << n for n, full in enumerate(facts.full_by_month, 1) if full >= least)
    return facts.due_months & (facts.committee_months | large)


@rule("C2")
def committee_meeting(facts: Facts, parameters: Parameters, points: int) -> Score:
    """The committee meets monthly (支部工作条例 Art. 12)."""
    if not facts.due_months:
        return not_applicable(points, NO_MONTHS)
    due = committee_due(facts, parameters)
    if not due:
        full = facts.full_members
        return not_applicable(points, f"正式党员 {full} 名，未设支部委员会")
    got, text, inputs = monthly(points, due, facts.months_held(MeetingType.BRANCH_COMMITTEE))
    return Score(got, points, f"{text}，{earned(got, points)}", inputs)


@rule("C3")
def group_meeting(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Each Party group meets monthly (支部工作条例 Art. 13)."""
    if facts.groups.months:
        return _groups_on_record(facts, points)
    if not facts.group_months and not groups_expected(facts, parameters):
        return not_applicable(points, "未划分党小组")
    if "C3" in facts.reviewed or not facts.group_months:
        return reviewed(facts, "C3", points)
    due = facts.due_months
    if not due:
        return not_applicable(points, NO_MONTHS)
    held = sum((mask & due).bit_count() for mask in facts.group_months.values())
    total = due.bit_count() * len(facts.group_months)
    got = share(points, held, total)
    inputs = {"groups": len(facts.group_months), "due": total, "held": held}
    text = f"有记录的党小组 {len(facts.group_months)} 个，应开 {total} 次，实开 {held} 次"
    return Score(got, points, f"{text}，{earned(got, points)}", inputs)


def _groups_on_record(facts: Facts, points: int) -> Score:
    """Score the mean over the groups on record of the months held ÷ due."""
    shares, missing = [], []
    for name, alive in facts.groups.months:
        due = alive & facts.due_months
        if not due:
            continue
        held = due & facts.group_months.get(name, 0)
        shares.append((held.bit_count(), due.bit_count()))
        if held != due:
            missing.append(f"{name}缺 {months_text(due & ~held)}")
    if not shares:
        return not_applicable(points, NO_MONTHS)
    # The mean of fractions over one denominator: nothing is rounded before the points.
    common = lcm(*(due for _, due in shares))
    got = share(points, sum(h * common // d for h, d in shares), common * len(shares))
    held, total = sum(h for h, _ in shares), sum(d for _, d in shares)
    text = f"党小组 {len(shares)} 个，应开 {total} 次，实开 {held} 次"
    if missing:
        text += f"，{'；'.join(missing[:3])}{' 等' if len(missing) > 3 else ''}"
    inputs = {"groups": len(shares), "due": total, "held": held}
    return Score(got, points, f"{text}，{earned(got, points)}", inputs)


@rule("C4")
def party_lecture(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Lectures, and one by the secretary himself (支部工作条例 Art. 16; a local quarterly number)."""
    if not facts.is_branch:
        return _lectures_above(facts, parameters, points)
    half_yearly = parameters["lecture_periods"] == 2
    due = facts.due_halves if half_yearly else facts.due_quarters
    if not due:
        return not_applicable(points, "没有应开展的半年" if half_yearly else NO_QUARTERS)
    held_months = facts.months_held(MeetingType.LECTURE)
    held = (halves if half_yearly else quarters)(held_months) & due
    missing = due & ~held
    of_secretary = share(points, 1, 3)
    of, of_slots = points, points - of_secretary
    got = share(of_slots, held.bit_count(), due.bit_count())
    text = f"应上 {due.bit_count()} 次，实上 {held.bit_count()} 次"
    if missing:
        text += f"，缺{(halves_text if half_yearly else quarters_text)(missing)}"
    if facts.secretary_lectured:
        got += of_secretary
        text += "；书记已讲党课"
    elif facts.year_over:
        text += "；书记未讲党课"
    else:
        of = of_slots
        text += "；书记讲党课尚未到期，暂不计"
    inputs = {
        "due": due.bit_count(),
        "held": held.bit_count(),
        "missing": months(missing),
        "secretary": facts.secretary_lectured,
    }
    return Score(got, of, f"{text}，{earned(got, of)}", inputs)


def _lectures_above(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Score the lectures of a committee or general branch: two, and the secretary's own."""
    wanted = parameters["lectures_above"]
    if not facts.year_over:
        wanted = min(wanted, facts.due_halves.bit_count())
        if not wanted and not facts.lectures:
            return not_due_yet(points, "党课尚未到期")
    enough = facts.lectures >= wanted
    got = share(points, enough + facts.secretary_lectured, 2)
    secretary = "书记已讲党课" if facts.secretary_lectured else "书记未讲党课"
    text = f"应上 {wanted} 次，实上 {facts.lectures} 次；{secretary}"
    inputs = {
        "due": wanted,
        "held": facts.lectures,
        "secretary": facts.secretary_lectured,
    }
    return Score(got, points, f"{text}，{earned(got, points)}", inputs)


@rule("C5")
def theme_day(facts: Facts, parameters: Parameters, points: int) -> Score:
    """A theme day each month, near its fixed day (支部工作条例 Art. 16)."""
    due = facts.due_months
    if not due:
        return not_applicable(points, NO_MONTHS)
    of_fixed = share(points, 1, 5)
    held = facts.months_held(MeetingType.THEME_DAY) & due
    got, text, inputs = monthly(points - of_fixed, due, held)
    near_days = days_near(facts.fixed_day, facts.year, parameters["theme_day_shift_days"])
    if near_days is None:
        text += "；没有登记固定日" if not facts.fixed_day else "；固定日的写法无法识别"
    elif held:
        near = held & sum(1 << n for n in {d.month for d in facts.theme_days if d in near_days})
        got += share(of_fixed, near.bit_count(), held.bit_count())
        away = (held & ~near).bit_count()
        shift = parameters["theme_day_shift_days"]
        text += f"；{away} 次偏离固定日超过 {shift} 天" if away else "；均在固定日前后"
        inputs["near"] = near.bit_count()
    return Score(got, points, f"{text}，{earned(got, points)}", inputs)


@rule("C6")
def organizational_life_meeting(facts: Facts, parameters: Parameters, points: int) -> Score:
    """The yearly meeting of criticism, the talks before it, its lists, and the members talked
    with (支部工作条例 Arts 17, 19).
    """
    kind = MeetingType.DEMOCRATIC_LIFE if facts.kind == OrgKind.COMMITTEE else MeetingType.ORG_LIFE
    name, held = kind.label, kind in facts.yearly_held
    if not held and not facts.yearly_over:
        return not_due_yet(points, f"{name}可开到 {facts.records_until}，尚未到期")
    if facts.talks.talks or facts.talks.problems:
        return _life_meeting_on_record(facts, points, name, held)
    if not held:
        return Score(0, points, f"没有{name}记录，{earned(0, points)}", {"held": 0})
    base = share(points, 1, 2)
    given = facts.reviewed.get("C6")
    if given is None or given[0] is None:
        reason = (
            f"已召开{name}，得 {number(base)} 分；"
            f"谈心谈话、问题清单待评，先计 0 分，{earned(base, points)}"
        )
        return Score(base, points, reason, {"held": 1}, pending=True)
    got = min(max(given[0], base), points)
    why = given[1] and f"，审核：{given[1]}"
    return Score(
        got, points, f"已召开{name}{why}，{earned(got, points)}", {"held": 1}, origin="review"
    )


def _life_meeting_on_record(facts: Facts, points: int, name: str, held: bool) -> Score:
    """Score half for the meeting, a quarter for talks before and lists, one for the talks."""
    talks = facts.talks
    quarter = share(points, 1, 4)
    got, of = (points - 2 * quarter if held else 0), points
    words = [f"已召开{name}" if held else f"没有{name}记录"]
    lacking = [
        word
        for word, there in (
            ("会前谈话", talks.before),
            ("问题清单", talks.problems),
            ("整改清单（措施、责任人、时限齐全）", talks.planned),
        )
        if not there
    ]
    if held and not lacking:
        got += quarter
        words.append("会前谈话、问题清单和整改清单齐全")
    elif held:
        words.append(f"缺{'、'.join(lacking)}")
    should = talks.should or facts.members
    talked = min(talks.members, should)
    if not should:
        words.append("花名册里没有党员，谈话比例无法计算")
    elif talked < should and not facts.year_over:
        of -= quarter
        words.append(f"{should} 名党员中 {should - talked} 名还没有谈话记录，年内谈完即可，暂不计")
    else:
        got += share(quarter, talked, should)
        words.append(
            f"{should} 名党员中 {should - talked} 名没有谈话记录"
            if talked < should
            else f"{should} 名党员都有谈话记录"
        )
    inputs = {
        "held": int(held),
        "talks": talks.talks,
        "talked": talked,
        "should": should,
        "problems": talks.problems,
        "planned": talks.planned,
    }
    return Score(got, of, f"{'；'.join(words)}，{earned(got, of)}", inputs)


@rule("C7")
def member_evaluation(facts: Facts, parameters: Parameters, points: int) -> Score:
    """The yearly evaluation of members (党员教育管理工作条例 Art. 18).

    Where results of persons are on record they are counted; else the meeting is.
    """
    results = facts.evaluations
    if not results.rows and MeetingType.MEMBER_EVALUATION not in facts.yearly_held:
        if not facts.yearly_over:
            until = facts.records_until
            return not_due_yet(points, f"民主评议党员可开到 {until}，尚未到期")
        return Score(0, points, f"没有民主评议党员记录，{earned(0, points)}", {"held": 0})
    should = facts.evaluable
    if not should:
        return not_applicable(points, "没有应参加评议的正式党员")
    took_part = min(results.took_part if results.rows else facts.evaluated, should)
    got = share(points, took_part, should)
    text = (
        f"{should} 名正式党员全部参加"
        if took_part == should
        else f"应参加 {should} 名正式党员，参加 {took_part} 名"
    )
    inputs = {"due": should, "present": took_part, "excellent": results.excellent}
    part = parameters["excellent_part"]
    if results.excellent * part > results.took_part:
        got -= share(points, 1, 3)
        text += f"；优秀 {results.excellent} 名，超过参加人数的 {part} 分之一"
    without = results.took_part - results.graded if results.rows else 0
    if without > 0 or (not results.rows and facts.has_roster):
        got -= share(points, 1, 6)
        text += f"；{without} 名没有评定等次" if results.rows else "；没有按人登记结果"
    got = max(got, 0)
    return Score(got, points, f"{text}，{earned(got, points)}", inputs)


@rule("C8")
def attendance(facts: Facts, parameters: Parameters, points: int) -> Score:
    """Attendance pooled over assemblies, group meetings, lectures and theme days."""
    if not facts.due_months and not facts.due_quarters:
        return not_applicable(points, NO_MONTHS)
    due, present = facts.attendance_due, facts.attendance_present
    if not due:
        return Score(0, points, f"没有到会记录，{earned(0, points)}", {"due": 0, "present": 0})
    low, high = parameters["attendance_low"], parameters["attendance_full"]
    above = 100 * present - low * due
    if 100 * present >= high * due:
        got = points
    else:
        got = share(points, above, (high - low) * due) if above > 0 else 0
    percent = share(1000, present, due)
    text = f"应到 {due} 人次，实到 {present} 人次，出席率 {percent // 10}.{percent % 10}%"
    return Score(got, points, f"{text}，{earned(got, points)}", {"due": due, "present": present})
