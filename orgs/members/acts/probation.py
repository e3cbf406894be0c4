"""Acts at the end of probation."""

from __future__ import annotations

from orgs import services_members as services
from orgs.members.acts.base import DayForm, MemberAct, check_no_case
from orgs.models import (
    MemberStatus,
    add_months,
    add_years,
)
from schools.act_forms import ActForm
from schools.form_fields import DayField


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
