"""Acts of members who are lost, suspended or floating, and contacts with them."""

from __future__ import annotations

import datetime

from django import forms
from django.utils import timezone

from orgs import services_situations as situations
from orgs.members.acts.base import DayForm, MemberAct
from orgs.models import (
    Contact,
    ContactWay,
    Member,
    MemberStatus,
    SituationKind,
    add_years,
)


class LostForm(DayForm):
    day_label = "失去联系的日期"
    note = forms.CharField(
        label="查找情况",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="何时、用什么方式找过，找过谁",
    )

    scored = {"note": "D5 流动与失联党员"}


class Lose(MemberAct):
    slug, path = "member_lost", "lost"
    title, verb = "登记失联", "登记失联"
    lead = "失去联系的党员。满 6 个月仍没有找到的，按规定停止党籍"
    form_class = LostForm

    def fits(self, member):
        return member.left_on is None and not member.is_lost_contact

    def check(self, member):
        super().check(member)
        situations.check_not_yet(member, SituationKind.LOST)

    def do(self, record, form, act):
        told = form.cleaned_data
        situations.lose_contact(
            member=record, since=told["day"], note=told["note"], act=act, expected=told["version"]
        )
        first = situations.may_suspend_from(record)
        return f"已登记：{record.name} {told['day']} 起失联，{first} 满 6 个月。"


class FoundForm(DayForm):
    day_label = "取得联系的日期"
    note = forms.CharField(label="现在的情况", required=False, max_length=100)


class Find(MemberAct):
    slug, path = "member_found", "found"
    title, verb = "取得联系", "解除失联"
    lead = "找到失联党员以后登记。已经停止党籍的，请办理“恢复党籍”"
    form_class = FoundForm

    def fits(self, member):
        lost = member.left_on is None and member.is_lost_contact
        return lost and member.status != MemberStatus.SUSPENDED

    def check(self, member):
        super().check(member)
        situations.check_lost(member)

    def do(self, record, form, act):
        told = form.cleaned_data
        situations.find_again(
            member=record, day=told["day"], note=told["note"], act=act, expected=told["version"]
        )
        return f"{record.name}已取得联系，不再列为失联。"


class SuspendForm(DayForm):
    day_label = "停止党籍的日期"
    document = forms.CharField(label="批准文号", max_length=60)

    def prepare(self):
        super().prepare()
        if first := situations.may_suspend_from(self.record):
            self.fields["day"].help_text = f"失联到 {first} 满 6 个月，不能早于这一天"


class Suspend(MemberAct):
    slug, path = "member_suspend", "suspend"
    title, verb = "停止党籍", "停止党籍"
    lead = "失去联系满 6 个月、多方查找没有找到的，报上级批准后停止党籍；满 2 年没有联系的予以除名"
    form_class = SuspendForm
    is_grave = True

    def fits(self, member):
        lost = member.left_on is None and member.is_lost_contact
        return lost and member.status != MemberStatus.SUSPENDED

    def check(self, member):
        super().check(member)
        situations.check_suspendable(member)

    def do(self, record, form, act):
        told = form.cleaned_data
        situations.suspend(
            member=record,
            day=told["day"],
            document=told["document"],
            act=act,
            expected=told["version"],
        )
        return f"{record.name} {told['day']} 起停止党籍。"


class ResumeForm(DayForm):
    day_label = "恢复党籍的日期"
    status = forms.ChoiceField(
        label="恢复为",
        choices=[
            (MemberStatus.FULL, MemberStatus.FULL.label),
            (MemberStatus.PROBATIONARY, MemberStatus.PROBATIONARY.label),
        ],
    )
    document = forms.CharField(label="批准文号", required=False, max_length=60)


class Resume(MemberAct):
    slug, path = "member_resume", "resume"
    title, verb = "恢复党籍", "恢复党籍"
    lead = "停止党籍的党员重新联系上、上级批准恢复的。失联同时解除"
    form_class = ResumeForm

    def fits(self, member):
        return member.left_on is None and member.status == MemberStatus.SUSPENDED

    def check(self, member):
        super().check(member)
        situations.check_suspended(member)

    def initial(self, request, record):
        return {"status": resumed_status(record, timezone.localdate())}

    def do(self, record, form, act):
        told = form.cleaned_data
        situations.resume(
            member=record,
            day=told["day"],
            status=MemberStatus(told["status"]),
            document=told["document"],
            act=act,
            expected=told["version"],
        )
        return f"{record.name} {told['day']} 起恢复党籍，为{record.get_status_display()}。"


def resumed_status(member: Member, today: datetime.date) -> MemberStatus:
    """Return what a suspended member most likely was: full once his year must be over."""
    if member.confirmed_on or not member.joined_on or add_years(member.joined_on, 2) < today:
        return MemberStatus.FULL
    return MemberStatus.PROBATIONARY


class FloatForm(DayForm):
    day_label = "外出日期"
    scored = {"place": "D5 流动与失联党员"}
    place = forms.CharField(label="去向", max_length=100, help_text="现居住地和单位")


class Float(MemberAct):
    slug, path = "member_float", "float"
    title, verb = "登记流动", "登记流动"
    lead = "外出 6 个月以上、没有转出组织关系的。去固定地点 6 个月以上的，应当转出组织关系"
    form_class = FloatForm

    def fits(self, member):
        return member.left_on is None and not member.is_floating

    def check(self, member):
        super().check(member)
        situations.check_not_yet(member, SituationKind.FLOATING)

    def do(self, record, form, act):
        told = form.cleaned_data
        situations.float_away(
            member=record,
            since=told["day"],
            place=told["place"],
            act=act,
            expected=told["version"],
        )
        return f"已登记：{record.name} {told['day']} 起流动，去向{told['place']}。"


class SettleForm(DayForm):
    day_label = "返回日期"


class Settle(MemberAct):
    slug, path = "member_settle", "settle"
    title, verb = "结束流动", "结束流动"
    lead = "流动党员返回以后登记"
    form_class = SettleForm

    def fits(self, member):
        return member.left_on is None and member.is_floating

    def check(self, member):
        super().check(member)
        situations.check_floating(member)

    def do(self, record, form, act):
        told = form.cleaned_data
        situations.settle(member=record, day=told["day"], act=act, expected=told["version"])
        return f"{record.name} {told['day']} 起不再列为流动党员。"


class ContactForm(DayForm):
    day_label = "联系日期"
    way = forms.ChoiceField(label="联系方式", choices=[("", "请选择"), *ContactWay.choices])
    by = forms.CharField(label="联系人", required=False, max_length=50)
    note = forms.CharField(
        label="情况",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="如“思想、工作情况正常”“电话停机，没有联系上”",
    )
    scored = {"day": "D5 流动与失联党员"}

    def prepare(self):
        super().prepare()
        self.fields["day"].initial = timezone.localdate()
        del self.fields["reason"]


class Log(MemberAct):
    slug, path = "member_contact", "contact"
    title, verb = "登记联系", "登记联系"
    lead = "与流动党员保持联系、查找失联党员，每次记一条；流动党员每季度至少一次"
    form_class = ContactForm

    def fits(self, member):
        return member.left_on is None and (member.is_floating or member.is_lost_contact)

    def do(self, record, form, act):
        told = form.cleaned_data
        contact = Contact(member=record, held_on=told["day"], way=told["way"])
        contact.by, contact.note = told["by"], told["note"]
        situations.log_contact(contact=contact, act=act)
        return f"已登记 {told['day']} 与{record.name}的联系。"
