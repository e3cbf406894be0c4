"""What would raise it: the smallest set for a target, on paper and against every other set."""

import random
from itertools import combinations

import pytest

from assessments.models import Assessment
from reports import definitions  # noqa: F401 - registers the reports
from reports.base import REPORTS
from reports.planner.choosing import Candidate, missing, smallest, work_of
from tests.reports.cities import hand_worked
from tests.reports.layouts import figures, layout_of, url


@pytest.fixture
def city(tree):
    return hand_worked(tree)


@pytest.mark.parametrize("seed", range(30))
def test_no_smaller_set_reaches_the_target(seed):
    rng = random.Random(seed)
    due = rng.randint(4, 12)
    passed = rng.randint(0, due // 2)
    target = rng.randint(1, 100)
    found = [
        Candidate(rng.randint(1, 5), rng.randint(1, 3), rng.randint(1, 900), pk, "甲", None, (), ())
        for pk in range(due - passed)
    ]
    chosen = smallest(found, missing(passed, due, target))

    def reaches(subset):
        return 100 * (passed + len(subset)) >= target * due

    every = [s for size in range(len(found) + 1) for s in combinations(found, size) if reaches(s)]
    assert reaches(chosen)
    # Fewest organizations, then the least sums of effort, fixes and points.
    assert work_of(chosen) == min(work_of(subset) for subset in every)


def test_the_hand_worked_city(city, users, tree):
    keys = ("name", "able", "need", "fixes", "effort", "gain")
    half = layout_of("planner", users.manager, tree.city, target=50)
    assert figures(half, *keys) == [
        ("直属学校", "1", "0", "0", "0", "0.00"),
        ("东区", "1", "0", "0", "0", "0.00"),
        # 西三: its veto, which brings back A2; 西二: D1, as C2 alone is 0.05 short.
        ("西县", "3", "2", "2", "6", "3.10"),
        ("合计", "5", "2", "2", "6", "3.10"),
    ]
    most = layout_of("planner", users.manager, tree.city, target=75)
    assert figures(most, *keys) == [
        ("直属学校", "1", "1", "2", "8", "4.05"),
        ("东区", "1", "1", "1", "4", "3.05"),
        ("西县", "3", "4", "—", "—", "—"),
        ("合计", "5", "5", "7", "22", "10.20"),
    ]
    listed = list(most.details[0].rows)
    assert [row["organization"].value[2:6] for row in listed] == [
        "西三小学",
        "西二小学",
        "云东小学",
        "西四小学",
        "第二小学",
    ]
    assert listed[0]["what"] == "完成换届，或取得延期批复（换届超期 V1）"
    assert listed[4]["what"].startswith("按月召开委员会会议（委员会会议 C2）")
    assert REPORTS["planner"].says(most)[-1] == "西县能靠自身整改的组织不够，当年到不了 75%。"


def test_a_veto_found_from_above_is_not_planned_away(city, users, tree):
    _, now, organizations = city
    Assessment.objects.filter(cycle=now, organization=organizations["west4"]).update(
        vetoes=[{"code": "V7", "reason": "处分"}]
    )
    layout = layout_of("planner", users.manager, tree.city, target=50)
    assert figures(layout, "name", "able")[2] == ("西县", "2")
    assert "另有 4 个未达标组织不能只靠自身整改达标" in layout.notes[3]


def test_the_page_lists_the_nearest_and_refuses_a_wrong_target(client, city, users):
    client.force_login(users.manager)
    page = client.get(url("planner"))
    # 4/12 is 33 %: the next step is 35 %.
    assert page.context["layout"].total["goal"] == 35
    assert "西三小学" in page.content.decode()
    for target in ("0", "101", "x"):
        refused = client.get(url("planner", target=target))
        assert refused.status_code == 400
        assert "请填 1 到 100 的整数" in refused.content.decode()
