"""The five workbooks county offices sent come out exactly as expected.json says."""

import datetime
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import AuditEntry
from activities.models import Meeting
from assessments.models import OfficialResult, UnitYear
from orgs.models import Affiliation, Member, Organization, Post, Term
from schools.models import Jurisdiction, JurisdictionKind, School
from sheets import importing
from sheets.models import ImportBatch
from tests.sheets.city import make_city, make_manager

COUNTY = Path(__file__).parent.parent / "data" / "county"
FILES = {
    "schools": "01_学校名单.xlsx",
    "organizations": "02_党组织名单.xlsx",
    "members": "03_党员花名册(临溪县).xlsx",
    "meetings": "04_三会一课台账(2025年).xlsx",
    "results": "05_标准化建设达标结果(2025年).xlsx",
}
EXPECTED = json.loads((COUNTY / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture
def manager(db):
    return make_manager(make_city())


def bring_in(kind, user, run=importing.save, path=None):
    path = path or COUNTY / FILES[kind]
    with path.open("rb") as stream:
        return run(kind, stream, path.name, user=user)


def command(kind, *args):
    out = StringIO()
    call_command("import_sheet", kind, str(COUNTY / FILES[kind]), *args, stdout=out)
    return out.getvalue()


def check_register():
    # Towns named as superior bodies stand under their county, by kind.
    towns = Jurisdiction.objects.filter(kind=JurisdictionKind.TOWNSHIP_COMMITTEE)
    assert towns.count() == 16
    linxi = Jurisdiction.objects.get(name="临溪县")
    assert towns.inside(linxi).count() == 5
    branch = Organization.objects.get(name="中共临溪县石板镇中心小学支部委员会")
    assert branch.jurisdiction.name == "中共临溪县石板镇委员会"
    assert branch.school.jurisdiction == branch.jurisdiction
    assert (branch.declared_members, branch.declared_probationary) == (16, 1)
    # A branch below a general branch stands under the same body.
    second = Organization.objects.get(name="中共云岭市第二中学第二支部委员会")
    assert second.parent.name == "中共云岭市第二中学总支部委员会"
    assert second.jurisdiction.unit_name == "直属学校"
    assert second.terms.get().elected_on == datetime.date(2022, 8, 19)
    assert second.founded_on == datetime.date(2006, 6, 24)
    ticked = Organization.objects.get(name="中共云岭市特殊教育学校支部委员会").posts.get()
    assert (ticked.holder, ticked.is_principal, ticked.start) == ("梁晓鹏", True, None)
    # A month is kept as a month.
    member = Member.objects.get(name="蒋兰")
    assert (member.joined_on, member.joined_month_only) == (datetime.date(1996, 10, 1), True)
    assert member.birth_date == datetime.date(1966, 12, 31)
    retired = Member.objects.filter(job="离退休")
    assert set(retired.values_list("employment", flat=True)) == {"retired"}
    assert Member.objects.filter(job="专任教师", is_teacher=True).count() > 50
    # The ledger came after New Year from the city: late, and accepted.
    assert Meeting.objects.filter(is_late=True, late_accepted=True).count() == 496
    assert not Meeting.objects.filter(is_election=True).exists()
    assert OfficialResult.objects.filter(organization=None).count() == 3
    unit = UnitYear.objects.get(year=2025, unit__unit_name="直属学校")
    assert (unit.due, unit.passed, unit.rate) == (21, 9, None)
    before = UnitYear.objects.get(year=2024, unit__unit_name="直属学校")
    assert (before.due, before.passed, before.rate) == (None, None, Decimal("0.36"))


def check_nothing_is_stored_twice(manager):
    before = {m: m.objects.count() for m in (School, Organization, Term, Post, Member, Meeting)}
    terms = list(Term.objects.order_by("pk").values())
    for kind in FILES:
        outcome = bring_in(kind, manager)
        assert outcome.counts["new"] == outcome.counts["changed"] == 0, kind
        assert outcome.counts["unchanged"] == outcome.valid
        assert outcome.as_json()["saved"] == 0
        assert outcome.earlier.sha256 == outcome.batch.sha256
    assert before == {m: m.objects.count() for m in before}
    assert terms == list(Term.objects.order_by("pk").values())


def test_all_five_come_out_as_expected_and_only_once(manager):
    for kind, name in FILES.items():
        report = json.loads(command(kind, "--as", "city_manager", "--json"))
        expected = EXPECTED[name]
        rows = expected["data_rows"]
        assert report["valid"] == (sum(rows.values()) if isinstance(rows, dict) else rows), name
        assert report["saved"] == report["valid"]
        assert [(r["row"], r["code"], r["column"], r["value"]) for r in report["rejected"]] == [
            (r["row"], r["reason"], r["field"], r["value"]) for r in expected["rejects"]
        ], name
        assert set(expected.get("blank_rows", ())) <= set(report["ignored_rows"])
        assert set(expected.get("subtotal_rows", ())) <= set(report["ignored_rows"])
        assert not [w for w in report["warnings"] if w["code"] == "COLUMN_UNKNOWN"]

    assert School.objects.count() == 161
    assert Organization.objects.count() == Affiliation.objects.count() == 149
    assert Term.objects.count() == 149
    assert Post.objects.count() == 149
    assert Member.objects.count() == 318
    assert Meeting.objects.count() == 496
    assert OfficialResult.objects.count() == 150
    assert UnitYear.objects.count() == 16
    assert ImportBatch.objects.count() == 5
    assert AuditEntry.objects.filter(action="sheets.import").count() == 5
    check_register()
    check_nothing_is_stored_twice(manager)


def test_a_result_joins_its_organization_once_that_is_registered(manager):
    bring_in("schools", manager)
    bring_in("results", manager)
    assert not OfficialResult.objects.exclude(organization=None).exists()
    waiting = OfficialResult.objects.get(printed_name="石渡县石渡口镇小河小学党支部")
    assert waiting.school.name == "石渡县石渡口镇小河小学"
    bring_in("organizations", manager)
    assert OfficialResult.objects.filter(organization=None).count() == 3
    waiting.refresh_from_db()
    assert waiting.jurisdiction.name == "中共石渡县石渡口镇委员会"


def test_a_dry_run_saves_nothing(manager):
    report = json.loads(command("schools", "--as", "city_manager", "--json", "--dry-run"))
    assert (report["saved"], report["valid"]) == (0, 161)
    assert list(report) == ["kind", "saved", "valid", "rejected", "warnings", "ignored_rows"]
    assert not School.objects.exists()
    assert not ImportBatch.objects.exists()


def test_the_command_speaks_chinese_and_hides_personal_numbers(manager):
    bring_in("schools", manager)
    bring_in("organizations", manager)
    text = command("members", "--as", "city_manager")
    assert "已保存" in text
    assert "新增 318 行，修改 0 行，没有变化 0 行，退回 4 行，跳过 1 行" in text
    assert "身份证号校验码错误" in text
    assert "990121198007063391" not in text
    with pytest.raises(CommandError, match="没有用户"):
        command("members", "--as", "nobody")
    with pytest.raises(CommandError, match="看起来像《党员花名册》"):
        call_command(
            "import_sheet", "schools", str(COUNTY / FILES["members"]), "--as", "city_manager"
        )


def test_what_a_batch_keeps_shows_no_personal_number(manager):
    for kind in ("schools", "organizations", "members"):
        outcome = bring_in(kind, manager)
    kept = json.dumps(outcome.batch.report, ensure_ascii=False)
    assert "990121********" in kept
    assert not any(m.id_number in kept or m.phone in kept for m in Member.objects.all())
    # The file itself is kept for the refused rows, sealed.
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM sheets_importbatch WHERE kind = 'members'")
        assert bytes(cursor.fetchone()[0]).startswith(b"gAAAA")
