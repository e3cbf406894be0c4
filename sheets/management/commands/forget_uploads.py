"""Delete uploaded workbooks whose days are over."""

from django.core.management.base import BaseCommand

from sheets import keeping


class Command(BaseCommand):
    """To be run every night; an upload does the same on its way."""

    help = "删除到期的上传文件"

    def handle(self, *args, **options):
        self.stdout.write(f"已删除 {keeping.forget_expired()} 个到期的上传文件。")
