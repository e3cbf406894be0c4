"""The quick list of who was at a meeting."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.history import Act, Conflict
from activities.attendance import services
from activities.attendance.forms import RosterForm
from activities.attendance.roster import WITHOUT, expected, stored
from activities.models import Presence
from activities.pages import MeetingPages
from schools.asked import number
from schools.bodies import set_bodies


@require_http_methods(["GET", "HEAD", "POST"])
def attendance(request, pk):
    """Show the members who belong to a meeting, and store who of them was there."""
    meeting = MeetingPages().editable(request, pk)
    if meeting.type in WITHOUT or meeting.withdrawn_at:
        raise Http404
    set_bodies([meeting.organization])
    act = Act(request.user, source="登记出席")
    asked = number(request.POST.get("version", ""))
    opened = meeting.version if asked is None else asked
    refused = ""
    members = expected(meeting)
    form = RosterForm(
        request.POST if request.method == "POST" else None,
        members=members,
        stored=stored([pk]).get(pk, {}),
        initial={"version": meeting.version},
    )
    try:
        if request.POST.get("forget"):
            services.forget(meeting=meeting, act=act, expected=opened)
            messages.success(request, "已去掉出席名单，应到、实到保持原来的数。")
            return redirect("meeting", pk)
        if form.is_bound and members and form.is_valid():
            changed = services.attend(
                meeting=meeting,
                members=members,
                presences=form.presences(),
                act=act,
                expected=opened,
            )
            if changed:
                messages.success(
                    request, f"已保存出席名单：应到 {meeting.due} 人，实到 {meeting.present} 人。"
                )
            else:
                messages.info(request, "没有改动，没有保存。")
            return redirect("meeting", pk)
    except ValidationError as error:
        refused = "".join(error.messages)
    except Conflict:
        refused = "您打开后有人改过这次会议，没有保存。请重新打开这一页，核对后再填。"
    context = {
        "meeting": meeting,
        "body": meeting.organization.body,
        "form": form,
        "refused": refused,
        "choices": Presence.choices,
    }
    status = 409 if refused and "有人改过" in refused else 400 if form.is_bound else 200
    return render(request, "activities/attendance.html", context, status=status)
