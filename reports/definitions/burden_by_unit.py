"""减负账本（按单位）: what each unit was asked in a year, what it found there, the time saved.

Counted from the records themselves: a record of a form is one row somebody filled in. What
a register hands on to the year (schools, organizations, members) comes filled in; in a
record of the year the names come from the registers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Value

from reports.base import register, register_day
from reports.counting import Count as Counted
from reports.counting import CountedReport, Question, Share, listed
from reports.definitions.burden import Asked, asked, model_of, use_of
from reports.kept import kept
from schools.models import Jurisdiction
from sheets.forms import Form, all_forms

# Assumed: to write one field of a table, or to copy it from another.
SECONDS = 10


@dataclass(frozen=True, slots=True)
class Load:
    """What one record of a form asks: so many fields, so many of them there already."""

    form: Form
    fields: int
    ready: int


def loads() -> dict[str, Load]:
    """Return the load of each form by its kind."""
    fields: dict[str, list[Asked]] = {}
    for one in asked():
        fields.setdefault(one.form.kind, []).append(one)
    return {
        form.kind: Load(
            form,
            len(fields.get(form.kind, ())),
            sum(
                (one.is_prefilled and not year_of(form)) or not one.is_new
                for one in fields.get(form.kind, ())
            ),
        )
        for form in all_forms()
    }


def year_of(form: Form) -> str:
    """Return the lookup of the year a record counts for; "" for a register, kept on."""
    if told := use_of(form).get("dated"):
        return told
    if not (name := getattr(form, "dated", "")):
        return ""
    kind = model_of(form)._meta.get_field(name).get_internal_type()
    return f"{name}__year" if kind == "DateField" else name


def _records(form: Form, year: int) -> QuerySet | None:
    """Return the records of a form in a year, of the whole tree, counted by body."""
    model = model_of(form)
    if model is None:
        return None
    rows = model.objects.order_by()
    if on := year_of(form):
        rows = rows.filter(**{on: year})
    elif hasattr(rows, "active_on"):
        rows = rows.active_on(register_day(year))
    body = rows.scope_lookup.removesuffix("path").removesuffix("__") or "pk"
    return (
        rows.annotate(of_form=Value(form.kind, CharField()), at_body=F(body))
        .values_list("of_form", "at_body")
        # Of rows, not of their numbers: an index alone can tell it.
        .annotate(n_records=Count("*"))
    )


def count_records(year: int) -> list[tuple[str, int, int]]:
    """Return form, body and number of the records of a year; one query."""
    first, *rest = (found for form in all_forms() if (found := _records(form, year)) is not None)
    return list(first.union(*rest, all=True))


@register
class BurdenByUnit(CountedReport):
    """One row for each unit: records, fields, those there already, minutes saved."""

    slug = "burden-by-unit"
    title = "减负账本（按单位）"
    description = "各单位一年里填了哪些表、多少行、多少项，其中多少项已有，省了多少时间。"
    by_place = False
    order = 301
    variants = ()
    is_sealed = False
    unit_text = "行、项、分钟"
    noun = "项"
    sheet_name = "减负账本"
    list_title = "各单位各表的填报"
    list_sheet = "填报明细"
    main = "fields"
    shown_details = (0, 2000)
    folded_by = "row"

    def lines(self, asked: Question) -> Iterator[dict[str, Any]]:
        """Return each form of each unit, with its records of the year."""
        load = loads()
        bodies = Jurisdiction.objects.visible_to(asked.user).inside(asked.scope)
        paths = dict(bodies.values_list("pk", "path"))
        sums: dict[tuple[Any, str], int] = defaultdict(int)
        for kind, body, n in kept(f"burden/{asked.year}", lambda: count_records(asked.year)):
            if body in paths:
                sums[asked.row(paths[body], None), kind] += n
        order = {name: place for place, name in enumerate(asked.groups.names.values())}
        for (row, kind), n in sorted(sums.items(), key=lambda one: order[one[0][0]]):
            one = load[kind]
            yield {
                "row": row,
                "form": one.form.title,
                "records": n,
                "each": one.fields,
                "fields": n * one.fields,
                "ready": n * one.ready,
                "write": n * (one.fields - one.ready),
                "minutes": round(n * one.ready * SECONDS / 60),
            }

    def counts(self, asked: Question):
        return (
            Counted("records", "填报行数", of="records"),
            Counted("fields", "填报项", of="fields"),
            Counted("ready", "其中已有", of="ready"),
            Counted("write", "要写的项", of="write"),
            Share("share", "已有比例", "ready", "fields", lack="没有填报"),
            Counted("minutes", "省去时间（分钟）", of="minutes"),
        )

    def list_columns(self, asked: Question):
        return (
            listed("form", "表", 28),
            listed("records", "填报行数", 11, "int"),
            listed("each", "每行填报项", 11, "int"),
            listed("fields", "填报项", 11, "int"),
            listed("ready", "其中已有", 11, "int"),
            listed("write", "要写的项", 11, "int"),
            listed("minutes", "省去时间（分钟）", 12, "int"),
        )

    def notes(self, asked: Question) -> list[str]:
        return [
            "填报行数：这一年的记录，一条记录是表里的一行；学校、党组织、党员等名册按在册的数。",
            "其中已有：名册模板已带出的全部栏，其他表里名册登记过的名称和证件号。",
            f"省去时间按每项 {SECONDS} 秒估算，不含核对。",
        ]
