"""Write the pack of a year as a workbook, as a given user sees it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.http import Http404

from reports.editions.reading import Damaged, Opened, find
from reports.figures import AFFILIATION, GROUPINGS
from reports.management.asking import AnyReportCommand, cycle_of, reader_of, scope_of
from reports.pack.making import write_edition, write_pack


class Command(AnyReportCommand):
    help = "Write every table of a year: export_pack --year 2025 --as manager -o pack.xlsx"

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int)
        parser.add_argument("--as", dest="username", required=True, help="whose view it is")
        parser.add_argument("--scope", help="name of a body; the widest of the user if left out")
        parser.add_argument("--by", choices=list(GROUPINGS), default=AFFILIATION)
        parser.add_argument("--edition", help="code of a sealed edition, instead of the year")
        parser.add_argument("-o", "--output", required=True, type=Path)

    def handle(self, *args, username, year, scope, by, edition, output, **options):
        user = reader_of(username)
        stream = BytesIO()
        try:
            if edition:
                title = write_edition(stream, user=user, opened=Opened(find(user, edition)))
            else:
                cycle = cycle_of(year)
                title = write_pack(
                    stream,
                    user=user,
                    scope=scope_of(user, scope),
                    year=cycle.year if cycle else year,
                    cycle=cycle,
                    by=by,
                )
            output.write_bytes(stream.getbuffer())
        except Http404 as error:
            raise CommandError(f"没有编号为 {edition} 的定稿，或不在范围内。") from error
        except (ValidationError, Damaged) as error:
            raise CommandError("".join(getattr(error, "messages", [str(error)]))) from error
        except OSError as error:
            raise CommandError(f"不能写入 {output}：{error.strerror}。") from error
        self.stdout.write(f"已写入 {output}：{title}")
