"""What moved: parts that add up to the change, on paper and in random cities."""

import datetime
import random
from decimal import Decimal
from fractions import Fraction

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Cycle, ResultChange, Standard, Verdict
from reports import definitions  # noqa: F401 - registers the reports
from reports.models import Edition, EditionRow
from reports.movement.parts import Part, State, Sums, by_line, effects, sums
from tests.conftest import make_organization
from tests.reports.cities import assess, hand_worked
from tests.reports.layouts import figures, layout_of, url


@pytest.fixture
def city(tree):
    return hand_worked(tree)


def random_states(rng, lines=("85",)):
    rows = ("甲", "乙", "丙")
    return {
        pk: State(rng.choice(rows), rng.random() < 0.4, Decimal(rng.randint(60, 99)))
        for pk in range(40)
        if rng.random() < 0.8
    }


@pytest.mark.parametrize("seed", range(60))
def test_the_parts_add_up_exactly_in_every_city(seed):
    rng = random.Random(seed)
    before, now = random_states(rng), random_states(rng)
    lines = (Decimal(85), Decimal(rng.choice([80, 85, 90])))
    elsewhere = [set(rng.sample(range(40), 10)) for _ in range(2)]
    found = sums(
        before,
        effects(
            before, now, lines=lines, elsewhere_before=elsewhere[0], elsewhere_now=elsewhere[1]
        ),
    )
    for row in [*found, None]:
        way = sum(found.values(), Sums()) if row is None else found[row]
        mine = [state for state in now.values() if row in (None, state.row)]
        assert way.now == (len(mine), sum(state.passed for state in mine))
        if way.change is None:
            assert way.points() == {}
            continue
        assert sum(way.points().values()) == way.change
        assert way.change == way.rates[1] - way.rates[0]
        for share in way.points().values():
            assert -1 <= share <= 1


def test_moves_cancel_out_over_all_rows():
    before = {1: State("甲", True), 2: State("乙", False)}
    now = {1: State("乙", False), 2: State("甲", False)}
    found = sums(before, effects(before, now, lines=(Decimal(85), Decimal(85))))
    total = sum(found.values(), Sums())
    ins, outs = total.of(Part.MOVED_IN), total.of(Part.MOVED_OUT)
    assert (ins, outs) == ((2, 1), (-2, -1))
    # What became of the one that moved is told where it stands now.
    assert found["乙"].of(Part.FAILED) == (0, -1)


@pytest.mark.parametrize(
    ("state", "line", "passes"),
    [
        (State("甲", True, Decimal(86)), 90, False),
        (State("甲", False, Decimal(84)), 80, True),
        (State("甲", True, Decimal(95)), 90, True),
        (State("甲", False, Decimal(84), is_vetoed=True), 80, False),
        # Confirmed against the score: no line moves it.
        (State("甲", True, Decimal(70)), 90, True),
        (State("甲", False, None), 80, False),
    ],
)
def test_a_new_line_moves_only_what_the_score_decided(state, line, passes):
    assert by_line(state, (Decimal(85), Decimal(line))) is passes


def test_the_hand_worked_city(city, users, tree):
    layout = layout_of("movement", users.manager, tree.city)
    # 2024: 直属 1/2, 东区 1/3, 西县 2/6, 合计 4/11. 云东 fails in both years.
    assert figures(layout, "name", "before_passed", "before_due", "passed", "due", "change") == [
        ("直属学校", "1", "2", "1", "2", "0.0"),
        ("东区", "1", "4", "2", "4", "25.0"),
        ("西县", "2", "6", "1", "6", "−16.7"),
        ("合计", "4", "12", "4", "12", "0.0"),
    ]
    assert figures(layout, "name", "passed_passed", "failed_passed", "new_due", "gone_due") == [
        ("直属学校", "+1", "−1", "0", "0"),
        ("东区", "+2", "−1", "0", "0"),
        ("西县", "0", "−1", "0", "0"),
        ("合计", "+3", "−3", "0", "0"),
    ]


def test_new_gone_and_moved_organizations(city, users, tree):
    before, now, organizations = city
    # 白杨 was counted in 西县 last year; 云东 is dissolved; a new one passes in 西县.
    organizations["poplar"].assessments.filter(cycle=before).update(
        unit=tree.west, jurisdiction=tree.west_edu
    )
    organizations["cloud"].assessments.filter(cycle=now).update(exclusion="dissolved")
    assess(now, make_organization("中共西七小学支部委员会", tree.west_edu), 95)
    layout = layout_of("movement", users.manager, tree.city)
    keys = ("name", "new_due", "new_passed", "in_due", "out_due", "gone_due", "due", "passed")
    assert figures(layout, *keys) == [
        ("直属学校", "0", "0", "0", "0", "0", "2", "1"),
        ("东区", "0", "0", "+1", "0", "−1", "3", "2"),
        ("西县", "+1", "+1", "0", "−1", "0", "7", "2"),
        ("合计", "+1", "+1", "+1", "−1", "−1", "12", "5"),
    ]
    # Seen from 东区 alone it came from elsewhere, as it stands now.
    east = layout_of("movement", users.editor, tree.east)
    assert figures(east, "name", "in_due", "in_passed")[-1] == ("合计", "+1", "+1")


