"""Checks of secretaries, committee posts and terms of office."""

from __future__ import annotations

from django.db.models import F, Q
from django.db.models.lookups import GreaterThan

from assessments.consistency.base import Check, Look, Severity
from assessments.consistency.grounds import BRANCHES, ORGANIZATIONS, POSTS, today
from orgs.models import ASSESSED_KINDS, Term, add_years
from orgs.standing import ended_by, numbered, term_end

# Days without a secretary (V2 from 90), days past the end of a term (V1 from 180).
VACANT_LONG, VACANT = 90, 60
OVERDUE_LONG = 180
# From so many full members a branch elects a committee (支部工作条例 Art. 20).
COMMITTEE_FULL = 7


def _led(look: Look) -> Q:
    return today(look) & Q(kind__in=ASSESSED_KINDS)


def _vacant(look: Look, more_than: int, up_to: int | None = None) -> Q:
    """Return the condition of having had no secretary for so many days."""
    since = Q(secretaries=0, vacant_since__lt=look.days_ago(more_than))
    if up_to is None:
        return since
    return since & Q(vacant_since__gte=look.days_ago(up_to))


def _vacancy(one, look: Look) -> str:
    return f"{one.vacant_since} 起没有书记，已 {(look.day - one.vacant_since).days} 天"


def _term(one) -> Term:
    return Term(elected_on=one.elected_on, years=one.years, extended_to=one.extended_to)


def _over(look: Look, more_than: int) -> Q:
    """Return the condition of a term that ended more than so many days ago."""
    return ended_by(look.days_ago(more_than + 1))


def _overdue(one, look: Look) -> str:
    term = _term(one)
    until = f"任期至 {term.ends_on}"
    if one.extended_to:
        until += f"，延期至 {one.extended_to}"
    return f"{until}，已超期 {(look.day - term_end(term)).days} 天"


def _missing(one, look: Look) -> str:
    empty = "、".join(kind.label for name, kind in POSTS.items() if not getattr(one, name))
    return f"正式党员 {one.full} 人，应设支部委员会，缺{empty}"


def _extension(one, look: Look) -> str:
    parts = [f"任期至 {_term(one).ends_on}，延期至 {one.extended_to}"]
    if not one.extension_document:
        parts.append("没有批复文号")
    if one.extended_to > add_years(_term(one).ends_on, 1):
        parts.append("超过一年")
    return "，".join(parts)


