"""Pages of `activities`: the list of meetings, and one meeting."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.history import Act
from activities.attendance.roster import WITHOUT
from activities.entry import Acceptance
from activities.filters import MeetingFilter
from activities.models import Meeting, Presence
from activities.pages import MeetingPages
from activities.problems.forms import MEETINGS as LISTS_PROBLEMS
from activities.problems.lists import state_of
from activities.services import decide_late
from activities.tables import MeetingTable
from activities.validity import why_not
from schools.access import READ, needs
from schools.facts import Fact
from schools.lists import ListPage, Shortcut

# Late entries decided at once.
MOST = 500


class MeetingList(ListPage):
    title = "组织生活台账"
    lead = "每次会议或活动一行。不计入考评的，写明原因。"
    counter, noun = "次", "记录"
    table_class = MeetingTable
    filterset_class = MeetingFilter
    default_order = ("-held_on", "-pk")
    shortcuts = (
        Shortcut("不计入的", "valid=no"),
        Shortcut("补录待认可", "late=waiting"),
        Shortcut("党课", "type=lecture"),
    )
    import_kind = "meetings"
    new_page = "meeting_new"
    bulk_page = "meeting_bulk"
    empty_title = "还没有组织生活记录"
    empty_text = "三会一课、主题党日等记录导入后才能计分。可以用“三会一课台账”表导入。"

    @property
    def sheet_title(self):
        year = self.filterset.values.get("year") or self.filterset.filters["year"].default
        return "组织生活台账" if year == "all" else f"{year}年组织生活台账"

    def rows(self):
        return Meeting.objects.select_related("organization")


@require_POST
@needs(READ)
def late(request):
    """Accept late entries, or not: one from its page, or several chosen in the list."""
    keys = request.POST.getlist("meeting")
    if not keys or len(keys) > MOST or not all(key.isdecimal() for key in keys):
        raise Http404
    rows = Meeting.objects.visible_to(request.user).select_related("organization__jurisdiction")
    found = list(rows.filter(pk__in=keys))
    if len(found) < len(set(keys)):
        raise Http404
    accepted = request.POST.get("decision") == "accept"
    reason = request.POST.get("reason", "").strip()
    if not accepted and not reason:
        messages.error(request, "没有保存。不认可要写明理由，填报的人才知道怎么改。")
    else:
        act = Act(request.user, reason=reason, source="认可补录" if accepted else "不认可补录")
        done = decide_late(meetings=found, accepted=accepted, act=act)
        word = "认可" if accepted else "不认可"
        messages.success(request, f"已{word} {done} 次补录，相关得分已重算。")
    if len(found) == 1:
        return redirect("meeting", found[0].pk)
    return redirect(f"{reverse('meetings')}?late=waiting")


@needs(READ)
def meeting(request, pk):
    """Show one meeting and why it counts or does not."""
    rows = Meeting.objects.visible_to(request.user)
    record = get_object_or_404(rows.select_related("organization__jurisdiction"), pk=pk)
    other_year = record.counts_for_year != record.held_on.year
    late = {True: "管理主体已认可", False: "管理主体没有认可", None: "等管理主体认可"}
    together = []
    if record.event_group:
        together = rows.filter(
            event_group=record.event_group, organization=record.organization_id
        ).exclude(pk=pk)
    may_edit = MeetingPages().may_edit(request.user, record)
    decides = record.is_late and Acceptance(request.user)(record.organization)
    problems = []
    if record.type in LISTS_PROBLEMS:
        today = timezone.localdate()
        problems = [
            (one, state_of(one, today)) for one in record.problems.filter(withdrawn_at=None)
        ]
    context = {
        "meeting": record,
        "takes_roster": record.type not in WITHOUT,
        "attendance": _attendance(record),
        "lists_problems": record.type in LISTS_PROBLEMS,
        "problems": problems,
        "planned": sum(problem.is_planned for problem, _ in problems),
        "may_edit": may_edit,
        "decides": decides,
        "reasons": why_not(record),
        "together": together,
        "facts": [
            Fact("类别", record.get_type_display(), "换届选举" if record.is_election else ""),
            Fact(
                "党组织",
                record.organization.short_name,
                url=reverse("organization", args=[record.organization_id]),
            ),
            Fact("时间", record.held_on),
            Fact("归属年度", str(record.counts_for_year), "与时间不同年" if other_year else ""),
            Fact("地点", record.place),
            Fact("主题", record.topic),
            Fact("主持人", record.chair),
            Fact("记录人", record.recorder),
            Fact("主讲人", record.lecturer),
            Fact("党小组", record.group_name),
            Fact("应到", record.due),
            Fact("实到", record.present),
            Fact("缺席人员及原因", record.absence_note),
            Fact("专题研究党建", record.studies_party_building),
            Fact("状态", record.get_status_display()),
            Fact("录入日期", record.entered_on),
            Fact("补录", record.is_late, late[record.late_accepted] if record.is_late else ""),
        ],
    }
    return render(request, "activities/meeting.html", context)


def _attendance(record: Meeting) -> list[tuple[str, list]]:
    """Return who was there by kind of presence, those that occur; one query."""
    if not record.has_roster:
        return []
    rows = record.attendance.select_related("member").order_by("member__name", "member_id")
    found: dict[int, list] = {one: [] for one in Presence}
    for row in rows.defer("member__id_number", "member__phone"):
        found[row.presence].append(row.member)
    return [(Presence(one).label, members) for one, members in found.items() if members]
