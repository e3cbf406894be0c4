"""The records of a filed year are closed; reopening."""

import datetime

import pytest
from django.core.exceptions import ValidationError

from accounts.history import Act
from activities.models import Meeting
from assessments.workflow import filing, locking
from assessments.workflow.models import (
    Filing,
)
from assessments.workflow.states import State
from sheets import importing
from tests.assessments.filings import (
    to_submitted,
)
from tests.sheets.test_importing import LEDGER, book

DAY = datetime.timedelta(days=1)
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


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
