"""Dues in the browser: opening a ledger, a month of all, one member, the official table."""

import datetime
import io
from decimal import Decimal

import openpyxl
import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry, Revision
from activities.dues.agreeing import open_quarters
from activities.dues.months import facts_of, mark
from activities.models import DuesLedger, DuesPayer, DuesQuarter, MemberDues, Quarter
from orgs.models import Beginning, Employment, Membership
from tests.activities.test_dues_sums import make_row
from tests.conftest import make_organization
from tests.orgs.records import make_member

D = datetime.date.fromisoformat


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime.datetime(2026, 8, 10, 10), tick=False):
        yield


@pytest.fixture
def branch(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    return client


def join(name, branch, number, *, start=None, end=None, **told):
    """Return a member with his membership in a branch."""
    member = make_member(name, branch, number=number, **told)
    Membership.objects.update_or_create(
        member=member,
        defaults={
            "organization": branch,
            "start": start,
            "end": end,
            "beginning": Beginning.OPENED,
        },
    )
    return member


def page(name, *args, **query):
    text = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(name, args=args) + (f"?{text}" if text else "")


def text_of(response):
    return response.content.decode()


@pytest.fixture
def ledger(branch):
    return DuesLedger.objects.create(organization=branch, year=2026)


def test_a_ledger_is_opened_with_the_members_of_the_year(editor, branch):
    join("甲", branch, 1)
    join("乙", branch, 2, employment=Employment.RETIRED)
    join("丙", branch, 3, joined_on=D("2026-03-15"), start=D("2026-03-15"))
    join("丁", branch, 4, end=D("2026-06-20"))
    join("戊", branch, 5, end=D("2025-12-31"))
    join("己", branch, 6, start=D("2027-01-05"))
    shown = editor.get(page("organization_dues", branch.pk))
    assert "建立 2026 年台账" in text_of(shown)
    response = editor.post(page("dues_fill", branch.pk), {"year": 2026})
    assert response.url == page("organization_dues", branch.pk, year=2026)
    rows = {row.member.name: row for row in MemberDues.objects.select_related("member")}
    spans = {name: (row.first_month, row.last_month) for name, row in rows.items()}
    assert spans == {"甲": (1, 12), "乙": (1, 12), "丙": (3, 12), "丁": (1, 5)}
    assert rows["乙"].payer == DuesPayer.RETIRED
    assert AuditEntry.objects.filter(action="dues_ledger.fill").count() == 1


def test_the_base_of_last_year_is_proposed_and_members_are_brought_up(editor, branch):
    member = join("甲", branch, 1)
    last = DuesLedger.objects.create(organization=branch, year=2025)
    make_row(last, member, base=Decimal(4000), monthly="40")
    editor.post(page("dues_fill", branch.pk), {"year": 2026})
    row = MemberDues.objects.get(ledger__year=2026)
    assert (row.base, row.monthly) == (Decimal(4000), Decimal("40.00"))
    join("乙", branch, 2)
    member.memberships.update(end=D("2026-07-10"))
    assert "还有 1 名党员" in text_of(editor.get(page("organization_dues", branch.pk))).replace(
        "花名册里有 1 名党员", "还有 1 名党员"
    )
    editor.post(page("dues_fill", branch.pk), {"year": 2026})
    row.refresh_from_db()
    assert row.last_month == 6
    assert MemberDues.objects.filter(ledger__year=2026).count() == 2
    again = editor.post(page("dues_fill", branch.pk), {"year": 2026}, follow=True)
    assert "没有改动" in text_of(again)


def test_a_month_of_all_is_filled_in_at_once(editor, ledger, branch):
    one, two, three = (make_row(ledger) for _ in range(3))
    address = page("dues_month", branch.pk, year=2026, month=7)
    data = {"paid_on": "2026-07-20", f"paid_{one.pk}": "15", f"paid_{two.pk}": "7.5"}
    editor.post(address, data)
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.paid_7, one.paid_on_7) == (Decimal(15), D("2026-07-20"))
    assert two.paid_7 == Decimal("7.5")
    assert MemberDues.objects.get(pk=three.pk).version == 1
    assert Revision.objects.get(object_id=one.pk).source == "录入 7 月党费"
    entry = AuditEntry.objects.get(action="dues_ledger.pay")
    assert entry.changes == {"改动": 2}
    # 全部交清 fills only what is empty; what was paid keeps its day.
    shown = editor.get(address).context["form"]
    data = {f"seen_{row.pk}": shown[f"seen_{row.pk}"].value() for row in (one, two, three)}
    data |= {f"paid_{one.pk}": "15.00", f"paid_{two.pk}": "7.50", f"paid_{three.pk}": ""}
    editor.post(address, data | {"paid_on": "2026-08-01", "all": "1"})
    for row, day in ((one, "2026-07-20"), (two, "2026-07-20"), (three, "2026-08-01")):
        row.refresh_from_db()
        assert row.paid_on_7 == D(day)
    assert three.paid_7 == Decimal(15)


