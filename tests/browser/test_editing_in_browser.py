"""Records kept in a browser: an error, two editors, a transfer between two counties, search."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from orgs.models import Member, Transfer
from schools.models import School
from tests.browser.conftest import sideways
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_member


@pytest.fixture
def school(tree):
    return make_school(
        "东区第一小学",
        tree.east_edu,
        tree.places["990102"],
        students=300,
        staff=40,
        principal="何建国",
    )


def edit(page, school):
    """Open the form of `school`."""
    page.goto(f"/schools/{school.pk}/edit/")
    return {
        name: page.get_by_label(name) for name in ("在校学生数", "教职工数", "专任教师数", "校长")
    }


def save(page):
    page.get_by_role("button", name="保存", exact=True).click()


def test_an_error_is_told_at_its_field_and_nothing_typed_is_lost(page_at, users, school):
    page = page_at(390, user=users.editor)
    fields = edit(page, school)
    fields["在校学生数"].fill("320")
    fields["专任教师数"].fill("50")
    expect(page.get_by_text("2 处改动未保存")).to_be_visible()
    save(page)
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link").click()
    expect(fields["专任教师数"]).to_be_focused()
    expect(fields["专任教师数"]).to_have_accessible_description(
        re.compile("专任教师 50 人多于教职工 40 人")
    )
    expect(fields["在校学生数"]).to_have_value("320")
    assert sideways(page) == 0
    fields["专任教师数"].fill("35")
    save(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("东区第一小学")
    school.refresh_from_db()
    assert (school.students, school.teachers) == (320, 35)


@pytest.mark.parametrize("after_an_error", [False, True])
def test_leaving_with_unsaved_work_asks_once(page_at, users, school, after_an_error):
    page = page_at(user=users.editor, alone=True)
    edit(page, school)["专任教师数"].fill("50")
    if after_an_error:
        save(page)
        expect(page.get_by_role("alert")).to_be_focused()
        page.get_by_label("校长").click()
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="取消").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("东区第一小学")
    assert asked == ["beforeunload"]


def test_the_second_of_two_editors_sees_both_sides_and_keeps_what_was_typed(page_at, users, school):
    first, second = page_at(user=users.manager), page_at(user=users.editor)
    theirs, mine = edit(first, school), edit(second, school)
    theirs["在校学生数"].fill("320")
    theirs["校长"].fill("孙丽华")
    save(first)
    expect(first.get_by_role("heading", level=1)).to_have_text("东区第一小学")
    mine["在校学生数"].fill("350")
    mine["教职工数"].fill("42")
    save(second)
    clash = second.get_by_role("alert")
    expect(clash).to_be_focused()
    expect(clash).to_contain_text("陈立文")
    row = clash.get_by_role("row", name="在校学生数")
    for told in ("300", "320", "350"):
        expect(row).to_contain_text(told)
    expect(clash.get_by_role("row", name="校长")).to_contain_text("用已保存的")
    expect(mine["在校学生数"]).to_have_value("350")
    expect(mine["教职工数"]).to_have_value("42")
    # Nothing is decided for the person: without a choice it comes back.
    save(second)
    expect(clash).to_be_focused()
    row.get_by_label("我填的").check()
    save(second)
    expect(second.get_by_role("heading", level=1)).to_have_text("东区第一小学")
    school.refresh_from_db()
    assert (school.students, school.staff, school.principal) == (350, 42, "孙丽华")
    second.get_by_role("link", name="改动历史").first.click()
    for old, new in (("300", "320"), ("320", "350")):
        expect(second.locator("li.diff", has_text=f"在校学生数 {old}→{new}")).to_be_visible()


def test_a_member_sent_out_of_scope_is_received_by_the_other_side(page_at, users, tree, school):
    sender = make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)
    west = make_school("西县第一中学", tree.west_edu, tree.places["990121"])
    receiver = make_organization("中共西县第一中学支部委员会", tree.west_edu, school=west)
    member = make_member("王海涛", sender)
    page = page_at(user=users.editor)
    page.goto(f"/members/{member.pk}/send/")
    box = page.get_by_label("转入党组织", exact=True)
    offered = page.locator("datalist option[value*='西县第一中学']")
    # Each answer is awaited: the database of a test in memory takes one request at a time.
    with page.expect_response("**/pick/**"):
        box.fill("西县第一")
    expect(offered).to_have_count(1)
    with page.expect_response("**/pick/**"):
        box.fill(offered.get_attribute("value"))
    page.get_by_label("转出日期").fill(str(datetime.date.today()))
    page.get_by_role("button", name="转出", exact=True).click()
    expect(page.get_by_role("status").or_(page.locator(".say-ok")).first).to_contain_text(
        "等待接收"
    )
    assert Transfer.objects.get().receiver == receiver
    # The other side: nothing of the member but the letter, until it is received.
    other = page_at(390, user=users.west_editor)
    other.goto(f"/members/{member.pk}/")
    expect(other.get_by_role("heading", level=1)).to_contain_text("没有")
    other.goto("/transfers/?mine=waiting")
    other.get_by_role("link", name="王海涛").click()
    expect(other.locator("body")).not_to_contain_text(member.id_number)
    assert sideways(other) == 0
    other.get_by_role("link", name="接收").click()
    other.get_by_label("接收日期").fill(str(datetime.date.today()))
    other.get_by_role("button", name="接收", exact=True).click()
    expect(other.locator("main")).to_contain_text("转入西县第一中学党支部")
    assert Member.objects.get().organization == receiver
    other.goto(f"/members/{member.pk}/")
    expect(other.get_by_role("heading", level=1)).to_contain_text("王海涛")
    # The sender keeps the transfer, the member is no longer its own.
    page.goto(f"/members/{member.pk}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("没有")


def test_search_as_one_types_finds_only_what_one_may_see(page_at, users, tree, school):
    make_school("西县第一小学", tree.west_edu, tree.places["990121"])
    page = page_at(user=users.editor)
    page.goto("/filters/")
    box = page.get_by_role("combobox", name="搜学校、组织、人员")
    found = page.locator("#found")
    with page.expect_response("**/search/"):
        box.press_sequentially("dyxx", delay=10)
    expect(found.get_by_role("option")).to_have_text([re.compile("东区第一小学")])
    box.fill("990102198005060017")
    expect(found).to_contain_text("身份证号、手机号不能在这里输入")
    box.fill("没有这所学校")
    expect(found).to_contain_text("没有找到")
    box.fill("dyxx")
    expect(found.get_by_role("option")).to_have_count(1)
    box.press("ArrowDown")
    box.press("Enter")
    expect(page).to_have_url(re.compile(rf"/schools/{School.objects.get(name=school.name).pk}/$"))
