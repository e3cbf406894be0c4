"""Write the report of a year as .docx, and its figures as JSON, as a given user sees it."""

from __future__ import annotations

import json
from pathlib import Path

from django.core.management.base import CommandError

from reports.management.asking import AnyReportCommand, reader_of, scope_of
from reports.writing.report import write_report
from reports.writing.services import sent
from reports.writing.telling import told
from reports.writing.word import to_docx


class Command(AnyReportCommand):
    help = "Write the report of a year: written_report --year 2025 --as manager -o report.docx"

    def add_arguments(self, parser):
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--as", dest="username", required=True, help="whose view it is")
        parser.add_argument("--scope", help="name of a body; the widest of the user if left out")
        parser.add_argument("-o", "--output", required=True, type=Path)
        parser.add_argument("--figures", type=Path, help="file for every number with its query")

    def handle(self, *, year, username, output, figures, scope=None, **options):
        user = reader_of(username)
        body = scope_of(user, scope)
        if not 2000 <= year <= 2100:
            raise CommandError(f"年度 {year} 不对，请写四位数的年份。")
        document = write_report(user, scope=body, year=year)
        content = to_docx(document)
        _store(output, content)
        if figures:
            listed = {
                "title": document.title,
                "scope": body.label,
                "year": year,
                "figures": told(document),
            }
            text = json.dumps(listed, ensure_ascii=False, indent=1)
            _store(figures, text.encode())
        sent(document, content, user=user, scope=body, year=year)
        self.stdout.write(f"已写入 {output}：{document.title}，{len(document.figures)} 个数字。")
        for section in document.sections:
            if section.gaps:
                self.stdout.write(f"{section.title} 没有记录、没有写：{'、'.join(section.gaps)}")


def _store(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"不能写入 {path}：{error.strerror}。") from error
