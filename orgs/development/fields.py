"""Form fields of development cases, made from the model so that labels are told once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from schools.form_fields import DayField
from sheets.normalise import CellError, parse_id_number

# Days that may lie ahead: a notice still posted, a probation extended.
FUTURE = frozenset(
    {"target_notice_to", "admission_notice_to", "confirmation_notice_to", "extended_to"}
)


def field_of(field: models.Field, **kwargs: Any) -> forms.Field | None:
    """Return the form field of a model field (a `formfield_callback`)."""
    if isinstance(field, models.DateField):
        return DayField(
            label=field.verbose_name,
            required=not field.blank,
            future=field.name in FUTURE,
            help_text="",
        )
    if isinstance(field, models.BooleanField) and field.null:
        widget = forms.NullBooleanSelect()
        widget.choices = [("unknown", "没有登记"), ("true", "合格"), ("false", "不合格")]
        return forms.NullBooleanField(label=field.verbose_name, required=False, widget=widget)
    found = field.formfield(**kwargs)
    if isinstance(found, forms.TypedChoiceField) and field.blank:
        found.choices = [("", "没有填"), *field.flatchoices]
    if isinstance(found, forms.IntegerField) and not isinstance(found, forms.ChoiceField):
        found.widget = forms.TextInput(attrs={"inputmode": "numeric", "size": 6})
        found.error_messages["invalid"] = f"{field.verbose_name}应为数字。"
    return found


class IdNumberField(forms.CharField):
    """A resident ID number of 18 digits whose check digit fits (GB 11643)."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("label", "公民身份号码")
        kwargs.setdefault(
            "widget", forms.TextInput(attrs={"autocomplete": "off", "size": 20, "maxlength": 30})
        )
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        try:
            return parse_id_number(text, today=timezone.localdate()) or ""
        except CellError as error:
            raise ValidationError(f"{error.reason}，{error.fix}。") from None
