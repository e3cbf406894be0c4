"""Every table that leaves says who took it and when, and is counted."""

import dataclasses

import pytest
import time_machine

from accounts.models import AuditEntry
from schools.exporting import EXPORTS
from tests.conftest import make_school
from tests.workbooks import book_of

STAMP = "导出：陈佳（东区），2026-11-12 10:00"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield


def last_line(sheet) -> str:
    return sheet.cell(sheet.max_row, 1).value


def test_a_list_says_on_sheet_and_page_who_took_it(client, tree, users):
    make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    client.force_login(users.editor)
    book = book_of(client.get("/schools/?format=xlsx"))
    assert last_line(book["学校"]) == STAMP
    assert STAMP in book["学校"].oddFooter.left.text
    assert ("导出", STAMP.removeprefix("导出：")) in [
        (a.value, b.value) for a, b in book["口径说明"].iter_rows(max_col=2)
    ]


def test_a_standard_and_a_report_say_it_too(client, standard, users):
    client.force_login(users.editor)
    assert last_line(book_of(client.get("/standard/?format=xlsx")).worksheets[0]) == STAMP
    assert AuditEntry.objects.filter(action="assessments.export").count() == 1
    report = "/reports/basic-figures/"
    assert last_line(book_of(client.get(f"{report}?format=xlsx")).worksheets[0]) == STAMP
    assert STAMP in client.get(f"{report}?view=sheet").content.decode()


def test_the_sixty_first_export_of_an_hour_waits(client, tree, users, monkeypatch):
    monkeypatch.setattr("schools.exporting.EXPORTS", dataclasses.replace(EXPORTS, per_hour=1))
    make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    client.force_login(users.editor)
    assert client.get("/schools/?format=xlsx").status_code == 200
    response = client.get("/schools/?format=xlsx")
    assert response.status_code == 429
    assert "请在 11:00 以后再试" in response.content.decode()
    assert response["Retry-After"] == "3600"
    assert AuditEntry.objects.filter(action="schools.export_list").count() == 1
