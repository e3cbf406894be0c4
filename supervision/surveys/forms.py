"""The form of a survey."""

from __future__ import annotations

from django.utils import timezone

from orgs.picks import ORGANIZATIONS
from schools.form_fields import DayField, PickField
from schools.forms import SCHOOLS
from schools.record_forms import RecordForm
from supervision.forms import number, text_area
from supervision.models import LEAST_ANSWERS, LEAST_PERCENT, Survey

LEVELS = ("very_satisfied", "satisfied", "fair", "dissatisfied", "very_dissatisfied")


class SurveyForm(RecordForm):
    """Who was asked, how many answered, and how: five levels that add up."""

    organization = PickField(ORGANIZATIONS, label="党组织", required=False)
    school = PickField(
        SCHOOLS,
        label="学校",
        required=False,
        help_text="对学校的调查填这一格，学校的各党组织都按它计；与上一格只填一个",
    )
    surveyed_on = DayField(label="调查时间")
    year = number("年度", min_value=2000, max_value=2100)
    asked = number("发放问卷", min_value=1)
    valid = number(
        "有效问卷",
        help_text=f"满 {LEAST_ANSWERS} 份，或者不少于发放的 {LEAST_PERCENT}%，调查才有效",
    )
    very_satisfied = number("非常满意")
    satisfied = number("满意")
    fair = number("一般")
    dissatisfied = number("不满意")
    very_dissatisfied = number("非常不满意")
    comments = text_area("意见建议", required=False)

    groups = (
        ("调查", ("organization", "school", "year", "group", "surveyed_on")),
        ("问卷", ("asked", "valid")),
        ("五档人数", LEVELS),
        ("意见", ("comments",)),
    )
    scored = {"valid": "G4 满意度，V9 一票否决"}
    reasons = frozenset({"valid", *LEVELS})

    class Meta:
        model = Survey
        fields = [
            "organization",
            "school",
            "year",
            "group",
            "surveyed_on",
            "asked",
            "valid",
            *LEVELS,
            "comments",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.fields["year"].initial = timezone.localdate().year
            for name in LEVELS:
                self.fields[name].initial = 0

    def clean(self):
        cleaned = super().clean()
        if not self.has_error("organization") and not self.has_error("school"):
            if not cleaned.get("organization") and not cleaned.get("school"):
                self.add_error("organization", "请选党组织；对学校的调查选学校。")
            elif cleaned.get("organization") and cleaned.get("school"):
                self.add_error("school", "党组织、学校只填一个，请清空不用的一格。")
        asked, valid = cleaned.get("asked"), cleaned.get("valid")
        if asked is not None and valid is not None and valid > asked:
            self.add_error("valid", f"发放 {asked} 份，有效 {valid} 份。有效不能多于发放，请核对。")
        levels = [cleaned.get(name) for name in LEVELS]
        if valid is not None and None not in levels and sum(levels) != valid:
            self.add_error(
                "valid", f"五档人数相加是 {sum(levels)}，有效问卷是 {valid}，应当相等，请核对。"
            )
        return cleaned

    def _get_validation_exclusions(self):
        # What the form has told already is not told again by the database.
        exclude = super()._get_validation_exclusions()
        return exclude | ({"valid"} if self.has_error("valid") else set())