CHECKS = (
    Check(
        code="secretary-none",
        title="没有书记记录的党组织",
        severity=Severity.MUST,
        source="支部工作条例第二十条：党支部设书记",
        remedy="登记现任书记和任职时间；还没有的，选举或由上级指派后登记。",
        ground=ORGANIZATIONS,
        where=lambda look: _led(look) & Q(secretaries=0, vacant_since=None),
        words=lambda one, look: "从来没有登记过书记",
        mends="organization_appointment",
    ),
    Check(
        code="secretary-long",
        title=f"书记空缺超过 {VACANT_LONG} 天",
        severity=Severity.MUST,
        source=f"考评标准 V2：书记空缺超过 {VACANT_LONG} 天，一票否决",
        remedy="已经到任的登记任职；没有到任的，尽快补选或报上级指派。",
        ground=ORGANIZATIONS,
        where=lambda look: _led(look) & _vacant(look, VACANT_LONG),
        words=_vacancy,
        mends="organization_appointment",
    ),
    Check(
        code="term-long",
        title=f"任期超期 {OVERDUE_LONG} 天以上",
        severity=Severity.MUST,
        source=f"考评标准 V1：超期 {OVERDUE_LONG} 天以上没有换届、也没有批准延期，一票否决",
        remedy="已经换届的登记新一届；没有换届的，尽快换届或报批延期。",
        ground=ORGANIZATIONS,
        where=lambda look: _led(look) & _over(look, OVERDUE_LONG),
        words=_overdue,
        mends="organization_election",
    ),
    Check(
        code="two-secretaries",
        title="同时有两名以上在任书记",
        severity=Severity.MUST,
        source="支部工作条例第二十条：党支部设书记一名",
        remedy="给已经离任的书记填上免职时间；登重的，撤回一条。",
        ground=ORGANIZATIONS,
        where=lambda look: _led(look) & Q(secretaries__gt=1),
        words=lambda one, look: f"登记了 {one.secretaries} 名在任书记",
        mends="organization",
    ),
    Check(
        code="secretary-vacant",
        title=f"书记空缺 {VACANT + 1} 到 {VACANT_LONG} 天",
        severity=Severity.CHECK,
        source="支部工作条例：书记空缺及时补选；考评标准 B1 从第 61 天起扣分",
        remedy="已经到任的登记任职；没有到任的，补选或报上级指派。",
        ground=ORGANIZATIONS,
        where=lambda look: _led(look) & _vacant(look, VACANT, VACANT_LONG),
        words=_vacancy,
        mends="organization_appointment",
    ),
    Check(
        code="term-over",
        title="任期届满没有换届",
        severity=Severity.CHECK,
        source="基层组织任期意见（2018）第一条：党委五年，党总支、党支部三年",
        remedy="已经换届的登记新一届；批准延期的填写延期日期和批复文号。",
        ground=ORGANIZATIONS,
        where=lambda look: _led(look) & _over(look, 0) & ~_over(look, OVERDUE_LONG),
        words=_overdue,
        mends="organization_election",
    ),
    Check(
        code="term-unknown",
        title="没有填报任期",
        severity=Severity.CHECK,
        source="基层组织任期意见（2018）第三条：上级要提醒换届；没有换届时间就无法提醒",
        remedy="登记本届换届时间和任期年数。",
        ground=ORGANIZATIONS,
        where=lambda look: _led(look) & Q(elected_on=None),
        words=lambda one, look: "没有本届换届时间的记录，换届无法提醒，A2 不得分",
        mends="organization_election",
    ),
    Check(
        code="term-extension",
        title="延期换届没有批复或超过一年",
        severity=Severity.CHECK,
        source="基层组织任期意见（2018）第二条：延期须经上级批准，一般不超过一年",
        remedy="填写批复文号；延期超过一年的，核对延期日期。",
        ground=ORGANIZATIONS,
        where=lambda look: (
            _led(look)
            & (
                Q(extended_to__isnull=False)
                & (
                    Q(extension_document="")
                    | Q(
                        GreaterThan(numbered("extended_to"), numbered("elected_on", F("years") + 1))
                    )
                )
            )
        ),
        words=_extension,
        mends="organization",
    ),
    Check(
        code="posts",
        title="支部委员会班子不全",
        severity=Severity.CHECK,
        source="支部工作条例第二十条：正式党员 7 人以上设支委会，设书记和组织、宣传、纪检等委员",
        remedy="登记现任委员；确实空缺的，增补后登记。",
        ground=ORGANIZATIONS,
        where=lambda look: (
            _led(look)
            & (
                Q(kind__in=BRANCHES, full__gte=COMMITTEE_FULL)
                & (Q(organizers=0) | Q(publicists=0) | Q(inspectors=0))
            )
        ),
        words=_missing,
        mends="organization_appointment",
    ),
    Check(
        code="secretary-recent",
        title=f"书记空缺 {VACANT} 天以内",
        severity=Severity.HINT,
        source="支部工作条例：书记空缺及时补选",
        remedy=f"满 {VACANT} 天开始扣分，满 {VACANT_LONG} 天一票否决，请安排补选或指派。",
        ground=ORGANIZATIONS,
        where=lambda look: _led(look) & Q(secretaries=0, vacant_since__gte=look.days_ago(VACANT)),
        words=_vacancy,
        mends="organization_appointment",
    ),
)
