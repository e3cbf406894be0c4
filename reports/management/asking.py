"""What the commands about reports ask for in common: whose view, which body, which year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from assessments.models import Cycle
from reports import definitions  # noqa: F401 - registers the reports
from reports.base import ACROSS, DOWN, REPORTS, Report, listed
from reports.figures import AFFILIATION, GROUPINGS, granted_bodies
from schools.exporting import EXPORT
from schools.models import Jurisdiction
from sheets.layout import Layout


@dataclass(frozen=True)
class Asked:
    """A report as it was asked for, and its table."""

    report: Report
    layout: Layout
    user: User
    scope: Jurisdiction
    year: int | None
    query: dict[str, str]


def reader_of(username: str) -> User:
    """Return the user a command writes for; raises CommandError without the right to export."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"没有用户“{username}”，或已停用。")
    if not user.has_perm(EXPORT):
        raise CommandError(f"用户“{username}”没有导出报表的权限。")
    return user


def scope_of(user: User, name: str | None) -> Jurisdiction:
    """Return the body called `name` that the user may see, or his widest one."""
    if not name:
        if granted := granted_bodies(user):
            return granted[0]
        raise CommandError(f"用户“{user.username}”没有任何数据范围。")
    bodies = Jurisdiction.objects.visible_to(user)
    found = [
        body
        for field in ("unit_name", "name", "short_name")
        for body in bodies.filter(**{field: name})
    ]
    if not found:
        raise CommandError(f"用户“{user.username}”的范围内没有“{name}”。")
    if len({body.pk for body in found}) > 1:
        raise CommandError(f"有几个管理主体叫“{name}”，请写全称。")
    return found[0]


def cycle_of(year: int | None) -> Cycle | None:
    """Return the cycle of `year`; without it the newest confirmed one."""
    cycles = list(Cycle.objects.select_related("standard"))
    if year is None:
        return next((c for c in cycles if c.is_confirmed), cycles[0] if cycles else None)
    found = next((c for c in cycles if c.year == year), None)
    if found is None:
        years = "、".join(str(c.year) for c in cycles) or "还没有"
        raise CommandError(f"没有 {year} 年度。已有的年度：{years}。")
    return found


class AnyReportCommand(BaseCommand):
    """A command that reads reports.

    The checks load every page; they belong to the start of the service.
    """

    requires_system_checks = ()


class ReportCommand(AnyReportCommand):
    """A command about one report."""

    def add_arguments(self, parser):
        parser.add_argument("slug", help=", ".join(report.slug for report in listed()))
        parser.add_argument("--as", dest="username", required=True, help="whose view it is")
        parser.add_argument("--year", type=int)
        parser.add_argument("--scope", help="name of a body; the widest of the user if left out")
        parser.add_argument("--by", choices=list(GROUPINGS), default=AFFILIATION)
        parser.add_argument("--transposed", action="store_true", help="units as columns")
        parser.add_argument("--down", action="store_true", help="units as rows")
        parser.add_argument("--dimension", default="", help="for compliance-by")

    def asked(self, *, slug: str, username: str, by: str, **options: Any) -> Asked:
        """Return the table of the report; raises CommandError with a sentence."""
        report = REPORTS.get(slug)
        if report is None:
            names = "、".join(report.slug for report in listed())
            raise CommandError(f"没有报表“{slug}”。可用的有：{names}。")
        user = reader_of(username)
        scope = scope_of(user, options["scope"])
        cycle = cycle_of(options["year"])
        if report.needs_scores and not (cycle and cycle.scored_at):
            raise CommandError("这个年度还没有测算，没有可导出的数据。请先运行 score。")
        orientation = (
            ACROSS if options["transposed"] else DOWN if options["down"] else report.orientation
        )
        given = {"layout": orientation, "dimension": options["dimension"]}
        form = report.form_class(given)
        if not form.is_valid():
            problems = (f"{form[name].label}：{errors[0]}" for name, errors in form.errors.items())
            raise CommandError("；".join(problems))
        if options["dimension"] and "dimension" not in form.fields:
            raise CommandError(f"报表“{report.title}”没有 --dimension。")
        year = cycle.year if cycle else options["year"]
        layout = report.table(
            user,
            scope=scope,
            year=year,
            cycle=cycle,
            by=by,
            transposed=orientation == ACROSS,
            **form.options(),
        )
        query = {"year": str(year), "by": by, **given}
        return Asked(report, layout, user, scope, year, query)
