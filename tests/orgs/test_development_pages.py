"""Development cases in the browser: list, timeline, decisions, reviews, the end."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEntry, Revision
from orgs.models import ActivistReview, DevelopmentCase, DevStage, Member, MemberStatus
from tests.conftest import make_organization
from tests.orgs.records import make_member
from tests.orgs.test_development_keeping import make_case

D = datetime.date.fromisoformat
NUMBER = "99010219920304001X"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(datetime.datetime(2026, 3, 10, 10), tick=False):
        yield


@pytest.fixture
def branch(tree):
    return make_organization("中共东区第一小学支部委员会", tree.east_edu)


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    return client


def page(name, *args):
    return reverse(name, args=args)


def send(client, case, act, **told):
    """Post the form of an act with what it starts with."""
    address = page(f"development_case_{act}", case.pk)
    form = client.get(address).context["form"]
    data = {
        field.html_name: value
        for field in form
        if (value := field.field.prepare_value(field.value())) not in (None, False)
    }
    return client.post(address, {**data, **told})


def text_of(response):
    return response.content.decode()


MEETING = {
    "sponsors": "王芳、李强",
    "political_review_on": "2025-08-01",
    "political_review_passed": "true",
    "training_days": "3",
    "pre_review_on": "2025-12-20",
    "admitted_on": "2026-01-05",
    "votes_entitled": "12",
    "votes_present": "11",
    "votes_for": "11",
}


def test_a_new_applicant_is_entered_with_his_number(editor, branch):
    data = {
        "name": "赵晓梅",
        "id_number": NUMBER,
        "organization": "东区第一小学党支部",
        "applied_on": "2026-03-01",
        "is_teacher": "on",
    }
    response = editor.post(page("development_case_new"), data)
    case = DevelopmentCase.objects.get()
    assert response.url == page("development_case", case.pk)
    assert (case.birth_date, case.sex, case.stage) == (D("1992-03-04"), "male", DevStage.APPLICANT)
    assert set(case.checks.values_list("key", flat=True)) == {"R45", "R46"}
    assert NUMBER not in str(AuditEntry.objects.get(action="development_case.create").changes)


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"id_number": "990102200901010016"}, "申请时不满 18 岁"),
        ({"id_number": NUMBER[:-1] + "0"}, "校验码错误"),
        ({"first_talk_on": "2026-02-20"}, "早于递交入党申请书时间"),
        ({"applied_on": "2026-03-11"}, "晚于今天"),
    ],
)
def test_an_applicant_is_refused_in_words(editor, branch, told, reason):
    data = {
        "name": "赵晓梅",
        "id_number": NUMBER,
        "organization": "东区第一小学党支部",
        "applied_on": "2026-03-01",
    }
    response = editor.post(page("development_case_new"), data | told)
    assert response.status_code == 400
    assert reason in text_of(response)
    assert not DevelopmentCase.objects.exists()


def test_a_person_known_elsewhere_is_refused_without_saying_where(editor, tree, branch):
    west = make_organization("中共西县第一小学支部委员会", tree.west_edu)
    make_case(west, NUMBER)
    data = {
        "name": "赵晓梅",
        "id_number": NUMBER,
        "organization": "东区第一小学党支部",
        "applied_on": "2026-03-01",
    }
    response = editor.post(page("development_case_new"), data)
    assert "这个身份证号不能在这里登记" in text_of(response)
    assert "西县" not in text_of(response)


def test_a_whole_way_from_applicant_to_full_member(editor, users, branch):
    case = make_case(branch, applied_on="2024-01-10", first_talk_on="2024-01-20")
    send(editor, case, "activist", activist_on="2024-03-01", cultivators="王芳")
    for day in ("2024-08-20", "2025-02-20"):
        send(editor, case, "review", day=day, conclusion="表现良好")
    told = {"target_notice_from": "2025-03-03", "target_notice_to": "2025-03-07"}
    send(editor, case, "target", target_on="2025-03-10", **told)
    send(editor, case, "meeting", **(MEETING | {"pre_review_on": "2025-03-20"}), reason="例外")
    case.refresh_from_db()
    assert case.admitted_on is None  # a reason alone does not do: it must be confirmed
    data = MEETING | {"pre_review_on": "2025-03-01", "admitted_on": "2025-03-15"}
    send(editor, case, "meeting", **(data | {"pre_review_on": "2025-03-12"}))
    case.refresh_from_db()
    assert (case.admitted_on, case.stage) == (D("2025-03-15"), DevStage.DEVELOPMENT_TARGET)
    assert not Member.objects.exists()
    send(editor, case, "approve", approved_on="2025-04-20", approval_document="教党〔2025〕3号")
    member = Member.objects.get()
    case.refresh_from_db()
    assert case.stage == DevStage.PROBATIONARY
    assert (member.status, member.joined_on, member.name) == (
        MemberStatus.PROBATIONARY,
        D("2025-03-15"),
        "何建国",
    )
    early = send(
        editor,
        case,
        "confirm",
        confirmation_meeting_on="2026-03-09",
        confirmation_approved_on="2026-03-10",
        confirmed_on="2026-03-10",
    )
    assert "不能登记转正" in text_of(early)
    with time_machine.travel(datetime.datetime(2026, 4, 10), tick=False):
        editor.force_login(users.editor, backend="schools.roles.RoleBackend")
        send(
            editor,
            case,
            "confirm",
            confirmation_meeting_on="2026-03-20",
            confirmation_approved_on="2026-04-02",
        )
    case.refresh_from_db()
    member.refresh_from_db()
    assert (case.stage, case.confirmed_on) == (DevStage.FULL, D("2026-03-15"))
    assert (member.status, member.confirmed_on) == (MemberStatus.FULL, D("2026-03-15"))
    assert not case.checks.filter(met=False).exclude(key="R50").exists()


def test_a_year_of_cultivation_cannot_be_shortened(editor, branch):
    case = make_case(branch, activist_on="2025-03-11", cultivators="王芳")
    response = send(editor, case, "target", target_on="2026-03-10", reason="急")
    assert response.status_code == 400
    assert "早了 1 天" in text_of(response)
    case.refresh_from_db()
    assert case.target_on is None


def test_a_soft_rule_asks_for_a_reason_that_is_kept(editor, branch):
    case = make_case(branch, applied_on="2025-10-01", activist_on=None)
    told = {"activist_on": "2026-01-10", "cultivators": "王芳"}
    asked = send(editor, case, "activist", **told)
    assert "申请后一个月内派人谈话" in text_of(asked)
    assert "请写明为什么仍要办理" in text_of(asked)
    assert 'value="2026-01-10"' in text_of(asked)
    send(editor, case, "activist", **told, reason="谈话记录遗失，已补谈", confirmed="on")
    case.refresh_from_db()
    assert case.stage == DevStage.ACTIVIST
    assert Revision.objects.filter(reason="谈话记录遗失，已补谈").exists()
    entry = AuditEntry.objects.get(action="development_case.activist")
    assert entry.changes["确定为入党积极分子时间"] == ["空", "2026-01-10"]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"votes_present": "6"}, "没有超过半数，不能表决"),
        ({"votes_for": "6"}, "没有超过半数，没有通过"),
        ({"political_review_passed": "false"}, "不能发展入党"),
        ({"sponsors": "王芳"}, "应为 2 名"),
        ({"sponsors": "王芳、李强、何敏"}, "最多 2 名"),
        ({"admitted_on": "2025-12-19"}, "早于上级党委预审时间"),
    ],
)
def test_a_branch_meeting_must_carry(editor, branch, told, reason):
    case = make_case(branch, activist_on="2024-03-01", target_on="2025-03-10")
    response = send(editor, case, "meeting", **(MEETING | told))
    assert reason in text_of(response)
    case.refresh_from_db()
    assert case.admitted_on is None


def test_a_probationary_member_cannot_sponsor(editor, branch):
    make_member("李强", branch, status=MemberStatus.PROBATIONARY)
    case = make_case(branch, activist_on="2024-03-01", target_on="2025-03-10")
    response = send(editor, case, "meeting", **MEETING)
    assert "李强不是正式党员，不能作入党介绍人" in text_of(response)


def test_decisions_are_corrected_but_not_taken_in_the_form(editor, branch):
    case = make_case(branch, activist_on="2025-01-10", cultivators="王芳")
    form = editor.get(page("development_case_edit", case.pk)).context["form"]
    assert "target_on" not in form.fields  # a phase not reached is not shown
    data = {n: v for n, v in form.values().items() if v not in (None, False, "")}
    data |= {"version": case.version}
    without = editor.post(
        page("development_case_edit", case.pk), data | {"activist_on": "2025-01-12"}
    )
    assert "要写明理由" in text_of(without)
    editor.post(
        page("development_case_edit", case.pk),
        data | {"activist_on": "2025-01-12", "reason": "录错"},
    )
    case.refresh_from_db()
    assert case.activist_on == D("2025-01-12")
    assert case.id_number == "990102199001010012"


def test_the_number_is_never_shown_in_clear(editor, branch):
    case = make_case(branch)
    for name in ("development_case", "development_case_edit", "development_case_history"):
        assert "990102199001010012" not in text_of(editor.get(page(name, case.pk)))


def test_the_page_tells_what_is_due_and_what_was_missed(
    editor, branch, django_assert_max_num_queries
):
    case = make_case(
        branch,
        applied_on="2025-01-10",
        first_talk_on="2025-03-01",
        activist_on="2025-10-01",
        cultivators="王芳",
    )
    with django_assert_max_num_queries(18):
        response = editor.get(page("development_case", case.pk))
    assert [c.key for c in response.context["missed"]] == ["R46"]
    assert response.context["coming"][0].key == "R48"
    text = text_of(response)
    assert "2025-03-01 派人谈话，超过期限 2025-02-10 共 19 天" in text
    assert "2026-04-01" in text
    assert len([line for p in response.context["phases"] for line in p["lines"]]) == 25


def test_a_case_ends_with_a_reason_and_goes_on_again(editor, branch):
    case = make_case(branch, activist_on="2025-10-01")
    assert send(editor, case, "end", kind="dropped", day="2026-03-01").status_code == 400
    send(editor, case, "end", kind="dropped", day="2026-03-01", note="长期不参加活动")
    case.refresh_from_db()
    assert (case.end_kind, case.ended_on) == ("dropped", D("2026-03-01"))
    assert not case.checks.filter(met=None).exists()
    stopped = editor.get(page("development_case_target", case.pk))
    assert "终止，不能再办理" in text_of(stopped)
    send(editor, case, "resume", reason="登记错了")
    case.refresh_from_db()
    assert case.ended_on is None
    assert case.checks.filter(met=None).exists()


def test_cancelling_a_probation_takes_the_member_out(editor, branch):
    case = make_case(
        branch, activist_on="2024-03-01", target_on="2025-03-10", admitted_on="2025-05-10"
    )
    send(editor, case, "approve", approved_on="2025-06-01")
    case.refresh_from_db()
    send(editor, case, "end", kind="cancelled", day="2026-03-01", note="支部大会决议")
    assert Member.objects.get().left_on == D("2026-03-01")


def test_a_probation_is_extended_once_within_its_bounds(editor, branch):
    case = make_case(
        branch, activist_on="2023-03-01", target_on="2024-03-10", admitted_on="2025-02-20"
    )
    send(editor, case, "approve", approved_on="2025-03-01")
    case.refresh_from_db()
    told = {"extended_on": "2026-02-25"}
    short = send(editor, case, "extend", **told, extended_to="2026-08-19")
    assert "不能延长预备期" in text_of(short)
    send(editor, case, "extend", **told, extended_to="2026-08-20")
    case.refresh_from_db()
    assert case.extended_to == D("2026-08-20")
    again = editor.get(page("development_case_extend", case.pk))
    assert "不能办理“延长预备期”" in text_of(again)


def test_a_second_editor_is_told(editor, branch):
    case = make_case(branch, applied_on="2026-02-20")
    address = page("development_case_activist", case.pk)
    send(editor, case, "activist", activist_on="2026-03-01")
    DevelopmentCase.objects.filter(pk=case.pk).update(activist_on=None)
    response = editor.post(address, {"activist_on": "2026-03-02", "version": "1"})
    assert "改过这份资料" in text_of(response)


def test_a_review_is_kept_once_a_day_and_can_be_withdrawn(editor, branch):
    case = make_case(branch, activist_on="2025-10-01")
    send(editor, case, "review", day="2026-02-01", conclusion="良好")
    again = send(editor, case, "review", day="2026-02-01")
    assert "这一天已经登记过考察" in text_of(again)
    early = send(editor, case, "review", day="2025-09-30")
    assert "才确定为入党积极分子" in text_of(early)
    review = ActivistReview.objects.get()
    editor.post(page("activist_review_withdraw", review.pk), {"version": 1, "reason": "录错了人"})
    assert not ActivistReview.objects.exists()
    assert case.checks.get(key="R48").due_on == D("2026-04-01")


def test_the_list_counts_stages_and_finds_what_is_missed(
    editor, tree, branch, django_assert_max_num_queries
):
    make_case(branch, "990102199001010101", name="甲", applied_on="2026-03-01")
    make_case(branch, "990102199001010102", name="乙", applied_on="2025-12-01")
    make_case(
        branch,
        "990102199001010103",
        name="丙",
        activist_on="2025-10-01",
        first_talk_on="2024-03-20",
    )
    make_case(branch, "990102199001010104", name="丁", ended_on="2026-01-01", end_kind="dropped")
    make_case(make_organization("中共西县第一小学支部委员会", tree.west_edu), "990102199001010105")
    with django_assert_max_num_queries(16):
        response = editor.get(page("development_cases"))
    assert [tile.count for tile in response.context["tiles"]] == ["2", "1", "0", "0", "0"]

    def names(query):
        records = editor.get(f"{page('development_cases')}?{query}").context["table"].data
        return sorted(record.name for record in records)

    assert names("") == ["丙", "乙", "甲"]
    assert names("check=missed") == ["乙"]
    assert names("check=soon") == ["丙", "甲"]
    assert names("rule=R46") == ["乙"]
    assert names("stage=activist") == ["丙"]
    assert names("state=ended") == ["丁"]
    assert names("sort=-next_due&state=all")
    assert "丙" in names("end=dropped&state=all") or names("end=dropped") == ["丁"]


def test_the_list_as_a_workbook_is_masked(editor, branch):
    make_case(branch, name="甲")
    response = editor.get(page("development_cases") + "?format=xlsx")
    assert response.status_code == 200
    assert b"990102199001010012" not in response.content
