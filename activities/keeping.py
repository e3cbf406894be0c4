"""What records of one organization share: their form fields, pages, lists and conditions."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.db.models import Max, Min, Q
from django.urls import reverse
from django.utils import timezone

from orgs.models import Organization
from orgs.naming import organization_key
from orgs.picks import ORGANIZATIONS
from orgs.showing import ShownPages
from schools import writing
from schools.access import EDIT
from schools.asked import named, number
from schools.conditions import Choice, ListFilterSet
from schools.form_fields import DayField, PickField
from schools.naming import fold
from schools.record_forms import RecordForm
from schools.records import RecordPages
from sheets.forms import Stored

# -- forms --------------------------------------------------------------------------------


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


# -- pages --------------------------------------------------------------------------------


class OrganizationRecordPages(ShownPages):
    """Pages of records of one organization, with a page of their own.

    `kind` names what is stored to those who must hear of it; `dated` the field whose year
    the record counts for.
    """

    kind: ClassVar[str]
    dated: ClassVar[str]
    related: ClassVar[tuple[str, ...]] = ("organization__jurisdiction__place",)

    def lead(self, record):
        return record.organization.short_name

    def initial(self, request):
        found: dict[str, Any] = {**ORGANIZATIONS.asked(request, "organization")}
        year = number(request.GET.get("year", ""))
        if year and "year" in self.form_class.base_fields:
            found["year"] = year
        return found

    def write(self, form, *, act, expected):
        """Store a record; one that moves to another organization or year concerns both."""
        record = form.save(commit=False)
        is_new = record.pk is None
        organizations = {record.organization_id}
        years = {_year(getattr(record, self.dated))}
        if not is_new:
            organizations.add(form.initial.get("organization"))
            years.add(_year(form.initial.get(self.dated)))
        stored = Stored(
            self.kind, frozenset(filter(None, organizations)), frozenset(filter(None, years))
        )
        return writing.write(
            record,
            act=act,
            action=f"{self.slug}.{'create' if is_new else 'change'}",
            touched=lambda _: stored,
            expected=expected,
        )

    def touched(self, record):
        return Stored(
            self.kind,
            frozenset(filter(None, (record.organization_id,))),
            frozenset(filter(None, (_year(getattr(record, self.dated)),))),
        )


class ChildPages(RecordPages):
    """Pages of records that belong to another record and are shown on its page.

    `parent` names the relation, and the parameter of the address of a new one.
    """

    parent: ClassVar[str]
    parent_pages: ClassVar[type[OrganizationRecordPages]]

    def initial(self, request):
        rows = self.parent_pages.model.objects.editable_by(request.user)
        found = named(rows, request.GET.get(self.parent, ""))
        return {self.parent: found.pk} if found else {}

    def url(self, record):
        return reverse(self.parent_pages.slug, args=[getattr(record, f"{self.parent}_id")])

    def touched(self, record):
        stored = self.parent_pages().touched(getattr(record, self.parent))
        return Stored(stored.kind, stored.organization_ids, self.years(record) or stored.years)

    def years(self, record) -> frozenset[int]:
        """Return the years the record itself counts for; none: those of its parent."""
        return frozenset()


def _year(value: Any) -> int | None:
    return value.year if isinstance(value, datetime.date) else value


def day_of(value: datetime.date | None) -> str:
    """Return a day as a table shows it."""
    return f"{value:%Y-%m-%d}" if value else ""


def may_add(user, organization) -> bool:
    """Tell whether the page of an organization offers a new record to `user`."""
    return (
        user.has_perm(EDIT)
        and not organization.dissolved_on
        and Organization.objects.editable_by(user).filter(pk=organization.pk).exists()
    )


# -- lists --------------------------------------------------------------------------------


class YearFilterSet(ListFilterSet):
    """Conditions of records that count for a year: `dated` is the field of the day or year."""

    dated: ClassVar[str]
    # Lookups the search box looks into, beside the name of the organization.
    texts: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        span: Mapping[str, Any] = self.Meta.model.objects.aggregate(
            first=Min(self.dated), last=Max(self.dated)
        )
        today = timezone.localdate().year
        first, last = (_year(span[end]) or today for end in ("first", "last"))
        year = self.filters["year"]
        year.extra["choices"] = [
            (str(n), f"{n} 年") for n in range(max(last, today), first - 1, -1)
        ]

    def search(self, rows, text):
        """Rows of organizations of that name, or whose text holds it."""
        found = Q(organization__name_key__contains=organization_key(text))
        for lookup in self.texts:
            found |= Q(**{f"{lookup}__contains": fold(text)})
        return rows.filter(found)

    def by_year(self, rows, value):
        """Rows that count for a year."""
        is_day = self.Meta.model._meta.get_field(self.dated).get_internal_type() == "DateField"
        if not is_day:
            return rows.filter(**{self.dated: value})
        year = int(value)
        between = (datetime.date(year, 1, 1), datetime.date(year, 12, 31))
        return rows.filter(**{f"{self.dated}__range": between})


def year_choice() -> Choice:
    """Return the condition on the year."""
    return Choice("年度", by="by_year")
