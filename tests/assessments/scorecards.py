"""A standard of 36 indicators and one scorecard with figures to count by hand.

76.84 of 93 applicable points: 82.62, that is 2.38 below the line of 85.
"""

import datetime
from decimal import Decimal

from django.utils import timezone

from activities.models import Meeting
from assessments.models import (
    Assessment,
    Cycle,
    Indicator,
    Scorecard,
    Standard,
    Verdict,
    Veto,
)
from assessments.scores import Score, ScoreTexts, scorecard_text, spaced
from schools.models import Jurisdiction

DATE = datetime.date
CATEGORIES = {
    "A": "组织设置",
    "B": "班子建设",
    "C": "组织生活",
    "D": "党员教育管理",
    "E": "发展党员",
    "F": "作用发挥与融合",
    "G": "基础保障与满意度",
}
MANUAL = {"B5", "D6", "F4", "F5", "G1", "G3"}
# Code, name, points (None: not applicable), full points, reason.
LINES = [
    ("A1", "设置形式规范", "4.00", 4, "正式党员 13 名，设支部与人数相符。"),
    ("A2", "按期换届", "4.00", 4, "本届任期至 2027-05-20，未到期。"),
    ("A3", "班子职数与分工", "2.00", 3, "支委 5 名，纪检委员空缺，扣 1 分。"),
    ("A4", "党小组划分", None, 1, "党员 14 名，未超过 20 名，不适用。"),
    ("B1", "书记在岗与缺额补选", "3.50", 4, "书记全年在岗；纪检委员空缺 72 天，扣 0.5 分。"),
    ("B2", "书记条件与交叉任职", "2.00", 2, "书记任职时党龄 11 年；校长任副书记。"),
    ("B3", "书记和班子成员培训", "2.54", 3, "书记 56 学时；其他委员平均 30 学时。"),
    ("B4", "党建工作专题研究", "3.00", 3, "上下半年各研究 1 次。"),
    ("B5", "书记述职评议", "1.50", 2, "上级评议结果：较好。"),
    ("C1", "党员大会", "4.00", 4, "四个季度均已召开。"),
    ("C2", "委员会会议", "3.33", 4, "应开 12 次，实开 10 次，缺 3 月、8 月。"),
    ("C3", "党小组会", None, 3, "未划分党小组，不适用。"),
    ("C4", "党课", "2.00", 3, "应上 4 次，缺第二、三季度；书记已讲 1 次。"),
    ("C5", "主题党日", "4.58", 5, "应开 12 次，缺 8 月；1 次偏离固定日 7 天以上。"),
    ("C6", "组织生活会与谈心谈话", "3.57", 4, "已召开；14 名党员中 6 名没有谈话记录。"),
    ("C7", "民主评议党员", "3.00", 3, "13 名正式党员全部参加。"),
    ("C8", "党员出席率", "1.60", 2, "应到 322 人次，实到 277 人次，出席率 86%。"),
    ("D1", "教育培训", "3.29", 5, "14 名党员中 6 名不足 32 学时。"),
    ("D2", "新党员集中培训", None, 1, "本年度没有新党员，不适用。"),
    ("D3", "党费收缴", "3.89", 4, "168 人月中 6 人月逾期。"),
    ("D4", "组织关系转接", "2.00", 2, "没有超期的转接。"),
    ("D5", "流动与失联党员", None, 2, "没有流动或失联党员，不适用。"),
    ("D6", "党员档案与信息", "2.00", 2, "抽查 5 份，全部完整。"),
    ("E1", "程序与时限", "4.00", 4, "应查 7 个节点，全部合规。"),
    ("E2", "积极分子队伍", "1.00", 2, "积极分子 1 名，应不少于 2 名。"),
    ("E3", "教师占新发展党员比例", "2.00", 2, "近三年 3 名，教师 3 名。"),
    ("F1", "双培工程", "1.00", 3, "有结对台账；近三年未发展骨干教师。"),
    ("F2", "党员先锋岗", "2.00", 2, "设岗 2 个，均已年审。"),
    ("F3", "志愿服务", "1.54", 2, "活动 3 次，应 4 次；11 名党员满 2 次。"),
    ("F4", "党建与教育教学融合", "1.50", 3, "复核认定：有计划，项目材料 1 个。"),
    ("F5", "意识形态与师德师风", "2.00", 2, "两学期各研究 1 次，无违规。"),
    ("G1", "活动阵地", "1.00", 2, "复核认定：缺制度上墙、图书架。"),
    ("G2", "经费与党务力量", "1.00", 2, "已配党务工作者；未列年度经费。"),
    ("G3", "台账资料", "1.50", 2, "缺 1 项：第三季度党课记录。"),
    ("G4", "师生满意度", "1.00", 2, "有效问卷 61 份，满意率 78.2%。"),
    ("G5", "问题整改", "1.50", 2, "应整改 4 项，按时销号 3 项。"),
]
VETOES = [
    "换届超期",
    "书记空缺",
    "未开组织生活会",
    "连续三月空白",
    "弄虚作假",
    "违规发展",
    "严重违纪违法",
    "重大事件",
    "满意度低于 60%",
    "软弱涣散",
]


