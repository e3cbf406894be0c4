"""Money and people of Party work as workbooks: budgets, workers, instructors, mass organizations."""

from __future__ import annotations

from orgs.sheets.records import SCHOOL, Cell, RecordSheet
from sheets.forms import register
from supervision.models import Instructor, MassOrganization, PartyBudget, PartyWorker

START = Cell("start", ("任职时间", "开始时间", "起始时间", "任职起"), ("2024-09-01", "2025-03-01"))
END = Cell("end", ("离任时间", "终止时间", "任职止"), ("", ""), "不再担任的第一天；在任的不填")


@register
class BudgetForm(RecordSheet):
    """The line for Party work in the budget of an organization and year."""

    kind, stored_kind = "party_budgets", "budgets"
    title = "党建经费台账"
    also_called = ("党建经费", "党建工作经费", "党建经费列支")
    model = PartyBudget
    key, dated = ("year",), "year"
    cells = (
        Cell("year", ("预算年度",)),
        Cell(
            "amount",
            ("列支金额", "预算金额（元）", "预算金额", "经费（元）", "党建经费（元）", "党建经费"),
            ("12000.00", "8000.00"),
        ),
        Cell("document", ("文号", "预算文件"), ("东教财〔2025〕4 号", "")),
        Cell("remark"),
    )


@register
class WorkerForm(RecordSheet):
    """Who does the Party work of an organization, since when."""

    kind, stored_kind = "party_workers", "backing"
    title = "党务工作者名册"
    also_called = ("党务工作者台账", "党务干部名册", "党务工作者")
    model = PartyWorker
    key = ("name", "start")
    cells = (
        Cell("name", ("党务工作者", "党务干部"), ("张某某", "李某某")),
        Cell("post", ("党内职务", "岗位"), ("组织委员", "党建办主任")),
        Cell("is_full_time", ("是否专职", "专兼职"), ("否", "是")),
        START,
        END,
    )


@register
class InstructorForm(RecordSheet):
    """Who is sent to a school to build up Party work, by whom, since when."""

    kind, stored_kind = "instructors", "backing"
    title = "党建指导员名册"
    also_called = ("党建指导员台账", "党建指导员选派", "党建指导员")
    model = Instructor
    subjects = (SCHOOL,)
    key = ("name", "start")
    cells = (
        Cell("name", ("指导员", "党建指导员", "指导员姓名"), ("张某某", "李某某")),
        Cell("sent_by", ("派出单位", "选派机关"), ("东区教育局党委", "东区教育局党委")),
        Cell("document", ("文号", "选派文件")),
        START,
        END,
    )


@register
class MassForm(RecordSheet):
    """The mass organizations of a school."""

    kind, stored_kind = "mass_organizations", "backing"
    title = "群团组织台账"
    also_called = ("群团组织名册", "群团组织建设", "群团组织")
    model = MassOrganization
    subjects = (SCHOOL,)
    key = ("kind", "start")
    cells = (
        Cell(
            "kind",
            ("群团类别", "群团组织", "组织类别"),
            ("工会", "共青团"),
            spellings={
                "union": "工会委员会、教育工会",
                "youth_league": "团委、团支部、共青团组织",
                "pioneers": "少先队组织、少先队大队",
                "women": "妇联、妇女委员会、妇委",
            },
        ),
        Cell("head", ("群团负责人",), ("张某某", "李某某")),
        Cell("people", ("会员数", "团员数", "队员数"), ("46", "120")),
        Cell("start", ("成立日期", "建立时间"), ("2018-09-01", "2019-10-13")),
        Cell("end", ("撤销日期",), ("", "")),
    )
