"""Party groups and who belongs to them as workbooks."""

from __future__ import annotations

from typing import Any

from accounts.models import User
from orgs.groups.services import KIND
from orgs.models import GroupMembership, OrgKind, PartyGroup
from orgs.sheets.records import Cell, Parent, RecordSheet
from sheets.forms import Row, register

NAME = Cell("name", ("党小组", "小组名称"), ("第一党小组", "第二党小组"), label="党小组名称")


@register
class GroupForm(RecordSheet):
    """Each row is a group of a branch."""

    kind, stored_kind = "party_groups", KIND
    title = "党小组名册"
    also_called = ("党小组设置情况", "党小组台账")
    model = PartyGroup
    key = ("name", "end")
    cells = (
        NAME,
        Cell("start", ("成立日期", "设立时间"), ("2020-09-01", "2020-09-01")),
        Cell("end", ("撤销日期",), ("", "")),
    )

    def admit(self, row: Row, record: PartyGroup, values: dict[str, Any], user: User) -> None:
        if record.organization.kind not in (OrgKind.BRANCH, OrgKind.JOINT_BRANCH):
            row.refuse("branch", "NOT_A_BRANCH", "党小组设在党支部、联合党支部里", "请核对党组织")


@register
class GroupMemberForm(RecordSheet):
    """Each row puts a member into a group on record."""

    kind, stored_kind = "party_group_members", KIND
    title = "党小组编组名册"
    also_called = ("党小组成员名册", "党小组编组", "党小组划分")
    model = GroupMembership
    parent = Parent(
        "group",
        PartyGroup,
        (NAME,),
        "GROUP_UNKNOWN",
        "请核对名称，或先登记党小组",
    )
    key = ("member",)
    cells = (
        Cell("member", ("姓名", "党员姓名"), ("张某某", "李某某")),
        Cell("is_leader", ("是否组长", "党小组长"), ("是", "否")),
        Cell("start", ("编入时间", "编入日期"), ("2020-09-01", "2020-09-01")),
        Cell("end", ("离开时间", "调出时间"), ("", "")),
    )
