"""Columns of the list of schools."""

from schools.columns import (
    DateColumn,
    ListColumn,
    ListTable,
    NumberColumn,
    with_note,
)


class SchoolTable(ListTable):
    name = ListColumn("学校名称", url="school", sort="name", width=32)
    code = ListColumn("学校标识码", sheet_only=True, width=14)
    stage = ListColumn("类别", sort="stage")
    ownership = ListColumn("办学性质", sort="ownership")
    place = ListColumn("所在地", accessor="place__name", sort=("place__order", "town"))
    town = ListColumn("乡镇（街道）", sheet_only=True)
    body = ListColumn(
        "管理主体", accessor="body__label", sort="jurisdiction__path", wide=True, width=20
    )
    students = NumberColumn("学生", sort="students")
    staff = NumberColumn("教职工", sort="staff")
    teachers = NumberColumn("专任教师", sheet_only=True)
    organizations = NumberColumn("党组织", accessor="organization_count")
    members = NumberColumn("党员", accessor="registered_count")
    declared = NumberColumn("党员（申报）", accessor="declared_members", sheet_only=True)
    principal = ListColumn("校长", sheet_only=True)
    phone = ListColumn("办公电话", sheet_only=True, width=16)
    closed_on = DateColumn("撤并日期", sheet_only=True)

    class Meta(ListTable.Meta):
        pass

    def render_place(self, value, record):
        return with_note(value, record.town)

    def render_organizations(self, value, record):
        return with_note(value, "由联合党支部覆盖" if not value and record.covering_count else "")

    def render_members(self, value, record):
        if not value and record.declared_members:
            return with_note("未登记", f"申报 {record.declared_members} 人")
        return value
