"""Pages: 成立, 撤销, 合并, 分设, and 学校撤并."""

from __future__ import annotations

from django.utils import timezone

from orgs.act_pages.base import StructureAct
from orgs.acting import covers
from orgs.forms.founding_acts import (
    CloseSchoolForm,
    DissolveForm,
    FoundForm,
    MergeForm,
    SplitForm,
)
from orgs.forms.tenure_acts import people_of
from orgs.services_dissolving import dissolve
from orgs.services_founding import found
from orgs.services_merging import Rest, merge, split
from orgs.services_schools import close_school
from orgs.standing import standings
from schools.act_pages import ActPage
from schools.asked import named
from schools.forms import SCHOOLS
from schools.models import School
from schools.pages import SchoolPages


class Found(StructureAct):
    slug, path = "organization_new", "new"
    title, verb, form_class = "成立党组织", "成立", FoundForm
    lead = "登记新批准成立的党组织；以前成立、没有登记过的，也在这里补登"
    is_new = True

    def initial(self, request, record):
        schools = School.objects.editable_by(request.user).select_related("place")
        school = named(schools, request.GET.get("school", ""))
        if school is None:
            return {}
        return {"school": SCHOOLS.label(school), "name": f"中共{school.name}支部委员会"}

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        self.made = found(
            organization=form.organization(),
            covered=cleaned["covered"],
            term=form.term(),
            secretary=cleaned["secretary"],
            is_principal=cleaned["is_principal"],
            act=act,
        )
        return f"已成立{self.made.short_name}。"

    def done_url(self, record):
        return self.pages.url(self.made)

    def extra(self, request, record, form):
        return {
            "aside": [
                ("people", "党员另行登记", "转入、接收预备党员，或导入党员花名册"),
                ("calendar-check", "当年满六个月才计入达标率", "之前列为新建观察"),
                ("diagram-3", "应开次数按成立时间折算", ""),
            ]
        }


class Dissolve(StructureAct):
    slug, path = "organization_dissolve", "dissolve"
    title, verb, form_class = "撤销", "撤销这个党组织", DissolveForm
    lead = "党组织不再存在；以前的记录、得分都保留。录重了的请用“修改”里的撤回"
    is_grave = True

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        to = cleaned.get("to")
        count = dissolve(
            organization=record,
            on=cleaned["on"],
            document=cleaned["document"],
            to=to,
            act=act,
            expected=cleaned["version"],
        )
        moved = f"，{count} 名党员转入{to.short_name}" if count else ""
        return f"已撤销{record.short_name}{moved}。"

    def extra(self, request, record, form):
        held = record.posts.filter(end=None).count()
        aside = [
            ("people", f"{len(form.members)} 名党员同一天转走", "组织关系随之变更")
            if form.members
            else ("people", "名下没有党员", ""),
            ("person-dash", f"{held} 个任职同一天结束", "")
            if held
            else ("person", "没有在任的人", ""),
            ("calendar-x", "从撤销那天起不计入达标率", "以前年度的结果不变"),
        ]
        return {"aside": aside}


class Merge(StructureAct):
    slug, path = "organization_merge", "merge"
    title, form_class = "合并", MergeForm
    lead = "把别的党组织并到这里：党员、下级组织和学校一并过来，被并入的同一天撤销"

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        count = merge(
            into=record,
            others=cleaned["others"],
            on=cleaned["on"],
            document=cleaned["document"],
            name=cleaned["name"].strip(),
            kind=cleaned["kind"],
            act=act,
            expected=cleaned["version"],
        )
        return f"已合并：{len(cleaned['others'])} 个党组织并入，转来党员 {count} 名。"

    def extra(self, request, record, form):
        return {
            "aside": [
                ("people", "党员同一天转到这里", "正在转接的要先办结"),
                ("calendar-x", "被并入的撤销，留有“并入”的去向", "合并以前的缺项仍算它们自己的"),
                ("building", "没有别的党组织的学校，由这里覆盖", ""),
                ("plus-square", "合并成新的党组织", "先成立新的，再从新的页面办合并"),
            ]
        }


class Split(StructureAct):
    slug, path = "organization_split", "split"
    title, form_class = "分设", SplitForm
    template = "orgs/acts/split.html"
    lead = "从一个党组织分出一个或几个，逐名选好党员去向"

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        made = split(
            organization=record,
            parts=form.parts(),
            rest=Rest(cleaned["rest"]),
            upper_name=cleaned["upper_name"].strip(),
            on=cleaned["on"],
            document=cleaned["document"],
            act=act,
            expected=cleaned["version"],
        )
        return f"已分设：{'、'.join(one.short_name for one in made)}。"

    def extra(self, request, record, form):
        return {"people": people_of(record), "members": form.members}


class CloseSchool(ActPage):
    slug, path = "school_close", "close"
    pages = SchoolPages()
    title, verb, form_class = "撤并", "撤并这所学校", CloseSchoolForm
    template = "orgs/acts/close_school.html"
    lead = "学校撤销或并入别的学校；它的党组织逐个选好去向"
    is_grave = True

    def may(self, user, record):
        return super().may(user, record) and covers(user, record.jurisdiction)

    def refusal(self, record):
        return "学校撤并由管理主体办理。"

    def stop(self, record):
        if record.closed_on:
            return f"{record.name} {record.closed_on:%Y-%m-%d} 已经撤并。日期录错的，请用“修改”。"
        return ""

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        into = cleaned["merged_into"]
        close_school(
            school=record,
            on=cleaned["on"],
            merged_into=into,
            document=cleaned["document"],
            fates=form.fates(),
            act=act,
            expected=cleaned["version"],
        )
        return f"已撤并{record.name}{f'，并入{into.name}' if into else ''}。"

    def extra(self, request, record, form):
        found = standings(form.organizations, timezone.localdate())
        for organization in form.organizations:
            organization.standing = found[organization.pk]
        return {"organizations": form.organizations}
