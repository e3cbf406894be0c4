"""The lists of reviews, cultivation, model posts, volunteering and honours."""

from __future__ import annotations

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from activities.keeping.lists import YearFilterSet, year_choice
from activities.models import (
    Cultivation,
    Direction,
    Honour,
    HonourLevel,
    PairResult,
    PioneerPlace,
    PioneerPost,
    ReviewResult,
    SecretaryReview,
    VolunteerCategory,
    Volunteering,
)
from orgs.models import Organization
from orgs.tables import organization_column, state
from schools.columns import DateColumn, ListColumn, ListTable, NumberColumn, ScoreColumn
from schools.conditions import Choice, Chosen, Search
from schools.lists import ListPage, Shortcut

RESULTS = {
    ReviewResult.GOOD: ("st-pass", "check-circle-fill"),
    ReviewResult.FAIR: ("st-pass", "check-circle-fill"),
    ReviewResult.AVERAGE: ("st-near", "circle-half"),
    ReviewResult.POOR: ("st-fail", "circle"),
    ReviewResult.ABSENT: ("st-fail", "circle"),
}


class SecretaryReviewFilter(YearFilterSet):
    q = Search("党组织、书记")
    year = year_choice()
    result = Choice("评议结果", ReviewResult.choices)
    organization = Chosen("党组织", Organization)
    main = ("year", "result")
    dated = "year"
    texts = ("secretary",)

    class Meta:
        model = SecretaryReview
        fields: list[str] = []


class SecretaryReviewTable(ListTable):
    secretary = ListColumn("书记", url="secretary_review", whole=True)
    organization = organization_column()
    year = ListColumn("年度", sort="year", whole=True)
    result = ListColumn("评议结果", sort="result", whole=True, always=True)
    reviewed_on = DateColumn("评议时间", sort="reviewed_on")
    document = ListColumn("文号或纪要号", sheet_only=True, width=20)
    problems = ListColumn("点评指出的问题", wide=True, width=36)

    class Meta(ListTable.Meta):
        pass

    def value_year(self, value):
        return str(value)

    def render_result(self, value, record):
        return state(*RESULTS[ReviewResult(record.result)], value)

    def value_result(self, value):
        return value


class SecretaryReviewList(ListPage):
    title = "书记述职评议"
    lead = "上级对书记抓党建述职的评议结果，由管理主体登记"
    counter, noun = "条", "评议结果"
    sheet_title = "党组织书记述职评议结果一览表"
    import_kind = "secretary_reviews"
    table_class = SecretaryReviewTable
    filterset_class = SecretaryReviewFilter
    default_order = ("-year", "organization__jurisdiction__path", "organization_id")
    shortcuts = (Shortcut("一般", "result=average"), Shortcut("未述职", "result=absent"))
    new_page, new_label = "secretary_review_new", "登记评议结果"
    empty_title = "还没有述职评议结果"
    empty_text = "管理主体登记每个党组织书记的评议结果，指标 B5 按结果计分。"

    def rows(self):
        return SecretaryReview.objects.select_related("organization")


class CultivationFilter(YearFilterSet):
    q = Search("姓名、党组织")
    year = year_choice()
    direction = Choice("培养方向", Direction.choices)
    result = Choice("结果", PairResult.choices)
    organization = Chosen("党组织", Organization)
    main = ("year", "direction", "result")
    dated = "started_on"
    texts = ("name", "party_mentor", "teaching_mentor")

    class Meta:
        model = Cultivation
        fields: list[str] = []


class CultivationTable(ListTable):
    name = ListColumn("培养对象", url="cultivation", sort="name", whole=True)
    organization = organization_column()
    direction = ListColumn("培养方向", sort="direction", width=22)
    party_mentor = ListColumn("党员导师", whole=True)
    teaching_mentor = ListColumn("业务导师", whole=True)
    started_on = DateColumn("结对时间", sort="started_on")
    last_review = DateColumn("最近考核")
    result = ListColumn("结果", sort="result", whole=True, always=True)
    result_level = ListColumn("骨干教师层次", sheet_only=True)
    result_on = DateColumn("结果时间", sheet_only=True)
    plan = ListColumn("培养计划", sheet_only=True, width=36)

    class Meta(ListTable.Meta):
        pass

    def render_result(self, value, record):
        if record.result == PairResult.RUNNING:
            return state("st-near", "circle-half", value)
        if record.result == PairResult.ENDED:
            return state("st-out", "dash-circle-dotted", value)
        return state("st-pass", "check-circle-fill", value)

    def value_result(self, value):
        return value


