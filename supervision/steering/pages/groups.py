"""The pages of leading groups and their meetings."""

from __future__ import annotations

from orgs.sections import Section, change_link
from orgs.showing import ShownPages
from schools.facts import Fact
from supervision.models import GroupMeeting, LeadingGroup
from supervision.steering import forms
from supervision.steering.pages.base import PartOf, add_link, holder_of_group


class GroupPages(ShownPages):
    slug = "leading_group"
    model = LeadingGroup
    form_class = forms.GroupForm
    title = "领导小组"
    list_url, list_label = "leading_groups", "领导小组"
    related = ("jurisdiction__place", "school__jurisdiction__place")

    def holder(self, record):
        return holder_of_group(record)

    def lead(self, record):
        whose = record.school.name if record.school else record.jurisdiction.short_name
        return f"{record.get_level_display()}，{whose}"

    def notice(self, record, day):
        if record.ended_on and record.ended_on <= day:
            return "warn", f"{record.ended_on} 已撤销。"
        return None

    def groups(self, record):
        return [
            (
                "组成",
                [
                    Fact("组长", record.head),
                    Fact("副组长", record.deputies),
                    Fact("成立文号", record.document),
                    Fact("成立时间", record.set_up_on),
                    Fact("办公室设在", record.office),
                    Fact("办公室主任", record.office_head),
                ],
            ),
        ]

    def sections(self, record, user, day):
        meetings = list(record.meetings.filter(withdrawn_at=None))
        lines = [line.split(maxsplit=1) for line in record.member_lines]
        return [
            Section(
                "members",
                "成员",
                ("姓名", "职务"),
                [(line[0], line[1] if len(line) > 1 else "") for line in lines],
                note=f"{len(lines)} 人" if lines else "",
                empty="还没有填成员。",
            ),
            Section(
                "meetings",
                "会议",
                ("时间", "议题", "议定事项", "落实情况"),
                [
                    (
                        change_link(user, "group_meeting", one.pk, f"{one.held_on}"),
                        one.agenda,
                        one.decisions,
                        one.follow_up,
                    )
                    for one in meetings
                ],
                note=f"{len(meetings)} 次" if meetings else "",
                links=add_link(self, record, user, "登记会议", "group_meeting_new", "group"),
                empty="还没有会议记录。",
            ),
        ]


class GroupMeetingPages(PartOf):
    slug = "group_meeting"
    model = GroupMeeting
    form_class = forms.GroupMeetingForm
    title = "领导小组会议"
    list_url, list_label = "leading_groups", "领导小组"
    related = ("group__jurisdiction__place", "group__school__jurisdiction__place")
    owner, owner_slug = "group", "leading_group"