def test_a_quarter_is_spread_over_its_months(editor, ledger, branch):
    ledger.pays_quarterly = True
    ledger.save()
    full = make_row(ledger)
    late = make_row(ledger, first_month=2)
    address = page("dues_month", branch.pk, year=2026, month="q1")
    assert editor.get(page("dues_month", branch.pk, year=2026, month=1)).status_code == 404
    data = {"paid_on": "2026-03-20", f"paid_{full.pk}": "45", f"paid_{late.pk}": "30"}
    editor.post(address, data)
    full.refresh_from_db()
    late.refresh_from_db()
    assert full.paid[:4] == (Decimal(15), Decimal(15), Decimal(15), None)
    assert late.paid[:3] == (None, Decimal(15), Decimal(15))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("-1", "不能是负数"), ("十五", "应为数字"), ("1.234", "最多两位小数")],
)
def test_a_wrong_amount_is_refused_and_nothing_is_lost(editor, ledger, branch, typed, reason):
    one, two = make_row(ledger), make_row(ledger)
    data = {"paid_on": "2026-07-20", f"paid_{one.pk}": "15", f"paid_{two.pk}": typed}
    response = editor.post(page("dues_month", branch.pk, year=2026, month=7), data)
    assert response.status_code == 400
    assert reason in text_of(response)
    assert f'value="{typed}"' in text_of(response)
    one.refresh_from_db()
    assert one.paid_7 is None


def test_what_somebody_filled_in_meanwhile_is_not_written_over(editor, ledger, branch):
    row = make_row(ledger)
    address = page("dues_month", branch.pk, year=2026, month=7)
    editor.post(address, {"paid_on": "2026-07-20", f"paid_{row.pk}": "15", f"seen_{row.pk}": ""})
    data = {"paid_on": "2026-07-21", f"paid_{row.pk}": "20", f"seen_{row.pk}": ""}
    response = editor.post(address, data)
    assert "您打开后有人改为15.00 元" in text_of(response)
    row.refresh_from_db()
    assert row.paid_7 == Decimal(15)


def data_of(client, row, **told):
    form = client.get(page("member_dues_edit", row.pk)).context["form"]
    data = {name: value for name, value in form.values().items() if value is not None}
    return {**data, "version": row.version, **told}


def test_the_monthly_sum_follows_from_the_base(editor, ledger):
    row = make_row(ledger, monthly=None)
    address = page("member_dues_edit", row.pk)
    editor.post(address, data_of(editor, row, base="5000.01", reason="年初核定"))
    row.refresh_from_db()
    assert row.monthly == Decimal("75.00")
    less = editor.post(address, data_of(editor, row, monthly="30", reason="困难"))
    assert "少交、免交的，请填减免依据" in text_of(less)
    told = {"monthly": "30", "reason": "困难", "reduction_document": "教党〔2026〕8号"}
    editor.post(address, data_of(editor, row, **told))
    row.refresh_from_db()
    assert row.monthly == Decimal(30)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"paid_on_1": "2026-01-20"}, "没有填金额"),
        ({"paid_12": "15", "last_month": "6"}, "12 月不用交"),
        ({"first_month": "9", "last_month": "3"}, "起始月不能晚于截止月"),
        ({"paid_1": "15", "paid_on_1": "2026-08-01"}, "超过 6 个月"),
        ({"paid_1": "-5"}, "不能是负数"),
    ],
)
def test_a_row_is_refused_in_words(editor, ledger, told, reason):
    row = make_row(ledger, base=Decimal(3000))
    response = editor.post(page("member_dues_edit", row.pk), data_of(editor, row, **told))
    assert response.status_code == 400
    assert reason in text_of(response)


