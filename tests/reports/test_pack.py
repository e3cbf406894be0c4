"""汇总表册: every table in one workbook, formulas across its sheets, of today or of an edition."""

from io import BytesIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import AuditEntry
from assessments.models import Assessment
from reports.editions.services import seal
from reports.pack.contents import parts
from tests.libreoffice import convert, needs_libreoffice
from tests.reports.cities import hand_worked


@pytest.fixture
def city(tree):
    return hand_worked(tree)


@pytest.fixture
def made(city, users, tmp_path, tree):
    path = tmp_path / "pack.xlsx"
    call_command("export_pack", year=2025, username="manager", output=path)
    return path


def numbers(book):
    """Return every number of every sheet by its place."""
    return {
        (sheet.title, cell.coordinate): round(cell.value, 6)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    }


def test_every_table_is_a_sheet_with_contents_and_notes(city, made):
    book = load_workbook(made)
    tables = parts(city[1])
    assert book.sheetnames[:2] == ["目录", "口径说明"]
    contents = book["目录"]
    links = {
        cell.value: cell.hyperlink.location
        for row in contents.iter_rows()
        for cell in row
        if cell.hyperlink
    }
    assert list(links) == book.sheetnames[1:]
    assert all(location == f"'{name}'!A1" for name, location in links.items())
    assert {"变化", "提升测算", "整改清单"} <= set(book.sheetnames)
    assert len(book.sheetnames) > len(tables) + 2
    # The tables of organizations share one detail sheet.
    assert [name for name in book.sheetnames if name.startswith("明细")] == ["明细"]
    assert AuditEntry.objects.get(action="reports.pack").changes["tables"] == len(tables)


def test_rates_and_sums_are_formulas_with_values(made):
    formulas = load_workbook(made)["达标率"]
    values = load_workbook(made, data_only=True)["达标率"]
    total = next(row for row in formulas.iter_rows() if row[0].value == "合计")
    at = total[0].row
    cells = [(c.value, values.cell(at, c.column).value) for c in total[1:4]]
    assert cells[0][0].startswith("=SUM(")
    assert cells[0][1] == 12
    assert cells[1][1] == 4
    assert cells[2][0].startswith("=IF(SUM(")
    assert cells[2][1] == pytest.approx(1 / 3)
    west = next(row for row in formulas.iter_rows() if row[0].value == "西县")
    assert west[1].value.startswith("=COUNTIFS('明细'!")
    by_stage = load_workbook(made)["按学校类别"]
    assert any(
        str(cell.value).startswith("=COUNTIFS('明细'!")
        for row in by_stage.iter_rows()
        for cell in row
    )


@needs_libreoffice
def test_libreoffice_recalculates_the_same_figures(made, tmp_path):
    (again,) = convert([made], "xlsx", tmp_path / "office")
    told = numbers(load_workbook(made, data_only=True))
    counted = numbers(load_workbook(again, data_only=True))
    assert {place: counted.get(place) for place in told} == told


def test_a_pack_of_an_edition_keeps_its_figures_and_carries_its_code(city, users, tree, tmp_path):
    edition = seal(scope=tree.city, year=2025, actor=users.manager, request=uuid4())
    Assessment.objects.filter(cycle__year=2025).update(verdict="non_compliant")
    path = tmp_path / "edition.xlsx"
    call_command("export_pack", edition=edition.code, username="viewer", output=path)
    book = load_workbook(path, data_only=True)
    assert all(edition.code in sheet.oddHeader.right.text for sheet in book.worksheets)
    total = next(row for row in book["达标率"].iter_rows() if row[0].value == "合计")
    assert [cell.value for cell in total[1:3]] == [12, 4]
    with pytest.raises(CommandError, match="没有编号为"):
        call_command("export_pack", edition=edition.code, username="editor", output=path)


def test_the_page_sends_the_workbook_and_says_what_is_in_it(client, city, users):
    client.force_login(users.viewer)
    address = reverse("pack") + "?year=2025"
    page = client.get(address)
    assert "生成汇总表册" in page.content.decode()
    answer = client.post(address, {"job": page.context["job"]})
    assert "attachment" in answer["Content-Disposition"]
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert "达标率" in book.sheetnames


def test_a_year_without_scores_has_the_tables_of_the_register_only(client, users, tree):
    client.force_login(users.viewer)
    page = client.get(reverse("pack"))
    assert "还没有测算" in page.content.decode()
    answer = client.post(reverse("pack"), {"job": str(uuid4())})
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    assert "基本情况" in book.sheetnames
    assert "达标率" not in book.sheetnames
