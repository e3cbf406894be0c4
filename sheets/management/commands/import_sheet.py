"""Bring a workbook in from the command line."""

import json
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from sheets import importing
from sheets.forms import Understood, all_forms
from sheets.normalise import plain
from sheets.outcome import ACTIONS, Outcome, mask


class Command(BaseCommand):
    """The same preview and save as in the browser, without questions.

    A file that may be one of several forms is refused, naming them.
    """

    # The checks load every page; they belong to the start of the service.
    requires_system_checks = ()
    help = "导入一个工作簿：学校、党组织、任期、党员、发展党员、转接、组织生活、党费、达标结果"

    def add_arguments(self, parser):
        kinds = [importing.AUTO, *(form.kind for form in all_forms())]
        parser.add_argument("kind", choices=kinds, help="表格种类；auto 按表头识别")
        parser.add_argument("file", type=Path, help="工作簿（.xlsx）")
        parser.add_argument("--as", dest="username", required=True, help="以哪个用户的名义导入")
        parser.add_argument("--year", type=int, help="年度；默认从表题、文件名读出")
        parser.add_argument("--dry-run", action="store_true", help="只预览，不保存")
        parser.add_argument("--json", action="store_true", help="输出机器可读的结果")

    def handle(self, *args, **options):
        user = User.objects.filter(username__iexact=options["username"], is_active=True).first()
        if user is None:
            raise CommandError(f"没有用户“{options['username']}”，或已停用。")
        path: Path = options["file"]
        run = importing.preview if options["dry_run"] else importing.save
        try:
            with path.open("rb") as stream:
                outcome = run(options["kind"], stream, path.name, user=user, year=options["year"])
        except OSError as error:
            raise CommandError(f"打不开文件“{path}”：{error.strerror}。")
        except importing.Refused as refusal:
            raise CommandError(str(refusal))
        except PermissionDenied as denied:
            raise CommandError(str(denied) or "您没有导入表格的权限。")
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False, indent=1))
        else:
            self.write_text(outcome)

    def write_text(self, outcome: Outcome) -> None:
        """Write what a person at the console wants to know."""
        write = self.stdout.write
        done = "已保存" if outcome.saved else "预览（没有保存）"
        write(f"《{outcome.title}》{outcome.file_name}：{done}")
        counts = "，".join(f"{name} {outcome.counts[a]} 行" for a, name in ACTIONS.items())
        write(f"{counts}，跳过 {outcome.counts['ignored']} 行")
        if outcome.recognised:
            write(f"自动识别为《{outcome.title}》。{outcome.recognised}")
        for facts in outcome.sheets:
            read = sum(column.state == Understood.READ for column in facts.columns)
            write(
                f"工作表“{facts.name}”：表头在第 {facts.header_row} 行，"
                f"{len(facts.columns)} 列认出 {read} 列"
            )
        if outcome.hidden_rows:
            write(f"含隐藏行 {outcome.hidden_rows} 行")
        if outcome.earlier:
            write(
                f"同一个文件已在 {outcome.earlier.saved_at:%Y-%m-%d} 导入过（批次 {outcome.earlier.pk}）"
            )
        for notice in outcome.notices:
            write(notice)
        for body in outcome.created_bodies:
            write(f"新建管理主体：{body}")
        for question in outcome.questions:
            write(
                f"没有认出“{question.column}”这一列，没有导入（例如 {'、'.join(question.samples)}）"
            )
        for row in outcome.rows:
            for problem in row.problems:
                write(
                    f"退回 {row.sheet} 第 {row.number} 行 {problem.column}"
                    f"“{mask(plain(problem.value))}”：{problem.reason}。{problem.fix}"
                )
        for row in outcome.rows:
            if row.action != "refused":
                for warning in row.warnings:
                    write(
                        f"提示 {row.sheet} 第 {row.number} 行 {warning.column}：{warning.reason}。"
                    )
