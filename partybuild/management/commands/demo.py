"""Make the demo city, or the empty city that the bureau's workbooks fill."""

from __future__ import annotations

import sys
import time
import unicodedata
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import audit
from accounts.memory import many_objects
from partybuild.context import menu_path
from partybuild.demo import DemoError, accounts, ground
from partybuild.demo.accounts import SignIn
from partybuild.demo.city import City
from partybuild.demo.scales import SCALES

# The pages to open next in an empty city, and what to do there.
NEXT = (
    ("imports", "依次上传学校、党组织、党员、三会一课台账、达标结果的工作簿，看过预览再保存"),
    ("consistency", "看导入的资料有哪些对不上"),
    ("rates", "看各单元的达标率；得分由 manage.py score --year 年度 重算"),
)


class Command(BaseCommand):
    help = "生成演示城市云岭市；--empty-city 只建管理主体、标准和账号，供导入工作簿。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=sorted(SCALES), default="small", help="规模")
        parser.add_argument("--seed", type=int, default=1, help="随机种子，相同则数据相同")
        parser.add_argument("--empty-city", action="store_true", help="只建管理主体、标准和账号")
        parser.add_argument("--keep", action="store_true", help="已有数据时保留，只列出账号")
        parser.add_argument("--replace", action="store_true", help="先删除已有的演示数据")
        parser.add_argument("--new-passwords", action="store_true", help="给演示账号换新密码并打印")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_passwords"]:
            self._new_passwords()
            return
        if ground.holds_data():
            if options["replace"]:
                self._replace()
            elif options["keep"]:
                self._keep()
                return
            else:
                raise CommandError(
                    "数据库里已有数据，没有生成。要保留数据请加 --keep；"
                    "要删除演示数据重新生成请加 --replace。"
                )
        started = time.monotonic()
        if options["empty_city"]:
            ground.build_empty_city(self._say)
        else:
            scale = SCALES[options["scale"]]
            self._say(f"正在生成演示城市（{scale.name}，种子 {options['seed']}）")
            try:
                with many_objects():
                    City(scale, options["seed"], self._say).build()
            except DemoError as error:
                raise CommandError(str(error)) from error
        lines = accounts.give_passwords()
        self._say(f"完成，用时 {time.monotonic() - started:.1f} 秒。")
        self._table(lines)
        if options["empty_city"]:
            self._next_steps()

    def _next_steps(self) -> None:
        """Name the pages by which the empty city is filled, as the menu has them."""
        self._say("接下来，用 bureau 登录：")
        for number, (name, what) in enumerate(NEXT, start=1):
            self._say(f"{number}. {menu_path(name)}：{what}")

    def _replace(self) -> None:
        if not ground.is_demo():
            raise CommandError(
                "数据库里不是演示城市，没有删除。--replace 只删除本命令生成的云岭市数据。"
            )
        counts = ground.delete_city()
        told = "，".join(f"{name} {count}" for name, count in counts.items())
        self._say(f"已删除原有数据：{told}。操作日志保留。")

    def _keep(self) -> None:
        lines = accounts.list_accounts()
        if not lines:
            self._say("数据库里已有数据，保持不变；其中没有演示账号。")
            return
        self._say("演示数据已在，保持不变。密码只在生成时显示一次；")
        self._say("忘记时运行 .venv/bin/python manage.py demo --new-passwords 换新密码。")
        self._table(lines)

    def _new_passwords(self) -> None:
        lines = accounts.give_passwords()
        if not lines:
            raise CommandError(
                "没有演示账号。请先运行 .venv/bin/python manage.py demo 生成演示城市。"
            )
        audit.record("accounts.reset_password", actor=None, label="演示账号")
        self._table(lines)

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        if self.stdout._out is sys.stdout:
            self.stdout.flush()

    def _table(self, lines: list[SignIn]) -> None:
        """Print the accounts as a table; Chinese characters take two columns."""
        head = ("账号", "密码", "姓名", "角色", "范围")
        rows = [(s.username, s.password or "（不再显示）", s.name, s.role, s.scope) for s in lines]
        widths = [max(_width(row[n]) for row in (head, *rows)) for n in range(len(head))]
        self.stdout.write("")
        for row in (head, tuple("-" * width for width in widths), *rows):
            self.stdout.write(
                "  ".join(
                    _pad(text, width) for text, width in zip(row, widths, strict=True)
                ).rstrip()
            )
        self.stdout.write("")


def _width(text: str) -> int:
    """Return the columns `text` takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
