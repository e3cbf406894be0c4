"""Notices of results and of rectification: what they say, to whom, and what they refuse."""

import datetime
from io import BytesIO
from urllib.parse import unquote
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils import timezone
from docx import Document as read_docx

from accounts.models import AuditEntry
from assessments.models import Cycle
from reports.writing import notices, views
from reports.writing.blocks import Table, plain, runs_of
from reports.writing.material import Material
from reports.writing.notices import (
    NothingToSay,
    rectification_notice,
    rectification_notices,
    results_notice,
)
from supervision.models import RectificationItem
from tests.reports.cities import hand_worked


@pytest.fixture
def city(tree):
    _, now, organizations = hand_worked(tree)
    Cycle.objects.filter(pk=now.pk).update(document="云教党认〔2026〕3 号")
    return organizations


def text_of(document):
    return "\n".join(plain(run) for _, block in document.blocks for run in runs_of(block))


def table_of(document):
    return next(block for _, block in document.blocks if isinstance(block, Table))


def test_the_results_are_ranked_with_their_counts(city, users, tree):
    document = results_notice(Material(users.manager, tree.city, 2025))
    assert document.title == "关于云岭市2025年度基层党组织\n标准化建设考评结果的通报"
    assert plain(document.under_title) == "（认定文号：云教党认〔2026〕3号）"
    text = text_of(document)
    assert "直属学校、东区、西县：" in text
    assert "应参加标准化建设考评的基层党组织12个，达标4个，达标率为33%。" in text
    assert "基本达标3个，被一票否决2个。" in text
    assert [[plain(cell) for cell in row] for row in table_of(document).rows] == [
        ["直属学校", "2", "1", "50%", "并列1"],
        ["东区", "4", "2", "50%", "并列1"],
        ["西县", "6", "1", "17%", "3"],
        ["合计", "12", "4", "33%", ""],
    ]
    passed, failed = [block for _, block in document.blocks if isinstance(block, Table)][1:]
    assert (len(passed.rows), len(failed.rows)) == (4, 8)


def test_a_county_hears_of_its_own_only(city, users, tree):
    document = results_notice(Material(users.west_editor, tree.west, 2025))
    assert "第一小学" not in text_of(document)
    assert "西一小学" in text_of(document)


def test_a_computed_result_is_no_notice_to_be_sent(city, users, tree):
    Cycle.objects.filter(year=2025).update(state="open", confirmed_on=None)
    document = results_notice(Material(users.manager, tree.city, 2025))
    assert plain(document.under_title) == "（系统测算，未经认定，不得印发）"
    notice = rectification_notice(Material(users.manager, tree.city, 2025), city["second"].pk)
    assert "结果认定以后确定整改期限。" in text_of(notice)


def test_a_year_without_results_says_so(client, users, tree):
    with pytest.raises(NothingToSay, match="2025 年度还没有建立考评年度"):
        results_notice(Material(users.manager, tree.city, 2025))
    client.force_login(users.manager)
    for name in ("writing_results", "writing_rectify_list"):
        assert "还没有建立考评年度" in client.get(reverse(name)).content.decode()


def test_what_one_organization_has_to_put_right(city, users, tree):
    document = rectification_notice(Material(users.manager, tree.city, 2025), city["second"].pk)
    text = text_of(document)
    assert "中共第二小学支部委员会：" in text
    assert "经2025年度标准化建设考评，你党组织得分70分，达标线为85分，结果为未达标。" in text
    assert [[plain(cell) for cell in row] for row in table_of(document).rows] == [
        ["委员会会议", "4", "0", "全年应开 12 次。", "按月召开委员会会议", "支部书记"],
        ["教育培训", "5", "3", "全年应开 12 次。", "党员补足年度学时", "支部书记"],
    ]
    # Six months from the confirmation on 20 April 2026, unless the ledger has a day.
    assert "于2026年10月20日前完成整改" in text
    RectificationItem.objects.create(
        organization=city["second"],
        source="assessment",
        year=2025,
        found_on=datetime.date(2026, 4, 20),
        description="缺 4 月支委会",
        category="org_life",
        deadline=datetime.date(2026, 9, 30),
    )
    again = rectification_notice(Material(users.manager, tree.city, 2025), city["second"].pk)
    assert "于2026年9月30日前完成整改" in text_of(again)


def test_a_veto_is_told_with_what_lifts_it(city, users, tree):
    document = rectification_notice(Material(users.manager, tree.city, 2025), city["west3"].pk)
    text = text_of(document)
    assert "有一票否决情形“换届超期”：V1 的理由，解除办法：完成换届，或取得延期批复。" in text


