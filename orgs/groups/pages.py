"""The pages of groups: a group by itself, and the division of a branch on one page."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.history import Act
from accounts.limits import limited
from orgs.groups.forms import DivisionForm, GroupForm
from orgs.groups.services import KIND, divide, memberships
from orgs.models import Member, Organization, OrgKind, PartyGroup
from orgs.pages import OfOrganizationPages
from schools.access import EDIT, READ, RECORDS, needs
from schools.bodies import set_bodies
from sheets.forms import Stored

KINDS = (OrgKind.BRANCH, OrgKind.JOINT_BRANCH)


class GroupPages(OfOrganizationPages):
    slug = "group"
    model = PartyGroup
    form_class = GroupForm
    title = "党小组"
    new_lead = "先建党小组，再在同一页把党员编进去"

    def url(self, record):
        return reverse("organization_groups", args=[record.organization_id])

    def name(self, record):
        return f"{record.organization.short_name}{record.name}"

    def touched(self, record):
        return Stored(KIND, frozenset({record.organization_id}))


@needs(READ)
@limited(RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def groups(request, pk):
    """Show the groups of a branch with their members; those who may divide them anew."""
    rows = Organization.objects.visible_to(request.user).filter(kind__in=KINDS)
    organization = get_object_or_404(rows.select_related("jurisdiction__place"), pk=pk)
    set_bodies([organization])
    may_edit = (
        request.user.has_perm(EDIT)
        and Organization.objects.editable_by(request.user).filter(pk=pk).exists()
    )
    if request.method == "POST" and not may_edit:
        raise PermissionDenied("您可以查看党小组，不能修改。需要时请找它的管理主体。")
    today = timezone.localdate()
    found = list(PartyGroup.objects.filter(organization=organization, end=None))
    members = list(
        Member.objects.active_on(today)
        .filter(organization=organization)
        .defer("id_number", "phone")
        .order_by("name", "pk")
    )
    known = memberships(organization)
    form = DivisionForm(
        request.POST or None, members=members, groups=found, known=known, initial={"day": today}
    )
    if form.is_bound and form.is_valid():
        try:
            count = divide(
                organization=organization,
                members=members,
                chosen=form.chosen(),
                day=form.cleaned_data["day"],
                act=Act(request.user, source="编党小组"),
            )
        except ValidationError as error:
            form.add_error("day", error)
        else:
            if count:
                messages.success(request, f"已保存，改动 {count} 名党员。")
            else:
                messages.info(request, "没有改动，没有保存。")
            return redirect("organization_groups", pk)
    listed = [
        (group, [m for m in members if m.pk in known and known[m.pk].group_id == group.pk])
        for group in found
    ]
    context = {
        "organization": organization,
        "body": organization.body,
        "groups": [
            (group, some, next((m for m in some if known[m.pk].is_leader), None))
            for group, some in listed
        ],
        "without": sum(member.pk not in known for member in members),
        "members": members,
        "form": form,
        "may_edit": may_edit,
    }
    status = 400 if form.is_bound else 200
    return render(request, "orgs/groups.html", context, status=status)
