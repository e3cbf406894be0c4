"""分类达标率: the same counts by what kind of school, organization or body they are."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from assessments.compliance import Row, total_row
from assessments.models import Assessment, Cycle
from reports import details, sentences
from reports.base import (
    OptionsForm,
    Report,
    as_of_text,
    basis_note,
    filler,
    preview_mark,
    register,
    scope_title,
)
from reports.board import whole_name
from reports.groups import Groups
from reports.rates import (
    bars,
    count_cells,
    count_columns,
    excluded_note,
    other_columns,
    sum_note,
)
from schools.models import Jurisdiction, Place
from sheets.layout import Layout

# Dimension: its name, the field of the assessment, the parameter of the list of organizations.
DIMENSIONS = {
    "stage": ("学校类别", "stage", "stage"),
    "ownership": ("办学性质", "ownership", "ownership"),
    "kind": ("党组织类别", "kind", "kind"),
    "body": ("管理主体类型", "body_kind", "body_kind"),
    "place": ("行政区划", "place_id", "place"),
}


class DimensionForm(OptionsForm):
    dimension = forms.ChoiceField(
        label="分类",
        choices=[(key, name) for key, (name, _, _) in DIMENSIONS.items()],
        required=False,
        error_messages={"invalid_choice": "没有这种分类，请从列表中选。"},
    )

    def clean_dimension(self):
        return self.cleaned_data["dimension"] or "stage"


@register
class ComplianceBy(Report):
    """Compliance by stage, ownership, kind, body or place."""

    slug = "compliance-by"
    title = "分类达标率"
    description = "按学校类别、办学性质、党组织类别、管理主体类型或行政区划看达标率。"
    order = 20
    form_class = DimensionForm
    variants = tuple({"dimension": dimension} for dimension in DIMENSIONS)
    by_place = False
    chart = "bars"

    def layout(
        self,
        user: User,
        *,
        scope: Jurisdiction,
        year: int,
        cycle: Cycle | None,
        by: str,
        transposed: bool = False,
        dimension: str = "stage",
        **options: Any,
    ) -> Layout:
        """Return one row for each value of the dimension that has organizations."""
        assert cycle is not None  # noqa: S101 - `needs_scores` keeps it so
        name, field, parameter = DIMENSIONS[dimension]
        assessments = Assessment.objects.visible_to(user).filter(cycle=cycle).inside(scope)
        rows = self.rows(assessments, field)
        total = total_row([row for _, row in rows])
        query = {"scope": scope.pk, "year": year, "by": by}
        title = f"{scope_title(scope)}{year}年度基层党组织标准化建设达标率（按{name}）"
        return Layout(
            title=title + preview_mark(cycle),
            columns=count_columns(name, by=field) + other_columns(field),
            rows=[
                {
                    "name": row.name,
                    **count_cells(row, {**query, parameter: value} if value else None),
                }
                for value, row in rows
            ],
            total=count_cells(total, query) | {"whole": whole_name(scope)},
            filler=filler(scope),
            as_of=as_of_text(cycle),
            unit_text="个、%",
            sheet_name=f"按{name}",
            notes=[
                sum_note(total, [row for _, row in rows]),
                excluded_note(assessments, cycle),
                basis_note(cycle, by),
            ],
            prepared_by=user.name,
            transposed=transposed,
            details=(details.assessment_details(assessments, Groups(user, scope, by)),),
        )

    def rows(self, assessments: Any, field: str) -> list[tuple[str | None, Row]]:
        """Return (value, counts) for each value of `field`, in the order of its choices."""
        counts = {record.pop(field): record for record in assessments.tally(field)}
        if field == "place_id":
            names = dict(Place.objects.values_list("pk", "name"))
        else:
            names = dict(details.LABELS[field])
        ordered = [value for value in names if value in counts]
        ordered += [value for value in counts if value not in names]
        return [
            (value or None, Row(key=None, name=names.get(value, details.UNKNOWN), **counts[value]))
            for value in ordered
        ]

    def says(self, layout: Layout) -> list[str]:
        """Return the rate of the whole, the ends, and the lowest rows."""
        return sentences.rates(layout)

    def chart_data(self, layout: Layout) -> dict[str, Any]:
        """Return the rates of the values with the line of the total."""
        return bars(layout)
