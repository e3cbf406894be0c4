"""The figures of every report, counted by hand."""

from fractions import Fraction

import pytest
from django.urls import reverse

from assessments.compliance import Row, total_row
from assessments.models import Assessment, Cycle, UnitYear
from reports.base import REPORTS
from reports.definitions.compliance_by import DIMENSIONS
from reports.details import LABELS
from reports.groups import Groups
from reports.rates import sum_note
from sheets.layout import plain, text
from tests.reports.cities import hand_worked
from tests.reports.layouts import figures, layout_of, url


@pytest.fixture
def city(tree):
    before, now, organizations = hand_worked(tree)
    return before, now, organizations


RATES = ("name", "passed", "due", "rate", "last_rate", "change", "vetoed", "excluded")


def test_the_total_is_pooled_and_not_the_mean(city, users, tree):
    layout = layout_of("compliance", users.manager, tree.city)
    assert figures(layout, *RATES) == [
        ("直属学校", "1", "2", "50%", "50%", "0.0", "0", "0"),
        ("东区", "2", "4", "50%", "25%", "25.0", "0", "1"),
        ("西县", "1", "6", "17%", "33%", "−16.7", "2", "0"),
        ("合计", "4", "12", "33%", "33%", "0.0", "2", "1"),
    ]
    assert "4 ÷ 12 = 33%" in layout.notes[0]
    assert "平均（39%）" in layout.notes[0]
    assert "另有 1 个不计入（新建观察 1 个）" in layout.notes[1]


def test_the_table_that_started_it_is_33_and_not_41():
    counts = [(64, 128), (462, 1126), (388, 1384), (237, 312)]
    counts += [(503, 1048), (380, 2236), (726, 1962), (702, 2264)]
    rows = [Row(key=None, name="", passed=passed, due=due) for passed, due in counts]
    assert [row.percent for row in rows] == ["50%", "41%", "28%", "76%", "48%", "17%", "37%", "31%"]
    note = sum_note(total_row(rows), rows)
    assert "3,462 ÷ 10,460 = 33%" in note
    assert "平均（41%）" in note


def test_both_groupings_tie_to_one_total(city, users, tree):
    layout = layout_of("compliance", users.manager, tree.city, by="place")
    assert figures(layout, "name", "passed", "due", "rate") == [
        ("云岭市", "0", "1", "0%"),
        ("东区", "3", "5", "60%"),
        ("西县", "1", "6", "17%"),
        ("合计", "4", "12", "33%"),
    ]


def test_inside_a_unit_the_rows_are_its_bodies(city, users, tree):
    layout = layout_of("compliance", users.editor, tree.east)
    assert figures(layout, "name", "passed", "due", "rate")[-1] == ("合计", "2", "4", "50%")
    names = [text(row["name"]) for row in layout.rows]
    assert names == ["东区教育局党委", "东区白杨镇党委", "东区柳林镇党委"]
    assert layout.filler == "东区教育局党委"


def test_no_due_organization_is_a_dash_with_its_reason(city, users, tree):
    Assessment.objects.filter(unit=tree.west, cycle__year=2025).update(exclusion="new")
    grid = layout_of("compliance", users.manager, tree.city).grid
    west = next(line for line in grid.body if line[0].text == "西县")
    assert west[3].text == "—"
    assert "西县：6 个党组织都不计入" in grid.reasons


@pytest.mark.parametrize("by", ["affiliation", "place"])
@pytest.mark.parametrize("scope", ["city", "east", "baiyang"])
def test_groups_are_those_of_the_table(city, users, tree, by, scope):
    node = getattr(tree, scope)
    layout = layout_of("compliance", users.manager, node, by=by)
    groups = Groups(users.manager, node, by)
    assert {text(row["name"]) for row in layout.rows} <= set(groups.names.values())
    details = list(layout.details[0].rows)
    for row in layout.rows:
        counted = [d for d in details if d["row"] == text(row["name"]) and d["counted"] == "是"]
        assert len(counted) == plain(row["due"])
        assert sum(d["verdict"] == "达标" for d in counted) == plain(row["passed"])


