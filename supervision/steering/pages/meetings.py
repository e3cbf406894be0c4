"""The pages of monthly work meetings and their tasks."""

from __future__ import annotations

from django.utils import timezone

from orgs.sections import Section, change_link
from schools.facts import Fact
from supervision.models import WorkMeeting, WorkTask
from supervision.steering import forms
from supervision.steering.pages.base import OfBody, PartOf, add_link


class WorkMeetingPages(OfBody):
    slug = "work_meeting"
    model = WorkMeeting
    form_class = forms.WorkMeetingForm
    title = "党建工作例会"
    list_url, list_label = "work_meetings", "党建工作例会"

    def name(self, record):
        return f"{record.jurisdiction.short_name} {record.held_on:%Y年%-m月}例会"

    def initial(self, request):
        return super().initial(request) | {"held_on": timezone.localdate()}

    def lead(self, record):
        return f"{record.held_on}，{record.chair}主持"

    def groups(self, record):
        return [
            (
                "例会",
                [
                    Fact("时间", record.held_on),
                    Fact("地点", record.place),
                    Fact("主持人", record.chair),
                    Fact("到会人数", record.present),
                    Fact("缺席人员", record.absent),
                    Fact("纪要文号", record.minutes),
                    Fact("上次事项落实情况", record.previous),
                    Fact("存在问题", record.problems),
                ],
            )
        ]

    def sections(self, record, user, day):
        before = (
            WorkMeeting.objects.filter(jurisdiction=record.jurisdiction, held_on__lt=record.held_on)
            .order_by("-held_on")
            .first()
        )
        found = []
        if before:
            found.append(
                self._tasks(before, user, day, "previous", f"上次（{before.held_on}）任务落实", [])
            )
        links = add_link(self, record, user, "增加任务", "work_task_new", "meeting")
        return [*found, self._tasks(record, user, day, "tasks", "本次任务", links)]

    def _tasks(self, meeting, user, day, key: str, title: str, links) -> Section:
        tasks = list(meeting.tasks.filter(withdrawn_at=None))
        done = sum(task.done_on is not None for task in tasks)
        return Section(
            key,
            title,
            ("任务", "责任人", "完成时限", "状态", "完成情况"),
            [
                (
                    change_link(user, "work_task", one.pk, one.text),
                    one.owner,
                    f"{one.deadline}",
                    one.state_on(day),
                    f"{one.done_on} {one.result}" if one.done_on else one.result,
                )
                for one in tasks
            ],
            note=f"完成 {done}/{len(tasks)}" if tasks else "",
            links=links,
            empty="没有布置任务。",
        )


class TaskPages(PartOf):
    slug = "work_task"
    model = WorkTask
    form_class = forms.TaskForm
    title = "例会任务"
    list_url, list_label = "work_meetings", "党建工作例会"
    related = ("meeting__jurisdiction__place",)
    owner, owner_slug = "meeting", "work_meeting"
