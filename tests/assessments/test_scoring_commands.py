"""The commands score, compliance and scorecard, and their errors."""

import datetime
import json

import pytest
from django.core.management import CommandError, call_command

from assessments.models import Assessment, Cycle, Scorecard
from assessments.scoring import ensure_cycle, score_cycle
from orgs.models import Organization
from tests.conftest import default_standard, make_organization


@pytest.fixture
def scored(tree, users):
    """A scored year with one branch in each of two counties; 东区's passed by decree."""
    default_standard()
    make_organization("中共东区白杨小学支部委员会", tree.baiyang)
    make_organization("中共西县第一小学支部委员会", tree.west_edu)
    score_cycle(ensure_cycle(2025))
    Assessment.objects.filter(jurisdiction=tree.baiyang).update(verdict="compliant")


def run(capsys, *args):
    call_command(*args)
    return capsys.readouterr().out


def test_score_makes_the_cycle_and_tells_the_figures(tree, capsys):
    default_standard()
    make_organization("中共东区白杨小学支部委员会", tree.baiyang)
    assert "测算 1 个党组织，应评 1 个，达标 0 个，达标率 0%" in run(
        capsys, "score", "--year", "2025"
    )
    cycle = Cycle.objects.get()
    assert (cycle.check_date, cycle.records_until) == (
        datetime.date(2025, 12, 31),
        datetime.date(2026, 3, 31),
    )
    assert cycle.scored_as_of == datetime.date(2025, 12, 31)
    assert len(Scorecard.objects.get().scores) == 36
    run(capsys, "score", "--year", "2025", "--as-of", "2025-06-30")
    cycle.refresh_from_db()
    assert cycle.scored_as_of == datetime.date(2025, 6, 30)
    # The nightly run takes every open year.
    assert "2025 年度" in run(capsys, "score")
    Cycle.objects.update(state="confirmed")
    assert "没有未确认的年度" in run(capsys, "score")


def test_compliance_as_json(scored, capsys):
    told = json.loads(
        run(capsys, "compliance", "--year", "2025", "--as", "viewer", "--format", "json")
    )
    assert told == {
        "year": 2025,
        "units": [
            {"name": "直属学校", "due": 0, "passed": 0, "rate": None},
            {"name": "东区", "due": 1, "passed": 1, "rate": 1.0},
            {"name": "西县", "due": 1, "passed": 0, "rate": 0.0},
        ],
        "total": {"name": "合计", "due": 2, "passed": 1, "rate": 0.5},
    }
    own = json.loads(
        run(capsys, "compliance", "--year", "2025", "--as", "west_editor", "--format", "json")
    )
    assert [row["name"] for row in own["units"]] == ["西县"]


def test_compliance_as_a_table(scored, capsys):
    lines = run(capsys, "compliance", "--year", "2025", "--as", "manager").splitlines()
    assert lines[0] == "2025 年度标准化建设达标率（系统测算）"
    cells = [line.split() for line in lines[1:]]
    assert cells == [
        ["统计单元", "应评", "达标", "达标率"],
        ["直属学校", "0", "0", "—"],
        ["东区", "1", "1", "100%"],
        ["西县", "1", "0", "0%"],
        ["合计", "2", "1", "50%"],
    ]


def test_scorecard_as_json(scored, capsys):
    args = ["scorecard", "--year", "2025", "--as", "township", "--format", "json", "--org"]
    told = json.loads(run(capsys, *args, "东区白杨小学党支部"))
    assert list(told) == ["organization", "year", "final", "verdict", "vetoes", "indicators"]
    assert (told["organization"], told["year"]) == ("中共东区白杨小学支部委员会", 2025)
    # What the records say, though the bureau's own result makes it pass in the rate.
    assert told["verdict"] == "未达标"
    assert isinstance(told["final"], float)
    assert told["vetoes"][0]["code"] == "V3"
    assert set(told["vetoes"][0]) == {"code", "name", "reason"}
    rows = {row["code"]: row for row in told["indicators"]}
    assert len(rows) == 36
    assert rows["C2"] == {
        "code": "C2",
        "points": None,
        "of": 4.0,
        "applicable": False,
        "reason": "正式党员 0 名，未设支部委员会，不适用。",
    }
    assert rows["C5"]["points"] == 0.0
    # The full name finds the same card.
    assert json.loads(run(capsys, *args, "中共东区白杨小学支部委员会")) == told


def test_scorecard_as_text_and_before_it_is_scored(scored, capsys, tree):
    make_organization("中共东区柳林小学支部委员会", tree.liulin)
    args = ["scorecard", "--year", "2025", "--as", "editor", "--org", "东区柳林小学党支部"]
    text = run(capsys, *args)
    assert "未达标" in text
    assert "C5 主题党日  0.00/5  应开 12 次，实开 0 次" in text
    assert "一票否决 V3" in text
    assert Assessment.objects.count() == 2
    score_cycle(ensure_cycle(2025))
    assert run(capsys, *args) == text


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["score", "--year", "1999"], "1999 年度不能测算"),
        (["score", "--year", "2999"], "2999 年度不能测算"),
        (["score", "--year", "2025", "--as-of", "31.12.2025"], "不是有效日期"),
        (["compliance", "--year", "2025", "--as", "nobody"], "没有名为“nobody”"),
        (["compliance", "--year", "2019", "--as", "viewer"], "没有 2019 年度的考评"),
        (["compliance", "--year", "2025", "--as", "auditor"], "没有可查看的范围"),
        (["scorecard", "--org", "无", "--year", "2025", "--as", "viewer"], "没有名为“无”的党组织"),
        (
            ["scorecard", "--org", "西县第一小学党支部", "--year", "2025", "--as", "editor"],
            "在您的范围内没有",
        ),
        (["scorecard", "--org", "x", "--year", "2019", "--as", "viewer"], "没有 2019 年度"),
    ],
)
def test_errors_are_clear(scored, args, said):
    with pytest.raises(CommandError, match=said):
        call_command(*args)


def test_an_organization_without_a_scorecard_says_why(scored, tree):
    make_organization("中共东区新校支部委员会", tree.east, founded_on=datetime.date(2026, 5, 1))
    with pytest.raises(CommandError, match="2026-05-01 成立，晚于考核日"):
        call_command("scorecard", "--org", "东区新校党支部", "--year", "2025", "--as", "viewer")


def test_two_of_one_name_are_not_mixed_up(scored, tree):
    Organization.objects.all().update(dissolved_on=datetime.date(2026, 6, 1))
    Organization.objects.update(name_key="同名", short_name="同名")
    with pytest.raises(CommandError, match="对应多个党组织"):
        call_command("scorecard", "--org", "同名", "--year", "2025", "--as", "viewer")


def test_without_a_standard_nothing_is_scored(db):
    with pytest.raises(CommandError, match="load_standard"):
        call_command("score", "--year", "2025")
