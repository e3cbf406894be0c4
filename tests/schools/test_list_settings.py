"""What a list remembers for each user: the columns he wants, and filters by name."""

import pytest

from accounts.models import AuditEntry
from schools.models import ColumnChoice, SavedFilter
from tests.conftest import make_organization, make_school, make_user
from tests.workbooks import sheet_rows

URL = "/schools/"


@pytest.fixture(autouse=True)
def schools(tree):
    east = tree.places["990102"]
    make_school("东区第一小学", tree.east_edu, east, code="9900000001", students=1200)
    make_school("东区启明幼儿园", tree.baiyang, east, ownership="private", stage="kindergarten")


def heads(response) -> list[str]:
    return [head.label for head in response.context["table"].heads]


def keep_columns(client, *names, url=URL, **more):
    return client.post(url, {"keep": "columns", "columns": names, **more})


def keep_filter(client, query, name="民办幼儿园", **more):
    return client.post(f"{URL}?{query}", {"keep": "filter", "name": name, **more})


def test_chosen_columns_stand_on_the_page_and_in_the_workbook(client, users):
    client.force_login(users.editor)
    response = keep_columns(client, "students", "code", "nonsense", url=f"{URL}?q=东区&sort=name")
    assert response.url == f"{URL}?q=%E4%B8%9C%E5%8C%BA&sort=name"
    page = client.get(f"{URL}?sort=-students")
    # In the order of the list; the first column always stays.
    assert heads(page) == ["学校名称", "学校标识码", "学生"]
    assert [[cell for _, cell in cells] for _, cells in page.context["table"].lines] == [
        ["9900000001", "1,200"],
        ["—", "—"],
    ]
    columns, rows = sheet_rows(client.get(f"{URL}?sort=-students&format=xlsx"))
    assert columns == ["序号", "学校名称", "学校标识码", "学生"]
    assert rows[0] == [1, "东区第一小学", "9900000001", 1200]


def test_a_choice_is_of_one_user_and_one_list_and_can_be_taken_back(client, users):
    client.force_login(users.editor)
    usual = heads(client.get(URL))
    keep_columns(client, "students")
    assert "人员类别" in heads(client.get("/members/"))
    client.force_login(users.viewer)
    assert heads(client.get(URL)) == usual
    client.force_login(users.editor)
    keep_columns(client, "students", usual="1")
    assert heads(client.get(URL)) == usual
    assert not ColumnChoice.objects.exists()


def test_the_state_of_a_record_cannot_be_hidden(client, users, tree):
    make_organization("中共东区第一小学支部委员会", tree.east_edu)
    client.force_login(users.editor)
    keep_columns(client, "sex", url="/members/")
    assert heads(client.get("/members/")) == ["姓名", "性别", "人员类别"]
    # A column that is otherwise only in the workbook says on the page what stands there.
    keep_columns(client, "source", "founded_on", url="/organizations/")
    page = client.get("/organizations/")
    assert heads(page) == ["党组织名称", "党员数来源", "成立时间"]
    [(_, cells)] = page.context["table"].lines
    assert [cell for _, cell in cells] == ["—", "2010-09-01"]


def test_a_filter_is_kept_without_scope_and_page(client, users, tree):
    client.force_login(users.editor)
    keep_filter(client, f"ownership=private&sort=name&scope={tree.baiyang.pk}&page=1&size=10")
    saved = SavedFilter.objects.get()
    assert (saved.url, saved.words) == (f"{URL}?ownership=private&sort=name", "办学性质：民办")
    assert (saved.user, saved.body) == (users.editor, None)
    page = client.get(URL).content.decode()
    assert "?ownership=private&amp;sort=name" in page
    assert "民办幼儿园" in page
    assert AuditEntry.objects.get(action="schools.save_filter").object_label == "民办幼儿园"


def test_what_cannot_be_kept_is_told(client, users):
    client.force_login(users.editor)

    def told(query, **data):
        response = client.get(keep_filter(client, query, **data).url)
        return [str(message) for message in response.context["messages"]]

    assert told("sort=name") == ["没有保存：这里没有条件。请先选条件，再保存。"]
    assert told("ownership=private", name=" ")[0].startswith("没有保存。名称：")
    assert told("ownership=private", name="13912345678")[0].endswith("不能有身份证号、手机号。")
    assert told("q=99010219800506001X")[0].startswith("没有保存：这里没有条件")
    assert told("ownership=private") == ["已保存筛选“民办幼儿园”。"]
    assert told("stage=primary") == ["您在这个列表里已经有同名的筛选，请换一个名称。"]
    assert SavedFilter.objects.count() == 1


def test_a_shared_filter_is_seen_by_the_users_of_the_body_alone(client, users, tree):
    client.force_login(users.editor)
    keep_filter(client, "ownership=private", shared="on")
    colleague = make_user("colleague", ("viewer", tree.east))
    for user, sees in [(colleague, True), (users.township, False), (users.manager, False)]:
        client.force_login(user)
        assert ("民办幼儿园" in client.get("/filters/").content.decode()) is sees
    # He opens it in his own scope, and can neither rename nor delete it.
    client.force_login(colleague)
    saved = SavedFilter.objects.get()
    assert client.get(saved.url).status_code == 200
    assert client.post(f"/filters/{saved.pk}/", {"name": "x"}).status_code == 404
    assert client.post(f"/filters/{saved.pk}/delete/").status_code == 404


def test_the_owner_renames_shares_and_deletes(client, users, tree):
    client.force_login(users.editor)
    keep_filter(client, "ownership=private")
    keep_filter(client, "stage=primary", name="小学")
    saved = SavedFilter.objects.get(name="民办幼儿园")
    client.post(f"/filters/{saved.pk}/", {"name": "民办", "shared": "on"})
    saved.refresh_from_db()
    assert (saved.name, saved.body) == ("民办", tree.east)
    client.post(f"/filters/{saved.pk}/", {"name": "小学"})
    assert "已经有同名的筛选" in client.get("/filters/").content.decode()
    client.post(f"/filters/{saved.pk}/delete/")
    assert [one.name for one in SavedFilter.objects.all()] == ["小学"]


def test_nothing_is_kept_for_those_who_may_not_read(client, users):
    client.force_login(users.auditor)
    assert keep_columns(client, "students").status_code == 403
    client.force_login(users.editor)
    assert client.post(URL, {"keep": "everything"}).status_code == 400
