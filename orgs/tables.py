"""Columns of the lists of organizations and members."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from orgs.personal import cover_id_number, mask_phone
from schools.columns import (
    DateColumn,
    ListColumn,
    ListTable,
    NumberColumn,
    ScoreColumn,
    with_note,
)

# Verdict of an assessment → CSS class and icon of its state (● ◐ ○ ◌).
STATES = {
    "compliant": ("st-pass", "check-circle-fill"),
    "nearly": ("st-near", "circle-half"),
    "non_compliant": ("st-fail", "circle"),
    "observed": ("st-out", "dash-circle-dotted"),
}


def state(css: str, icon: str, word: str):
    """Return a state as shape, word and colour."""
    return format_html(
        '<span class="st {}"><i class="bi bi-{}" aria-hidden="true"></i>{}</span>', css, icon, word
    )


def is_vetoed(assessment) -> bool:
    """Tell whether a veto decided the result (a confirmed 达标 stands against it)."""
    return assessment.is_vetoed and assessment.verdict != "compliant"


def result_word(assessment) -> str:
    """Return 否决, 不计入 or the verdict of an assessment; "" where there is none."""
    if assessment is None:
        return ""
    if assessment.exclusion:
        return "不计入"
    if is_vetoed(assessment):
        return "否决"
    return assessment.get_verdict_display()


def result_state(assessment):
    """Return the result of an assessment as the page shows it."""
    word = result_word(assessment)
    if not word:
        return "—"
    if assessment.exclusion:
        note = assessment.get_exclusion_display()
        return with_note(state("st-out", "dash-circle-dotted", word), note)
    if is_vetoed(assessment):
        return state("st-veto", "x-octagon-fill", word)
    return state(*STATES[assessment.verdict], word)


def superior(organization) -> str:
    """Return the short name of the organization above, or of the managing body."""
    return (organization.parent or organization.body).short_name


def organization_column(path: str = "organization", **changes: Any) -> ListColumn:
    """Return the column that names the organization of a record, with the link to its page.

    `path` leads from the record to it; `changes` are arguments of the column to be others.
    """
    settings: dict[str, Any] = {
        "accessor": f"{path}__short_name",
        "url": "organization",
        "key": f"{path.replace('__', '.')}_id",
        "sort": (f"{path}__jurisdiction__path", f"{path}_id"),
        "wide": True,
        "width": 32,
    }
    return ListColumn("党组织", **settings | changes)


class OrganizationTable(ListTable):
    """Rows carry `body`, `standing` (orgs.standing) and `result`, their assessment or None."""

    name = ListColumn("党组织名称", url="organization", sort="name", width=36)
    kind = ListColumn("类别", sort="kind", whole=True, width=12)
    school = ListColumn("学校", accessor="school__name", sort="school__name", wide=True, width=26)
    superior = ListColumn("上级", accessor="pk", sort="jurisdiction__path", width=24, wide=True)
    body = ListColumn("管理主体", accessor="body__label", sheet_only=True, width=20)
    members = NumberColumn("党员", accessor="standing__members")
    full = NumberColumn("正式党员", accessor="standing__full", sheet_only=True)
    source = ListColumn("党员数来源", accessor="standing", sheet_only=True)
    declared = NumberColumn("党员数（申报）", accessor="declared_members", sheet_only=True)
    secretary = ListColumn("书记", accessor="standing__secretary", empty_values=(), whole=True)
    founded_on = DateColumn("成立时间", sheet_only=True)
    term = DateColumn("任期届满", accessor="standing__term_end", empty_values=(), wide=True)
    term_note = ListColumn("任期情况", accessor="standing__term_words", sheet_only=True)
    result = ListColumn("结果", accessor="result", empty_values=(), always=True)
    score = ScoreColumn("得分", accessor="result__final")
    dissolved_on = DateColumn("撤销时间", sheet_only=True)

    expressions = frozenset({"members", "term", "score"})

    class Meta(ListTable.Meta):
        pass

    def render_name(self, value, record):
        notes = [record.note] if record.note else []
        if record.dissolved_on:
            notes.append(f"{record.dissolved_on:%Y-%m-%d} 撤销")
        return with_note(value, "，".join(notes))

    def render_superior(self, record):
        return superior(record)

    def value_superior(self, record):
        return superior(record)

    def render_members(self, value, record):
        standing = record.standing
        if standing.is_declared:
            return with_note(f"{value:,}", "申报数")
        notes = []
        if standing.full != value:
            notes.append(f"正式 {standing.full:,}")
        if standing.differs:
            notes.append(f"申报 {standing.declared:,}")
        return with_note(f"{value:,}", "，".join(notes))

    def value_source(self, value):
        if value.members is None:
            return None
        return "申报" if value.is_declared else "登记"

    def render_secretary(self, value, record):
        if value:
            return with_note(value, "临时负责" if record.standing.is_acting else "")
        if record.dissolved_on:
            return "—"
        return state("st-near", "exclamation-triangle", record.standing.vacancy_words)

    def value_secretary(self, value, record):
        return value or record.standing.vacancy_words or None

    def render_term(self, value, record):
        if record.dissolved_on:
            return "—"
        words = record.standing.term_words
        if value is None:
            return with_note(format_html('<span class="quiet">{}</span>', "未填"), words)
        return with_note(f"{value:%Y-%m-%d}", words)

    def render_result(self, value):
        return result_state(value)

    def value_result(self, value):
        return result_word(value)

    def render_score(self, value, record):
        return format_html('<span class="strong">{}</span>', f"{value:.2f}")


def exit_word(member) -> str:
    """Return how a member left, in a word."""
    return member.get_left_kind_display() or "离开"


class OrganizationThenTable(OrganizationTable):
    """The organizations of a past day, with the names and superiors of that day.

    Rows carry `is_seen`: what has left the scope since is named without a link.
    """

    name = ListColumn("当时名称", sort="name", width=36)
    now = ListColumn("后来", accessor="note", sheet_only=True, width=30)
    kind = ListColumn("当时类别", whole=True, width=12)
    superior = ListColumn("当时上级", accessor="pk", width=24, wide=True)
    body = ListColumn("当时管理主体", accessor="body__label", sheet_only=True, width=20)

    class Meta(OrganizationTable.Meta):
        sequence = ("name", "...")

    def render_name(self, value, record):
        shown = super().render_name(value, record)
        if not record.is_seen:
            return with_note(shown, "后来划出")
        address = reverse("organization", args=[record.pk])
        day = record.standing.day
        link = format_html('<a href="{}?day={}">{}</a>', address, day.isoformat(), value)
        return super().render_name(link, record)


class MemberTable(ListTable):
    name = ListColumn("姓名", url="member", sort="name", width=12)
    sex = ListColumn("性别", sort="sex", width=8)
    ethnicity = ListColumn("民族", sheet_only=True, width=10)
    age = NumberColumn("年龄", accessor="age", sort="-birth_date")
    education = ListColumn("学历", sort="education", width=12)
    id_number = ListColumn("公民身份号码", wide=True, width=22)
    phone = ListColumn("电话", width=16)
    organization = ListColumn(
        "所在党组织",
        accessor="organization__short_name",
        sort="organization__name",
        url="organization",
        key="organization_id",
        wide=True,
        width=30,
    )
    school = ListColumn("所在学校", accessor="school__name", sheet_only=True, width=26)
    status = ListColumn("人员类别", sort="status", width=12, always=True)
    joined_on = DateColumn("入党时间", sort="joined_on")
    confirmed_on = DateColumn("转正时间", sheet_only=True)
    employment = ListColumn("在职情况", sort="employment", width=10)
    left_on = DateColumn("离开时间", sheet_only=True)
    left_kind = ListColumn("离开方式", sheet_only=True)

    class Meta(ListTable.Meta):
        pass

    def render_name(self, value, record):
        if not record.left_on:
            return value
        return with_note(value, f"{record.left_on:%Y-%m-%d} {exit_word(record)}")

    def render_id_number(self, value):
        return format_html('<span class="nb">{}</span>', cover_id_number(value))

    def value_id_number(self, value):
        return cover_id_number(value)

    def render_phone(self, value):
        return mask_phone(value)

    def value_phone(self, value):
        return mask_phone(value)

    def render_joined_on(self, value, record):
        return f"{value:%Y-%m}" if record.joined_month_only else f"{value:%Y-%m-%d}"

    def value_joined_on(self, value, record):
        return f"{value:%Y-%m}" if record.joined_month_only else value

    def value_confirmed_on(self, value, record):
        return f"{value:%Y-%m}" if record.confirmed_month_only else value

    def render_employment(self, value, record):
        marks = [
            word
            for word, marked in (("流动", record.is_floating), ("失联", record.is_lost_contact))
            if marked
        ]
        return with_note(value, "、".join(marks))


class MemberThenTable(MemberTable):
    """The members of a past day, with the organization and the status of that day.

    Rows carry `is_seen`: who has left the scope since is named without a link.
    """

    name = ListColumn("姓名", sort="name", width=12)
    organization = ListColumn(
        "当时所在党组织",
        accessor="organization__short_name",
        sort="belonging__organization__name",
        url="organization",
        key="organization_id",
        wide=True,
        width=30,
    )
    status = ListColumn("当时人员类别", width=12)

    class Meta(MemberTable.Meta):
        sequence = ("name", "...")

    def render_name(self, value, record):
        if not record.is_seen:
            return with_note(value, "后来转出")
        shown = format_html('<a href="{}">{}</a>', reverse("member", args=[record.pk]), value)
        return (
            shown
            if not record.left_on
            else with_note(shown, f"{record.left_on:%Y-%m-%d} {exit_word(record)}")
        )
