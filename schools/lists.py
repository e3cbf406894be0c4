"""The base of every list page: scope, conditions, order, pages, and the same as a workbook.

A subclass declares; everything a list does is done here, once, in this order: the rows
the user may see, the subtree he picked, his conditions, the order, one page. The table
class is the only column list: page and workbook both come from it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl

from django.core.exceptions import PermissionDenied
from django.core.paginator import EmptyPage, PageNotAnInteger, Paginator
from django.db.models import Expression, F, OrderBy, Q, QuerySet
from django.http import Http404
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from accounts.models import User
from schools.access import EDIT, READ
from schools.asked import named
from schools.columns import ListTable
from schools.conditions import ListFilterSet, Select, without
from schools.exporting import EXPORT, export
from schools.form_fields import past_day
from schools.list_settings import RemembersSettings
from schools.models import Jurisdiction, JurisdictionKind
from schools.scoping import ScopedQuerySet, granted_paths
from sheets.layout import Column, Layout

PAGE_SIZES = (10, 50, 100)
# Rows read at a time while a workbook is written.
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A link under 常用: a name for a query string."""

    label: str
    query: str


class Scope:
    """The subtree a list is about: the one picked by `?scope=`, else all the user may see.

    A subtree outside the user's does not exist for him: Http404.
    """

    def __init__(self, user, wanted: str | None):
        nodes = Jurisdiction.objects.visible_to(user)
        self.tops = granted_paths(user)
        # Leaves of schools are not offered, but a user is told the name of his own.
        own = Q(path__in=self.tops)
        self.nodes = list(nodes.filter(own | ~Q(kind=JurisdictionKind.SCHOOL)))
        self.chosen: Jurisdiction | None = None
        if wanted:
            self.chosen = next((n for n in self.nodes if str(n.pk) == wanted), None)
            if self.chosen is None:
                self.chosen = named(nodes, wanted)
            if self.chosen is None:
                raise Http404

    @property
    def all_label(self) -> str:
        """The name of all the user may see."""
        roots = [node.label for node in self.nodes if node.path in self.tops]
        return "、".join(roots[:2]) + ("等" if len(roots) > 2 else "") or "本单位"

    @property
    def label(self) -> str:
        """The name of the subtree."""
        return self.chosen.label if self.chosen else self.all_label

    @property
    def has_choice(self) -> bool:
        """Whether there is anything to pick."""
        return len(self.nodes) > 1

    @property
    def options(self) -> Iterator[tuple[int | str, str]]:
        """Key and label of all the bodies together, and of each, indented by level."""
        yield "", self.all_label
        for node in self.nodes:
            level = len(next(t for t in self.tops if node.path.startswith(t))) // node.steplen
            if node.path in self.tops and len(self.tops) == 1:
                continue
            yield node.pk, "\u3000" * (node.depth - level) + node.label

    @property
    def select(self) -> SafeString:
        """The select of the bodies; it belongs to the form of the conditions."""
        attrs = {"class": "pick", "id": "scope", "form": "conditions", "data-go": True}
        chosen = self.chosen.pk if self.chosen else ""
        return Select(attrs, list(self.options)).render("scope", chosen)

    def narrow(self, queryset):
        """Return the rows of `queryset` inside the picked subtree."""
        return queryset.inside(self.chosen) if self.chosen else queryset


