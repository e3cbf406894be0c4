"""Duties, the daily reminder, who is told, and my work, under a clock that stands still."""

import datetime
from operator import attrgetter
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from orgs.models import Term
from reports.duties.declared import DUTIES, KNOWN
from reports.duties.models import Reminder, ReminderLine
from reports.duties.services import remind
from reports.duties.work import Work
from schools.models import Jurisdiction, JurisdictionKind
from schools.roles import Role
from supervision.models import RectificationItem
from tests.conftest import make_organization, make_user

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = datetime.date(2026, 11, 23)


def at(*when):
    """Stand still at a moment in Shanghai."""
    return time_machine.travel(datetime.datetime(*when, tzinfo=SHANGHAI), tick=False)


def item(organization, deadline, **kwargs):
    """Return an open problem of `organization`, to be put right by `deadline`."""
    kwargs.setdefault("found_on", deadline - datetime.timedelta(days=60))
    return RectificationItem.objects.create(
        organization=organization,
        source="inspection",
        description="会议记录缺签到",
        category="org_life",
        deadline=deadline,
        **kwargs,
    )


@pytest.fixture
def branch(tree):
    """A branch of 白杨镇 with a term until 2028, so that only what a test adds is open."""
    organization = make_organization("中共东区白杨小学支部委员会", tree.baiyang)
    Term.objects.create(organization=organization, elected_on=datetime.date(2025, 5, 1), years=3)
    return organization


def told(user, duty="rectification", **kwargs):
    """Return (count, late, body, escalated) of a duty for `user`, over all days."""
    lines = ReminderLine.objects.filter(reminder__user=user, duty=duty, **kwargs)
    return [(one.count, one.late, one.body.label, one.is_escalated) for one in lines]


@pytest.mark.parametrize(
    "duty", [duty for duty in DUTIES if duty.is_reminded], ids=attrgetter("slug")
)
def test_every_duty_can_be_asked_on_any_day(duty, db):
    for day in (datetime.date(2028, 2, 29), datetime.date(2026, 1, 1), DAY):
        assert list(duty.rows(day).values_list(duty.owner, *duty.fields)) == []
    assert duty.url(1).startswith("/")


def test_the_nearest_body_with_people_is_told_once_a_day(users, branch):
    item(branch, DAY + datetime.timedelta(days=3))
    assert remind(day=DAY) > 0
    assert told(users.township) == [(1, 0, "东区白杨镇党委", False)]
    # Those above have people below them who do it; those beside do not see it.
    for other in (users.editor, users.manager, users.west_editor, users.reviewer, users.viewer):
        assert told(other) == []
    assert remind(day=DAY) == 0
    assert Reminder.objects.filter(user=users.township).count() == 1


def test_what_stays_late_is_told_to_the_level_above(users, branch):
    one = item(branch, DAY - datetime.timedelta(days=7))
    remind(day=DAY)
    assert told(users.editor) == []
    RectificationItem.objects.filter(pk=one.pk).update(deadline=DAY - datetime.timedelta(days=7))
    remind(day=DAY + datetime.timedelta(days=1))
    assert told(users.township) == [(1, 1, "东区白杨镇党委", False)] * 2
    for above in (users.editor, users.reviewer):
        assert told(above) == [(1, 1, "东区", True)]
    assert told(users.manager) == []


@pytest.mark.parametrize(
    ("days", "above", "top"), [(7, 0, 0), (8, 1, 0), (21, 1, 0), (22, 1, 1), (90, 1, 1)]
)
def test_what_stays_late_climbs_the_tree_with_time(users, branch, days, above, top):
    item(branch, DAY - datetime.timedelta(days=days))
    remind(day=DAY)
    assert told(users.township) == [(1, 1, "东区白杨镇党委", False)]
    assert told(users.editor) == [(1, 1, "东区", True)] * above
    assert [one[-1] for one in told(users.manager)] == [True] * top


def test_what_is_done_is_not_told(users, branch):
    one = item(branch, DAY)
    RectificationItem.objects.filter(pk=one.pk).update(
        state="closed", closed_on=DAY - datetime.timedelta(days=1)
    )
    remind(day=DAY)
    assert told(users.township) == []


def test_a_term_is_told_at_its_marks_and_a_missed_day_is_made_up(users, branch):
    # Ends on 2028-05-01: half a year before is 2027-11-01, three months before 2028-02-01.
    days = [datetime.date(2027, 10, 31), datetime.date(2027, 11, 3), datetime.date(2027, 11, 4)]
    days += [datetime.date(2028, 1, 31), datetime.date(2028, 2, 2)]
    seen = []
    for day in days:
        remind(day=day)
        if told(users.township, "term-ahead", reminder__day=day):
            seen.append(day)
    assert seen == [datetime.date(2027, 11, 3), datetime.date(2028, 2, 2)]


@pytest.mark.parametrize(
    ("now", "count", "late"),
    [
        # The deadline is the last day of the year: open until midnight in Shanghai.
        ((2026, 12, 31, 23, 59), 1, 0),
        ((2027, 1, 1, 0, 1), 1, 1),
    ],
)
def test_midnight_and_the_end_of_the_year(users, branch, now, count, late):
    item(branch, datetime.date(2026, 12, 31))
    with at(*now):
        assert timezone.localdate() == datetime.date(*now[:3])
        call_command("remind")
        (line,) = ReminderLine.objects.filter(reminder__user=users.township, duty="rectification")
        assert (line.count, line.late, line.reminder.day) == (count, late, datetime.date(*now[:3]))


