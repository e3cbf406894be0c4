"""One organization through the assessment of a year, with four people."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from assessments.workflow.models import Decision, Filing
from assessments.workflow.states import Stage, State
from tests.assessments.filings import DAY, fill, make_world
from tests.browser.conftest import sideways

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def world(tree, standard, users, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return make_world(tree, standard, users)


def give(page, points, note):
    """Score the item at hand and go on."""
    page.get_by_label("得分").fill(points)
    page.get_by_label("说明").fill(note)
    page.get_by_role("button", name="保存，看下一项").click()


def test_from_self_score_to_confirmation(page_at, world):
    users, record = world.users, world.filing
    address = f"/filings/{record.pk}/"

    # The branch scores itself: all but the last item are there already.
    fill(record, Stage.SELF, users.township, but=["G1"])
    page = page_at(390, user=users.township)
    page.goto(address)
    expect(page.get_by_role("button", name="申报", exact=True)).to_be_disabled()
    expect(page.get_by_text("G1 活动阵地还没有自评")).to_be_visible()
    give(page, "3", "有党旗")
    expect(page.get_by_role("alert")).to_contain_text("满分 2 分")
    give(page, "2", "有党旗、誓词、制度和书架")
    page.goto(f"{address}?item=G1")
    page.get_by_label("上传文件").set_input_files(
        {"name": "活动室.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_role("link", name="活动室.pdf")).to_be_visible()
    assert sideways(page) == 0
    page.get_by_role("button", name="申报", exact=True).click()
    expect(page.get_by_text("锁定").first).to_be_visible()
    record.refresh_from_db()
    assert record.state == State.SUBMITTED

    # The county sends it back once, then reviews; it cannot be the one who handed in.
    page = page_at(user=users.reviewer)
    page.goto(address)
    page.get_by_label("退回原因").fill("缺第三季度党课记录")
    page.get_by_role("button", name="退回补正").click()
    expect(page.get_by_text("缺第三季度党课记录").first).to_be_visible()
    page = page_at(user=users.township)
    page.goto(address)
    page.get_by_role("button", name="申报", exact=True).click()
    fill(record, Stage.FIRST, users.reviewer, but=["G1"])
    page = page_at(user=users.reviewer)
    page.goto(f"{address}?item=G1")
    page.get_by_label("得分").fill("1.5")
    page.get_by_role("button", name="保存，看下一项").click()
    expect(page.get_by_role("alert")).to_contain_text("写明理由")
    page.get_by_label("说明").fill("缺图书架")
    page.get_by_role("button", name="保存，看下一项").click()
    expect(page.get_by_text(re.compile("减 0.50"))).to_be_visible()
    page.get_by_role("button", name="完成初审").click()
    expect(page.get_by_text("初审完成，等待抽查复核")).to_be_visible()

    # The city draws; a third person re-reviews.
    manager = page_at(user=users.manager)
    decision = f"/decision/?year={world.cycle.year}"
    manager.goto(decision)
    manager.get_by_role("button", name="抽查 1 个").click()
    expect(manager.get_by_text("抽中 1 个逐项复核")).to_be_visible()
    record.refresh_from_db()
    fill(record, Stage.SECOND, users.second, but=["G1"])
    page = page_at(user=users.second)
    page.goto(f"{address}?item=G1")
    give(page, "1.5", "同意初审")
    page.get_by_role("button", name="完成复核").click()
    expect(page.get_by_text("复核完成，等待认定")).to_be_visible()

    # Decision, notice, confirmation.
    manager.goto(decision)
    manager.get_by_label("会议纪要编号").fill("云教党纪 3 号")
    manager.get_by_role("button", name="认定 1 个党组织的结果").click()
    manager.get_by_role("button", name="公示 1 个党组织的结果").click()
    expect(manager.get_by_text("公示从").first).to_be_visible()
    manager.get_by_label("认定文号").fill("云教党认 3 号")
    manager.get_by_role("button", name="确认 1 个党组织的结果").click()
    expect(manager.get_by_text(re.compile("之后才能确认"))).to_be_visible()
    notice_over(world.today)
    manager.get_by_label("认定文号").fill("云教党认 3 号")
    manager.get_by_role("button", name="确认 1 个党组织的结果").click()
    expect(manager.get_by_text("已是正式结果")).to_be_visible()
    record = Filing.objects.get(pk=record.pk)
    assert (record.state, record.cycle.is_confirmed) == (State.CONFIRMED, True)
    names = [record.self_by, record.first_by, record.second_by]
    assert names == [users.township, users.reviewer, users.second]


def notice_over(today: datetime.date) -> None:
    """Let the days of the public notice pass."""
    decision = Decision.objects.get()
    decision.met_on, decision.notice_from = today - 10 * DAY, today - 9 * DAY
    decision.notice_until = today - DAY
    decision.save()
