"""A form field for each path of a standard, and back from what it holds."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from assessments.models import Indicator, Standard
from assessments.standards.content import KEYS, KINDS, LINES, label, plain
from assessments.standards.parameters import Parameter, parameters
from orgs.models import ASSESSED_KINDS, OrgKind

WHOLE = {"invalid": "请写一个整数。"}
NUMBER = {
    "invalid": "请写一个数，例如 4 或者 2.5。",
    "max_decimal_places": "最多两位小数。",
    "max_digits": "最多两位小数。",
}
NAME = Indicator._meta.get_field("name").max_length
ABOVE = (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH)


class Wide(BoundField):
    """A field over the whole width of its form."""

    def css_classes(self, extra_classes: Any = None) -> str:
        return "w"


class TextField(forms.CharField):
    """Several lines of text."""

    def __init__(self, *, rows: int, **kwargs):
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def get_bound_field(self, form, field_name: str) -> BoundField:
        return Wide(form, self, field_name)


class StepsField(forms.CharField):
    """Several whole numbers, low to high: "30、60、90"."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        parts = [part for part in re.split(r"[、，,；;\s]+", str(value or "")) if part]
        if not all(part.isdecimal() for part in parts):
            raise ValidationError("请写整数，用顿号隔开，例如 30、60、90。")
        return [int(part) for part in parts]

    def validate(self, value: Any) -> None:
        if not value:
            raise ValidationError(self.error_messages["required"])

    def prepare_value(self, value: Any) -> Any:
        return "、".join(map(str, value)) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class DayField(StepsField):
    """A day of every year: "3 月 31 日"."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        found = re.fullmatch(r"\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})\s*日?\s*", str(value or ""))
        if not found:
            raise ValidationError("请写几月几日，例如 3 月 31 日。")
        return [int(number) for number in found.groups()]

    def prepare_value(self, value: Any) -> Any:
        return f"{value[0]} 月 {value[1]} 日" if isinstance(value, list) else value


class Kinds(forms.MultipleChoiceField):
    """Kinds of organization, as letters."""

    widget = forms.CheckboxSelectMultiple(attrs={"class": "several"})

    def __init__(self, kinds=ASSESSED_KINDS, **kwargs):
        choices = [(letter, kind.label) for letter, kind in KINDS.items() if kind in kinds]
        super().__init__(choices=choices, **kwargs)


def _between(low: Any, high: Any) -> dict[str, str]:
    words = f"应在 {low} 到 {high} 之间。"
    return {"min_value": words, "max_value": words}


def _line(field: str) -> forms.CharField:
    """Return the field of a line of text, as long as its column."""
    model = Indicator if field == "category_name" else Standard
    column: Any = model._meta.get_field(KEYS.get(field, field))
    most = column.max_length
    return forms.CharField(max_length=most, required=field != "document")


def field_for(path: str) -> forms.Field:
    """Return the field in which the value of a path is changed."""
    part, _, name = path.partition(".")
    field = _of_parameter(parameters()[name]) if part == "parameters" else _of_path(path)
    field.label = label(path)
    if part == "parameters":
        field.label = parameters()[name].meaning
    return field


def _of_path(path: str) -> forms.Field:
    key = path.rpartition(".")[2]
    if key in LINES:
        return forms.DecimalField(
            min_value=Decimal(0),
            max_value=Decimal(100),
            decimal_places=2,
            error_messages=NUMBER | _between(0, 100),
        )
    if key == "points":
        return forms.DecimalField(
            min_value=Decimal("0.01"),
            max_value=Decimal(100),
            decimal_places=2,
            error_messages=NUMBER | _between("0.01", 100),
        )
    if key == "effective_year":
        return forms.IntegerField(
            min_value=2000, max_value=2100, error_messages=WHOLE | _between(2000, 2100)
        )
    if key == "order":
        return forms.IntegerField(
            min_value=0, max_value=999, error_messages=WHOLE | _between(0, 999)
        )
    if key == "included":
        return forms.BooleanField(required=False)
    if key == "applies":
        return Kinds(help_text="不适用的组织，这项指标退出满分")
    if key == "rolls_up":
        return Kinds(ABOVE, required=False, help_text="勾选的组织取所属党支部的平均得分率")
    if key == "formula":
        return TextField(rows=5)
    if key in ("source", "condition"):
        return TextField(rows=2, required=key == "condition")
    if path.startswith("categories."):
        return _line("category_name")
    if path.startswith(("indicators.", "vetoes.")):
        return forms.CharField(max_length=NAME)
    return _line(key)


def _of_parameter(one: Parameter) -> forms.Field:
    uses = f"用于 {'、'.join(one.codes)}；" if one.codes else ""
    help_text = f"{uses}{one.range_text}"
    if one.is_months:
        return forms.TypedMultipleChoiceField(
            choices=[(month, f"{month} 月") for month in range(1, 13)],
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple(attrs={"class": "several"}),
            help_text=help_text,
        )
    if one.is_day:
        return DayField(help_text=help_text)
    if one.choices:
        return forms.TypedChoiceField(
            choices=[(value, f"{value}（{words}）") for value, words in one.choices.items()],
            coerce=int,
            help_text=uses.rstrip("；"),
        )
    if one.is_steps:
        return StepsField(help_text=f"{help_text}，用顿号隔开")
    words = {"min_value": f"应为 {one.range_text}。", "max_value": f"应为 {one.range_text}。"}
    return forms.IntegerField(
        min_value=one.min,
        max_value=one.max,
        help_text=help_text,
        error_messages=WHOLE | words,
    )


def as_initial(path: str, value: Any) -> Any:
    """Return a value of a content as its field starts with it."""
    if path.rpartition(".")[2] in (*LINES, "points"):
        return Decimal(value)
    return value


def as_content(path: str, value: Any) -> Any:
    """Return what a field holds as a value of a content."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, str):
        return " ".join(value.split()) if "\n" not in value else value.replace("\r\n", "\n").strip()
    if path.endswith((".applies", ".rolls_up")):
        return [letter for letter in KINDS if letter in value]
    return value