class CultivationList(ListPage):
    title = "双培工程"
    lead = "把骨干教师培养成党员，把党员培养成骨干教师；一人两位导师，每年考核"
    counter, noun = "人", "培养对象"
    sheet_title = "双培工程台账"
    import_kind = "cultivations"
    table_class = CultivationTable
    filterset_class = CultivationFilter
    default_order = ("organization__jurisdiction__path", "organization_id", "-started_on")
    shortcuts = (
        Shortcut("培养中", "result=running"),
        Shortcut("骨干培养成党员", "direction=to_member"),
        Shortcut("党员培养成骨干", "direction=to_backbone"),
    )
    new_pages = (
        ("cultivation_new", "登记培养对象"),
        ("staff_count_new", "登记年度教师和骨干数"),
    )
    empty_title = "还没有双培对象"
    empty_text = "登记培养对象和导师结对，每年考核一次，指标 F1 按台账计分。"

    def rows(self):
        return Cultivation.objects.select_related("organization").annotate(
            last_review=Max("reviews__reviewed_on", filter=Q(reviews__withdrawn_at=None))
        )


class PioneerFilter(YearFilterSet):
    q = Search("姓名、岗位、党组织")
    year = year_choice()
    place = Choice("设岗位置", PioneerPlace.choices)
    active = Choice("在岗", [("yes", "在岗"), ("no", "已撤岗")], by="by_activity")
    review = Choice("今年评议", [("no", "没有评议"), ("yes", "已评议")], by="by_review")
    organization = Chosen("党组织", Organization)
    main = ("active", "review", "place")
    dated = "set_up_on"
    texts = ("member__name", "post")

    class Meta:
        model = PioneerPost
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["year"].rename("设岗年度")

    def by_activity(self, rows, value):
        """Rows still held, or taken down."""
        return rows.filter(ended_on__isnull=value == "yes")

    def by_review(self, rows, value):
        """Rows reviewed for this year, or not."""
        reviewed = Q(reviews__year=timezone.localdate().year, reviews__withdrawn_at=None)
        return rows.filter(reviewed) if value == "yes" else rows.exclude(reviewed)


class PioneerTable(ListTable):
    post = ListColumn("岗位", url="pioneer", width=20)
    member = ListColumn("党员", accessor="member__name", whole=True)
    organization = organization_column()
    place = ListColumn("设岗位置", sort="place", whole=True, width=10)
    set_up_on = DateColumn("设岗时间", sort="set_up_on")
    plaque = ListColumn("牌号", sheet_only=True)
    pledge = ListColumn("岗位承诺", sheet_only=True, width=36)
    last_year = ListColumn("最近评议", whole=True)
    ended_on = DateColumn("撤岗时间", sheet_only=True)
    active = ListColumn("状态", accessor="pk", whole=True, always=True)

    class Meta(ListTable.Meta):
        pass

    def render_last_year(self, value):
        return f"{value} 年"

    def value_last_year(self, value):
        return f"{value} 年"

    def render_active(self, record):
        if record.ended_on:
            return state("st-out", "dash-circle-dotted", "已撤岗")
        return state("st-pass", "check-circle-fill", "在岗")

    def value_active(self, record):
        return "已撤岗" if record.ended_on else "在岗"


class PioneerList(ListPage):
    title = "党员先锋岗"
    lead = "在职党员每 10 名设 1 个岗，每年评议一次"
    counter, noun = "个", "先锋岗"
    sheet_title = "党员先锋岗台账"
    import_kind = "pioneers"
    table_class = PioneerTable
    filterset_class = PioneerFilter
    default_order = ("organization__jurisdiction__path", "organization_id", "-set_up_on")
    shortcuts = (Shortcut("今年没有评议", "active=yes&review=no"), Shortcut("已撤岗", "active=no"))
    new_page, new_label = "pioneer_new", "设立先锋岗"
    empty_title = "还没有党员先锋岗"
    empty_text = "登记先锋岗和岗位承诺，每年评议一次，指标 F2 按岗位数和评议计分。"

    def rows(self):
        return (
            PioneerPost.objects.select_related("organization", "member")
            .defer("member__id_number", "member__phone")
            .annotate(last_year=Max("reviews__year", filter=Q(reviews__withdrawn_at=None)))
        )


