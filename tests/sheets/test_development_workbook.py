"""The roster of those on the way to membership: read, judged, stored, given back."""

import datetime
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Revision
from orgs.models import DevelopmentCase, DevelopmentCheck, DevStage, Member
from orgs.personal import lookup_hash
from sheets import importing, template
from sheets.forms import get_form
from sheets.models import ImportBatch
from sheets.undo import undo
from tests.conftest import make_organization
from tests.sheets.test_importing import book, branch, number  # noqa: F401
from tests.sheets.test_returning import returned

HEAD = [
    "序号",
    "姓名",
    "身份证号",
    "所在党支部",
    "申请入党时间",
    "确定入党积极分子时间",
    "培养联系人",
    "确定发展对象时间",
    "入党介绍人",
    "支部大会通过时间",
    "工作岗位",
]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime.datetime(2026, 3, 10, 10), tick=False):
        yield


def person(index, **told):
    values = {
        "姓名": "张某",
        "身份证号": number(index),
        "所在党支部": "东区第一小学党支部",
        "申请入党时间": "2024.3.5",
        "确定入党积极分子时间": "2024年9月10日",
        "培养联系人": "王 芳、李强",
        "确定发展对象时间": "",
        "工作岗位": "专任教师",
    } | told
    return [values.get(name, "") for name in HEAD]


def save(user, *rows, kind="auto"):
    title = ["入党积极分子花名册"]
    return importing.save(kind, book(title, HEAD, *rows), "名册.xlsx", user=user)


def codes(outcome):
    return [p.code for row in outcome.rows for p in row.problems]


@pytest.mark.usefixtures("branch")
def test_a_roster_is_recognised_and_stored_with_its_checks(users):
    outcome = save(users.editor, person(1), person(2, 确定发展对象时间="20250911"))
    assert (outcome.kind, outcome.counts["new"]) == ("development", 2)
    case = DevelopmentCase.objects.get(id_hash=lookup_hash(number(2)))
    assert case.stage == DevStage.DEVELOPMENT_TARGET
    assert (case.cultivators, case.is_teacher) == ("王芳、李强", True)
    assert case.checks.get(key="R49").met is True
    assert Revision.objects.filter(batch=outcome.batch.pk, row__isnull=False).count() == 2
    again = save(users.editor, person(1), person(2, 确定发展对象时间="20250911"))
    assert again.counts["unchanged"] == 2
    changed = save(users.editor, person(1, 工作岗位="会计"))
    assert changed.counts["changed"] == 1
    assert DevelopmentCase.objects.get(id_hash=lookup_hash(number(1))).is_teacher is False


@pytest.mark.usefixtures("branch")
@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"申请入党时间": "2024.03"}, "DATE_INVALID"),
        ({"申请入党时间": "2007-12-31"}, "APPLIED_UNDER_18"),
        ({"确定入党积极分子时间": "2024-03-04"}, "DATE_ORDER"),
        ({"申请入党时间": ""}, "REQUIRED_MISSING"),
        ({"所在党支部": "没有这个支部"}, "ORG_UNKNOWN"),
        ({"申请入党时间": "2027-01-01"}, "DATE_FUTURE"),
    ],
)
def test_a_row_is_refused_with_its_reason(users, told, code):
    assert code in codes(save(users.editor, person(1, **told)))
    assert not DevelopmentCase.objects.exists()


@pytest.mark.usefixtures("branch")
def test_a_rule_not_met_is_a_warning_and_the_row_is_kept(users):
    outcome = save(users.editor, person(1, 确定发展对象时间="2025-09-09"))
    assert [w.code for row in outcome.rows for w in row.warnings] == ["RULE_MISSED"]
    assert DevelopmentCase.objects.get().checks.get(key="R49").met is False


def test_a_case_of_another_branch_of_mine_is_named(users, tree, branch):  # noqa: F811
    second = make_organization("中共东区第二小学支部委员会", tree.east_edu)
    save(users.editor, person(1, 所在党支部=second.short_name))
    outcome = save(users.editor, person(1))
    assert codes(outcome) == ["ORG_DIFFERS"]
    assert "登记在东区第二小学党支部" in outcome.rows[0].problems[0].reason


@pytest.mark.usefixtures("branch")
def test_refused_rows_come_back_and_the_batch_can_be_undone(client, users):
    client.force_login(users.editor)
    content = book(["入党积极分子花名册"], HEAD, person(1), person(2, 申请入党时间="2024.03"))
    file = SimpleUploadedFile("名册.xlsx", content.read())
    address = client.post(reverse("import_new"), {"kind": "", "file": file}).url
    assert "《发展党员花名册》" in client.get(address).content.decode()
    batch = ImportBatch.objects.get()
    client.post(address, {"action": "save"})
    assert DevelopmentCase.objects.count() == 1
    batch.refresh_from_db()
    again = io.BytesIO(returned(batch))
    outcome = importing.preview("auto", again, "再报.xlsx", user=users.editor)
    assert codes(outcome) == ["DATE_INVALID"]
    undo(batch, user=users.editor, reason="传错了文件")
    assert not DevelopmentCase.objects.exists()
    assert not DevelopmentCheck.objects.exists()


def test_a_person_known_elsewhere_is_refused_and_a_member_is_joined(users, tree, branch):  # noqa: F811
    west = make_organization("中共西县第一小学支部委员会", tree.west_edu)

    def member(index, organization):
        return Member.objects.create(
            organization=organization,
            name="张某",
            sex="male",
            birth_date=datetime.date(1990, 1, index % 28 + 1),
            id_number=number(index),
            id_hash=lookup_hash(number(index)),
            status="probationary",
            joined_on=datetime.date(2025, 12, 1),
        )

    member(1, west)
    mine = member(2, branch)
    told = {"确定发展对象时间": "2025-09-10", "支部大会通过时间": "2025-12-01"}
    outcome = save(users.editor, person(1, **told), person(2, **told), person(3, **told))
    assert codes(outcome) == ["ID_NOT_AVAILABLE"]
    case = DevelopmentCase.objects.get(member=mine)
    assert case.stage == DevStage.PROBATIONARY
    warned = [w.code for row in outcome.rows for w in row.warnings]
    assert "NOT_IN_ROSTER" in warned


@pytest.mark.usefixtures("branch")
def test_the_prefilled_template_comes_back_without_a_change(users):
    save(users.editor, person(1), person(2, 确定发展对象时间="2025-09-11", 入党介绍人="王芳 李强"))
    stream = io.BytesIO()
    form = get_form("development")
    assert template.write_template(form, stream, user=users.editor, year=None, filled=True) == 2
    assert number(1).encode() not in stream.getvalue()
    stream.seek(0)
    outcome = importing.preview("auto", stream, "模板.xlsx", user=users.editor)
    assert (outcome.counts["unchanged"], codes(outcome)) == (2, [])
