"""The evaluation of a year on one page: every member of an organization, to read or to fill in."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.history import Act
from accounts.limits import limited
from activities.evaluation import services
from activities.evaluation.forms import EvaluationForm
from activities.evaluation.sums import (
    KINDS,
    is_graded,
    members_of,
    most_excellent,
    reference_day,
    sums_by_organization,
)
from activities.models import Grade, MemberEvaluation
from orgs.models import Member, Organization
from schools.access import EDIT, READ, RECORDS, needs
from schools.asked import year_asked
from schools.bodies import set_bodies


@needs(READ)
@limited(RECORDS)
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation(request, pk):
    """Show the results of an organization and year; those who may fill them in."""
    rows = Organization.objects.visible_to(request.user).filter(kind__in=KINDS)
    organization = get_object_or_404(rows.select_related("jurisdiction__place"), pk=pk)
    set_bodies([organization])
    today = timezone.localdate()
    year = _year(request, today)
    may_edit = (
        request.user.has_perm(EDIT)
        and Organization.objects.editable_by(request.user).filter(pk=pk).exists()
    )
    if request.method == "POST" and not may_edit:
        raise PermissionDenied("您可以查看民主评议，不能修改。需要时请找它的管理主体。")
    day = reference_day(year, today)
    found = MemberEvaluation.objects.filter(organization=organization, year=year)
    stored = {row.member_id: row for row in found}
    members = members_of(organization, year, today)
    form = EvaluationForm(
        _filled(request, members, day),
        organization=organization,
        year=year,
        members=members,
        stored=stored,
        day=day,
    )
    if form.is_bound and form.is_valid():
        act = Act(request.user, source="民主评议")
        count = services.evaluate(organization=organization, year=year, rows=form.rows(), act=act)
        sums = sums_by_organization([pk], year).get(pk)
        if not count:
            messages.info(request, "没有改动，没有保存。")
        else:
            messages.success(request, f"已保存 {count} 名党员的评议结果。")
        if sums and sums.too_many:
            messages.warning(
                request,
                f"优秀 {sums.excellent} 名，超过评定等次 {sums.graded} 名的三分之一，C7 要扣分。",
            )
        return redirect(f"{request.path}?year={year}")
    sums = sums_by_organization([pk], year).get(pk)
    should = sum(is_graded(member, day) for member in members)
    context = {
        "organization": organization,
        "body": organization.body,
        "year": year,
        "years": range(today.year, today.year - 5, -1),
        "members": members,
        "results": [(member, stored.get(member.pk), is_graded(member, day)) for member in members],
        "form": form,
        "sums": sums,
        "should": should,
        "most": most_excellent(sums.graded if sums else should),
        "may_edit": may_edit,
    }
    status = 400 if form.is_bound else 200
    return render(request, "activities/evaluation.html", context, status=status)


def _filled(request, members: list[Member], day: datetime.date):
    """Return what was sent; with its button, who took part and has no grade is 合格."""
    if request.method != "POST":
        return None
    data = request.POST.copy()
    if data.get("rest") == Grade.QUALIFIED:
        for member in members:
            name = f"grade_{member.pk}"
            if is_graded(member, day) and data.get(f"took_{member.pk}") and not data.get(name):
                data[name] = Grade.QUALIFIED
    return data


def _year(request, today: datetime.date) -> int:
    """Return the year asked for; until March that of the year before."""
    return year_asked(request, today.year if today.month > 3 else today.year - 1, today.year)
