"""Rules of bringing in that hold for every form: scope, rescoring, cost."""

import datetime
import io

import pytest
import xlsxwriter
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from stdnum.cn import ric

from accounts.models import AuditEntry
from activities.models import Meeting
from assessments import scoring
from orgs.models import Affiliation, Member, Organization, Post
from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import Role
from sheets import importing
from tests.conftest import make_organization, make_school, make_user


def book(*rows, name="Sheet1"):
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = workbook.add_worksheet(name)
    for index, row in enumerate(rows):
        sheet.write_row(index, 0, row)
    workbook.close()
    stream.seek(0)
    return stream


def number(index):
    base = f"990102199001{index % 28 + 1:02d}{index:03d}"
    return base + ric.calc_check_digit(base + "0")


MEMBERS = ["姓名", "身份证号", "人员类别", "所在党支部", "入党时间", "转正时间", "工作岗位"]
ORGANIZATIONS = ["党组织名称", "类别", "所在学校", "上级党组织", "书记姓名", "本届换届时间", "县区"]
LEDGER = ["党支部", "类别", "时间", "议题", "应到", "实到"]


def member(index, branch="东区第一小学党支部", **changes):
    values = ["张某", number(index), "正式", branch, "2015.07", "2016.07", "教师"]
    for key, value in changes.items():
        values[int(key[1:])] = value
    return values


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    return make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)


def save(kind, user, *rows, year=None, name="表.xlsx", sheet="Sheet1"):
    return importing.save(kind, book(*rows, name=sheet), name, user=user, year=year)


def codes(outcome):
    return [p.code for row in outcome.rows for p in row.problems]


def test_a_viewer_may_not_import(branch, users):
    with pytest.raises(PermissionDenied):
        save("members", users.viewer, MEMBERS, member(1))


def test_a_person_registered_elsewhere_is_refused_without_saying_where(branch, users, tree):
    far = make_organization("中共西县第一小学支部委员会", tree.west_edu)
    near = make_organization("中共东区第二小学支部委员会", tree.east_edu)
    save("members", users.manager, MEMBERS, member(1, "西县第一小学党支部"))
    save("members", users.manager, MEMBERS, member(2, "东区第二小学党支部"))
    outcome = save("members", users.editor, MEMBERS, member(1), member(2))
    problems = [row.problems[0] for row in outcome.rows]
    assert {p.code for p in problems} == {"ID_NOT_AVAILABLE"}
    assert len({(p.reason, p.fix) for p in problems}) == 1
    for name in ("西县", "第二小学"):
        assert name not in problems[0].reason + problems[0].fix
    assert (far.members.count(), near.members.count()) == (1, 1)


def test_an_organization_outside_the_scope_is_as_unknown_as_any(branch, users, tree):
    make_organization("中共西县第一小学支部委员会", tree.west_edu)
    outcome = save(
        "members",
        users.editor,
        MEMBERS,
        member(1, "西县第一小学党支部"),
        member(2, "西县第九小学党支部"),
    )
    assert codes(outcome) == ["ORG_UNKNOWN", "ORG_UNKNOWN"]
    reasons = [row.problems[0] for row in outcome.rows]
    assert "西县" not in "".join(p.fix for p in reasons)


def test_an_organization_changes_its_body_and_secretary_with_history(branch, users, tree):
    Post.objects.create(organization=branch, kind="secretary", holder="赵某")
    row = [
        "中共东区第一小学支部委员会",
        "党支部",
        "东区第一小学",
        "白杨镇党委",
        "钱某",
        "2024.5.6",
        "东区",
    ]
    outcome = save("organizations", users.manager, ORGANIZATIONS, row)
    changed = {c.label: (c.old, c.new) for c in outcome.rows[0].changes if c.changed}
    assert changed["管理主体"] == ("中共东区教育局委员会", "中共东区白杨镇委员会")
    assert changed["书记"] == ("赵某", "钱某")
    branch.refresh_from_db()
    assert branch.jurisdiction == branch.school.jurisdiction == tree.baiyang
    today = datetime.date.today()
    old, new = Affiliation.objects.filter(organization=branch)
    assert (old.jurisdiction, old.end, new.jurisdiction, new.start) == (
        tree.east_edu,
        new.start,
        tree.baiyang,
        old.end,
    )
    assert abs((new.start - today).days) <= 1
    assert branch.posts.get(end=None).holder == "钱某"
    assert branch.posts.count() == 2
    # Once more: nothing to do.
    assert save("organizations", users.manager, ORGANIZATIONS, row).counts["unchanged"] == 1


