"""三、取得的成效: the change against last year, honours, what people say."""

from __future__ import annotations

from activities.models import HonourLevel
from reports.writing.blocks import Paragraph, Section, Words, joined, words
from reports.writing.figures import OVER, PERCENT, POINTS, TEXT
from reports.writing.material import Material
from reports.writing.sections.basis import RATE

CONTENT = f"surveys.content{OVER}surveys.valid"


def results(m: Material) -> Section:
    """Return the section."""
    parts = {
        "与上年比较": _change(m),
        "各单元的变化": _rows(m),
        "示范水平": _highest(m),
        "表彰": _honours(m),
        "满意度调查": _content(m),
        "问题整改": _closed(m),
    }
    sentences = [sentence for sentence in parts.values() if sentence]
    if not sentences:
        sentences = [words("{}还没有可以比较的结果。", m.figure("fact.year", "年"))]
    gaps = [name for name, sentence in parts.items() if not sentence]
    return Section("results", "三、取得的成效", [Paragraph(sentences)], gaps)


def _change(m: Material) -> Words:
    moved = m.value("fact.change")
    if moved is None:
        return ()
    last = m.figure("fact.last_year", "年")
    if not moved:
        return words("{}达标率为{}，与{}持平。", m.whole, m.figure(RATE, PERCENT), last)
    return words(
        "{}达标率为{}，比{}{}{}。",
        m.whole,
        m.figure(RATE, PERCENT),
        last,
        m.figure("fact.change_word", TEXT),
        m.figure("fact.change", POINTS),
    )


def _rows(m: Material) -> Words:
    if m.value("fact.compared") < 2:
        return ()
    unit = m.board.short_word
    text = words(
        f"可比的{{}}{unit}中，{{}}上升",
        m.figure("fact.compared", "个"),
        m.figure("fact.risen", "个"),
    )
    if m.value("fact.risen"):
        text += words(
            "，其中{}升幅最大，上升{}",
            m.figure("fact.most_risen", TEXT),
            m.figure("fact.most_risen_points", POINTS),
        )
    return (*text, "。")


def _highest(m: Material) -> Words:
    if not m.value("fact.highest_names"):
        return ()
    return words(
        "{}达标率最高，为{}。",
        m.figure("fact.highest_names", TEXT),
        m.figure("fact.highest_rate", PERCENT),
    )


def _honours(m: Material) -> Words:
    if not m.value("honours.count"):
        return ()
    levels = [
        words(f"{level.label}级{{}}", m.figure(f"honours.count?level={level.value}", "项"))
        for level in (HonourLevel.NATION, HonourLevel.PROVINCE, HonourLevel.CITY)
        if m.value(f"honours.count?level={level.value}")
    ]
    text = words("党组织和党员获得各级表彰{}", m.figure("honours.count", "项"))
    return (*text, *(("，其中", *joined(levels)) if levels else ()), "。")


def _content(m: Material) -> Words:
    if not m.value("surveys.valid"):
        return ()
    return words(
        "开展师生和家长满意度调查{}，回收有效问卷{}，满意和非常满意的占{}。",
        m.figure("surveys.count", "次"),
        m.figure("surveys.valid", "份"),
        m.figure(CONTENT, PERCENT),
    )


def _closed(m: Material) -> Words:
    if not m.value("items.count"):
        return ()
    return words(
        "全年列入台账的整改问题{}，销号{}。",
        m.figure("items.count", "个"),
        m.figure("items_closed.count", "个"),
    )
