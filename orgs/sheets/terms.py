"""The table of terms and elections (党支部换届统计表), with the committees elected."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from orgs import rules, services_tenure
from orgs.acting import covers
from orgs.matching import Organizations
from orgs.models import (
    Member,
    MemberStatus,
    Organization,
    Post,
    PostBasis,
    PostEnd,
    PostKind,
    Term,
    add_years,
)
from orgs.services_tenure import TermPlan
from orgs.sheets.members import chunks
from orgs.sheets.organizations import agrees
from orgs.sheets.term_columns import POSTS, TABLE
from schools.matching import Tree, Unknown
from schools.sheets import county_names, county_of
from sheets.compare import lay, note
from sheets.forms import Context, Form, Judgement, Row, Stored, Table, register
from sheets.normalise import VACANT, fold

# Columns that tell a field of the term: key of the column → field.
FIELDS = {
    "years": "years",
    "stated_end": "stated_end",
    "entitled": "entitled",
    "present": "present",
    "candidates": "candidates",
    "seats": "seats",
    "document": "document",
    "extended_to": "extended_to",
    "extension_document": "extension_document",
    "planned": "planned_on",
    "reason": "overdue_reason",
}
_KEYS = {name: key for key, name in FIELDS.items()} | {"elected_on": "elected"}
_VOTES = frozenset({"elected_on", "entitled", "present", "candidates", "seats"})
_EXTENSION = frozenset({"years", "extended_to", "extension_document"})


class _Register:
    """What is known of the organizations of a file, in a fixed number of queries."""

    def __init__(self, organizations: set[int], names: set[str]):
        self.terms: dict[int, dict[datetime.date, Term]] = defaultdict(dict)
        self.posts: dict[int, list[Post]] = defaultdict(list)
        for chunk in chunks(organizations):
            for term in Term.objects.filter(organization__in=chunk):
                self.terms[term.organization_id][term.elected_on] = term
            for post in Post.objects.filter(organization__in=chunk):
                self.posts[post.organization_id].append(post)
        # Members by name, of an organization or of one below it: key and status.
        self._members: dict[tuple[int, str], list[tuple[int, str]]] = defaultdict(list)
        for chunk in chunks(names):
            found = Member.objects.filter(name__in=chunk, left_on=None)
            for pk, name, status, *homes in found.values_list(
                "pk", "name", "status", "organization", "organization__parent"
            ):
                for home in filter(None, homes):
                    self._members[home, name].append((pk, status))

    def member(self, organization: Organization, name: str) -> tuple[int, str] | None:
        """Return key and status of the only member called so."""
        found = self._members.get((organization.pk, name), [])
        return found[0] if len(found) == 1 else None


@register
class TermForm(Form):
    """Each row is the present term of an organization, with the posts of its committee."""

    kind = "terms"
    title = "任期与换届登记表"
    also_called = ("换届统计表", "换届情况表", "换届台账", "换届计划", "未按期换届", "任期与换届")
    tables = (TABLE,)
    prefills = True

    def suggestions(self, context: Context) -> dict[str, Sequence[str]]:
        tree = Tree(context.user)
        names = [o.name for o in Organizations(context.user, tree).all]
        return {"county": county_names(tree), "org": names}

    def prefill(self, table: Table, context: Context) -> Iterator[Mapping[str, Any]]:
        tree = Tree(context.user)
        organizations = Organizations(context.user, tree).all
        known = _Register({o.pk for o in organizations}, set())
        for organization in organizations:
            unit = tree.unit_of(organization.jurisdiction)
            values: dict[str, Any] = {"county": unit.name if unit else "", "org": organization.name}
            terms = known.terms[organization.pk]
            if terms:
                term = terms[max(terms)]
                values |= {key: getattr(term, name) for key, name in FIELDS.items()}
                values["elected"] = term.elected_on
                for post in known.posts[organization.pk]:
                    if post.end is None:
                        values[post.kind] = (*values.get(post.kind, ()), post.holder)
            yield values

    def judge(self, rows: list[Row], context: Context) -> Judgement:
        tree = Tree(context.user)
        organizations = Organizations(context.user, tree)
        found = {id(row): _organization(row, tree, organizations) for row in rows}
        names = {name for row in rows for key in POSTS for name in row.get(key) or ()}
        known = _Register({o.pk for o in found.values() if o}, names)
        first: dict[int, int] = {}
        for row in rows:
            row.label = row.get("org") or ""
            organization = found[id(row)]
            if organization is None:
                continue
            if organization.pk in first:
                row.refuse(
                    "org",
                    "ORG_DUPLICATE",
                    f"与第 {first[organization.pk]} 行重复",
                    "同一组织只留一届，其余各届另表导入",
                )
                continue
            first[organization.pk] = row.number
            if row.get("elected") is None:
                self._without_day(row)
            else:
                self._compare(row, organization, known, context)
        return Judgement()

    def _without_day(self, row: Row) -> None:
        """Pass over an organization nothing is told of; refuse one told without the day."""
        if row.refused:
            return
        if any(row.get(key) not in (None, ()) for key in (*FIELDS, *POSTS)):
            row.refuse("elected", "REQUIRED_MISSING", "没有填“本届换届时间”", "请补填")
        else:
            row.warn("elected", "TERM_UNKNOWN", "没有填换届时间，这一行没有内容可导入", "请补填")

    def _compare(
        self, row: Row, organization: Organization, known: _Register, context: Context
    ) -> None:
        told, terms = row.get("elected"), known.terms[organization.pk]
        day, last = told.last_day, max(terms, default=None)
        if told.month_only:
            # A day already known is better than its month.
            day = next((d for d in terms if (d.year, d.month) == (day.year, day.month)), day)
        row.is_new = day not in terms
        term = terms.get(day) or Term(
            organization=organization, years=rules.term_years(organization.kind)
        )
        values: dict[str, Any] = {"elected_on": day}
        for key, name in FIELDS.items():
            value = row.get(key)
            values[name] = getattr(value, "last_day", value)
        if term.stated_end is None and self._says_when_it_ends(row, term, values):
            values["stated_end"] = None
        plan = TermPlan(organization, term, row.place, changed=lay(row, term, values))
        row.plan = plan
        self._check(row, plan, context)
        if last is None or day >= last:
            self._compare_posts(row, plan, known, context.today)
        elif any(row.get(key) for key in POSTS):
            row.warn(
                "elected",
                "PAST_TERM",
                f"{last} 已经换届，这一行是以前的一届，班子没有导入",
                "以前的任职请在党组织页面补登",
            )

    def _says_when_it_ends(self, row: Row, term: Term, values: Mapping[str, Any]) -> bool:
        """Tell whether the end that is told is the one worked out; warn where it is not."""
        stated = row.get("stated_end")
        if stated is None:
            return True
        end = add_years(values["elected_on"], values["years"] or term.years)
        if agrees(stated, end) or stated.day in (values["extended_to"], term.extended_to):
            return True
        row.warn(
            "stated_end",
            "TERM_END_DIFFERS",
            f"届满时间填的是 {stated}，按任期应为 {end}",
            f"按 {end} 计算，请核对",
        )
        return False

    def _check(self, row: Row, plan: TermPlan, context: Context) -> None:
        """Hold the term against the rules; what is on record unchanged is left alone."""
        term, changed = plan.term, set(plan.changed)
        values = {name: getattr(term, name) for name in (*FIELDS.values(), "elected_on")}
        findings = []
        if changed & _VOTES:
            findings += rules.election_problems(plan.organization, values)
            for advice in rules.election_advice(values):
                row.warn("candidates", "RULE_ADVISES", advice.rstrip("。"), "请核对")
        if changed & _EXTENSION:
            findings += rules.extension_problems(values)
            own = covers(context.user, plan.organization.jurisdiction)
            if "extended_to" in changed and term.extended_to and not own:
                row.refuse(
                    "extended_to",
                    "SUPERIOR_DECIDES",
                    "延期由管理主体办理",
                    "请清空“延期至”再导入，由管理主体登记",
                )
        for finding in findings:
            row.refuse(
                _KEYS[finding.field], "RULE_BROKEN", finding.text.rstrip("。"), "请核对后再导入"
            )

    def _compare_posts(
        self, row: Row, plan: TermPlan, known: _Register, today: datetime.date
    ) -> None:
        """Lay the committee beside the posts held: a new term ends all of the old one."""
        told = {kind: names for key, kind in POSTS.items() if (names := _names(row.get(key)))}
        posts = known.posts[plan.organization.pk]
        held = [post for post in posts if post.end is None]
        if row.is_new and not _holders(told.get(PostKind.SECRETARY)):
            if held or told:
                row.warn(PostKind.SECRETARY, "POSTS_KEPT", "没有填书记，班子没有改动", "请补填书记")
            return
        for kind in PostKind:
            holders = [post for post in held if post.kind == kind]
            if kind not in told and not (row.is_new and holders):
                continue
            names = _holders(told.get(kind))
            note(
                row,
                str(kind.label),
                tuple(sorted(post.holder for post in holders)) or None,
                tuple(sorted(names)) or None,
                is_new=row.is_new and not holders,
            )
            if row.is_new:
                self._elect(row, plan, kind, names, holders, known)
            else:
                self._replace(row, plan, kind, names, holders, known, today)

    def _elect(self, row, plan, kind, names, holders, known) -> None:
        """End the posts of the old term on the day of the election, begin those of the new."""
        day = plan.term.elected_on
        for post in holders:
            if post.start and post.start > day:
                row.refuse(
                    kind,
                    "POST_LATER",
                    f"{post.holder} {post.start} 才任职，晚于换届时间 {day}",
                    "请核对换届时间",
                )
            post.end, post.end_reason = day, PostEnd.TERM_OVER
            plan.ended.append(post)
        for name in names:
            self._begin(row, plan, kind, name, day, PostBasis.ELECTED, known)

    def _replace(self, row, plan, kind, names, holders, known, today) -> None:
        """End the posts of those not named any more, today; begin those of the others."""
        if kind == PostKind.SECRETARY and len(names) > 1:
            row.refuse(kind, "SECRETARY_ONE", f"书记填了 {len(names)} 人", "书记只填一人")
            return
        gone = [post for post in holders if fold(post.holder) not in map(fold, names)]
        stay = {fold(post.holder) for post in holders} & set(map(fold, names))
        for post in gone:
            post.end = max(today, post.start) if post.start else today
            plan.ended.append(post)
        left = [p.end for p in known.posts[plan.organization.pk] if p.kind == kind and p.end]
        start = today if gone else max([plan.term.elected_on, *left])
        for name in names:
            if fold(name) not in stay:
                self._begin(row, plan, kind, name, min(start, today), "", known)

    def _begin(self, row, plan, kind, name, start, basis, known) -> None:
        member = known.member(plan.organization, name)
        if member and member[1] != MemberStatus.FULL:
            row.refuse(
                kind,
                "HOLDER_NOT_FULL",
                f"{name}是{MemberStatus(member[1]).label}，只有正式党员可以任职",
                "请核对姓名",
            )
        if len(name) > 50:
            row.refuse(kind, "TEXT_TOO_LONG", "姓名超过 50 个字", "多人用“、”隔开")
        plan.begun.append(
            Post(
                organization=plan.organization,
                kind=kind,
                holder=name,
                member_id=member[0] if member else None,
                start=start,
                basis=basis,
            )
        )

    def store(self, rows: list[Row], context: Context) -> Stored:
        services_tenure.save_terms(plans=[row.plan for row in rows], act=context.act)
        return Stored(self.kind, frozenset(row.plan.organization.pk for row in rows))


def _organization(row: Row, tree: Tree, organizations: Organizations) -> Organization | None:
    if not row.get("org"):
        return None
    try:
        return organizations.find(row.get("org"), county_of(row, tree))
    except Unknown as unknown:
        row.refuse("org", "ORG_UNKNOWN", unknown.reason, unknown.fix)
        return None


def _names(told: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the names of a cell, each once."""
    return tuple(dict.fromkeys(told or ()))


def _holders(names: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return who holds a post by a cell that was filled in: nobody where it says 空缺."""
    return tuple(name for name in names or () if fold(name) not in VACANT)
