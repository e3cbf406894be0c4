"""The records of a filed year are closed; reopening."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.history import Act
from activities.models import Cultivation, HeartTalk, LifeProblem, Meeting
from activities.talks.services import touched
from assessments.workflow import filing, locking
from assessments.workflow.models import (
    Filing,
)
from assessments.workflow.states import State
from orgs.sheets.records import RecordSheet
from schools import writing
from sheets import importing
from sheets.forms import Stored, all_forms
from sheets.undo import undo
from tests.activities.test_attendance import join
from tests.assessments.filings import (
    to_submitted,
)
from tests.conftest import make_school
from tests.sheets.test_importing import LEDGER, book

DAY = datetime.timedelta(days=1)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def hold(world, act):
    """Record a meeting of the year through the form of its page."""
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


def test_the_page_opens_records_until_a_day_ahead(world, client):
    record = to_submitted(world)
    client.force_login(world.users.reviewer, backend="schools.roles.RoleBackend")
    address = reverse("filing_reopen", args=[record.pk])
    until = world.today + 7 * DAY
    assert client.post(address, {"until": until.isoformat()}).status_code == 400
    told = {"until": until.isoformat(), "reason": "漏录一次"}
    assert client.post(address, told).status_code == 302
    assert record.reopenings.get().until == until


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


def test_a_workbook_goes_without_the_rows_of_a_closed_year_only(world):
    to_submitted(world)
    year = world.cycle.year
    rows = [
        [one.name, "主题党日", f"{year}-05-06", "学习党章", 10, 9]
        for one in (world.ours, world.other)
    ]
    outcome = importing.save(
        "meetings", book(LEDGER, *rows), "台账.xlsx", user=world.users.editor, year=year
    )
    assert (outcome.counts["new"], outcome.counts["refused"]) == (1, 1)
    ((problem,),) = [row.problems for row in outcome.refused_rows()]
    assert problem.code == "YEAR_CLOSED"
    assert "已经锁定" in problem.reason
    assert "开放更正" in problem.fix
    assert [one.organization for one in Meeting.objects.all()] == [world.other]


def test_every_ledger_of_a_year_closes_with_it_but_for_those_named():
    kinds = {
        form.stored_kind or form.kind
        for form in all_forms()
        if isinstance(form, RecordSheet) and form.dated and not form.lasts
    }
    # What those above keep, and honours, by which nothing is judged.
    above = {"findings", "development_quotas", "work_meetings", "group_meetings"}
    above |= {"inspections", "inspection_visits"}
    assert kinds - locking.CLOSING == above | {"lasting_roles"}
    # Those of no single field, and those whose rows are not records.
    assert locking.CLOSING - kinds == {"meetings", "problems", "dues"}


def talks(world, *people):
    """Bring talks of the year in, one of them for each of `people`."""
    year = world.cycle.year
    rows = [
        [world.ours.name, f"{year}-05-06", "李建国", name, "班子成员与党员", "学习"]
        for name in people
    ]
    headings = ("党组织名称", "谈话时间", "谈话人", "谈话对象", "双方关系", "谈话内容")
    return importing.save(
        "talks", book(headings, *rows), "谈话.xlsx", user=world.users.editor, year=year
    )


def test_an_import_into_a_closed_year_is_not_undone(world):
    join(world.ours, "陈小华", 1)
    join(world.ours, "周敏", 2)
    outcome = talks(world, "陈小华")
    assert outcome.counts["new"] == 1
    to_submitted(world)
    refused = talks(world, "陈小华", "周敏")
    assert (refused.counts["unchanged"], refused.counts["refused"]) == (1, 1)
    with pytest.raises(ValidationError, match="已经锁定"):
        undo(outcome.batch, user=world.users.editor, reason="传错了文件")
    assert HeartTalk.objects.count() == 1


def test_what_lasts_and_what_comes_after_is_still_told(world, client):
    year = world.cycle.year
    pair = Cultivation.objects.create(
        organization=world.ours,
        name="王晓",
        direction="to_backbone",
        party_mentor="何建国",
        started_on=datetime.date(year, 3, 1),
    )
    meeting = Meeting.objects.create(
        organization=world.ours,
        type="org_life",
        held_on=datetime.date(year, 3, 20),
        counts_for_year=year,
        entered_on=world.today,
    )
    problem = LifeProblem.objects.create(
        meeting=meeting,
        text="学习不够",
        measure="每月一学",
        responsible="何建国",
        deadline=world.today,
    )
    to_submitted(world)
    client.force_login(world.users.editor)

    def change(slug, record, **data):
        address = reverse(f"{slug}_edit", args=[record.pk])
        form = client.get(address).context["form"]
        told = {name: value for name in form.fields if (value := form[name].value()) is not None}
        return client.post(address, told | data)

    assert change("cultivation", pair, teaching_mentor="周敏").status_code == 302
    told = {"closed_on": str(world.today), "result": "已补学"}
    assert change("problem", problem, **told).status_code == 302
    refused = change("problem", problem, text="学习抓得不紧")
    assert refused.status_code == 400
    assert "已经锁定" in refused.content.decode()
    problem.refresh_from_db()
    assert (problem.text, problem.result) == ("学习不够", "已补学")


def test_a_record_does_not_move_out_of_a_closed_year(world):
    talk = HeartTalk(
        organization=world.ours,
        held_on=datetime.date(world.cycle.year, 5, 6),
        counts_for_year=world.cycle.year,
        speaker_name="李建国",
        member=join(world.ours, "陈小华", 1),
        relation="with_member",
        subject="学习",
    )
    writing.write(talk, act=Act(None), action="talk.create", touched=touched)
    to_submitted(world)
    talk.counts_for_year += 1
    with pytest.raises(ValidationError, match="已经锁定"):
        writing.write(talk, act=Act(world.users.editor), action="talk.change", touched=touched)


def test_a_survey_of_a_school_is_closed_with_its_organization(world):
    world.ours.school = make_school("白杨小学", world.tree.baiyang, world.tree.places["990102"])
    world.ours.save()
    to_submitted(world)
    told = Stored(
        "surveys", years=frozenset({world.cycle.year}), school_ids=frozenset({world.ours.school_id})
    )
    with pytest.raises(ValidationError, match="白杨小学党支部的 .*已经锁定"):
        locking.refuse_closed(told, world.users.editor)
