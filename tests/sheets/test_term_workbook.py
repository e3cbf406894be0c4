"""The table of terms: terms and committees brought in, held against the rules, given back."""

import datetime
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Revision
from orgs.models import Organization, Post, PostEnd, PostKind, Term
from schools.models import Jurisdiction, JurisdictionKind
from sheets import importing, template
from sheets.forms import get_form
from sheets.models import ImportBatch
from sheets.undo import undo
from tests.conftest import make_organization, make_user
from tests.orgs.records import make_member
from tests.sheets.test_importing import book, branch  # noqa: F401
from tests.sheets.test_returning import returned

D = datetime.date
HEAD = [
    "序号",
    "党组织名称",
    "上次换届时间",
    "任期",
    "应换届时间",
    "是否按期换届",
    "书记",
    "组织委员",
    "有选举权的党员",
    "实到有选举权的党员",
    "延期至",
    "延期批准文号",
    "计划换届时间",
    "未换届原因",
]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime.datetime(2026, 11, 12, 10), tick=False):
        yield


@pytest.fixture
def held(branch):  # noqa: F811
    """The branch in a term of 2023 with a secretary and a member of the committee."""
    Term.objects.create(organization=branch, elected_on=D(2023, 10, 20))
    for kind, holder in ((PostKind.SECRETARY, "党员甲"), (PostKind.ORGANIZATION, "党员乙")):
        Post.objects.create(organization=branch, kind=kind, holder=holder, start=D(2023, 10, 20))
    return branch


def line(**told):
    values = {"党组织名称": "东区第一小学党支部", "上次换届时间": "2023.10.20"} | told
    return [values.get(name, "") for name in HEAD]


def save(user, *rows):
    return importing.save("auto", book(["党支部换届统计表"], HEAD, *rows), "换届.xlsx", user=user)


def codes(outcome):
    return [p.code for row in outcome.rows for p in row.problems]


def warned(outcome):
    return [p.code for row in outcome.rows for p in row.warnings]


def test_a_new_term_ends_the_old_committee_on_its_day(users, held):
    make_member("党员丙", held, 1)
    row = line(上次换届时间="2026年11月10日", 任期="三年", 书记="党员丙", 组织委员="党员乙、党员丁")
    outcome = save(users.editor, row)
    assert (outcome.kind, outcome.counts["new"], codes(outcome)) == ("terms", 1, [])
    term = held.terms.order_by("-elected_on").first()
    assert (term.elected_on, term.years) == (D(2026, 11, 10), 3)
    old = held.posts.get(holder="党员甲")
    assert (old.end, old.end_reason) == (D(2026, 11, 10), PostEnd.TERM_OVER)
    new = held.posts.get(kind="secretary", end=None)
    assert (new.holder, new.member.name, new.basis) == ("党员丙", "党员丙", "elected")
    assert held.posts.filter(kind="organization", end=None).count() == 2
    # Every record written names its sheet and row.
    revisions = Revision.objects.filter(batch=outcome.batch.pk)
    assert {(r.sheet, r.row) for r in revisions} == {("Sheet1", 3)}
    assert revisions.count() == 1 + 2 + 3
    assert save(users.editor, row).counts["unchanged"] == 1


def test_the_present_term_is_filled_in_and_a_secretary_replaced(users, held):
    outcome = save(
        users.editor, line(书记="党员丙", 计划换届时间="2027年3月", 未换届原因="等待学校合并")
    )
    assert outcome.counts["changed"] == 1
    term = held.terms.get()
    assert (term.planned_on, term.overdue_reason) == (D(2027, 3, 31), "等待学校合并")
    gone, now = held.posts.filter(kind="secretary").order_by("pk")
    assert (gone.end, now.start, now.holder) == (D(2026, 11, 12), D(2026, 11, 12), "党员丙")
    # 组织委员 was left empty: nothing is said of it.
    assert held.posts.filter(kind="organization", end=None).exists()
    save(users.editor, line(书记="空缺"))
    assert not held.posts.filter(kind="secretary", end=None).exists()
    undo(ImportBatch.objects.latest("pk"), user=users.editor, reason="传错了")
    assert held.posts.get(kind="secretary", end=None).holder == "党员丙"


@pytest.mark.parametrize(
    ("told", "code", "words"),
    [
        ({"有选举权的党员": 10, "实到有选举权的党员": 7}, "RULE_BROKEN", "不足五分之四"),
        ({"延期至": "2028-01-01", "延期批准文号": "东教〔2026〕1号"}, "RULE_BROKEN", "不超过一年"),
        ({"延期至": "2027-01-01"}, "RULE_BROKEN", "批复文号"),
        ({"上次换届时间": "2009-05-06"}, "RULE_BROKEN", "早于成立时间"),
        ({"上次换届时间": "2027-05-06"}, "DATE_FUTURE", ""),
        ({"上次换届时间": "", "任期": "3"}, "REQUIRED_MISSING", ""),
        ({"党组织名称": "没有的支部"}, "ORG_UNKNOWN", ""),
        ({"书记": "党员甲、党员丙"}, "SECRETARY_ONE", ""),
    ],
)
def test_a_row_is_refused_with_its_reason(users, held, told, code, words):
    outcome = save(users.editor, line(**told))
    assert codes(outcome) == [code]
    assert words in outcome.rows[0].problems[0].reason
    assert held.terms.count() == 1


