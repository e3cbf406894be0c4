"""Reviews of secretaries, double cultivation, model posts and honours as workbooks."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from activities.entry import Acceptance
from activities.models import (
    Cultivation,
    Honour,
    PairResult,
    PioneerPost,
    PioneerReview,
    SecretaryReview,
    StaffCount,
    StageReview,
)
from activities.roles.pages import KIND, LASTING
from orgs.sheets.records import Cell, Parent, RecordSheet
from sheets.forms import Row, register

TWO_DAYS = ("2025-01-10", "2025-01-10")


@register
class SecretaryReviewForm(RecordSheet):
    """The superior's result of a secretary's yearly report."""

    kind, stored_kind = "secretary_reviews", KIND
    title = "党组织书记述职评议结果一览表"
    also_called = ("书记述职评议", "述职评议考核", "抓党建述职评议")
    model = SecretaryReview
    key, dated = ("year",), "year"
    cells = (
        Cell("year", ("述职年度", "评议年度"), ("2024", "2024")),
        Cell("secretary", ("书记姓名", "述职人", "党组织书记"), ("张某某", "李某某")),
        Cell(
            "result",
            ("述职评议结果", "评议等次", "综合评价", "评价等次"),
            ("好", "较好"),
            spellings={"absent": "没有述职、缺席"},
        ),
        Cell("reviewed_on", ("述职时间", "评议日期"), TWO_DAYS),
        Cell("document", ("文号", "纪要号")),
        Cell("problems", ("指出的问题", "点评问题", "存在问题")),
    )

    def admit(self, row: Row, record: SecretaryReview, values: dict[str, Any], user: User) -> None:
        """The organization does not enter its own result; the day lies in the year or by March."""
        if not Acceptance(user)(record.organization):
            row.refuse("result", "BODY_DECIDES", "述职评议结果由管理主体登记", "请交管理主体导入")
        day, year = values["reviewed_on"], values["year"]
        if day and not (day.year == year or (day.year == year + 1 and day.month <= 3)):
            row.refuse(
                "reviewed_on",
                "DAY_NOT_IN_YEAR",
                f"{year} 年的评议应在当年或下一年 3 月底前",
                "请核对年度和时间",
            )


@register
class StaffCountForm(RecordSheet):
    """How many teachers, key teachers and members an organization has in a year."""

    kind, stored_kind = "staff_counts", KIND
    title = "双培台账"
    also_called = ("双培工程统计", "骨干教师和党员统计")
    model = StaffCount
    key, dated = ("year",), "year"
    cells = (
        Cell("year", ("统计年度",)),
        Cell("teachers", ("教师总数", "专任教师数"), ("48", "20")),
        Cell("member_teachers", ("党员教师数", "教师中党员"), ("18", "6")),
        Cell("backbone", ("骨干教师", "骨干教师总数"), ("12", "4")),
        Cell("member_backbone", ("党员骨干教师数", "骨干中党员", "党员骨干教师"), ("7", "2")),
    )


@register
class CultivationForm(RecordSheet):
    """Each row is a person under cultivation with both mentors."""

    kind, stored_kind = "cultivations", LASTING
    title = "双培工程培养对象名册"
    also_called = ("双培工程台账", "双培对象", "双培工程")
    model = Cultivation
    key, dated, lasts = ("name", "started_on"), "started_on", True
    cells = (
        Cell("name", ("双培对象", "培养对象姓名"), ("张某某", "李某某")),
        Cell("member", ("党员姓名",), ("", ""), "培养对象已是党员的填姓名"),
        Cell(
            "direction",
            ("方向", "培养类别"),
            ("把骨干教师培养成党员", "把党员培养成骨干教师"),
            spellings={
                "to_member": "骨干教师培养成党员、培养成党员、教师培养成党员",
                "to_backbone": "党员培养成骨干教师、培养成骨干、培养成骨干教师",
            },
        ),
        Cell("party_mentor", ("政治导师", "党建导师"), ("王某某", "赵某某")),
        Cell("teaching_mentor", ("教学导师", "专业导师")),
        Cell("started_on", ("结对日期", "确定时间"), ("2024-09-10", "2024-09-10")),
        Cell("plan", ("培养措施",)),
        Cell("result", ("培养结果", "培养状态"), ("培养中", "已成骨干教师")),
        Cell("result_level", ("骨干层次", "骨干级别"), ("", "骨干教师")),
        Cell("result_on", ("结果日期", "出结果时间"), ("", "2025-06-30")),
        Cell("remark"),
    )

    def check(self, row: Row) -> None:
        if row.get("result") == PairResult.BACKBONE and not row.get("result_level"):
            row.refuse("result_level", "REQUIRED_MISSING", "已成骨干教师的没有填层次", "请补填")


@register
class StageReviewForm(RecordSheet):
    """Each row is a review of somebody under cultivation."""

    kind, stored_kind = "stage_reviews", KIND
    title = "双培工程阶段考核表"
    also_called = ("双培阶段考核", "双培考核", "双培工程考核台账")
    model = StageReview
    parent = Parent(
        "cultivation",
        Cultivation,
        (
            Cell("name", ("双培对象", "培养对象姓名"), ("张某某", "李某某")),
            Cell("started_on", ("结对日期",), ("2024-09-10", "2024-09-10")),
        ),
        "CULTIVATION_UNKNOWN",
        "请核对姓名和结对时间，或先登记双培对象",
    )
    key, dated = ("reviewed_on",), "reviewed_on"
    cells = (
        Cell("reviewed_on", ("考核日期",), ("2025-06-20", "2025-06-20")),
        Cell("stage", ("考核阶段",), ("入党积极分子", "骨干教师培养期")),
        Cell("conclusion", ("考核结论", "考核评语"), ("表现优秀，继续培养", "按计划完成")),
    )

    def admit(self, row: Row, record: StageReview, values: dict[str, Any], user: User) -> None:
        started = record.cultivation.started_on
        if values["reviewed_on"] < started:
            row.refuse("reviewed_on", "BEFORE_START", f"考核早于结对时间 {started}", "请核对日期")


@register
class PioneerForm(RecordSheet):
    """Each row is a model post of a member; member and post tell which."""

    kind, stored_kind = "pioneers", LASTING
    title = "党员先锋岗台账"
    also_called = ("党员先锋岗", "先锋岗名册", "党员示范岗")
    model = PioneerPost
    key, dated, lasts = ("member", "post"), "set_up_on", True
    cells = (
        Cell("member", ("党员姓名", "姓名"), ("张某某", "李某某")),
        Cell("post", ("岗位名称", "先锋岗名称"), ("三年级语文教学", "食堂管理")),
        Cell(
            "place",
            ("设岗类别", "岗位类别"),
            ("教学", "后勤服务"),
            spellings={
                "teaching": "教育教学、教学一线",
                "class": "班主任、班级",
                "logistics": "后勤、服务",
            },
        ),
        Cell("pledge", ("承诺内容", "公开承诺")),
        Cell("set_up_on", ("设岗日期", "挂牌时间"), ("2024-09-10", "2025-03-01")),
        Cell("plaque", ("编号",)),
        Cell("ended_on", ("撤岗日期",), ("", "")),
        Cell("remark"),
    )


@register
class PioneerReviewForm(RecordSheet):
    """Each row is the review of a model post in one year."""

    kind, stored_kind = "pioneer_reviews", KIND
    title = "党员先锋岗年度评议表"
    also_called = ("先锋岗评议", "先锋岗年度评议", "党员先锋岗评议")
    model = PioneerReview
    parent = Parent(
        "pioneer",
        PioneerPost,
        (
            Cell("member", ("党员姓名", "姓名"), ("张某某", "李某某")),
            Cell("post", ("岗位名称", "先锋岗名称"), ("三年级语文教学", "食堂管理")),
        ),
        "PIONEER_UNKNOWN",
        "请核对党员和岗位，或先登记党员先锋岗",
    )
    key, dated = ("year",), "year"
    cells = (
        Cell("year", ("评议年度",)),
        Cell(
            "result",
            ("评议等次", "年度评议结果"),
            ("优秀", "合格"),
            spellings={"passed": "继续保留、通过", "revoked": "撤销先锋岗、摘牌"},
        ),
        Cell("reviewed_on", ("评议日期",), ("2025-12-10", "2025-12-10")),
        Cell("opinion", ("评议结论", "群众意见"), ("模范作用突出", "")),
    )

    def admit(self, row: Row, record: PioneerReview, values: dict[str, Any], user: User) -> None:
        set_up = record.pioneer.set_up_on
        if values["year"] < set_up.year:
            row.refuse("year", "BEFORE_START", f"{set_up} 才设岗", "请核对年度")


@register
class HonourForm(RecordSheet):
    """Each row is an honour of an organization, or of the member named."""

    kind, stored_kind = "honours", LASTING
    title = "先进典型一览表"
    also_called = ("先进典型", "荣誉台账", "获奖情况", "表彰情况")
    model = Honour
    key, dated = ("name", "granted_on", "member"), "granted_on"
    cells = (
        Cell("member", ("获奖人", "姓名", "获得者"), ("", "李某某"), "集体荣誉不填"),
        Cell(
            "name",
            ("荣誉", "表彰名称", "获奖名称"),
            ("先进基层党组织", "优秀共产党员"),
        ),
        Cell(
            "level",
            ("荣誉级别", "表彰级别"),
            ("县（市、区）", "市"),
            spellings={
                "1": "校级",
                "2": "乡镇、乡镇级、街道",
                "3": "县、县级、区级",
                "4": "市级",
                "5": "省级",
                "6": "国家级",
            },
        ),
        Cell("granted_on", ("授予日期", "表彰时间", "获奖时间"), ("2025-07-01", "2025-07-01")),
        Cell("granted_by", ("表彰单位", "授奖单位"), ("中共东区委员会", "中共云岭市委员会")),
        Cell("document", ("文件号", "表彰文号")),
        Cell("deeds", ("主要事迹", "事迹")),
    )
