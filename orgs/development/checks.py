"""The rules R45-R56 of developing members, each a pure function of the facts of a case.

    for check in checks(facts, today): print(check.words, check.state, check.sentence)

A rule says what was due until when and whether it was met. `met` None means still open:
only such a check changes as days pass, which is why it can be stored (services.py). No
ORM, no clock, no settings. "Within a month" is 31 days, longer periods end on the same
day of the later month or year (docs/readings.md, 22-26).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from orgs.development.calendar import (
    DAY,
    add_months,
    add_years,
    full_months,
    is_told,
    working_days,
)
from orgs.development.facts import CaseFacts, names_in

ADULT_AGE = 18
MONTH = 31 * DAY
NOTICE_DAYS = 5
TRAINING_DAYS, TRAINING_HOURS = 3, 24
# A due day this near is told as 将到期.
SOON_DAYS = 30

# The revised rules were published on this day; before it the edition of 2014 holds.
REVISED_ON = datetime.date(2026, 5, 18)


class State(StrEnum):
    """How a check stands on a day."""

    MET = "已满足"
    MISSED = "未满足"
    WAITING = "还没到期"
    SOON = "将到期"
    NOT_APPLICABLE = "不适用"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands: its article in the rules of 2014 and of 2026, or another text."""

    article_2014: str = ""
    article_2026: str = ""
    text: str = ""

    def on(self, day: datetime.date) -> str:
        """Return the source in the edition that held on `day`."""
        if self.text:
            return self.text
        if day >= REVISED_ON:
            return f"《中国共产党发展党员工作细则》（2026 年修订）{self.article_2026}"
        return f"《中国共产党发展党员工作细则》（2014 年）{self.article_2014}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule finds: the last day it may be met on (or was decided on), and whether."""

    sentence: str
    due_on: datetime.date | None = None
    met: bool | None = None
    applies: bool = True


@dataclass(frozen=True, slots=True)
class Check:
    """A rule applied to a case. `days_left` is negative once the due day is over."""

    code: str
    key: str
    words: str
    source: str
    state: State
    sentence: str
    due_on: datetime.date | None = None
    met: bool | None = None
    days_left: int | None = None


