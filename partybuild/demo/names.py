"""Invented persons: names, resident ID numbers that belong to nobody, phones."""

from __future__ import annotations

import datetime
from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许邓韩冯曹彭曾萧田董潘袁蔡蒋余于杜"
    "叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶"
)
_MALE = "伟强军勇杰涛明超斌辉鹏峰磊建国志宏文永学海德世家金春新立东振少庆云林平华山河良民生兴正"
_FEMALE = "芳娜敏静丽艳娟霞玲秀桂英华慧红梅兰萍燕婷洁雪琴佳雅淑美珍玉晓小海春文丹蓉莉欣怡"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def person(rng: Random, female: bool) -> str:
    """Return an invented name of two or three characters."""
    given = _FEMALE if female else _MALE
    name = rng.choice(SURNAMES) + rng.choice(given)
    return name + rng.choice(given) if rng.random() < 0.62 else name


def check_digit(body: str) -> str:
    """Return the check character of the first 17 digits of an ID number (GB 11643)."""
    return "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def phone(rng: Random) -> str:
    """Return a number of the range kept for invented persons."""
    return f"1990000{rng.randrange(10_000):04d}"


class IdNumbers:
    """Gives every invented person a number of its own.

    The first six digits are 9901xx, which is no division of GB/T 2260; birth date and
    check digit are valid, the 17th digit tells the sex.
    """

    def __init__(self):
        self._used: dict[tuple[str, datetime.date, bool], int] = {}

    def take(self, prefix: str, born: datetime.date, female: bool) -> str:
        """Return the next free number for a birth date and sex in a place."""
        key = (prefix, born, female)
        order = self._used.get(key, 0)
        self._used[key] = order + 1
        # Odd for men, even for women; from 500 up.
        body = f"{prefix}{born:%Y%m%d}{500 + 2 * order + (0 if female else 1):03d}"
        return body + check_digit(body)
