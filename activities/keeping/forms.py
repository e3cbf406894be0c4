"""Form fields and checks of records of one organization."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils import timezone

from orgs.models import Organization
from orgs.picks import ORGANIZATIONS
from schools.form_fields import DayField, PickField
from schools.record_forms import RecordForm


class ParentField(forms.ModelChoiceField):
    """The record a new one belongs to, named by the address; only one the user may change."""

    def __init__(self, model, **kwargs):
        kwargs.setdefault("widget", forms.HiddenInput)
        kwargs.setdefault(
            "error_messages", {"invalid_choice": "没有找到所属的记录，请从它的页面登记。"}
        )
        super().__init__(model.objects.all(), **kwargs)
        self.model = model
        self._user = None

    @property
    def user(self):
        """Whoever fills in the form."""
        return self._user

    @user.setter
    def user(self, user):
        self._user = user
        self.queryset = self.model.objects.editable_by(user)


def number_field(label: str, **kwargs: Any) -> forms.DecimalField:
    """Return a field for hours or an amount, as people type them."""
    return forms.DecimalField(
        label=label,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "size": 8}),
        error_messages={
            "invalid": f"{label}应为数字。",
            "max_decimal_places": "最多一位小数。",
            "min_value": f"{label}应大于 0。",
            "max_value": f"{label}太大，请核对。",
        },
        **kwargs,
    )


def year_field(**kwargs: Any) -> forms.TypedChoiceField:
    """Return a field for a year: this one, the next, and some before."""
    this = timezone.localdate().year
    return forms.TypedChoiceField(
        label="年度",
        coerce=int,
        choices=lambda: [(n, f"{n} 年") for n in range(timezone.localdate().year + 1, 2014, -1)],
        initial=this,
        **kwargs,
    )


def check_life(form: RecordForm, field: str, organization: Organization | None, day) -> None:
    """Refuse a day on which the organization was not there."""
    if organization is None or not isinstance(day, datetime.date):
        return
    if organization.founded_on and day < organization.founded_on:
        form.add_error(field, f"早于党组织成立的日子 {organization.founded_on}，请核对时间。")
    if organization.dissolved_on and day >= organization.dissolved_on:
        form.add_error(field, f"党组织 {organization.dissolved_on} 已撤销，请核对时间。")


def check_member(form: RecordForm, member, organization, *, name: str = "member") -> None:
    """Refuse a member of another organization."""
    if member is None or organization is None or member.organization_id == organization.pk:
        return
    was = form.initial.get(name)
    if form.is_new or was != member.pk:
        form.add_error(name, f"{member.name}的组织关系不在{organization.short_name}，请核对。")


class OfOrganizationForm(RecordForm):
    """The base of forms of records that belong to one organization."""

    organization = PickField(ORGANIZATIONS, label="党组织")

    class Meta:
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField) and not field.widget.is_hidden:
                field.widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 8})
                field.error_messages["invalid"] = f"{field.label}应为整数。"
                field.error_messages["min_value"] = f"{field.label}不能是负数。"
        for field in self.fields.values():
            if isinstance(field, forms.TypedChoiceField) and field.choices:
                first, *rest = list(field.choices)  # type: ignore[arg-type]
                if first[0] == "":
                    field.choices = [("", "请选择"), *rest]


def day_callback(field, **kwargs):
    """Return the form field of a model field: days as people write them."""
    if isinstance(field, models.DateField):
        return DayField(label=field.verbose_name, required=not field.blank)
    if isinstance(field, models.DecimalField):
        return number_field(
            field.verbose_name,
            required=not field.blank,
            max_digits=field.max_digits,
            decimal_places=field.decimal_places,
        )
    if isinstance(field, models.CharField) and not field.choices and field.max_length >= 200:
        kwargs["widget"] = forms.Textarea(attrs={"rows": 3})
    return field.formfield(**kwargs)
