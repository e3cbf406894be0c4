"""The ledger of dues: read by month and by quarter, held against the rates, given back."""

import datetime
import io
from decimal import Decimal

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Revision
from activities.models import DuesLedger, DuesQuarter, MemberDues
from sheets import importing, template
from sheets.forms import get_form, hooks
from sheets.models import ImportBatch
from sheets.undo import undo
from tests.activities.test_dues_pages import join
from tests.conftest import make_organization
from tests.sheets.test_importing import book
from tests.sheets.test_returning import returned

D = datetime.date
MONTHS = [f"{n}月" for n in range(1, 13)]
HEAD = ["序号", "姓名", "月工资收入", "交纳比例", "月应缴", *MONTHS, "全年实缴", "收款人", "备注"]
TITLE = ["东区第一小学党支部2026年党费收缴台账"]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime.datetime(2026, 8, 10, 10), tick=False):
        yield


@pytest.fixture
def branch(tree):
    branch = make_organization("中共东区第一小学支部委员会", tree.east_edu)
    make_organization("中共东区第二小学支部委员会", tree.east_edu)
    join("张甲", branch, 1)
    join("李乙", branch, 2)
    return branch


def line(name, base="", monthly="", paid=(), **told):
    values = {"姓名": name, "月工资收入": base, "月应缴": monthly} | told
    values |= {f"{n}月": amount for n, amount in enumerate(paid, start=1)}
    return [values.get(heading, "") for heading in HEAD]


def save(user, *rows, head=HEAD, title=TITLE):
    return importing.save("auto", book(title, head, *rows), "党费.xlsx", user=user)


def codes(outcome):
    return [p.code for row in outcome.rows for p in row.problems]


def test_a_ledger_of_a_branch_named_in_the_title(users, branch):
    rows = [
        line("张 甲", "3,000.00", 15, ["15.00元", 15.0, "15"], 收款人="李乙"),
        line("李乙", 6200, "", [93]),
        line("合计", "", "", [108]),
    ]
    outcome = save(users.editor, *rows)
    assert (outcome.kind, outcome.year, outcome.counts["new"]) == ("dues", 2026, 2)
    ledger = DuesLedger.objects.get()
    assert (ledger.organization, ledger.year, ledger.collector) == (branch, 2026, "李乙")
    first = MemberDues.objects.get(member__name="张甲")
    assert first.paid[:4] == (Decimal(15), Decimal(15), Decimal(15), None)
    assert (first.base, first.monthly) == (Decimal(3000), Decimal(15))
    assert MemberDues.objects.get(member__name="李乙").monthly == Decimal("93.00")
    places = Revision.objects.filter(batch=outcome.batch.pk).values_list("model", "row")
    assert set(places) == {
        ("activities.duesledger", 3),
        ("activities.memberdues", 3),
        ("activities.memberdues", 4),
    }
    assert save(users.editor, *rows).counts["unchanged"] == 2
    later = save(users.editor, line("张甲", paid=[15, 15, 15, 15]))
    assert later.counts["changed"] == 1
    first.refresh_from_db()
    assert (first.paid_4, first.monthly) == (Decimal(15), Decimal(15))


def test_by_quarter_each_month_takes_its_due(users, branch):
    head = ["姓名", "计算基数", "第一季度", "二季度", "三季度", "四季度"]
    outcome = save(users.editor, ["张甲", 3000, 45, 50], head=head)
    assert (outcome.kind, outcome.counts["new"]) == ("dues", 1)
    row = MemberDues.objects.get()
    assert row.ledger.pays_quarterly is True
    assert row.paid[:6] == tuple(map(Decimal, (15, 15, 15, 15, 15, 20)))
    assert save(users.editor, ["张甲", 3000, 45, 50], head=head).counts["unchanged"] == 1


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (line("王丙", 3000), "MEMBER_UNKNOWN"),
        (line("张甲", 3000, 5), "DUES_BELOW_RATE"),
        (line("张甲", "约3000"), "NUMBER_INVALID"),
        (line("张甲", 3000, paid=["-15"]), "NUMBER_INVALID"),
        (line("", 3000), "REQUIRED_MISSING"),
    ],
)
def test_a_row_is_refused_with_its_reason(users, branch, row, code):
    assert codes(save(users.editor, row)) == [code]
    assert not MemberDues.objects.exists()
    assert not DuesLedger.objects.exists()


def test_rounding_is_not_a_reduction_and_a_document_allows_one(users, branch):
    head = ["姓名", "计算基数", "月应缴", "减免依据", "1月"]
    rows = [["张甲", 2950, 14, "", 14], ["李乙", 3000, 5, "东教党〔2026〕3号", 5]]
    assert codes(save(users.editor, *rows, head=head)) == []
    assert MemberDues.objects.get(member__name="李乙").monthly == Decimal(5)


