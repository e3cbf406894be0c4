"""The form in which a record is kept, and what two people changed at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models.fields import BLANK_CHOICE_DASH

from accounts import history
from accounts.models import Record, Revision, User


def refuse(form: Any, error: ValidationError) -> None:
    """Add to a form what a service refused, at the field it is about where there is one."""
    if hasattr(error, "error_dict"):
        for name, errors in error.error_dict.items():
            form.add_error(name if name in form.fields else None, errors)
    else:
        form.add_error(None, error)


def name_blank(field: forms.ChoiceField) -> None:
    """Say in words what choosing nothing means, where Django would draw dashes."""
    words = "请选择" if field.required else "不填"
    if isinstance(field, forms.ModelChoiceField):
        if field.empty_label is not None:
            field.empty_label = words
    elif isinstance(field, forms.TypedChoiceField):
        choices = list(cast(Iterable[Any], field.choices))
        if choices[:1] == BLANK_CHOICE_DASH:
            field.choices = [("", words), *choices[1:]]


def in_words(field: forms.Field) -> None:
    """Let a field say by its own name that it is missing, and what choosing nothing means."""
    if isinstance(field, forms.ChoiceField):
        name_blank(field)
    if field.required:
        verb = "选择" if isinstance(field, forms.ChoiceField) else "填写"
        field.error_messages["required"] = f"请{verb}{field.label}。"


class InWords:
    """A form whose fields say by their own names that they are missing (`in_words`)."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            in_words(field)


class Guided:
    """What forms of records and of acts share: who fills them in, and in which order.

    `groups`: (heading, names of fields) in order; `scored`: what a field is judged by, in
    words. The user decides what the choices offer: fields with an attribute `user` are
    given him. Those with an attribute `stored` are given the value on record.
    """

    groups: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()
    scored: ClassVar[Mapping[str, str]] = {}
    fields: dict[str, Any]
    get_initial_for_field: Callable[..., Any]
    add_error: Callable[..., None]

    def guide(self, user: User) -> None:
        """Give the fields their user, their Chinese refusals and what they are used for."""
        self.user = user
        for name, field in self.fields.items():
            if hasattr(field, "user"):
                field.user = user
            if hasattr(field, "stored"):
                field.stored = self.get_initial_for_field(field, name) or ""
            in_words(field)
            if name in self.scored:
                field.scored = self.scored[name]
                if field.help_text:
                    field.help_text = f"{field.help_text}；用于：{self.scored[name]}"
                else:
                    field.help_text = f"用于：{self.scored[name]}"

    def sections(self):
        """Yield (heading, bound fields) as the page draws them; what no group names comes last."""
        named = {name for _, names in self.groups for name in names}
        for heading, names in self.groups:
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                yield heading, fields
        rest = [
            self[name]
            for name, field in self.fields.items()
            if name not in named and not field.widget.is_hidden
        ]
        if rest:
            yield "" if len(self.groups) else "内容", rest

    def refuse(self, error: ValidationError) -> None:
        """Add what a service refused, at its field where it names one."""
        refuse(self, error)


class RecordForm(Guided, forms.ModelForm):
    """A form of one record. A subclass declares its Meta, what `Guided` reads, and `reasons`:
    fields whose change needs a written reason.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="修改理由",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="写入改动历史，如依据的文件和文号",
    )

    reasons: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.is_new = self.instance.pk is None
        self.fields["version"].initial = self.instance.version
        if self.is_new:
            del self.fields["reason"]
        self.guide(user)

    def clean(self):
        cleaned = super().clean()
        if not self.is_new and not cleaned.get("reason"):
            asked = [self.fields[n].label for n in self.fields if n in self.reasons]
            if self.reasons & set(self.changed_data):
                self.add_error("reason", f"改动{'、'.join(asked)}要写明理由。")
        return cleaned

    def _get_validation_exclusions(self):
        # Constraints that look at a field the form does not show are still checked.
        exclude = super()._get_validation_exclusions()
        return exclude - {"withdrawn_at"}

    def values(self) -> dict[str, Any]:
        """Return what the form shows for its record, by field, before anything is typed."""
        return {
            name: self.fields[name].prepare_value(self.get_initial_for_field(field, name))
            for name, field in self.fields.items()
            if name not in ("version", "reason")
        }


@dataclass(frozen=True, slots=True)
class Both:
    """One field of a record two people changed: as opened, as saved, as typed."""

    name: str
    label: str
    opened: str
    stored: str
    typed: str
    # "" while it must be chosen; "stored" or "typed" where it is decided.
    use: str
    # Whether only the other person changed it.
    taken: bool


@dataclass(frozen=True, slots=True)
class Clash:
    """Two editors of one record meet: who saved first, and the fields in question."""

    revision: Revision
    lines: list[Both]
    data: Any

    @property
    def is_open(self) -> bool:
        """Whether a choice is still missing."""
        return any(not line.use for line in self.lines)


def meet(form_class, record: Record, data, *, user: User, opened: int) -> Clash:
    """Lay what was typed on version `opened` beside what is stored now.

    A field changed by one side only needs no choice; for the others `use-NAME` in `data`
    tells "stored" or "typed". `Clash.data` is what to save on the stored version.
    """
    later = history.since(record, opened)
    before = form_class(instance=history.at_version(record, opened), user=user)
    now = form_class(instance=record, user=user)
    was, stored = before.values(), now.values()
    typed_form = form_class(data, instance=history.at_version(record, opened), user=user)
    merged = data.copy()
    lines = []
    for name, field in now.fields.items():
        if name not in stored:
            continue
        typed = typed_form[name].data
        theirs = field.has_changed(before.get_initial_for_field(field, name), stored[name])
        mine = before.fields[name].has_changed(was[name], typed)
        if not theirs:
            continue
        same = not field.has_changed(stored[name], typed)
        use = "stored" if not mine or same else data.get(f"use-{name}", "")
        if use not in ("stored", "typed"):
            use = ""
        if use == "stored":
            _put(merged, field, name, stored[name])
        lines.append(
            Both(
                name,
                str(field.label),
                _words(field, was[name]),
                _words(field, stored[name]),
                "没有改" if not mine else _words(field, typed),
                use,
                not mine,
            )
        )
    merged["version"] = str(record.version)
    return Clash(later[0], lines, merged)


def _put(data, field, name: str, value: Any) -> None:
    if isinstance(field, forms.BooleanField) and not isinstance(field, forms.NullBooleanField):
        data.pop(name, None)
        if value:
            data[name] = "on"
    elif isinstance(value, list | tuple):
        data.setlist(name, [str(one) for one in value])
    else:
        data[name] = "" if value is None else str(value)


def _words(field, value: Any) -> str:
    """Return the value of a field as the comparison shows it."""
    if value in (None, ""):
        return "空"
    choices = dict(getattr(field, "choices", None) or ())
    if isinstance(value, list | tuple):
        return "、".join(_words(field, one) for one in value) or "空"
    label = choices.get(value, choices.get(str(value)))
    if label is not None:
        return str(label).strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
