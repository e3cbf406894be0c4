"""减负账本: what each form asks, what of it comes filled in or is known already, and for what.

Fields come from the forms themselves (`sheets.forms`); uses.yaml tells which indicators use a
form, and which reports which of its fields. Nothing here is counted by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from assessments.models import Cycle
from reports.base import REPORTS, Report, day_text, filler, register, scope_title
from schools.models import Jurisdiction
from schools.records import all_pages
from sheets.forms import Column as Field
from sheets.forms import Form, Type, all_forms
from sheets.layout import Column, Layout

USES = Path(__file__).with_name("uses.yaml")
YES = "是"
# What stands where no report uses a field.
NONE = "不进报表"
WRITTEN = "writing"


@cache
def told() -> Mapping[str, Mapping[str, Any]]:
    """Return what uses.yaml tells."""
    return yaml.safe_load(USES.read_text(encoding="utf-8"))


def use_of(form: Form) -> Mapping[str, Any]:
    """Return the indicators and reports that use a form; empty for a mere ledger."""
    return told()["forms"].get(form.kind, {})


def link_of(slug: str) -> tuple[str, str]:
    """Return the title and the address of what uses a field."""
    if slug == WRITTEN:
        return "汇报材料", reverse("writing")
    return REPORTS[slug].title, reverse("report", args=[slug])


def use_of_page(slug: str) -> Mapping[str, Any]:
    """Return the same for the pages that keep one record of a form; empty where none does."""
    for kind, used in told()["forms"].items():
        if slug in used.get("pages", (kind, kind.removesuffix("s"))):
            return used
    return {}


def model_of(form: Form) -> Any:
    """Return what a row of a form is kept as; None for a form of sums."""
    if found := getattr(form, "model", None):
        return found
    used = use_of(form)
    slugs = (used["rows"],) if "rows" in used else (form.kind, form.kind.removesuffix("s"))
    pages = (*slugs, *used.get("pages", ()))
    models = {one.slug: one.model for one in all_pages()}
    return next((models[slug] for slug in pages if slug in models), None)


@cache
def scored_of(form: Form) -> Mapping[str, str]:
    """Return what single fields of a form are scored for, by heading, as their pages tell it."""
    model, found = model_of(form), {}
    for pages in all_pages():
        if pages.model is model:
            fields = pages.form_class.base_fields
            for name, use in pages.form_class.scored.items():
                found[str(fields[name].label)] = use
    return found


def registers_of(form: Form) -> Mapping[str, str]:
    """Return the headings of `form` that stand in a register already, with its form's kind."""
    if form.kind in told()["registers"]:
        # A register holds what the registers before it name: an organization its school.
        kinds = list(told()["registers"])
        before = kinds[: kinds.index(form.kind)]
    else:
        before = list(told()["registers"])
    known = {label: kind for kind in before for label in told()["registers"][kind]}
    own = use_of(form).get("known", {})
    return known | {label: kind for kind, labels in own.items() for label in labels}


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a form: whether it must be filled in, comes filled in, is known already.

    `known_from` is the title of the form that registers it; "" where it is new.
    """

    form: Form
    field: Field
    known_from: str

    @property
    def is_prefilled(self) -> bool:
        """Whether the template of the form comes with what is on record."""
        return self.form.prefills

    @property
    def reports(self) -> list[str]:
        """The reports that count or list it, by their slugs; what names a row goes into all."""
        used = use_of(self.form).get("reports", {})
        return [
            slug
            for slug, labels in used.items()
            if self.known_from or self.names or self.field.label in labels
        ]

    @property
    def names(self) -> bool:
        """Whether it names what its own form registers."""
        return self.field.label in told()["registers"].get(self.form.kind, ())

    @property
    def is_new(self) -> bool:
        """Whether somebody has to write it himself the first time."""
        return not self.known_from


def asked() -> Iterator[Asked]:
    """Yield the fields of all forms in the order they are usually brought in, each once."""
    titles = {form.kind: form.title for form in all_forms()}
    for form in all_forms():
        seen, known = set(), registers_of(form)
        for table in form.tables:
            for field in table.columns:
                if field.type == Type.SKIPPED or field.label in seen:
                    continue
                seen.add(field.label)
                yield Asked(form, field, titles.get(known.get(field.label, ""), ""))


def indicators_of(form: Form) -> str:
    """Return the codes of the indicators that use a form, in words."""
    return "、".join(use_of(form).get("indicators", ())) or "不计分"


def titles(slugs: Iterable[str]) -> str:
    """Return the titles of reports in words."""
    return "、".join(link_of(slug)[0] for slug in slugs)


@register
class Burden(Report):
    """The same for every scope: it is about the forms, not about who fills them in."""

    slug = "burden"
    title = "减负账本"
    description = "每张表要填几项，其中几项模板已填好、几项别的表已有，各项用在哪些指标和报表。"
    needs_scores = False
    by_place = False
    order = 300
    shown_details = (0, 2000)
    folded_by = "form"
    table_class = "named"
    # It is not a table of the assessment.
    variants = ()

    def layout(
        self,
        user: User,
        *,
        scope: Jurisdiction,
        year: int,
        cycle: Cycle | None,
        by: str,
        transposed: bool = False,
        **options: Any,
    ) -> Layout:
        """Return one row for each form, counted from its fields."""
        fields = list(asked())
        rows = [
            self._row(form, [one for one in fields if one.form is form]) for form in all_forms()
        ]
        counted = ("asked", "required", "prefilled", "known", "new", "used")
        return Layout(
            title=f"{scope_title(scope)}填报项目减负账本",
            columns=self._columns(),
            rows=rows,
            total={key: sum(row[key] for row in rows) for key in counted},
            filler=filler(scope),
            as_of=day_text(timezone.localdate()),
            unit_text="项",
            sheet_name="减负账本",
            notes=(
                "填报项是表里要人填写的栏，序号和系统算出的栏不算；一张表里同名的栏算一项。",
                "模板已填好：导出“填好本单位记录的模板”时已经带出，没有变化的不用再填。",
                "别的表已有：名称和证件号在先填的表里登记过，按名称对上，不重复登记。",
                "第一次要写 = 填报项 − 别的表已有；第二年起只改有变化的。",
                "进报表：这一项本身在报表里统计或列出，明细逐项写明是哪几张；"
                "计分的项还经得分进入达标率、指标失分等各表，不再逐张列出。",
            ),
            prepared_by=user.name,
            transposed=transposed,
            details=(self._fields(fields),),
        )

    def says(self, layout: Layout) -> list[str]:
        """Return the sums in one sentence."""
        total = layout.total or {}
        return [
            f"{len(list(layout.rows))} 张表共 {total['asked']} 项，其中模板已填好 "
            f"{total['prefilled']} 项，别的表已有 {total['known']} 项，"
            f"第一次要写 {total['new']} 项；进报表的 {total['used']} 项，其余只计分或只作台账。"
        ]

    def _row(self, form: Form, fields: list[Asked]) -> dict[str, Any]:
        return {
            "name": form.title,
            "asked": len(fields),
            "required": sum(one.field.required for one in fields),
            "prefilled": sum(one.is_prefilled for one in fields),
            "known": sum(not one.is_new for one in fields),
            "new": sum(one.is_new for one in fields),
            "indicators": indicators_of(form),
            "used": sum(bool(one.reports) for one in fields),
            "reports": titles(use_of(form).get("reports", ()))
            or (NONE if use_of(form).get("indicators") else "只作台账"),
        }

    def _columns(self) -> list[Column]:
        def count(key: str, label: str, condition: str = "") -> Column:
            formula = f"=COUNTIFS({{detail.form}},{{name}}{condition})"
            return Column(key, label, "int", total="sum", formula=formula, width=10)

        return [
            Column("name", "表", width=26),
            count("asked", "填报项"),
            count("required", "其中必填", f',{{detail.required}},"{YES}"'),
            count("prefilled", "模板已填好", f',{{detail.prefilled}},"{YES}"'),
            count("known", "别的表已有", ',{detail.is_new},"否"'),
            count("new", "第一次要写", f',{{detail.is_new}},"{YES}"'),
            count("used", "进报表", f',{{detail.reports}},"<>{NONE}"'),
            Column("indicators", "用于指标", width=24, hide_narrow=True),
            Column("reports", "用于报表", width=36, hide_narrow=True),
        ]

    def _fields(self, fields: list[Asked]) -> Layout:
        """Return the sheet of all fields, which the counts point to."""

        def yes(value: bool) -> str:
            return YES if value else "否"

        return Layout(
            "填报项明细",
            [
                Column("form", "表", width=26),
                Column("field", "填报项", width=22),
                Column("required", "必填", width=8),
                Column("prefilled", "模板已填好", width=12),
                Column("is_new", "第一次要写", width=12),
                Column("known_from", "已在哪张表", width=22),
                Column("indicators", "用在（指标）", width=24, hide_narrow=True),
                Column("reports", "用在（报表）", width=36, hide_narrow=True),
            ],
            [
                {
                    "form": one.form.title,
                    "field": one.field.label,
                    "required": yes(one.field.required),
                    "prefilled": yes(one.is_prefilled),
                    "is_new": yes(one.is_new),
                    "known_from": one.known_from,
                    "indicators": scored_of(one.form).get(one.field.label)
                    or indicators_of(one.form),
                    "reports": titles(one.reports) or NONE,
                }
                for one in fields
            ],
            sheet_name="填报项明细",
            signed=False,
        )
