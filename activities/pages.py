"""The pages in which meetings are kept."""

from __future__ import annotations

from uuid import uuid4

from django.utils import timezone

from accounts import history
from activities.entry import Acceptance, enter
from activities.forms import MeetingForm
from activities.grid import officers
from activities.models import Meeting, MeetingType
from orgs.models import Organization
from schools import writing
from schools.asked import named
from schools.records import RecordPages
from sheets.forms import Stored


class MeetingPages(RecordPages):
    slug = "meeting"
    model = Meeting
    form_class = MeetingForm
    title = "组织生活记录"
    list_url, list_label = "meetings", "组织生活台账"
    related = ("organization__jurisdiction",)
    bulk_fields = ("type", "place", "topic", "chair", "recorder", "status")
    new_lead = "一次活动同时算几类的，每一类建一条记录；按月成批录入用“按月录入”"

    def initial(self, request):
        """Start from what the address tells: the organization, the type, the day."""
        found = {}
        rows = Organization.objects.editable_by(request.user)
        organization = named(rows, request.GET.get("organization", ""))
        if organization:
            found["organization"] = organization
            # As on the page of months: the secretary, and who recorded last.
            chair, recorder = officers([organization], timezone.localdate())[organization.pk]
            found |= {"chair": chair, "recorder": recorder}
        if request.GET.get("type") in MeetingType.values:
            found["type"] = request.GET["type"]
        mine = Meeting.objects.editable_by(request.user).select_related("organization")
        other = named(mine, request.GET.get("together", ""))
        if other:
            # Its topic and minutes are its own.
            found |= {
                "together": other.pk,
                "organization": other.organization,
                "held_on": other.held_on,
                "place": other.place,
                "chair": other.chair,
                "recorder": other.recorder,
                "due": other.due,
                "present": other.present,
            }
        if day := request.GET.get("held_on"):
            found["held_on"] = day
        if year := request.GET.get("counts_for_year"):
            found["counts_for_year"] = year
        return found

    def write(self, form, *, act, expected):
        record = form.save(commit=False)
        is_new = record.pk is None
        if is_new or "held_on" in form.changed_data:
            enter(record, today=timezone.localdate(), accepts=Acceptance(act.actor))
        if other := is_new and form.cleaned_data.get("together"):
            if other.event_group is None:
                other.event_group = uuid4()
                history.save(other, act=act)
            record.event_group = other.event_group
        return writing.write(
            record,
            act=act,
            action=f"meeting.{'create' if is_new else 'change'}",
            touched=self.touched,
            expected=expected,
        )

    def touched(self, record):
        return Stored(
            "meetings",
            frozenset({record.organization_id}),
            frozenset({record.counts_for_year}),
        )

    def name(self, record):
        return f"{record.held_on:%Y-%m-%d} {record.get_type_display()}"