def test_a_changed_line_is_told_apart_and_warned_of(city, users, tree):
    _, now, _ = city
    # 春泉 had 86 last year and 84 now, 西一 90 and 85, 西二 88 and 82, 第二 86 and 70.
    stricter = Standard.objects.create(
        slug="test",
        version="新版",
        name="测试标准",
        pass_line=Decimal(87),
        near_line=75,
        model_line=95,
    )
    Cycle.objects.filter(pk=now.pk).update(standard=stricter)
    now.assessments.filter(final__lt=87, verdict=Verdict.COMPLIANT).update(verdict=Verdict.NEARLY)
    layout = layout_of("movement", users.manager, tree.city)
    # 第二 (86) and 春泉 (86) fall by the line alone, though their scores fell too.
    assert figures(layout, "name", "line_passed", "failed_passed") == [
        ("直属学校", "−1", "0"),
        ("东区", "−1", "0"),
        ("西县", "0", "−2"),
        ("合计", "−2", "−2"),
    ]
    assert "两期用的标准不同" in layout.notes[0]


def test_each_figure_opens_its_organizations(client, city, users):
    client.force_login(users.manager)
    layout = client.get(url("movement")).context["layout"]
    for row in [*layout.rows, layout.total]:
        for key, cell in row.items():
            if key.endswith(("_due", "_passed")) and getattr(cell, "url", ""):
                page = client.get(cell.url)
                column = 3 if key.endswith("_due") else 4
                assert sum(one[column] for one in _effects(page)) == cell.value, key
    page = client.get(layout.total["failed_passed"].url).content.decode()
    for words in ("春泉小学", "86.00", "84.00", "达标", "基本达标", "新失分：教育培训（D1）"):
        assert words in page


def _effects(page):
    return [change.effect for change in page.context["changes"]]


def test_a_past_day_of_the_year(client, city, users, tree):
    _, now, organizations = city
    day = timezone.localdate() - datetime.timedelta(days=3)
    Cycle.objects.filter(pk=now.pk).update(
        results_since=timezone.now() - datetime.timedelta(days=9)
    )
    change = ResultChange(cycle=now, changed_at=timezone.now() - datetime.timedelta(days=2))
    row = organizations["west2"].assessments.get(cycle=now)
    for name in ("organization", "jurisdiction", "unit", "body_kind", "place"):
        setattr(change, name, getattr(row, name))
    change.final, change.verdict = Decimal(90), Verdict.COMPLIANT
    change.save()
    layout = layout_of("movement", users.manager, tree.city, before=str(day))
    keys = ("name", "before_passed", "failed_passed", "passed")
    assert figures(layout, *keys)[2:] == [("西县", "2", "−1", "1"), ("合计", "5", "−1", "4")]
    client.force_login(users.manager)
    early = timezone.localdate() - datetime.timedelta(days=20)
    for asked, words in (
        (str(early), "不知道"),
        ("2019", "2019 年没有测算过的考评年度"),
        ("明天", "看不明白"),
    ):
        page = client.get(url("movement", before=asked))
        assert words in page.context["layout"].says[0]


def test_a_county_sees_only_its_own(client, city, users, tree):
    client.force_login(users.west_editor)
    page = client.get(reverse("movement_organizations"))
    assert {change.row for change in page.context["changes"]} == {"西县教育局党委"}
    assert (
        client.get(reverse("movement_organizations", query={"scope": tree.east.pk})).status_code
        == 404
    )
    assert client.get(reverse("movement_organizations", query={"part": "x"})).status_code == 404


def test_points_are_substituted_in_the_fixed_order():
    # 1/2 → one new that passes (2/3), then one passes (3/3), then one that passed leaves (2/2).
    way = Sums(2, 1, {Part.NEW: (1, 1), Part.PASSED: (0, 1), Part.GONE: (-1, -1)})
    third = Fraction(1, 3)
    shares = {part: share for part, share in way.points().items() if share}
    assert shares == {Part.NEW: Fraction(2, 3) - Fraction(1, 2), Part.PASSED: third}
    assert way.change == Fraction(1, 2)


def test_a_sealed_edition_is_a_side(client, city, users, tree):
    before, _, _ = city
    edition = Edition.objects.create(
        code="A7K3-04",
        title="定稿",
        year=2024,
        scope=tree.city,
        scope_name="云岭市",
        standard=before.standard,
        made_by_name="陈立文",
        digest="x",
    )
    for one in before.assessments.select_related("organization", "jurisdiction"):
        EditionRow.objects.create(
            edition=edition,
            organization_id=one.organization_id,
            organization_name=one.organization.name,
            jurisdiction_id=one.jurisdiction_id,
            jurisdiction_path=one.jurisdiction.path,
            unit_id=one.unit_id,
            place_id=one.place_id,
            kind=one.kind,
            body_kind=one.body_kind,
            final=one.final,
            verdict=one.verdict,
            lost=one.lost,
        )
    # What changes afterwards does not reach it.
    before.assessments.update(verdict=Verdict.NON_COMPLIANT)
    keys = ("name", "before_passed", "before_due", "passed_passed", "failed_passed", "passed")
    for by, scope in (("affiliation", tree.city), ("place", tree.city), ("place", tree.east)):
        layout = layout_of("movement", users.manager, scope, by=by, before="a7k3-04")
        total = figures(layout, *keys)[-1]
        if scope == tree.city:
            assert total == ("合计", "4", "12", "+3", "−3", "4")
        else:
            assert total == ("合计", "1", "4", "+2", "−1", "2")
    client.force_login(users.manager)
    assert (
        client.get(reverse("movement_organizations", query={"before": "A7K3-04"})).status_code
        == 200
    )
    # Who does not see the whole of it does not know of it.
    refused = layout_of("movement", users.editor, tree.east, before="A7K3-04")
    assert "看不明白" in refused.says[0]
