"""Which form a workbook is, told from its headings; and what else it may look like."""

import io
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from orgs.models import Organization
from sheets import importing, opening
from sheets.forms import all_forms
from sheets.models import BatchStatus, ImportBatch
from sheets.other_forms import lookalike
from sheets.recognition import AUTO, Ambiguous, recognise
from sheets.safety import Refused
from tests.conftest import make_school

DATA = Path(__file__).parent.parent / "data"


def book(sheets):
    """Return a workbook: sheet name → rows."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    for name, rows in sheets.items():
        sheet = workbook.add_worksheet(name)
        for index, row in enumerate(rows):
            sheet.write_row(index, 0, row)
    workbook.close()
    return stream.getvalue()


def recognised(content, name="表.xlsx"):
    return recognise(opening.load(content), name).form.kind


def recognised_or_refused(content):
    """Return the kind and "", or None and the sentence of the refusal."""
    try:
        return recognised(content), ""
    except Refused as refusal:
        return None, str(refusal)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("county/01_学校名单.xlsx", "schools"),
        ("county/02_党组织名单.xlsx", "organizations"),
        ("county/03_党员花名册(临溪县).xlsx", "members"),
        ("county/04_三会一课台账(2025年).xlsx", "meetings"),
        ("county/05_标准化建设达标结果(2025年).xlsx", "results"),
        ("messy/schools_two_rows.xls", "schools"),
        ("messy/schools_wps.xlsx", "schools"),
        ("messy/organizations_merged.xlsx", "organizations"),
        ("messy/members_1904.xlsx", "members"),
        ("messy/meetings_per_type.xlsx", "meetings"),
        ("messy/results_percents.xlsx", "results"),
    ],
)
def test_every_workbook_of_the_tests_is_recognised_whatever_its_name(name, kind):
    assert recognised((DATA / name).read_bytes()) == kind


def test_a_heading_many_forms_know_does_not_outweigh_one_of_its_own():
    """A ledger under the headings of the list of organizations is still the ledger."""
    ledger = ["党支部名称", "类别", "时间", "议题", "备注"]
    assert recognised(book({"1": [ledger, ["东区第一小学党支部", "党课", "3月5日", "学习"]]})) == (
        "meetings"
    )


# What offices send by mistake, by the headings of such tables.
FOREIGN = {
    "三会一课统计表": ["党支部名称", "一季度", "二季度", "三季度", "四季度", "合计"],
    "党费收缴台账": ["序号", "姓名", "计算基数", "交纳比例", "月应缴", "1月", "2月", "全年实缴"],
    "入党积极分子、发展对象花名册": [
        "姓名",
        "性别",
        "申请入党时间",
        "确定发展对象时间",
        "培养联系人",
    ],
    "发展党员情况统计表": ["单位", "申请人", "积极分子", "发展对象", "当年发展", "转正"],
    "问题整改台账": ["序号", "问题来源", "具体问题", "整改措施", "责任人", "整改时限", "销号时间"],
    "两个覆盖": ["学校名称", "举办者", "是否建立党组织", "组建方式", "工作覆盖"],
    "县级汇总": ["县区", "学校数", "教职工数", "党组织数", "党员数", "覆盖率"],
    "换届情况统计表": ["县区", "应换届数", "已换届数", "未换届数"],
    "换届台账": ["党组织名称", "上次换届时间", "届满时间", "未换届原因", "计划换届时间"],
    "组织关系转接台账": ["姓名", "转出党组织", "转入党组织", "介绍信编号"],
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_table_is_named(name):
    assert name in lookalike(FOREIGN[name])


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_table_is_refused_whole_or_is_a_form_of_its_own(name):
    """None of them is taken for another form; once one is a form, it is that."""
    today = {"schools", "organizations", "members", "meetings", "results"}
    content = book({"Sheet1": [["某县情况表"], FOREIGN[name], ["1", "2", "3", "4", "5"]]})
    kind, sentence = recognised_or_refused(content)
    assert kind not in today
    assert kind or name in sentence or "没有认出" in sentence


def test_our_own_forms_look_like_no_other():
    for form in all_forms():
        for table in form.tables:
            if table.key not in ("units", "over_years") and form.kind not in (
                "terms",
                "transfers",
                "dues",
                "development",
                "rectification",
                "problems",
            ):
                assert not lookalike(column.label for column in table.columns), table.title


def test_a_roster_of_candidates_is_not_silently_the_roster_of_members(users):
    head = ["姓名", "身份证号", "人员类别", "所在党支部", "入党时间", "申请入党时间", "培养联系人"]
    content = book({"1": [head, ["张某"]]})
    kind, sentence = recognised_or_refused(content)
    assert kind == "development" or "如果确实是《党员花名册》，请选定" in sentence
    # The user's own word counts for more.
    outcome = importing.preview("members", io.BytesIO(content), "a.xlsx", user=users.editor)
    assert outcome.kind == "members"


SCHOOLS = [["县区", "学校名称", "学校类别", "办学性质"], ["东区", "东区第一小学", "小学", "公办"]]
ORGANIZATIONS = [
    ["党组织名称", "党组织类别", "所在学校", "上级党组织", "县区"],
    ["东区第一小学党支部", "党支部", "东区第一小学", "东区教育局党委", "东区"],
]


def test_two_forms_in_one_workbook_are_a_question():
    with pytest.raises(Ambiguous) as caught:
        recognise(opening.load(book({"学校": SCHOOLS, "组织": ORGANIZATIONS})), "表.xlsx")
    assert {c.form.kind for c in caught.value.candidates} == {"schools", "organizations"}
    assert "《学校基本情况表》（schools，工作表“学校”）" in str(caught.value)


def test_nothing_known_names_the_nearest_and_what_it_lacks():
    head = ["姓名", "性别", "民族", "公民身份号码", "所在党支部", "人员类别"]
    with pytest.raises(Refused, match="最像的是《党员花名册》.*没有“入党时间”这1列"):
        recognise(opening.load(book({"1": [head, ["张某"]]})), "表.xlsx")
    with pytest.raises(Refused, match="没有认出这是哪种表"):
        recognise(opening.load(book({"1": [["甲", "乙"], ["1", "2"]]})), "表.xlsx")


def command(tmp_path, content, *args, kind=AUTO):
    path = tmp_path / "表.xlsx"
    path.write_bytes(content)
    out = io.StringIO()
    call_command("import_sheet", kind, str(path), "--as", "editor", *args, stdout=out)
    return out.getvalue()


def test_the_command_says_what_it_took_the_file_for_and_why(users, tmp_path):
    text = command(tmp_path, book({"名单": SCHOOLS}), "--dry-run")
    assert "自动识别为《学校基本情况表》。工作表“名单”第 1 行起的表头有 4 列，认出 4 列" in text
    assert "“学校类别”" in text
    assert "工作表“名单”：表头在第 1 行，4 列认出 4 列" in text
    with pytest.raises(CommandError, match="schools.*organizations|organizations.*schools"):
        command(tmp_path, book({"学校": SCHOOLS, "组织": ORGANIZATIONS}))
    assert not ImportBatch.objects.exists()


def upload(client, content, kind="", name="表.xlsx"):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("import_new"), {"kind": kind, "file": file})


def test_the_page_recognises_says_why_and_lets_the_user_change_it(client, users):
    client.force_login(users.editor)
    url = upload(
        client, book({"名单": [[*SCHOOLS[0], "备 注", "口号", "序号"], [*SCHOOLS[1], "", "", 1]]})
    ).url
    page = client.get(url).content.decode()
    assert "自动识别为《学校基本情况表》" in page
    assert "表头在第 1 行" in page
    assert "7 列认出 5 列" in page
    assert "县区（县(市、区)）、学校名称、学校类别、办学性质、备注" in page
    assert "空列 1 列" in page
    response = client.post(url, {"action": "choose", "kind": "members"}, follow=True)
    assert "看起来像《学校基本情况表》，不是《党员花名册》" in response.content.decode()
    assert ImportBatch.objects.get().kind == "schools"


def test_an_ambiguous_file_waits_for_the_users_word(client, users, tree):
    client.force_login(users.editor)
    make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    url = upload(client, book({"学校": SCHOOLS, "组织": ORGANIZATIONS})).url
    batch = ImportBatch.objects.get()
    assert (batch.kind, batch.status) == ("", BatchStatus.PREVIEWED)
    page = client.get(url).content.decode()
    assert "这个文件可以当作 2 种表格" in page
    assert (
        "先选定这是哪种表格" in client.post(url, {"action": "save"}, follow=True).content.decode()
    )
    client.post(url, {"action": "choose", "kind": "nonsense"})
    assert ImportBatch.objects.get().kind == ""
    client.post(url, {"action": "choose", "kind": "organizations"})
    client.post(url, {"action": "save"})
    assert Organization.objects.get().name == "东区第一小学党支部"
    assert ImportBatch.objects.get().status == BatchStatus.SAVED
    # Once saved the kind stays.
    client.post(url, {"action": "choose", "kind": "schools"})
    assert ImportBatch.objects.get().kind == "organizations"
    assert "导入记录" in client.get(reverse("imports")).content.decode()