Find = Callable[[CaseFacts, datetime.date], Finding]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule with its number (domain table), its words, its source and what finds it."""

    code: str
    key: str
    words: str
    source: Source
    find: Find


RULES: dict[str, Rule] = {}


def rule(key: str, words: str, source: Source) -> Callable[[Find], Find]:
    """Register the function of a rule; `key` begins with its number, as in "R51-target"."""

    def register(find: Find) -> Find:
        RULES[key] = Rule(key.partition("-")[0], key, words, source, find)
        return find

    return register


def checks(facts: CaseFacts, today: datetime.date) -> list[Check]:
    """Return every rule applied to `facts` on `today`, in the order of the steps."""
    return list(_each(facts, today))


def _each(facts: CaseFacts, today: datetime.date) -> Iterator[Check]:
    for one in RULES.values():
        found = one.find(facts, today)
        met, due_on, applies, sentence = found.met, found.due_on, found.applies, found.sentence
        closed = facts.ended_on or (facts.confirmed_on and one.code != "R54")
        if applies and met is None and closed:
            # What was still open when the case closed is no longer asked for.
            applies, due_on, sentence = False, None, "培养已经结束，不再核对"
        state = state_on(met, due_on, today) if applies else State.NOT_APPLICABLE
        yield Check(
            one.code,
            one.key,
            one.words,
            one.source.on(due_on or today),
            state,
            sentence,
            due_on,
            met,
            (due_on - today).days if met is None and due_on else None,
        )


def state_on(met: bool | None, due_on: datetime.date | None, today: datetime.date) -> State:
    """Return the state of a check that applies."""
    if met is not None:
        return State.MET if met else State.MISSED
    if due_on is None:
        return State.WAITING
    if today > due_on:
        return State.MISSED
    return State.SOON if (due_on - today).days <= SOON_DAYS else State.WAITING


def _not_yet(sentence: str) -> Finding:
    """The step the rule is about has not begun."""
    return Finding(sentence, applies=False)


def _by(
    done: datetime.date | None, due: datetime.date, today: datetime.date, doing: str
) -> Finding:
    """Return what is found of something to be done by a day."""
    if done:
        if done <= due:
            return Finding(f"{done} {doing}，在期限 {due} 以内", due, True)
        return Finding(f"{done} {doing}，超过期限 {due} 共 {(done - due).days} 天", due, False)
    left = (due - today).days
    if left < 0:
        return Finding(f"期限 {due} 已过 {-left} 天，没有登记{doing}", due)
    return Finding(f"{due} 以前{doing}，还有 {left} 天", due)


# -- 申请入党 -----------------------------------------------------------------------------


@rule("R45", "申请时年满 18 岁", Source("第五条", "第五条"))
def age(facts: CaseFacts, today: datetime.date) -> Finding:
    """Whoever applies is eighteen."""
    adult = add_years(facts.birth_date, ADULT_AGE)
    if facts.applied_on >= adult:
        return Finding(f"{adult} 满 18 岁，{facts.applied_on} 申请", facts.applied_on, True)
    return Finding(f"{facts.applied_on} 申请时不满 18 岁，{adult} 才满", facts.applied_on, False)


@rule("R46", "申请后一个月内派人谈话", Source("第七条", "第七条"))
def first_talk(facts: CaseFacts, today: datetime.date) -> Finding:
    """The organization talks with the applicant within a month (31 days)."""
    return _by(facts.first_talk_on, facts.applied_on + MONTH, today, "派人谈话")


# -- 入党积极分子 -------------------------------------------------------------------------


@rule("R47", "培养联系人一至两名", Source("第九条", "第九条"))
def cultivators(facts: CaseFacts, today: datetime.date) -> Finding:
    """One or two full members look after an activist."""
    if facts.activist_on is None:
        return _not_yet("确定为入党积极分子后指定")
    names = names_in(facts.cultivators)
    if len(names) in (1, 2):
        return Finding(f"培养联系人 {len(names)} 名", facts.activist_on, True)
    if names:
        return Finding(f"培养联系人 {len(names)} 名，应为一至两名", facts.activist_on, False)
    if facts.target_on:
        return Finding("列为发展对象时还没有培养联系人", facts.activist_on, False)
    return Finding("还没有指定培养联系人")


@rule("R48", "每半年考察一次", Source("第十一条", "第十一条"))
def reviews(facts: CaseFacts, today: datetime.date) -> Finding:
    """An activist is reviewed each half-year: at least floor(months ÷ 6) times."""
    start, end = facts.activist_on, facts.target_on
    if start is None:
        return _not_yet("确定为入党积极分子后开始考察")
    held = sum(start <= day <= (end or today) for day in facts.reviews)
    if end:
        needed = full_months(start, end) // 6
        told = f"培养 {full_months(start, end)} 个月，应考察 {needed} 次，登记 {held} 次"
        return Finding(told, end, held >= needed)
    due = add_months(start, 6 * (held + 1))
    needed = full_months(start, today) // 6
    if today > due:
        return Finding(f"应考察 {needed} 次，登记 {held} 次；期限 {due} 已过", due)
    return Finding(f"已考察 {held} 次，下一次在 {due} 以前", due)


@rule("R49", "培养考察满一年", Source("第十三条", "第十三条"))
def cultivation(facts: CaseFacts, today: datetime.date) -> Finding:
    """A year of cultivation ends on the same day of the next year, not after 365 days."""
    if facts.activist_on is None:
        return _not_yet("确定为入党积极分子后起算")
    year = add_years(facts.activist_on, 1)
    if facts.target_on is None:
        told = "已经满一年" if today >= year else f"还有 {(year - today).days} 天"
        return Finding(f"{year} 满一年，{told}")
    if facts.target_on >= year:
        return Finding(f"{year} 满一年，{facts.target_on} 列为发展对象", facts.target_on, True)
    return Finding(
        f"{facts.target_on} 列为发展对象，{year} 才满一年，早了 {(year - facts.target_on).days} 天",
        facts.target_on,
        False,
    )


# -- 发展对象 -----------------------------------------------------------------------------


def _notice(
    first: datetime.date | None,
    last: datetime.date | None,
    step_on: datetime.date | None,
    *,
    required: bool,
) -> Finding:
    """Return what is found of a public notice before a step: five working days, then it."""
    if first is None or last is None:
        if step_on and required:
            return Finding("没有登记公示起止时间", step_on, False)
        if required:
            return Finding(f"还没有公示，不少于 {NOTICE_DAYS} 个工作日")
        return _not_yet("没有登记公示；本地要求公示的请补登")
    days = working_days(first, last)
    unknown = [str(y) for y in sorted({first.year, last.year}) if not is_told(y)]
    note = f"（{'、'.join(unknown)} 年放假安排没有录入，按周一至周五计）" if unknown else ""
    told = f"{first} 至 {last} 公示 {days} 个工作日{note}"
    if days < NOTICE_DAYS:
        return Finding(f"{told}，少于 {NOTICE_DAYS} 个", last, False)
    if step_on and last > step_on:
        return Finding(f"{told}，{step_on} 还没有期满", last, False)
    return Finding(told, last, True)


@rule("R51-target", "发展对象公示 5 个工作日", Source("第十三条（公示按地方规定）", "第十三条"))
def target_notice(facts: CaseFacts, today: datetime.date) -> Finding:
    """The notice before somebody is listed as a development target."""
    if facts.activist_on is None:
        return _not_yet("拟列为发展对象时公示")
    return _notice(facts.target_notice_from, facts.target_notice_to, facts.target_on, required=True)


@rule("R52", "入党介绍人两名", Source("第十四条", "第十四条"))
def sponsors(facts: CaseFacts, today: datetime.date) -> Finding:
    """Two full members sponsor a development target."""
    if facts.target_on is None:
        return _not_yet("列为发展对象后确定")
    names = names_in(facts.sponsors)
    if len(names) == 2:
        return Finding("入党介绍人 2 名", facts.target_on, True)
    if facts.admitted_on or len(names) > 2:
        day = facts.admitted_on or facts.target_on
        return Finding(f"入党介绍人 {len(names)} 名，应为 2 名", day, False)
    return Finding(f"入党介绍人 {len(names)} 名，应为 2 名")


@rule("R50", "集中培训 3 天或 24 学时", Source("第十七条", "第十七条"))
def training(facts: CaseFacts, today: datetime.date) -> Finding:
    """A short training of at least three days or 24 class hours, before the branch meeting."""
    if facts.target_on is None:
        return _not_yet("列为发展对象后培训")
    days, hours = facts.training_days or 0, facts.training_hours or 0
    enough = days >= TRAINING_DAYS or hours >= TRAINING_HOURS
    told = "、".join(text for text, n in ((f"{days} 天", days), (f"{hours} 学时", hours)) if n)
    told = f"培训 {told}" if told else "没有登记培训"
    meeting, on = facts.admitted_on, facts.training_on
    if enough and not (meeting and on and on > meeting):
        day = on or meeting
        return Finding(f"{on} {told}" if on else told, day, True if day else None)
    if meeting:
        late = f"，{meeting} 支部大会以后才结业" if enough else ""
        return Finding(f"{told}{late or '，应有 3 天或 24 学时'}", meeting, False)
    return Finding(f"{told}，接收以前应有 3 天或 24 学时")


# -- 接收预备党员 -------------------------------------------------------------------------


@rule("R53", "预审合格后一个月内开支部大会", Source("第二十条", "第十九条"))
def branch_meeting(facts: CaseFacts, today: datetime.date) -> Finding:
    """The branch meeting discusses the admission within a month (31 days) of the pre-review."""
    if facts.pre_review_on is None:
        if facts.admitted_on:
            return Finding("没有登记上级党委预审时间", facts.admitted_on, False)
        return _not_yet("上级党委预审后起算")
    return _by(facts.admitted_on, facts.pre_review_on + MONTH, today, "召开支部大会讨论")


@rule("R51-admission", "接收前公示 5 个工作日", Source(text="地方规定"))
def admission_notice(facts: CaseFacts, today: datetime.date) -> Finding:
    """A notice before the admission, where the place asks for one."""
    return _notice(
        facts.admission_notice_from, facts.admission_notice_to, facts.admitted_on, required=False
    )


@rule("R54-admission", "支部大会后三个月内审批", Source("第二十六条", "第二十五条"))
def approval(facts: CaseFacts, today: datetime.date) -> Finding:
    """The superior committee decides within three months, for a special reason within six."""
    if facts.admitted_on is None:
        return _not_yet("支部大会通过后起算")
    months = 6 if facts.approval_is_special else 3
    return _by(facts.approved_on, add_months(facts.admitted_on, months), today, "完成审批")


# -- 教育考察和转正 -----------------------------------------------------------------------


def probation_end(facts: CaseFacts) -> datetime.date | None:
    """Return the day the probation is over: a year from the branch meeting, or extended."""
    if facts.admitted_on is None:
        return None
    return facts.extended_to or add_years(facts.admitted_on, 1)


@rule("R55", "预备期满才能转正", Source("第三十二条", "第三十一条"))
def probation(facts: CaseFacts, today: datetime.date) -> Finding:
    """The probation lasts a year from the branch meeting, or as long as it was extended."""
    end = probation_end(facts)
    if end is None:
        return _not_yet("支部大会通过后起算")
    done = facts.confirmed_on
    if done is None:
        told = "已经期满" if today >= end else f"还有 {(end - today).days} 天"
        return Finding(f"预备期 {end} 满，{told}")
    if done >= end:
        return Finding(f"预备期 {end} 满，{done} 转正", done, True)
    return Finding(f"{done} 转正，预备期 {end} 才满", done, False)


@rule("R55-discussion", "期满后一个月内讨论转正", Source("第三十二条", "第三十一条"))
def discussion(facts: CaseFacts, today: datetime.date) -> Finding:
    """The branch discusses the confirmation in time: within a month (31 days) of the end."""
    end = probation_end(facts)
    if end is None:
        return _not_yet("预备期满后起算")
    done = facts.confirmation_meeting_on or facts.confirmed_on
    return _by(done, end + MONTH, today, "讨论转正")


@rule("R55-extension", "延长预备期半年至一年", Source("第三十二条", "第三十一条"))
def extension(facts: CaseFacts, today: datetime.date) -> Finding:
    """The probation may be extended once, by half a year at least and a year at most."""
    if facts.extended_to is None or facts.admitted_on is None:
        return _not_yet("没有延长预备期")
    end = add_years(facts.admitted_on, 1)
    shortest, longest = add_months(end, 6), add_years(end, 1)
    fits = shortest <= facts.extended_to <= longest
    return Finding(
        f"由 {end} 延长至 {facts.extended_to}，应在 {shortest} 至 {longest} 之间"
        if not fits
        else f"由 {end} 延长至 {facts.extended_to}",
        facts.extended_on or end,
        fits,
    )


@rule("R51-confirmation", "转正前公示 5 个工作日", Source(text="地方规定"))
def confirmation_notice(facts: CaseFacts, today: datetime.date) -> Finding:
    """A notice before the confirmation, where the place asks for one."""
    meeting = facts.confirmation_meeting_on or facts.confirmed_on
    return _notice(
        facts.confirmation_notice_from, facts.confirmation_notice_to, meeting, required=False
    )


@rule("R54-confirmation", "转正决议三个月内审批", Source("第三十四条", "第三十三条"))
def confirmation_approval(facts: CaseFacts, today: datetime.date) -> Finding:
    """The superior committee decides on the confirmation within three months."""
    if facts.confirmation_meeting_on is None:
        return _not_yet("支部大会讨论转正后起算")
    due = add_months(facts.confirmation_meeting_on, 3)
    return _by(facts.confirmation_approved_on, due, today, "审批转正")


@rule("R56", "党龄从转正起算", Source(text="《中国共产党章程》第七条"))
def party_age(facts: CaseFacts, today: datetime.date) -> Finding:
    """Party age counts from the confirmation."""
    if facts.confirmed_on is None:
        return _not_yet("转正后起算")
    return Finding(f"党龄从 {facts.confirmed_on} 起算", facts.confirmed_on, True)
