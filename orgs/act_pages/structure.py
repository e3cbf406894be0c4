"""Pages: 更名, 改建, 变更隶属, 变更覆盖学校."""

from __future__ import annotations

from orgs import services_structure as services
from orgs.act_pages.base import StructureAct
from orgs.affiliations import periods_of
from orgs.forms.structure_acts import MoveForm, RebuildForm, RenameForm, UnitsForm
from orgs.picks import ORGANIZATIONS
from schools.bodies import set_bodies
from schools.forms import BODIES


class Rename(StructureAct):
    slug, path = "organization_rename", "rename"
    title, form_class = "更名", RenameForm
    lead = "从某一天起用新名称；原名称连同起止时间保留，仍然查得到。录错的名称请用“修改”"

    def initial(self, request, record):
        return {"name": record.name}

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        old = record.short_name
        done = services.rename(
            organization=record,
            name=cleaned["name"].strip(),
            on=cleaned["on"],
            document=cleaned["document"],
            act=act,
            expected=cleaned["version"],
        )
        return f"已更名：{cleaned['on']:%Y-%m-%d} 起，{old}改称{done.short_name}。"

    def extra(self, request, record, form):
        return {
            "aside": [
                ("signpost", f"更名以前仍显示{record.short_name}", "看过去某一天时用当天的名称"),
                ("search", "用原名称也能查到", "查找和名单里都可以"),
                ("shield-check", "党员、任期、组织生活和以前的得分不变", ""),
            ]
        }


class Rebuild(StructureAct):
    slug, path = "organization_rebuild", "rebuild"
    title, form_class = "改建", RebuildForm
    lead = "党支部改建为党总支、党总支改建为党委等；原来的名称和类别保留在沿革里"

    def initial(self, request, record):
        return {"name": record.name}

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        old = record.short_name
        done = services.rename(
            organization=record,
            name=cleaned["name"].strip(),
            kind=cleaned["kind"],
            on=cleaned["on"],
            document=cleaned["document"],
            act=act,
            expected=cleaned["version"],
        )
        return f"已改建：{cleaned['on']:%Y-%m-%d} 起，{old}改建为{done.short_name}。"

    def extra(self, request, record, form):
        return {
            "aside": [
                ("arrow-repeat", "按新的类别重新计算得分", "适用的指标随类别变"),
                ("people", "党员不会自动分到下级", "需要时再办“分设”"),
                ("calendar-check", "任期不变", "党委一届 5 年，其他 3 年；选举后办“换届”"),
            ]
        }


class Move(StructureAct):
    slug, path = "organization_move", "move"
    title, form_class = "变更隶属", MoveForm
    template = "orgs/acts/move.html"
    lead = "从某一天起由别的主体管理，或放到别的党委、党总支下面；要同时管着两边才能办"

    def initial(self, request, record):
        set_bodies([record])
        values = {"jurisdiction": BODIES.label(record.body)}
        if record.parent:
            values["parent"] = ORGANIZATIONS.label(record.parent)
        return values

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        inserted = services.move(
            organization=record,
            jurisdiction=cleaned["jurisdiction"],
            parent=cleaned["parent"],
            start=cleaned["start"],
            document=cleaned["document"],
            with_school=cleaned.get("with_school", False),
            act=act,
            expected=cleaned["version"],
        )
        body, start = cleaned["jurisdiction"].short_name, cleaned["start"]
        if inserted.end is None:
            return f"已变更隶属：{start:%Y-%m-%d} 起，{record.short_name}隶属{body}。"
        return (
            f"已补到沿革：{start:%Y-%m-%d} 至 {inserted.end:%Y-%m-%d} 隶属{body}；以后的隶属不变。"
        )

    def extra(self, request, record, form):
        periods = periods_of(record)
        set_bodies(periods)
        children = record.children.filter(dissolved_on=None).count()
        aside = [
            ("calendar3", "达标率按考核日的隶属统计", "以前确认过的年度仍算在原来的主体名下"),
            ("shield-check", "名称、党员、任期和组织生活不变", ""),
        ]
        if children:
            aside.insert(0, ("diagram-3", f"{children} 个下级党组织一并变更", "日期相同"))
        return {"periods": periods, "aside": aside}


class Units(StructureAct):
    slug, path = "organization_units", "units"
    title, form_class = "变更覆盖学校", UnitsForm
    lead = "学校从某一天起加入或退出；以前覆盖哪些学校仍然查得到"

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        done = services.change_units(
            organization=record,
            joining=cleaned["joining"],
            leaving=form.leavers,
            on=cleaned["on"],
            document=cleaned["document"],
            act=act,
            expected=cleaned["version"],
        )
        units = services.units_of(done)
        names = "、".join(one.name for one in units)
        return f"已变更：{done.short_name}覆盖 {len(units)} 所学校（{names}）。"

    def extra(self, request, record, form):
        return {
            "aside": [
                ("building", "学校页面从这一天起显示或不再显示这个党组织", ""),
                ("people", "党员不会自动转走", "退出学校的党员请办理组织关系转接"),
            ]
        }