def test_a_term_of_a_leap_day_ends_with_february(users, tree):
    organization = make_organization("中共东区柳林小学支部委员会", tree.liulin)
    term = Term.objects.create(
        organization=organization, elected_on=datetime.date(2024, 2, 29), years=3
    )
    due = KNOWN["term-over"].due(term.elected_on, term.years, None, day=DAY)
    assert due == datetime.date(2027, 2, 28)
    for day, slug in [
        (datetime.date(2027, 2, 28), "term-soon"),
        (datetime.date(2027, 3, 1), "term-over"),
    ]:
        with at(day.year, day.month, day.day, 0, 5):
            remind(day=timezone.localdate())
        lines = ReminderLine.objects.filter(reminder__day=day, duty__startswith="term-")
        assert {line.duty for line in lines.filter(reminder__user=users.editor)} == {slug}


def test_last_months_theme_day_is_due_on_the_fifteenth():
    due = KNOWN["month"].due
    assert due(day=datetime.date(2027, 1, 1)) == datetime.date(2027, 1, 15)
    assert due(day=datetime.date(2028, 3, 31)) == datetime.date(2028, 3, 15)


def test_opening_my_work_is_what_counts_as_seen(client, users, branch):
    item(branch, DAY - datetime.timedelta(days=1))
    with at(2026, 11, 23, 7):
        call_command("remind")
        client.force_login(users.editor)
        client.get(reverse("work"))
        reminder = Reminder.objects.get(user=users.township)
        assert reminder.seen_at is None
        page = client.get(reverse("reminders"), {"duty": "rectification"}).content.decode()
        assert "没有打开" in page
        assert "刘志强" in page
    with at(2026, 11, 23, 8, 12):
        client.force_login(users.township)
        words = client.get(reverse("work")).content.decode()
        assert "问题整改" in words
        assert "逾期 1 天" in words
        reminder.refresh_from_db()
        first = reminder.seen_at
        assert f"{timezone.localtime(first):%H:%M}" == "08:12"
    with at(2026, 11, 23, 9):
        client.get(reverse("work"))
        reminder.refresh_from_db()
        assert reminder.seen_at == first
        client.force_login(users.editor)
        page = client.get(reverse("reminders"), {"duty": "rectification"}).content.decode()
        assert "2026-11-23 08:12" in page
        client.force_login(users.west_editor)
        assert "刘志强" not in client.get(reverse("reminders")).content.decode()


def test_my_work_tells_mine_from_what_lies_below(users, branch, tree):
    item(branch, DAY - datetime.timedelta(days=2))
    other = make_organization("中共东区柳林小学支部委员会", tree.liulin)
    item(other, DAY + datetime.timedelta(days=20))
    item(other, DAY + datetime.timedelta(days=30))

    def of(items):
        found = [one for one in items if one.duty.slug == "rectification"]
        return [(one.count, one.late, [part.label for part in one.named]) for one in found]

    work = Work(users.editor, DAY)
    assert of(work.mine) == [(2, 0, ["东区柳林镇党委"])]
    assert of(work.below) == [(1, 1, ["东区白杨镇党委"])]
    assert of(Work(users.township, DAY).mine) == [(1, 1, ["东区白杨镇党委"])]
    assert of(Work(users.west_editor, DAY).mine) == []
    assert Work(users.viewer, DAY).mine == Work(users.viewer, DAY).below == []


def test_late_ones_come_first(users, branch):
    item(branch, DAY - datetime.timedelta(days=20))
    # Last month's theme day was due on the 15th; nobody was ever secretary.
    slugs = [one.duty.slug for one in Work(users.township, DAY).mine]
    assert slugs == ["rectification", "month", "secretary"]


def test_the_pages_cost_the_same_for_any_number(
    client, users, branch, tree, django_assert_max_num_queries
):
    for n in range(5):
        leaf = Jurisdiction.objects.add_child(
            tree.liulin, instance=Jurisdiction(name=f"柳林第{n}小学", kind=JurisdictionKind.SCHOOL)
        )
        tree.liulin.refresh_from_db()
        item(make_organization(f"中共柳林第{n}小学支部委员会", leaf), DAY)
        make_user(f"school{n}", (Role.EDITOR, leaf))
    client.force_login(users.editor)
    with django_assert_max_num_queries(32):
        client.get(reverse("work"))
    with django_assert_max_num_queries(35):
        remind(day=DAY)


def test_the_hand_over_list_names_rights_and_open_items(client, users, branch):
    item(branch, timezone.localdate())
    client.force_login(users.township)
    words = client.get(reverse("handover")).content.decode()
    for said in ("工作交接清单", "问题整改", "填报", "移交人", "监交人", "刘志强"):
        assert said in words


def test_a_wrong_day_is_refused(db):
    for day, why in [("2026-02-30", "不是有效日期"), ("2999-01-01", "还没有到")]:
        with pytest.raises(Exception, match=why):
            call_command("remind", day=day)
