"""The list of members, and the page of one, with personal numbers masked."""

from __future__ import annotations

import datetime
from typing import Any, cast

from django.db.models import F
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.limits import limited
from accounts.models import User
from orgs.filters import MemberFilter
from orgs.forms.reason import ReasonForm
from orgs.members.acts import ACTS, MEMBERS, MemberAct, running_case
from orgs.members.days import status_on
from orgs.models import (
    Member,
    MemberStatus,
    Organization,
    Situation,
    SituationKind,
    add_months,
    add_years,
)
from orgs.personal import cover_id_number, mask_phone
from orgs.sections import of_member, sections
from orgs.services_situations import LOST_MONTHS, SUSPENDED_YEARS
from orgs.tables import MemberTable, MemberThenTable, exit_word
from orgs.transfers.acts import Send
from orgs.transfers.tables import state_of
from schools.access import EDIT, READ, RECORDS, needs
from schools.facts import Fact
from schools.lists import ListPage, Shortcut
from schools.roles import EXPORT_UNMASKED, REVEAL, roles_with
from schools.scoping import granted_paths


def full_years(birth, day) -> int:
    """Return the full years of age on `day`."""
    return day.year - birth.year - (add_years(birth, day.year - birth.year) > day)


class MemberList(ListPage):
    title = "党员"
    counter, noun = "人", "党员"
    sheet_title = "党员花名册"
    table_class = MemberTable
    filterset_class = MemberFilter
    default_order = ("organization__jurisdiction__path", "organization_id", "name")
    shortcuts = (
        Shortcut("预备党员", "status=probationary"),
        Shortcut("流动党员", "marked=floating"),
        Shortcut("失联党员", "marked=lost"),
        Shortcut("停止党籍", "status=suspended"),
        Shortcut("已离开", "state=left"),
    )
    tells_days = True
    import_kind = "members"
    bulk_page = "member_bulk"
    new_label = "新增"
    new_pages = (
        ("member_admit", "接收预备党员"),
        ("member_arrive", "从系统外转入"),
        ("member_new", "登记已有党员"),
    )
    empty_title = "还没有党员"
    empty_text = "花名册导入前，党员数用党组织名单上的申报数。可以用“党员花名册”表导入。"

    @property
    def lead(self):
        if self.day:
            return f"{self.day:%Y-%m-%d} 这一天的党员，按当时的组织关系；身份证号和电话已遮挡。"
        return "身份证号和电话已遮挡，导出的表格也一样。"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if self.day:
            self.table_class = MemberThenTable
            home = "belonging__organization"
            self.default_order = (f"{home}__jurisdiction__path", f"{home}_id", "name")

    def rows(self):
        if self.day is None:
            return Member.objects.select_related("organization", "school")
        return (
            Member.objects.of_day(self.day)
            .select_related("school")
            .annotate(status_then=status_on(self.day), home_then=F("belonging__organization_id"))
        )

    def further_exports(self):
        """Return the way to the same list with the numbers in clear, for those who may."""
        if self.day or not self.request.user.has_perm(EXPORT_UNMASKED):
            return []
        query = self.asked("page", "size")
        return [("导出完整号码", f"{reverse('members_unmasked')}{'?' if query else ''}{query}")]

    def make_filterset(self, data, rows):
        return MemberFilter(data, rows, request=self.request, day=self.day)

    def enrich(self, records):
        day = self.day or timezone.localdate()
        for record in records:
            record.age = full_years(record.birth_date, day)
        if self.day:
            self._put_back(records)
        return records

    def _put_back(self, records: list[Any]) -> None:
        """Show each member as he was on the day; two queries."""
        homes = Organization.everything.in_bulk({record.home_then for record in records})
        keys = [record.pk for record in records]
        mine = Member.objects.visible_to(cast(User, self.request.user)).filter(pk__in=keys)
        seen = set(mine.order_by().values_list("pk", flat=True))
        for record in records:
            record.organization = homes[record.home_then]
            record.status = record.status_then
            record.is_seen = record.pk in seen


@needs(READ)
@limited(RECORDS)
def member(request, pk):
    """Show one member; ID number and phone stay masked."""
    return show_member(request, member_or_404(request.user, pk))


def member_or_404(user, pk) -> Member:
    """Return the member `user` sees under `pk`, with what his page needs."""
    rows = Member.objects.visible_to(user)
    return get_object_or_404(
        rows.select_related("organization__jurisdiction", "organization__school", "school"), pk=pk
    )


def may_reveal(user, record: Member) -> bool:
    """Tell whether `user` may see the numbers of this member in clear."""
    path = record.organization.jurisdiction.path
    return any(path.startswith(held) for held in granted_paths(user, roles_with(REVEAL)))


