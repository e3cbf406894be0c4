"""The parts of a draft as forms: what is in its content decides which fields there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.forms.boundfield import BoundField

from accounts.models import User
from assessments.editing.fields import as_content, as_initial, field_for
from assessments.editing.models import StandardDraft
from assessments.models import Standard
from assessments.standards.content import (
    HEAD,
    INDICATOR,
    LINES,
    Content,
    codes,
    label,
    ordered,
    points_of,
)
from assessments.standards.parameters import parameters, relations
from schools.record_forms import RecordForm

LOWER_FIRST = ("near_line", "pass_line", "model_line")


class PartForm(RecordForm):
    """The fields of some paths of a draft."""

    class Meta:
        model = StandardDraft
        fields: ClassVar[tuple[str, ...]] = ()

    def paths(self, content: Content) -> Iterable[str]:
        """Return the paths this form changes."""
        raise NotImplementedError

    def guide(self, user: User) -> None:
        """Add the fields of the content, then what every form of a record gives them."""
        content = self.instance.content
        reason = self.fields.pop("reason")
        for path in self.paths(content):
            self.fields[path] = field_for(path)
            self.initial[path] = as_initial(path, content[path])
        self.fields["reason"] = reason
        super().guide(user)

    @property
    def content(self) -> Content:
        """The content with what is typed, as far as it is sound."""
        typed = {
            path: as_content(path, self.cleaned_data[path])
            for path in self.paths(self.instance.content)
            if path in self.cleaned_data
        }
        return ordered(self.instance.content | typed)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.check(self.content)
        return cleaned

    def check(self, content: Content) -> None:
        """Refuse what does not go together, each at its field."""

    def save(self, commit: bool = True) -> Any:
        """Put what is typed into the draft; it is stored by accounts.history."""
        self.instance.content = self.content
        return self.instance


class HeadForm(PartForm):
    """Name, version, document, year, and the three lines."""

    groups = (
        ("版本", ("name", "edition", "document", "effective_year")),
        ("怎样算达标", ("pass_line", "near_line", "model_line")),
    )
    hints: ClassVar[dict[str, str]] = {
        "edition": "与已有版本不同，例如 2026",
        "document": "印发这个标准的文件，例如 云教党〔2026〕5 号",
        "effective_year": "从哪个年度的考评起用",
        "pass_line": "达到这个分数并且没有一票否决为达标",
        "near_line": "达到这个分数、不到达标线的为基本达标，计为未达标",
        "model_line": "达到这个分数的可作示范",
    }

    def paths(self, content: Content) -> list[str]:
        return [name for name in HEAD if name != "slug"]

    def guide(self, user: User) -> None:
        super().guide(user)
        self.fields["effective_year"].required = False
        for name, hint in self.hints.items():
            self.fields[name].help_text = hint

    def check(self, content: Content) -> None:
        taken = Standard.objects.filter(slug=content["slug"], version=content["edition"])
        if "edition" in self.cleaned_data and taken.exists():
            self.add_error("edition", f"版本 {content['edition']} 已经有了，请另写一个。")
        if all(line in self.cleaned_data for line in LINES):
            for low, high in zip(LOWER_FIRST, LOWER_FIRST[1:], strict=False):
                if self.cleaned_data[low] > self.cleaned_data[high]:
                    self.add_error(low, f"{label(low)}不能高于{label(high)}。")


class ParametersForm(PartForm):
    """All parameters, those of one category together."""

    def paths(self, content: Content) -> list[str]:
        return [f"parameters.{name}" for name in parameters()]

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        content = self.instance.content
        found: dict[str, list[BoundField]] = {
            code: [] for code in [*codes(content, "categories"), "V", ""]
        }
        for name, one in parameters().items():
            if (path := f"parameters.{name}") in self.fields:
                found.setdefault(one.codes[0][0] if one.codes else "", []).append(self[path])
        headings = {"": "各项共用", "V": "一票否决"}
        for code, fields in found.items():
            if fields:
                yield headings.get(code) or f"{code} {content[f'categories.{code}.name']}", fields
        yield "保存", [self["reason"]]

    def check(self, content: Content) -> None:
        values = {name: content[f"parameters.{name}"] for name in parameters()}
        for name in parameters():
            path = f"parameters.{name}"
            if path in self.cleaned_data and (why := parameters()[name].problem(values[name])):
                self.add_error(path, f"{why}。")
        for low, high in relations(values):
            path = f"parameters.{low.name}"
            if path in self.cleaned_data:
                self.add_error(path, f"不能大于“{high.meaning}”的 {high.text(values[high.name])}。")


class IndicatorForm(ParametersForm):
    """One indicator with the parameters it uses. `code` is set by `indicator_form`."""

    code: ClassVar[str]

    names = ("name", "points", "applies", "rolls_up", "formula", "source", "included")

    def paths(self, content: Content) -> list[str]:
        found = [f"indicators.{self.code}.{name}" for name in self.names]
        return found + [f"parameters.{name}" for name in self._parameters()]

    def guide(self, user: User) -> None:
        super().guide(user)
        for name in self.names:
            self.fields[f"indicators.{self.code}.{name}"].label = INDICATOR[name]

    def _parameters(self) -> list[str]:
        return [name for name, one in parameters().items() if self.code in one.codes]

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        at = f"indicators.{self.code}."
        yield "指标", [self[path] for path in self.fields if path.startswith(at)]
        if names := self._parameters():
            yield "用到的参数", [self[f"parameters.{name}"] for name in names]
        yield "保存", [self["reason"]]

    def check(self, content: Content) -> None:
        super().check(content)
        at = f"indicators.{self.code}."
        if set(content[at + "rolls_up"]) - set(content[at + "applies"]):
            self.add_error(at + "rolls_up", "由下级汇总的组织，也要在适用里勾选。")


def indicator_form(code: str) -> type[IndicatorForm]:
    """Return the form of one indicator."""
    return type("IndicatorForm", (IndicatorForm,), {"code": code})


class Row(NamedTuple):
    """One line of a grid: its code, what else is said of it, and its fields by key."""

    code: str
    fields: dict[str, BoundField]
    note: str = ""


class Group(NamedTuple):
    """A category of the grid: its own fields and its lines."""

    row: Row
    rows: list[Row]


class GridForm(PartForm):
    """Many indicators or vetoes in one table; the fields carry their names for the reader."""

    def guide(self, user: User) -> None:
        super().guide(user)
        for path, field in self.fields.items():
            if "." in path:
                field.widget.attrs["aria-label"] = field.label
                if isinstance(field, forms.IntegerField):
                    field.widget = forms.TextInput(
                        attrs={"inputmode": "decimal", "aria-label": field.label, "class": "short"}
                    )

    def row(self, part: str, code: str, *names: str) -> Row:
        return Row(code, {name: self[f"{part}.{code}.{name}"] for name in names})


class PointsForm(GridForm):
    """Which indicators there are, in which order, with their names and points."""

    def paths(self, content: Content) -> Iterator[str]:
        for code in codes(content, "categories"):
            yield from (f"categories.{code}.order", f"categories.{code}.name")
        for code in codes(content, "indicators"):
            yield from (f"indicators.{code}.{name}" for name in self.names)

    names = ("included", "order", "name", "points")

    @property
    def total(self) -> Decimal:
        """The points of the listed indicators as they are stored."""
        return sum(points_of(self.instance.content).values(), Decimal(0))

    def grid(self) -> Iterator[Group]:
        """Yield the categories with their indicators, as the page draws them."""
        content = self.instance.content
        indicators = codes(content, "indicators")
        for category in codes(content, "categories"):
            rows = [
                self.row("indicators", code, *self.names)
                for code in indicators
                if code[0] == category
            ]
            yield Group(self.row("categories", category, "order", "name"), rows)


class VetoesForm(GridForm):
    """The veto list: which count, in which order, in which words."""

    names = ("included", "order", "name", "condition")

    def paths(self, content: Content) -> Iterator[str]:
        for code in codes(content, "vetoes"):
            yield from (f"vetoes.{code}.{name}" for name in self.names)

    def grid(self) -> list[Row]:
        """Return the lines as the page draws them."""
        content = self.instance.content
        return [self.row("vetoes", code, *self.names) for code in codes(content, "vetoes")]
