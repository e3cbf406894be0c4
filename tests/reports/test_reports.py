"""Every registered report: page, workbook, scope and cost; then the figures by hand."""

from fractions import Fraction
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from assessments.compliance import Row, total_row
from assessments.models import Assessment, Cycle, UnitYear
from reports import definitions
from reports.base import REPORTS, Report, register
from reports.definitions.compliance_by import DIMENSIONS
from reports.groups import Groups
from reports.rates import sum_note
from schools.models import Jurisdiction, JurisdictionKind
from sheets.layout import plain, text
from sheets.writing import write_workbook
from tests.libreoffice import convert, needs_libreoffice
from tests.reports.cities import hand_worked

SLUGS = sorted(REPORTS)
assert len(SLUGS) == len(definitions.__all__)
# Sessions, user, grants, cycles, scope, the frame, and what the report itself reads.
MOST_QUERIES = 25


@pytest.fixture
def city(tree):
    before, now, organizations = hand_worked(tree)
    return before, now, organizations


def url(slug, **query):
    return reverse("report", args=[slug], query=query or None)


def layout_of(slug, user, scope, *, year=2025, by="affiliation", **options):
    report = REPORTS[slug]
    cycle = Cycle.objects.filter(year=year).select_related("standard").first()
    return report.layout(user, scope=scope, year=year, cycle=cycle, by=by, **options)


def figures(layout, *keys):
    """Return the rows and the total with the given columns, as the page shows them."""
    formats = {column.key: column.format for column in layout.columns}
    rows = [*layout.rows, {"name": "合计", **layout.total}]
    return [tuple(text(row[key], formats[key]) for key in keys) for row in rows]


# What every report has to do ---------------------------------------------------------


@pytest.mark.parametrize("slug", SLUGS)
def test_the_page_shows_to_each_role_what_it_may_see(client, city, users, slug):
    for name in ("manager", "editor", "reviewer", "township", "west_editor", "viewer"):
        client.force_login(getattr(users, name))
        response = client.get(url(slug))
        assert response.status_code == 200, name
        assert response.context["layout"].title in response.content.decode()
    for name in ("auditor", "sysadmin", "stranger"):
        client.force_login(getattr(users, name))
        assert client.get(url(slug)).status_code == 403, name


@pytest.mark.parametrize("by", ["affiliation", "place"])
@pytest.mark.parametrize("slug", SLUGS)
def test_page_and_workbook_have_the_same_rows(client, city, users, slug, by):
    client.force_login(users.manager)
    page = client.get(url(slug, by=by, layout="down")).context["layout"]
    response = client.get(url(slug, by=by, layout="down", format="xlsx"))
    book = load_workbook(BytesIO(response.content), data_only=True)
    sheet = book.worksheets[0]
    assert book.sheetnames[1] == "口径说明"
    names = [text(row[page.columns[0].key]) for row in page.rows]
    column = [cell.value for cell in sheet["A"]]
    start = column.index(names[0])
    assert column[start : start + len(names) + 1] == [*names, "合计"]


@pytest.mark.parametrize("slug", SLUGS)
def test_sums_tie(city, users, tree, slug):
    layout = layout_of(slug, users.manager, tree.city)
    sums = [column for column in layout.columns if column.total == "sum"]
    assert sums
    rows = list(layout.rows)
    for column in sums:
        values = [plain(row[column.key]) or 0 for row in rows]
        assert sum(values) == plain(layout.total[column.key]), column.key


@pytest.mark.parametrize("slug", SLUGS)
def test_the_cost_does_not_grow_with_the_city(
    client, city, users, tree, slug, django_assert_max_num_queries
):
    client.force_login(users.manager)
    client.get(url(slug))
    with django_assert_max_num_queries(MOST_QUERIES) as few:
        client.get(url(slug))
    _, now, _ = city
    for number in range(12):
        body = Jurisdiction.objects.get(pk=tree.west_edu.pk)
        template = Assessment.objects.filter(cycle=now, jurisdiction=body).first()
        template.pk = None
        organization = template.organization
        organization.pk, organization.name = None, f"中共增设{number}支部委员会"
        organization.save()
        template.organization = organization
        template.save()
    with django_assert_max_num_queries(len(few)):
        client.get(url(slug))


@pytest.mark.parametrize("slug", SLUGS)
def test_a_scope_without_anything_is_shown_as_such(client, city, users, tree, slug):
    north = Jurisdiction.objects.add_child(
        tree.city,
        instance=Jurisdiction(
            name="北县",
            kind=JurisdictionKind.COUNTY,
            is_reporting_unit=True,
            unit_name="北县",
            unit_order=4,
        ),
    )
    client.force_login(users.manager)
    for layout in ("down", "across"):
        assert client.get(url(slug, scope=north.pk, layout=layout)).status_code == 200
    response = client.get(url(slug, scope=north.pk, format="xlsx"))
    load_workbook(BytesIO(response.content))


@pytest.mark.parametrize("slug", SLUGS)
def test_wrong_filters_are_refused_in_words(client, city, users, tree, slug):
    client.force_login(users.editor)
    assert client.get(url(slug, year="1999")).status_code == 404
    assert client.get(url(slug, year="x")).status_code == 404
    assert client.get(url(slug, scope=tree.west.pk)).status_code == 404
    assert client.get(url(slug, scope="'--")).status_code == 404
    response = client.get(url(slug, layout="sideways"))
    assert response.status_code == 400
    assert "没有列出报表" in response.content.decode()