def test_who_passed_or_stands_elsewhere_gets_no_notice(client, city, users):
    client.force_login(users.west_editor)
    asked = {"year": 2025}
    for name, status in (("west2", 200), ("west1", 404), ("second", 404)):
        address = reverse("writing_rectify", args=[city[name].pk], query=asked)
        assert client.get(address).status_code == status, name


def test_every_number_of_a_notice_leads_to_its_page(client, city, users, tree):
    client.force_login(users.manager)
    material = Material(users.manager, tree.city, 2025)
    documents = (results_notice(material), rectification_notice(material, city["west3"].pk))
    for figure in {figure for document in documents for _, figure in document.figures}:
        response = client.get(figure.page)
        assert response.status_code == 200, figure
        assert f"<strong data-figure>{figure.text}</strong>" in response.content.decode()
        for term in response.context["terms"]:
            assert client.get(term["url"]).status_code == 200, term


def test_all_notices_of_a_district_come_in_one_file(
    client, city, users, tree, django_assert_max_num_queries
):
    client.force_login(users.west_editor)
    page = client.get(reverse("writing_rectify_list", query={"year": 2025}))
    assert page.context["page"].paginator.count == 5
    with django_assert_max_num_queries(25):
        document = rectification_notices(Material(users.west_editor, tree.west, 2025))
    assert text_of(document).count("经2025年度标准化建设考评") == 5
    file = client.get(reverse("writing_rectify_list", query={"year": 2025, "format": "docx"}))
    lines = [line.text for line in read_docx(BytesIO(file.content)).paragraphs]
    assert lines.count("标准化建设整改通知书") == 5
    assert "西县2025" in unquote(file["Content-Disposition"])
    city["west2"].assessments.update(verdict="compliant")
    everybody = Material(users.west_editor, tree.west, 2025)
    for name in ("west3", "west4", "west5", "west6"):
        city[name].assessments.update(verdict="compliant", is_vetoed=False)
    with pytest.raises(NothingToSay, match="都已达标"):
        rectification_notices(everybody)


def test_more_notices_than_one_file_holds_come_as_an_archive(
    client, city, users, tree, monkeypatch
):
    for module in (notices, views):
        monkeypatch.setattr(module, "TOGETHER", 3)
    client.force_login(users.manager)
    asked = {"year": 2025, "format": "docx"}
    response = client.get(reverse("writing_rectify_list", query=asked))
    assert response.streaming
    archive = ZipFile(BytesIO(response.getvalue()))
    assert archive.namelist() == [
        "直属学校2025年度整改通知书.docx",
        "东区2025年度整改通知书.docx",
        "西县2025年度整改通知书（1）.docx",
        "西县2025年度整改通知书（2）.docx",
    ]
    counts = []
    for name in archive.namelist():
        lines = [line.text for line in read_docx(BytesIO(archive.read(name))).paragraphs]
        counts.append(lines.count("标准化建设整改通知书"))
    assert counts == [1, 2, 3, 2]
    assert AuditEntry.objects.get(action="writing.export").changes["documents"] == 8
    client.force_login(users.editor)
    own = client.get(reverse("writing_rectify_list", query=asked))
    assert not own.streaming


def test_a_notice_goes_out_under_a_number_of_its_own(client, city, users):
    client.force_login(users.manager)
    address, asked = reverse("writing_results"), {"year": 2025}
    empty = client.get(address, asked)
    assert plain(empty.context["document"].under_title).startswith("（认定文号")
    new = empty.context["new_number_url"]
    typed = {**client.get(new).context["form"].initial, "number": "云教党〔2026〕012号"}
    assert "文号的写法如" in client.post(new, typed).content.decode()
    kept = typed | {"number": "云教党〔2026〕12号"}
    assert client.post(new, kept | {"year": 2026}).context["form"].errors["year"]
    page = client.post(new, kept, follow=True)
    assert f"{users.manager.name} {timezone.localdate()} 填写" in page.content.decode()
    document = client.get(address, asked).context["document"]
    assert plain(document.under_title) == "云教党〔2026〕12号"
    assert "考评结果（认定文号：云教党认〔2026〕3号）通报如下。" in text_of(document)
    lines = [
        p.text
        for p in read_docx(
            BytesIO(client.get(address, asked | {"format": "docx"}).content)
        ).paragraphs
    ]
    assert "云教党〔2026〕12号" in lines
    # A second number for the same notice is none.
    assert client.post(new, kept).status_code == 400
    client.force_login(users.viewer)
    assert "云教党〔2026〕12号" in client.get(address, asked).content.decode()
    Cycle.objects.filter(year=2025).update(state="open", confirmed_on=None)
    computed = client.get(address, asked).context["document"]
    assert plain(computed.under_title) == "（系统测算，未经认定，不得印发）"
