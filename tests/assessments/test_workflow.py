"""The way of an organization through the assessment of a year, step by step."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import history
from accounts.history import Act
from accounts.models import AuditEntry
from activities.models import Meeting
from assessments.models import Assessment, ReviewedScore
from assessments.workflow import after, deciding, evidence, filing, locking, progress
from assessments.workflow.models import (
    Decision,
    Evidence,
    Filing,
    LookBack,
    Objection,
    Schedule,
    Urging,
)
from assessments.workflow.sampling import Draw
from assessments.workflow.states import Stage, State
from supervision.models import RectificationItem
from tests.assessments.filings import fill, make_world, pending

DAY = datetime.timedelta(days=1)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
ITEMS = ("B5", "D6", "F4", "F5", "G1", "G3")


@pytest.fixture
def world(tree, standard, users, settings, tmp_path):
    """Last year, scored, with two branches in 东区 whose window of self-score is open."""
    settings.MEDIA_ROOT = tmp_path
    return make_world(tree, standard, users)


def to_submitted(world, record=None):
    record = record or world.filing
    fill(record, Stage.SELF, world.users.township if record == world.filing else world.users.editor)
    submitter = world.users.township if record == world.filing else world.users.editor
    return filing.submit(filing=record, act=Act(submitter))


def to_first_reviewed(world, record=None):
    record = to_submitted(world, record)
    fill(record, Stage.FIRST, world.users.reviewer, "0.50")
    return filing.pass_up(filing=record, act=Act(world.users.reviewer))


def test_every_organization_due_gets_one_filing(world):
    assert Filing.objects.count() == 2
    assert filing.begin(cycle=world.cycle, act=Act(world.users.manager)) == 0
    assert history.revisions(world.filing).count() == 1


def test_items_are_the_reviewed_ones_and_those_without_records(world):
    codes = pending(world.filing)
    assert set(ITEMS) <= set(codes)
    # Meetings are counted from records, never scored by people.
    assert not {"C1", "C2", "C5"} & set(codes)


@pytest.mark.parametrize(
    ("points", "sentence"),
    [("2.01", "满分 2 分"), ("-0.5", "0 到 2 之间"), ("1.005", "最多两位小数")],
)
def test_points_lie_between_zero_and_full(world, points, sentence):
    with pytest.raises(ValidationError, match=sentence):
        filing.give(
            filing=world.filing,
            code="G1",
            stage=Stage.SELF,
            points=Decimal(points),
            note="",
            act=Act(world.users.township),
        )
    assert not world.filing.items.exists()


def test_not_applicable_needs_a_reason(world):
    def claim(note):
        return filing.give(
            filing=world.filing,
            code="G1",
            stage=Stage.SELF,
            points=None,
            note=note,
            not_applicable=True,
            act=Act(world.users.township),
        )

    with pytest.raises(ValidationError, match="写明理由"):
        claim(" ")
    assert claim("与小学共用阵地").self_na


def test_only_those_who_fill_in_score_and_only_before_handing_in(world):
    def score(user):
        filing.give(
            filing=world.filing,
            code="G1",
            stage=Stage.SELF,
            points=Decimal(1),
            note="",
            act=Act(user),
        )

    with pytest.raises(PermissionDenied, match="填报人员"):
        score(world.users.reviewer)
    with pytest.raises(PermissionDenied):
        score(world.users.west_editor)
    to_submitted(world)
    with pytest.raises(PermissionDenied, match="不能改"):
        score(world.users.township)


def test_handing_in_needs_every_item(world):
    with pytest.raises(ValidationError) as refusal:
        filing.submit(filing=world.filing, act=Act(world.users.township))
    assert len(refusal.value.messages) == len(pending(world.filing))
    assert "G1 活动阵地还没有自评。" in refusal.value.messages


@pytest.mark.parametrize(("days", "sentence"), [(-6, "开始"), (6, "截止")])
def test_handing_in_only_inside_the_window(world, days, sentence):
    fill(world.filing, Stage.SELF, world.users.township)
    with pytest.raises(ValidationError, match=sentence):
        filing.submit(
            filing=world.filing,
            act=Act(world.users.township),
            today=world.today + days * DAY,
        )
    world.filing.refresh_from_db()
    assert world.filing.state == State.DRAFT


@pytest.mark.parametrize("days", [-5, 5])
def test_first_and_last_day_of_the_window_count(world, days):
    fill(world.filing, Stage.SELF, world.users.township)
    record = filing.submit(
        filing=world.filing, act=Act(world.users.township), today=world.today + days * DAY
    )
    assert record.state == State.SUBMITTED


def test_nobody_reviews_what_he_handed_in(world):
    # The manager of the city may fill in and may review: not both for one organization.
    fill(world.filing, Stage.SELF, world.users.manager)
    record = filing.submit(filing=world.filing, act=Act(world.users.manager))
    with pytest.raises(PermissionDenied, match="两人原则"):
        fill(record, Stage.FIRST, world.users.manager)


def test_nobody_reviews_twice(world):
    record = to_submitted(world)
    fill(record, Stage.FIRST, world.users.second, "0.50")
    filing.pass_up(filing=record, act=Act(world.users.second))
    deciding.draw(cycle=world.cycle, act=Act(world.users.manager))
    record.refresh_from_db()
    assert record.drawn  # the computed score is far from the line, but one of one is drawn
    with pytest.raises(PermissionDenied, match="两人原则"):
        fill(record, Stage.SECOND, world.users.second)


def test_a_reviewer_who_changes_points_says_why(world):
    record = to_submitted(world)
    with pytest.raises(ValidationError, match="写明理由"):
        fill(record, Stage.FIRST, world.users.reviewer, "0.50", note="")
    # Agreeing needs no words.
    fill(record, Stage.FIRST, world.users.reviewer, "1.00", note="")


def test_a_review_counts_at_once(world, django_capture_on_commit_callbacks):
    record = to_submitted(world)
    before = Assessment.objects.get(organization=world.ours).earned
    with django_capture_on_commit_callbacks(execute=True):
        filing.give(
            filing=record,
            code="G1",
            stage=Stage.FIRST,
            points=Decimal("1.50"),
            note="缺图书架",
            act=Act(world.users.reviewer),
        )
    assert ReviewedScore.objects.get(organization=world.ours, code="G1").points == Decimal("1.50")
    assert Assessment.objects.get(organization=world.ours).earned == before + Decimal("1.50")


def test_a_return_names_reason_and_day_and_lets_correct(world):
    record = to_submitted(world)
    with pytest.raises(ValidationError, match="退回的原因"):
        filing.send_back(filing=record, act=Act(world.users.reviewer))
    record = filing.send_back(
        filing=record, act=Act(world.users.reviewer, reason="缺第三季度党课记录")
    )
    assert (record.state, record.returned_for) == (State.RETURNED, "缺第三季度党课记录")
    assert record.due_on == filing.working_days_on(world.today, 5)
    # Corrected and handed in again, also after the window, until the day that was set.
    again = filing.submit(filing=record, act=Act(world.users.township), today=record.due_on)
    assert again.state == State.SUBMITTED
    assert again.due_on is None


def test_after_the_day_of_a_return_it_is_too_late(world):
    record = filing.send_back(
        filing=to_submitted(world), act=Act(world.users.reviewer, reason="缺材料")
    )
    with pytest.raises(ValidationError, match="补正期限"):
        filing.submit(filing=record, act=Act(world.users.township), today=record.due_on + DAY)


def test_steps_out_of_order_are_refused(world):
    with pytest.raises(PermissionDenied, match="不在初审阶段"):
        filing.pass_up(filing=world.filing, act=Act(world.users.reviewer))
    with pytest.raises(PermissionDenied, match="不在复核阶段"):
        filing.settle(filing=world.filing, act=Act(world.users.second))
    with pytest.raises(ValidationError, match="没有复核完成"):
        deciding.decide(
            cycle=world.cycle, met_on=world.today, minutes="1", act=Act(world.users.manager)
        )
    with pytest.raises(ValidationError, match="还没有认定"):
        deciding.publish(cycle=world.cycle, notice_from=world.today, act=Act(world.users.manager))
    with pytest.raises(ValidationError, match="还没有公示"):
        deciding.confirm(cycle=world.cycle, document="x", act=Act(world.users.manager))
    assert Filing.objects.filter(state=State.DRAFT).count() == 2


def hold(world, act):
    """Record a meeting of the year through the form of its page."""
    from schools import writing
    from sheets.forms import Stored

    record = Meeting(
        organization=world.ours,
        type="theme_day",
        held_on=datetime.date(world.cycle.year, 5, 6),
        counts_for_year=world.cycle.year,
        entered_on=world.today,
    )
    stored = Stored("meetings", frozenset({world.ours.pk}), frozenset({world.cycle.year}))
    return writing.write(record, act=act, action="meeting.create", touched=lambda one: stored)


def test_records_are_closed_once_handed_in_and_open_again(world):
    assert hold(world, Act(world.users.township))
    record = to_submitted(world)
    with pytest.raises(ValidationError, match="已经锁定"):
        hold(world, Act(world.users.township))
    assert Meeting.objects.count() == 1
    with pytest.raises(ValidationError, match="理由"):
        locking.reopen(filing=record, until=world.today, act=Act(world.users.reviewer))
    with pytest.raises(ValidationError, match="60|之间"):
        locking.reopen(
            filing=record,
            until=world.today + 61 * DAY,
            act=Act(world.users.reviewer, reason="漏录一次"),
        )
    with pytest.raises(ValidationError, match="审核人员"):
        locking.reopen(
            filing=record, until=world.today, act=Act(world.users.township, reason="漏录一次")
        )
    opened = locking.reopen(
        filing=record, until=world.today, act=Act(world.users.reviewer, reason="漏录一次")
    )
    hold(world, Act(world.users.township))
    locking.close_again(reopening=opened, act=Act(world.users.reviewer))
    with pytest.raises(ValidationError, match="已经锁定"):
        hold(world, Act(world.users.township))


def test_every_way_in_is_closed_with_the_same_sentence(world, client):
    hold(world, Act(world.users.township))
    meeting = Meeting.objects.get()
    to_submitted(world)
    meeting.is_late = True
    meeting.save()
    # A form keeps what was typed.
    client.force_login(world.users.editor)
    response = client.post(
        f"/meetings/{meeting.pk}/edit/",
        {
            "version": meeting.version,
            "organization": world.ours.name,
            "type": "theme_day",
            "held_on": f"{world.cycle.year}-05-06",
            "counts_for_year": world.cycle.year,
            "topic": "补写主题",
            "chair": "何建国",
            "recorder": "周敏",
            "due": "9",
            "present": "9",
            "status": "archived",
            "reason": "补写",
        },
    )
    page = response.content.decode()
    assert response.status_code == 400
    assert "已经锁定" in page
    assert "补写主题" in page
    # Accepting a late entry is the reviewer's, as long as he reviews.
    address, data = "/meetings/late/", {"meeting": meeting.pk, "decision": "accept"}
    client.force_login(world.users.reviewer)
    Filing.objects.filter(pk=world.filing.pk).update(state=State.CONFIRMED)
    response = client.post(address, data)
    assert response.status_code == 403
    assert "已经锁定" in response.content.decode()
    meeting.refresh_from_db()
    assert (meeting.topic, meeting.late_accepted) == ("", None)
    Filing.objects.filter(pk=world.filing.pk).update(state=State.SUBMITTED)
    assert client.post(address, data).status_code == 302
    meeting.refresh_from_db()
    assert meeting.late_accepted is True


def test_a_return_opens_the_records(world):
    record = to_submitted(world)
    filing.send_back(filing=record, act=Act(world.users.reviewer, reason="漏录"))
    assert hold(world, Act(world.users.township))


def test_the_draw_takes_vetoes_and_near_misses_and_can_be_repeated(world):
    first = to_first_reviewed(world)
    second = to_first_reviewed(world, Filing.objects.get(organization=world.other))
    # Without meetings both are vetoed; only ours is to be.
    Assessment.objects.filter(organization=world.other).update(is_vetoed=False)
    with pytest.raises(PermissionDenied):
        deciding.draw(cycle=world.cycle, act=Act(world.users.reviewer))
    counts = deciding.draw(cycle=world.cycle, act=Act(world.users.manager))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.drawn, first.state) == (Draw.VETO, State.FIRST_REVIEWED)
    # One of two is more than 20 %: the other is settled by its first review.
    assert (second.drawn, second.state) == ("", State.RE_REVIEWED)
    assert second.second_total == second.first_total
    assert counts == {Draw.VETO: 1, "": 1}


def settle(world, record):
    record.refresh_from_db()
    fill(record, Stage.SECOND, world.users.second, "0.75")
    return filing.settle(filing=record, act=Act(world.users.second))


def to_published(world):
    record = to_first_reviewed(world)
    deciding.draw(cycle=world.cycle, act=Act(world.users.manager))
    settle(world, record)
    deciding.decide(
        cycle=world.cycle, met_on=world.today, minutes="〔2026〕4 号", act=Act(world.users.manager)
    )
    deciding.publish(cycle=world.cycle, notice_from=world.today, act=Act(world.users.manager))
    record.refresh_from_db()
    return record


def test_the_three_scores_stand_side_by_side(world):
    record = to_published(world)
    assert record.self_total > record.second_total > record.first_total
    assert record.verdict == Assessment.objects.get(organization=world.ours).verdict
    item = record.items.get(code="G1")
    assert [item.self_points, item.first_points, item.second_points] == [
        Decimal("1.00"),
        Decimal("0.50"),
        Decimal("0.75"),
    ]


def test_the_notice_lasts_its_working_days_before_confirmation(world):
    to_published(world)
    decision = Decision.objects.get()
    assert decision.notice_until == filing.working_days_on(world.today - DAY, 5)
    with pytest.raises(ValidationError, match="公示到"):
        deciding.confirm(cycle=world.cycle, document="x 号", act=Act(world.users.manager))


def notice_over(world):
    decision = Decision.objects.get()
    decision.notice_from, decision.notice_until = world.today - 9 * DAY, world.today - DAY
    decision.met_on = world.today - 10 * DAY
    decision.save()


def test_an_objection_stops_the_confirmation_until_answered(world):
    record = to_published(world)
    notice_over(world)
    objection = deciding.object_to(
        objection=Objection(
            filing=record, raised_on=world.today, raised_by="群众", content="活动室没有党旗"
        ),
        act=Act(world.users.reviewer),
    )
    with pytest.raises(ValidationError, match="1 条异议"):
        deciding.confirm(cycle=world.cycle, document="x 号", act=Act(world.users.manager))
    deciding.answer(
        objection=objection, upheld=False, text="已现场核对", act=Act(world.users.manager)
    )
    deciding.confirm(cycle=world.cycle, document="x 号", act=Act(world.users.manager))
    record.refresh_from_db()
    world.cycle.refresh_from_db()
    assert record.state == State.CONFIRMED
    assert world.cycle.is_confirmed
    # The one never handed in stays where it was.
    assert Filing.objects.get(organization=world.other).state == State.DRAFT


def test_an_objection_that_was_right_goes_back_to_the_re_review(world):
    record = to_published(world)
    notice_over(world)
    objection = deciding.object_to(
        objection=Objection(
            filing=record, raised_on=world.today, raised_by="群众", content="活动室没有党旗"
        ),
        act=Act(world.users.reviewer),
    )
    deciding.answer(objection=objection, upheld=True, text="属实", act=Act(world.users.manager))
    record.refresh_from_db()
    assert record.state == State.FIRST_REVIEWED
    assert record.drawn
    with pytest.raises(ValidationError, match="没有走完"):
        deciding.confirm(cycle=world.cycle, document="x 号", act=Act(world.users.manager))


def confirmed(world, verdict):
    record = to_published(world)
    notice_over(world)
    Filing.objects.filter(pk=record.pk).update(verdict=verdict)
    deciding.confirm(cycle=world.cycle, document="x 号", act=Act(world.users.manager))
    record.refresh_from_db()
    return record


def test_a_look_back_revokes_from_its_day_and_leaves_the_rate(world):
    record = confirmed(world, "compliant")
    Assessment.objects.filter(organization=world.ours).update(verdict="compliant")
    with pytest.raises(PermissionDenied):
        after.look_back(
            record=LookBack(
                filing=record, looked_on=world.today, team="甲", finding="乙", outcome="revoked"
            ),
            act=Act(world.users.reviewer),
        )
    after.look_back(
        record=LookBack(
            filing=record,
            looked_on=world.today,
            team="检查一组",
            finding="活动记录与事实不符",
            outcome="revoked",
        ),
        act=Act(world.users.second),
    )
    record.refresh_from_db()
    assert (record.state, record.revoked_on) == (State.REVOKED, world.today)
    assert Assessment.objects.get(organization=world.ours).verdict == "compliant"
    record = after.rectify(filing=record, act=Act(world.users.reviewer))
    assert (record.state, record.due_on > world.today) == (State.RECTIFYING, True)


def test_one_re_test_a_year(world):
    record = confirmed(world, "non_compliant")
    record = after.rectify(filing=record, act=Act(world.users.reviewer))
    record = after.retest(
        filing=record,
        tested_on=world.today,
        passed=False,
        act=Act(world.users.second, reason="仍缺活动室"),
    )
    assert (record.state, record.retest_passed) == (State.CONFIRMED, False)
    record = after.rectify(filing=record, act=Act(world.users.reviewer))
    with pytest.raises(ValidationError, match="每年一次"):
        after.retest(
            filing=record,
            tested_on=world.today,
            passed=True,
            act=Act(world.users.second, reason="已整改"),
        )


# -- evidence -----------------------------------------------------------------------------


def upload(world, content=PDF, name="融合工作计划.pdf", code="F4", user=None):
    return evidence.add(
        filing=world.filing,
        code=code,
        upload=SimpleUploadedFile(name, content),
        act=Act(user or world.users.township),
    )


def test_a_file_is_kept_under_a_key_and_read_back(world):
    kept = upload(world)
    assert (kept.name, kept.content_type, kept.size) == (
        "融合工作计划.pdf",
        "application/pdf",
        len(PDF),
    )
    assert kept.name not in evidence.path_of(kept)
    assert evidence.content_of(kept) == PDF


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "空.pdf", "空的"),
        (b"<svg onload=alert(1)>", "图.png", "不能作佐证材料"),
        (b"<html>", "计划.pdf", "不能作佐证材料"),
        (b"MZ" + b"\0" * 300, "程序.docx", "不能作佐证材料"),
        (b"PK\x03\x04broken", "坏.docx", "不完整|不能作"),
        (b"%PDF" + b"0" * (10 * 1024 * 1024), "大.pdf", "10 MB"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_nothing_stays(
    world, tmp_path, content, name, sentence
):
    with pytest.raises(ValidationError, match=sentence):
        upload(world, content, name)
    assert not Evidence.objects.exists()
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_names_cannot_lead_anywhere(world):
    assert upload(world, name="../../etc/党建\u202e.exe").name == "党建.pdf"


def test_the_same_file_is_kept_once(world, tmp_path):
    upload(world)
    with pytest.raises(ValidationError, match="已经传过"):
        upload(world, name="别名.pdf")
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == 1


def test_a_changed_file_is_not_handed_out(world, client):
    kept = upload(world)
    path = Path(evidence.storage().path(evidence.path_of(kept)))
    path.write_bytes(PDF + b"x")
    client.force_login(world.users.reviewer)
    response = client.get(f"/evidence/{kept.pk}/")
    assert response.status_code == 409
    assert "损坏" in response.content.decode()
    assert AuditEntry.objects.filter(action="evidence.damaged", success=False).exists()


def test_files_are_served_inside_the_scope_only(world, client):
    kept = upload(world)
    client.force_login(world.users.west_editor)
    assert client.get(f"/evidence/{kept.pk}/").status_code == 404
    client.force_login(world.users.reviewer)
    response = client.get(f"/evidence/{kept.pk}/?download")
    assert response.content == PDF
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


def test_evidence_asked_by_lot_is_needed_before_handing_in(world):
    Schedule.objects.update(evidence_percent=100)
    fill(world.filing, Stage.SELF, world.users.township)
    # Nothing is known of the year before: the whole share.
    codes = pending(world.filing)
    missing = filing.problems(world.filing)
    assert len(missing) == len(codes)
    assert "按 100% 抽中" in missing[0]
    upload(world, code=codes[0])
    assert len(filing.problems(world.filing)) == len(codes) - 1


# -- progress -----------------------------------------------------------------------------


def test_the_board_counts_each_body_and_its_sum(world):
    to_submitted(world)
    rows, total = progress.board(world.users.manager, world.cycle, world.today)
    east = next(row for row in rows if row.label == "东区")
    assert (east.total, east.stages[Stage.SELF], east.stages[Stage.FIRST]) == (2, 1, 1)
    assert (total.total, total.percent, total.late) == (2, 50, 0)
    # After the window the one not handed in is late.
    rows, total = progress.board(world.users.manager, world.cycle, world.today + 6 * DAY)
    assert total.late == 1


def test_only_the_unfinished_are_urged_and_not_twice(world):
    to_submitted(world)
    with pytest.raises(PermissionDenied):
        progress.urge(cycle=world.cycle, body=None, act=Act(world.users.viewer))
    assert progress.urge(cycle=world.cycle, body=None, act=Act(world.users.reviewer)) == 2
    stages = dict(Urging.objects.values_list("filing__organization__name", "stage"))
    assert stages == {"白杨小学党支部": Stage.FIRST, "柳林小学党支部": Stage.SELF}
    with pytest.raises(ValidationError, match="两天内"):
        progress.urge(cycle=world.cycle, body=None, act=Act(world.users.reviewer))


def test_a_body_is_urged_alone(world):
    count = progress.urge(cycle=world.cycle, body=world.tree.baiyang, act=Act(world.users.reviewer))
    assert count == 1


def test_failed_indicators_become_items_of_the_ledger(world):
    record = confirmed(world, "non_compliant")
    with pytest.raises(PermissionDenied):
        after.rectify_failed(cycle=world.cycle, act=Act(world.users.reviewer))
    world.cycle.refresh_from_db()
    assert after.rectify_failed(cycle=world.cycle, act=Act(world.users.manager)) == 1
    record.refresh_from_db()
    lost = {
        code
        for code, score in filing.scores_of(record).items()
        if score.points is not None and score.points < score.of
    }
    vetoes = {one["code"] for one in Assessment.objects.get(organization=world.ours).vetoes}
    items = RectificationItem.objects.filter(organization=world.ours)
    assert set(items.values_list("indicator", flat=True)) == lost | vetoes
    assert set(items.values_list("deadline", "source")) == {(record.due_on, "assessment")}
    assert not RectificationItem.objects.filter(organization=world.other).exists()
    with pytest.raises(ValidationError, match="没有要布置整改"):
        after.rectify_failed(cycle=world.cycle, act=Act(world.users.manager))
