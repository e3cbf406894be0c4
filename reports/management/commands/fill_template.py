"""Fill a bureau's own workbook with the figures of a report."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError

from reports.filling import fill_template, record_filling
from reports.management.asking import ReportCommand
from sheets.safety import Refused


class Command(ReportCommand):
    help = "Fill an own form: fill_template compliance form.xlsx --as manager -o filled.xlsx"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("template", type=Path, help="the form to be filled (.xlsx)")
        parser.add_argument("-o", "--output", required=True, type=Path)

    def handle(self, *args, template, output, **options):
        asked = self.asked(**options)
        try:
            filled = fill_template(
                template.read_bytes(),
                asked.report,
                asked.layout,
                user=asked.user,
                scope=asked.scope,
                year=asked.year,
            )
            if not filled.count:
                raise CommandError("没有填上任何一格。请核对行名和表头，或加上占位符。")
            output.write_bytes(filled.content)
        except OSError as error:
            raise CommandError(f"读写文件失败：{error.filename}，{error.strerror}。") from error
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        record_filling(
            asked.report,
            asked.layout,
            filled,
            user=asked.user,
            scope=asked.scope,
            query=asked.query | {"file": template.name},
        )
        self.stdout.write(f"已写入 {output}：填了 {filled.count} 格")
        for line in [*filled.notices, *filled.unmatched]:
            self.stdout.write(line)