def test_paying_seven_months_late_is_kept_with_its_reason(editor, ledger):
    row = make_row(ledger, base=Decimal(3000))
    told = {"paid_1": "15", "paid_on_1": "2026-08-01", "reason": "外出支教"}
    editor.post(page("member_dues_edit", row.pk), data_of(editor, row, **told))
    row.refresh_from_db()
    assert row.paid_1 == Decimal(15)


def test_the_ledger_shows_who_is_behind(editor, ledger, branch, django_assert_max_num_queries):
    make_row(ledger, paid=dict.fromkeys(range(1, 8), 15))
    make_row(ledger, paid={3: 15})
    last = DuesLedger.objects.create(organization=branch, year=2025)
    long = make_member("久未交", branch, number=77)
    make_row(last, long)
    make_row(ledger, long, paid={8: 15})
    with django_assert_max_num_queries(24):
        response = editor.get(page("organization_dues", branch.pk))
    context = response.context
    assert (context["arrears"], context["ended"]) == (Decimal(15 * 6 + 15 * 7), 7)
    assert len(context["behind"]) == 2
    assert [line.row.member.name for line in context["long_unpaid"]] == []
    MemberDues.objects.filter(member=long, ledger=ledger).update(paid_8=None)
    response = editor.get(page("organization_dues", branch.pk))
    assert "久未交（19 个月）" in text_of(response)


