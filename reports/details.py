"""The list of assessed organizations behind a table of rates: the sheet its counts point to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assessments.models import AssessmentQuerySet, Exclusion, Verdict
from orgs.models import OrgKind
from reports.groups import Groups
from schools.models import JurisdictionKind, Ownership, SchoolStage
from sheets.layout import Column, Layout

UNKNOWN = "未填写"
SHEET = "明细"

# Formulas of the counts, over the columns of this sheet; `{name}` is the row's heading, ROW
# the column that repeats it.
DUE = '=COUNTIFS({detail.ROW},{name},{detail.counted},"是")'
PASSED = '=COUNTIFS({detail.ROW},{name},{detail.counted},"是",{detail.verdict},"达标")'
VETOED = '=COUNTIFS({detail.ROW},{name},{detail.counted},"是",{detail.vetoed},"是")'
EXCLUDED = '=COUNTIFS({detail.ROW},{name},{detail.counted},"否")'

LABELS: dict[str, dict] = {
    "kind": dict(OrgKind.choices),
    "stage": dict(SchoolStage.choices),
    "ownership": dict(Ownership.choices),
    "body_kind": dict(JurisdictionKind.choices),
    "verdict": dict(Verdict.choices),
    "exclusion": dict(Exclusion.choices),
}
_FIELDS = (
    "unit_id",
    "jurisdiction__path",
    "place_id",
    "place__name",
    "jurisdiction__short_name",
    "organization__name",
    "organization__school__name",
    "kind",
    "stage",
    "ownership",
    "body_kind",
    "exclusion",
    "verdict",
    "is_vetoed",
    "vetoes",
    "final",
    "note",
)


def label(field: str, value: str | None) -> str:
    """Return the Chinese word of a choice kept on an assessment."""
    return LABELS[field].get(value or "", UNKNOWN)


def over(formula: str, column: str = "row") -> str:
    """Return a formula of the counts for a table whose rows are the values of `column`."""
    return formula.replace("ROW", column)


def assessment_details(assessments: AssessmentQuerySet, groups: Groups) -> Layout:
    """Return the detail sheet of `assessments`, read only when it is written.

    Its columns repeat the headings of every table that counts the organizations: the rows
    of the groups, and the values of each field that tables go by. So all of them share it.
    """

    def rows() -> Iterator[dict[str, Any]]:
        ordered = assessments.order_by("jurisdiction__path", "organization__name", "pk")
        for record in ordered.values(*_FIELDS).iterator(chunk_size=2000):
            yield {
                "row": groups.name_of_assessed(
                    unit=record["unit_id"],
                    path=record["jurisdiction__path"],
                    place=record["place_id"],
                ),
                "body": record["jurisdiction__short_name"],
                "organization": record["organization__name"],
                "kind": label("kind", record["kind"]),
                "stage": label("stage", record["stage"]),
                "ownership": label("ownership", record["ownership"]),
                "body_kind": label("body_kind", record["body_kind"]),
                "place_id": record["place__name"] or UNKNOWN,
                "school": record["organization__school__name"] or "",
                "counted": "否" if record["exclusion"] else "是",
                "verdict": LABELS["verdict"].get(record["verdict"], ""),
                "vetoed": "是" if record["is_vetoed"] else "否",
                "score": "" if record["final"] is None else record["final"],
                "reason": reason(record),
            }

    columns = [
        Column("row", groups.heading, width=14),
        Column("body", "管理主体", width=28),
        Column("organization", "党组织", width=46),
        Column("kind", "类别", width=12),
        Column("school", "所在学校", width=32),
        Column("stage", "学校类别", width=16),
        Column("ownership", "办学性质", width=10),
        Column("body_kind", "管理主体类型", width=24),
        Column("place_id", "行政区划", width=12),
        Column("counted", "计入应评", width=10),
        Column("verdict", "判定", width=10),
        Column("vetoed", "一票否决", width=10),
        Column("score", "得分", "score", width=10),
        Column("reason", "说明", width=50),
    ]
    return Layout(
        "党组织明细",
        columns,
        rows(),
        sheet_name=SHEET,
        signed=False,
        key=f"assessments-{groups.by}",
    )


def reason(record: dict[str, Any]) -> str:
    """Return why an organization is not counted, or did not pass."""
    parts = []
    if record["exclusion"]:
        parts.append(f"不计入：{label('exclusion', record['exclusion'])}")
    parts += [f"{veto['code']} {veto['reason']}" for veto in record["vetoes"]]
    if record["note"]:
        parts.append(record["note"])
    return "；".join(parts)
