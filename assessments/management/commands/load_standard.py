"""Load a scoring standard from its YAML file."""

from django.core.management.base import BaseCommand, CommandError

from assessments.standards import DEFAULT, StandardError, load_standard


class Command(BaseCommand):
    """`load_standard [FILE]`: without a file, the default standard."""

    help = "载入评分标准（YAML）；不写文件名时载入默认标准。"

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", default=str(DEFAULT), help="标准文件")

    def handle(self, *, file, **options):
        try:
            standard, stored = load_standard(file)
        except StandardError as error:
            raise CommandError(str(error)) from None
        if stored:
            count = standard.indicators.count()
            self.stdout.write(
                f"已载入：{standard}，{count} 项指标，达标线 {standard.pass_line} 分。"
            )
        else:
            self.stdout.write(f"{standard} 已是最新，没有改动。")