def test_the_official_table_holds_live_formulas(editor, ledger, branch):
    make_row(ledger, base=Decimal(3000), paid={1: 15, 2: 15})
    make_row(ledger, base=Decimal(3000), first_month=3, paid={3: 15})
    response = editor.get(page("organization_dues", branch.pk, year=2026, format="xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).worksheets[0]
    cached = openpyxl.load_workbook(io.BytesIO(response.content), data_only=True).worksheets[0]
    assert sheet["A1"].value == "东区第一小学党支部2026年党费收缴台账"
    heads = {}
    for row in (3, 4):
        for cell in sheet[row]:
            if cell.value:
                heads[cell.value] = cell.column_letter
    first = 5
    assert sheet[f"{heads['全年应交（元）']}{first}"].value == "=E5*F5"
    assert cached[f"{heads['全年应交（元）']}{first}"].value == 180
    assert cached[f"{heads['欠交（元）']}{first}"].value == 15 * 5
    assert cached[f"{heads['欠交（元）']}{first + 1}"].value == 15 * 4
    total = f"{heads['1月']}{first + 2}"
    assert sheet[total].value.startswith("=SUM(")
    assert AuditEntry.objects.filter(action="dues_ledger.export").exists()


def test_quarterly_payment_needs_the_agreement_of_the_branch(editor, ledger):
    address = page("dues_ledger_edit", ledger.pk)
    data = {"pays_quarterly": "on", "version": 1, "reason": "寒暑假"}
    response = editor.post(address, data)
    assert "要经党支部同意" in text_of(response)
    editor.post(address, data | {"quarterly_agreed_on": "2026-01-10"})
    ledger.refresh_from_db()
    assert ledger.pays_quarterly


def test_the_list_tells_the_state_of_each_ledger(
    editor, tree, ledger, branch, django_assert_max_num_queries
):
    make_row(ledger, paid={1: 15})
    clear = make_organization("中共东区第二小学支部委员会", tree.east_edu)
    second = DuesLedger.objects.create(
        organization=clear, year=2026, published_on=D("2026-07-01"), pays_quarterly=True
    )
    make_row(second, paid=dict.fromkeys(range(1, 7), 15))
    make_row(second, monthly=None)
    none = make_organization("中共东区第三小学支部委员会", tree.east_edu)
    west = make_organization("中共西县第一小学支部委员会", tree.west_edu)
    make_row(DuesLedger.objects.create(organization=west, year=2026))
    with django_assert_max_num_queries(17):
        response = editor.get(page("dues"))
    sums = response.context["sums"]
    assert (sums.members, sums.arrears, sums.behind) == (3, Decimal(90), 1)

    def names(**query):
        return [row.pk for row in editor.get(page("dues", **query)).context["table"].data]

    assert set(names()) == {branch.pk, clear.pk, none.pk}
    assert names(state="behind") == [branch.pk]
    assert names(state="clear") == [clear.pk]
    assert names(state="none") == [none.pk]
    assert names(state="base") == [clear.pk]
    assert names(state="quarterly") == [clear.pk]
    assert names(published="no") == [branch.pk]
    assert names(published="yes") == [clear.pk]
    assert set(names(year=2025, state="none")) == {branch.pk, clear.pk, none.pk}


def test_another_county_sees_nothing(client, users, branch, ledger):
    client.force_login(users.west_editor, backend="schools.roles.RoleBackend")
    assert client.get(page("organization_dues", branch.pk)).status_code == 404
    assert client.post(page("dues_fill", branch.pk), {"year": 2026}).status_code == 404
    client.force_login(users.viewer, backend="schools.roles.RoleBackend")
    assert client.get(page("organization_dues", branch.pk)).status_code == 200
    assert client.post(page("dues_fill", branch.pk), {"year": 2026}).status_code == 403


def test_members_who_owe_and_who_paid_late_are_listed_with_their_months(editor, branch, tree):
    ledger = DuesLedger.objects.create(organization=branch, year=2026)
    west = make_organization("中共西区第一小学支部委员会", tree.west_edu)
    other = DuesLedger.objects.create(organization=west, year=2026)

    def pay(ledger, name, number, *, until, on=None):
        member = make_member(name, ledger.organization, number=number)
        row = MemberDues(ledger=ledger, member=member, base=3000, monthly=15)
        for n in range(1, until + 1):
            setattr(row, f"paid_{n}", 15)
            setattr(row, f"paid_on_{n}", on)
        row.save()

    pay(ledger, "甲", 31, until=7)
    pay(ledger, "乙", 32, until=4)
    # Paid on one day for five months: the last two were not over yet, or just so.
    pay(ledger, "丙", 33, until=7, on=D("2026-05-31"))
    pay(other, "丁", 34, until=0)
    response = editor.get(page("dues_owing"))
    (owing,) = response.context["page"].object_list
    assert (owing.member.name, owing.owed, owing.row_arrears) == ("乙", "5—7 月", Decimal(45))
    (late,) = editor.get(page("dues_owing", state="late")).context["page"].object_list
    assert (late.member.name, late.late_words) == ("丙", "2026-05-31 补交 1—4 月")
    assert editor.get(page("dues_owing", year=2025)).context["count"] == 0
    assert editor.get(page("dues_owing", sort="-arrears")).status_code == 200


def test_agreement_and_publication_say_by_whom_and_where(editor, branch):
    ledger = DuesLedger.objects.create(organization=branch, year=2026)
    told = {
        "version": 1,
        "pays_quarterly": "on",
        "quarterly_agreed_on": "2026-01-08",
        "quarterly_agreed_by": "1 月党员大会",
        "published_on": "2026-07-01",
        "published_how": "党务公开栏",
        "reason": "山区教学点",
    }
    response = editor.post(page("dues_ledger_edit", ledger.pk), told, follow=True)
    assert (
        "2026-01-08 1 月党员大会同意，按季度交纳；2026-07-01 向党员公布（党务公开栏）"
        in text_of(response)
    )


@pytest.fixture
def quarter(ledger):
    """The first quarter of 2026, agreed to in April."""
    told = {"quarter": 1, "agreed_on": D("2026-04-08"), "agreed_by": "支委会"}
    return DuesQuarter.objects.create(ledger=ledger, **told)


def test_a_quarter_is_agreed_to_when_it_is_over(editor, ledger, branch):
    make_row(ledger, paid={1: 15, 2: 15})
    address = page("dues_ledger_agree", ledger.pk)
    offered = editor.get(address).context["form"].fields["quarter"].choices
    assert [value for value, _ in offered if value] == [1, 2]
    told = {"quarter": 1, "by": "支委会"}
    early = editor.post(address, told | {"day": "2026-03-30"})
    assert "第一季度到 2026-03-31 结束，结束以后才能审核。" in text_of(early)
    assert editor.post(address, told | {"quarter": 3, "day": "2026-08-01"}).status_code == 400
    shown = text_of(editor.post(address, told | {"day": "2026-04-08"}, follow=True))
    assert "2026-04-08，支委会" in shown
    assert editor.post(address, told | {"day": "2026-04-09"}).status_code == 400
    assert AuditEntry.objects.filter(action="dues_quarter.create").count() == 1
    response = editor.get(page("organization_dues", branch.pk))
    states = [(one.is_over, bool(one.agreed), one.behind) for one in response.context["quarters"]]
    assert states == [(True, True, 1), (True, False, 1), (False, False, 1), (False, False, 0)]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"paid_1": "10", "paid_on_1": "2026-01-20"}, "1 月登记的不能再改"),
        ({"paid_1": "", "paid_on_1": ""}, "1 月登记的不能再改"),
        ({"paid_2": "15"}, "交纳日期要在审核以后"),
        ({"paid_2": "15", "paid_on_2": "2026-02-20"}, "交纳日期要在审核以后"),
    ],
)
def test_a_quarter_agreed_to_stands(editor, ledger, quarter, told, reason):
    row = make_row(ledger, base=Decimal(3000), paid={1: 15})
    response = editor.post(page("member_dues_edit", row.pk), data_of(editor, row, **told))
    assert response.status_code == 400
    assert reason in text_of(response)
    row.refresh_from_db()
    assert row.paid[:2] == (Decimal(15), None)


