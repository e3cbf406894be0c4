"""What every page's frame shows: the menu, the names in the bar and the footer.

The menu is one declaration (`MENU`); the bar, the folded menu and the section menu are
drawn from it. Nothing is read from the database before a template asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Count, Q
from django.urls import reverse

from assessments.models import Standard
from partybuild.manual import chapter_of
from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import grants_of

READ = "schools.view_records"


@dataclass(frozen=True)
class Page:
    """One page of the menu: `name` is its URL name, `under` those of the pages it leads to.

    With "member" under a page, "member_edit" and all other pages of a member are too.
    """

    label: str
    name: str
    permission: str = READ
    args: tuple[str, ...] = ()
    under: tuple[str, ...] = ()

    @cached_property
    def url(self) -> str:
        """The address; every page draws the whole menu."""
        return reverse(self.name, args=self.args)

    def is_at(self, match) -> bool:
        """Tell whether the page now shown is this one."""
        return match.url_name == self.name and tuple(match.kwargs.values()) == self.args

    def leads_to(self, match) -> bool:
        """Tell whether this page leads to the one now shown."""
        name = match.url_name or ""
        return any(name == one or name.startswith(f"{one}_") for one in self.under)


@dataclass(frozen=True)
class Section:
    """An entry of the menu; it leads to the first of its pages the user may open."""

    label: str
    pages: tuple[Page, ...]


@dataclass(frozen=True)
class Entry:
    """A link ready to be drawn."""

    label: str
    url: str
    current: bool
    pages: list[Entry] = field(default_factory=list)


MENU = (
    Section(
        "首页",
        (
            Page("首页", "home", permission="", under=("waiting",)),
            Page("我的工作", "work", under=("handover",)),
            Page("提醒记录", "reminders"),
        ),
    ),
    Section(
        "达标率",
        (
            Page("各单元", "rates", under=("unit", "rates_organizations")),
            Page("指标热力表", "report", args=("indicator-heat",)),
            Page("历年", "report", args=("rates-over-years",)),
            Page("变化", "report", args=("movement",), under=("movement",)),
            Page("排名", "report", args=("ranking",)),
            Page("提升", "report", args=("planner",)),
            Page("两种口径", "report", args=("two-trees",)),
        ),
    ),
    Section(
        "考评",
        (
            Page("进度", "progress"),
            Page("申报与审核", "filings", under=("filing", "objection_new", "look_back_new")),
            Page("认定与公示", "decision", under=("schedule",)),
            Page("年度", "cycles", under=("cycle",)),
            Page("标准", "standard", under=("indicator", "standard")),
        ),
    ),
    Section(
        "组织生活",
        (
            Page("日历", "life_calendar"),
            Page("台账", "meetings", under=("meeting",)),
            Page("按月录入", "meetings_grid", permission="schools.edit_records"),
            Page("谈心谈话", "talks", under=("talk",)),
            Page("民主评议", "evaluations", under=("organization_evaluation", "evaluation")),
            Page("问题整改", "problems", under=("problem",)),
            Page("党费", "dues", under=("dues", "dues_owing", "organization_dues", "member_dues")),
        ),
    ),
    Section(
        "教育与作用",
        (
            Page("党员学时", "training_hours", under=("organization_training",)),
            Page("培训计划", "training_plans", under=("training_plan", "training_course")),
            Page("培训台账", "trainings", under=("training",)),
            Page("双培工程", "cultivations", under=("cultivation", "stage_review", "staff_count")),
            Page("先锋岗", "pioneers", under=("pioneer", "pioneer_review")),
            Page("志愿服务", "volunteerings", under=("volunteering",)),
            Page("述职评议", "secretary_reviews", under=("secretary_review",)),
            Page("先进典型", "honours", under=("honour",)),
        ),
    ),
    Section(
        "组织与党员",
        (
            Page("学校", "schools", under=("school", "saved_filters")),
            Page(
                "党组织",
                "organizations",
                under=(
                    "organization",
                    "group",
                    "post",
                    "scorecard",
                    "former_name",
                    "affiliation",
                    "coverage_edit",
                    "coverage_history",
                    "coverage_withdraw",
                ),
            ),
            Page("党员", "members", under=("member", "members_unmasked", "contact")),
            Page("任期与换届", "terms", under=("term",)),
            Page(
                "发展党员",
                "development_cases",
                under=(
                    "development_case",
                    "activist_review",
                    "development_quota",
                    "development_quotas",
                ),
            ),
            Page("组织关系转接", "transfers", under=("transfer",)),
            Page("管理主体", "jurisdictions"),
            Page("表间校核", "consistency", under=("findings", "explain")),
            Page(
                "导入记录",
                "imports",
                permission="sheets.import_workbook",
                under=("import",),
            ),
        ),
    ),
    Section(
        "督导与保障",
        (
            Page("问题整改", "rectifications", under=("rectification",)),
            Page("检查督查", "inspections", under=("inspection",)),
            Page("工作例会", "work_meetings", under=("work_meeting", "work_task")),
            Page("行动计划", "action_plans", under=("action_plan", "plan_target", "plan_measure")),
            Page("领导小组", "leading_groups", under=("leading_group", "group_meeting")),
            Page("满意度调查", "surveys", under=("survey",)),
            Page("一票否决认定", "veto_findings", under=("veto_finding",)),
            Page("软弱涣散", "weak_listings", under=("weak_listing",)),
            Page("两个覆盖", "coverage_of_schools"),
            Page("党建指导员", "instructors", under=("instructor",)),
            Page("群团组织", "mass_organizations", under=("mass_organization",)),
            Page("党务工作者", "party_workers", under=("party_worker",)),
            Page("党建经费", "party_budgets", under=("party_budget",)),
        ),
    ),
    Section(
        "报表",
        (
            Page("报表", "reports", under=("report",)),
            Page("汇报材料", "writing", under=("writing", "section_draft")),
            Page("汇总表册", "pack"),
            Page("定稿", "editions", under=("edition",)),
            Page("减负账本", "report", args=("burden",)),
        ),
    ),
    Section(
        "系统",
        (
            Page(
                "人员与权限",
                "users",
                permission="accounts.manage_users",
                under=("user", "user_new", "user_reset", "grant_add"),
            ),
            Page("操作日志", "log", permission="accounts.view_log"),
        ),
    ),
)


def page_at(match) -> Page | None:
    """Return the page of the menu now shown, else the first that leads to what is shown."""
    pages = [page for section in MENU for page in section.pages]
    exact = (page for page in pages if page.is_at(match))
    return next(exact, None) or next((page for page in pages if page.leads_to(match)), None)


def menu_path(name: str) -> str:
    """Return how the menu leads to the page of this URL name, as in 组织与党员 → 学校."""
    return next(
        f"{section.label} → {page.label}"
        for section in MENU
        for page in section.pages
        if page.name == name
    )


class Frame:
    """The frame of the page that answers `request`; each part is worked out when asked for."""

    def __init__(self, request):
        self.request = request

    @property
    def user(self):
        """The person signed in (anonymous before)."""
        return self.request.user

    @cached_property
    def grants(self) -> list:
        """The grants of the user, widest first."""
        return grants_of(self.user) if self.user.is_authenticated else []

    @property
    def body(self) -> str:
        """The body the user works for: that of his widest grant."""
        return self.grants[0].jurisdiction.label if self.grants else ""

    @cached_property
    def sections(self) -> list[Entry]:
        """The menu as far as the user may open it."""
        match = self.request.resolver_match
        here = page_at(match) if match else None
        entries = []
        for section in MENU:
            pages = []
            for page in section.pages:
                if page.permission and not self.user.has_perm(page.permission):
                    continue
                pages.append(Entry(page.label, page.url, page is here))
            if pages:
                current = any(page.current for page in pages)
                entries.append(Entry(section.label, pages[0].url, current, pages))
        return entries

    @property
    def subpages(self) -> list[Entry]:
        """The pages of the section at hand."""
        return next((entry.pages for entry in self.sections if entry.current), [])

    @property
    def help_url(self) -> str:
        """The chapter of the manual about the page at hand; its contents where none is."""
        match = self.request.resolver_match
        section = next((entry.label for entry in self.sections if entry.current), "")
        found = chapter_of(match.url_name or "", section) if match else None
        return reverse("help_chapter", args=[found.slug]) if found else reverse("help")

    @property
    def search_url(self) -> str:
        """The address of the search, for those who may read records."""
        return reverse("search") if self.user.has_perm(READ) else ""

    @cached_property
    def _bodies(self) -> dict[int, str]:
        """The names of the root of the tree (1) and of the bureau (2), if they are there."""
        bodies = Jurisdiction.objects.filter(
            Q(depth=1) | Q(depth=2, kind=JurisdictionKind.CITY_EDU_BUREAU)
        )
        return dict(bodies.order_by("-path").values_list("depth", "short_name"))

    @property
    def city(self) -> str:
        """The name of the city, the root of the tree."""
        return self._bodies.get(1, "")

    @property
    def product(self) -> str:
        """The name of the product in this city."""
        return f"{self.city}学校党建标准化"

    @property
    def bureau(self) -> str:
        """The short name of the bureau that keeps the register."""
        return self._bodies.get(2, "")

    @cached_property
    def standard(self) -> str:
        """The newest standard with its number of indicators and its pass line."""
        known = Standard.objects.only("name", "version", "pass_line")
        standard = known.annotate(n=Count("indicators")).order_by("-pk").first()
        if not standard:
            return ""
        return f"{standard}（{standard.n} 项，达标线 {standard.pass_line.normalize():f} 分）"


def frame(request):
    """Context processor: the frame of the page."""
    return {"frame": Frame(request)}
