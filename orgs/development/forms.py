"""The forms of a development case and of a half-yearly review."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from orgs.development.calendar import add_years
from orgs.development.checks import ADULT_AGE
from orgs.development.fields import IdNumberField, field_of
from orgs.development.people import check_helpers, check_unknown, set_person
from orgs.development.steps import PHASES, STEPS, current_phase, out_of_order
from orgs.models import ActivistReview, DevelopmentCase
from orgs.picks import ORGANIZATIONS
from schools.form_fields import PickField
from schools.forms import SCHOOLS
from schools.record_forms import RecordForm

PERSON = (
    "name",
    "id_number",
    "ethnicity",
    "education",
    "job",
    "is_teacher",
    "backbone",
    "remark",
)
# What is decided by an act of its own; the form of the case only corrects it.
DECISIONS = {
    "activist_on": "确定为积极分子",
    "target_on": "列为发展对象",
    "admitted_on": "登记支部大会决议",
    "approved_on": "登记审批",
    "extended_on": "延长预备期",
    "extended_to": "延长预备期",
    "confirmed_on": "登记转正",
}
# Once these are told, others stand on them: a member is in the register.
FINAL = frozenset({"approved_on", "confirmed_on"})


class CaseForm(RecordForm):
    """A case as far as it has come: the person, and the steps of the phases reached."""

    organization = PickField(ORGANIZATIONS, label="所在党组织")
    school = PickField(SCHOOLS, label="所在学校", required=False)
    id_number = IdNumberField()

    groups = (
        ("个人情况", PERSON),
        ("党组织", ("organization", "school")),
        *((phase.title, tuple(n for s in phase.steps for n in s.fields)) for phase in PHASES),
    )
    scored = {
        "is_teacher": "E3 教师占新发展党员比例",
        "backbone": "F1 双培工程",
        "activist_on": "E1 程序与时限、E2 积极分子队伍",
        "admitted_on": "E1 程序与时限、E3 教师比例",
    }
    reasons = frozenset({"organization", "applied_on", "id_number", *DECISIONS})

    class Meta:
        model = DevelopmentCase
        fields = [
            *(name for name in PERSON if name != "id_number"),
            "organization",
            "school",
            *(name for step in STEPS for name in step.fields),
        ]
        formfield_callback = field_of
        help_texts = {
            "applied_on": "如 2026-11-12",
            "cultivators": "一至两名正式党员，用“、”隔开",
            "sponsors": "两名正式党员，用“、”隔开",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        reached = 0 if self.is_new else current_phase(self.instance)
        for place, phase in enumerate(PHASES):
            for step in phase.steps if place > reached else ():
                for name in step.fields:
                    del self.fields[name]
        for name in ("applied_on", "cultivators", "sponsors"):
            if name in self.fields:
                self.fields[name].help_text = self.Meta.help_texts[name]
        if not self.is_new:
            number = self.fields["id_number"]
            number.required = False
            number.help_text = "已登记，不显示；只有录错时才在这里重填"

    def clean(self):
        cleaned = super().clean()
        told = {**self._before(), **cleaned}
        for name, title in DECISIONS.items():
            old, new = getattr(self.instance, name), cleaned.get(name)
            if name not in cleaned or old == new:
                continue
            if old is None:
                self.add_error(name, f"这里只更正录错的日期。请回到这个人的页面，用“{title}”登记。")
            elif new is None and name in FINAL:
                self.add_error(name, "已经登记到党员名册，不能清空。误登记的请先撤回那名党员。")
        self._check_days(told)
        for name, text in check_helpers(cleaned, told.get("organization")).items():
            self.add_error(name, text)
        self._check_person(cleaned, told)
        return cleaned

    def _before(self) -> dict[str, Any]:
        return {field.name: getattr(self.instance, field.name, None) for field in _fields()}

    def _check_days(self, told: dict[str, Any]) -> None:
        check_order(self, told.get)

    def _check_person(self, cleaned: dict[str, Any], told: dict[str, Any]) -> None:
        if number := cleaned.get("id_number"):
            set_person(self.instance, number)
        born, applied = self.instance.birth_date, told.get("applied_on")
        if born is None:
            return
        adult = add_years(born, ADULT_AGE)
        changes = self.is_new or {"applied_on", "id_number"} & set(self.changed_data)
        if changes and applied and applied < adult:
            self.add_error(
                "applied_on",
                f"申请时不满 {ADULT_AGE} 岁，{adult} 才满（发展党员工作细则第五条）。请核对。",
            )

    def _post_clean(self):
        super()._post_clean()
        if not self.errors and self.instance.ended_on is None:
            try:
                check_unknown(self.instance)
            except ValidationError as error:
                self.refuse(error)


def _fields():
    return [f for f in DevelopmentCase._meta.concrete_fields if not f.primary_key]


def label(name: str) -> str:
    """Return the Chinese name of a field of a case."""
    field: Any = DevelopmentCase._meta.get_field(name)
    return str(field.verbose_name)


def check_order(form: Any, told: Callable[[str], Any]) -> None:
    """Refuse days of a case that stand the wrong way round, at the field that is shown."""
    for later, earlier in out_of_order(told):
        name = later if later in form.fields else earlier
        if name in form.fields and not form.has_error(name):
            form.add_error(
                name,
                f"{label(later)}（{told(later)}）早于{label(earlier)}（{told(earlier)}），"
                "请核对两个日期。",
            )


class ReviewForm(RecordForm):
    """One half-yearly review."""

    class Meta:
        model = ActivistReview
        fields = ["reviewed_on", "reviewer", "conclusion"]
        formfield_callback = field_of

    def clean_reviewed_on(self):
        """Refuse a review before the person was an activist."""
        day = self.cleaned_data["reviewed_on"]
        since = self.instance.case.activist_on
        if since is None or day < since:
            told = since or "还没有登记"
            self.add_error(
                "reviewed_on", f"考察从确定为入党积极分子（{told}）以后开始，请核对日期。"
            )
        return day
