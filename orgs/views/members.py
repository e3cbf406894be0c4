"""The list of members, and the page of one, with personal numbers masked."""

from __future__ import annotations

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.limits import limited
from orgs.filters import MemberFilter
from orgs.models import Member, add_years
from orgs.personal import cover_id_number, mask_phone
from orgs.tables import MemberTable
from schools.access import READ, RECORDS, needs
from schools.facts import Fact
from schools.lists import ListPage, Shortcut


def full_years(birth, day) -> int:
    """Return the full years of age on `day`."""
    return day.year - birth.year - (add_years(birth, day.year - birth.year) > day)


class MemberList(ListPage):
    title = "党员"
    lead = "身份证号和电话已遮挡，导出的表格也一样。"
    counter, noun = "人", "党员"
    sheet_title = "党员花名册"
    table_class = MemberTable
    filterset_class = MemberFilter
    default_order = ("organization__jurisdiction__path", "organization_id", "name")
    shortcuts = (
        Shortcut("预备党员", "status=probationary"),
        Shortcut("离退休", "employment=retired"),
        Shortcut("35 岁及以下", "age=35"),
    )
    import_kind = "members"
    empty_title = "还没有党员"
    empty_text = "花名册导入前，党员数用党组织名单上的申报数。可以用“党员花名册”表导入。"

    def rows(self):
        return Member.objects.select_related("organization", "school")

    def enrich(self, records):
        today = timezone.localdate()
        for record in records:
            record.age = full_years(record.birth_date, today)
        return records


@needs(READ)
@limited(RECORDS)
def member(request, pk):
    """Show one member; ID number and phone stay masked."""
    rows = Member.objects.visible_to(request.user)
    record = get_object_or_404(rows.select_related("organization__jurisdiction", "school"), pk=pk)
    today = timezone.localdate()
    organization_url = reverse("organization", args=[record.organization_id])

    def month_or_day(day, month_only):
        return f"{day:%Y-%m}" if day and month_only else day

    facts = [
        Fact("性别", record.get_sex_display()),
        Fact("民族", record.ethnicity),
        Fact("出生日期", record.birth_date, f"{full_years(record.birth_date, today)} 岁"),
        Fact("公民身份号码", cover_id_number(record.id_number), "已遮挡"),
        Fact("学历", record.get_education_display()),
        Fact("联系电话", mask_phone(record.phone) if record.phone else "", "已遮挡"),
        Fact("工作岗位", record.job),
        Fact("教师", record.is_teacher),
        Fact("在职情况", record.get_employment_display()),
        Fact("所在学校", record.school or record.organization.school),
    ]
    life = [
        Fact("人员类别", record.get_status_display()),
        Fact("所在党组织", record.organization.short_name, url=organization_url),
        Fact("入党时间", month_or_day(record.joined_on, record.joined_month_only)),
        Fact("转正时间", month_or_day(record.confirmed_on, record.confirmed_month_only)),
        Fact(
            "党龄",
            f"{full_years(record.confirmed_on, today)} 年" if record.confirmed_on else "",
            "从转正时间算起" if record.confirmed_on else "",
        ),
        Fact("流动党员", record.is_floating),
        Fact("失联党员", record.is_lost_contact),
        Fact("免除活动要求", record.activity_exempt),
        Fact("备注", record.remark),
    ]
    context = {
        "member": record,
        "facts": facts,
        "life": life,
        "posts": record.posts.select_related("organization").order_by("-start"),
        "today": today,
    }
    return render(request, "orgs/member.html", context)
