"""The pages in which talks are kept, and their list."""

from __future__ import annotations

from activities.models import HeartTalk
from activities.talks.forms import TalkForm
from activities.talks.lists import TalkFilter, TalkTable
from activities.talks.services import speakers, touched
from orgs.models import Member
from orgs.picks import MEMBERS, ORGANIZATIONS
from schools import writing
from schools.asked import named
from schools.lists import ListPage, Shortcut
from schools.records import RecordPages


class TalkPages(RecordPages):
    slug = "talk"
    model = HeartTalk
    form_class = TalkForm
    title = "谈心谈话记录"
    list_url, list_label = "talks", "谈心谈话"
    related = ("organization__jurisdiction__place", "member__organization")
    new_lead = "一次谈话一条记录，双方都算谈过"

    def initial(self, request):
        """Start from what the address tells: the organization, the member, the day."""
        found = ORGANIZATIONS.asked(request, "organization")
        members = Member.objects.editable_by(request.user)
        members = members.select_related("organization__jurisdiction")
        if member := named(members, request.GET.get("member", "")):
            found["member"] = MEMBERS.label(member)
            found["organization"] = ORGANIZATIONS.label(member.organization)
        if day := request.GET.get("held_on"):
            found["held_on"] = day
        return found

    def write(self, form, *, act, expected):
        talk = form.save(commit=False)
        known = speakers({talk.organization_id})
        talk.speaker_id = known.get((talk.organization_id, talk.speaker_name))
        return writing.write(
            talk,
            act=act,
            action=f"talk.{'create' if form.is_new else 'change'}",
            touched=touched,
            expected=expected,
        )

    def touched(self, record):
        return touched(record)

    def name(self, record):
        return f"{record.held_on:%Y-%m-%d} {record.speaker_name}与{record.member.name}谈心谈话"


class TalkList(ListPage):
    title = "谈心谈话"
    lead = "班子成员之间、班子成员与党员、党员之间，每年至少谈一次；组织生活会前要谈"
    counter, noun = "次", "谈话"
    import_kind = "talks"
    table_class = TalkTable
    filterset_class = TalkFilter
    default_order = ("-held_on", "-pk")
    shortcuts = (Shortcut("班子成员之间", "relation=committee"),)
    new_page = "talk_new"
    empty_title = "还没有谈心谈话记录"
    empty_text = "点“新建”，一次谈话记一条。"

    @property
    def sheet_title(self):
        return "谈心谈话台账"

    def rows(self):
        return HeartTalk.objects.select_related("organization", "member")
