"""The pages that bring a workbook in: upload, questions, preview, save once."""

import io

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import AuditEntry
from schools.models import School
from schools.roles import Role
from sheets.models import BatchStatus, ImportBatch
from tests.conftest import make_school, make_user

HEAD = ["县(市、区)", "学校名称", "学校类别", "办学性质", "在校学生数"]


def workbook(*rows, head=HEAD):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("学校")
    for index, row in enumerate([head, *rows]):
        sheet.write_row(index, 0, row)
    book.close()
    return stream.getvalue()


GOOD = ["东区", "东区第一小学", "小学", "公办", 300]
BAD = ["东区", "东区第二小学", "大学", "公办", "约80"]


def upload(client, content, kind="schools", name="学校名单.xlsx", **fields):
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("import_new"), {"kind": kind, "file": file, **fields})


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor)
    return users.editor


def test_a_file_is_previewed_and_nothing_is_saved(client, editor):
    response = upload(client, workbook(GOOD, BAD))
    batch = ImportBatch.objects.get()
    assert response.url == reverse("import_batch", args=[batch.pk])
    page = client.get(response.url).content.decode()
    assert "现在还没有保存任何内容" in page
    assert "保存 1 行改动" in page
    assert "“大学”不在可填的选项里" in page
    assert "请填阿拉伯数字" in page
    assert not School.objects.exists()
    assert bytes(batch.content)[:2] == b"PK"


def test_the_preview_shows_old_and_new_of_each_cell(client, editor, tree):
    make_school("东区第一小学", tree.east_edu, tree.places["990102"], students=280)
    page = client.get(upload(client, workbook(GOOD)).url).content.decode()
    assert "<del>280</del>" in page
    assert "<ins>300</ins>" in page


def test_saving_twice_saves_once(client, editor):
    content = workbook(GOOD, BAD)
    url = upload(client, content).url
    client.post(url, {"action": "save"})
    response = client.post(url, {"action": "save"}, follow=True)
    assert "没有重复保存" in response.content.decode()
    assert School.objects.count() == 1
    batch = ImportBatch.objects.get()
    assert batch.status == BatchStatus.SAVED
    assert AuditEntry.objects.filter(action="sheets.import").count() == 1
    page = client.get(url).content.decode()
    assert "已保存 1 行：新增 1，修改 0。" in page
    # The file again: named as brought in before, nothing to save.
    page = client.get(upload(client, content).url).content.decode()
    assert f"（第 {batch.pk} 批）" in page
    assert "没有要保存的改动" in page


def test_confirming_judges_the_register_of_that_moment(client, editor, tree):
    url = upload(client, workbook(GOOD)).url
    make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    client.post(url, {"action": "save"})
    assert School.objects.get().students == 300


def test_an_unknown_column_is_a_question_before_anything_is_saved(client, editor):
    head = [*HEAD, "校训"]
    url = upload(client, workbook([*GOOD, "勤学"], head=head)).url
    page = client.get(url).content.decode()
    assert "“校训”" in page
    assert "样例：勤学" in page
    assert 'action" value="save"' not in page
    client.post(url, {"action": "save"})
    assert not School.objects.exists()
    client.post(url, {"action": "answer", "column-0": "remark"})
    assert "保存 1 行改动" in client.get(url).content.decode()
    client.post(url, {"action": "save"})
    assert School.objects.get().remark == "勤学"


def test_a_column_can_be_left_out(client, editor):
    url = upload(client, workbook([*GOOD, "勤学"], head=[*HEAD, "校训"])).url
    client.post(url, {"action": "answer", "column-0": "-"})
    client.post(url, {"action": "save"})
    assert School.objects.get().remark == ""


def test_discarding_deletes_the_kept_file(client, editor):
    url = upload(client, workbook(GOOD)).url
    client.post(url, {"action": "discard"})
    batch = ImportBatch.objects.get()
    assert (batch.status, batch.content) == (BatchStatus.DISCARDED, None)
    client.post(url, {"action": "save"})
    assert not School.objects.exists()


def test_a_hostile_or_foreign_file_is_refused_with_a_sentence(client, editor):
    response = upload(client, b"<html><table></table></html>")
    assert response.status_code == 400
    assert "这是网页文件" in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_only_those_who_fill_in_may_import_and_only_see_their_own(client, editor, users, tree):
    url = upload(client, workbook(GOOD)).url
    client.force_login(make_user("other", (Role.EDITOR, tree.east)))
    assert client.get(url).status_code == 404
    assert client.post(url, {"action": "save"}).status_code == 404
    assert "学校名单" not in client.get(reverse("imports")).content.decode()
    for user in (users.viewer, users.auditor, users.sysadmin, users.stranger):
        client.force_login(user)
        assert client.get(reverse("imports")).status_code == 403
        assert upload(client, workbook(GOOD)).status_code == 403
        assert client.get(url).status_code == 403


def test_rows_outside_the_scope_are_refused_alike_whether_they_exist_or_not(client, users, tree):
    make_school("西县第一小学", tree.west_edu, tree.places["990121"])
    client.force_login(users.editor)
    known = ["西县", "西县第一小学", "小学", "公办", 1]
    unknown = ["西县", "西县第九小学", "小学", "公办", 1]
    upload(client, workbook(known, unknown))
    refused = ImportBatch.objects.get().report["refused"]
    assert [row["problems"] for row in refused][0] == refused[1]["problems"]
    assert refused[0]["problems"][0]["code"] == "OUT_OF_SCOPE"


def test_the_list_costs_the_same_for_many_batches(client, editor, django_assert_max_num_queries):
    for index in range(15):
        upload(client, workbook(GOOD), name=f"{index}.xlsx")
    with django_assert_max_num_queries(12):
        client.get(reverse("imports"))