@pytest.mark.parametrize(
    ("slug", "query"),
    [
        ("compliance", {}),
        ("compliance", {"by": "place"}),
        ("compliance", {"scope": "east"}),
        *(("compliance-by", {"dimension": dimension}) for dimension in DIMENSIONS),
        ("rates-over-years", {}),
    ],
)
def test_a_count_opens_the_organizations_it_counts(client, city, users, tree, slug, query):
    client.force_login(users.manager)
    if "scope" in query:
        query = query | {"scope": tree.east.pk}
    grid = client.get(url(slug, **query)).context["layout"].grid
    linked = [box for line in [*grid.body, grid.total] for box in line if box.text.isdecimal()]
    linked = [box for box in linked if box.url]
    assert len(linked) > 3
    for box in linked:
        response = client.get(box.url)
        assert response.status_code == 200, box.url
        assert not response.context["filter"].problems, box.url
        assert response.context["count"] == int(box.text), box.url


def test_an_imported_year_is_compared_with_where_there_is_no_cycle(city, users, tree):
    city[0].delete()
    UnitYear.objects.create(year=2024, unit=tree.bureau, due=2, passed=1)
    UnitYear.objects.create(year=2024, unit=tree.east, due=4, passed=1)
    UnitYear.objects.create(year=2024, unit=tree.west, rate="0.3")
    layout = layout_of("compliance", users.manager, tree.city)
    assert figures(layout, "name", "last_rate", "change") == [
        ("直属学校", "50%", "0.0"),
        ("东区", "25%", "25.0"),
        ("西县", "30%", "−13.3"),
        ("合计", "—", "—"),
    ]


def test_without_a_year_before_nothing_is_compared(city, users, tree):
    layout = layout_of("compliance", users.manager, tree.city, year=2024)
    assert "change" not in {column.key for column in layout.columns}
    assert "没有 2023 年度的数据，不作比较。" in layout.notes


@pytest.mark.parametrize(
    ("dimension", "rows"),
    [
        ("ownership", [("公办", "4", "12"), ("合计", "4", "12")]),
        (
            "body",
            [
                ("市教育局党组", "1", "2"),
                ("县(市、区)教育局党委(党组)", "1", "7"),
                ("乡镇(街道)党委", "2", "3"),
                ("合计", "4", "12"),
            ],
        ),
        (
            "place",
            [("云岭市", "0", "1"), ("东区", "3", "5"), ("西县", "1", "6"), ("合计", "4", "12")],
        ),
        ("stage", [("小学", "4", "12"), ("合计", "4", "12")]),
        ("kind", [("党支部", "4", "12"), ("合计", "4", "12")]),
    ],
)
def test_rates_by_a_dimension(city, users, tree, dimension, rows):
    layout = layout_of("compliance-by", users.manager, tree.city, dimension=dimension)
    assert figures(layout, "name", "passed", "due") == rows


def test_points_lost_by_indicator(city, users, tree):
    """D1: 5 points each; lost in the city 2 + 1 + 5 + 2 + 2 = 12 of 12 × 5 = 60."""
    layout = layout_of("indicator-heat", users.manager, tree.city)
    lines = {text(row["code"]): row for row in layout.rows}
    units = [column.label for column in layout.columns if column.key.startswith("unit")]
    assert units == ["直属学校", "东区", "西县"]
    shares = [text(lines["D1"][key], "percent") for key in ("unit0", "unit1", "unit2", "all")]
    assert shares == ["20%", "30%", "13%", "20%"]
    assert lines["D1"]["unit1"].css == "q3"


def test_the_years_side_by_side(city, users, tree):
    UnitYear.objects.create(year=2023, unit=tree.bureau, due=2, passed=0)
    UnitYear.objects.create(year=2023, unit=tree.east, due=4, passed=1)
    UnitYear.objects.create(year=2023, unit=tree.west, due=6, passed=2)
    Cycle.objects.filter(year=2025).update(state="open")
    layout = layout_of("rates-over-years", users.manager, tree.city)
    assert [c.group for c in layout.columns if c.format == "percent"] == [
        "2023 年（导入）",
        "2024 年",
        "2025 年（系统测算）",
    ]
    assert figures(layout, "name", "y2023_rate", "y2024_rate", "y2025_rate") == [
        ("直属学校", "0%", "50%", "50%"),
        ("东区", "25%", "25%", "50%"),
        ("西县", "33%", "33%", "17%"),
        ("合计", "25%", "33%", "33%"),
    ]
    assert [p["preview"] for p in REPORTS["rates-over-years"].chart_data(layout)] == [
        False,
        False,
        True,
    ]