def test_an_extension_is_for_the_superior(users, held, tree):
    leaf = Jurisdiction.objects.add_child(
        Jurisdiction.objects.get(pk=tree.east_edu.pk),
        instance=Jurisdiction(name="东区第一小学", kind=JurisdictionKind.SCHOOL),
    )
    Organization.objects.update(jurisdiction=leaf)
    own = make_user("own_school", ("editor", leaf))
    extension = {"延期至": "2027-01-01", "延期批准文号": "东教〔2026〕1号"}
    assert codes(save(own, line(**extension))) == ["SUPERIOR_DECIDES"]
    save(users.editor, line(**extension))
    assert held.terms.get().extended_to == D(2027, 1, 1)
    # On record it may stand in the table of the school.
    assert save(own, line(**extension)).counts["unchanged"] == 1


def test_only_full_members_hold_posts(users, held):
    make_member("党员丙", held, 1, status="probationary")
    assert codes(save(users.editor, line(书记="党员丙"))) == ["HOLDER_NOT_FULL"]


def test_what_is_told_of_the_past_or_without_a_secretary_leaves_the_committee(users, held):
    outcome = save(users.editor, line(上次换届时间="2020-10-10", 书记="党员丙"))
    assert (codes(outcome), warned(outcome)) == ([], ["PAST_TERM"])
    outcome = save(users.editor, line(上次换届时间="2026-11-01", 组织委员="党员丙"))
    assert warned(outcome) == ["POSTS_KEPT"]
    assert held.terms.count() == 3
    assert set(held.posts.filter(end=None).values_list("holder", flat=True)) == {"党员甲", "党员乙"}


def test_the_prefilled_template_comes_back_without_a_change(users, held, tree):
    make_organization("中共东区第二小学支部委员会", tree.east_edu)
    held.terms.update(extended_to=D(2030, 1, 1), entitled=10, present=2)
    stream = io.BytesIO()
    assert template.write_template(get_form("terms"), stream, user=users.editor, filled=True) == 2
    stream.seek(0)
    outcome = importing.preview("auto", stream, "模板.xlsx", user=users.editor)
    # What is on record is not judged again while it stays.
    assert (outcome.counts["unchanged"], codes(outcome)) == (2, [])
    assert "TERM_UNKNOWN" in warned(outcome)


def test_through_the_page_with_a_refused_row_and_back(client, users, held):
    client.force_login(users.editor)
    rows = [line(书记="党员丙"), line(党组织名称="没有的支部")]
    file = SimpleUploadedFile("换届.xlsx", book(["党支部换届统计表"], HEAD, *rows).read())
    address = client.post(reverse("import_new"), {"kind": "", "file": file}).url
    page = client.get(address).content.decode()
    assert "《任期与换届登记表》" in page
    assert "<del>党员甲</del>" in page
    client.post(address, {"action": "save"})
    assert held.posts.get(kind="secretary", end=None).holder == "党员丙"
    again = io.BytesIO(returned(ImportBatch.objects.get()))
    outcome = importing.preview("auto", again, "再报.xlsx", user=users.editor)
    assert codes(outcome) == ["ORG_UNKNOWN"]


def test_the_list_of_organizations_is_not_taken_for_it(users, held):
    head = [
        "党组织名称",
        "党组织类别",
        "上级党组织",
        "书记姓名",
        "本届换届时间",
        "任期",
        "届满时间",
    ]
    row = ["东区第一小学党支部", "党支部", "中共东区教育局委员会", "党员甲", "2023-10-20", "3", ""]
    assert importing.preview("auto", book(head, row), "表.xlsx", user=users.editor).kind == (
        "organizations"
    )


def test_the_number_of_queries_does_not_grow(users, tree, django_assert_max_num_queries):
    rows = []
    for n in range(1, 9):
        organization = make_organization(f"中共东区第{n}中学支部委员会", tree.east_edu)
        Term.objects.create(organization=organization, elected_on=D(2023, 10, 20))
        Post.objects.create(organization=organization, kind="secretary", holder="党员甲")
        rows.append(line(党组织名称=organization.name, 上次换届时间="2026-10-10", 书记="党员乙"))
    content = book(HEAD, *rows)
    with django_assert_max_num_queries(30):
        outcome = importing.save("terms", content, "换届.xlsx", user=users.editor)
    assert outcome.counts["new"] == 8
