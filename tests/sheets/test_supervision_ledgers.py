"""The ledgers of supervision: in and out again without a change, refused where they must be."""

import datetime
import io

import pytest
import time_machine

from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import Role
from sheets import importing
from sheets.forms import get_form
from sheets.template import write_template
from supervision.models import RectificationItem, Survey, WeakListing
from tests.conftest import make_organization, make_school, make_user
from tests.sheets.test_importing import book

D = datetime.date
ITEMS = [
    "党组织名称",
    "问题来源",
    "发现时间",
    "问题描述",
    "问题类型",
    "整改期限",
    "销号时间",
    "复核人",
]
SURVEYS = [
    "党组织名称",
    "学校名称",
    "调查对象",
    "调查时间",
    "发放问卷",
    "有效问卷",
    "非常满意",
    "满意",
    "一般",
]
WEAK = ["党组织名称", "列入时间", "列入文号", "主要问题", "撤销时间", "撤销文号"]
BRANCH = "东区第一小学党支部"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    return make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)


def bring(user, head, *rows, kind="auto", name="表.xlsx"):
    return importing.save(kind, book(head, *rows), name, user=user)


def refused(outcome):
    return [p.code for r in outcome.refused_rows() for p in r.problems]


def item(deadline="2026.6.30", closed="", text="缺 2 月支委会记录", found="2026.3.5"):
    return [BRANCH, "督查", found, text, "融合不够", deadline, closed, "周敏" if closed else ""]


def test_items_come_in_are_closed_and_come_again_unchanged(branch, users):
    outcome = bring(users.editor, ITEMS, item(), item(text="公示不全", closed="2026.5.1"))
    assert (outcome.kind, outcome.counts["new"]) == ("rectification", 2)
    states = dict(RectificationItem.objects.values_list("description", "state"))
    assert states == {"缺 2 月支委会记录": "open", "公示不全": "closed"}
    assert RectificationItem.objects.filter(category="weak_fusion").count() == 2
    assert bring(users.editor, ITEMS, item()).counts["unchanged"] == 1
    assert bring(users.editor, ITEMS, item(closed="2026.6.1")).counts["changed"] == 1
    assert RectificationItem.objects.filter(state="closed", reviewer="周敏").count() == 2
    assert refused(bring(users.editor, ITEMS, item(closed="2026.7.1"))) == ["ALREADY_CLOSED"]


def test_items_with_days_out_of_order_twice_or_of_others_are_refused(branch, tree, users):
    make_organization("中共西县第一中学支部委员会", tree.west_edu)
    outcome = bring(
        users.editor,
        ITEMS,
        item(deadline="2026.1.1"),
        item(text="一"),
        item(text="一"),
        ["西县第一中学党支部", *item()[1:]],
    )
    assert refused(outcome) == ["BEFORE_FOUND", "DUPLICATE", "ORG_UNKNOWN"]


def test_a_school_neither_closes_nor_moves_a_deadline_by_workbook(branch, tree):
    leaf = Jurisdiction.objects.add_child(
        tree.east_edu, instance=Jurisdiction(name="东区第一小学", kind=JurisdictionKind.SCHOOL)
    )
    branch.jurisdiction = leaf
    branch.save()
    school = make_user("school", (Role.EDITOR, leaf))
    assert bring(school, ITEMS, item()).counts["new"] == 1
    assert refused(bring(school, ITEMS, item(closed="2026.5.1"))) == ["BODY_DECIDES"]
    assert refused(bring(school, ITEMS, item(deadline="2027.5.1"))) == ["BODY_DECIDES"]
    row = [BRANCH, "2026.3.5", "云组〔2026〕1 号", "停滞", "", ""]
    assert refused(bring(school, WEAK, row)) == ["ABOVE_ONLY"]
    assert RectificationItem.objects.get().state == "open"


def survey(organization=BRANCH, school="", counts=(40, 36, 30, 4, 2), group="教职工"):
    return [organization, school, group, "2026.6.10", *counts]


def test_surveys_of_organizations_and_schools(branch, users):
    outcome = bring(users.editor, SURVEYS, survey(), survey("", "东区第一小学", group="家长"))
    assert (outcome.kind, outcome.counts["new"]) == ("surveys", 2)
    assert list(Survey.objects.order_by("pk").values_list("year", "group", "fair")) == [
        (2026, "teachers", 2),
        (2026, "parents", 2),
    ]
    assert bring(users.editor, SURVEYS, survey()).counts["unchanged"] == 1
    changed = bring(users.editor, SURVEYS, survey(counts=(40, 36, 31, 3, 2)))
    assert changed.counts["changed"] == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (survey(counts=(30, 36, 30, 4, 2)), "VALID_GT_ASKED"),
        (survey(counts=(40, 36, 30, 4, 1)), "LEVELS_DO_NOT_ADD_UP"),
        (survey("", ""), "REQUIRED_MISSING"),
        (survey(BRANCH, "东区第一小学"), "BOTH_FILLED"),
        (survey("", "没有的学校"), "SCHOOL_UNKNOWN"),
    ],
)
def test_surveys_that_do_not_add_up_are_refused(branch, users, row, code):
    assert refused(bring(users.editor, SURVEYS, row)) == [code]
    assert not Survey.objects.exists()


def test_the_weak_list_is_kept_from_above(branch, users):
    row = [BRANCH, "2026.3.5", "云组〔2026〕1 号", "组织生活停滞", "", ""]
    assert bring(users.editor, WEAK, row).counts["new"] == 1
    again = [BRANCH, "2026.4.5", "云组〔2026〕2 号", "组织生活停滞", "", ""]
    assert refused(bring(users.editor, WEAK, again)) == ["ALREADY_THERE"]
    removed = [*row[:4], "2026.9.1", "云组〔2026〕9 号"]
    assert bring(users.editor, WEAK, removed).counts["changed"] == 1
    assert WeakListing.objects.get().removed_on == D(2026, 9, 1)
    assert refused(bring(users.editor, WEAK, [*row[:4], "2026.9.1", ""])) == ["REQUIRED_MISSING"]


@pytest.mark.parametrize("kind", ["rectification", "surveys", "weak_listings"])
def test_a_prefilled_template_comes_back_without_a_change(branch, users, kind):
    bring(users.editor, ITEMS, item(), item(text="公示不全", closed="2026.5.1"))
    bring(users.editor, SURVEYS, survey(), survey("", "东区第一小学", group="家长"))
    bring(users.editor, WEAK, [BRANCH, "2026.3.5", "云组〔2026〕1 号", "停滞", "", ""])
    stream = io.BytesIO()
    write_template(get_form(kind), stream, user=users.editor, filled=True)
    stream.seek(0)
    outcome = importing.save("auto", stream, "表.xlsx", user=users.editor)
    assert outcome.kind == kind
    counts = outcome.counts
    assert (counts["new"], counts["changed"], counts["refused"]) == (0, 0, 0)
    assert counts["unchanged"] == (1 if kind == "weak_listings" else 2)
