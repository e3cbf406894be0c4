"""Pages: 换届, 延期, 补选和任命, 离任."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from orgs import rules
from orgs import services_tenure as services
from orgs.act_pages.base import OrganizationAct
from orgs.acting import covers
from orgs.forms.tenure_acts import (
    AppointmentForm,
    ElectionForm,
    ExtensionForm,
    LeaveForm,
    people_of,
)
from orgs.models import MemberStatus, PostEnd, PostKind, Term, add_years
from orgs.pages import PostPages
from orgs.standing import term_end
from schools.act_pages import ActPage


class Election(OrganizationAct):
    slug, path = "organization_election", "election"
    title, verb, form_class = "换届", "保存换届结果", ElectionForm
    lead = "一次登记新一届任期和选出的班子；原班子同一天届满离任"

    def initial(self, request, record):
        today = timezone.localdate()
        voters = record.members.active_on(today).filter(status=MemberStatus.FULL).count()
        values = {"years": rules.term_years(record.kind), "entitled": voters or None}
        for post in services.posts_on(record, today).order_by("start", "pk"):
            field = post.kind
            if field == PostKind.DEPUTY_SECRETARY and values.get(field):
                field = "deputy_2"
            values[field] = post.holder
            if post.kind == PostKind.SECRETARY:
                values |= {
                    "is_principal": post.is_principal,
                    "in_management": post.in_management,
                }
        return values

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        names = ("elected_on", "years", "document", "entitled", "present", "seats", "candidates")
        term = services.elect(
            organization=record,
            term=Term(**{name: cleaned[name] for name in names}),
            elected=form.elected(),
            act=act,
            expected=cleaned["version"],
        )
        return (
            f"已登记换届：本届 {term.elected_on:%Y-%m-%d} 至 {term.ends_on:%Y-%m-%d}，"
            f"班子 {len({one.holder for one in form.elected()})} 人。"
        )

    def done_url(self, record):
        return f"{super().done_url(record)}#terms"

    def extra(self, request, record, form):
        today = timezone.localdate()
        term = services.present_term(record, today)
        held = list(services.posts_on(record, today))
        names = "、".join(dict.fromkeys(post.holder for post in held))
        aside = []
        if term:
            end = term_end(term)
            days = (end - today).days
            left = f"还有 {days} 天届满" if days >= 0 else f"超期 {-days} 天"
            aside.append(("calendar", f"本届 {end:%Y-%m-%d} 届满，{left}", ""))
            if days > 0:
                aside.append(("info-circle", "届满以前换届要经上级批准", "批复文号请填上"))
        if held:
            text = f"现任 {len(held)} 个职务同日届满离任"
            aside.append(("person-dash", text, f"{names}；连任的照填，从当天起算新一任"))
        aside.append(("arrow-repeat", "重算按期换届、班子设置和书记在岗", ""))
        return {"aside": aside, "people": people_of(record)}


class Extension(OrganizationAct):
    slug, path = "organization_extension", "extension"
    title, form_class = "延期换届", ExtensionForm
    lead = "经上级批准，本届推迟换届；一般不超过一年"

    def may(self, user, record):
        return super().may(user, record) and covers(user, record.jurisdiction)

    def refusal(self, record):
        return "延期换届由上级批准，请找它的管理主体办理。"

    def stop(self, record):
        if stop := super().stop(record):
            return stop
        if services.present_term(record, timezone.localdate()) is None:
            return "没有填报本届任期，不知道何时届满。请先用“补登以前的任期”登记本届。"
        return ""

    def initial(self, request, record):
        term = services.present_term(record, timezone.localdate())
        if term is None:
            return {}
        return {
            "extended_to": term.extended_to or add_years(term.ends_on, 1),
            "document": term.extension_document,
        }

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        term = services.extend(
            term=services.present_term(record, timezone.localdate()),
            extended_to=cleaned["extended_to"],
            document=cleaned["document"],
            act=act,
            expected=cleaned["version"],
        )
        return f"已延期：{record.short_name}本届延至 {term.extended_to:%Y-%m-%d}。"

    def done_url(self, record):
        return f"{super().done_url(record)}#terms"

    def extra(self, request, record, form):
        term = services.present_term(record, timezone.localdate())
        if term is None:
            return {}
        return {
            "aside": [
                ("calendar", f"本届 {term.elected_on:%Y-%m-%d} 换届，任期 {term.years} 年", ""),
                ("calendar-x", f"{term.ends_on:%Y-%m-%d} 届满", "延期从这一天起算，最多一年"),
                ("arrow-repeat", "重算按期换届", "没有批复文号的延期不算"),
            ]
        }


class Appointment(OrganizationAct):
    slug, path = "organization_appointment", "appointment"
    title, verb, form_class = "补选、任命", "保存任职", AppointmentForm
    lead = "届中补选委员、任命书记、指定临时负责人；整届换班子请用“换届”"

    def initial(self, request, record):
        kind = request.GET.get("kind", "")
        return {"kind": kind} if kind in PostKind.values else {}

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        post = services.appoint(
            post=form.post(),
            leaving=form.leavers,
            why=cleaned.get("why") or PostEnd.MOVED,
            act=act,
        )
        return f"已登记：{post.start:%Y-%m-%d} 起{post.holder}任{post.get_kind_display()}。"

    def done_url(self, record):
        return f"{super().done_url(record)}#posts"

    def extra(self, request, record, form):
        return {
            "people": people_of(record),
            "aside": [
                ("calendar-check", "任期不变", "补选的委员任到本届届满"),
                ("arrow-repeat", "重算班子设置和书记在岗", "空缺天数算到任职那一天"),
            ],
        }


class Leave(ActPage):
    slug, path = "post_leave", "leave"
    pages = PostPages()
    title, form_class = "离任", LeaveForm
    lead = "调动、退休、辞职或免职；有人接替的，用“补选、任命”一次办完"

    def stop(self, record):
        if record.end:
            return f"{record.holder} {record.end:%Y-%m-%d} 已经离任。日期录错的，请用“修改”。"
        return ""

    def do(self, record, form, act):
        cleaned = form.cleaned_data
        services.leave(
            post=record,
            on=cleaned["on"],
            why=cleaned["why"],
            act=act,
            expected=cleaned["version"],
        )
        return (
            f"已登记：{record.holder} {cleaned['on']:%Y-%m-%d} 不再任{record.get_kind_display()}。"
        )

    def extra(self, request, record, form):
        address = reverse(Appointment.slug, args=[record.organization_id])
        note = "从这一天起算空缺，超过 90 天触发一票否决"
        aside = [("person-dash", f"{record.get_kind_display()}空缺", "请尽快补选")]
        if record.kind == PostKind.SECRETARY:
            aside = [("exclamation-triangle", "书记空缺", note)]
        return {"aside": aside, "successor_url": f"{address}?kind={record.kind}"}
