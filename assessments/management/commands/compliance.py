"""Print the compliance table of a year as a user sees it."""

import json

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from assessments.compliance import NO_DATA, total_row, unit_rows
from assessments.models import Cycle


class Command(BaseCommand):
    """`compliance --year Y --as USER [--format table|json]`."""

    help = "按用户的范围列出一个年度各统计单元的标准化建设达标率。"

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, required=True, help="年度，例如 2025")
        parser.add_argument("--as", dest="username", required=True, help="用户名")
        parser.add_argument("--format", choices=["table", "json"], default="table", help="输出格式")

    def handle(self, *, year, username, **options):
        user = find_user(username)
        cycle = find_cycle(year)
        rows = unit_rows(user, cycle)
        if not rows:
            raise CommandError(f"用户“{username}”没有可查看的范围，请先授权。")
        total = total_row(rows)
        if options["format"] == "json":
            told = {
                "year": year,
                "units": [figures(row) for row in rows],
                "total": figures(total),
            }
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
            return
        label = "已确认" if cycle.is_confirmed else "系统测算"
        self.stdout.write(f"{year} 年度标准化建设达标率（{label}）")
        if cycle.scored_at is None:
            self.stdout.write(f"还没有测算，请先运行 score --year {year}。")
        lines = [(row.name, str(row.due), str(row.passed), row.percent) for row in [*rows, total]]
        for line in table([("统计单元", "应评", "达标", "达标率"), *lines]):
            self.stdout.write(line)
        if not total.due:
            self.stdout.write(f"“{NO_DATA}”：没有应参评的党组织。")


def find_user(username: str) -> User:
    """Return the active user of that name; a clear error where there is none."""
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise CommandError(f"没有名为“{username}”的启用用户，请检查用户名。")
    return user


def find_cycle(year: int) -> Cycle:
    """Return the cycle of a year; a clear error where there is none."""
    cycle = Cycle.objects.select_related("standard").filter(year=year).first()
    if cycle is None:
        raise CommandError(f"没有 {year} 年度的考评，请先运行 score --year {year}。")
    return cycle


def figures(row) -> dict:
    """Return a row as JSON: counts, and the rate as an unrounded fraction or null."""
    rate = row.rate
    return {
        "name": row.name,
        "due": row.due,
        "passed": row.passed,
        "rate": None if rate is None else float(rate),
    }


def table(lines: list[tuple[str, ...]]) -> list[str]:
    """Return lines of cells as aligned text; a Chinese character is two columns wide."""
    widths = [max(_width(line[n]) for line in lines) for n in range(len(lines[0]))]
    return [
        "  ".join(
            [
                line[0] + " " * (widths[0] - _width(line[0])),
                *(
                    " " * (width - _width(cell)) + cell
                    for cell, width in zip(line[1:], widths[1:], strict=True)
                ),
            ]
        )
        for line in lines
    ]


def _width(text: str) -> int:
    return sum(2 if ord(letter) > 0x2E80 or letter == NO_DATA else 1 for letter in text)
