"""The cheapest way for one organization to pass: which fixes, and what they add up to.

Pure functions: numbers in, a plan out; no database and no clock. What a fix takes is
told by `ADVICE` and `LIFTS`, keyed by the codes of the default standard; a code that
is not there is dealt with like a reviewed item of that name.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import accumulate
from typing import NamedTuple

CENT = Decimal("0.01")

# What a fix takes. The plan with the smallest sum is the cheapest: a habit of a whole
# year is worth two decisions, a decision two papers.
MATERIAL = 1  # papers, postings, records that only have to be brought
DECISION = 2  # an election, an appointment, an approval, rectification work
PRACTICE = 4  # something done regularly; months gone by cannot be made good


class Advice(NamedTuple):
    """What to do for one indicator, who does it, and what it takes."""

    action: str
    who: str
    effort: int


SECRETARY = "支部书记"
ADVICE = {
    "A1": Advice("按党员人数调整设置形式，或补报设置批复", "党组织书记", DECISION),
    "A2": Advice("完成换届，或报批延期", "党组织书记", DECISION),
    "A3": Advice("补选空缺的委员", "党组织书记", DECISION),
    "A4": Advice("划分党小组，每名党员编入一个小组", SECRETARY, MATERIAL),
    "B1": Advice("及时补选缺额，或报批临时负责人", "上级党组织", PRACTICE),
    "B2": Advice("书记和校长按条件交叉任职", "上级党组织", DECISION),
    "B3": Advice("书记和委员补足培训学时", "党组织书记", PRACTICE),
    "B4": Advice("上下半年各专题研究一次党建", "党组织书记", PRACTICE),
    "B5": Advice("完成书记述职评议并取得结果", "党组织书记", DECISION),
    "C1": Advice("按期召开党员大会", SECRETARY, PRACTICE),
    "C2": Advice("按月召开委员会会议", SECRETARY, PRACTICE),
    "C3": Advice("各党小组按月开会", "党小组组长", PRACTICE),
    "C4": Advice("按期上党课，书记每年至少讲一次", SECRETARY, PRACTICE),
    "C5": Advice("按月在固定日开展主题党日", SECRETARY, PRACTICE),
    "C6": Advice("开好组织生活会，与每名党员谈心谈话", SECRETARY, DECISION),
    "C7": Advice("全体正式党员参加民主评议", SECRETARY, DECISION),
    "C8": Advice("提高到会率，请假先报批", SECRETARY, PRACTICE),
    "D1": Advice("党员补足年度学时", SECRETARY, PRACTICE),
    "D2": Advice("安排新党员参加集中培训", "党组织书记", DECISION),
    "D3": Advice("按月收缴党费并公示", "组织委员", PRACTICE),
    "D4": Advice("办结超期的组织关系转接", "组织委员", DECISION),
    "D5": Advice("按季联系流动党员，查找失联党员", "组织委员", PRACTICE),
    "D6": Advice("补齐党员档案和信息", "组织委员", MATERIAL),
    "E1": Advice("按程序和时限发展党员", "组织委员", PRACTICE),
    "E2": Advice("培养入党积极分子", "组织委员", DECISION),
    "E3": Advice("提高教师在新发展党员中的比例", "组织委员", PRACTICE),
    "F1": Advice("建立双培台账并开展结对", "党组织书记", DECISION),
    "F2": Advice("设立党员先锋岗并年审", SECRETARY, MATERIAL),
    "F3": Advice("组织志愿服务，每名党员至少两次", SECRETARY, PRACTICE),
    "F4": Advice("补齐融合项目的计划、过程和成效材料", "学校教务处", MATERIAL),
    "F5": Advice("每学期研究意识形态与师德师风", "党组织书记", MATERIAL),
    "G1": Advice("补齐活动阵地", "学校总务处", MATERIAL),
    "G2": Advice("列入年度党建经费预算，明确党务工作者", "学校校长", MATERIAL),
    "G3": Advice("补齐台账资料", SECRETARY, MATERIAL),
    "G4": Advice("重新开展满意度调查", "党组织书记", DECISION),
    "G5": Advice("按期销号整改问题", "党组织书记", DECISION),
}

# Vetoes whose lifting brings back the points of an indicator as well.
REGAINS = {"V1": "A2", "V9": "G4"}
# Vetoes no work of the organization lifts: the body that found them has to withdraw them.
FOUND_ABOVE = frozenset({"V5", "V6", "V7", "V8"})
# What lifts each veto.
LIFTS = {
    "V1": "完成换届，或取得延期批复",
    "V2": "选举或任命书记，或下文明确临时负责人",
    "V3": "补开组织生活会和民主评议；已经开展的，补录后报管理主体认可",
    "V4": "已经开展的，补录后报管理主体认可；没有开展的，下一年度起按月开展",
    "V5": "认定机关撤销弄虚作假的认定",
    "V6": "认定机关撤销违规发展的认定",
    "V7": "认定机关撤销该项认定；处分影响期内不能解除",
    "V8": "认定机关撤销该项认定",
    "V9": "重新开展满意度调查，满意率不低于 60%",
    "V10": "完成整顿，由上级党组织撤销软弱涣散名单",
}


@dataclass(frozen=True, slots=True)
class Item:
    """An applicable indicator of one scorecard.

    `origin` is that of `Score`; `note` the sentence that explains the loss.
    """

    code: str
    name: str
    points: Decimal
    of: Decimal
    origin: str = "rule"
    is_pending: bool = False
    note: str = ""

    @property
    def lost(self) -> Decimal:
        return max(self.of - self.points, Decimal(0))


@dataclass(frozen=True, slots=True)
class Fix:
    """One step of a plan: what to do, by whom, and what it brings.

    `lifts` marks the lifting of a veto, or of a condition where `code` is empty; such
    a step may bring points too.
    """

    code: str
    name: str
    action: str
    who: str
    gain: Decimal = Decimal(0)
    note: str = ""
    lifts: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """Vetoes to lift, then fixes, and the score they lead to.

    `gain` is the sum of the fixes' points; `reached` the final score after them;
    `passes` tells whether that is the line or more with every veto lifted. `spare` is
    the largest loss the plan leaves aside.
    """

    fixes: Sequence[Fix]
    earned: Decimal
    full: Decimal
    gain: Decimal
    reached: Decimal
    passes: bool
    spare: Fix | None = None

    @property
    def lifts(self) -> int:
        """How many of the steps lift a veto or a condition."""
        return sum(fix.lifts for fix in self.fixes)

    @property
    def new_earned(self) -> Decimal:
        return self.earned + self.gain


def final_score(earned: Decimal, full: Decimal) -> Decimal:
    """Return 100 × earned ÷ full with two decimals, half up; see docs/readings.md, 21."""
    if not full:
        return Decimal("0.00")
    return (100 * earned / full).quantize(CENT, ROUND_HALF_UP)


def hundredths_needed(earned: int, full: int, line: int) -> int:
    """Return the fewest hundredths of a point that lift the rescaled score to `line`.

    All in hundredths. The score is rounded half up, so it reaches the line a little before
    the exact one does: 2 × 10000 × (earned + n) + full ≥ 2 × full × line.
    """
    return max(-(-full * (2 * line - 1) // 20_000) - earned, 0)


def points_needed(earned: Decimal, full: Decimal, line: Decimal) -> Decimal:
    """Return the fewest points, in hundredths, that lift the rescaled score to `line`."""
    whole = (int(value * 100) for value in (earned, full, line))
    return Decimal(hundredths_needed(*whole)).scaleb(-2)


def advise(item: Item) -> Advice:
    """Return what to do about `item`: its own advice, or that of its kind of score."""
    known = ADVICE.get(item.code)
    if item.is_pending:
        who = known.who if known else "党组织书记"
        return Advice(f"报送“{item.name}”材料，由管理主体评审", who, MATERIAL)
    if item.origin == "rollup":
        return Advice(f"督促所属党支部补足“{item.name}”", "党组织书记", PRACTICE)
    return known or Advice(f"补齐“{item.name}”", "党组织书记", MATERIAL)


@cache
def effort_of(code: str, origin: str = "rule", is_pending: bool = False) -> int:
    """Return what a fix of an indicator takes (`advise`)."""
    return advise(Item(code, "", Decimal(0), Decimal(0), origin, is_pending)).effort


def least(losses: Sequence[tuple[int, int]], need: int) -> list[int]:
    """Return the places of those `losses` (effort, points) that give `need` at the least effort.

    The sum of efforts is least, then the gain largest; all places if they do not suffice.
    Exact: among fixes of the same effort, one left aside that gives more can always take the
    place of a chosen one, so that only the largest of each effort need be tried. Of n fixes of
    the easiest effort just so many are taken as the harder ones leave to be found; there are
    three efforts, so some n² combinations are tried, not 2ⁿ.
    """
    if need <= 0:
        return []
    by_effort: dict[int, list[int]] = {}
    for place, (effort, points) in enumerate(losses):
        if points > 0:
            by_effort.setdefault(effort, []).append(place)
    efforts = sorted(by_effort)
    gains = []
    for effort in efforts:
        by_effort[effort].sort(key=lambda place: -losses[place][1])
        gains.append([0, *accumulate(losses[place][1] for place in by_effort[effort])])
    if sum(gain[-1] for gain in gains) < need:
        return sorted(place for places in by_effort.values() for place in places)
    # Effort, points still missing (below nothing: to spare), how many of each effort.
    best: tuple[int, int, tuple[int, ...]] = (sum(effort for effort, _ in losses) + 1, 0, ())

    easiest, easy = efforts[0], gains[0]

    def search(level: int, effort: int, missing: int, taken: tuple[int, ...]) -> None:
        nonlocal best
        if not level:
            count = bisect_left(easy, missing)
            # Most ways are dearer than the best so far: nothing is made of them.
            if count < len(easy) and (total := effort + easiest * count) <= best[0]:
                best = min(best, (total, missing - easy[count], (count, *taken)))
            return
        step = efforts[level]
        for count, gained in enumerate(gains[level]):
            if effort > best[0]:
                return
            search(level - 1, effort, missing - gained, (count, *taken))
            # More of this effort than suffices is only dearer.
            if gained >= missing:
                return
            effort += step

    search(len(efforts) - 1, 0, need, ())
    taken = best[2]
    return sorted(
        place
        for effort, count in zip(efforts, taken, strict=True)
        for place in by_effort[effort][:count]
    )


def cheapest(items: Iterable[Item], need: Decimal) -> list[Item]:
    """Return the items whose fixes give `need` points or more at the least effort (`least`)."""
    items = list(items)
    losses = [(advise(item).effort, int(item.lost * 100)) for item in items]
    return [items[place] for place in least(losses, int(need * 100))]


def _fix(item: Item) -> Fix:
    advice = advise(item)
    return Fix(item.code, item.name, advice.action, advice.who, item.lost, item.note)


def plan(
    items: Sequence[Item],
    *,
    line: Decimal,
    vetoes: Sequence[tuple[str, str, str]] = (),
    condition: str = "",
) -> Plan:
    """Return the cheapest plan that brings the score to `line`, vetoes first.

    `items` are the applicable indicators, `vetoes` the triggered ones as (code, name,
    reason), `condition` a further reason why a sufficient score does not pass (such as
    too few branches that passed). With the line already reached and nothing to lift
    the plan has no steps.
    """
    earned = sum((item.points for item in items), Decimal(0))
    full = sum((item.of for item in items), Decimal(0))
    by_code = {item.code: item for item in items}
    fixes, used = [], []
    for code, name, reason in vetoes:
        regained = by_code.get(REGAINS.get(code, ""))
        if regained:
            used.append(regained)
        points = regained.lost if regained else Decimal(0)
        action = LIFTS.get(code, f"解除“{name}”")
        fixes.append(Fix(code, name, action, "", points, reason, lifts=True))
    if condition:
        action = "提高所属党支部的达标比例"
        fixes.append(Fix("", "", action, "党组织书记", note=condition, lifts=True))
    regained_points = sum((item.lost for item in used), Decimal(0))
    others = [item for item in items if item not in used]
    chosen = cheapest(others, points_needed(earned + regained_points, full, line)) if full else []
    gain = regained_points + sum((item.lost for item in chosen), Decimal(0))
    fixes += [_fix(item) for item in sorted(chosen, key=lambda item: -item.lost)]
    left = [item for item in others if item.lost > 0 and item not in chosen]
    reached = final_score(earned + gain, full)
    return Plan(
        fixes=fixes,
        earned=earned,
        full=full,
        gain=gain,
        reached=reached,
        passes=bool(full) and reached >= line,
        spare=_fix(max(left, key=lambda item: item.lost)) if left else None,
    )
