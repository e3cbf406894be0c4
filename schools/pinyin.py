"""Names as they are typed on a keyboard: 拼音, by initials and in full."""

from __future__ import annotations

import os
from functools import cache
from itertools import product
from math import prod

from schools.naming import fold

# Characters of names with more than one reading. The dictionary's phrases are not asked:
# for names they are often wrong (朝阳), and typing either reading should find the name.
SEVERAL = {
    "长": ("chang", "zhang"),
    "重": ("chong", "zhong"),
    "朝": ("chao", "zhao"),
    "乐": ("le", "yue"),
    "行": ("xing", "hang"),
    "厦": ("xia", "sha"),
    "六": ("liu", "lu"),
    "会": ("hui", "kuai"),
    "堡": ("bao", "pu"),
    "藏": ("cang", "zang"),
    "柏": ("bai", "bo"),
    "单": ("dan", "shan"),
    "解": ("jie", "xie"),
    "曾": ("zeng", "ceng"),
    "盛": ("sheng", "cheng"),
    "蔚": ("wei", "yu"),
    "圩": ("wei", "xu"),
    "番": ("fan", "pan"),
    "莘": ("xin", "shen"),
    "茜": ("qian", "xi"),
    "晟": ("sheng", "cheng"),
    "娜": ("na", "nuo"),
    "都": ("du", "dou"),
    "覃": ("qin", "tan"),
    "翟": ("zhai", "di"),
    "缪": ("miao", "mou"),
    "车": ("che", "ju"),
}
# Readings that hold for the first character of a person's name.
SURNAMES = {
    "仇": ("qiu", "chou"),
    "区": ("ou", "qu"),
    "查": ("zha", "cha"),
    "盖": ("ge", "gai"),
    "朴": ("piao", "pu"),
    "卜": ("bu",),
    "尉": ("yu", "wei"),
    "种": ("chong", "zhong"),
    "繁": ("po", "fan"),
    "员": ("yun", "yuan"),
    "召": ("shao", "zhao"),
    "黑": ("he", "hei"),
    "谌": ("chen", "shen"),
    "隗": ("wei", "kui"),
}
# A name with more ways to read it is read in the first one only from there on.
MOST_READINGS = 4


@cache
def _usual(character: str) -> tuple[str, ...]:
    """Return the readings of a character: syllables without tones, ü written v.

    A Latin letter or digit reads as itself, any other sign as nothing.
    """
    if character.isascii():
        return (character.lower() if character.isalnum() else "",)
    # Single characters are enough, and load at once where phrases take a second.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin import lazy_pinyin

    return SEVERAL.get(character) or ("".join(lazy_pinyin(character, errors="ignore")),)


def _words(readings: list[tuple[str, ...]]) -> tuple[list[str], list[str]]:
    """Return the initials and the full spellings by all ways to read a name."""
    while prod(map(len, readings)) > MOST_READINGS:
        last = max(n for n, one in enumerate(readings) if len(one) > 1)
        readings[last] = readings[last][:1]
    ways = [[syllable for syllable in way if syllable] for way in product(*readings)]
    initials = dict.fromkeys("".join(s if s.isdigit() else s[0] for s in way) for way in ways)
    return list(initials), list(dict.fromkeys("".join(way) for way in ways))


def _spell(names: list[list[tuple[str, ...]]]) -> str:
    initials, full = [], []
    for readings in names:
        some, all_ = _words(readings)
        initials += some
        full += all_
    return "".join(f" {word}" for word in dict.fromkeys(initials + full) if word)


def spell(*names: str) -> str:
    """Return how the names of a school or body are typed: initials first, then in full.

    Each word has a space before it, so that " by" is found at the beginning of a word:
    "白杨小学" becomes " byxx baiyangxiaoxue".
    """
    return _spell([[_usual(c) for c in fold(name)] for name in names if name])


def spell_person(name: str) -> str:
    """Return how a person's name is typed; a surname has readings of its own (区, 查, 仇)."""
    text = fold(name)
    readings = [_usual(c) for c in text]
    if text:
        readings[0] = SURNAMES.get(text[0], readings[0])
    return _spell([readings])


def typed(text: str) -> str:
    """Return Latin letters as they are looked for, "" where `text` holds other signs.

    "Bái yáng" is not typed; "bai yang", "bai'yang" and "lüyuan" are.
    """
    letters = fold(text).lower().replace("ü", "v").replace("'", "").replace("’", "")
    return letters if letters.isascii() and letters.isalnum() and not letters.isdigit() else ""