def test_what_is_paid_after_the_agreement_is_paid_late(editor, ledger, branch, quarter):
    ledger.pays_quarterly = True
    ledger.save()
    row = make_row(ledger, base=Decimal(3000), paid={1: 15})
    other = make_row(ledger, base=Decimal(3000), paid={1: 15, 2: 15, 3: 15})
    MemberDues.objects.update(paid_on_1=D("2026-03-20"))
    address = page("dues_month", branch.pk, year=2026, month="q1")
    assert "第一季度已于 2026-04-08 审核" in text_of(editor.get(address))

    def sent(day, amount, of=row):
        seen = editor.get(address).context["form"][f"seen_{of.pk}"].value()
        data = {"paid_on": day, f"paid_{of.pk}": amount, f"seen_{of.pk}": seen}
        data |= {f"paid_{one.pk}": "45.00" for one in (other,) if one is not of}
        data |= {f"seen_{one.pk}": "45.00" for one in (other,) if one is not of}
        return editor.post(address, data)

    assert "交纳日期要在审核以后" in text_of(sent("2026-04-02", "45"))
    assert "不能再改" in text_of(sent("2026-05-06", "30", of=other))
    assert sent("2026-05-06", "45").status_code == 302
    row.refresh_from_db()
    assert row.paid_on[:3] == (D("2026-03-20"), D("2026-05-06"), D("2026-05-06"))
    assert [mark(facts_of(row), n, D("2026-08-10")) for n in (1, 2, 3)] == ["已交", "迟交", "迟交"]


def test_a_withdrawn_agreement_frees_the_quarter(editor, ledger, quarter):
    row = make_row(ledger, base=Decimal(3000), paid={1: 15})
    told = {"version": 1, "reason": "2 月漏登一笔"}
    editor.post(page("dues_quarter_withdraw", quarter.pk), told)
    told = {"paid_2": "15", "paid_on_2": "2026-02-20"}
    assert (
        editor.post(page("member_dues_edit", row.pk), data_of(editor, row, **told)).status_code
        == 302
    )
    assert open_quarters(ledger, D("2026-08-10")) == [Quarter.FIRST, Quarter.SECOND]
