"""Names as they are typed: initials and full, every reading that is usual in names."""

import pytest

from schools.pinyin import spell, spell_person, typed


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("白杨镇中心小学", "byzzxxx baiyangzhenzhongxinxiaoxue"),
        ("云岭市第12中学", "ylsd12zx yunlingshidi12zhongxue"),
        ("ABC（双语）幼儿园", "abcsyyey abcshuangyuyoueryuan"),
        ("长江小学", "cjxx zjxx changjiangxiaoxue zhangjiangxiaoxue"),
        ("绿苑", "ly lvyuan"),
        ("", ""),
    ],
)
def test_schools(name, words):
    assert spell(name).split() == words.split()


def test_two_names_and_many_readings():
    assert spell("云岭市第一中学", "云岭一中").split()[:2] == ["ylsdyzx", "ylyz"]
    assert len(spell("长重朝乐行小学").split()) <= 8


@pytest.mark.parametrize(
    ("name", "initials"),
    [("曾乐", "zl zy cl cy"), ("区小明", "oxm qxm"), ("欧阳娜", "oyn"), (" 王 海涛", "wht")],
)
def test_people(name, initials):
    assert spell_person(name).split()[: len(initials.split())] == initials.split()


@pytest.mark.parametrize(
    ("text", "letters"),
    [("Bai Yang", "baiyang"), ("xi'an", "xian"), ("Lü", "lv"), ("12", ""), ("白a", ""), ("a%", "")],
)
def test_letters_are_looked_for_as_they_are_typed(text, letters):
    assert typed(text) == letters
