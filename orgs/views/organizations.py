"""The list of organizations, and the page of one."""

from __future__ import annotations

from django.db.models import Count, F, Q
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.limits import limited
from orgs import act_pages
from orgs.filters import OrganizationFilter
from orgs.members.days import figures_on
from orgs.models import (
    Employment,
    Member,
    MemberStatus,
    Organization,
    PostKind,
    Sex,
    add_years,
)
from orgs.pages import OrganizationPages
from orgs.standing import (
    assessments,
    last_confirmed_cycle,
    member_count,
    present_term_end,
    sort_score,
    standings,
    term_end,
)
from orgs.tables import OrganizationTable, result_state
from orgs.year import year_of
from schools.access import READ, RECORDS, needs
from schools.bodies import set_bodies
from schools.facts import Fact
from schools.form_fields import past_day
from schools.lists import ListPage, Shortcut
from schools.models import School


def enriched(organizations, cycle) -> list[Organization]:
    """Set `body`, `standing` and `result` on each organization, as its table needs them."""
    organizations = list(organizations)
    set_bodies(organizations)
    found = standings(organizations, timezone.localdate())
    results = {}
    if cycle:
        rows = assessments().filter(cycle=cycle, organization__in=found)
        results = {row.organization_id: row for row in rows}
    for organization in organizations:
        organization.standing = found[organization.pk]
        organization.result = results.get(organization.pk)
    return organizations


def organization_table(organizations, cycle) -> OrganizationTable:
    """Return the table of organizations, with the result columns only if there is a cycle."""
    table = OrganizationTable(organizations, exclude=() if cycle else ("result", "score"))
    if cycle:
        table.columns["result"].column.verbose_name = f"{cycle.year} 结果"
    return table


class OrganizationList(ListPage):
    title = "党组织"
    counter, noun = "个", "党组织"
    sheet_title = "党组织基本情况一览表"
    table_class = OrganizationTable
    filterset_class = OrganizationFilter
    default_order = ("jurisdiction__path", "name")
    shortcuts = (
        Shortcut("60 天内换届", "term=soon"),
        Shortcut("任期届满", "term=over"),
        Shortcut("书记空缺", "secretary=vacant"),
    )
    import_kind = "organizations"
    new_page, new_label = "organization_new", "成立党组织"
    empty_title = "还没有党组织"
    empty_text = "党组织名单导入后才能登记党员、组织生活和考评。可以用“党组织名单”表导入。"

    @cached_property
    def cycle(self):
        """The last confirmed cycle: the year of the columns 结果 and 得分."""
        return last_confirmed_cycle()

    @property
    def lead(self):
        shown = "在册党组织" if not self.request.GET.get("state") else "党组织"
        if self.cycle:
            return f"{self.scope.label}{shown}，结果和得分为 {self.cycle.year} 年度（已确认）"
        return f"{self.scope.label}{shown}，还没有已确认的考评年度"

    def rows(self):
        # Few bodies and superiors serve many rows: fetched once each, not once a row.
        return Organization.objects.select_related("school").prefetch_related(
            "parent", "jurisdiction"
        )

    def make_filterset(self, data, rows):
        return OrganizationFilter(data, rows, request=self.request, cycle=self.cycle)

    def make_table(self, records):
        return organization_table(records, self.cycle)

    def enrich(self, records):
        return enriched(records, self.cycle)

    def expressions(self):
        today = timezone.localdate()
        expressions = {"members": member_count(today), "term": present_term_end(today)}
        return expressions | ({"score": sort_score(self.cycle)} if self.cycle else {})


@needs(READ)
@limited(RECORDS)
def organization(request, pk):
    """Show one organization: facts, terms, posts, members, schools, its year and results."""
    rows = Organization.objects.visible_to(request.user)
    record = get_object_or_404(rows.select_related("school", "parent", "jurisdiction"), pk=pk)
    today = timezone.localdate()
    day = past_day(request.GET.get("day", ""))
    cycle = last_confirmed_cycle()
    set_bodies([record])
    standing = standings([record], today)[record.pk]
    year = year_of(record, request.GET.get("year"), today)
    children = record.children.visible_to(request.user).select_related(
        "school", "parent", "jurisdiction"
    )
    children = enriched(children.order_by(F("dissolved_on").asc(nulls_first=True), "name"), cycle)
    results = list(
        record.assessments.select_related("cycle", "jurisdiction").order_by("-cycle__year")
    )
    affiliations = list(record.affiliations.select_related("jurisdiction"))
    set_bodies([*results, *affiliations])
    context = {
        "organization": record,
        "may_edit": OrganizationPages().may_edit(request.user, record),
        "acts": act_pages.offers(request.user, record),
        "facts": organization_facts(record, standing, request.user),
        "day": day,
        "members": figures_on(record, day) if day else member_figures(record, standing, today),
        "terms": [
            {"term": term, "end": term_end(term), "state": term_state(term, standing, today)}
            for term in record.terms.order_by("-elected_on")
        ],
        "posts": posts_of(record, today, request.user),
        "affiliations": affiliations,
        "covered": covered_schools(record, request.user),
        "children": children,
        "table": organization_table(children, cycle),
        "results": [(row, result_state(row)) for row in results],
        "year": year,
        "today": today,
    }
    return render(request, "orgs/organization.html", context)


