"""The cheapest way to pass, with figures worked by hand."""

import random
from decimal import Decimal as D
from itertools import combinations

import pytest

from assessments.remedies import (
    Item,
    advise,
    cheapest,
    final_score,
    hundredths_needed,
    least,
    plan,
    points_needed,
)


def items(*rows):
    """Items from (code, points, of) rows, or (code, points, of, origin, pending)."""
    return [
        Item(code, f"指标{code}", D(points), D(of), *(rest or ("rule", False)))
        for code, points, of, *rest in rows
    ]


def test_the_score_is_rescaled_to_what_applies():
    # 76.84 of 93 applicable points: 82.6236… (the scorecard example).
    assert final_score(D("76.84"), D(93)) == D("82.62")
    assert final_score(D(0), D(0)) == D("0.00")


@pytest.mark.parametrize(
    ("earned", "full", "line", "need"),
    [
        # 85 % of 93 is 79.05; 79.05 - 76.84 = 2.21. Rounded, 79.05 gives 85.00 exactly,
        # and 79.04 gives 84.99.
        ("76.84", "93", "85", "2.21"),
        # 85 % of 96 is 81.60; 81.59 gives 84.99.
        ("80", "96", "85", "1.60"),
        ("85", "100", "85", "0"),
        ("84.99", "100", "85", "0.01"),
    ],
)
def test_points_needed_are_the_fewest_that_reach_the_line(earned, full, line, need):
    got = points_needed(D(earned), D(full), D(line))
    assert got == D(need)
    assert final_score(D(earned) + got, D(full)) >= D(line)
    assert got == 0 or final_score(D(earned) + got - D("0.01"), D(full)) < D(line)


def test_papers_are_cheaper_than_practice():
    # D1 alone would give the three points that are missing, but takes a year of practice
    # (4); two papers that give three points take 2.
    losses = items(("D1", 1, 5), ("G1", 1, 2), ("G2", 1, 2), ("G3", 0, 2), ("C1", 79, 89))
    chosen = cheapest(losses, D(3))
    assert sorted(item.code for item in chosen) == ["G1", "G3"]


def test_the_plan_is_the_cheapest_of_all_that_reach_the_line():
    losses = items(
        ("A3", 2, 3), ("B3", "2.54", 3), ("C2", "3.33", 4), ("D1", "3.29", 5), ("E2", 1, 2),
        ("F1", 1, 3), ("F4", "1.5", 3), ("G1", 1, 2), ("G3", "1.5", 2),
    )  # fmt: skip
    need = D("3.40")
    chosen = cheapest(losses, need)
    effort = sum(advise(item).effort for item in chosen)
    assert sum(item.lost for item in chosen) >= need
    least = min(
        sum(advise(item).effort for item in some)
        for size in range(1, len(losses) + 1)
        for some in combinations(losses, size)
        if sum(item.lost for item in some) >= need
    )
    assert effort == least


def test_the_sum_under_the_plan():
    # 76.84 of 93 as in the scorecard example; the losses of G1, G2, F4 are papers.
    rows = items(
        ("G1", 1, 2), ("G2", 1, 2), ("F4", "1.5", 3), ("D1", "3.29", 5), ("C1", "70.05", 81)
    )
    result = plan(rows, line=D(85))
    assert (result.earned, result.full) == (D("76.84"), D(93))
    assert [(fix.code, fix.gain) for fix in result.fixes] == [("F4", D("1.5")), ("G1", D(1))]
    assert result.gain == D("2.50")
    # 79.34 ÷ 93 = 85.3118…
    assert (result.new_earned, result.reached, result.passes) == (D("79.34"), D("85.31"), True)
    assert result.spare.code == "C1"


def test_vetoes_come_first_and_may_be_all_there_is():
    rows = items(("C1", 90, 100))
    result = plan(rows, line=D(85), vetoes=[("V1", "换届超期", "超期 200 天")])
    assert [(fix.code, fix.gain, fix.lifts) for fix in result.fixes] == [("V1", 0, True)]
    assert "换届" in result.fixes[0].action
    assert result.passes
    assert result.lifts == 1
    both = plan(items(("C1", 80, 100)), line=D(85), vetoes=[("V9", "满意度", "")])
    assert [fix.code for fix in both.fixes] == ["V9", "C1"]


def test_lifting_an_overdue_election_brings_its_points_back():
    # 80 of 100 with A2 at 0 of 4: after the election 84, one point short of the line.
    rows = items(("A2", 0, 4), ("G1", 1, 2), ("C1", 79, 94))
    result = plan(rows, line=D(85), vetoes=[("V1", "换届超期", "超期 200 天")])
    assert [(fix.code, fix.gain, fix.lifts) for fix in result.fixes] == [
        ("V1", D(4), True),
        ("G1", D(1), False),
    ]
    assert (result.gain, result.reached, result.passes) == (D(5), D("85.00"), True)


def test_too_few_branches_is_a_step_of_its_own():
    result = plan(items(("A1", 4, 4)), line=D(85), condition="所属支部 5 个，达标 2 个")
    assert [(fix.code, fix.note) for fix in result.fixes] == [("", "所属支部 5 个，达标 2 个")]


def test_nothing_to_do_and_nothing_to_go_on():
    passed = plan(items(("C1", 90, 100)), line=D(85))
    assert (passed.fixes, passed.passes, passed.gain) == ([], True, 0)
    nothing = plan([], line=D(85))
    assert (nothing.fixes, nothing.passes, nothing.reached) == ([], False, 0)


def test_all_points_lost_takes_every_fix_needed():
    result = plan(items(("A1", 0, 40), ("C1", 0, 60)), line=D(85))
    assert {fix.code for fix in result.fixes} == {"A1", "C1"}
    assert result.reached == 100


def test_pending_items_ask_for_papers_and_rolled_up_ones_for_the_branches():
    pending, rollup, unknown = items(
        ("D1", 0, 5, "rule", True), ("C5", 2, 5, "rollup", False), ("X9", 0, 1)
    )
    assert "报送" in advise(pending).action
    assert advise(pending).effort < advise(rollup).effort
    assert "所属党支部" in advise(rollup).action
    assert "指标X9" in advise(unknown).action


@pytest.mark.parametrize("seed", range(40))
def test_no_other_choice_of_fixes_is_cheaper(seed):
    rng = random.Random(seed)
    losses = [(rng.choice([1, 2, 4]), rng.randint(0, 400)) for _ in range(9)]
    need = rng.randint(1, 1400)

    def sums(places):
        return sum(losses[p][0] for p in places), -sum(losses[p][1] for p in places)

    chosen = least(losses, need)
    every = [places for size in range(10) for places in combinations(range(9), size)]
    enough = [sums(places) for places in every if -sums(places)[1] >= need]
    if enough:
        assert sums(chosen) == min(enough)
    else:
        assert sums(chosen)[1] == -sum(points for _, points in losses)


@pytest.mark.parametrize("seed", range(20))
def test_the_needed_hundredths_are_the_fewest(seed):
    rng = random.Random(seed)
    full, line = rng.randint(5000, 10000), rng.choice([6000, 8500, 9500])
    earned = rng.randint(0, full)
    need = hundredths_needed(earned, full, line)

    def final(points):
        return (2 * 10_000 * points + full) // (2 * full)

    assert final(earned + need) >= line
    assert need == 0 or final(earned + need - 1) < line
