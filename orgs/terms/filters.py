"""Conditions of the list of terms."""

from __future__ import annotations

import datetime

import django_filters
from django import forms
from django.utils import timezone

from orgs.finding import organization_condition
from orgs.models import Organization, OrgKind
from orgs.standing import day_number, present_term_end, present_terms
from orgs.terms.states import LABELS, TermState, bounds
from schools.conditions import Choice, Chosen, Hidden, ListFilterSet, Search
from schools.models import JurisdictionKind, SchoolStage


class Month(Hidden, django_filters.CharFilter):
    """The month terms end in, chosen in the calendar: 2026-03."""

    field_class = forms.RegexField

    def __init__(self, label: str, by: str):
        super().__init__(
            label=label,
            regex=r"^20\d\d-(0[1-9]|1[0-2])$",
            error_messages={"invalid": "请写成 2026-03"},
            widget=forms.HiddenInput(),
        )
        self.by = by

    def filter(self, qs, value):
        return getattr(self.parent, self.by)(qs, value) if value else qs


class TermFilter(ListFilterSet):
    """Rows are organizations with `term_over`, the number of the day their term ends."""

    q = Search("党组织名称、拼音")
    state = Choice("换届情况", [(s.value, label) for s, label in LABELS.items()], by="by_state")
    kind = Choice("类别", OrgKind.choices)
    extension = Choice(
        "延期",
        [("yes", "已批准延期"), ("without", "延期没有批复文号")],
        by="by_extension",
    )
    plan = Choice("换届计划", [("yes", "填了计划时间"), ("no", "没有填")], by="by_plan")
    body = Choice("管理类型", JurisdictionKind.choices, field_name="jurisdiction__kind")
    stage = Choice("学校类别", SchoolStage.choices, field_name="school__stage")
    ends = Month("届满月份", by="by_month")
    organization = Chosen("党组织", Organization, by="by_organization")
    main = ("state", "kind", "extension", "plan")

    class Meta:
        model = Organization
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate()

    def search(self, rows, text):
        """Rows meant by `text`."""
        return rows.filter(organization_condition(text))

    def by_state(self, rows, value):
        """Rows by how their present term stands today."""
        rows = rows.alias(term_over=present_term_end(self.today))
        if value == TermState.UNKNOWN:
            return rows.filter(term_over=None)
        return _ending(rows, *bounds(TermState(value), self.today))

    def by_month(self, rows, value):
        """Rows whose present term ends in a month."""
        first = int(value.replace("-", "")) * 100
        rows = rows.alias(term_over=present_term_end(self.today))
        return rows.filter(term_over__range=(first, first + 99))

    def by_extension(self, rows, value):
        """Rows whose present term was put off, with or without the document."""
        terms = self._present().exclude(extended_to=None)
        if value == "without":
            terms = terms.filter(extension_document="")
        return rows.filter(pk__in=terms.values("organization"))

    def by_plan(self, rows, value):
        """Rows by whether the next election is planned."""
        planned = self._present().exclude(planned_on=None).values("organization")
        return rows.filter(pk__in=planned) if value == "yes" else rows.exclude(pk__in=planned)

    def by_organization(self, rows, organization):
        """One row."""
        return rows.filter(pk=organization.pk)

    def _present(self):
        return present_terms(self.today).order_by()


def _ending(rows, first: datetime.date | None, last: datetime.date | None):
    if first:
        rows = rows.filter(term_over__gte=day_number(first))
    return rows.filter(term_over__lte=day_number(last)) if last else rows