def test_whose_ledger_it_is_has_to_be_told(users, branch):
    outcome = save(users.editor, line("张甲", 3000), title=["2026年党费收缴台账"])
    assert codes(outcome) == ["REQUIRED_MISSING"]
    head = ["所在党支部", "姓名", "1月"]
    outcome = save(users.editor, ["没有的支部", "张甲", 1], head=head, title=["2026年党费台账"])
    assert codes(outcome) == ["ORG_UNKNOWN"]
    assert codes(save(users.west_editor, line("张甲", 3000))) == ["REQUIRED_MISSING"]


def test_members_of_one_name_are_told_apart_by_their_numbers(users, branch):
    twin = join("张甲", branch, 3, birth_date=D(1991, 2, 3))
    assert codes(save(users.editor, line("张甲", 3000))) == ["MEMBER_AMBIGUOUS"]
    stream = io.BytesIO()
    form = get_form("dues")
    assert template.write_template(form, stream, user=users.editor, year=2026, filled=True) == 3
    assert twin.id_number.encode() not in stream.getvalue()
    stream.seek(0)
    outcome = importing.preview("auto", stream, "模板.xlsx", user=users.editor)
    assert (outcome.counts["unchanged"], codes(outcome)) == (3, [])


def test_who_came_in_the_year_owes_from_then(users, branch):
    join("王丙", branch, 4, start=D(2026, 5, 6), joined_on=D(2020, 1, 1))
    assert codes(save(users.editor, line("王丙", 3000, paid=["", "", "", 15]))) == ["MONTH_NOT_DUE"]
    save(users.editor, line("王丙", 3000, paid=["", "", "", "", 15]))
    row = MemberDues.objects.get()
    assert (row.first_month, row.last_month, row.paid_5) == (5, 12, Decimal(15))


def test_the_prefilled_template_and_the_export_come_back_without_a_change(client, users, branch):
    save(users.editor, line("张甲", 3000, 15, [15, 15]), line("李乙", 6200, "", [93]))
    MemberDues.objects.filter(member__name="李乙").update(paid_on_1=D(2026, 1, 20))
    stream = io.BytesIO()
    template.write_template(get_form("dues"), stream, user=users.editor, year=2026, filled=True)
    stream.seek(0)
    outcome = importing.preview("auto", stream, "模板.xlsx", user=users.editor)
    assert (outcome.year, outcome.counts["unchanged"], codes(outcome)) == (2026, 2, [])
    client.force_login(users.manager)
    address = reverse("organization_dues", args=[branch.pk]) + "?year=2026&format=xlsx"
    response = client.get(address)
    content = b"".join(response) if response.streaming else response.content
    outcome = importing.preview("auto", io.BytesIO(content), "台账.xlsx", user=users.manager)
    assert (outcome.kind, outcome.counts["unchanged"], codes(outcome)) == ("dues", 2, [])
    assert outcome.questions == ()


def test_through_the_page_back_and_undone(client, users, branch, monkeypatch):
    client.force_login(users.editor)
    rows = [line("张甲", 3000, 15, [15]), line("王丙", 3000)]
    file = SimpleUploadedFile("党费.xlsx", book(TITLE, HEAD, *rows).read())
    address = client.post(reverse("import_new"), {"kind": "", "file": file}).url
    assert "《党费收缴台账》" in client.get(address).content.decode()
    client.post(address, {"action": "save"})
    assert MemberDues.objects.count() == 1
    batch = ImportBatch.objects.get()
    again = importing.preview("auto", io.BytesIO(returned(batch)), "再报.xlsx", user=users.editor)
    assert codes(again) == ["MEMBER_UNKNOWN"]
    told = []
    monkeypatch.setattr(hooks, "after_save", [lambda stored, user: told.append(stored)])
    save(users.editor, line("张甲", paid=[15, 15]))
    undo(ImportBatch.objects.latest("pk"), user=users.editor, reason="传错了")
    # The branch is scored anew although only rows of its ledger were written.
    assert [stored.organization_ids for stored in told] == [{branch.pk}] * 2
    assert MemberDues.objects.get().paid_2 is None
    undo(batch, user=users.editor, reason="传错了")
    assert not MemberDues.objects.exists()
    assert not DuesLedger.objects.exists()


def test_the_number_of_queries_does_not_grow(users, branch, django_assert_max_num_queries):
    for number in range(5, 25):
        join(f"党员{number}", branch, number)
    rows = [line(f"党员{n}", 3000, 15, [15]) for n in range(5, 25)]
    with django_assert_max_num_queries(32):
        assert save(users.editor, *rows).counts["new"] == 20


def test_a_quarter_agreed_to_is_not_changed_by_a_workbook(users, branch):
    save(users.editor, line("张甲", 3000, paid=[15]))
    told = {"quarter": 1, "agreed_on": D(2026, 4, 8), "agreed_by": "支委会"}
    DuesQuarter.objects.create(ledger=DuesLedger.objects.get(), **told)
    assert codes(save(users.editor, line("张甲", 3000, paid=[15, 15]))) == ["QUARTER_AGREED"]
    outcome = save(users.editor, line("张甲", 3000, paid=[15, "", "", 15]))
    assert outcome.counts["changed"] == 1
    row = MemberDues.objects.get()
    assert row.paid[:4] == (Decimal(15), None, None, Decimal(15))
