"""The scorecard page: its figures, its words, who may see it, and odd data."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry
from activities.models import MeetingType as T
from assessments.models import Cycle, Exclusion, OfficialResult, ReviewedScore, Verdict
from assessments.remedies import ADVICE, LIFTS
from assessments.ways import WAYS, way_to
from orgs.models import OrgKind
from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import Role
from tests.assessments.scorecards import (
    change_score,
    hold,
    make_assessment,
    make_cycle,
    make_standard,
)
from tests.conftest import make_organization, make_user

MONTHS = range(1, 13)


@pytest.fixture
def standard(db):
    return make_standard()


@pytest.fixture
def cycle(standard):
    return make_cycle(standard)


@pytest.fixture
def branch(tree):
    return make_organization("中共东区白杨镇中心小学支部委员会", tree.baiyang, has_committee=True)


@pytest.fixture
def show(client):
    """Open a scorecard and return its response; `text` is the page without tags."""

    def open_page(user, organization, **query):
        client.force_login(user)
        response = client.get(reverse("scorecard", args=[organization.pk]), query)
        if response["Content-Type"].startswith("text/html"):
            body = response.content.decode().split("<main", 1)[-1]
            response.text_only = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", body))
        return response

    return open_page


def test_every_indicator_with_points_and_the_sum_that_is_rescaled(show, users, cycle, branch):
    make_assessment(cycle, branch)
    response = show(users.viewer, branch)
    text = response.text_only
    # 76.84 ÷ 93 = 0.826236…; 85 - 82.62 = 2.38.
    assert "82.62" in text
    assert "已得 76.84 ÷ 适用满分 93 × 100" in text
    assert "离达标线还差 2.38 分，没有一票否决" in text
    assert "计为未达标" in text
    assert "适用 32 项，不适用 4 项" in text
    assert "4 项不适用（7 分）退出满分，折算 82.62 分" in text
    assert "缺 3 月、8 月" in text
    assert "失 0.67 分" in text
    # B: 3.50 + 2 + 2.54 + 3 + 1.50.
    assert "12.54 / 14" in text
    card = response.context["card"]
    assert [len(group.lines) for group in card.groups] == [4, 5, 8, 6, 3, 5, 5]
    # 82.62 lies at (82.62 - 50) × 14.4 = 469.7 of 720; the line at 35 × 14.4 = 504.
    assert (str(card.ruler.bar), str(card.ruler.passing.x)) == ("469.7", "504.0")
    assert 'x1="504.0"' in response.content.decode()


def test_ways_to_pass_add_up(show, users, cycle, branch):
    make_assessment(cycle, branch)
    response = show(users.viewer, branch)
    # 2.21 points are missing (79.05 of 93). Papers are the cheapest: F4 gives 1.50, then
    # G1 or G2 1.00: together 2.50; 79.34 ÷ 93 = 85.31.
    assert "两项办完：76.84 + 2.50 = 79.34，折算 85.31 分，达标。" in response.text_only
    assert [fix.code for fix in response.context["card"].plan.fixes] == ["F4", "G1"]


def test_confirmed_and_computed_are_told_apart(show, users, standard, branch):
    make_assessment(make_cycle(standard, 2024), branch)
    make_assessment(make_cycle(standard, 2025, confirmed=False), branch)
    confirmed = show(users.viewer, branch)
    assert confirmed.context["cycle"].year == 2024
    assert "已确认" in confirmed.text_only
    assert "云教党认〔2025〕3 号" in confirmed.text_only
    assert "系统测算</span> 已得" not in confirmed.content.decode()
    preview = show(users.viewer, branch, year=2025)
    assert 'class="tag tag-draft' in preview.content.decode()
    assert "等待确认" in preview.text_only
    years = [(choice.label, choice.current) for choice in preview.context["years"]]
    assert years == [("2025 年", True), ("2024 年", False)]


def test_only_the_lines_that_lost_points(show, users, cycle, branch):
    make_assessment(cycle, branch)
    response = show(users.viewer, branch, only="lost")
    assert "班子职数与分工" in response.text_only
    assert "按期换届" not in response.text_only
    assert "党小组划分" not in response.text_only
    # The sum stays that of the whole card.
    assert "76.84 / 93" in response.text_only


def test_a_veto_fails_whatever_the_score(show, users, cycle, branch):
    everything = dict.fromkeys(("C2", "B1"), "4.00") | {"F1": "3.00", "D1": "5.00"}
    make_assessment(
        cycle,
        branch,
        everything,
        verdict=Verdict.NON_COMPLIANT,
        is_vetoed=True,
        vetoes=[{"code": "V1", "reason": "任期 2025-03-01 届满，至考核日超期 305 天。"}],
    )
    response = show(users.viewer, branch)
    text = response.text_only
    assert "被一票否决：V1 换届超期" in text
    assert "仍计为未达标" in text
    assert "一票否决：1 项触发" in text
    assert "超期 305 天" in text
    plan = response.context["card"].plan
    assert [(fix.code, fix.lifts) for fix in plan.fixes] == [("V1", True)]
    # The step leads to the terms, where elections and extensions are entered.
    assert f'href="{reverse("organization", args=[branch.pk])}#terms"' in response.content.decode()
    # 76.84 + 0.67 + 0.50 + 2.00 + 1.71 = 81.72; ÷ 93 = 87.87.
    assert "一项办完：否决解除，得分 87.87 分，达标。" in text


def test_too_few_branches_hold_a_committee_back(show, users, cycle, tree):
    committee = make_organization("中共东区一中委员会", tree.east_edu, kind=OrgKind.COMMITTEE)
    make_assessment(
        cycle,
        committee,
        {"F1": "3.00", "D1": "5.00"},
        verdict=Verdict.NON_COMPLIANT,
        note="得分 86.61 分已到达标线，但下级 5 个党支部只有 2 个达标，不足 80%，不能达标。",
    )
    response = show(users.viewer, committee)
    assert response.text_only.count("下级 5 个党支部只有 2 个达标") == 2
    assert "提高所属党支部的达标比例" in response.text_only


def test_not_counted_tells_why_and_keeps_the_score_as_reference(show, users, cycle, branch):
    make_assessment(
        cycle,
        branch,
        exclusion=Exclusion.NEW,
        verdict=Verdict.OBSERVED,
        note="2025-09-01 成立，本年度满 4 个月，不满 6 个月。",
    )
    response = show(users.viewer, branch)
    assert "不计入" in response.text_only
    assert "不满 6 个月" in response.text_only
    assert "82.62" in response.text_only
    assert "怎样才能达标" not in response.text_only


def test_an_official_result_stands_beside_the_computed_one(show, users, cycle, branch, tree):
    make_assessment(cycle, branch, verdict=Verdict.COMPLIANT, computed_verdict=Verdict.NEARLY)
    OfficialResult.objects.create(
        year=2025,
        organization=branch,
        name_key="x",
        printed_name=branch.name,
        jurisdiction=tree.baiyang,
        final_score=86,
        compliant=True,
    )
    text = show(users.viewer, branch).text_only
    assert "认定结果：达标，复核得分 86.00；系统测算：基本达标，82.62 分。" in text
    assert "以认定结果计入达标率" in text


def test_reviewed_and_pending_indicators_are_marked(show, users, cycle, branch):
    assessment = make_assessment(cycle, branch, {"G1": "0.00"})
    change_score(assessment, "G1", pending=True, reason="没有评审，待评。")
    ReviewedScore.objects.create(
        cycle=cycle, organization=branch, code="F4", points="1.5", reviewer=users.reviewer
    )
    response = show(users.viewer, branch)
    assert "待评 1 项" in response.text_only
    assert "待评 没有评审，待评。" in response.text_only
    assert "党建与教育教学融合 审核项" in response.text_only
    assert "F4 1.50 · 周敏" in response.text_only


def test_the_year_in_months(show, users, cycle, branch):
    make_assessment(cycle, branch)
    hold(branch, T.BRANCH_COMMITTEE, *[(m, 10) for m in MONTHS if m not in (3, 7, 8)])
    hold(branch, T.BRANCH_COMMITTEE, (7, 8), is_late=True, late_accepted=True)
    # No quorum: 6 of 14 present; late and not accepted: neither counts.
    hold(branch, T.BRANCH_COMMITTEE, (3, 5), present=6)
    hold(branch, T.THEME_DAY, (8, 5), is_late=True)
    rows = {row.label: row for row in show(users.viewer, branch).context["grid"]}
    assert rows["支委会"].conclusion == "缺 3 月、8 月"
    assert rows["支委会"].marks[6].state == "late"
    assert rows["主题党日"].marks[7].state == "claim"


def test_months_without_a_committee_are_not_called_missing(show, users, cycle, branch):
    # The rule found 4 months due (September on); October is missing among them.
    assessment = make_assessment(cycle, branch)
    change_score(assessment, "C2", inputs={"due": 4, "held": 3, "missing": [10]})
    hold(branch, T.BRANCH_COMMITTEE, (9, 3), (11, 3), (12, 3))
    rows = {row.label: row for row in show(users.viewer, branch).context["grid"]}
    assert rows["支委会"].conclusion == "缺 10 月"
    change_score(assessment, "C2", points=None)
    rows = {row.label: row for row in show(users.viewer, branch).context["grid"]}
    assert "缺" not in rows["支委会"].conclusion


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("manager", 200),
        ("editor", 200),
        ("reviewer", 200),
        ("township", 200),
        ("viewer", 200),
        ("west_editor", 404),
        ("auditor", 403),
        ("sysadmin", 403),
        ("stranger", 403),
    ],
)
def test_who_may_see_it(show, users, cycle, branch, who, status):
    make_assessment(cycle, branch)
    assert show(getattr(users, who), branch).status_code == status
    assert show(getattr(users, who), branch, format="xlsx").status_code == status


def test_crumbs_name_only_the_levels_of_the_user(show, users, cycle, branch, tree):
    make_assessment(cycle, branch)
    other = make_organization("中共东区柳林小学支部委员会", tree.liulin)
    make_assessment(cycle, other, {"F1": "3.00", "D1": "5.00"})
    far = make_organization("中共西县一中支部委员会", tree.west_edu)
    make_assessment(cycle, far)

    def crumbs(user):
        return [(c.label, c.rate) for c in show(user, branch).context["crumbs"]]

    # One of three in the city, one of two in 东区, none of one in the township.
    assert crumbs(users.viewer) == [("全市", "33%"), ("东区", "50%")]
    assert crumbs(users.editor) == [("东区", "50%")]
    assert crumbs(users.township) == [("白杨镇党委", "0%")] or crumbs(users.township) == [
        (tree.baiyang.label, "0%")
    ]


def test_a_school_account_sees_its_own_card_only(show, cycle, tree):
    leaf = Jurisdiction.objects.add_child(
        tree.baiyang,
        instance=Jurisdiction(
            name="白杨镇中心小学", kind=JurisdictionKind.SCHOOL, place=tree.places["990102"]
        ),
    )
    own = make_organization("中共东区白杨镇中心小学支部委员会", leaf)
    other = make_organization("中共东区白杨镇第二小学支部委员会", tree.baiyang)
    make_assessment(cycle, own, body_kind=tree.baiyang.kind)
    make_assessment(cycle, other)
    school = make_user("school", (Role.EDITOR, leaf))
    response = show(school, own)
    assert response.status_code == 200
    assert response.context["crumbs"] == []
    assert tree.baiyang.short_name in response.text_only
    assert show(school, other).status_code == 404


def test_no_cycle_no_score_no_result(show, users, branch, tree):
    assert "还没有考评年度" in show(users.viewer, branch).text_only
    standard = make_standard()
    open_cycle = make_cycle(standard, 2025, confirmed=False, scored_at=None, scored_as_of=None)
    text = show(users.viewer, branch).text_only
    assert "没有 2025 年度的结果" in text
    assert "测算以后" in text
    Cycle.objects.update(scored_at="2026-01-02T00:00:00Z", scored_as_of="2025-12-31")
    assert "重新测算以后才有结果" in show(users.viewer, branch).text_only
    make_assessment(open_cycle, branch, jurisdiction=tree.west_edu)
    assert "考核日" in show(users.editor, branch).text_only
    assert "不由您范围内的管理主体管理" in show(users.editor, branch).text_only
    assert show(users.viewer, branch, format="xlsx").status_code == 200
    assert show(users.editor, branch, format="xlsx").status_code == 404


@pytest.mark.parametrize("year", ["1999", "abc", "2025x", "٢٠٢٥"])
def test_an_unknown_year_is_not_found(show, users, cycle, branch, year):
    make_assessment(cycle, branch)
    assert show(users.viewer, branch, year=year).status_code == 404


def test_an_assessment_without_a_scorecard_says_why(show, users, cycle, branch):
    make_assessment(
        cycle,
        branch,
        scores=False,
        exclusion=Exclusion.NOT_FOUNDED,
        note="2026-02-01 成立，在考核日以后。",
    )
    response = show(users.viewer, branch)
    assert response.status_code == 200
    assert "在考核日以后" in response.text_only
    assert "—" in response.text_only


def test_a_low_score_draws_the_ruler_from_zero(show, users, cycle, branch):
    from tests.assessments.scorecards import LINES

    nothing = {code: "0.00" for code, _, points, *_ in LINES if points is not None}
    make_assessment(cycle, branch, nothing)
    response = show(users.viewer, branch)
    ruler = response.context["card"].ruler
    assert (ruler.start, str(ruler.bar), str(ruler.passing.x)) == (0, "0.0", "612.0")
    assert "离达标线还差 85.00 分" in response.text_only


def test_who_left_keeps_what_he_had(show, users, cycle, branch, tree):
    # Moved to 西县 after the check date: 东区 still opens the result it answers for.
    make_assessment(cycle, branch)
    branch.jurisdiction = tree.west_edu
    branch.save()
    hold(branch, T.THEME_DAY, (1, 5))
    east = show(users.editor, branch)
    assert east.status_code == 200
    assert east.context["grid"] == []
    assert "现在由别的管理主体管理" in east.text_only
    west = show(users.west_editor, branch)
    assert west.context["card"] is None
    assert west.context["grid"]


def test_the_workbook_holds_the_same_figures(show, users, cycle, branch):
    import io

    import openpyxl

    make_assessment(cycle, branch)
    response = show(users.viewer, branch, format="xlsx")
    assert "attachment" in response["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(response.content), data_only=True)
    cells = list(book.worksheets[0].iter_rows(values_only=True))
    c2 = next(row for row in cells if row[0] == "C2")
    assert (c2[5], c2[6]) == (3.33, 0.67)
    total = next(row for row in cells if "合计" in [str(cell) for cell in row])
    assert 76.84 in total
    assert 93 in total
    entry = AuditEntry.objects.get(action="assessments.export")
    assert (entry.actor, entry.object_label) == (users.viewer, f"{branch.name} 2025 年度")


def test_a_fixed_number_of_queries(users, cycle, branch, client):
    make_assessment(cycle, branch)
    hold(branch, T.THEME_DAY, (1, 5))
    client.force_login(users.viewer)
    address = reverse("scorecard", args=[branch.pk])
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    hold(branch, T.THEME_DAY, *[(m, d) for m in MONTHS for d in (6, 7, 8)])
    hold(branch, T.BRANCH_COMMITTEE, *[(m, 10) for m in MONTHS])
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(few) == len(many)
    assert len(many) <= 25, "\n".join(query["sql"][:200] for query in many.captured_queries)


def test_the_card_of_a_year_in_progress_waits(show, users, standard, branch, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *a: datetime.date(2025, 6, 10))
    cycle = make_cycle(standard, 2025, confirmed=False, scored_as_of=datetime.date(2025, 5, 31))
    make_assessment(cycle, branch)
    row = {row.label: row for row in show(users.viewer, branch).context["grid"]}["主题党日"]
    states = " ".join(mark.state for mark in row.marks)
    assert states == "miss miss miss miss due wait wait wait wait wait wait wait"


def test_every_step_leads_to_a_page_that_opens(client, users, branch):
    client.force_login(users.viewer)
    addresses = {way_to(code, branch.pk, 2025) for code in (*ADVICE, *LIFTS, "")}
    assert len(addresses) == len(WAYS) + 1
    assert {client.get(address).status_code for address in addresses} == {200}
