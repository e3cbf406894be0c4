"""Every registered report: page, workbook, scope, cost, export and command."""

from fractions import Fraction
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from assessments.models import Assessment, Cycle
from reports import definitions
from reports.base import REPORTS, Report, register
from schools.models import Jurisdiction, JurisdictionKind
from sheets.layout import plain, text
from sheets.writing import write_workbook
from tests.libreoffice import convert, needs_libreoffice
from tests.reports.cities import hand_worked
from tests.reports.layouts import layout_of, url

SLUGS = sorted(REPORTS)
MODULES = {type(report).__module__ for report in REPORTS.values()}
assert len(MODULES) == len(definitions.__all__)
# Sessions, user, grants, cycles, scope, the frame, and what the report itself reads.
MOST_QUERIES = 25


@pytest.fixture
def city(tree):
    before, now, organizations = hand_worked(tree)
    return before, now, organizations


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
    for number, slug in enumerate(SLUGS):
        paths.append(tmp_path / f"{slug}.xlsx")
        layout = layout_of(slug, users.manager, tree.city, transposed=number % 2)
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
