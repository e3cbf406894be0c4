"""The content of a version: the same from its file, from its rows, and from its own export."""

import pytest
import yaml

from assessments.models import Indicator, Standard
from assessments.standards import DEFAULT, StandardError, load_standard, store
from assessments.standards.content import (
    as_yaml,
    checksum,
    codes,
    content_of,
    differences,
    flat,
    ordered,
)
from assessments.standards.parameters import declared, default_file, parameters


@pytest.fixture
def content():
    return flat(default_file())


def test_file_and_rows_say_the_same(standard, content):
    assert content_of(standard) == content
    assert standard.checksum == checksum(content)
    assert content["indicators.C5.points"] == "5"
    assert content["indicators.C6.rolls_up"] == ["G"]
    assert content["categories.C.name"] == "组织生活"


def test_a_version_written_as_a_file_loads_unchanged(standard, content, tmp_path):
    """Moved points, a veto and an indicator left out, another order, a list parameter."""
    content |= {
        "edition": "2026",
        "document": "云教党〔2026〕5 号",
        "effective_year": 2026,
        "pass_line": "87.5",
        "indicators.C1.points": "4.5",
        "indicators.C2.points": "3.5",
        "indicators.A4.included": False,
        "indicators.F1.points": "4",
        "indicators.C5.order": 0,
        "categories.G.order": 0,
        "vetoes.V10.included": False,
        "parameters.vacation_months": [7, 8],
        "parameters.secretary_vacancy_days": [10, 20, 30],
    }
    published = store(ordered(content))
    path = tmp_path / "2026.yaml"
    path.write_text(as_yaml(content_of(published)), encoding="utf-8")
    assert load_standard(path) == (published, False)
    assert Standard.objects.count() == 2
    first = [one.code for one in published.indicators.all()]
    assert first[:6] == ["G1", "G2", "G3", "G4", "G5", "A1"]
    assert first[first.index("C5") + 1] == "C1"
    assert "A4" not in first
    # And into a database that does not know it.
    said = content_of(published)
    Standard.objects.all().delete()
    loaded, stored = load_standard(path)
    assert stored
    assert content_of(loaded) == said
    assert (loaded.document, loaded.effective_year) == ("云教党〔2026〕5 号", 2026)
    assert Indicator.objects.get(code="C1").points == 4.5


def test_the_layout_of_a_file_is_no_change(standard, tmp_path):
    path = tmp_path / "other.yaml"
    path.write_text(as_yaml(content_of(standard)), encoding="utf-8")
    assert path.read_bytes() != DEFAULT.read_bytes()
    assert load_standard(path) == (standard, False)


def test_a_parameter_declared_later_comes_with_its_default(standard):
    del standard.parameters["quarter_days"]
    standard.save()
    assert load_standard(DEFAULT) == (standard, True)
    standard.refresh_from_db()
    assert standard.parameters["quarter_days"] == 45


def test_a_version_without_vetoes_can_be_loaded(db, tmp_path):
    data = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    data["vetoes"] = []
    path = tmp_path / "none.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    standard, _ = load_standard(path)
    assert not standard.vetoes.exists()
    assert codes(content_of(standard), "vetoes")[0] == "V1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"effective_year": 26}, "施行年度 26 应为"),
        ({"document": "号" * 61}, "document 最多 60 个字"),
    ],
)
def test_a_head_that_cannot_be_is_refused(db, tmp_path, change, said):
    path = tmp_path / "x.yaml"
    path.write_text(yaml.safe_dump(default_file() | change), encoding="utf-8")
    with pytest.raises(StandardError, match=said):
        load_standard(path)


def test_differences_in_words(content):
    new = content | {
        "pass_line": "90",
        "indicators.C1.points": "5",
        "parameters.vacation_months": [8],
        "vetoes.V4.included": False,
    }
    assert [(one.label, one.old_text, one.new_text) for one in differences(content, new)] == [
        ("达标线", "85 分", "90 分"),
        ("参数：不计入应开展月份的假期月份（例如 8），默认没有", "无", "8 月"),
        ("指标 C1 分值", "4 分", "5 分"),
        ("否决项 V4 列入", "列入", "不列入"),
    ]


def test_what_neither_version_has_is_no_difference(content):
    old = content | {"vetoes.V4.included": False}
    assert not list(differences(old, old | {"vetoes.V4.condition": "另一种写法"}))


def test_every_parameter_takes_its_own_default():
    for one in parameters().values():
        assert not one.problem(one.value), one.name


@pytest.mark.parametrize(
    ("told", "bad", "said"),
    [
        ({"value": 5, "unit": "%"}, 101, "应为 0 至 100 %"),
        ({"value": 5, "min": 1, "max": 31, "unit": "天"}, 0, "应为 1 至 31 天"),
        ({"value": 5}, "5", "应为整数"),
        ({"value": 5}, True, "应为整数"),
        ({"value": [1, 2]}, [2, 1], "由低到高"),
        ({"value": [1, 2]}, [1], "应写 2 个数"),
        ({"value": [3, 31], "type": "day"}, [2, 29], "一年中的一天"),
        ({"value": [3, 31], "type": "day"}, "3-31", "一年中的一天"),
        ({"value": [], "type": "months"}, [0], "1 至 12 的月份"),
        ({"value": [], "type": "months"}, [8, 8], "1 至 12 的月份"),
        ({"value": 4, "choices": {2: "每半年", 4: "每季度"}}, 3, "应为 2（每半年）、4（每季度）"),
    ],
)
def test_values_out_of_range_are_named(told, bad, said):
    assert said in declared("x", told).problem(bad)
