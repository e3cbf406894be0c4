"""Forms of plans, courses and trainings."""

from __future__ import annotations

from typing import Any

from django import forms

from activities.education.hours import class_hours
from activities.keeping.forms import (
    OfOrganizationForm,
    ParentField,
    check_life,
    day_callback,
    year_field,
)
from activities.models import Training, TrainingCourse, TrainingPlan
from orgs.picks import ORGANIZATIONS
from schools.form_fields import DayField, PickField
from schools.models import Jurisdiction, JurisdictionKind
from schools.record_forms import RecordForm
from schools.roles import EDIT_ROLES
from schools.scoping import granted_paths


class BodyField(forms.ModelChoiceField):
    """A managing body the user keeps records for; schools are no bodies."""

    def __init__(self, **kwargs):
        super().__init__(Jurisdiction.objects.none(), **kwargs)
        self._user = None

    @property
    def user(self):
        """Whoever fills in the form."""
        return self._user

    @user.setter
    def user(self, user):
        self._user = user
        paths = granted_paths(user, EDIT_ROLES)
        rows = Jurisdiction.objects.visible_to(user).exclude(kind=JurisdictionKind.SCHOOL)
        keys = [node.pk for node in rows if any(node.path.startswith(path) for path in paths)]
        self.queryset = Jurisdiction.objects.filter(pk__in=keys).order_by("path")

    def label_from_instance(self, obj):
        return obj.label


class PlanForm(RecordForm):
    """The plan of a year: whose it is, when it was approved and by whom."""

    organization = PickField(ORGANIZATIONS, label="党组织", required=False)
    jurisdiction = BodyField(label="管理主体", required=False, empty_label="不是管理主体的计划")
    year = year_field()
    groups = (
        ("哪一级的计划", ("organization", "jurisdiction", "year")),
        ("批准", ("approved_on", "approved_by", "document")),
        ("内容", ("aim", "budget")),
    )
    scored = {"approved_on": "D1 三月底前批准年度计划"}
    reasons = frozenset({"organization", "year"})

    class Meta:
        model = TrainingPlan
        fields = [
            "organization",
            "jurisdiction",
            "year",
            "approved_on",
            "approved_by",
            "document",
            "aim",
            "budget",
        ]
        formfield_callback = day_callback

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields[
            "organization"
        ].help_text = "党组织的计划填这里；县区、教育局的计划选下面的管理主体"

    def clean(self):
        cleaned = super().clean()
        both = bool(cleaned.get("organization")) == bool(cleaned.get("jurisdiction"))
        if both and not self.has_error("organization"):
            self.add_error("organization", "党组织和管理主体填一个。")
        approved, year = cleaned.get("approved_on"), cleaned.get("year")
        if approved and year and approved.year not in (year - 1, year):
            self.add_error("approved_on", f"{approved} 批准的不是 {year} 年的计划，请核对。")
        if approved and not cleaned.get("approved_by"):
            self.add_error("approved_by", "填了批准时间，请填由哪次会议或哪个机关批准。")
        return cleaned


class CourseForm(RecordForm):
    """One course of a plan."""

    plan = ParentField(TrainingPlan)

    class Meta:
        model = TrainingCourse
        fields = [
            "plan",
            "theme",
            "audience",
            "hours",
            "form",
            "teacher",
            "month",
            "planned_people",
        ]
        formfield_callback = day_callback

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in ("month", "planned_people"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 8})
            self.fields[name].error_messages["invalid"] = f"{self.fields[name].label}应为整数。"


class TrainingRecordForm(OfOrganizationForm):
    """One training: when, about what, by whom; the hours from the days where nobody tells."""

    started_on = DayField(label="开始时间")
    ended_on = DayField(label="结束时间", required=False, help_text="只有一天的不填")
    full_days = forms.IntegerField(label="整天数", required=False, min_value=0, max_value=60)
    half_days = forms.IntegerField(label="半天数", required=False, min_value=0, max_value=60)

    groups = (
        ("培训", ("organization", "theme", "form", "level", "organizer")),
        ("时间和学时", ("started_on", "ended_on", "full_days", "half_days", "hours")),
        ("其他", ("place", "teacher", "remark")),
    )
    scored = {"hours": "D1 32 学时，B3 56 学时", "level": "B3、D2 上级举办的集中培训"}
    reasons = frozenset({"organization", "hours"})

    class Meta:
        model = Training
        fields = [
            "organization",
            "theme",
            "form",
            "level",
            "organizer",
            "started_on",
            "ended_on",
            "hours",
            "place",
            "teacher",
            "remark",
        ]
        formfield_callback = day_callback

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["hours"].required = False
        self.fields["hours"].help_text = "不填的按天数算：整天 8 学时，半天 4 学时"

    def clean(self):
        cleaned = super().clean()
        first = cleaned.get("started_on")
        if first and not cleaned.get("ended_on") and not self.has_error("ended_on"):
            cleaned["ended_on"] = first
        check_life(self, "started_on", cleaned.get("organization"), first)
        if cleaned.get("hours") is None and not self.has_error("hours"):
            full, half = cleaned.get("full_days") or 0, cleaned.get("half_days") or 0
            cleaned["hours"] = class_hours(full, half) or None
            if not cleaned["hours"]:
                self.add_error("hours", "请填学时，或者填整天数、半天数。")
        return cleaned