class ListPage(RemembersSettings):
    """A list page. See the class attributes for what a subclass tells."""

    http_method_names = ["get", "head", "post"]
    permission = READ
    template_name = "schools/list.html"

    title: str
    # The line under the title.
    lead = ""
    # Measure word and noun for rows, for example "所" and "学校".
    counter = "个"
    noun = "记录"
    # The workbook's title, after the name of the scope.
    sheet_title: str
    table_class: type[ListTable]
    filterset_class: type[ListFilterSet]
    # Lookups of the order nobody asked for; the key is added so that pages never overlap.
    default_order: tuple[str | OrderBy, ...] = ()
    shortcuts: tuple[Shortcut, ...] = ()
    # Whether the list can be shown as of a past day (`?day=`, conditions.Day).
    tells_days = False
    # Kind of workbook that brings these records in (sheets forms), for the button 导入.
    import_kind = ""
    # URL name of the page that makes a new record, and what its button says.
    new_page = ""
    new_label = "新建"
    # URL name of the page that changes one field of many records; "" where there is none.
    bulk_page = ""
    # Template of what stands above the conditions and changes with them.
    above = ""
    # Where a record comes about in several ways: URL names with the labels of a menu.
    new_pages: tuple[tuple[str, str], ...] = ()
    # What to say while there is no record at all.
    empty_title = "还没有记录"
    empty_text = ""

    def rows(self) -> ScopedQuerySet:
        """Return all rows of the model; narrowing is not its business."""
        raise NotImplementedError

    def enrich(self, records: list) -> list:
        """Return the records of one page with what their columns need beside the row."""
        return records

    def expressions(self) -> dict[str, Expression]:
        """Return, for columns without a lookup to sort by, what to sort by instead."""
        return {}

    def further_exports(self) -> list[tuple[str, str]]:
        """Return label and address of other ways to export this list."""
        return []

    def make_filterset(self, data, rows) -> ListFilterSet:
        """Return the conditions `data` on `rows`."""
        return self.filterset_class(data, rows, request=self.request)

    def make_table(self, records: list) -> ListTable:
        """Return the table of `records`."""
        return self.table_class(records)

    # -- what is asked for ------------------------------------------------------------

    def get(self, request):
        if not request.user.has_perm(self.permission):
            raise PermissionDenied
        if request.GET.get("format") == "xlsx":
            return self.workbook()
        if request.htmx and not request.htmx.history_restore_request:
            response = render(request, "tables/block.html", self.context())
            # The address to be sent on: what was asked, less what was left empty.
            query = self.asked()
            response["HX-Push-Url"] = f"{request.path}?{query}" if query else request.path
            return response
        return render(request, self.template_name, self.context())

    @cached_property
    def day(self) -> datetime.date | None:
        """The past day the list is shown as of; None: today."""
        # The conditions tell what is wrong with a day that is none.
        return past_day(self.request.GET.get("day", "")) if self.tells_days else None

    @cached_property
    def scope(self) -> Scope:
        return Scope(self.request.user, self.request.GET.get("scope"))

    @cached_property
    def filterset(self) -> ListFilterSet:
        rows = self.scope.narrow(self.rows().visible_to(cast(User, self.request.user)))
        return self.make_filterset(self.request.GET, rows)

    @cached_property
    def count(self) -> int:
        # The order would only cost time here.
        return self.filterset.qs.order_by().count()

    @cached_property
    def sort(self) -> str:
        """The column asked for, "-" before it for descending; "" if there is none such."""
        asked = self.request.GET.get("sort", "")
        return asked if self.sorts(asked.removeprefix("-")) else ""

    def sorts(self, name: str) -> list:
        """Return the lookups or expressions that order the column `name`; none: it cannot."""
        if not self.table_class.can_sort(name):
            return []
        if name in self.table_class.expressions:
            special = self.expressions().get(name)
            return [] if special is None else [special]
        return list(self.table_class.base_columns[name].sort)

    def ordered(self) -> QuerySet:
        """Return the rows in order, empty values last in either direction."""
        order: list[Any] = []
        for sort in self.sorts(self.sort.removeprefix("-")):
            flipped = isinstance(sort, str) and sort.startswith("-")
            expression = F(sort.removeprefix("-")) if isinstance(sort, str) else sort
            down = self.sort.startswith("-") != flipped
            order.append((expression.desc if down else expression.asc)(nulls_last=True))
        return self.filterset.qs.order_by(*order, *self.default_order, "pk")

    @cached_property
    def page(self):
        size = self.request.GET.get("size", "")
        size = int(size) if size in map(str, PAGE_SIZES) else PAGE_SIZES[1]
        paginator = Paginator(self.ordered(), size)
        paginator.count = self.count
        try:
            return paginator.page(self.request.GET.get("page", 1))
        except PageNotAnInteger:
            return paginator.page(1)
        except EmptyPage:
            return paginator.page(paginator.num_pages)

    # -- the page ---------------------------------------------------------------------

    def context(self) -> dict[str, Any]:
        """Return what the templates draw; it costs the same queries for any rows."""
        table = self.table(self.enrich(list(self.page.object_list)))
        table.sort = self.sort
        context = {
            "list": self,
            "filter": self.filterset,
            "table": table,
            "caption": f"{self.title}列表",
            "page": self.page,
            "page_range": self.page.paginator.get_elided_page_range(
                self.page.number, on_each_side=1, on_ends=1
            ),
            "sizes": PAGE_SIZES,
            "count": self.count,
            "chips": self.filterset.chips(),
            "now": timezone.localtime(),
            "count_text": f"{self.count:,}",
            # The rest of the address, for links and forms that change one part of it.
            "address": f"{self.request.path}?{self.asked()}",
            "page_query": _prefix(self.asked("page")),
            "cleared": self.asked("page", *self.filterset.filters),
            "scope_query": f"&scope={self.scope.chosen.pk}" if self.scope.chosen else "",
            "kept_for_sort": parse_qsl(self.asked("sort", "page")),
            "kept_for_size": parse_qsl(self.asked("size", "page")),
            "import_url": self.import_url(),
            "new_url": self.new_url(),
            "new_urls": self.new_urls(),
            "bulk_url": self.bulk_url(),
            "kept": parse_qsl(self.asked("page", "size", "sort")),
            "can_export": self.request.user.has_perm(EXPORT),
        }
        if not self.count:
            context["relief"] = self.relief(context["chips"])
        return context

    def asked(self, *less: str) -> str:
        """Return the query string of this address without the parameters `less`.

        Conditions that were not understood are left out: a refused text is not passed on.
        """
        return without(self.request.GET, "format", *less, *self.filterset.form.errors)

    def relief(self, chips):
        """Return the chip to drop that shows most rows, with their number, or None.

        Only asked while nothing is found: one count for each condition in force.
        """
        counted = []
        for chip in chips:
            data = self.request.GET.copy()
            data.pop(chip.name, None)
            rows = self.make_filterset(data, self.filterset.queryset).qs
            counted.append((rows.order_by().count(), chip))
        best = max(counted, key=lambda pair: pair[0], default=None)
        return best if best and best[0] else None

    def import_url(self) -> str:
        """Return the address for bringing such records in, or "" for those who may not."""
        if not self.import_kind or not self.request.user.has_perm("sheets.import_workbook"):
            return ""
        try:
            return f"{reverse('import_new')}?kind={self.import_kind}"
        except NoReverseMatch:
            return ""

    def new_url(self) -> str:
        """Return the address for making a new record, or "" for those who may not."""
        may = self.new_page and self.request.user.has_perm(EDIT)
        return reverse(self.new_page) if may else ""

    def new_urls(self) -> list[tuple[str, str]]:
        """Return label and address of each way to a new record, for those who may."""
        may = self.new_pages and self.request.user.has_perm(EDIT)
        return [(label, reverse(name)) for name, label in self.new_pages] if may else []

    def bulk_url(self) -> str:
        """Return the address for changing many records, or "" for those who may not."""
        # A past day is for looking only.
        may = self.bulk_page and not self.day and self.request.user.has_perm(EDIT)
        return reverse(self.bulk_page) if may else ""

    # -- the workbook -----------------------------------------------------------------

    def workbook(self):
        """Return the list as an official workbook: all rows found, not one page."""
        return export(
            self.layout(),
            user=self.request.user,
            action="schools.export_list",
            changes={"rows": self.count, "query": self.conditions()},
        )

    def conditions(self) -> str:
        """Return the conditions in force in words."""
        return "；".join(chip.text for chip in self.filterset.chips()) or "无"

    def layout(self) -> Layout:
        """Return the list as an official table with a column 序号."""
        columns = [Column("no", "序号", "int", width=6), *self.table([]).sheet_columns()]
        return Layout(
            title=f"{self.scope.label}{self.sheet_title}",
            columns=columns,
            rows=self.sheet_rows(),
            filler=self.scope.label,
            as_of=f"{self.day or timezone.localdate():%Y年%-m月%-d日}",
            unit_text=f"{self.counter}、人" if self.counter != "人" else "人",
            sheet_name=self.title,
            notes=(
                f"范围：{self.scope.label}；条件：{self.conditions()}；共 {self.count:,} 行。",
                "空格表示没有填报。身份证号、电话已遮挡。",
            ),
        )

    def sheet_rows(self) -> Iterable[dict]:
        """Yield the rows of the workbook, numbered from 1, reading some at a time."""
        keys = list(self.ordered().values_list("pk", flat=True))
        number = 0
        for start in range(0, len(keys), CHUNK):
            found = self.rows().in_bulk(keys[start : start + CHUNK])
            records = [found[key] for key in keys[start : start + CHUNK] if key in found]
            for row in self.table(self.enrich(records)).sheet_rows():
                number += 1
                yield {"no": number, **row}


def _prefix(query: str) -> str:
    return f"{query}&" if query else ""
