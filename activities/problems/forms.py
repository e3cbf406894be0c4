"""The form of a problem and its rectification."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from activities.models import LifeProblem, Meeting, MeetingType, ProblemKind
from schools.asked import named
from schools.form_fields import DayField
from schools.record_forms import RecordForm

# The yearly meetings at which problems are listed.
MEETINGS = (MeetingType.ORG_LIFE, MeetingType.DEMOCRATIC_LIFE)


class MeetingChoice(forms.ModelChoiceField):
    """A yearly meeting among those the user may change; told by the address."""

    def __init__(self, **kwargs):
        self.user = None
        super().__init__(queryset=Meeting.objects.none(), widget=forms.HiddenInput, **kwargs)

    def to_python(self, value):
        if value in self.empty_values:
            return None
        if not isinstance(value, Meeting):
            rows = Meeting.objects.editable_by(self.user).filter(type__in=MEETINGS)
            value = named(rows, str(value))
            if value is None:
                raise ValidationError("没有找到这次会议，请从会议的页面进入。")
        return value

    def validate(self, value):
        if value is None:
            raise ValidationError("请从组织生活会或民主生活会的页面进入，再添加问题。")


class ProblemForm(RecordForm):
    """A problem, and what is done about it, by whom and until when."""

    meeting = MeetingChoice(label="会议")
    deadline = DayField(label="整改时限", required=False, future=True)
    closed_on = DayField(label="完成时间", required=False, help_text="整改完成后填；如 2026-11-12")

    groups = (
        ("问题", ("kind", "person", "text")),
        ("整改", ("measure", "responsible", "deadline")),
        ("结果", ("closed_on", "result")),
    )
    scored = {"text": "C6 问题清单", "deadline": "C6 整改清单（措施、责任人、时限齐全）"}
    reasons = frozenset({"deadline"})

    class Meta:
        model = LifeProblem
        fields = [
            "meeting",
            "kind",
            "person",
            "text",
            "measure",
            "responsible",
            "deadline",
            "closed_on",
            "result",
        ]
        help_texts = {"person": "查摆的是个人问题时填"}

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == ProblemKind.PERSON and not cleaned.get("person"):
            self.add_error("person", "个人的问题要写明是谁的。")
        if cleaned.get("kind") == ProblemKind.BODY:
            cleaned["person"] = ""
        meeting, closed = cleaned.get("meeting"), cleaned.get("closed_on")
        for name in ("deadline", "closed_on"):
            day = cleaned.get(name)
            if meeting and day and day < meeting.held_on:
                label = self.fields[name].label
                self.add_error(name, f"{label}早于开会的日子 {meeting.held_on}，请核对。")
        if closed and not cleaned.get("measure"):
            self.add_error("measure", "已经完成的，请写明采取了什么措施。")
        return cleaned
