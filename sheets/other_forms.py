"""Well-known tables of offices, by the headings that stand in them and in no other.

An official who sends one of these for another form is told what it looks like. A table
that has become a form of the system is recognised by its columns (`recognition`); its
entry here serves where the columns that form needs are missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sheets.normalise import fold

# Longer cells are sentences, not headings.
LONGEST = 15


@dataclass(frozen=True, slots=True)
class Lookalike:
    """A table by name, the pattern of its own headings, and how many of them must stand there."""

    name: str
    pattern: str
    at_least: int


LOOKALIKES = (
    Lookalike("三会一课统计表（按季度填次数）", r"^(第?[一二三四1-4]季度|[一二三四]季)$", 3),
    Lookalike("党费收缴台账", r"月应缴|月应交|应交党费|党费|实缴|实交|交纳比例|缴纳比例", 2),
    Lookalike(
        "入党积极分子、发展对象花名册",
        r"(申请入党|递交入党申请书?|列为入党积极分子|确定入党积极分子|列为积极分子|确定积极分子|"
        r"列为发展对象|确定发展对象|确定为发展对象|接收预备党员|支部大会通过)(时间|日期)|培养联系人",
        2,
    ),
    Lookalike(
        "发展党员情况统计表", r"^(入党)?(申请人|积极分子|发展对象|当年发展|年度发展)(数|人数)?$", 2
    ),
    Lookalike("问题整改台账", r"整改措施|整改时限|整改完成时限|整改进展|销号|具体问题|问题来源", 2),
    Lookalike(
        "民办学校“两个覆盖”统计表",
        r"组织覆盖|工作覆盖|党建指导员|是否建立党组织|组建方式|举办者",
        2,
    ),
    Lookalike(
        "中小学校党组织基本情况统计表（县级汇总）",
        r"^(学校数|党组织数|覆盖率|已建党组织学校数|已建党组织数|教职工数|党员数)$",
        3,
    ),
    Lookalike(
        "换届情况统计表",
        r"应换届(数|党组织数|支部数)|已换届(数|党组织数|支部数)|未换届(数|党组织数|支部数)|按期换届率",
        2,
    ),
    Lookalike("换届台账", r"未(按期)?换届原因|计划换届时间|延期(换届)?批(准|复)", 1),
    Lookalike("组织关系转接台账", r"转出(党组织|单位|支部)|转入(党组织|单位|支部)|介绍信", 2),
    Lookalike("达标率汇总表", r"^(应评(党组织)?数?|达标(党组织)?数?|达标率)(\(%\))?$", 2),
)


def lookalike(cells: Iterable[Any]) -> str:
    """Return the name of the well-known table the headings in `cells` belong to, or ""."""
    texts = {
        text for cell in cells if isinstance(cell, str) and 0 < len(text := fold(cell)) <= LONGEST
    }
    counts = [
        (sum(bool(re.search(known.pattern, text)) for text in texts) - known.at_least, known.name)
        for known in LOOKALIKES
    ]
    best = max(counts, key=lambda count: count[0])
    return best[1] if best[0] >= 0 else ""