def show_member(request, record: Member, *, reason=None, in_clear=False, status=200):
    """Draw the page of a member; the form `reason` asks why the numbers are wanted in clear."""
    today = timezone.localdate()
    may_edit = request.user.has_perm(EDIT) and MEMBERS.may_edit(request.user, record)
    situations = list(record.situations.all())
    transfers = list(record.transfers.visible_to(request.user).select_related("sender", "receiver"))
    pending = next((transfer for transfer in transfers if transfer.is_pending), None)
    offered: tuple[type[MemberAct], ...] = (Send, *ACTS)
    acts = [act() for act in offered] if may_edit else []
    case = running_case(record)
    context = {
        "member": record,
        "facts": person_facts(record, today, in_clear=in_clear),
        "in_clear": in_clear,
        "may_reveal": may_reveal(request.user, record),
        "reason": reason or ReasonForm(),
        "life": party_facts(record, today),
        "notices": notices(record, situations, today, may_edit=may_edit),
        "pending": pending,
        "overdue": pending and pending.is_overdue(today),
        "may_edit": may_edit,
        "acts": [
            (act.title, act.address(record))
            for act in acts
            if act.fits(record)
            and not (pending and act.waits_for_transfer)
            and not (case and act.belongs_to_case)
        ],
        "case": case,
        "memberships": record.memberships.select_related("organization").order_by(
            F("start").desc(nulls_last=True), "-pk"
        ),
        "situations": sorted(
            situations, key=lambda s: (s.start or datetime.date.min, s.pk), reverse=True
        ),
        "transfers": [(transfer, state_of(transfer, today)) for transfer in transfers],
        "contacts": record.contacts.all(),
        "looked_after": record.is_floating or record.is_lost_contact,
        "posts": record.posts.select_related("organization").order_by(
            F("start").desc(nulls_last=True)
        ),
        "today": today,
        "sections": sections(of_member, record, request.user, today),
    }
    return render(request, "orgs/member.html", context, status=status)


def _month_or_day(day, month_only):
    return f"{day:%Y-%m}" if day and month_only else day


def person_facts(record: Member, today: datetime.date, *, in_clear: bool = False) -> list[Fact]:
    """Return what is known of the person, the numbers masked unless `in_clear`."""
    retired = f"{record.retired_on} 起" if record.retired_on else ""
    id_number, phone, note = str(record.id_number), str(record.phone), ""
    if not in_clear:
        id_number, note = cover_id_number(id_number), "已遮挡"
        phone = mask_phone(phone) if phone else ""
    return [
        Fact("性别", record.get_sex_display()),
        Fact("民族", record.ethnicity),
        Fact("出生日期", record.birth_date, f"{full_years(record.birth_date, today)} 岁"),
        Fact("公民身份号码", id_number, note),
        Fact("学历", record.get_education_display()),
        Fact("联系电话", phone, note),
        Fact("工作岗位", record.job),
        Fact("教师", record.is_teacher),
        Fact("在职情况", record.get_employment_display(), retired),
        Fact("所在学校", record.school or record.organization.school),
    ]


def party_facts(record: Member, today: datetime.date) -> list[Fact]:
    """Return what is known of the membership."""
    organization_url = reverse("organization", args=[record.organization_id])
    facts = [
        Fact("人员类别", record.get_status_display()),
        Fact("所在党组织", record.organization.short_name, url=organization_url),
        Fact("入党时间", _month_or_day(record.joined_on, record.joined_month_only)),
    ]
    if record.status == MemberStatus.PROBATIONARY:
        end = record.probation_ends_on
        note = "已延长" if record.probation_until else ""
        if end and end < today and record.left_on is None:
            note = "期满，应当讨论转正"
        facts.append(Fact("预备期满", end, note))
    else:
        age = f"{full_years(record.confirmed_on, today)} 年" if record.confirmed_on else ""
        facts += [
            Fact("转正时间", _month_or_day(record.confirmed_on, record.confirmed_month_only)),
            Fact("党龄", age, "从转正时间算起" if age else ""),
        ]
    return [
        *facts,
        Fact("流动党员", record.is_floating),
        Fact("失联党员", record.is_lost_contact),
        Fact("免除活动要求", record.activity_exempt),
        Fact("备注", record.remark),
    ]


def notices(
    record: Member, situations: list[Situation], today: datetime.date, *, may_edit: bool
) -> list[dict[str, Any]]:
    """Return what the page says first: left, suspended, lost, floating, with the days that run.

    Each is {"text", "hot", "url", "link"}; a link only for those who may do something.
    """
    if record.left_on:
        document = f"（{record.left_document}）" if record.left_document else ""
        return [
            {
                "text": f"{record.left_on} {exit_word(record)}{document}，不再计入党员数。",
                "hot": False,
            }
        ]
    opened = {s.kind: s for s in situations if s.end is None}
    found = []

    def add(text, hot=False, page="", link=""):
        url = reverse(page, args=[record.pk]) if page and may_edit else ""
        found.append({"text": text, "hot": hot, "url": url, "link": link if url else ""})

    if suspended := opened.get(SituationKind.SUSPENDED):
        if suspended.start:
            last = add_years(suspended.start, SUSPENDED_YEARS)
            over = last <= today
            words = "已满 2 年，没有联系上的应予除名" if over else f"{last} 满 2 年"
            add(f"{suspended.start} 起停止党籍，{words}。", over)
        else:
            add("已停止党籍，没有填起始时间。")
    if lost := opened.get(SituationKind.LOST):
        note = f"查找情况：{lost.note}。" if lost.note else ""
        if not lost.start:
            add("列为失联党员，没有填失联时间。", False, "member_lost", "补填失联时间")
        elif record.status == MemberStatus.SUSPENDED:
            add(f"{lost.start} 起失联。{note}")
        else:
            first = add_months(lost.start, LOST_MONTHS)
            over = first <= today
            words = "已满 6 个月，仍没有找到的应停止党籍" if over else f"{first} 满 6 个月"
            link = ("member_suspend", "停止党籍") if over else ("member_found", "取得联系")
            add(f"{lost.start} 起失联，{words}。{note}", over, *link)
    if floating := opened.get(SituationKind.FLOATING):
        if floating.start:
            place = f"，去向{floating.note}" if floating.note else ""
            add(f"{floating.start} 起流动{place}。", False, "member_settle", "结束流动")
        else:
            add("列为流动党员，没有填外出时间和去向。", False, "member_float", "补填")
    return found


__all__ = ["MemberList", "full_years", "may_reveal", "member", "member_or_404", "show_member"]
