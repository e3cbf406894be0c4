"""Notices: the results of a year (通报), and what each organization has to put right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from assessments.remedies import ADVICE, LIFTS
from reports.picks import DUE as IS_DUE
from reports.picks import PASSED as HAS_PASSED
from reports.writing.blocks import (
    Block,
    Document,
    PageBreak,
    Paragraph,
    Section,
    Signature,
    Table,
    Title,
    Words,
    words,
)
from reports.writing.cards import Card, card, deadline, failed, read_cards
from reports.writing.figures import OVER, PERCENT, POINTS, TEXT
from reports.writing.material import Material
from reports.writing.sections.basis import DUE, PASSED, RATE

VETOED = "assessments.count?result=vetoed"
NEARLY = "assessments.count?result=nearly"
# More organizations than these are not listed one by one in a notice of results.
LISTED = 300
# More notices than these come in several files.
TOGETHER = 200


class NothingToSay(Exception):
    """There is no result to give notice of; the sentence says why."""


def signature(m: Material) -> Signature:
    return Signature(m.signer, (m.figure("fact.today", TEXT),))


def basis_of(m: Material) -> Words:
    """Return what a notice rests on; a computed result is never given as a decided one."""
    if m.cycle and m.cycle.is_confirmed and m.cycle.document:
        return words("（认定文号：{}）", m.figure("fact.document", TEXT))
    if m.cycle and m.cycle.is_confirmed:
        return ()
    return ("（系统测算，未经认定，不得印发）",)


# 通报 ------------------------------------------------------------------------------------


def results_notice(m: Material) -> Document:
    """Return the notice of the results of a year; raises NothingToSay.

    Where the body has a number to send it out under (发文字号), that stands under the
    title, and the document the results rest on in the text.
    """
    _check(m)
    number: Words = ()
    if m.notice_number and m.cycle and m.cycle.is_confirmed:
        number = (m.figure("fact.notice_number", TEXT),)
    year = m.figure("fact.year", "年")
    label = m.scope.label
    text = words(
        "{}{}应参加标准化建设考评的基层党组织{}，达标{}，达标率为{}",
        year,
        m.whole,
        m.figure(DUE, "个"),
        m.figure(PASSED, "个"),
        m.figure(RATE, PERCENT),
    )
    if m.value("fact.change"):
        text += words(
            "，比上年{}{}",
            m.figure("fact.change_word", TEXT),
            m.figure("fact.change", POINTS),
        )
    rest = words("基本达标{}，被一票否决{}。", m.figure(NEARLY, "个"), m.figure(VETOED, "个"))
    blocks: list[Block] = [
        Paragraph([words("{}：", "、".join(row.name for row in m.board.rows))], flush=True),
        Paragraph(
            [words("现将{}标准化建设考评结果{}通报如下。", year, basis_of(m) if number else ())]
        ),
        Paragraph([(*text, "。"), rest]),
        ranking(m),
        Paragraph(
            [
                ("各单位要对照评分标准逐项整改，没有达标的党组织按整改通知书的要求和期限办理。",),
            ]
        ),
        signature(m),
        *_lists(m),
    ]
    return Document(
        title=f"关于{label}{m.year}年度基层党组织\n标准化建设考评结果的通报",
        under_title=number or basis_of(m),
        sections=[Section("notice", "", blocks)],
    )


def _check(m: Material) -> None:
    if m.cycle is None:
        raise NothingToSay(f"{m.year} 年度还没有建立考评年度，没有结果可以通报。")
    if not m.board.total.due:
        raise NothingToSay(f"{m.scope.label} {m.year} 年度没有应评的党组织，没有结果可以通报。")


def ranking(m: Material) -> Table:
    """Return the rows by rate, the best first; equal rates share a place."""
    rows = sorted(m.board.rows, key=lambda row: (row.rank is None, row.rank or 0))
    lines: list[list[Words]] = []
    for row in rows:
        where = "".join(f"&{key}={value}" for key, value in sorted(row.params.items()))
        place = m.figure(f"fact.place?{where.lstrip('&')}", TEXT)
        lines.append(
            [
                (row.name,),
                (m.figure(f"{DUE}{where}", ""),),
                (m.figure(f"{PASSED}{where}", ""),),
                (m.figure(f"{PASSED}{where}{OVER}{DUE}{where}", PERCENT),),
                (place,),
            ]
        )
    if len(rows) > 1:
        total = [(m.figure(DUE, ""),), (m.figure(PASSED, ""),), (m.figure(RATE, PERCENT),)]
        lines.append([("合计",), *total, ("",)])
    heads = (m.board.row_word, "应评（个）", "达标（个）", "达标率", "名次")
    note = words("注：达标率＝达标组织数÷应评组织数；名次按未取整的达标率，比率相同的并列。")
    return Table("各单元达标率排名", [(head,) for head in heads], lines, note, (10, 6, 6, 6, 6))


def _lists(m: Material) -> list[Block]:
    """Return who passed and who did not, where they are few enough to be read."""
    if m.board.total.due > LISTED:
        return []
    rows = m.context.assessments().filter(IS_DUE).order_by("jurisdiction__path")
    found: list[Block] = [PageBreak()]
    for title, condition, exclude in (
        ("达标的党组织", HAS_PASSED, False),
        ("没有达标的党组织", HAS_PASSED, True),
    ):
        chosen = rows.exclude(condition) if exclude else rows.filter(condition)
        names = list(
            chosen.values_list("organization__name", "jurisdiction__short_name").order_by(
                "jurisdiction__path", "organization__name"
            )
        )
        if names:
            lines: list[list[Words]] = [[(name,), (body or "",)] for name, body in names]
            found.append(Table(title, [("党组织",), ("管理主体",)], lines, (), (18, 10)))
    return found


# 整改通知书 --------------------------------------------------------------------------------


def rectification_notice(m: Material, organization: int) -> Document:
    """Return the notice of one organization that did not pass; raises KeyError."""
    return Document(
        title="标准化建设整改通知书",
        under_title=basis_of(m),
        sections=[Section("notice", "", _rectify(m, card(m, organization)))],
        file_stem=f"{card(m, organization).assessment.organization.short_name}整改通知书",
    )


def rectification_notices(m: Material) -> Document:
    """Return the notices of all that did not pass in the scope; raises NothingToSay."""
    _check_failed(m)
    return _together(m, read_cards(m), f"{m.scope.label}{m.year}年度整改通知书")


def rectification_files(m: Material) -> Iterator[Document]:
    """Yield the notices of the scope as files of at most `TOGETHER`, in the order of bodies.

    A file is of one reporting unit; each is written when it is asked for, and forgotten.
    Raises NothingToSay at once.
    """
    _check_failed(m)
    rows = failed(m).values_list("organization", "unit__unit_name")
    by_unit = groupby(list(rows), key=lambda row: row[1])
    return (
        _together(m, read_cards(m, part), f"{name or m.scope.label}{m.year}年度整改通知书{number}")
        for name, group in by_unit
        for number, part in _numbered([organization for organization, _ in group])
    )


def _numbered(keys: list[int]) -> list[tuple[str, list[int]]]:
    """Return the parts of one unit, numbered where there are several."""
    parts = [keys[at : at + TOGETHER] for at in range(0, len(keys), TOGETHER)]
    return [(f"（{n}）" if len(parts) > 1 else "", part) for n, part in enumerate(parts, 1)]


def _check_failed(m: Material) -> None:
    _check(m)
    if not failed(m).exists():
        raise NothingToSay(f"{m.scope.label} {m.year} 年度应评的党组织都已达标，没有要整改的。")


def _together(m: Material, cards: Iterable[Card], file_stem: str) -> Document:
    """Return several notices as one document, each on a page of its own."""
    sections = []
    for place, one in enumerate(cards):
        head: list[Block] = [Title("标准化建设整改通知书", basis_of(m))] if place else []
        blocks: list[Block] = [*([PageBreak()] if place else []), *head, *_rectify(m, one)]
        sections.append(Section(f"notice-{one.assessment.organization_id}", "", blocks))
    return Document(
        title="标准化建设整改通知书",
        under_title=basis_of(m),
        sections=sections,
        file_stem=file_stem,
    )


def _rectify(m: Material, one: Card) -> list[Block]:
    assessment = one.assessment
    key = assessment.organization_id

    def own(fact: str, form: str, **more: str):
        asked = "".join(f"&{name}={value}" for name, value in sorted(more.items()))
        return m.figure(f"fact.{fact}?organization={key}{asked}", form)

    result = words(
        "经{}标准化建设考评，你党组织得分{}，达标线为{}，结果为{}。",
        m.figure("fact.year", "年度"),
        own("card_final", "分"),
        m.figure("fact.pass_line", "分"),
        assessment.get_verdict_display() or "没有得分",
    )
    sentences: list[Words] = [result]
    for veto in assessment.vetoes:
        name = m.context.veto_names.get(veto["code"], "")
        lift = LIFTS.get(veto["code"], "")
        text = words("有一票否决情形“{}”：{}", name, own("card_veto", TEXT, code=veto["code"]))
        if lift and not any(letter.isdigit() for letter in lift):
            text += words("，解除办法：{}", lift)
        sentences.append((*text, "。"))
    if assessment.note:
        sentences.append(words("{}。", own("card_note", TEXT)))
    blocks: list[Block] = [
        Paragraph([(f"{assessment.organization.name}：",)], flush=True),
        Paragraph(sentences),
    ]
    if one.losses:
        blocks += [
            Paragraph([("失分指标和整改要求见下表。",)]),
            Table(
                "失分指标和整改要求",
                [(head,) for head in ("指标", "满分", "得分", "失分原因", "整改要求", "责任人")],
                [
                    [
                        (one.names.get(code, code),),
                        (own("card_full", "", code=code),),
                        (own("card_points", "", code=code),),
                        (own("card_reason", TEXT, code=code),),
                        (ADVICE[code].action if code in ADVICE else "对照评分标准补齐",),
                        (ADVICE[code].who if code in ADVICE else "党组织书记",),
                    ]
                    for code, _ in one.losses
                ],
                (),
                (7, 4, 4, 13, 8, 6),
            ),
        ]
    if deadline(m, key):
        blocks.append(
            Paragraph(
                [
                    words(
                        "请制定整改方案、落实责任人，于{}前完成整改并申请销号，逾期列入督办。",
                        own("card_deadline", TEXT),
                    )
                ]
            )
        )
    else:
        blocks.append(Paragraph([("结果认定以后确定整改期限。",)]))
    return [*blocks, signature(m)]