@pytest.mark.parametrize("slug", SLUGS)
def test_the_sheet_for_paper_is_the_official_table(client, city, users, slug):
    client.force_login(users.manager)
    page = client.get(url(slug, view="sheet")).content.decode()
    assert page.count("<h1>") == 1
    for words in ("填报单位：", "填表人：陈立文", "审核人：", "负责人：", "联系电话：", "注："):
        assert words in page


@needs_libreoffice
def test_libreoffice_arrives_at_the_same_figures(city, users, tree, tmp_path):
    paths = []
    for slug in SLUGS:
        for transposed in (False, True):
            paths.append(tmp_path / f"{slug}-{transposed}.xlsx")
            layout = layout_of(slug, users.manager, tree.city, transposed=transposed)
            with paths[-1].open("wb") as stream:
                write_workbook(layout, stream)
    for path, converted in zip(paths, convert(paths, "xlsx", tmp_path / "home"), strict=True):
        ours = load_workbook(path, data_only=True).worksheets[0]
        theirs = load_workbook(converted, data_only=True).worksheets[0]
        formulas = load_workbook(path).worksheets[0]
        assert sum(cell.data_type == "f" for row in formulas.iter_rows() for cell in row) > 5
        for cell in (cell for row in ours.iter_rows() for cell in row):
            value = theirs[cell.coordinate].value
            if isinstance(cell.value, float | int):
                assert value == pytest.approx(cell.value), (path.name, cell.coordinate)
            elif cell.value:
                assert value == cell.value, (path.name, cell.coordinate)


def test_an_unknown_report_is_not_found(client, city, users):
    client.force_login(users.manager)
    assert client.get(url("nothing")).status_code == 404


def test_a_slug_is_taken_once():
    class Again(Report):
        slug = "compliance"

    with pytest.raises(ValueError, match="compliance"):
        register(Again)


def test_the_index_lists_every_report(client, city, users):
    client.force_login(users.viewer)
    page = client.get(reverse("reports")).content.decode()
    for slug in SLUGS:
        assert f"/reports/{slug}/" in page
        assert REPORTS[slug].title in page


# Figures counted by hand -------------------------------------------------------------

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


# Export: permission, log, command ----------------------------------------------------


def test_an_export_is_logged_with_its_filter_and_rows(client, city, users, tree):
    client.force_login(users.editor)
    response = client.get(url("compliance", format="xlsx", year=2025, by="place"))
    assert "filename*=utf-8''" in response["Content-Disposition"]
    entry = AuditEntry.objects.get(action="reports.export")
    assert entry.actor == users.editor
    assert entry.changes["report"] == "compliance"
    assert entry.changes["scope"] == "东区"
    assert "by=place" in entry.changes["filter"]
    assert entry.changes["rows"] == 1


def test_a_role_without_the_right_cannot_export(client, city, users, monkeypatch):
    from schools import roles

    monkeypatch.setitem(roles.PERMISSIONS, "viewer", frozenset({"schools.view_records"}))
    client.force_login(users.viewer)
    assert client.get(url("compliance", format="xlsx")).status_code == 403
    assert "导出正式表" not in client.get(url("compliance")).content.decode()


def test_a_preview_says_so(client, city, users):
    Cycle.objects.filter(year=2025).update(state="open")
    client.force_login(users.manager)
    layout = client.get(url("compliance", year=2025)).context["layout"]
    assert layout.title.endswith("（系统测算）")
    assert "非正式结果" in layout.notes[2]


def test_without_a_scored_cycle_there_is_a_sentence(client, users):
    client.force_login(users.manager)
    response = client.get(url("compliance"))
    assert response.status_code == 200
    assert "还没有考评年度" in response.content.decode()


def test_the_command_writes_the_same_table(city, users, tree, tmp_path, capsys):
    path = tmp_path / "表.xlsx"
    call_command("export_report", "compliance", "--as", "manager", "-o", str(path), "--transposed")
    sheet = load_workbook(path, data_only=True)["达标率"]
    rows: dict = {}
    for row in sheet.iter_rows():
        rows.setdefault(row[1].value, [cell.value for cell in row])
    third = pytest.approx(float(Fraction(1, 3)))
    assert rows["达标率"][2:] == [0.5, 0.5, pytest.approx(1 / 6), third]
    assert AuditEntry.objects.get(action="reports.export").actor == users.manager
    assert "已写入" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing", "--as", "manager"], "没有报表"),
        (["compliance", "--as", "nobody"], "没有用户"),
        (["compliance", "--as", "auditor"], "没有导出报表的权限"),
        (["compliance", "--as", "manager", "--year", "1999"], "没有 1999 年度"),
        (["compliance", "--as", "editor", "--scope", "西县"], "范围内没有"),
        (["compliance-by", "--as", "manager", "--dimension", "x"], "没有这种分类"),
        (["compliance", "--as", "manager", "--dimension", "stage"], "没有 --dimension"),
    ],
)
def test_the_command_says_what_is_wrong(city, users, tmp_path, arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("export_report", *arguments, "-o", str(tmp_path / "x.xlsx"))
    assert not list(tmp_path.iterdir())
