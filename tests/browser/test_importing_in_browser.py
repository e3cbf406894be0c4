"""A workbook with errors in a browser: previewed, saved, corrected, sent in again, undone."""

import openpyxl
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from schools.models import School
from tests.browser.conftest import sideways
from tests.conftest import make_school

HEAD = ["县(市、区)", "学校名称", "学校类别", "办学性质", "在校学生数"]
ROWS = [
    ["东区", "东区第一小学", "小学", "公办", 320],
    ["东区", "东区第二小学", "小学", "公办", 210],
    ["东区", "东区第三小学", "小学校", "公办", "约80"],
]


def tile(page, name):
    return page.get_by_role("navigation", name="按处理结果分组").get_by_role("link", name=name)


def upload(page, path):
    page.goto("/imports/new/")
    page.get_by_label("工作簿").set_input_files(path)
    page.get_by_role("button", name="上传并预览").click()
    expect(page.get_by_text("现在还没有保存任何内容")).to_be_visible()


def students():
    return dict(School.objects.order_by("name").values_list("name", "students"))


def test_a_workbook_goes_in_comes_back_with_its_errors_and_is_undone(
    page_at, users, tree, tmp_path
):
    make_school("东区第一小学", tree.east_edu, tree.places["990102"], students=300)
    book = openpyxl.Workbook()
    for row in (["东区学校名单"], HEAD, *ROWS):
        book.active.append(row)
    book.save(tmp_path / "学校名单.xlsx")
    page = page_at(user=users.editor)
    upload(page, tmp_path / "学校名单.xlsx")
    for name, count in (("新增", 1), ("修改", 1), ("退回", 1)):
        expect(tile(page, name)).to_contain_text(str(count))
    expect(page.locator("td.chg")).to_contain_text("300→320")
    expect(page.locator("#refused")).to_contain_text("约80")
    assert [v["id"] for v in Axe().run(page).response["violations"]] == []
    assert students() == {"东区第一小学": 300}
    page.get_by_role("button", name="保存 2 行改动").click()
    expect(page.get_by_text("已保存 2 行：新增 1，修改 1。")).to_be_visible()
    assert students() == {"东区第一小学": 320, "东区第二小学": 210}
    batch = page.url
    # The refused row alone comes back in the sender's own layout, is corrected and sent again.
    with page.expect_download() as download:
        page.get_by_role("link", name="下载错误原因表").first.click()
    returned = tmp_path / "改好.xlsx"
    download.value.save_as(returned)
    book = openpyxl.load_workbook(returned)
    title, head, row = book.active.iter_rows()
    assert (title[0].value, head[-1].value) == ("东区学校名单", "错误原因")
    assert "约80" in row[-1].value
    row[2].value, row[4].value = "小学", 80
    book.save(returned)
    upload(page, returned)
    page.get_by_role("button", name="保存 1 行改动").click()
    expect(page.get_by_text("已保存 1 行：新增 1，修改 0。")).to_be_visible()
    assert students()["东区第三小学"] == 80
    # The first file is undone; what came in by the second stays.
    page.goto(batch)
    page.get_by_role("link", name="撤销本次导入").click()
    page.get_by_label("撤销理由").fill("传错了文件")
    page.get_by_role("button", name="撤销 1 条新增、1 处改动").click()
    expect(page.locator("main")).to_contain_text("撤销")
    assert students() == {"东区第一小学": 300, "东区第三小学": 80}


def test_the_steps_of_an_import_fit_a_telephone(page_at, users, tree, tmp_path):
    book = openpyxl.Workbook()
    for row in (HEAD, *ROWS):
        book.active.append(row)
    book.save(tmp_path / "学校名单.xlsx")
    page = page_at(390, user=users.editor)
    upload(page, tmp_path / "学校名单.xlsx")
    assert sideways(page) == 0
    page.get_by_role("button", name="保存 2 行改动").click()
    expect(page.get_by_text("已保存 2 行：新增 2，修改 0。")).to_be_visible()
    assert sideways(page) == 0
    page.get_by_role("link", name="撤销本次导入").click()
    page.get_by_role("button", name="撤销 2 条新增").click()
    expect(page.get_by_role("alert")).to_contain_text("没有撤销")
    assert sideways(page) == 0
