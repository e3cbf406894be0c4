"""The hours of every member of an organization in a year."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.limits import limited
from activities.education.hours import (
    LEADER_HOURS,
    MEMBER_HOURS,
    Person,
    leaders_on,
    months_present,
    needed,
    people_on,
)
from activities.education.lists import in_time
from activities.keeping.pages import may_add
from activities.models import TrainingForm, TrainingHours, TrainingLevel, TrainingPlan
from orgs.models import Member, Organization, PostKind
from schools.access import READ, RECORDS, needs
from schools.asked import year_asked
from schools.bodies import set_bodies
from schools.exporting import export
from sheets.layout import Column, Layout

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One member: his hours by form and by level of who held them, and what is asked."""

    person: Person
    post: str
    by_form: dict[str, Decimal]
    above: Decimal
    total: Decimal
    needed: Decimal

    @property
    def forms(self) -> list[Decimal]:
        """The hours by form, in the order of the columns."""
        return [self.by_form.get(form, ZERO) for form in TrainingForm.values]

    @property
    def missing(self) -> Decimal:
        return max(ZERO, self.needed - self.total)


@needs(READ)
@limited(RECORDS)
@require_safe
def organization(request, pk):
    """Show the hours of every member of an organization against 32, 56 for its leaders."""
    rows = Organization.objects.visible_to(request.user).select_related("jurisdiction__place")
    record = get_object_or_404(rows, pk=pk)
    set_bodies([record])
    today = timezone.localdate()
    year = year_asked(request, today.year, today.year)
    lines = lines_of(record, year, today)
    if request.GET.get("format") == "xlsx":
        layout = hours_layout(record, year, today, lines)
        return export(layout, user=request.user, action="training.export_hours", obj=record)
    plan = TrainingPlan.objects.filter(organization=record, year=year).first()
    obliged = [line for line in lines if not line.person.exempt]
    context = {
        "organization": record,
        "body": record.body,
        "year": year,
        "years": range(today.year, today.year - 5, -1),
        "lines": lines,
        "forms": TrainingForm.labels,
        "obliged": len(obliged),
        "reached": sum(not line.missing for line in obliged),
        "short": [line for line in obliged if line.missing],
        "total": sum((line.total for line in lines), ZERO),
        "plan": plan,
        "plan_in_time": bool(plan and in_time(plan)),
        "may_edit": may_add(request.user, record),
        "can_export": request.user.has_perm("reports.export"),
        "trainings_url": f"{reverse('trainings')}?organization={pk}&year={year}",
    }
    return render(request, "activities/education/hours.html", context)


def lines_of(record: Organization, year: int, today: datetime.date) -> list[Line]:
    """Return the members with their hours, those who miss most first."""
    end = datetime.date(year, 12, 31)
    day = min(today, end)
    people = people_on(day, [record.pk]).get(record.pk, [])
    leaders = {
        one.member or one.name: one.kind for one in leaders_on(day, [record.pk]).get(record.pk, [])
    }
    known = {person.pk for person in people}
    others = [key for key in leaders if isinstance(key, int) and key not in known]
    # The leaders of a committee belong to the branches below it.
    people += [
        Person(
            m.pk,
            m.organization_id,
            m.name,
            m.joined_on,
            m.confirmed_on,
            m.status,
            m.activity_exempt,
        )
        for m in Member.objects.filter(pk__in=others).defer("id_number", "phone").order_by("name")
    ]
    hours: dict[int, list[tuple[str, int, Decimal]]] = defaultdict(list)
    rows = TrainingHours.objects.order_by().filter(
        member__in=[person.pk for person in people],
        training__withdrawn_at=None,
        training__started_on__range=(datetime.date(year, 1, 1), day),
    )
    grouped = rows.values("member", "training__form", "training__level").annotate(n=Sum("hours"))
    for member, form, level, total in grouped.values_list(
        "member", "training__form", "training__level", "n"
    ):
        hours[member].append((form, level, total))
    lines = []
    for person in people:
        kind = leaders.get(person.pk) or leaders.get(person.name)
        by_form: dict[str, Decimal] = defaultdict(lambda: ZERO)
        above = ZERO
        for form, level, total in hours[person.pk]:
            by_form[form] += total
            if form == TrainingForm.CONCENTRATED and level >= TrainingLevel.TOWNSHIP:
                above += total
        months = months_present(year, end, person.joined_on)
        base = LEADER_HOURS if kind else MEMBER_HOURS
        lines.append(
            Line(
                person,
                PostKind(kind).label if kind else "",
                dict(by_form),
                above,
                sum(by_form.values(), ZERO),
                ZERO if person.exempt else needed(base, months),
            )
        )
    return sorted(lines, key=lambda line: (-line.missing, line.person.name))


def hours_layout(
    record: Organization, year: int, today: datetime.date, lines: list[Line]
) -> Layout:
    """Return the hours as an official table."""
    columns = [
        Column("no", "序号", "int", width=6),
        Column("name", "姓名", width=10),
        Column("post", "党内职务", width=12),
        *(
            Column(form, label, "score", group="学时", total="sum", width=10)
            for form, label in TrainingForm.choices
        ),
        Column("total", "合计学时", "score", total="sum", width=10),
        Column("above", "其中上级集中培训", "score", total="sum", width=12),
        Column("needed", "全年应达", "score", width=10),
        Column("missing", "还差", "score", width=10),
    ]
    rows: list[dict[str, Any]] = [
        {
            "no": number,
            "name": line.person.name,
            "post": line.post,
            **dict(zip(TrainingForm.values, line.forms, strict=True)),
            "total": line.total,
            "above": line.above,
            "needed": line.needed,
            "missing": line.missing,
        }
        for number, line in enumerate(lines, 1)
    ]
    summed = [*TrainingForm.values, "total", "above"]
    return Layout(
        title=f"{record.short_name}{year}年党员学时登记表",
        columns=columns,
        rows=rows,
        total={key: sum((row[key] for row in rows), ZERO) for key in summed},
        filler=record.short_name,
        as_of=f"{today:%Y年%-m月%-d日}",
        unit_text="学时",
        sheet_name=f"{year}年学时",
        notes=("党员每年不少于 32 学时，书记和委员不少于 56 学时；年内入党的按在册月数折算。",),
    )
