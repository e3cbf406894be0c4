"""Members kept in the browser: forms, masked numbers, acts with their buttons, past days."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from accounts.history import Act
from accounts.models import AuditEntry, Revision
from orgs import services_situations as situations
from orgs.models import Contact, Member, Transfer
from orgs.personal import lookup_hash
from orgs.services_transfers import receive, send
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_member
from tests.workbooks import sheet_rows

D = datetime.date
# Valid numbers by the check digit of GB 11643.
MAN, OTHER_MAN, WOMAN = "990102198005060015", "990102198107080033", "990102198203040023"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    return make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)


@pytest.fixture
def west(tree):
    return make_organization("中共西县第一中学支部委员会", tree.west_edu)


@pytest.fixture
def member(branch):
    found = make_member("王海涛", branch, confirmed_on=D(2006, 7, 1))
    found.id_number, found.id_hash = MAN, lookup_hash(MAN)
    found.save()
    return found


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor)
    return client


def page(name, *args):
    return reverse(name, args=args)


def data_of(client, member, **changes):
    """Return what a browser sends for the edit form of `member` as it stands."""
    form = client.get(page("member_edit", member.pk)).context["form"]
    data = {key: value for key, value in form.values().items() if value not in (None, False)}
    return {**data, "version": member.version, **changes}


def errors(response):
    return {name: " ".join(found) for name, found in response.context["form"].errors.items()}


def new_person(branch, **changes):
    return {
        "organization": branch.short_name,
        "name": "李 倩",
        "id_number": WOMAN,
        "employment": "active",
        **changes,
    }


# -- the form -----------------------------------------------------------------------------


def test_numbers_left_as_shown_are_left_as_stored(editor, member):
    text = editor.get(page("member_edit", member.pk)).content.decode()
    assert MAN not in text
    assert member.phone not in text
    assert 'value="9****************5"' in text
    editor.post(page("member_edit", member.pk), data_of(editor, member, job="教导主任"))
    member.refresh_from_db()
    assert (member.id_number, member.phone, member.job) == (MAN, "13912345678", "教导主任")
    assert Revision.objects.get().changes == {"job": ["", "教导主任"]}


def test_a_new_number_brings_its_birth_date_and_sex(editor, member):
    data = data_of(editor, member, id_number=f" {WOMAN[:6]} {WOMAN[6:]} ")
    address = page("member_edit", member.pk)
    assert "理由" in errors(editor.post(address, data))["reason"]
    editor.post(address, {**data, "reason": "号码录错"})
    member.refresh_from_db()
    assert (member.id_number, member.id_hash) == (WOMAN, lookup_hash(WOMAN))
    assert (member.birth_date, member.sex) == (D(1982, 3, 4), "female")
    shown = editor.get(page("member_history", member.pk)).content.decode()
    entry = AuditEntry.objects.get(action="member.change")
    for text in (shown, str(entry.changes)):
        assert not any(number in text for number in (MAN, WOMAN, MAN[-4:], WOMAN[-4:]))
    assert "9****************3" in shown


def test_an_earlier_number_is_put_back_by_way_of_its_mask(editor, member):
    data = data_of(editor, member, id_number=WOMAN, reason="试")
    editor.post(page("member_edit", member.pk), data)
    asked = {"revision": Revision.objects.get().pk, "field": "id_number"}
    editor.post(page("member_restore", member.pk), asked)
    member.refresh_from_db()
    assert (member.id_number, member.birth_date, member.sex) == (MAN, D(1980, 5, 6), "male")


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"id_number": WOMAN[:-1] + "4"}, "id_number", "校验码错误"),
        ({"id_number": "9****************2"}, "id_number", "格式不对"),
        ({"sex": "female"}, "sex", "按号码应为“男”"),
        ({"birth_date": "1980-05-07"}, "birth_date", "按号码应为 1980-05-06"),
        ({"joined_on": "1998-05-05"}, "joined_on", "1998-05-06 满"),
        ({"confirmed_on": "2005-06"}, "confirmed_on", "转正时间早于入党时间"),
        ({"status": "probationary"}, "confirmed_on", "预备党员没有转正时间"),
        ({"retired_on": "2026-09-01"}, "retired_on", "在职的不填"),
        ({"phone": "不详"}, "phone", "电话号码格式不对"),
    ],
)
def test_what_does_not_fit_together_is_refused_at_its_field(editor, member, changes, field, words):
    data = data_of(editor, member, reason="试", **changes)
    response = editor.post(page("member_edit", member.pk), data)
    assert words in errors(response)[field]
    member.refresh_from_db()
    assert member.version == 1


def test_a_number_known_anywhere_gets_the_neutral_answer(editor, member, west):
    known = make_member("赵敏", west, 2)
    known.id_hash = lookup_hash(OTHER_MAN)
    known.save()
    told = "这个身份证号不能在这里登记。请核对号码；确属本组织党员的，先办理组织关系转接。"
    data = data_of(editor, member, id_number=OTHER_MAN, birth_date="", reason="试")
    assert errors(editor.post(page("member_edit", member.pk), data)) == {"id_number": told}
    for name, more in (
        ("member_new", {"status": "full"}),
        ("member_admit", {"joined_on": "2026-06-01"}),
        (
            "member_arrive",
            {
                "status": "full",
                "joined_on": "2010-06",
                "sender_name": "省直",
                "day": "2026-10-8",
            },
        ),
    ):
        person = new_person(member.organization, id_number=OTHER_MAN, **more)
        assert errors(editor.post(page(name), person)) == {"id_number": told}, name


def test_a_month_stays_a_month(editor, member):
    editor.post(
        page("member_edit", member.pk), data_of(editor, member, joined_on="2005-06", reason="试")
    )
    member.refresh_from_db()
    assert (member.joined_on, member.joined_month_only) == (D(2005, 6, 1), True)
    assert data_of(editor, member)["joined_on"] == "2005-06"
    asked = {"revision": Revision.objects.get().pk, "field": "joined_on"}
    editor.post(page("member_restore", member.pk), asked)
    member.refresh_from_db()
    assert (member.joined_on, member.joined_month_only) == (D(2005, 7, 1), False)


def test_the_second_editor_keeps_the_number_he_did_not_touch(editor, member):
    mine = data_of(editor, member, job="教研组长")
    theirs = data_of(editor, member, id_number=OTHER_MAN, reason="号码录错")
    editor.post(page("member_edit", member.pk), theirs)
    response = editor.post(page("member_edit", member.pk), mine)
    assert response.status_code == 409
    assert [line.name for line in response.context["clash"].lines] == ["id_number", "birth_date"]
    editor.post(page("member_edit", member.pk), {**mine, "seen": "2"})
    member.refresh_from_db()
    assert (member.id_number, member.job) == (OTHER_MAN, "教研组长")


def test_nobody_is_withdrawn_on_the_way(editor, member, west, users):
    send(member=member, receiver=west, sent_on=D(2026, 11, 1), act=Act(users.editor))
    response = editor.post(page("member_withdraw", member.pk), {"version": 1, "reason": "重复录入"})
    assert "正在转接" in response.content.decode()
    assert Member.objects.exists()


# -- three ways in ------------------------------------------------------------------------


def test_three_ways_into_the_register(editor, branch):
    editor.post(page("member_new"), new_person(branch, status="full", joined_on="2015-06"))
    person = Member.objects.get()
    assert (person.name, person.sex, person.birth_date) == ("李倩", "female", D(1982, 3, 4))
    assert (person.school, person.joined_month_only) == (branch.school, True)
    admitted = new_person(branch, name="王海涛", id_number=MAN, joined_on="2026-6-1")
    response = editor.post(page("member_admit"), {**admitted, "document": "东教党〔2026〕8号"})
    person = Member.objects.get(name="王海涛")
    assert response.url == page("member", person.pk)
    assert (person.status, person.joined_on) == ("probationary", D(2026, 6, 1))
    arrived = new_person(
        branch,
        name="周明",
        id_number=OTHER_MAN,
        status="full",
        joined_on="2001-7-1",
        confirmed_on="2002-7-1",
        sender_name="中共省实验小学支部委员会",
        letter_number="省 12",
        day="2026-10-8",
    )
    editor.post(page("member_arrive"), arrived)
    rows = Member.objects.values_list("name", "memberships__start", "memberships__beginning")
    assert set(rows) == {
        ("李倩", None, "opened"),
        ("王海涛", D(2026, 6, 1), "admitted"),
        ("周明", D(2026, 10, 8), "transferred"),
    }
    transfer = Transfer.objects.get()
    assert (transfer.from_label, transfer.state) == ("中共省实验小学支部委员会", "received")
    assert set(AuditEntry.objects.values_list("action", flat=True)) >= {
        "member.create",
        "member.admit",
        "member.arrive",
    }


def test_a_member_is_not_put_into_an_organization_of_others(editor, west):
    response = editor.post(page("member_new"), new_person(west, status="full"))
    assert "没有找到" in errors(response)["organization"]
    assert not Member.objects.exists()


# -- acts ---------------------------------------------------------------------------------


def offered(client, member) -> set[str]:
    return {title for title, _ in client.get(page("member", member.pk)).context["acts"]}


def test_a_member_is_offered_what_fits_him(editor, branch, client, users):
    full = make_member("王海涛", branch, 1)
    new = make_member("李倩", branch, 2, status="probationary")
    gone = make_member("周明", branch, 3, left_on=D(2026, 5, 5))
    assert offered(editor, full) == {
        "转出组织关系",
        "登记离退休",
        "登记流动",
        "登记失联",
        "登记离开",
    }
    assert offered(editor, new) == offered(editor, full) | {"转正", "延长预备期"}
    assert offered(editor, gone) == {"恢复"}
    client.force_login(users.viewer)
    shown = client.get(page("member", full.pk))
    assert shown.context["acts"] == []
    assert page("member_edit", full.pk) not in shown.content.decode()


def test_acts_are_done_by_their_pages(editor, branch):
    member = make_member("李倩", branch, status="probationary", joined_on=D(2025, 9, 1))

    def do(act, **told):
        member.refresh_from_db()
        response = editor.post(
            page(f"member_{act}", member.pk), {"version": member.version, **told}
        )
        assert response.status_code == 302, errors(response)
        member.refresh_from_db()

    late = {"day": "2026-11-10", "version": 1}
    response = editor.post(page("member_confirm", member.pk), late)
    assert "晚了一个月以上" in response.content.decode()
    do("confirm", day="2026-11-10", confirmed="on")
    assert (member.status, member.confirmed_on) == ("full", D(2026, 11, 10))
    do("float", day="2026-03-01", place="深圳")
    do("contact", day="2026-11-11", way="phone", note="一切正常")
    assert Contact.objects.get().note == "一切正常"
    do("settle", day="2026-11-12")
    do("lost", day="2026-02-01", note="电话停机")
    do("suspend", day="2026-09-01", document="东党〔2026〕3号")
    assert member.status == "suspended"
    do("resume", day="2026-11-01", status="full")
    do("retire", day="2026-11-01")
    assert (member.employment, member.is_lost_contact) == ("retired", False)
    do("leave", kind="died", day="2026-11-12")
    do("come_back", reason="登记错了人")
    assert member.left_on is None
    shown = editor.get(page("member", member.pk)).content.decode()
    for words in ("2026-03-01", "深圳", "电话停机", "停止党籍", "一切正常"):
        assert words in shown
    # The person, his situations and his membership: each write is in the history.
    assert AuditEntry.objects.filter(action__startswith="member.").count() == 9
    assert AuditEntry.objects.filter(action="contact.create").count() == 1


def test_a_service_that_refuses_leaves_what_was_typed(editor, branch):
    member = make_member("李倩", branch, status="probationary", joined_on=D(2026, 9, 1))
    response = editor.post(page("member_confirm", member.pk), {"day": "2026-11-1", "version": 1})
    assert "预备期到 2027-09-01 满" in errors(response)["day"]
    assert 'value="2026-11-1"' in response.content.decode()
    stop = editor.get(page("member_come_back", member.pk)).context["stop"]
    assert "没有离开" in stop


def test_days_that_run_are_said_first(editor, branch, users):
    member = make_member("赵敏", branch)
    act = Act(users.editor)
    situations.lose_contact(member=member, since=D(2026, 6, 1), note="搬家", act=act)
    notice = editor.get(page("member", member.pk)).context["notices"][0]
    assert notice["text"] == "2026-06-01 起失联，2026-12-01 满 6 个月。查找情况：搬家。"
    assert not notice["hot"]
    with time_machine.travel("2026-12-01 10:00+08:00", tick=False):
        editor.force_login(users.editor)
        notice = editor.get(page("member", member.pk)).context["notices"][0]
    assert "已满 6 个月，仍没有找到的应停止党籍" in notice["text"]
    assert (notice["hot"], notice["link"]) == (True, "停止党籍")


# -- past days ----------------------------------------------------------------------------


def listed(client, **query):
    table = client.get(page("members"), query).context["table"]
    return {(row.name, row.organization.short_name, row.status) for row in table.data}


@pytest.fixture
def moved(branch, west, users):
    member = make_member("王海涛", branch, 1)
    make_member("周明", branch, 2, left_on=D(2026, 5, 5))
    make_member("李倩", branch, 3, confirmed_on=D(2026, 8, 1), joined_on=D(2025, 8, 1))
    act = Act(users.manager)
    transfer = send(member=member, receiver=west, sent_on=D(2026, 9, 1), act=act)
    receive(transfer=transfer, day=D(2026, 9, 10), act=act)
    member.refresh_from_db()
    return member


def test_the_members_of_a_past_day(client, moved, users):
    east, west = "东区第一小学党支部", "西县第一中学党支部"
    client.force_login(users.manager)
    assert listed(client, day="2026-05-04") == {
        ("王海涛", east, "full"),
        ("周明", east, "full"),
        ("李倩", east, "probationary"),
    }
    assert listed(client, day="2026-05-04", status="probationary") == {
        ("李倩", east, "probationary")
    }
    assert listed(client, day="2026-09-10", organization=moved.organization_id) == {
        ("王海涛", west, "full")
    }
    assert listed(client) == {("王海涛", west, "full"), ("李倩", east, "full")}
    heads, rows = sheet_rows(client.get(page("members"), {"day": "2026-05-04", "format": "xlsx"}))
    assert len(rows) == 3
    assert "当时所在党组织" in heads


def test_a_past_day_shows_who_has_left_the_scope_without_a_link(editor, moved):
    assert {name for name, _, _ in listed(editor, day="2026-09-09")} == {"王海涛", "李倩"}
    text = editor.get(page("members"), {"day": "2026-09-09"}).content.decode()
    assert "后来转出" in text
    assert page("member", moved.pk) not in text
    assert {name for name, _, _ in listed(editor)} == {"李倩"}


def test_the_page_of_an_organization_counts_a_past_day(editor, branch, moved):
    shown = editor.get(page("organization", branch.pk), {"day": "2026-05-04"}).context["members"]
    assert shown["note"] == "2026-05-04 共 3 人，按当时的组织关系"
    counts = {label: text for label, _, text in shown["figures"]}
    assert (counts["正式党员"], counts["预备党员"]) == ("2", "1")
    label, url, _ = shown["figures"][1]
    assert len(editor.get(url).context["table"].data) == 1
    today = editor.get(page("organization", branch.pk), {"day": "乱写"}).context["members"]
    assert today["note"].startswith("共 1 人")


def test_a_day_that_cannot_be_is_told(editor, moved):
    for day, words in (("2026-11-13", "晚于今天"), ("去年", "不是有效的日期")):
        text = editor.get(page("members"), {"day": day}).content.decode()
        assert "“截至日期”没有生效" in text
        assert words in text


def test_every_column_of_a_past_day_sorts(editor, moved):
    for name in ("name", "organization", "age", "joined_on"):
        for sign in ("", "-"):
            query = {"day": "2026-09-09", "sort": sign + name}
            assert editor.get(page("members"), query).status_code == 200


@pytest.mark.parametrize("number", [1, 20])
def test_a_past_day_costs_the_same_for_any_number(
    editor, branch, number, django_assert_num_queries
):
    for n in range(number):
        make_member(f"党员{n}", branch, n)
    editor.get(page("members"))
    # The list of today and three more: organizations, what is seen, and the columns.
    with django_assert_num_queries(15):
        assert len(listed(editor, day="2026-09-09")) == number


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"marked": "moving"}, {"王海涛"}),
        ({"status": "suspended"}, {"赵敏"}),
        ({"left_kind": "died"}, {"周明"}),
    ],
)
def test_who_is_on_the_way_suspended_or_gone_is_found(editor, branch, west, users, query, expected):
    sent = make_member("王海涛", branch, 1)
    send(member=sent, receiver=west, sent_on=D(2026, 11, 1), act=Act(users.editor))
    make_member("赵敏", branch, 2, status="suspended")
    make_member("周明", branch, 3, left_on=D(2026, 5, 5), left_kind="died")
    assert {name for name, _, _ in listed(editor, **query)} == expected