class VolunteeringFilter(YearFilterSet):
    q = Search("主题、党组织")
    year = year_choice()
    category = Choice("类别", VolunteerCategory.choices)
    organization = Chosen("党组织", Organization)
    main = ("year", "category")
    dated = "held_on"
    texts = ("theme", "partner")

    class Meta:
        model = Volunteering
        fields: list[str] = []


class VolunteeringTable(ListTable):
    theme = ListColumn("主题", url="volunteering", width=36)
    held_on = DateColumn("时间", sort="held_on")
    organization = organization_column()
    category = ListColumn("类别", sort="category", whole=True, width=10)
    people = NumberColumn("人次")
    total = ScoreColumn("总时长（小时）")
    place = ListColumn("地点", sheet_only=True, width=16)
    partner = ListColumn("合作单位", sheet_only=True, width=20)
    organizer = ListColumn("组织者", sheet_only=True)

    class Meta(ListTable.Meta):
        pass

    def render_total(self, value):
        return f"{value.normalize():f}"


class VolunteeringList(ListPage):
    title = "志愿服务"
    lead = "每次活动一行；全年不少于 4 次，每名党员不少于 2 次"
    counter, noun = "次", "活动"
    sheet_title = "党员志愿服务台账"
    table_class = VolunteeringTable
    filterset_class = VolunteeringFilter
    default_order = ("-held_on",)
    shortcuts = (Shortcut("社区服务", "category=community"), Shortcut("护学岗", "category=guard"))
    import_kind = "volunteering"
    new_page, new_label = "volunteering_new", "登记活动"
    empty_title = "还没有志愿服务记录"
    empty_text = "登记每次活动和参加的党员，指标 F3 按次数和参加的党员计分。"

    def rows(self):
        kept = Q(participants__withdrawn_at=None)
        return Volunteering.objects.select_related("organization").annotate(
            people=Count("participants", filter=kept), total=Sum("participants__hours", filter=kept)
        )


class HonourFilter(YearFilterSet):
    q = Search("荣誉、姓名、党组织")
    year = year_choice()
    level = Choice("级别", HonourLevel.choices)
    holder = Choice("获得者", [("one", "个人"), ("all", "集体")], by="by_holder")
    organization = Chosen("党组织", Organization)
    main = ("year", "level", "holder")
    dated = "granted_on"
    texts = ("name", "member__name")

    class Meta:
        model = Honour
        fields: list[str] = []

    def by_holder(self, rows, value):
        """Rows of members, or of organizations."""
        return rows.filter(member__isnull=value == "all")


class HonourTable(ListTable):
    name = ListColumn("荣誉名称", url="honour", width=30)
    holder = ListColumn("获得者", whole=True)
    organization = organization_column()
    level = ListColumn("级别", sort="level", whole=True, width=12)
    granted_on = DateColumn("授予时间", sort="granted_on")
    granted_by = ListColumn("授予单位", wide=True, width=24)
    document = ListColumn("文号", sheet_only=True, width=20)
    deeds = ListColumn("事迹摘要", sheet_only=True, width=40)

    class Meta(ListTable.Meta):
        pass


class HonourList(ListPage):
    title = "先进典型"
    lead = "党组织和党员获得的荣誉"
    counter, noun = "项", "荣誉"
    sheet_title = "先进典型一览表"
    import_kind = "honours"
    table_class = HonourTable
    filterset_class = HonourFilter
    default_order = ("-granted_on",)
    shortcuts = (Shortcut("市级", "level=4"), Shortcut("集体", "holder=all"))
    new_page, new_label = "honour_new", "登记荣誉"
    empty_title = "还没有先进典型"
    empty_text = "登记党组织和党员获得的荣誉。"

    def rows(self):
        return Honour.objects.select_related("organization", "member").defer(
            "member__id_number", "member__phone"
        )
