"""The lists of findings and of weak organizations."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from orgs.models import Organization
from orgs.tables import organization_column, state
from schools.columns import DateColumn, ListColumn, ListTable
from schools.conditions import Choice, Chosen, ListFilterSet, Search
from schools.lists import ListPage
from schools.naming import fold
from supervision.models import FindingKind, VetoFinding, WeakListing


class FindingTable(ListTable):
    organization = organization_column(url="veto_finding", key="pk")
    kind = ListColumn("否决情形", sort="kind", whole=True, width=14)
    code = ListColumn("代码", accessor="pk", sheet_only=True, width=8)
    year = ListColumn("考评年度", sort="year", whole=True, width=10)
    document = ListColumn("认定文号", whole=True, width=22)
    document_on = DateColumn("认定时间", sort="document_on")
    decided_by = ListColumn("认定机关", width=24)
    description = ListColumn("认定事实", wide=True, width=44)

    class Meta(ListTable.Meta):
        pass

    def value_code(self, record):
        return record.kind

    def value_year(self, value):
        return str(value)


class FindingFilter(ListFilterSet):
    q = Search("党组织、文号")
    kind = Choice("否决情形", FindingKind.choices)
    year = Choice("考评年度")
    organization = Chosen("党组织", Organization)
    main = ("kind", "year")

    class Meta:
        model = VetoFinding
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.filters["year"].extra["choices"] = [
            (str(n), f"{n} 年") for n in range(this, this - 8, -1)
        ]

    def search(self, rows, text):
        """Rows whose organization or document holds `text`."""
        return rows.filter(
            Q(organization__name_key__contains=fold(text)) | Q(document__contains=text.strip())
        )


class FindingList(ListPage):
    title = "一票否决认定"
    lead = "V5—V8 由文件认定，管理主体和上级登记；认定撤销的撤回记录，得分随即重算"
    counter, noun = "项", "认定"
    sheet_title = "一票否决认定台账"
    import_kind = "veto_findings"
    table_class = FindingTable
    filterset_class = FindingFilter
    default_order = ("-document_on",)
    new_page, new_label = "veto_finding_new", "登记认定"
    empty_title = "没有一票否决认定"
    empty_text = "弄虚作假、违规发展党员、严重违纪违法、重大事件经文件认定后在这里登记。"

    def rows(self):
        return VetoFinding.objects.select_related("organization")


class WeakTable(ListTable):
    organization = organization_column(url="weak_listing", key="pk")
    listed_on = DateColumn("列入时间", sort="listed_on")
    listing_document = ListColumn("列入文号", whole=True, width=22)
    cause = ListColumn("主要问题", wide=True, width=40)
    helper = ListColumn("联系领导", whole=True, width=12)
    state = ListColumn("状态", accessor="pk", always=True, width=10)
    removed_on = DateColumn("撤销时间", sort="removed_on")
    removal_document = ListColumn("撤销文号", sheet_only=True, width=22)

    class Meta(ListTable.Meta):
        pass

    def render_state(self, record):
        if record.removed_on and record.removed_on <= timezone.localdate():
            return state("st-pass", "check-circle-fill", "已撤销")
        return state("st-veto", "x-octagon-fill", "在列")

    def value_state(self, record):
        removed = record.removed_on and record.removed_on <= timezone.localdate()
        return "已撤销" if removed else "在列"


class WeakFilter(ListFilterSet):
    q = Search("党组织、问题")
    state = Choice("状态", [("listed", "在列"), ("removed", "已撤销")], by="by_state")
    organization = Chosen("党组织", Organization)
    main = ("state",)

    class Meta:
        model = WeakListing
        fields: list[str] = []

    def search(self, rows, text):
        """Rows whose organization or cause holds `text`."""
        return rows.filter(
            Q(organization__name_key__contains=fold(text)) | Q(cause__contains=text.strip())
        )

    def by_state(self, rows, value):
        """Rows on the list today, or taken off."""
        today = timezone.localdate()
        if value == "listed":
            return rows.listed_on_day(today)
        return rows.filter(removed_on__lte=today)


class WeakList(ListPage):
    title = "软弱涣散党组织"
    lead = "列入和撤销都凭文件；考核日仍在名单上的，当年一票否决（V10）"
    counter, noun = "个", "党组织"
    sheet_title = "软弱涣散党组织整顿台账"
    table_class = WeakTable
    filterset_class = WeakFilter
    default_order = ("-listed_on",)
    import_kind = "weak_listings"
    new_page, new_label = "weak_listing_new", "列入名单"
    empty_title = "没有列入软弱涣散名单的党组织"
    empty_text = "凭文件列入，整顿验收后凭文件撤销。"

    def rows(self):
        return WeakListing.objects.select_related("organization")
