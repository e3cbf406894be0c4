"""The acts on one member, each with its page and its button (orgs/services_members.py)."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from orgs import services_members as services
from orgs import services_situations as situations
from orgs.members.pages import MemberPages
from orgs.models import (
    Contact,
    ContactWay,
    DevelopmentCase,
    Employment,
    ExitKind,
    Member,
    MemberStatus,
    SituationKind,
    add_months,
    add_years,
)
from schools.act_forms import ActForm
from schools.act_pages import ActPage
from schools.form_fields import DayField

MEMBERS = MemberPages()


class DayForm(ActForm):
    """An act that needs nothing but its day."""

    day = DayField(label="日期")

    def prepare(self):
        self.fields["day"].label = self.day_label

    day_label = "日期"


class MemberAct(ActPage):
    """An act on a member. `fits` tells cheaply whether its button is drawn."""

    pages = MEMBERS
    # Not offered while a transfer is open, or while the file of a probationary member runs.
    waits_for_transfer = False
    belongs_to_case = False

    def fits(self, member: Member) -> bool:
        """Tell whether the act is of use for the member as he stands."""
        return member.left_on is None

    def check(self, member: Member) -> None:
        """Raise ValidationError where the act cannot be done on the member as he stands."""
        services.check_present(member)

    def stop(self, record):
        try:
            self.check(record)
        except ValidationError as error:
            return "；".join(error.messages)
        return ""


def running_case(member: Member) -> DevelopmentCase | None:
    """Return the file of somebody on probation: there his confirmation is recorded."""
    if member.status != MemberStatus.PROBATIONARY:
        return None
    return DevelopmentCase.objects.running().filter(member=member).first()


def check_no_case(member: Member, act: str) -> None:
    """Refuse what belongs into the file, which keeps the register in step."""
    if running_case(member):
        raise ValidationError(
            f"{member.name}有发展党员档案。请在档案里{act}，名册会同时更新，不用办两次。"
        )


# -- probation ----------------------------------------------------------------------------


class ConfirmForm(DayForm):
    day_label = "支部大会通过转正的日期"

    def prepare(self):
        super().prepare()
        if end := self.record.probation_ends_on:
            self.fields["day"].help_text = f"预备期 {end} 满；转正时间也是党龄的起点"

    def clean(self):
        cleaned = super().clean()
        day, end = cleaned.get("day"), self.record.probation_ends_on
        if day and end and day > add_months(end, 1):
            self.remark(
                f"预备期 {end} 满，支部大会 {day} 才讨论，晚了一个月以上。"
                "按规定应及时讨论（发展党员工作细则第三十二条）。"
            )
        return cleaned


class Confirm(MemberAct):
    slug, path = "member_confirm", "confirm"
    title, verb = "转正", "转为正式党员"
    lead = "预备期满、支部大会通过、上级审批以后登记"
    form_class = ConfirmForm
    belongs_to_case = True

    def fits(self, member):
        return member.left_on is None and member.status == MemberStatus.PROBATIONARY

    def check(self, member):
        services.check_probationary(member)
        check_no_case(member, "登记转正")

    def do(self, record, form, act):
        told = form.cleaned_data
        services.confirm(member=record, day=told["day"], act=act, expected=told["version"])
        return f"{record.name} {told['day']} 转为正式党员。"


class ExtendForm(ActForm):
    until = DayField(label="延长至", future=True)

    def prepare(self):
        if end := self.record.probation_ends_on:
            first, last = add_months(end, 6), add_years(end, 1)
            self.fields["until"].help_text = f"预备期 {end} 满，可延长到 {first} 至 {last}"
        reason = self.fields["reason"]
        reason.required, reason.label, reason.help_text = True, "延长的理由", "支部大会的决议"


class Extend(MemberAct):
    slug, path = "member_extend", "extend"
    title, verb = "延长预备期", "延长"
    lead = "需要继续考察和教育的，延长一次，不少于半年、不多于一年"
    form_class = ExtendForm
    belongs_to_case = True

    def fits(self, member):
        probationary = member.left_on is None and member.status == MemberStatus.PROBATIONARY
        return probationary and not member.probation_until

    def check(self, member):
        services.check_extendable(member)
        check_no_case(member, "延长预备期")

    def do(self, record, form, act):
        told = form.cleaned_data
        services.extend_probation(
            member=record, until=told["until"], act=act, expected=told["version"]
        )
        return f"{record.name}的预备期延长到 {told['until']}。"


# -- leaving and coming back --------------------------------------------------------------


class LeaveForm(ActForm):
    kind = forms.ChoiceField(label="离开方式", choices=[("", "请选择"), *ExitKind.choices])
    day = DayField(label="离开日期", help_text="从这一天起不再计入；去世的填去世日期")
    document = forms.CharField(
        label="依据", required=False, max_length=60, help_text="如处分决定、批复文号"
    )

    def prepare(self):
        if self.record.status == MemberStatus.PROBATIONARY:
            unfit = {ExitKind.EXPELLED}
        else:
            unfit = {ExitKind.CANCELLED}
        field = self.fields["kind"]
        field.choices = [choice for choice in field.choices if choice[0] not in unfit]

    def clean(self):
        cleaned = super().clean()
        removed = cleaned.get("kind") == ExitKind.REMOVED
        suspended = self.record.status == MemberStatus.SUSPENDED
        first = situations.may_remove_from(self.record) if removed and suspended else None
        if first and cleaned.get("day") and cleaned["day"] < first:
            self.remark(f"停止党籍到 {first} 才满 2 年。还没有满的，一般不除名。")
        return cleaned


class Leave(MemberAct):
    slug, path = "member_leave", "leave"
    title, verb = "登记离开", "登记离开"
    lead = "转出本市、去世、出党等。记录和历史保留，从离开之日起不再计入党员数"
    form_class = LeaveForm
    is_grave = True
    waits_for_transfer = belongs_to_case = True

    def check(self, member):
        super().check(member)
        services.check_settled(member)
        check_no_case(member, "结束培养")

    def extra(self, request, record, form):
        posts = services.open_posts(record, timezone.localdate())
        aside = [
            ("person-dash", f"{p.organization.short_name}{p.get_kind_display()}", "同时离任")
            for p in posts
        ]
        return {"aside": aside} if aside else {}

    def do(self, record, form, act):
        told = form.cleaned_data
        kind = ExitKind(told["kind"])
        services.leave(
            member=record,
            kind=kind,
            day=told["day"],
            document=told["document"],
            act=act,
            expected=told["version"],
        )
        return f"已登记：{record.name} {told['day']} {kind.label}。"


class ComeBackForm(ActForm):
    def prepare(self):
        reason = self.fields["reason"]
        reason.required, reason.label = True, "恢复的理由"
        reason.help_text = "如“登记错了人”“转出后对方没有接收”"


class ComeBack(MemberAct):
    slug, path = "member_come_back", "come-back"
    title, verb = "恢复", "恢复为在册党员"
    lead = "用于误登记的离开。离开时终止的任职不自动恢复，需要时另外登记"
    form_class = ComeBackForm

    def fits(self, member):
        return member.left_on is not None

    def check(self, member):
        services.check_left(member)

    def do(self, record, form, act):
        services.come_back(member=record, act=act, expected=form.cleaned_data["version"])
        return f"{record.name}已恢复到{record.organization.short_name}。"


class RetireForm(DayForm):
    day_label = "离退休日期"


class Retire(MemberAct):
    slug, path = "member_retire", "retire"
    title, verb = "登记离退休", "登记"
    lead = "只改在职情况，组织关系不变。转到离退休党支部的，请另办转出"
    form_class = RetireForm

    def fits(self, member):
        return member.left_on is None and member.employment == Employment.ACTIVE

    def do(self, record, form, act):
        told = form.cleaned_data
        services.retire(member=record, day=told["day"], act=act, expected=told["version"])
        return f"{record.name} {told['day']} 起离退休。"


# -- lost, suspended, floating ------------------------------------------------------------


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


# In the order in which the page offers them.
ACTS: tuple[type[MemberAct], ...] = (
    Confirm,
    Extend,
    Resume,
    Find,
    Suspend,
    Log,
    Settle,
    Retire,
    Float,
    Lose,
    Leave,
    ComeBack,
)


def urls(prefix: str) -> list[Any]:
    """Return the URL patterns of all acts under the addresses of members."""
    return [act.url(prefix) for act in ACTS]
