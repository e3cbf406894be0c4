"""二、主要做法: how the work is led, members taught, life held, and teaching joined to it.

A sentence is written only where there are records of it; what is missing stands in `gaps`.
"""

from __future__ import annotations

from activities.models import MeetingType
from reports.writing.blocks import Block, Heading, Paragraph, Section, Words, joined, words
from reports.writing.figures import OVER, PEOPLE, PERCENT, TEXT
from reports.writing.material import Material

LIFE = (
    (MeetingType.MEMBER_ASSEMBLY, "支部党员大会"),
    (MeetingType.BRANCH_COMMITTEE, "支部委员会会议"),
    (MeetingType.GROUP, "党小组会"),
    (MeetingType.LECTURE, "党课"),
)
_NUMBERS = "一二三四五六七八九"


def practice(m: Material) -> Section:
    """Return the section."""
    parts = (
        ("健全领导机制，层层压实责任", _leading),
        ("抓实教育培训，严把党员入口", _members),
        ("规范组织生活，发挥党员作用", _life),
        ("党建融入教学，促进学校发展", _teaching),
    )
    blocks: list[Block] = []
    gaps: list[str] = []
    for title, write in parts:
        found = write(m)
        gaps += [gap for gap, sentence in found.items() if not sentence]
        sentences = [sentence for sentence in found.values() if sentence]
        if sentences:
            number = _NUMBERS[sum(isinstance(block, Heading) for block in blocks)]
            blocks += [Heading(f"（{number}）{title}", 2), Paragraph(sentences)]
    if not blocks:
        year = m.figure("fact.year", "年")
        blocks.append(Paragraph([words("{}还没有这方面的记录。", year)]))
    return Section("practice", "二、主要做法", blocks, gaps)


def _leading(m: Material) -> dict[str, Words]:
    year = m.figure("fact.year", "年")
    return {
        "领导小组": _group(m),
        "领导小组会议": words(
            "{}各级领导小组召开会议{}，研究学校党建工作。",
            year,
            m.figure("group_meetings.count", "次"),
        )
        if m.value("group_meetings.count")
        else (),
        "三年行动计划": _plan(m),
        "党建工作例会": _meetings(m),
        "检查督查": words(
            "组织检查督查{}，走访党组织{}。",
            m.figure("inspections.count", "次"),
            m.figure("visits.people", "个"),
        )
        if m.value("inspections.count")
        else (),
    }


def _group(m: Material) -> Words:
    if not m.value("fact.group_name"):
        return ()
    head = m.value("fact.group_head")
    text = words("成立{}", m.figure("fact.group_name", TEXT))
    if m.value("fact.group_document"):
        text += words("（{}）", m.figure("fact.group_document", TEXT))
    if head:
        text += words("，由{}担任组长", m.figure("fact.group_head", TEXT))
    schools = "leading_groups.count?level=school"
    if m.value(schools):
        text += words("；有{}学校成立了校级领导小组", m.figure(schools, "所"))
    return (*text, "。")


def _plan(m: Material) -> Words:
    if not m.value("fact.plan_title"):
        return ()
    text = words("实施《{}》", m.figure("fact.plan_title", TEXT))
    if m.value("fact.plan_document"):
        text += words("（{}）", m.figure("fact.plan_document", TEXT))
    if m.value("plan_measures.count"):
        text += words(
            "，各级行动计划列入措施{}，已完成{}",
            m.figure("plan_measures.count", "项"),
            m.figure("plan_measures_done.count", "项"),
        )
    return (*text, "。")


def _meetings(m: Material) -> Words:
    if not m.value("work_meetings.count"):
        return ()
    text = words("全年召开党建工作例会{}", m.figure("work_meetings.count", "次"))
    if m.value("work_tasks.count"):
        text += words(
            "，布置任务{}，已办结{}",
            m.figure("work_tasks.count", "项"),
            m.figure("work_tasks_done.count", "项"),
        )
    return (*text, "。")


def _members(m: Material) -> dict[str, Words]:
    return {
        "教育培训": words(
            "举办集中培训、专题讲座、在线学习等教育培训{}，共{}。",
            m.figure("trainings.count", "期"),
            m.figure("trainings.hours", "学时"),
        )
        if m.value("trainings.count")
        else (),
        "党员学时": words(
            "参加学习的党员{}，累计{}。",
            m.figure("training_hours.people", PEOPLE),
            m.figure("training_hours.hours", "学时"),
        )
        if m.value("training_hours.count")
        else (),
        "发展党员": words(
            "坚持标准、履行程序，全年接收预备党员{}，其中教师{}，占{}。",
            m.figure("admitted.count", "名"),
            m.figure("admitted.count?is_teacher=True", "名"),
            m.figure(f"admitted.count?is_teacher=True{OVER}admitted.count", PERCENT),
        )
        if m.value("admitted.count")
        else (),
        "入党积极分子": words(
            "在册培养的入党积极分子和发展对象{}，其中教师{}。",
            m.figure("activists.count", "名"),
            m.figure("activists.count?is_teacher=True", "名"),
        )
        if m.value("activists.count")
        else (),
    }


def _life(m: Material) -> dict[str, Words]:
    held = [
        words(f"{label}{{}}", m.figure(f"meetings.count?type={kind}", "次"))
        for kind, label in LIFE
        if m.value(f"meetings.count?type={kind}")
    ]
    theme = f"meetings.count?type={MeetingType.THEME_DAY}"
    return {
        "三会一课": words("落实“三会一课”制度，开展{}。", joined(held)) if held else (),
        "主题党日": words("开展主题党日{}。", m.figure(theme, "次")) if m.value(theme) else (),
        "志愿服务": _volunteering(m),
    }


def _volunteering(m: Material) -> Words:
    if not m.value("volunteerings.count"):
        return ()
    text = words("组织党员志愿服务{}", m.figure("volunteerings.count", "场"))
    if m.value("volunteer_hours.count"):
        text += words(
            "，参加党员{}，服务{}",
            m.figure("volunteer_hours.people", PEOPLE),
            m.figure("volunteer_hours.hours", "小时"),
        )
    return (*text, "。")


def _teaching(m: Material) -> dict[str, Words]:
    good = "secretary_reviews.count?result=good"
    return {
        "党组织书记": _secretaries(m),
        "书记述职评议": words(
            "{}党组织书记参加述职评议，评为“好”的{}。",
            m.figure("secretary_reviews.count", "名"),
            m.figure(good, "名"),
        )
        if m.value("secretary_reviews.count")
        else (),
        "双培工程": _pairs(m),
        "党员先锋岗": words("在教学和服务一线设立党员先锋岗{}。", m.figure("pioneers.count", "个"))
        if m.value("pioneers.count")
        else (),
    }


def _secretaries(m: Material) -> Words:
    if not m.value("secretaries.count"):
        return ()
    text = words("配备党组织书记{}", m.figure("secretaries.count", "名"))
    principals = "secretaries.count?is_principal=True"
    if m.value(principals):
        text += words("，其中由校长兼任{}", m.figure(principals, "名"))
    return (*text, "。")


def _pairs(m: Material) -> Words:
    if not m.value("pairs.count"):
        return ()
    text = words("实施“双培”工程，结对培养{}", m.figure("pairs.count", "名"))
    ends = [
        words(f"{{}}{label}", m.figure(f"pairs.count?result={result}", "名"))
        for result, label in (("joined", "骨干教师入党"), ("backbone", "党员成长为骨干教师"))
        if m.value(f"pairs.count?result={result}")
    ]
    return (*text, *(("，已有", *joined(ends)) if ends else ()), "。")
