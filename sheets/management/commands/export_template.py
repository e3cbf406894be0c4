"""Write a workbook to be filled in."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from sheets import template
from sheets.forms import all_forms, get_form


class Command(BaseCommand):
    """The same templates as on the page of the import."""

    help = "导出一张表的模板：export_template members --as county --prefilled -o 花名册.xlsx"

    def add_arguments(self, parser):
        parser.add_argument("kind", choices=[form.kind for form in all_forms()], help="表格种类")
        parser.add_argument("--as", dest="username", required=True, help="以哪个用户的名义导出")
        parser.add_argument("--prefilled", action="store_true", help="填好这个用户范围内的记录")
        parser.add_argument("--year", type=int, help="表题里的年度；默认今年")
        parser.add_argument("-o", "--output", required=True, type=Path, help="写到哪个文件")

    def handle(self, *, kind, username, prefilled, year, output, **options):
        user = User.objects.filter(username__iexact=username, is_active=True).first()
        if user is None:
            raise CommandError(f"没有用户“{username}”，或已停用。")
        if not user.has_perm("sheets.import_workbook"):
            raise CommandError(f"用户“{username}”没有导入表格的权限，不能下载模板。")
        form = get_form(kind)
        if prefilled and not form.prefills:
            raise CommandError(f"《{form.title}》没有已填模板，请去掉 --prefilled。")
        try:
            with output.open("wb") as stream:
                rows = template.write_template(form, stream, user=user, year=year, filled=prefilled)
        except OSError as error:
            raise CommandError(f"不能写入 {output}：{error.strerror}。") from error
        template.record(form, user=user, filled=prefilled, rows=rows)
        told = f"，已填 {rows} 行" if prefilled else ""
        self.stdout.write(f"已写入 {output}：《{form.title}》模板{told}")
