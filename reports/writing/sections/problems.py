"""四、存在的问题及改进措施: what the indicators show, and what the standard's remedies ask."""

from __future__ import annotations

from reports.sentences import NAMED
from reports.writing.blocks import Block, Paragraph, Section, Words, words
from reports.writing.facts import losing
from reports.writing.facts.rates import below
from reports.writing.figures import OVER, PERCENT, POINTS, TEXT, Figure
from reports.writing.material import Material
from reports.writing.sections.basis import DUE, PASSED

TOP = 3
ORDER = "一二三四五六七八九"


def problems(m: Material) -> Section:
    """Return the section."""
    found = {
        "失分指标": _losses(m),
        "落后单元": _lowest(m),
        "一票否决": _vetoes(m),
        "换届超期": _terms(m),
        "整改逾期": _overdue(m),
        "软弱涣散": _weak(m),
    }
    sentences = [sentence for sentence in found.values() if sentence]
    gaps = [name for name, sentence in found.items() if not sentence]
    if not sentences:
        text = words("{}的考评数据没有反映出突出问题。", m.figure("fact.year", "年"))
        return Section("problems", TITLE, [Paragraph([text])], gaps)
    blocks: list[Block] = [
        Paragraph([("对照评分标准，工作中还存在以下问题。",), *numbered(sentences)])
    ]
    if measures := _measures(m, found):
        blocks.append(Paragraph([("针对以上问题，采取以下改进措施。",), *numbered(measures)]))
    return Section("problems", TITLE, blocks, gaps)


TITLE = "四、存在的问题及改进措施"


def numbered(sentences: list[Words]) -> list[Words]:
    """Return the sentences with 一是, 二是 … before them."""
    return [
        (f"{ORDER[place]}是", *sentence) if place < len(ORDER) else sentence
        for place, sentence in enumerate(sentences)
    ]


def _losses(m: Material) -> Words:
    """Return the indicators that lose most, with their share lost and the organizations."""
    rows = [row for rank in range(1, TOP + 1) if (row := losing(m, rank))]
    if not rows:
        return ()
    parts: list[str | Figure] = []
    for rank, row in enumerate(rows, 1):
        code = row.indicator.code
        parts += [
            *(["；"] if rank > 1 else []),
            *words(
                "“{}”失分率{}，{}党组织失分",
                m.figure(f"fact.loss_name?rank={rank}", TEXT),
                m.figure(f"fact.loss_rate?code={code}", PERCENT),
                m.figure(f"assessments.count?code={code}&result=due", "个"),
            ),
        ]
    return ("有的指标失分集中，", *parts, "。")


def _lowest(m: Material) -> Words:
    """Return the lowest rows as the table of rates says them, each number bound."""
    parts: list[str | Figure] = []
    for row in below(m)[:NAMED]:
        where = "&".join(f"{key}={value}" for key, value in sorted(row.params.items()))
        passed, due = f"{PASSED}&{where}", f"{DUE}&{where}"
        parts += words(
            "{}{}达标率{}（{}/{}），低于{}{}",
            "；" if parts else "",
            row.name,
            m.figure(f"{passed}{OVER}{due}", PERCENT),
            m.figure(passed, ""),
            m.figure(due, ""),
            m.whole,
            m.figure(f"fact.gap?{where}", POINTS),
        )
        if m.value(f"fact.row_losses?{where}"):
            parts += words("，主要失分：{}", m.figure(f"fact.row_losses?{where}", TEXT))
    return ("各地发展不平衡，", *parts, "。") if parts else ()


def _vetoes(m: Material) -> Words:
    vetoed = "assessments.count?result=vetoed"
    if not m.value(vetoed):
        return ()
    text = words("{}党组织被一票否决", m.figure(vetoed, "个"))
    name, count = m.figure("fact.veto_name", TEXT), m.figure("fact.veto_count", "个")
    if count.value == m.value(vetoed):
        text += words("，情形为“{}”", name)
    elif count.value:
        text += words("，其中因“{}”的{}", name, count)
    return (*text, "。")


def _terms(m: Material) -> Words:
    over = "terms_over.count"
    return words("{}党组织届满没有按期换届。", m.figure(over, "个")) if m.value(over) else ()


def _overdue(m: Material) -> Words:
    late = "items_overdue.count"
    return words("{}整改问题逾期没有销号。", m.figure(late, "个")) if m.value(late) else ()


def _weak(m: Material) -> Words:
    weak = "weak.count"
    return words("有{}软弱涣散党组织正在整顿。", m.figure(weak, "个")) if m.value(weak) else ()


def _measures(m: Material, found: dict[str, Words]) -> list[Words]:
    """Return the measures that answer the problems found."""
    measures = []
    for rank in range(1, TOP + 1):
        if losing(m, rank):
            measures.append(
                words(
                    "针对“{}”，由{}负责，{}。",
                    m.figure(f"fact.loss_name?rank={rank}", TEXT),
                    m.figure(f"fact.remedy_by?rank={rank}", TEXT),
                    m.figure(f"fact.remedy?rank={rank}", TEXT),
                )
            )
    if found["落后单元"]:
        measures.append(
            words("对达标率低于{}的{}逐个帮扶。", m.whole, m.figure("fact.below_names", TEXT))
        )
    if found["一票否决"]:
        measures.append(("对被一票否决的党组织逐个制定整改方案，先解除否决情形，再补齐失分指标。",))
    if found["换届超期"]:
        measures.append(("督促届满的党组织限期换届，确需延期的按规定报批。",))
    if found["整改逾期"]:
        measures.append(("对逾期没有销号的问题挂牌督办，办结一个、销号一个。",))
    return measures
