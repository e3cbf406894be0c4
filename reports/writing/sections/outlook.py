"""五、下一步打算: the dates of the next year, goals, who is close, terms that run out."""

from __future__ import annotations

from reports.writing.blocks import Block, Paragraph, Section, Words, words
from reports.writing.figures import OVER, PERCENT, PLUS, TEXT
from reports.writing.material import Material
from reports.writing.sections.basis import DUE, PASSED
from reports.writing.sections.problems import numbered

NEAR = "assessments.count?result=near3"
IF_NEAR = f"{PASSED}{PLUS}{NEAR}{OVER}{DUE}"


def outlook(m: Material) -> Section:
    """Return the section."""
    found = {
        "下一年度考评日程": _schedule(m),
        "接近达标的党组织": _near(m),
        "计划目标": _goals(m),
        "达标测算": _reaching(m),
        "计划措施": _open_measures(m),
        "届满换届": _ending(m),
    }
    sentences = [sentence for sentence in found.values() if sentence]
    gaps = [name for name, sentence in found.items() if not sentence]
    if sentences:
        opening = words("{}重点做好以下工作。", m.figure("fact.next_year", "年"))
        sentences = [opening, *numbered(sentences)]
    else:
        sentences = [
            words("还没有登记{}的考评日程、计划目标和任务。", m.figure("fact.next_year", "年"))
        ]
    # Each a paragraph: the last one goes with the signature.
    blocks: list[Block] = [Paragraph([sentence]) for sentence in sentences]
    return Section("outlook", "五、下一步打算", blocks, gaps)


def _schedule(m: Material) -> Words:
    if m.value("fact.scheduled?step=self_until") is None:
        return ()
    return words(
        "按日程组织标准化建设考评，{}前完成自评申报，{}前完成初审，{}前完成复核，{}前完成认定。",
        *(
            m.figure(f"fact.scheduled?step={step}", TEXT)
            for step in ("self_until", "first_until", "second_until", "decide_until")
        ),
    )


def _near(m: Material) -> Words:
    if not m.value(NEAR):
        return ()
    return words(
        "集中帮扶距达标线{}以内的{}党组织，全部达标后{}达标率可达到{}。",
        m.figure("fact.near_points", "分"),
        m.figure(NEAR, "个"),
        m.whole,
        m.figure(IF_NEAR, PERCENT),
    )


def _reaching(m: Material) -> Words:
    """Return what the planner says of the next goal."""
    if not m.value("fact.goal_need"):
        return ()
    said = words(
        "逐个落实整改，{}达标率达到{}还需{}党组织达标，",
        m.whole,
        m.figure("fact.goal", PERCENT),
        m.figure("fact.goal_need", "个"),
    )
    if m.value("fact.goal_fixes") is None:
        return said + words("其中能靠自身整改达标的有{}。", m.figure("fact.goal_able", "个"))
    return said + words(
        "按最省的组合要整改{}、补{}。",
        m.figure("fact.goal_fixes", "项"),
        m.figure("fact.goal_gain", "分"),
    )


def _goals(m: Material) -> Words:
    if not m.value("fact.plan_goals"):
        return ()
    return words("对照三年行动计划，实现目标：{}。", m.figure("fact.plan_goals", TEXT))


def _open_measures(m: Material) -> Words:
    if not m.value("fact.plan_open_measures"):
        return ()
    return words("推进计划中没有完成的措施：{}。", m.figure("fact.plan_open_measures", TEXT))


def _ending(m: Material) -> Words:
    ending = "terms_ending.count"
    if not m.value(ending):
        return ()
    return words(
        "提前部署{}届满的{}党组织换届，做到届满即换。",
        m.figure("fact.next_year", "年"),
        m.figure(ending, "个"),
    )