def member_figures(record, standing, today) -> dict:
    """Return the counts of the members present, each with its list; and where they are from."""
    if standing.is_declared:
        if standing.members is None:
            return {"note": "花名册里没有党员，党组织名单上也没有填党员数"}
        return {
            "note": f"花名册里还没有党员；申报 {standing.members} 人，"
            f"其中正式党员 {standing.full} 人"
        }
    young = add_years(today, -36)
    counts = record.members.active_on(today).aggregate(
        full=Count("pk", filter=Q(status=MemberStatus.FULL)),
        probationary=Count("pk", filter=Q(status=MemberStatus.PROBATIONARY)),
        women=Count("pk", filter=Q(sex=Sex.FEMALE)),
        young=Count("pk", filter=Q(birth_date__gt=young)),
        retired=Count("pk", filter=Q(employment=Employment.RETIRED)),
    )
    address = f"{reverse('members')}?organization={record.pk}"
    figures = [
        ("正式党员", "&status=full", counts["full"]),
        ("预备党员", "&status=probationary", counts["probationary"]),
        ("女党员", "&sex=female", counts["women"]),
        ("35 岁及以下", "&age=35", counts["young"]),
        ("离退休", "&employment=retired", counts["retired"]),
    ]
    note = f"共 {standing.members} 人"
    if standing.differs:
        note += f"；党组织名单上申报 {standing.declared} 人，与登记数不同，请核对"
    figures = [(a, address + b, f"{n:,}") for a, b, n in figures]
    return {"note": note, "figures": figures, "list": address}


def organization_facts(record, standing, user) -> list[Fact]:
    """Return the facts of an organization in words."""
    parent = record.parent
    # The parent may stand outside the user's scope; then it is named without a link.
    parent_url = ""
    if parent and Organization.objects.visible_to(user).filter(pk=parent.pk).exists():
        parent_url = reverse("organization", args=[parent.pk])
    school_url = ""
    if record.school and School.objects.visible_to(user).filter(pk=record.school_id).exists():
        school_url = reverse("school", args=[record.school_id])
    secretary, acting = standing.secretary, "临时负责" if standing.is_acting else ""
    return [
        Fact("全称", record.name),
        Fact("类别", record.get_kind_display(), "离退休党支部" if record.is_retiree_branch else ""),
        Fact("所在学校", record.school, url=school_url),
        Fact("上级党组织", parent.short_name if parent else "", url=parent_url),
        Fact("管理主体", record.body.label),
        Fact("成立时间", record.founded_on),
        Fact("书记", secretary or standing.vacancy_words, acting),
        Fact("设支部委员会", record.has_committee),
        Fact("主题党日固定日", record.fixed_day),
        Fact("党员分散", record.is_dispersed),
        Fact("设置批复文号", record.setup_approval),
        Fact("联系人", record.contact),
        Fact("联系电话", record.phone),
        Fact("备注", record.remark),
    ]


def term_state(term, standing, today) -> str:
    """Say how a term stands: present with days left, over, past, or still to come."""
    if term.elected_on > today:
        return "还没有开始"
    if standing.term is None or term.pk != standing.term.pk:
        return "已换届"
    if standing.days_left < 0:
        return f"本届，超期 {-standing.days_left} 天"
    return f"本届，还有 {standing.days_left} 天"


def posts_of(record, today, user) -> list[dict]:
    """Return the posts of an organization, those held today first, secretary before others."""
    order = {kind: number for number, kind in enumerate(PostKind.values)}
    known = set(
        Member.objects.visible_to(user)
        .filter(posts__organization=record)
        .values_list("pk", flat=True)
    )
    posts = []
    for post in record.posts.all():
        held = (post.start is None or post.start <= today) and (
            post.end is None or post.end > today
        )
        notes = [
            word
            for word, told in (
                ("临时负责", post.is_acting),
                ("由校长兼任", post.is_principal),
                ("进入决策管理层", post.in_management),
                (post.appointment_document, post.appointment_document),
            )
            if told
        ]
        url = reverse("member", args=[post.member_id]) if post.member_id in known else ""
        posts.append({"post": post, "held": held, "notes": "，".join(notes), "url": url})
    return sorted(posts, key=lambda p: (not p["held"], order.get(p["post"].kind, 99)))


def covered_schools(record, user) -> list[tuple[School, str]]:
    """Return the schools a joint branch covers, with a link for those in the user's scope."""
    schools = record.covered_schools.select_related("place").order_by("name")
    seen = set(schools.visible_to(user).values_list("pk", flat=True))
    return [(s, reverse("school", args=[s.pk]) if s.pk in seen else "") for s in schools]
