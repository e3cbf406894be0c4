"""Conditions of the lists behind a figure."""

from __future__ import annotations

from django import forms
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.html import format_html

from assessments.models import Assessment, Exclusion
from orgs.models import Organization, OrgKind
from orgs.naming import organization_key
from reports.figures import FigureContext
from reports.picks import RESULTS, bands, with_veto
from schools.conditions import Choice, ListFilterSet, Search
from schools.models import Jurisdiction, JurisdictionKind, Ownership, Place, SchoolStage
from schools.naming import fold
from schools.scoping import within


class Kept(Choice):
    """A condition set by the link from a figure: a chip without a select of its own."""

    def __init__(self, label, *args, **kwargs):
        super().__init__(label, *args, **kwargs)
        self.extra["widget"] = forms.HiddenInput()


class KeepingFilterSet(ListFilterSet):
    """Conditions of which some are only kept as the link has set them (`Kept`)."""

    @property
    def more_fields(self):
        return [field for field in super().more_fields if not self._is_kept(field.name)]

    @property
    def hidden_fields(self):
        return [self.form[name] for name in self.values if self._is_kept(name)]

    def _is_kept(self, name: str) -> bool:
        return isinstance(self.filters[name], Kept)


class FigureFilterSet(KeepingFilterSet):
    """Conditions in a figure context, which the form passes on."""

    def __init__(self, *args, context: FigureContext, **kwargs):
        super().__init__(*args, **kwargs)
        self.context = context

    @property
    def hidden_fields(self):
        context = self.context
        own = {"scope": context.scope.pk, "year": context.year, "by": context.by}
        fields = [
            format_html('<input type="hidden" name="{}" value="{}">', *pair) for pair in own.items()
        ]
        return fields + super().hidden_fields

    def search(self, rows, text):
        """Rows whose name or school holds `text`, in the full form or the short one."""
        return rows.filter(
            Q(**{f"{self.to_organization}name_key__contains": organization_key(text)})
            | Q(**{f"{self.to_organization}name__contains": fold(text)})
            | Q(**{f"{self.to_organization}school__name_key__contains": fold(text)})
        )

    # Lookup from a row to its organization.
    to_organization = ""


class AssessmentFilter(FigureFilterSet):
    """Conditions on assessments: what counts on the pages link to."""

    q = Search("党组织名称、简称、学校")
    result = Choice("结果", [(key, words) for key, (words, _) in RESULTS.items()], by="by_result")
    kind = Choice("类别", OrgKind.choices)
    stage = Choice("学校类别", SchoolStage.choices)
    ownership = Choice("办学性质", Ownership.choices)
    body_kind = Choice("管理类型", JurisdictionKind.choices)
    exclusion = Choice("不计入原因", Exclusion.choices)
    band = Choice("得分段", by="by_band")
    code = Choice("否决或失分", by="by_code")
    unit = Kept("统计单元", by="by_unit")
    place = Kept("行政区划", by="by_place")
    direct = Kept("层级", [("1", "本级")], by="by_direct")
    main = ("result", "kind", "stage")
    to_organization = "organization__"

    class Meta:
        model = Assessment
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        context = self.context
        choices = self._choices
        choices("band", [(band.code, band.label) for band in self.bands])
        choices(
            "code",
            [(code, f"{code} {name}") for code, name in context.veto_names.items()]
            + [(one.code, f"失分：{one.code} {one.name}") for one in context.indicators],
        )
        # Only asked for when a link carries them.
        units = places = []
        if self.data.get("unit"):
            found = Jurisdiction.objects.visible_to(context.user).reporting_units()
            units = [(str(unit.pk), unit.label) for unit in found]
        if self.data.get("place"):
            places = list(Place.objects.values_list("code", "name"))
        choices("unit", [*units, ("none", "未归入统计单元")])
        choices("place", [*places, ("none", "未填行政区划")])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.filters[name].extra["choices"] = choices

    @cached_property
    def bands(self):
        cycle = self.context.cycle
        return bands(cycle.standard) if cycle else []

    def by_result(self, rows, value):
        """Rows with one of the results of picks.RESULTS."""
        return rows.filter(RESULTS[value][1])

    def by_band(self, rows, value):
        """Rows in a range of scores."""
        return rows.filter(next(band.condition for band in self.bands if band.code == value))

    def by_code(self, rows, value):
        """Rows with a veto, or with points lost for an indicator."""
        if value in self.context.veto_names:
            return with_veto(rows, value)
        return rows.losing(value)

    def by_unit(self, rows, value):
        """Rows of one reporting unit, or of none."""
        return rows.filter(unit=None if value == "none" else value)

    def by_place(self, rows, value):
        """Rows of one administrative division, or of none."""
        return rows.filter(place=None if value == "none" else value)

    def by_direct(self, rows, value):
        """Rows directly under the scope: under none of the bodies below it."""
        scope = self.context.scope
        bodies = Jurisdiction.objects.inside(scope).filter(depth=scope.depth + 1)
        paths = bodies.exclude(kind=JurisdictionKind.SCHOOL).values_list("path", flat=True)
        return rows.exclude(within(list(paths), "jurisdiction__path"))


class WaitingFilter(FigureFilterSet):
    """Conditions on the organizations a matter is about."""

    q = Search("党组织名称、简称、学校")
    kind = Choice("类别", OrgKind.choices)
    stage = Choice("学校类别", SchoolStage.choices, field_name="school__stage")
    main = ("kind", "stage")

    class Meta:
        model = Organization
        fields: list[str] = []