def test_who_manages_what(city, users, tree):
    from tests.conftest import make_school

    make_school("私立", tree.liulin, tree.places["990102"], ownership="private")
    layout = layout_of("management-types", users.manager, tree.city)
    rows = {text(row["name"]): row for row in layout.rows}
    assert text(rows["直属学校"]["public_type"]) == "市教育局党组管理"
    assert text(rows["东区"]["public_type"]) == "教育局党委（党组）与乡镇党委分别管理"
    assert text(rows["东区"]["private_type"]) == "乡镇（街道）党委管理"
    assert text(rows["西县"]["public_type"]) == "教育局党委（党组）管理"
    assert rows["西县"]["private_type"].reason == "没有民办学校"
    assert (rows["东区"]["public"], rows["东区"]["private"]) == (5, 1)
    assert rows["东区"]["schools_township"] == 4
    assert rows["东区"]["orgs_township"] == 3


def test_basic_figures(city, users, tree, make_member):
    _, _, organizations = city
    make_member(organizations["poplar"])
    make_member(organizations["poplar"], status="probationary")
    organization = organizations["west1"]
    organization.declared_members, organization.declared_probationary = 9, 2
    organization.save()
    school = organization.school
    school.staff, school.teachers = 60, 50
    school.save()
    layout = layout_of("basic-figures", users.manager, tree.city)
    keys = ("name", "schools", "primary_public", "staff", "organizations", "branch", "members")
    assert figures(layout, *keys, "full", "probationary") == [
        ("直属学校", "2", "2", "0", "2", "2", "0", "0", "0"),
        ("东区", "5", "5", "0", "5", "5", "2", "1", "1"),
        ("西县", "6", "6", "60", "6", "6", "9", "7", "2"),
        ("合计", "13", "13", "60", "13", "13", "11", "8", "3"),
    ]
    assert any("9 人取自党组织申报数" in note for note in layout.notes)


@pytest.fixture
def make_member():
    from orgs.models import Member

    def make(organization, **kwargs):
        number = Member.objects.count()
        return Member.objects.create(
            organization=organization,
            name=f"甲{number}",
            sex="male",
            birth_date="1980-01-01",
            id_number=f"9901{number:014d}",
            id_hash=f"{number}",
            **{"status": "full", **kwargs},
        )

    return make


def test_the_losses_by_kind_of_body_open_their_organizations(client, city, users, tree):
    layout = layout_of("indicator-heat", users.manager, tree.city, across="kinds")
    labels = {column.label: column.key for column in layout.columns}
    training = next(row for row in layout.rows if row["code"] == "D1")
    # 教育局党委: 2 + 2 in 西县 and 5 in 东区 of seven times 5 points; 乡镇党委: 1 of three times 5.
    assert text(training[labels["县(市、区)教育局党委(党组)"]], "percent") == "26%"
    assert text(training[labels["乡镇(街道)党委"]], "percent") == "7%"
    client.force_login(users.manager)
    page = client.get(training[labels["乡镇(街道)党委"]].url)
    assert page.context["count"] == 1


def test_the_types_of_organizations_and_what_they_lose(client, city, users, tree):
    """Of 12 due, 11 are branches of primary schools; each cell is a count of organizations."""
    for across in ("kind", "stage", "ownership"):
        layout = layout_of("indicator-heat", users.manager, tree.city, across=across)
        assert layout.title.endswith("指标失分面")
        (sums,) = layout.details
        units = {c.label: c.key for c in layout.columns if c.key.startswith("unit")}
        due = Assessment.objects.filter(cycle__year=2025).counted()
        for name, key in units.items():
            value = next(v for v, word in LABELS[across].items() if word == name)
            of = due.filter(**{across: value})
            for row in layout.rows:
                share = Fraction(of.losing(row["code"]).count(), of.count())
                assert plain(row[key]) == pytest.approx(float(share)), (name, row["code"])
        assert sum(int(row["full"]) for row in sums.rows if row["code"] == "D1") == 12
    client.force_login(users.manager)
    page = client.get(reverse("report", args=["indicator-heat"]), {"across": "stage"})
    cell = next(
        box for line in page.context["layout"].grid.body for box in line if "stage=" in box.url
    )
    listed = client.get(cell.url)
    assert listed.status_code == 200
    assert not listed.context["filter"].problems
