"""The list of the filings of a year: where each waits, with the three opinions."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html

from assessments.workflow import progress
from assessments.workflow.models import Filing
from assessments.workflow.sampling import Draw
from assessments.workflow.states import STAGE_OF, Stage, State
from schools.bodies import set_bodies
from schools.columns import DateColumn, ListColumn, ListTable, ScoreColumn
from schools.conditions import Choice, ListFilterSet, Search
from schools.lists import ListPage, Shortcut
from schools.naming import fold

# Shape, word and colour of a state.
MARKS = {
    State.DRAFT: ("out", "pencil"),
    State.SUBMITTED: ("run", "hourglass-split"),
    State.RETURNED: ("near", "arrow-return-left"),
    State.FIRST_REVIEWED: ("run", "hourglass-split"),
    State.RE_REVIEWED: ("run", "check2"),
    State.DECIDED: ("run", "check2-all"),
    State.PUBLISHED: ("run", "megaphone"),
    State.CONFIRMED: ("pass", "patch-check"),
    State.RECTIFYING: ("near", "tools"),
    State.REVOKED: ("fail", "x-circle"),
}


def mark(filing: Filing):
    """Return the state of a filing as shape, word and colour."""
    css, icon = MARKS[State(filing.state)]
    return format_html(
        '<span class="st st-{}"><i class="bi bi-{}" aria-hidden="true"></i>{}</span>',
        css,
        icon,
        filing.get_state_display(),
    )


class FilingTable(ListTable):
    organization = ListColumn("党组织", accessor="organization__short_name", url="filing", width=34)
    full_name = ListColumn("党组织全称", accessor="organization__name", sheet_only=True, width=44)
    body = ListColumn(
        "管理主体",
        accessor="organization__body__label",
        sort="organization__jurisdiction__path",
        wide=True,
        width=20,
    )
    state = ListColumn("状态", sort="state", always=True, width=12)
    self_total = ScoreColumn("自评", sort="self_total")
    first_total = ScoreColumn("初审", sort="first_total")
    second_total = ScoreColumn("复核", sort="second_total")
    verdict = ListColumn("认定结论", sheet_only=True, width=12)
    drawn = ListColumn("抽中原因", sort="drawn", wide=True, width=22)
    submitted = DateColumn("申报日期", accessor="submitted_at", sort="submitted_at")
    due_on = DateColumn("办理期限", sort="due_on", wide=True)
    plaque = ListColumn("牌匾编号", sheet_only=True, width=16)

    class Meta(ListTable.Meta):
        pass

    def render_state(self, record):
        return mark(record)

    def value_state(self, record):
        return record.get_state_display()

    def render_submitted(self, value):
        return f"{timezone.localtime(value):%Y-%m-%d}"

    def value_submitted(self, value):
        return timezone.localdate(value)


class FilingFilter(ListFilterSet):
    q = Search("党组织名称")
    year = Choice("年度", by="by_year")
    stage = Choice("阶段", Stage.choices, by="by_stage")
    state = Choice("状态", State.choices)
    drawn = Choice("复核", [("any", "抽中复核"), *Draw.choices], by="by_draw")
    late = Choice("期限", [("yes", "已过办理期限")], by="by_late")
    main = ("year", "stage", "drawn", "late")

    class Meta:
        model = Filing
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        years = list(progress.years_with_filings().values_list("year", flat=True))
        year = self.filters["year"]
        year.extra["choices"] = [(str(n), f"{n} 年") for n in years]
        year.default = str(years[0]) if years else ""
        year.any_label = f"{year.default} 年" if years else "全部"
        year.rename("年度")

    def search(self, rows, text):
        """Rows of organizations whose name holds `text`."""
        return rows.filter(
            Q(organization__name__contains=text.strip())
            | Q(organization__name_key__contains=fold(text))
        )

    def by_year(self, rows, value):
        """Rows of one year."""
        return rows.filter(cycle__year=value)

    def by_stage(self, rows, value):
        """Rows whose turn it is."""
        return rows.filter(state__in=[one for one, stage in STAGE_OF.items() if stage == value])

    def by_draw(self, rows, value):
        """Rows drawn for the re-review, for any reason or for one."""
        return rows.exclude(drawn="") if value == "any" else rows.filter(drawn=value)

    def by_late(self, rows, value):
        """Rows whose day is over, and those not handed in when the window closed."""
        return progress.late(rows, timezone.localdate())


class FilingList(ListPage):
    title = "申报与审核"
    lead = "每个党组织一行：自评、初审、复核得分并列，停在哪一步一看就知道"
    counter, noun = "个", "党组织"
    sheet_title = "考评申报与审核情况"
    table_class = FilingTable
    filterset_class = FilingFilter
    default_order = ("organization__jurisdiction__path", "organization__name")
    shortcuts = (
        Shortcut("还没有申报的", "stage=self"),
        Shortcut("等待初审的", "stage=first"),
        Shortcut("抽中复核的", "drawn=any"),
        Shortcut("已过期限的", "late=yes"),
    )
    empty_title = "还没有申报"
    empty_text = "市教育局在“年度”里公布日程、开始考评以后，各党组织在这里自评和申报。"

    def rows(self):
        return Filing.objects.select_related("organization__jurisdiction", "cycle")

    def enrich(self, records):
        set_bodies([one.organization for one in records])
        return records
