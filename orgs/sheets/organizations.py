"""The list of organizations (党组织基本信息采集表), with its terms and secretaries."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Count

from orgs import services
from orgs.matching import Organizations
from orgs.models import Member, Organization, OrgKind, Post, PostKind, Term, add_years
from orgs.naming import organization_key, school_part
from orgs.services import NewBody, Plan
from orgs.sheets.organization_columns import TABLE
from schools.matching import Schools, Tree, Unit, Unknown
from schools.models import JurisdictionKind
from schools.naming import body_short_name, fold
from schools.sheets import ASK_ABOVE, OUT_OF_SCOPE, county_names, county_of
from sheets.compare import lay, note
from sheets.dates import PartialDate
from sheets.forms import Context, Form, Judgement, Row, Stored, Table, register
from sheets.normalise import VACANT, CellError, parse_bool, parse_int

# The names of bodies tell their kind; the first that fits counts.
_BODY_KINDS = (
    (r"非公.*教育", JurisdictionKind.NON_PUBLIC_EDU_SUBCOMMITTEE),
    (r"非公|两新|社会组织", JurisdictionKind.NON_PUBLIC_COMMITTEE),
    (r"开发区|高新区|经开区|新区", JurisdictionKind.DEV_ZONE_EDU_SUBCOMMITTEE),
    (r"教育局|教育工委|教育工作委员会|教体局|教育体育局", JurisdictionKind.COUNTY_EDU_BUREAU),
    (r"[乡镇]|街道", JurisdictionKind.TOWNSHIP_COMMITTEE),
)
# Bodies no organization is directly under.
_NO_PARENTS = (JurisdictionKind.CITY, JurisdictionKind.COUNTY)
_OF_A_SCHOOL = re.compile(r"支部|总支|学校|中学|小学|幼儿园|学院")


def body_kind(name: str) -> JurisdictionKind:
    """Return the kind of managing body a name tells."""
    return next(
        (kind for pattern, kind in _BODY_KINDS if re.search(pattern, fold(name))),
        JurisdictionKind.LOCAL_COMMITTEE,
    )


class _Register:
    """What the register knows of the organizations of a file, in a fixed number of queries."""

    def __init__(self, rows: list[Row], context: Context):
        self.tree = Tree(context.user)
        self.schools = Schools(context.user, self.tree)
        self.organizations = Organizations(context.user, self.tree)
        keys = {organization_key(name) for row in rows if (name := row.get("name"))}
        mine = {organization.pk for organization in self.organizations.all}
        living = Organization.objects.filter(dissolved_on=None).values_list("name_key", "pk")
        # Names used by organizations outside the user's scope.
        self.taken = {key for key, pk in living if key in keys and pk not in mine}
        self.terms: dict[int, dict[datetime.date, Term]] = defaultdict(dict)
        for term in Term.objects.filter(organization__in=mine):
            self.terms[term.organization_id][term.elected_on] = term
        self.secretaries = {
            post.organization_id: post
            for post in Post.objects.filter(
                organization__in=mine, kind=PostKind.SECRETARY, end=None
            )
        }
        self.members = dict(
            Member.objects.filter(organization__in=mine)
            .active_on(context.today)
            .order_by()
            .values_list("organization")
            .annotate(n=Count("pk"))
        )
        self.covered: dict[int, set[int]] = defaultdict(set)
        through = Organization.covered_schools.through
        for org_id, school_id in through.objects.filter(organization__in=mine).values_list(
            "organization_id", "school_id"
        ):
            self.covered[org_id].add(school_id)

    def school_names(self, organization: Organization) -> tuple[str, ...]:
        """Return the schools of an organization, its own first; none if one is out of scope."""
        keys = [organization.school_id or 0, *sorted(self.covered[organization.pk])]
        found = [self.schools.by_pk.get(key) for key in keys]
        return tuple(school.name for school in found if school) if all(found) else ()


@register
class OrganizationForm(Form):
    """Each row is an organization; its name tells which."""

    kind = "organizations"
    title = "党组织基本信息表"
    also_called = ("党组织名单", "党组织基本情况", "党组织一览", "党组织信息")
    tables = (TABLE,)
    prefills = True

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        tree = Tree(context.user)
        bodies = [n for n in tree.nodes if tree.editable(n) and n.kind not in _NO_PARENTS]
        organizations = Organizations(context.user, tree).all
        return {
            "county": county_names(tree),
            "school": [school.name for school in Schools(context.user, tree).all],
            "parent": [*(b.name for b in bodies), *(o.name for o in organizations)],
        }

    def prefill(self, table: Table, context: Context) -> Iterator[Mapping[str, Any]]:
        known = _Register([], context)
        counties: dict[int, str] = {}
        for organization in known.organizations.all:
            body = organization.jurisdiction
            if body.pk not in counties:
                unit = known.tree.unit_of(body)
                counties[body.pk] = unit.name if unit else ""
            terms = known.terms.get(organization.pk, {})
            term = terms[max(terms)] if terms else None
            secretary = known.secretaries.get(organization.pk)
            parent = organization.parent
            yield {
                "county": counties[body.pk],
                "name": organization.name,
                "kind": organization.kind,
                "school": known.school_names(organization),
                "parent": parent.name if parent else body.name,
                "founded": organization.founded_on,
                "secretary": secretary.holder if secretary else "",
                "secretary_is_principal": secretary.is_principal if secretary else None,
                "contact": organization.contact,
                "phone": organization.phone,
                "members": organization.declared_members,
                "probationary": organization.declared_probationary,
                "elected": term.elected_on if term else None,
                "years": term.years if term else None,
                "stated_end": term.stated_end if term else None,
                "fixed_day": organization.fixed_day,
                "committee": organization.has_committee,
                "remark": organization.remark,
            }

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        known = _Register(rows, context)
        by_key: dict[str, Row] = {}
        for row in rows:
            row.label = row.get("name") or ""
            if not row.label:
                continue
            key = organization_key(row.label)
            if key in by_key:
                row.refuse(
                    "name", "ORG_DUPLICATE", f"与第 {by_key[key].number} 行重复", "同一组织只留一行"
                )
                continue
            by_key[key] = row
            unit = county_of(row, known.tree)
            self._find(row, unit, known)
        bodies: dict[str, NewBody] = {}
        for row in by_key.values():
            self._resolve(row, by_key, bodies, known)
        for row in by_key.values():
            self._compare(row, known, context)
        used = {
            id(row.plan.jurisdiction): row.plan.jurisdiction
            for row in rows
            if row.plan and not row.refused and isinstance(row.plan.jurisdiction, NewBody)
        }
        return Judgement(created_bodies=[body.name for body in used.values()])

    def _find(self, row: Row, unit: Unit | None, known: _Register) -> None:
        """Find the organization and the schools of a row."""
        organization = known.organizations.named(row.label, unit)
        row.is_new = organization is None
        if organization is None:
            if organization_key(row.label) in known.taken:
                row.refuse("name", "OUT_OF_SCOPE", OUT_OF_SCOPE, ASK_ABOVE)
            organization = Organization(name=row.label)
        row.plan = Plan(organization, unit, row.place)
        for name in row.get("school") or ():
            try:
                row.plan.schools.append(known.schools.find(name, unit))
            except Unknown as unknown:
                row.refuse("school", "SCHOOL_UNKNOWN", unknown.reason, unknown.fix)
        if not row.get("school") and row.is_new:
            try:
                row.plan.schools.append(known.schools.find(school_part(row.label), unit))
            except Unknown:
                row.refuse(
                    "school",
                    "REQUIRED_MISSING",
                    "没有填“所在学校”",
                    "请填学校全称；联合支部用“、”隔开",
                )

        if unit is None and row.plan.schools:
            row.plan.unit = known.tree.unit_of(row.plan.schools[0].jurisdiction)

    def _resolve(
        self, row: Row, by_key: dict[str, Row], bodies: dict[str, NewBody], known: _Register
    ) -> None:
        """Find the parent organization and the managing body of a row."""
        plan: Plan = row.plan
        if plan.resolved:
            return
        if plan.resolving:
            row.refuse("parent", "ORG_UNKNOWN", "上级党组织互相隶属", "请核对上级党组织")
            plan.resolved = True
            return
        plan.resolving = True
        self._find_body(row, plan, by_key, bodies, known)
        plan.resolved = True
        if row.refused and plan.jurisdiction is None:
            return
        body = plan.jurisdiction
        where = body.parent if isinstance(body, NewBody) else body
        if body is None:
            row.refuse("county", "REQUIRED_MISSING", "不知道是哪个县（市、区）", "请填县区一列")
        elif not known.tree.editable(where):
            row.refuse("parent", "OUT_OF_SCOPE", OUT_OF_SCOPE, ASK_ABOVE)

    def _find_body(self, row, plan, by_key, bodies, known) -> None:
        name, tree = row.get("parent"), known.tree
        if not name:
            if not row.is_new:
                plan.parent = plan.organization.parent
                plan.jurisdiction = plan.organization.jurisdiction
            elif plan.unit:
                plan.jurisdiction = plan.unit.body
            return
        upper = by_key.get(organization_key(name))
        organization = known.organizations.named(name, plan.unit)
        if upper is not None and upper is not row:
            self._resolve(upper, by_key, bodies, known)
            if not upper.refused:
                plan.parent, plan.jurisdiction = upper.plan.organization, upper.plan.jurisdiction
                return
            if organization is None:
                row.refuse(
                    "parent",
                    "ORG_UNKNOWN",
                    f"上级党组织在第 {upper.number} 行，那一行被退回",
                    f"请先改好第 {upper.number} 行",
                )
                return
        if organization is not None and organization is not plan.organization:
            plan.parent, plan.jurisdiction = organization, organization.jurisdiction
            return
        body = tree.body(name, plan.unit)
        if body is not None:
            plan.jurisdiction = body
        elif _OF_A_SCHOOL.search(fold(name)) or organization is plan.organization:
            row.refuse(
                "parent",
                "ORG_UNKNOWN",
                f"上级党组织“{name}”不在党组织名单中",
                "请写上级党组织的全称",
            )
        elif plan.unit is None:
            row.refuse("county", "REQUIRED_MISSING", "不知道是哪个县（市、区）", "请填县区一列")
        else:
            short = body_short_name(name)
            if short not in bodies:
                bodies[short] = NewBody(name, body_kind(name), plan.unit.node)
            plan.jurisdiction = bodies[short]

    def _compare(self, row: Row, known: _Register, context: Context) -> None:
        """Lay the row beside the register."""
        plan: Plan = row.plan
        organization = plan.organization
        members, probationary = row.get("members"), row.get("probationary")
        if members is None and row.get("full") is not None and probationary is not None:
            members = row.get("full") + probationary
        if None not in (members, probationary) and probationary > members:
            row.refuse(
                "probationary",
                "NUMBER_INVALID",
                f"预备党员 {probationary} 人多于党员 {members} 人",
                "请核对两个数",
            )
        founded = row.get("founded")
        values = {
            "kind": row.get("kind"),
            "founded_on": founded.last_day if founded else None,
            "declared_members": members,
            "declared_probationary": probationary,
            "has_committee": self._committee(row),
            "fixed_day": row.get("fixed_day"),
            "contact": row.get("contact"),
            "phone": row.get("phone"),
            "remark": row.get("remark"),
        }
        if known.organizations.was_called(organization, row.label):
            row.warn(
                "name",
                "FORMER_NAME",
                f"“{row.label}”是以前的名称，现名{organization.short_name}",
                "已按现名对应，名称不改",
            )
        elif not row.is_new and row.label.startswith("中共"):
            values = {"name": row.label} | values
        if row.is_new and ("离退休" in row.label or "退休" in str(row.raw.get("kind", ""))):
            organization.is_retiree_branch = True
        plan.changed = lay(row, organization, values)
        if plan.schools:
            plan.changed += lay(row, organization, {"school": plan.schools[0]})
            self._compare_covered(row, plan, known)
        if row.get("parent"):
            self._compare_parent(row, plan)
        self._compare_term(row, plan, known)
        self._compare_secretary(row, plan, known, context)
        registered = known.members.get(organization.pk or 0, 0)
        if registered and members is not None and registered != members:
            row.warn(
                "members",
                "MEMBERS_DIFFER",
                f"填报党员 {members} 人，党员名册有 {registered} 人",
                "以名册为准，请核对",
            )

    def _committee(self, row: Row) -> bool | None:
        """Read 是否设支委会, which some write as the number of its members."""
        text = row.get("committee")
        try:
            return parse_bool(text)
        except CellError:
            try:
                return bool(parse_int(text))
            except CellError as error:
                row.refuse("committee", "ENUM_INVALID", error.reason, "请填 是 或 否")
        return None

    def _compare_covered(self, row: Row, plan: Plan, known: _Register) -> None:
        covered = plan.schools[1:]
        stored = known.covered.get(plan.organization.pk or 0, set())
        if {school.pk for school in covered} != stored:
            plan.covered = covered
        if covered or stored:
            old = [
                known.schools.by_pk[pk].name for pk in sorted(stored) if pk in known.schools.by_pk
            ]
            note(
                row,
                "覆盖学校",
                tuple(sorted(old)),
                tuple(sorted(school.name for school in covered)),
                is_new=row.is_new,
            )

    def _compare_parent(self, row: Row, plan: Plan) -> None:
        organization, body = plan.organization, plan.jurisdiction
        if body is None:
            return
        plan.sets_parent = True
        old_parent = None if row.is_new else organization.parent
        note(
            row,
            "上级党组织",
            old_parent.name if old_parent else None,
            plan.parent.name if plan.parent else None,
            is_new=row.is_new,
        )
        old_body = None if row.is_new else organization.jurisdiction
        plan.moves = note(
            row, "管理主体", old_body.name if old_body else None, body.name, is_new=row.is_new
        )

    def _compare_term(self, row: Row, plan: Plan, known: _Register) -> None:
        elected: PartialDate | None = row.get("elected")
        if elected is None:
            return
        organization = plan.organization
        terms = known.terms.get(organization.pk or 0, {})
        default = 5 if (row.get("kind") or organization.kind) == OrgKind.COMMITTEE else 3
        stated = row.get("stated_end")
        day = elected.last_day
        if elected.month_only:
            # A day already known is better than its month.
            day = next((d for d in terms if (d.year, d.month) == (day.year, day.month)), day)
        term = terms.get(day) or Term(elected_on=day)
        old = max(terms, default=None)
        years = row.get("years") or (term.years if term.pk else default)
        before = (term.years, term.stated_end) if term.pk else None
        term.years = years
        if stated is not None:
            term.stated_end = stated.last_day
        note(row, "本届换届时间", old if term.pk is None else day, day, is_new=row.is_new)
        note(row, "任期（年）", before[0] if before else None, years, is_new=row.is_new)
        if term.pk is None or before != (term.years, term.stated_end):
            plan.term = term
        if before and before[1] != term.stated_end:
            note(row, "填报的届满时间", before[1], term.stated_end)
        end = add_years(day, years)
        if stated is not None and not agrees(stated, end):
            row.warn(
                "stated_end",
                "TERM_END_DIFFERS",
                f"届满时间填的是 {stated}，按任期应为 {end}",
                f"按 {end} 计算，请核对",
            )

    def _compare_secretary(self, row, plan, known, context) -> None:
        if "secretary" not in row.sheet.headings:
            return
        name = row.get("secretary")
        if name and fold(name) in VACANT:
            name = None
        stored = known.secretaries.get(plan.organization.pk or 0)
        principal = row.get("secretary_is_principal")
        note(row, "书记", stored.holder if stored else None, name, is_new=row.is_new)
        if stored and (name is None or fold(stored.holder) != fold(name)):
            stored.end = context.today
            if stored.start and stored.start > context.today:
                stored.end = stored.start
            plan.ended = stored
        if name is None:
            return
        if stored and plan.ended is None:
            if principal is not None and stored.is_principal != principal:
                note(row, "由校长兼任", stored.is_principal, principal)
                stored.is_principal = principal
                plan.secretary = stored
            return
        plan.secretary = Post(
            kind=PostKind.SECRETARY,
            holder=name,
            start=context.today if stored else None,
            is_principal=bool(principal),
        )
        if principal is not None:
            note(
                row,
                "由校长兼任",
                stored.is_principal if stored else None,
                principal,
                is_new=row.is_new,
            )

    def store(self, rows: list[Row], context: Context) -> Stored:
        services.save_organizations(
            plans=[row.plan for row in rows],
            new=[row.plan for row in rows if row.is_new],
            today=context.today,
            act=context.act,
        )
        return Stored(self.kind, frozenset(row.plan.organization.pk for row in rows))


def agrees(stated: PartialDate, end: datetime.date) -> bool:
    """Tell whether a stated end is the computed one: the day, the day before, its month."""
    if stated.month_only:
        return (stated.day.year, stated.day.month) == (end.year, end.month)
    return stated.day in (end, end - datetime.timedelta(days=1))
