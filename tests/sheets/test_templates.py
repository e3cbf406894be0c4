"""Templates handed out come back as they left: examples skipped, records unchanged."""

import dataclasses
import datetime
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from orgs.models import Member, MemberStatus, Organization, Sex
from orgs.personal import lookup_hash
from orgs.sheets.records import RecordSheet
from schools.models import School
from sheets import cells, importing
from sheets.forms import Column, Context, Row, SheetFacts, Table, Type, all_forms, get_form
from sheets.template import write_template
from tests.conftest import make_organization, make_school
from tests.libreoffice import convert, needs_libreoffice
from tests.remembered import remembered
from tests.sheets.city import make_city, make_manager
from tests.sheets.test_importing import number

COUNTY = Path(__file__).parent.parent / "data" / "county"
KINDS = [form.kind for form in all_forms()]
# Those declared from their model are filled with records in test_record_sheets.
FILLED = [f.kind for f in all_forms() if f.prefills and not isinstance(f, RecordSheet)]


def template(kind, user, *, filled=False, **kwargs):
    stream = io.BytesIO()
    write_template(get_form(kind), stream, user=user, filled=filled, **kwargs)
    return stream.getvalue()


def preview(content, user, kind="auto", name="表.xlsx"):
    return importing.preview(kind, io.BytesIO(content), name, user=user)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture
def manager(db):
    """The manager of a city with schools, organizations and members of county workbooks."""
    return bring_in()


@remembered
def bring_in():
    user = make_manager(make_city())
    for kind, name in (
        ("schools", "01_学校名单.xlsx"),
        ("organizations", "02_党组织名单.xlsx"),
        ("members", "03_党员花名册(临溪县).xlsx"),
    ):
        with (COUNTY / name).open("rb") as stream:
            importing.save(kind, stream, name, user=user)
    return user


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_template_is_recognised_and_holds_nothing_but_examples(users, kind):
    outcome = preview(template(kind, users.editor), users.editor)
    tables = [t for t in get_form(kind).tables if t.has_template]
    assert outcome.kind == kind
    assert outcome.counts == {
        "new": 0, "changed": 0, "unchanged": 0, "refused": 0, "ignored": 2 * len(tables),
    }  # fmt: skip
    assert {passed.why for passed in outcome.passed} == {"示例"}
    assert outcome.questions == ()
    assert not outcome.notices


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_follows_from_the_declared_columns(users, kind):
    book = opened(template(kind, users.editor))
    assert "填表说明" in book.sheetnames
    assert book["下拉选项"].sheet_state == "hidden"
    explained = {row[0] for row in book["填表说明"].iter_rows(values_only=True)}
    for table in get_form(kind).tables:
        if not table.has_template:
            continue
        sheet = book[table.title]
        assert sheet.protection.sheet
        assert sheet.protection.password is None
        places = {(c.value or "").split("\n")[0]: c for c in sheet[2]}
        listed = {
            letter
            for rule in sheet.data_validations.dataValidation
            if rule.type == "list"
            for letter in [str(rule.sqref)[: str(rule.sqref).index("5")]]
        }
        for column in table.columns:
            if column.type == Type.SKIPPED:
                continue
            cell = places[column.label]
            assert ("（必填）" in cell.value) == column.required
            assert cell.protection.locked
            below = next(
                d for d in sheet.column_dimensions.values() if d.min <= cell.column <= d.max
            )
            assert not below.protection.locked
            if column.type in (Type.ID_NUMBER, Type.DATE, Type.TEXT, Type.NAME):
                assert below.number_format == "@", column.label
            if column.choices or column.type == Type.BOOL:
                assert cell.column_letter in listed, column.label
            assert column.label in explained


def test_examples_would_be_accepted_if_they_were_rows(users, tree):
    """What the examples show is what the form takes: only names are unknown."""
    for kind in KINDS:
        book = opened(template(kind, users.editor))
        for table in get_form(kind).tables:
            if table.has_template:
                book[table.title]["A3"] = book[table.title]["A4"] = ""
        stream = io.BytesIO()
        book.save(stream)
        outcome = preview(stream.getvalue(), users.editor)
        codes = {p.code for row in outcome.rows for p in row.problems}
        codes = {code for code in codes if not code.endswith("_UNKNOWN")}
        assert codes <= {"ORG_DUPLICATE", "REQUIRED_MISSING"}, kind
        missing = {
            p.column.split("（")[0]
            for row in outcome.rows
            for p in row.problems
            if p.code == "REQUIRED_MISSING"
        }
        # Left to the user because no record of his could stand there yet.
        left = {
            "学校名称",
            "管理主体",
            "党支部名称",
            "所在党支部",
            "党组织名称",
            "上级党组织",
            "受检党组织",
            "转出党组织",
            "转入党组织",
        }
        assert missing <= left, kind


