"""The pages in which problems are kept, and their list."""

from __future__ import annotations

from django.urls import reverse

from activities.models import LifeProblem, Meeting
from activities.problems.forms import MEETINGS, ProblemForm
from activities.problems.lists import ProblemFilter, ProblemTable
from schools.asked import named
from schools.lists import ListPage, Shortcut
from schools.records import RecordPages
from sheets.forms import Stored


class ProblemPages(RecordPages):
    slug = "problem"
    model = LifeProblem
    form_class = ProblemForm
    title = "查摆问题"
    list_url, list_label = "problems", "问题和整改清单"
    related = ("meeting__organization__jurisdiction__place",)
    new_lead = "写明问题；措施、责任人、时限三样齐全，才算列入整改清单"

    def initial(self, request):
        """Start with the meeting the address names, if the user may change it."""
        rows = Meeting.objects.editable_by(request.user).filter(type__in=MEETINGS)
        meeting = named(rows, request.GET.get("meeting", ""))
        return {"meeting": meeting.pk} if meeting else {}

    def url(self, record):
        return f"{reverse('meeting', args=[record.meeting_id])}#problems"

    def name(self, record):
        return record.text if len(record.text) <= 20 else f"{record.text[:20]}…"

    def touched(self, record):
        meeting = record.meeting
        return Stored(
            "problems", frozenset({meeting.organization_id}), frozenset({meeting.counts_for_year})
        )


class ProblemList(ListPage):
    title = "问题和整改清单"
    lead = "组织生活会、民主生活会查摆出的问题，逐条整改"
    counter, noun = "个", "问题"
    sheet_title = "查摆问题整改清单"
    import_kind = "problems"
    table_class = ProblemTable
    filterset_class = ProblemFilter
    default_order = ("-meeting__held_on", "meeting_id")
    shortcuts = (Shortcut("逾期", "state=overdue"), Shortcut("未列整改", "state=bare"))
    empty_title = "还没有查摆问题"
    empty_text = "在组织生活会、民主生活会的页面逐条添加。"

    def rows(self):
        return LifeProblem.objects.select_related("meeting__organization")
