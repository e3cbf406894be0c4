"""Make the reminders of a day (every morning; a second run of the day adds nothing)."""

import datetime

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from reports.duties.services import remind


class Command(BaseCommand):
    """`remind [--day YYYY-MM-DD]`."""

    help = "给有事没有办完的人生成当天的提醒，每人每天一份；重复运行不会多发。"
    # The checks load every page; they belong to the start of the service.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--day", help="日期（YYYY-MM-DD），默认今天")

    def handle(self, *, day, **options):
        try:
            wanted = datetime.date.fromisoformat(day) if day else timezone.localdate()
        except ValueError:
            raise CommandError(f"日期“{day}”不是有效日期，应写成 2026-11-23。") from None
        if wanted > timezone.localdate():
            raise CommandError(f"{wanted} 还没有到，不能提前生成提醒。")
        self.stdout.write(f"{wanted}：提醒已生成 {remind(day=wanted)} 条。")
