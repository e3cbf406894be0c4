"""The parts of the demo city that need no scores."""

import datetime
from random import Random

import pytest
from django.core.management import CommandError, call_command
from stdnum.cn import ric

from accounts.models import User
from assessments.models import Cycle, Standard
from orgs.models import Member, Organization, OrgKind
from partybuild.demo import history, names
from partybuild.demo.organizations import plan_organizations
from partybuild.demo.scales import CITY, SMALL, UNIT_KEYS
from partybuild.demo.schools import plan_schools, towns_of
from schools.models import Grant, Jurisdiction, JurisdictionKind, School

TODAY = datetime.date(2026, 11, 22)
TABLE = [50, 41, 28, 76, 48, 17, 37, 31]


def percent(passed, due):
    return (200 * passed + due) // (2 * due)


@pytest.mark.parametrize("scale", [SMALL, CITY], ids=lambda scale: scale.name)
def test_the_counts_of_a_scale_round_to_the_printed_table(scale):
    assert [percent(p, d) for p, d in zip(scale.passed, scale.due, strict=True)] == TABLE
    assert percent(sum(scale.passed), sum(scale.due)) == 33


@pytest.mark.parametrize("scale", [SMALL, CITY], ids=lambda scale: scale.name)
def test_earlier_years_pool_to_the_trend_and_one_unit_fell(scale):
    pooled = []
    for back in range(4):
        counts = history.counts_of(scale, back).values()
        pooled.append(percent(sum(c[1] for c in counts), sum(c[0] for c in counts)))
    assert pooled == [19, 23, 27, 30]
    before = history.counts_of(scale, 3)
    fell = [
        key
        for key, passed, due in zip(UNIT_KEYS, scale.passed, scale.due, strict=True)
        if passed / due < before[key][1] / before[key][0]
    ]
    assert fell == ["binhe"]


def test_the_city_scale_has_the_size_of_the_report():
    schools = plan_schools(CITY, towns_of(CITY), seed=1)
    assert len(schools) > 3000
    assert len({school.name for school in schools}) == len(schools)
    assert sum(s.stage == "kindergarten" for s in schools) > len(schools) / 2

    plans = plan_organizations(CITY, schools, 2025, TODAY, seed=1)
    assert sum(plan.is_counted for plan in plans) == 10_460
    assert {plan.exclusion for plan in plans} == {"", "new", "dissolved", "not_founded", "kind"}
    assert len({plan.name for plan in plans}) == len(plans)
    by_name = [plan.members for plan in plans if plan.is_branch and plan.registered]
    assert sum(by_name) > 25_000
    assert min(plan.full for plan in plans if plan.is_branch) >= 3


def test_the_same_seed_gives_the_same_city_and_another_seed_another():
    def draw(seed):
        schools = plan_schools(SMALL, towns_of(SMALL), seed)
        plans = plan_organizations(SMALL, schools, 2025, TODAY, seed)
        return [(plan.name, plan.full, plan.founded_on) for plan in plans]

    assert draw(3) == draw(3)
    assert draw(3) != draw(4)


def test_every_invented_person_has_a_valid_number_of_nobody():
    ids = names.IdNumbers()
    born = datetime.date(1980, 2, 29)
    numbers = [ids.take("990181", born, female) for female in (True, True, False)]
    assert len(set(numbers)) == 3
    for number, female in zip(numbers, (True, True, False), strict=True):
        assert number.startswith("9901")
        assert ric.calc_check_digit(number) == number[-1]
        assert int(number[16]) % 2 == (0 if female else 1)
    assert names.phone(Random("x")).startswith("1990000")


@pytest.fixture
def empty_city(db, capsys):
    call_command("demo", empty_city=True)
    return capsys.readouterr().out


def test_the_empty_city_is_ready_for_the_workbooks(empty_city):
    units = Jurisdiction.objects.reporting_units()
    assert [unit.unit_name for unit in units] == [
        "直属学校",
        "云东区",
        "滨河区",
        "青岩区",
        "临溪县",
        "安陵县",
        "石渡县",
        "柳塘县",
    ]
    bodies = Jurisdiction.objects.filter(kind=JurisdictionKind.COUNTY_EDU_BUREAU)
    assert {body.name for body in bodies} == {
        "中共云东区委教育工作委员会",
        "中共滨河区委教育工作委员会",
        "中共青岩区委教育工作委员会",
        "中共临溪县教育局委员会",
        "中共安陵县教育局委员会",
        "中共石渡县教育局委员会",
        "中共柳塘县教育局委员会",
    }
    kinds = set(Jurisdiction.objects.values_list("kind", flat=True))
    assert JurisdictionKind.TOWNSHIP_COMMITTEE not in kinds
    assert JurisdictionKind.SCHOOL not in kinds
    zone = Jurisdiction.objects.get(kind=JurisdictionKind.DEV_ZONE_EDU_SUBCOMMITTEE)
    assert Jurisdiction.objects.get_parent(zone).name == "云东区"
    assert not zone.is_reporting_unit
    assert Standard.objects.exists()
    for model in (School, Organization, Member, Cycle):
        assert not model.objects.exists()
    assert User.objects.count() == 8


def test_the_printed_passwords_sign_in(empty_city, client):
    rows = [line.split() for line in empty_city.splitlines() if "-" in line]
    password = {row[0]: row[1] for row in rows}["bureau"]
    user = User.objects.get(username="bureau")
    assert user.check_password(password)
    assert not user.must_change_password
    grant = Grant.objects.get(user=user)
    assert grant.jurisdiction.depth == 1


def test_a_database_with_data_is_refused_kept_or_replaced(empty_city, capsys):
    bureau = User.objects.get(username="bureau")
    with pytest.raises(CommandError, match="已有数据"):
        call_command("demo", empty_city=True)
    call_command("demo", empty_city=True, keep=True)
    kept = capsys.readouterr().out
    assert "--new-passwords" in kept
    assert User.objects.get(username="bureau").password == bureau.password

    call_command("demo", new_passwords=True)
    assert User.objects.get(username="bureau").password != bureau.password

    call_command("demo", empty_city=True, replace=True)
    assert "已删除" in capsys.readouterr().out
    assert User.objects.count() == 8
    assert Jurisdiction.objects.reporting_units().count() == 8


def test_replace_leaves_a_city_that_is_not_the_demo_alone(db):
    Jurisdiction.objects.add_root(instance=Jurisdiction(name="真实市", kind=JurisdictionKind.CITY))
    with pytest.raises(CommandError, match="不是演示城市"):
        call_command("demo", replace=True)
    assert Jurisdiction.objects.get().name == "真实市"


def test_superiors_have_at_least_two_branches():
    schools = plan_schools(SMALL, towns_of(SMALL), seed=1)
    plans = plan_organizations(SMALL, schools, 2025, TODAY, seed=1)
    for plan in plans:
        if plan.kind in (OrgKind.COMMITTEE, OrgKind.GENERAL_BRANCH):
            assert len(plan.children) >= 2


def test_the_empty_city_names_the_pages_to_open_next(empty_city):
    for words in ("组织与党员 → 导入记录：", "组织与党员 → 表间校核：", "达标率 → 各单元："):
        assert words in empty_city