@pytest.mark.parametrize("kind", FILLED)
def test_a_filled_template_comes_back_as_no_change(manager, kind):
    counts = {"schools": School, "organizations": Organization, "members": Member}
    content = template(kind, manager, filled=True)
    outcome = preview(content, manager)
    assert outcome.kind == kind
    if kind in counts:
        assert outcome.counts["unchanged"] == counts[kind].objects.count() > 100
    assert (outcome.counts["new"], outcome.counts["changed"], outcome.counts["refused"]) == (0,) * 3
    assert outcome.questions == ()


@needs_libreoffice
def test_no_change_either_after_libreoffice_has_saved_them(manager, tmp_path):
    paths = []
    for kind in FILLED:
        path = tmp_path / f"{kind}.xlsx"
        path.write_bytes(template(kind, manager, filled=True))
        paths.append(path)
    for kind, path in zip(FILLED, convert(paths, "xlsx", tmp_path / "office"), strict=True):
        outcome = preview(path.read_bytes(), manager)
        assert outcome.kind == kind
        assert not any(outcome.counts[what] for what in ("new", "changed", "refused")), kind
        sheet = opened(path.read_bytes()).worksheets[0]
        assert sheet.protection.sheet
        assert sheet.data_validations.dataValidation


# --- Members, whose numbers are masked ---


def make_member(organization, index, name="张某", **kwargs):
    identity = number(index)
    return Member.objects.create(
        organization=organization,
        name=name,
        sex=Sex.MALE if int(identity[16]) % 2 else Sex.FEMALE,
        birth_date=datetime.date(1990, 1, index % 28 + 1),
        id_number=identity,
        id_hash=lookup_hash(identity),
        status=MemberStatus.FULL,
        joined_on=datetime.date(2015, 7, 1),
        confirmed_on=datetime.date(2016, 7, 1),
        phone=f"199111100{index:02d}",
        job="专任教师",
        **kwargs,
    )


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    return make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)


