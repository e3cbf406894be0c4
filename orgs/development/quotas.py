"""The yearly quotas of admission (发展党员指标): their form, pages and list."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils import timezone

from orgs.models import DevelopmentQuota
from schools.columns import ListColumn, ListTable, NumberColumn
from schools.conditions import Choice, ListFilterSet, Search
from schools.form_fields import PickField
from schools.forms import BODIES
from schools.lists import ListPage
from schools.record_forms import RecordForm
from schools.records import RecordPages
from schools.roles import grants_of

# Years offered, counted back from the next.
YEARS = 7


def _years() -> list[tuple[str, str]]:
    this = timezone.localdate().year
    return [(str(n), f"{n} 年") for n in range(this + 1, this + 1 - YEARS, -1)]


class QuotaForm(RecordForm):
    """The quota of a managing body for a year."""

    jurisdiction = PickField(BODIES, label="管理主体", help_text="指标管到它下面的所有党组织")
    year = forms.TypedChoiceField(label="年度", coerce=int, choices=_years)
    quota = forms.IntegerField(
        label="指标数",
        min_value=0,
        max_value=99_999,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}),
        error_messages={"invalid": "请填数字。", "min_value": "不能是负数。"},
    )

    groups = (("指标", ("jurisdiction", "year", "quota")), ("依据", ("document", "remark")))
    reasons = frozenset({"quota", "year"})

    class Meta:
        model = DevelopmentQuota
        fields = ["jurisdiction", "year", "quota", "document", "remark"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new:
            self.fields["year"].initial = timezone.localdate().year
        elif self.instance.year not in dict(_years()):
            year = self.instance.year
            self.fields["year"].choices = [(str(year), f"{year} 年"), *_years()]


class QuotaPages(RecordPages):
    slug = "development_quota"
    model = DevelopmentQuota
    form_class = QuotaForm
    title = "发展党员指标"
    list_url, list_label = "development_quotas", "发展党员指标"
    related = ("jurisdiction__place",)
    new_lead = "按下达文件登记；使用情况在报表“发展党员情况”里"

    def url(self, record):
        return reverse("development_quotas")

    def name(self, record):
        return f"{record.jurisdiction.label} {record.year} 年发展党员指标"

    def initial(self, request):
        """Start with the body of the user, where he has just one."""
        grants = grants_of(request.user)
        return {"jurisdiction": BODIES.label(grants[0].jurisdiction)} if len(grants) == 1 else {}


class QuotaTable(ListTable):
    jurisdiction = ListColumn(
        "管理主体", accessor="jurisdiction__short_name", sort="jurisdiction__path", width=26
    )
    year = ListColumn("年度", sort="year", url="development_quota_history", whole=True, width=8)
    quota = NumberColumn("指标数", sort="quota")
    document = ListColumn("下达文号", width=24)
    remark = ListColumn("备注", sheet_only=True, width=24)

    class Meta(ListTable.Meta):
        pass

    def value_year(self, value):
        return str(value)


class QuotaFilter(ListFilterSet):
    q = Search("管理主体、文号")
    year = Choice("年度")
    main = ("year",)

    class Meta:
        model = DevelopmentQuota
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = _years()

    def search(self, rows, text):
        """Rows whose body or document holds `text`."""
        text = text.strip()
        return rows.filter(jurisdiction__name__contains=text) | rows.filter(document__contains=text)


class QuotaList(ListPage):
    title = "发展党员指标"
    lead = "每个管理主体每年一行，管到它下面的所有党组织；使用情况见报表“发展党员情况”"
    counter, noun = "条", "指标"
    sheet_title = "发展党员指标一览表"
    import_kind = "development_quotas"
    table_class = QuotaTable
    filterset_class = QuotaFilter
    default_order = ("-year", "jurisdiction__path")
    new_page, new_label = "development_quota_new", "登记指标"
    empty_title = "还没有发展党员指标"
    empty_text = "登记上级下达的指标后，报表里比较指标数和发展数。"

    def rows(self):
        return DevelopmentQuota.objects.select_related("jurisdiction")
