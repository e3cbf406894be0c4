"""Conditions of lists: the filters of django-filter with Chinese labels, and chips.

Only declared filters have an effect; a value that a filter does not know is told to the
reader and left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from schools.form_fields import DayField
from schools.naming import fold

# Eleven digits in a row are a mobile number, fifteen or more an ID number; codes of
# schools have ten.
_PERSONAL = re.compile(r"\d{11}")

PERSONAL_REFUSED = (
    "没有查找：身份证号、手机号会留在地址和记录里，不能作为查找词。请输入姓名、名称、简称或编码。"
)


def looks_personal(text: str) -> bool:
    """Tell whether `text` holds what may be an ID or a mobile number."""
    return bool(_PERSONAL.search(re.sub(r"[-—–_.]", "", fold(text))))


def refuse_personal(text: str) -> None:
    """Raise ValidationError for a text that looks like a personal number."""
    if looks_personal(text):
        raise ValidationError(PERSONAL_REFUSED)


class Select(forms.Select):
    """A select written in one go: the stock one renders a template for each option."""

    def render(self, name, value, attrs=None, renderer=None):
        attrs = self.build_attrs(self.attrs, attrs) | {"name": name}
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) == str(value or "") else "", label)
                for key, label in self.choices
            ),
        )
        return format_html("<select{}>{}</select>", flatatt(attrs), options)


class Choice(django_filters.ChoiceFilter):
    """One of a few values, drawn as a select whose first line is the label.

    `by` names a method of the filter set, `by(queryset, value)`; without it the value
    is compared with `field_name`. `default` is the value in force while none is chosen,
    and `any_label` what the first line then says.
    """

    def __init__(
        self, label, choices=(), *, field_name=None, by="", default="", any_label="全部", **kwargs
    ):
        super().__init__(
            field_name,
            label=label,
            choices=choices,
            empty_label=f"{label}：{any_label}",
            error_messages={"invalid_choice": "没有“%(value)s”这个选项"},
            widget=Select(attrs={"class": "ctl", "aria-label": label, "data-go": True}),
            **kwargs,
        )
        self.by, self.default, self.any_label = by, default, any_label

    def rename(self, label: str) -> None:
        """Give the filter another label, before its field is made."""
        self.label = label
        self.extra["empty_label"] = f"{label}：{self.any_label}"
        self.extra["widget"] = Select(attrs={"class": "ctl", "aria-label": label, "data-go": True})

    def filter(self, qs, value):
        value = value or self.default
        if not value:
            return qs
        if self.by:
            return getattr(self.parent, self.by)(qs, value)
        return super().filter(qs, value)


class Search(django_filters.CharFilter):
    """The search box: names and codes, never personal numbers."""

    def __init__(self, placeholder, *, by="search"):
        super().__init__(
            label=placeholder,
            max_length=60,
            validators=[refuse_personal],
            widget=forms.TextInput(
                attrs={
                    "class": "ctl",
                    "type": "search",
                    "size": 24,
                    "placeholder": placeholder,
                    "aria-label": placeholder,
                }
            ),
        )
        self.by = by

    def filter(self, qs, value):
        return getattr(self.parent, self.by)(qs, value) if value else qs


class Hidden:
    """A condition set by a link, not by a field: shown as a chip only."""


class Chosen(Hidden, django_filters.ModelChoiceFilter):
    """One record named by the address (a link from its page), shown as a chip only.

    `model` must have a scope: a record outside the user's is not known here.
    """

    def __init__(self, label, model, *, field_name=None, by=""):
        super().__init__(
            field_name,
            label=label,
            queryset=lambda request: model.objects.visible_to(request.user),
            error_messages={"invalid_choice": "没有这个记录，或者它不在您的范围内"},
            widget=forms.HiddenInput(),
        )
        self.by = by

    def filter(self, qs, value):
        if value and self.by:
            return getattr(self.parent, self.by)(qs, value)
        return super().filter(qs, value)


class Day(django_filters.Filter):
    """A past day the list is shown as of; the page reads it before its rows (`ListPage.day`)."""

    field_class = DayField

    def __init__(self, label):
        super().__init__(
            label=label,
            error_messages={"invalid": "请写成 2025-12-31"},
            widget=forms.TextInput(
                attrs={
                    "class": "ctl",
                    "size": 12,
                    "placeholder": label,
                    "aria-label": label,
                    "title": "看过去某一天的名单，如 2025-12-31",
                }
            ),
        )

    def filter(self, qs, value):
        return qs


@dataclass(frozen=True, slots=True)
class Chip:
    """A condition in force: what it says, and the address without it."""

    name: str
    text: str
    url: str


class ListFilterSet(django_filters.FilterSet):
    """The base of every list's filters. A subclass declares `q` and its choices, and
    names in `main` those that stand in the first line; the rest fold under 更多条件.
    """

    main: tuple[str, ...] = ()

    @property
    def search_box(self):
        """The search box; a refused text is not shown again."""
        box = self.form["q"]
        attrs = {"id": box.auto_id, "maxlength": box.field.max_length}
        return box.field.widget.render(box.html_name, self.values.get("q"), attrs)

    @property
    def main_fields(self):
        """The selects of the first line."""
        return [self.form[name] for name in self.main if name in self.filters]

    @property
    def more_fields(self):
        """The selects under 更多条件."""
        return [
            self.form[name]
            for name, one in self.filters.items()
            if isinstance(one, Choice | Day) and name not in self.main
        ]

    @property
    def more_in_force(self) -> bool:
        """Whether a folded condition is set, so that the fold stands open."""
        return any(field.name in self.values for field in self.more_fields)

    @property
    def hidden_fields(self):
        """The conditions set by links."""
        return [self.form[n] for n in self.values if isinstance(self.filters[n], Hidden)]

    @cached_property
    def values(self) -> dict:
        """The conditions in force: those asked for with a value that was understood."""
        self.form.is_valid()
        return {name: v for name in self.filters if (v := self.form.cleaned_data.get(name))}

    def filter_queryset(self, queryset):
        """Apply the conditions in force, and the defaults of all others."""
        for name, one in self.filters.items():
            queryset = one.filter(queryset, self.values.get(name))
        return queryset

    @property
    def problems(self) -> list[str]:
        """Sentences for the values that were not understood."""
        found = []
        for name, errors in self.form.errors.items():
            if name == "q":
                found += errors
            else:
                label = self.filters[name].label
                found += [f"“{label}”没有生效：{error.rstrip('。')}。" for error in errors]
        return found

    def text(self, name: str) -> str:
        """Return the words for the condition `name` in force."""
        value = self.values[name]
        if isinstance(self.filters[name], Search):
            return f"含“{value}”"
        if isinstance(self.filters[name], Choice):
            value = dict(self.form.fields[name].choices).get(value, value)
        return f"{self.filters[name].label}：{value}"

    def chips(self) -> list[Chip]:
        """Return the conditions in force, each with the address that drops it."""
        return [
            Chip(name, self.text(name), "?" + without(self.data, name, "page", *self.form.errors))
            for name in self.values
        ]


def without(data, *names: str) -> str:
    """Return the query string of `data` less the parameters `names` and empty ones."""
    return urlencode(
        [(key, v) for key, values in data.lists() for v in values if v and key not in names]
    )
