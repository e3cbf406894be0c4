"""The forms of budgets, workers, instructors and mass organizations."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from orgs.picks import ORGANIZATIONS
from schools.form_fields import DayField, PickField
from schools.forms import SCHOOLS
from schools.record_forms import RecordForm
from supervision.forms import number
from supervision.models import Instructor, MassOrganization, PartyBudget, PartyWorker


class OwnedForm(RecordForm):
    """A record whose organization or school is chosen for a new one and stays then."""

    owner = "organization"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_new:
            self.fields.pop(self.owner, None)
        elif "year" in self.fields:
            self.fields["year"].initial = timezone.localdate().year

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end <= start:
            self.add_error("end", "止日要晚于起日，请核对。")
        return cleaned

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {self.owner}


class BudgetForm(OwnedForm):
    """The budget line of a year."""

    organization = PickField(ORGANIZATIONS, label="党组织")
    year = number("年度", min_value=2000, max_value=2100)
    amount = forms.DecimalField(
        label="列支金额",
        min_value=0,
        max_digits=10,
        decimal_places=2,
        help_text="元",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 10}),
        error_messages={"invalid": "请填数字。", "min_value": "金额不能是负数。"},
    )

    groups = (("经费", ("organization", "year", "amount", "document", "remark")),)
    scored = {"amount": "G2 经费与党务力量"}
    reasons = frozenset({"amount", "year"})

    class Meta:
        model = PartyBudget
        fields = ["organization", "year", "amount", "document", "remark"]


class WorkerForm(OwnedForm):
    """Who does the Party work, since when."""

    organization = PickField(ORGANIZATIONS, label="党组织")
    start = DayField(label="起")
    end = DayField(label="止", required=False, help_text="不再担任的第一天")

    groups = (("党务工作者", ("organization", "name", "post", "is_full_time", "start", "end")),)
    scored = {"is_full_time": "G2 经费与党务力量，党委要有专职"}

    class Meta:
        model = PartyWorker
        fields = ["organization", "name", "post", "is_full_time", "start", "end"]


class InstructorForm(OwnedForm):
    """Who is sent to a school, by whom, since when."""

    owner = "school"
    school = PickField(SCHOOLS, label="学校")
    start = DayField(label="起")
    end = DayField(label="止", required=False, help_text="不再担任的第一天")

    groups = (("党建指导员", ("school", "name", "sent_by", "document", "start", "end")),)
    scored = {"start": "工作覆盖；民办学校和联合党支部的 G2"}

    class Meta:
        model = Instructor
        fields = ["school", "name", "sent_by", "document", "start", "end"]


class MassForm(OwnedForm):
    """A mass organization of a school."""

    owner = "school"
    school = PickField(SCHOOLS, label="学校")
    people = number("人数", required=False)
    start = DayField(label="成立时间")
    end = DayField(label="撤销时间", required=False)

    groups = (("群团组织", ("school", "kind", "head", "people", "start", "end")),)
    scored = {"start": "工作覆盖"}

    class Meta:
        model = MassOrganization
        fields = ["school", "kind", "head", "people", "start", "end"]
