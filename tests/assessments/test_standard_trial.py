"""How last year would come out by a draft; every figure counted by hand in standard_city."""

import io

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.editing import trial
from assessments.editing.layouts import trial_layout
from assessments.models import Assessment, OfficialResult, Scorecard, Standard
from assessments.scoring import score_cycle
from sheets.writing import workbook_response
from tests.assessments.standard_city import build_city, small_content
from tests.conftest import make_organization


@pytest.fixture
def city(tree):
    return build_city(tree)


def counts(result):
    """Return (passed of due) before → after by unit."""
    return {
        row["name"]: tuple(zip(row["passed"], row["due"], strict=True)) for row in result["units"]
    }


def names(rows):
    return [row["name"][2] for row in rows]


def test_the_same_content_changes_nothing(city):
    _, cycle, _ = city
    result = trial.run(small_content(), cycle).result
    assert (result["passed"], result["due"]) == ([2, 2], [4, 4])
    assert (result["gained"], result["lost"]) == ([], [])
    assert all(row["mean"][0] == row["mean"][1] for row in result["indicators"])
    assert not any(row["up"] or row["down"] for row in result["indicators"])


def test_a_higher_line_fails_the_one_between(city):
    _, cycle, branches = city
    result = trial.run(small_content(pass_line="90"), cycle).result
    assert counts(result) == {"东区": ((2, 2), (1, 2)), "西县": ((0, 2), (0, 2))}
    assert names(result["lost"]) == ["乙"]
    row = result["lost"][0]
    assert (row["before"], row["after"]) == ("86.00", "86.00")
    assert (row["was"], row["now"]) == ("compliant", "nearly")
    assert row["organization"] == branches["乙"].pk
    assert result["gained"] == []


def test_a_veto_left_out_lets_its_branch_pass(city):
    _, cycle, _ = city
    result = trial.run(small_content(**{"vetoes.V1.included": False}), cycle).result
    assert counts(result) == {"东区": ((2, 2), (2, 2)), "西县": ((0, 2), (1, 2))}
    assert names(result["gained"]) == ["丙"]
    assert result["gained"][0]["vetoes"] == []


def test_moved_points_are_judged_again(city):
    """F4 40 → 30, F5 30 → 40: 乙 has 30 + 26 + 17 + 9 = 82, 甲 just 85."""
    _, cycle, _ = city
    content = small_content(**{"indicators.F4.points": "30", "indicators.F5.points": "40"})
    result = trial.run(content, cycle).result
    assert names(result["lost"]) == ["乙"]
    assert result["lost"][0]["after"] == "82.00"
    assert result["lost"][0]["moved"] == [["F4", "4", False]]
    found = {row["code"]: row for row in result["indicators"]}
    # (36 + 34 + 34 + 20) ÷ 4 and (30 + 30 + 30 + 20) ÷ 4.
    assert found["F4"]["mean"] == ["31", "27.5"]
    # The share of the points rises for all: 30/30 of 36/40, 20/30 of 20/40.
    assert (found["F4"]["up"], found["F4"]["down"]) == (4, 0)
    # 27 of 30 becomes 27 of 40.
    assert (found["F5"]["up"], found["F5"]["down"]) == (0, 4)
    assert found["G1"]["mean"] == ["15.5", "15.5"]


def test_an_indicator_left_out_and_another_put_in(city):
    """Without G3 and with D6, which nobody has reviewed: ten points are gone."""
    _, cycle, _ = city
    content = small_content(
        **{
            "indicators.G3.included": False,
            "indicators.D6.included": True,
            "indicators.D6.points": "10",
        }
    )
    result = trial.run(content, cycle).result
    assert names(result["lost"]) == ["乙", "甲"]
    found = {row["code"]: row for row in result["indicators"]}
    assert found["G3"]["mean"] == ["8.25", None]
    assert found["D6"]["mean"] == [None, "0"]


def test_nothing_is_stored_but_the_trial(city):
    _, cycle, _ = city
    before = (
        list(Assessment.objects.order_by("pk").values()),
        list(Scorecard.objects.order_by("pk").values()),
        Standard.objects.count(),
    )
    trial.run(small_content(pass_line="90", edition="2027"), cycle)
    assert before == (
        list(Assessment.objects.order_by("pk").values()),
        list(Scorecard.objects.order_by("pk").values()),
        Standard.objects.count(),
    )
    cycle.refresh_from_db()
    assert cycle.standard.pass_line == 85


def test_a_trial_is_kept_until_the_content_or_the_scores_change(city):
    _, cycle, _ = city
    content = small_content(pass_line="90")
    assert trial.find(content, cycle) is None
    made = trial.run(content, cycle)
    assert trial.find(content, cycle) == made
    assert trial.find(content | {"pass_line": "91"}, cycle) is None
    score_cycle(cycle)
    cycle.refresh_from_db()
    assert trial.find(content, cycle) is None
    assert trial.run(content, cycle).pk == made.pk


def test_an_official_result_does_not_hide_what_the_standard_does(city):
    """Both sides are what the system works out."""
    _, cycle, branches = city
    OfficialResult.objects.create(
        year=2025,
        organization=branches["乙"],
        jurisdiction=branches["乙"].jurisdiction,
        name_key="乙",
        printed_name="乙",
        compliant=True,
    )
    score_cycle(cycle)
    cycle.refresh_from_db()
    result = trial.run(small_content(pass_line="90"), cycle).result
    assert names(result["lost"]) == ["乙"]


def test_a_year_that_was_never_scored_is_refused(city):
    _, cycle, _ = city
    cycle.scored_at = None
    with pytest.raises(ValidationError, match="还没有测算"):
        trial.run(small_content(), cycle)


def test_a_trial_that_takes_too_long_is_given_up(city, monkeypatch):
    _, cycle, _ = city
    monkeypatch.setattr(trial, "MOST_SECONDS", -1)
    with pytest.raises(ValidationError, match="已经停止"):
        trial.run(small_content(), cycle)
    assert trial.find(small_content(), cycle) is None


def test_more_organizations_are_no_more_queries(city, tree):
    _, cycle, _ = city

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as found:
            trial.run(small_content(pass_line="90"), cycle)
        return len(found)

    few = queries()
    for number in range(20):
        make_organization(f"中共第{number}小学支部委员会", tree.east_edu)
    score_cycle(cycle)
    cycle.refresh_from_db()
    assert queries() <= few


def test_a_trial_as_a_workbook(city):
    _, cycle, _ = city
    result = trial.run(small_content(pass_line="90"), cycle).result
    layout = trial_layout("小城标准 2026", cycle, result)
    book = openpyxl.load_workbook(io.BytesIO(workbook_response(layout).content))
    assert book.sheetnames == ["达标率", "口径说明", "新达标", "不再达标", "指标"]
    lost = [[cell.value for cell in row] for row in book["不再达标"].iter_rows()]
    line = next(row for row in lost if "中共乙小学支部委员会" in row)
    assert "达标" in line
    assert "基本达标" in line
    assert 86 in line
