"""Write one report as a workbook, as a given user sees it."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import CommandError

from reports.exports import ACTION, export_facts
from reports.management.asking import ReportCommand
from schools.exporting import export_to


class Command(ReportCommand):
    help = "Write one report as a workbook: export_report compliance --as manager -o table.xlsx"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", required=True, type=Path)

    def handle(self, *args, output, **options):
        asked = self.asked(**options)
        facts = export_facts(
            asked.report, asked.layout, scope=asked.scope, query=asked.query | {"file": output.name}
        )
        try:
            with output.open("wb") as stream:
                export_to(stream, asked.layout, user=asked.user, action=ACTION, changes=facts)
        except OSError as error:
            raise CommandError(f"不能写入 {output}：{error.strerror}。") from error
        self.stdout.write(f"已写入 {output}：{asked.layout.title}")
