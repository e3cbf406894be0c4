"""Vetoes: single conditions that fail an organization (docs/readings.md, 9-17).

V1-V4 and V9 follow from the records, V5-V8 from findings with a document, V10 from the list
of weak organizations.
"""

from __future__ import annotations

from collections.abc import Callable

from activities.models import MeetingType
from assessments.facts.model import Facts
from assessments.rules.backing import counted_answers, pooled, rate_text
from assessments.rules.base import Parameters, months, months_text
from assessments.rules.setup import overdue_days
from orgs.models import OrgKind

# The sentence that raises the veto, or "" where it is not raised.
VetoRule = Callable[[Facts, Parameters], str]
VETOES: dict[str, VetoRule] = {}
# The vetoes that only a finding raises.
FINDINGS = {
    "V5": "弄虚作假",
    "V6": "违规发展党员",
    "V7": "严重违纪违法",
    "V8": "重大事件",
}

# 三会一课 and the theme day: any of them breaks a run of empty months.
_MEETINGS = (
    MeetingType.MEMBER_ASSEMBLY,
    MeetingType.BRANCH_COMMITTEE,
    MeetingType.GROUP,
    MeetingType.LECTURE,
    MeetingType.THEME_DAY,
)


def veto(*codes: str) -> Callable[[VetoRule], VetoRule]:
    """Register a function as the rule of the vetoes `codes`; a second one is refused."""

    def register(function: VetoRule) -> VetoRule:
        for code in codes:
            if code in VETOES:
                raise ValueError(f"veto {code} already has the rule {VETOES[code].__name__}")
            VETOES[code] = function
        return function

    return register


@veto("V1")
def term_long_over(facts: Facts, parameters: Parameters) -> str:
    """The term over for more than 180 days without an approved extension."""
    days = overdue_days(facts)
    if days is None or days <= parameters["overdue_days_major"]:
        return ""
    return f"本届任期至 {facts.term_end}，已超期 {days} 天，没有有效的延期批复。"


@veto("V2")
def secretary_vacant(facts: Facts, parameters: Parameters) -> str:
    """No secretary and nobody appointed to act for more than 90 days in a row."""
    gap = facts.secretary_vacancy
    if gap is None or gap <= parameters["secretary_vacancy_days"][2]:
        return ""
    return f"书记连续空缺 {gap} 天，没有指定临时负责人。"


@veto("V3")
def no_yearly_meeting(facts: Facts, parameters: Parameters) -> str:
    """No organizational-life meeting or no evaluation of members for the year."""
    if (
        facts.kind == OrgKind.GENERAL_BRANCH
        or not facts.yearly_over
        or facts.full_months < parameters["min_full_months"]
    ):
        return ""
    held = facts.yearly_held
    if facts.evaluations.graded:
        held |= {MeetingType.MEMBER_EVALUATION}
    if facts.kind == OrgKind.COMMITTEE:
        if MeetingType.DEMOCRATIC_LIFE in held or MeetingType.ORG_LIFE in held:
            return ""
        return f"{facts.year} 年度没有召开民主生活会或组织生活会。"
    missing = [
        str(kind.label)
        for kind in (MeetingType.ORG_LIFE, MeetingType.MEMBER_EVALUATION)
        if kind not in held
    ]
    return f"{facts.year} 年度没有开展{'、'.join(missing)}。" if missing else ""


@veto("V4")
def three_empty_months(facts: Facts, parameters: Parameters) -> str:
    """Three due months in a row without any valid meeting or theme day."""
    held = 0
    for kind in _MEETINGS:
        held |= facts.months_held(kind)
    wanted = parameters["empty_months"]
    run = 0
    for month in months(facts.due_months):
        if held >> month & 1:
            if run.bit_count() >= wanted:
                break
            run = 0
        else:
            run |= 1 << month
    if run.bit_count() < wanted:
        return ""
    return f"{months_text(run)}连续没有任何有效的三会一课或主题党日记录。"


def _finding(code: str, name: str) -> VetoRule:
    """Return the rule of a veto that a document of those above raises."""

    def confirmed(facts: Facts, parameters: Parameters) -> str:
        told = [
            f"{body} {day} 认定{name}（{document}）"
            for kind, day, document, body in facts.findings.confirmed
            if kind == code
        ]
        return f"{'；'.join(told)}。" if told else ""

    return confirmed


for _code, _name in FINDINGS.items():
    veto(_code)(_finding(_code, _name))


@veto("V9")
def satisfaction_low(facts: Facts, parameters: Parameters) -> str:
    """The rate of the valid surveys below 60 %; an invalid survey never raises it."""
    content, valid = pooled(counted_answers(facts, parameters))
    least = parameters["satisfaction_veto"]
    if not valid or 100 * content >= least * valid:
        return ""
    return f"有效满意率 {rate_text(content, valid)}（{content}/{valid} 份），低于 {least}%。"


@veto("V10")
def weak_organization(facts: Facts, parameters: Parameters) -> str:
    """On the list of weak organizations and not taken off on the check date."""
    found = facts.findings
    if found.weak_since is None:
        return ""
    return f"{found.weak_since} 列入软弱涣散党组织名单（{found.weak_document}），还没有撤销。"