def make_standard(**changes):
    """The standard with its 36 indicators and ten vetoes."""
    known = {
        "slug": "default",
        "version": "2025",
        "name": "默认版",
        "pass_line": 85,
        "near_line": 75,
        "model_line": 95,
    }
    standard = Standard.objects.create(**(known | changes))
    Indicator.objects.bulk_create(
        Indicator(
            standard=standard,
            code=code,
            name=name,
            category=code[0],
            category_name=CATEGORIES[code[0]],
            points=of,
            kind="manual" if code in MANUAL else "auto",
            applies=["committee", "general_branch", "branch", "joint_branch"],
            source="支部工作条例第十一条",
            formula=f"{name}的计分办法",
            order=order,
        )
        for order, (code, name, _, of, _) in enumerate(LINES)
    )
    Veto.objects.bulk_create(
        Veto(
            standard=standard,
            code=f"V{n}",
            name=name,
            kind="auto",
            condition=f"{name}的情形",
            order=n,
        )
        for n, name in enumerate(VETOES, 1)
    )
    standard.refresh_from_db()
    return standard


def make_cycle(standard, year=2025, *, confirmed=True, **changes):
    """A scored cycle; confirmed on 18 April of the next year unless told otherwise."""
    known = {
        "check_date": DATE(year, 12, 31),
        "records_until": DATE(year + 1, 3, 31),
        "scored_at": timezone.now(),
        "scored_as_of": DATE(year, 12, 31),
    }
    if confirmed:
        known |= {
            "state": Cycle.State.CONFIRMED,
            "confirmed_on": DATE(year + 1, 4, 18),
            "document": f"云教党认〔{year + 1}〕3 号",
        }
    return Cycle.objects.create(year=year, standard=standard, **(known | changes))


def unit_of(jurisdiction):
    """The nearest flagged body at or above `jurisdiction`."""
    paths = [jurisdiction.path[:end] for end in range(4, len(jurisdiction.path) + 1, 4)]
    return Jurisdiction.objects.filter(path__in=paths, is_reporting_unit=True).last()


def make_assessment(cycle, organization, points=None, *, scores=True, **changes):
    """The assessment of an organization by the lines above.

    `points` overrides single indicators ({"C2": "4.00", "G1": None}); sums, final
    score and verdict follow; `changes` override fields of the assessment.
    """
    points = points or {}
    lines = [
        (code, points.get(code, given), of, reason, code in points)
        for code, _, given, of, reason in LINES
    ]
    earned = sum((Decimal(p) for _, p, *_ in lines if p is not None), Decimal(0))
    full = sum((Decimal(of) for _, p, of, *_ in lines if p is not None), Decimal(0))
    final = (100 * earned / full).quantize(Decimal("0.01"), "ROUND_HALF_UP")
    if final >= cycle.standard.pass_line:
        verdict = Verdict.COMPLIANT
    elif final >= cycle.standard.near_line:
        verdict = Verdict.NEARLY
    else:
        verdict = Verdict.NON_COMPLIANT
    jurisdiction = changes.get("jurisdiction", organization.jurisdiction)
    known = {
        "jurisdiction": jurisdiction,
        "unit": unit_of(jurisdiction),
        "body_kind": jurisdiction.kind,
        "kind": organization.kind,
        "members": 14,
        "earned": earned,
        "full": full,
        "final": final,
        "verdict": verdict,
        "computed_verdict": changes.get("verdict", verdict),
    }
    if not scores:
        known |= {"earned": None, "full": None, "final": None, "verdict": ""}
        known["computed_verdict"] = ""
    assessment = Assessment.objects.create(
        cycle=cycle, organization=organization, **(known | changes)
    )
    if scores:
        set_scores(
            assessment,
            {
                code: Score(
                    None if p is None else int(Decimal(p) * 100),
                    of * 100,
                    reason,
                    origin="review" if code in MANUAL else "rule",
                )
                for code, p, of, reason, _ in lines
            },
        )
    assessment.refresh_from_db()
    return assessment


def set_scores(assessment, scores):
    """Write the scorecard of an assessment as scoring does."""
    Scorecard.objects.update_or_create(
        assessment=assessment, defaults={"results": scorecard_text(ScoreTexts().parts(scores))}
    )
    assessment.lost = spaced(
        code for code, one in scores.items() if one.points is not None and one.points < one.of
    )
    assessment.is_pending = any(score.pending for score in scores.values())
    assessment.save(update_fields=["lost", "is_pending"])


def change_score(assessment, code, **changes):
    """Change fields of one score of an assessment; points in hundredths."""
    scores = Scorecard.objects.get(assessment=assessment).scores
    set_scores(assessment, scores | {code: scores[code]._replace(**changes)})


def hold(organization, type_, *days, year=2025, **changes):
    """Archived meetings of a type on (month, day) pairs."""
    known = {
        "topic": "学习",
        "chair": "周海波",
        "recorder": "林小燕",
        "due": 14,
        "present": 12,
        "counts_for_year": year,
    }
    return Meeting.objects.bulk_create(
        Meeting(
            organization=organization,
            type=type_,
            held_on=DATE(year, month, day),
            entered_on=DATE(year, month, day),
            **(known | changes),
        )
        for month, day in days
    )
