"""The page of one school: it shows the organizations too, so it stands on this floor."""

from __future__ import annotations

from django.db.models import F, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone

from accounts.limits import limited
from orgs.acting import covers
from orgs.models import Organization
from orgs.sections import of_school, sections
from orgs.standing import last_confirmed_cycle
from orgs.views.organizations import enriched, organization_table
from schools.access import READ, RECORDS, needs
from schools.bodies import set_bodies
from schools.counts import add_counts
from schools.facts import Fact
from schools.models import Jurisdiction, School
from schools.pages import SchoolPages


@needs(READ)
@limited(RECORDS)
def school(request, pk):
    """Show one school: facts, place and affiliation, its organizations."""
    rows = School.objects.visible_to(request.user).select_related(
        "place", "jurisdiction", "merged_into"
    )
    record = get_object_or_404(rows, pk=pk)
    today = timezone.localdate()
    add_counts([record], today)
    set_bodies([record])
    cycle = last_confirmed_cycle()
    own_or_covering = Organization.objects.visible_to(request.user).filter(
        Q(school=record) | Q(pk__in=record.covering_organizations.values("pk"))
    )
    organizations = enriched(
        own_or_covering.select_related("school", "parent", "jurisdiction").order_by(
            F("dissolved_on").asc(nulls_first=True), "name"
        ),
        cycle,
    )
    bodies = [*Jurisdiction.objects.get_ancestors(record.body), record.body]
    unit = next((body for body in reversed(bodies) if body.is_reporting_unit), None)
    may_edit = SchoolPages().may_edit(request.user, record)
    may_arrange = may_edit and covers(request.user, record.jurisdiction)
    context = {
        "school": record,
        "may_edit": may_edit,
        "merged_url": _url_of(record.merged_into, request.user),
        "may_close": may_arrange and record.closed_on is None,
        "may_found": may_arrange and record.closed_on is None,
        "facts": [
            Fact("学校标识码", record.code),
            Fact("简称", record.short_name),
            Fact("类别", record.get_stage_display()),
            Fact("办学性质", record.get_ownership_display()),
            Fact("在校学生", record.students),
            Fact("教职工", record.staff),
            Fact("专任教师", record.teachers),
            Fact("校长", record.principal),
            Fact("办公电话", record.phone),
            Fact(
                "党员",
                record.registered_count or record.declared_members,
                school_member_note(record),
            ),
            Fact("备注", record.remark),
        ],
        "affiliation": [
            Fact("行政区划", record.place.name),
            Fact("乡镇（街道）", record.town),
            Fact("城乡类型", record.get_urban_display()),
            Fact("管理主体", " / ".join(body.label for body in bodies)),
            Fact("统计单元", unit.unit_name if unit else ""),
        ],
        "organizations": organizations,
        "table": organization_table(organizations, cycle),
        "sections": sections(of_school, record, request.user, today),
    }
    return render(request, "orgs/school.html", context)


def _url_of(school: School | None, user) -> str:
    """Return the address of a school for who may see it, else ""."""
    seen = school and School.objects.visible_to(user).filter(pk=school.pk).exists()
    return reverse("school", args=[school.pk]) if school and seen else ""


def school_member_note(record) -> str:
    """Say where the number of members of a school comes from."""
    declared = record.declared_members
    if not record.registered_count:
        return "" if declared is None else "申报数，花名册里还没有党员"
    if declared is not None and declared != record.registered_count:
        return f"登记数；申报 {declared} 人，不一致，请核对"
    return "登记数"
