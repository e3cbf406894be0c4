"""Fields of the forms in which records are kept: days as people write them, and records by name."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone

from accounts.models import User
from schools.picking import SEPARATOR, Pick
from sheets.dates import PartialDate, parse_date
from sheets.normalise import CellError


class DayField(forms.DateField):
    """A day typed as 2026-11-12, 2026.11.12, 20261112 or 11-12 (of this year).

    `future` allows days after today.
    """

    def __init__(self, *, future: bool = False, **kwargs):
        self.future = future
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "size": 12}))
        kwargs.setdefault("help_text", "如 2026-11-12")
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return value.isoformat() if isinstance(value, datetime.date) else value

    def has_changed(self, initial, data):
        try:
            # What a form shows of a stored day is text.
            return self.to_python(data) != self.to_python(initial)
        except ValidationError:
            return True

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, datetime.date):
            return value or None
        today = timezone.localdate()
        text = str(value).strip()
        parts = text.replace(".", "-").replace("/", "-").split("-")
        if len(parts) == 2 and all(part.isdecimal() and len(part) <= 2 for part in parts):
            text = f"{today.year}-{text.replace('.', '-').replace('/', '-')}"
        try:
            found = parse_date(text, today=today, past=not self.future, year=today.year)
        except CellError as error:
            raise ValidationError(f"{error.reason}，{error.fix}。") from None
        if found is None or found.month_only:
            raise ValidationError("请写到日，如 2026-11-12。")
        return found.day


def past_day(text: str) -> datetime.date | None:
    """Return the past day an address asks for (`?day=`); None for today, or what is no day."""
    try:
        day = DayField(required=False).clean(text)
    except ValidationError:
        return None
    return day if day != timezone.localdate() else None


class MonthField(DayField):
    """A day, or a month where no more is known (2015-06); the value is a PartialDate."""

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", "如 2026-11-12；只知道月份的写 2026-11")
        super().__init__(**kwargs)

    def prepare_value(self, value):
        return str(value) if isinstance(value, PartialDate) else super().prepare_value(value)

    def to_python(self, value):
        if value in self.empty_values or isinstance(value, PartialDate):
            return value or None
        try:
            return parse_date(str(value), today=timezone.localdate(), past=not self.future)
        except CellError as error:
            raise ValidationError(f"{error.reason}，{error.fix}。") from None


class SecretField(forms.CharField):
    """A personal number shown masked; left as shown, it is left as stored.

    `mask` hides it, `parse` reads what is typed and raises CellError.
    """

    def __init__(self, *, mask: Callable[[str], str], parse: Callable[[str], str | None], **kwargs):
        self.mask, self.parse = mask, parse
        kwargs.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off", "size": 22}))
        kwargs.setdefault("help_text", "已遮挡；要改时整个重填")
        super().__init__(**kwargs)
        # The number on record, given by the form (record_forms.Guided).
        self.stored = ""

    def prepare_value(self, value):
        """Return the mask of the stored number; what a person has typed is shown to him."""
        return self.mask(value) if value and value == self.stored else value

    def has_changed(self, initial, data):
        data = (data or "").strip()
        return data not in (initial or "", self.mask(initial) if initial else "")

    def clean(self, value):
        text = (value or "").strip()
        if self.stored and text == self.mask(self.stored):
            return self.stored
        text = super().clean(text)
        try:
            return (self.parse(text) or "") if text else ""
        except CellError as error:
            raise ValidationError(f"{error.reason}，{error.fix}。") from None


class PickWidget(forms.TextInput):
    """A text box that offers the names found while typing; works without script too."""

    template_name = "records/pick.html"

    def __init__(self, pick: Pick, attrs=None):
        self.pick = pick
        super().__init__(attrs)

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["url"] = reverse_lazy("pick", args=[self.pick.slug])
        return context


class PickField(forms.Field):
    """A record chosen by its name among those the user may see or, by default, change."""

    default_error_messages = {
        "unknown": "没有找到“%(name)s”。请从提示的名称里选一个，或写全称。",
        "ambiguous": "叫“%(name)s”的有 %(count)s 个，请从提示里选带管理主体的那一个。",
    }

    def __init__(self, pick: Pick, *, user: User | None = None, editable: bool = True, **kwargs):
        self.pick, self.user, self.editable = pick, user, editable
        kwargs.setdefault("widget", PickWidget(pick))
        kwargs.setdefault("help_text", "输入名称的一部分，从提示里选")
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            value = self.pick.model._base_manager.filter(pk=value).first()
        return self.pick.label(value) if hasattr(value, "pk") else value

    def has_changed(self, initial, data):
        return (self.prepare_value(initial) or "") != (self.prepare_value(data) or "").strip()

    def to_python(self, value):
        if value in self.empty_values or hasattr(value, "pk"):
            return value or None
        name = str(value).strip()
        found = self.pick.find(name, self.user, editable=self.editable)
        if not found:
            raise ValidationError(
                self.error_messages["unknown"], params={"name": name.split(SEPARATOR)[0]}
            )
        if len(found) > 1:
            raise ValidationError(
                self.error_messages["ambiguous"],
                params={"name": name, "count": len(found)},
            )
        return found[0]


class PickManyWidget(forms.TextInput):
    """One text box for each record chosen, and a few empty ones to add more."""

    template_name = "records/pick_many.html"

    def __init__(self, pick: Pick, attrs=None, spare: int = 2):
        self.pick, self.spare = pick, spare
        super().__init__(attrs)

    def format_value(self, value):
        return value

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        context["url"] = reverse_lazy("pick", args=[self.pick.slug])
        filled = [text for text in (value or []) if text]
        context["texts"] = [*filled, *[""] * self.spare]
        return context

    def value_from_datadict(self, data, files, name):
        if hasattr(data, "getlist"):
            return [text for text in data.getlist(name) if text.strip()]
        value = data.get(name) or []
        return [value] if isinstance(value, str) else list(value)

    def value_omitted_from_data(self, data, files, name):
        # Nothing sent is the way to choose none.
        return False

    def id_for_label(self, id_):
        return f"{id_}_0" if id_ else id_


class PickManyField(PickField):
    """Several records, each chosen by its name."""

    def __init__(self, pick: Pick, **kwargs):
        kwargs.setdefault("widget", PickManyWidget(pick))
        kwargs.setdefault("help_text", "一格一个；要去掉的，清空那一格")
        super().__init__(pick, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return [super(PickManyField, self).prepare_value(one) for one in value or []]

    def has_changed(self, initial, data):
        before, after = self.prepare_value(initial), self.prepare_value(data)
        return sorted(filter(None, before)) != sorted(text.strip() for text in after if text)

    def to_python(self, value):
        found: list[Any] = []
        errors: list[ValidationError] = []
        for text in value or []:
            try:
                one = super().to_python(text)
            except ValidationError as error:
                errors.append(error)
                continue
            if one is not None and one not in found:
                found.append(one)
        if errors:
            raise ValidationError(errors)
        return found
