"""Acts by which a member leaves, comes back or retires."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from orgs import services_members as services
from orgs import services_situations as situations
from orgs.members.acts.base import DayForm, MemberAct, check_no_case
from orgs.models import (
    Employment,
    ExitKind,
    MemberStatus,
)
from schools.act_forms import ActForm
from schools.form_fields import DayField


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