def test_a_township_may_not_place_organizations_elsewhere_or_found_bodies(branch, users, tree):
    make_school("东区第二小学", tree.baiyang, tree.places["990102"])
    rows = [
        ["东区第二小学党支部", "党支部", "东区第二小学", "东区柳林镇党委", "", "", "东区"],
        ["东区第二小学第二党支部", "党支部", "东区第二小学", "东区新桥镇党委", "", "", "东区"],
        ["东区第二小学第三党支部", "党支部", "东区第二小学", "白杨镇党委", "", "", "东区"],
        ["中共东区第一小学支部委员会", "党支部", "东区第二小学", "白杨镇党委", "", "", "东区"],
    ]
    outcome = save("organizations", users.township, ORGANIZATIONS, *rows)
    assert codes(outcome) == ["OUT_OF_SCOPE"] * 3
    assert Organization.objects.get(name="东区第二小学第三党支部").jurisdiction == tree.baiyang
    assert not Jurisdiction.objects.filter(name__contains="新桥").exists()


def test_late_entries_of_a_school_wait_for_the_managing_body(branch, users, tree):
    leaf = Jurisdiction.objects.add_child(
        Jurisdiction.objects.get(pk=tree.east_edu.pk),
        instance=Jurisdiction(name="东区第一小学", kind=JurisdictionKind.SCHOOL),
    )
    Organization.objects.filter(pk=branch.pk).update(jurisdiction=leaf)
    school_user = make_user("school", (Role.EDITOR, leaf))
    row = ["东区第一小学党支部", "支委会", "2025.3.4", "学习", 3, 3]
    save("meetings", school_user, LEDGER, row, year=2025)
    own = Meeting.objects.get()
    assert (own.is_late, own.late_accepted) == (True, None)
    row[2] = "2025.4.4"
    save("meetings", users.editor, LEDGER, row, year=2025)
    assert Meeting.objects.get(held_on="2025-04-04").late_accepted is True
    recent = datetime.date.today().replace(day=1)
    row[2] = recent.isoformat()
    save("meetings", school_user, LEDGER, row, year=recent.year)
    assert Meeting.objects.get(held_on=recent).is_late is False


def test_what_is_stored_is_scored_anew(branch, users, monkeypatch):
    calls = []
    monkeypatch.setattr(
        scoring, "rescore_after_commit", lambda ids, years, actor=None: calls.append((ids, years))
    )
    row = ["东区第一小学党支部", "支委会", "2025.3.4", "学习", 3, 3]
    save("meetings", users.editor, LEDGER, row, year=2025)
    assert calls == [([branch.pk], [2025])]
    save("meetings", users.editor, LEDGER, row, year=2025)
    assert len(calls) == 1


def test_an_import_is_all_or_nothing(branch, users, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("sheets.importing.audit.record", fail)
    with pytest.raises(RuntimeError):
        save("members", users.editor, MEMBERS, member(1))
    assert not Member.objects.exists()
    assert not AuditEntry.objects.filter(action="sheets.import").exists()


@pytest.mark.parametrize("run", [importing.preview, importing.save])
def test_the_number_of_queries_does_not_grow_with_the_rows(branch, users, run):
    # Permissions and grants are read once for each user.
    importing.preview("members", book(MEMBERS, member(0)), "a.xlsx", user=users.editor)
    counts = []
    # Few enough for one INSERT of SQLite, which takes 999 values.
    for rows in (range(1, 4), range(100, 130)):
        stream = book(MEMBERS, *(member(index) for index in rows))
        with CaptureQueriesContext(connection) as queries:
            run("members", stream, "a.xlsx", user=users.editor)
        counts.append(len(queries))
    assert counts[0] == counts[1]