def edited(content, edit):
    """Return the filled roster after `edit` of its sheet, with columns by heading."""
    book = opened(content)
    sheet = book.worksheets[0]
    columns = {(c.value or "").split("\n")[0]: c.column_letter for c in sheet[2]}
    edit(sheet, columns)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_no_number_leaves_in_clear(branch, users):
    member = make_member(branch, 1)
    content = template("members", users.editor, filled=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert member.name in text
    assert member.id_number not in text
    assert member.phone not in text
    # The middle cannot be put together from the birth date beside it.
    assert member.id_number[:6] not in text
    assert member.id_number[-4:] not in text


def test_an_edited_row_changes_only_what_was_edited(branch, users):
    member = make_member(branch, 1)
    make_member(branch, 2)
    content = template("members", users.editor, filled=True)

    def edit(sheet, columns):
        sheet[columns["工作岗位"] + "5"] = "教务主任"

    outcome = importing.save(
        "auto", io.BytesIO(edited(content, edit)), "花名册.xlsx", user=users.editor
    )
    assert (outcome.counts["changed"], outcome.counts["unchanged"]) == (1, 1)
    after = Member.objects.get(pk=member.pk)
    assert (after.job, after.id_number, after.phone) == (
        "教务主任",
        member.id_number,
        member.phone,
    )


def test_a_mask_stands_for_one_member_or_is_refused(branch, users):
    make_member(branch, 1)
    make_member(branch, 29)  # the same name, the same day: told apart by the ends of the number
    same = make_member(branch, 2)
    content = template("members", users.editor, filled=True)
    assert preview(content, users.editor).counts["unchanged"] == 3
    cases = {
        "姓名": "李某",
        "公民身份号码": "9****************" + ("1" if same.id_number[-1] != "1" else "2"),
        "出生日期": "1970-01-01",
    }
    for heading, value in cases.items():

        def edit(sheet, columns, heading=heading, value=value):
            for row in (5, 6, 7):
                if sheet[f"{columns['出生日期']}{row}"].value == "1990-01-03":
                    sheet[f"{columns[heading]}{row}"] = value

        outcome = preview(edited(content, edit), users.editor)
        assert [p.code for row in outcome.rows for p in row.problems] == ["MASKED"], heading
        assert outcome.counts["unchanged"] == 2


def test_a_mask_of_a_phone_is_no_phone(branch, users):
    member = make_member(branch, 1)
    content = template("members", users.editor, filled=True)

    def other_mask(sheet, columns):
        sheet[columns["联系电话"] + "5"] = "138****0000"

    def new_number(sheet, columns):
        sheet[columns["联系电话"] + "5"] = "19911112222"
        sheet[columns["公民身份号码"] + "5"] = member.id_number

    outcome = preview(edited(content, other_mask), users.editor)
    assert [p.code for row in outcome.rows for p in row.problems] == ["MASKED"]
    outcome = preview(edited(content, new_number), users.editor)
    assert [c.label for c in outcome.rows[0].changes if c.changed] == ["联系电话"]


def test_a_mask_says_nothing_about_other_scopes(branch, users, tree):
    far = make_organization("中共西县第一小学支部委员会", tree.west_edu)
    make_member(far, 3)
    content = template("members", users.manager, filled=True)
    outcome = preview(content, users.editor)
    assert [p.code for row in outcome.rows for p in row.problems] == ["ORG_UNKNOWN"]


def test_a_mask_is_refused_where_the_form_does_not_know_it(users):
    column = Column("id_number", "身份证号", Type.ID_NUMBER, sensitive=True, required=True)
    facts = SheetFacts("1", Table("t", "表", (column,)), {"id_number": "身份证号"})
    row = Row(facts, 2, {}, {"id_number": "9****************6"})
    cells.normalise([row], Context(users.editor, None, datetime.date(2026, 1, 1)))
    assert [p.code for p in row.problems] == ["MASKED"]
    assert "id_number" not in row.values


def test_text_stays_text_and_only_own_records_are_filled_in(branch, users, tree):
    make_school("=1+1小学", tree.east_edu, tree.places["990102"], principal="@某")
    make_school("西县第一小学", tree.west_edu, tree.places["990121"])
    content = template("schools", users.editor, filled=True)
    sheet = opened(content).worksheets[0]
    cells_of = {c.value: c for row in sheet.iter_rows(min_row=5) for c in row if c.value}
    assert cells_of["=1+1小学"].data_type == "s"
    assert cells_of["@某"].data_type == "s"
    assert "西县第一小学" not in cells_of
    assert cells_of["东区第一小学"].protection.locked
    assert not cells_of["@某"].protection.locked


def test_the_number_of_queries_does_not_grow_with_the_records(branch, users):
    # Permissions and grants are read once for each user.
    template("members", users.editor)
    counts = []
    for rows in (range(1, 3), range(3, 30)):
        for index in rows:
            make_member(branch, index)
        with CaptureQueriesContext(connection) as queries:
            content = template("members", users.editor, filled=True)
        with CaptureQueriesContext(connection) as reading:
            preview(content, users.editor)
        counts.append((len(queries), len(reading)))
    assert counts[0] == counts[1]


def test_pages_offer_them_and_every_download_is_logged(client, branch, users, monkeypatch):
    client.force_login(users.editor)
    page = client.get(reverse("import_new")).content.decode()
    address = reverse("import_template", args=["members"])
    assert f"{address}?filled=1" in page
    assert reverse("import_template", args=["meetings"]) + "?filled=1" not in page
    make_member(branch, 1)
    response = client.get(address + "?filled=1")
    assert "%E5%B7%B2%E5%A1%AB" in response["Content-Disposition"]
    assert preview(b"".join(response.streaming_content), users.editor).counts["unchanged"] == 1
    client.get(reverse("import_template", args=["meetings"]))
    logged = AuditEntry.objects.filter(action="sheets.template").order_by("pk")
    assert [(e.object_label, e.changes["rows"]) for e in logged] == [
        ("党员花名册（已填）", 1),
        ("三会一课台账（空白）", 0),
    ]
    assert (
        client.get(reverse("import_template", args=["meetings"]) + "?filled=1").status_code == 404
    )
    assert client.get(reverse("import_template", args=["nothing"])).status_code == 404
    limit = "sheets.views_templates.EXPORTS"
    from accounts.limits import EXPORTS

    monkeypatch.setattr(limit, dataclasses.replace(EXPORTS, per_hour=1))
    assert client.get(address + "?filled=1").status_code == 429


def test_the_command_writes_the_same(branch, users, tmp_path):
    path = tmp_path / "台账.xlsx"
    out = io.StringIO()
    call_command(
        "export_template",
        "meetings",
        "--as",
        "editor",
        "--year",
        "2025",
        "-o",
        str(path),
        stdout=out,
    )
    sheet = opened(path.read_bytes()).worksheets[0]
    assert sheet["A1"].value == "2025年三会一课台账"
    assert preview(path.read_bytes(), users.editor).year == 2025
    with pytest.raises(CommandError, match="没有导入表格的权限"):
        call_command("export_template", "meetings", "--as", "viewer", "-o", str(path))
    with pytest.raises(CommandError, match="没有已填模板"):
        call_command(
            "export_template", "meetings", "--as", "editor", "--prefilled", "-o", str(path)
        )
