"""The form of a talk."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from activities.entry import years_for
from activities.models import HeartTalk, MeetingType
from orgs.picks import MEMBERS, ORGANIZATIONS
from schools.asked import number
from schools.form_fields import DayField, PickField
from schools.record_forms import RecordForm


class TalkForm(RecordForm):
    """One talk: who with whom, when, about what."""

    organization = PickField(ORGANIZATIONS, label="党组织")
    held_on = DayField(label="谈话时间")
    member = PickField(MEMBERS, label="谈话对象")
    counts_for_year = forms.TypedChoiceField(
        label="归属年度",
        coerce=int,
        required=False,
        empty_value=None,
        help_text="3 月底前为上一年组织生活会谈的，可以算上一年",
    )

    groups = (
        ("谈话", ("organization", "held_on", "counts_for_year", "relation")),
        ("双方", ("speaker_name", "member")),
        ("内容", ("subject", "follow_up")),
    )
    scored = {"member": "C6 有谈话记录的党员", "held_on": "C6 会前谈话"}
    reasons = frozenset({"organization", "member"})

    class Meta:
        model = HeartTalk
        fields = [
            "organization",
            "held_on",
            "counts_for_year",
            "relation",
            "speaker_name",
            "member",
            "subject",
            "follow_up",
        ]
        help_texts = {"speaker_name": "写姓名；是本组织党员的，自动对上花名册"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this_year = timezone.localdate().year
        years = {self.instance.counts_for_year, this_year, this_year - 1}
        years |= {self.instance.held_on.year} if self.instance.held_on else set()
        typed = self.data.get("counts_for_year", "") if self.is_bound else ""
        years |= {number(typed)} if len(typed) == 4 else set()
        self.fields["counts_for_year"].choices = [
            ("", "谈话当年"),
            *((year, f"{year} 年") for year in sorted(filter(None, years))),
        ]
        self.fields["subject"].required = True
        self.fields["subject"].error_messages["required"] = "请填写谈话内容。"

    def clean(self):
        cleaned = super().clean()
        organization, member = cleaned.get("organization"), cleaned.get("member")
        if organization and member and member.organization_id != organization.pk:
            self.add_error(
                "member", f"{member.name}不在{organization.short_name}，请核对党组织和姓名。"
            )
        if member and cleaned.get("speaker_name") == member.name:
            self.add_error("speaker_name", "谈话人和谈话对象是同一个人，请核对。")
        if held := cleaned.get("held_on"):
            year = cleaned.get("counts_for_year") or held.year
            allowed = years_for(MeetingType.ORG_LIFE, held)
            if year not in allowed:
                words = "、".join(map(str, allowed))
                self.add_error("counts_for_year", f"{held} 的谈话只能归 {words} 年。")
            cleaned["counts_for_year"] = year
        return cleaned
