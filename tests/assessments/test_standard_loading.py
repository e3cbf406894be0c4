"""The default standard, and what the loader refuses."""

import pytest
import yaml
from django.core.management import CommandError, call_command

from assessments import checks
from assessments.models import Indicator, Standard, Veto
from assessments.rules import RULES, VETOES, rule
from assessments.scoring import ensure_cycle
from assessments.standards import DEFAULT, StandardError, load_standard, parameter_notes


def changed(tmp_path, change):
    """Return the path of a copy of the default standard that `change` altered."""
    data = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))
    change(data)
    path = tmp_path / "standard.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


def test_the_default_standard_is_the_published_table(db):
    standard, stored = load_standard(DEFAULT)
    assert stored
    assert (standard.indicators.count(), standard.vetoes.count()) == (36, 10)
    sums = {}
    for indicator in standard.indicators.all():
        sums[indicator.category] = sums.get(indicator.category, 0) + indicator.points
        assert indicator.source
    assert sums == {"A": 12, "B": 14, "C": 28, "D": 16, "E": 8, "F": 12, "G": 10}
    manual = standard.indicators.filter(kind=Indicator.Kind.MANUAL)
    assert sum(one.points for one in manual) == 13
    assert standard.pass_line == 85
    assert set(standard.indicators.get(code="C6").rolls_up) == {"general_branch"}
    assert set(parameter_notes()) == set(standard.parameters)
    used = {code for _, codes in parameter_notes().values() for code in codes}
    assert used <= set(RULES) | set(VETOES)


def test_loading_twice_changes_nothing(db, capsys):
    call_command("load_standard")
    call_command("load_standard", str(DEFAULT))
    assert "没有改动" in capsys.readouterr().out
    assert (Standard.objects.count(), Indicator.objects.count(), Veto.objects.count()) == (
        1,
        36,
        10,
    )


def test_a_version_in_use_cannot_change_but_a_new_one_can(db, tmp_path):
    load_standard(DEFAULT)
    other = changed(tmp_path, lambda data: data.update(pass_line=80))
    standard, stored = load_standard(other)
    assert stored
    assert standard.pass_line == 80
    ensure_cycle(2025)
    with pytest.raises(StandardError, match="已用于 2025 年度考评"):
        load_standard(DEFAULT)
    load_standard(changed(tmp_path, lambda data: data.update(version="2026")))
    assert Standard.objects.count() == 2
    assert ensure_cycle(2026).standard.version == "2026"


def indicator(data, code):
    return next(row for row in data["indicators"] if row["code"] == code)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: indicator(d, "A1").update(points=5), "各项分值之和为 101，应为 100"),
        (lambda d: d["indicators"].append(dict(indicator(d, "A1"))), "指标 A1 重复"),
        (lambda d: indicator(d, "A1").update(code="A9"), "A9 没有对应的计算规则"),
        (lambda d: indicator(d, "A1").update(rule="guess"), "规则名 guess 不存在"),
        (lambda d: indicator(d, "A1").pop("formula"), "缺少 formula"),
        (lambda d: indicator(d, "A1").update(points="many"), "分值 many 不合适"),
        (lambda d: indicator(d, "A1").update(applies=["X"]), "适用类别"),
        (lambda d: indicator(d, "A1").update(kind="magic"), "应为 auto 或 manual"),
        (lambda d: d["vetoes"][0].update(rule="guess"), "否决项 V1 的规则名"),
        (lambda d: d.update(pass_line=70), "由低到高"),
        (lambda d: d["parameters"].pop("group_members"), "参数 group_members"),
        (lambda d: d["parameters"]["group_members"].update(value="二十"), "二十 不合适"),
        (lambda d: d["parameters"]["vacation_months"].update(value=[13]), "不合适"),
        (lambda d: d["parameters"].update(extra={"value": 1, "meaning": "x"}), "extra 没有用处"),
        (lambda d: d.pop("slug"), "缺少 slug"),
        (lambda d: d.pop("categories"), "缺少 categories"),
    ],
)
def test_an_impossible_standard_is_refused_with_the_reason(db, tmp_path, change, said):
    with pytest.raises(StandardError, match=said):
        load_standard(changed(tmp_path, change))
    assert not Standard.objects.exists()


@pytest.mark.parametrize("content", [b"", b"[1, 2]", b"a: [", b"\xff\xfe\x00"])
def test_a_file_that_is_no_standard_is_refused(db, tmp_path, content):
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(CommandError):
        call_command("load_standard", str(path))
    with pytest.raises(CommandError, match="读不到文件"):
        call_command("load_standard", str(tmp_path / "none.yaml"))


def test_a_second_rule_for_a_code_is_refused():
    with pytest.raises(ValueError, match="C2 already has the rule committee_meeting"):
        rule("C2")(lambda facts, parameters, points: None)


def test_the_system_check_compares_rules_and_standard(monkeypatch):
    assert checks.rules_match_the_standard(None) == []
    monkeypatch.setitem(RULES, "H1", RULES["C2"])
    assert [error.id for error in checks.rules_match_the_standard(None)] == ["assessments.E002"]
    monkeypatch.delitem(RULES, "C2")
    assert "assessments.E001" in [e.id for e in checks.rules_match_the_standard(None)]
