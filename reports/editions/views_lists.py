"""The organizations of a sealed edition."""

from __future__ import annotations

from django.utils.functional import cached_property

from orgs.tables import result_state, result_word
from reports.editions.filters import EditionRowFilter
from reports.editions.reading import find
from reports.models import Edition, EditionRow
from schools.columns import ListColumn, ListTable, NumberColumn, ScoreColumn
from schools.lists import ListPage


class EditionRowTable(ListTable):
    """One organization as it was sealed."""

    name = ListColumn(
        "党组织名称", accessor="organization_name", sort="organization_name", width=36
    )
    kind = ListColumn("类别", sort="kind", width=12)
    body = ListColumn("管理主体", accessor="jurisdiction_name", sort="jurisdiction_path", width=22)
    unit = ListColumn("统计单元", accessor="unit_name", width=12)
    place = ListColumn("行政区划", accessor="place_name", sheet_only=True, width=12)
    members = NumberColumn("党员", sheet_only=True)
    result = ListColumn("结果", accessor="pk", always=True)
    score = ScoreColumn("得分", accessor="final", sort="final")
    words = ListColumn("说明", accessor="words", wide=True, width=40)

    class Meta(ListTable.Meta):
        pass

    def render_result(self, record):
        return result_state(record)

    def value_result(self, record):
        return result_word(record)


class EditionScope:
    """The scope of the list: that of the edition."""

    chosen = None
    has_choice = False

    def __init__(self, edition: Edition):
        self.label = edition.scope_name

    def narrow(self, rows):
        """Return the rows: an edition is opened as a whole or not at all."""
        return rows


class EditionRowList(ListPage):
    """Who was counted in an edition, who passed, and why not."""

    template_name = "reports/editions/organizations.html"
    noun = "党组织"
    table_class = EditionRowTable
    filterset_class = EditionRowFilter
    default_order = ("jurisdiction_path", "organization_name")
    empty_title = "没有党组织"

    def get(self, request, code):
        return super().get(request)

    @cached_property
    def edition(self):
        return find(self.request.user, self.kwargs["code"])

    @cached_property
    def scope(self):
        return EditionScope(self.edition)

    def make_filterset(self, data, rows):
        return self.filterset_class(data, rows, request=self.request, edition=self.edition)

    @property
    def title(self):
        return f"定稿 {self.edition.code} 的党组织"

    @property
    def lead(self):
        return f"{self.edition.title}；{self.edition.made_at:%Y-%m-%d} 定稿时的结果，以后的改动不影响这里"

    @property
    def sheet_title(self):
        return f"{self.edition.year}年度党组织考评结果（定稿 {self.edition.code}）"

    def rows(self):
        return EditionRow.objects.filter(edition=self.edition)

    def context(self):
        return super().context() | {"edition": self.edition}
