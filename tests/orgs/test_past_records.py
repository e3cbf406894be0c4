"""Earlier names, periods of affiliation and schools covered, corrected by hand."""

import datetime

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts.history import Act
from accounts.models import AuditEntry
from orgs import affiliations
from orgs.models import Affiliation, Coverage, FormerName
from orgs.services_structure import move
from schools.writing import bring_back
from tests.conftest import make_organization, make_school

D = datetime.date


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False):
        yield D(2026, 11, 12)


@pytest.fixture
def branch(tree, users):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    branch = make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)
    act = Act(users.manager)
    move(organization=branch, jurisdiction=tree.baiyang, start=D(2020, 4, 1), act=act)
    branch.refresh_from_db()
    return branch


@pytest.fixture
def editor(client, users):
    client.force_login(users.editor)
    return client


def periods(branch):
    return [(p.start, p.end) for p in affiliations.periods_of(branch)]


def send(client, name, record, **data):
    return client.post(reverse(name, args=[record.pk]), {"version": record.version, **data})


def test_a_period_that_begins_later_leaves_no_gap(editor, branch):
    period = Affiliation.objects.get(end=None)
    send(editor, "affiliation_edit", period, start="2021-01-01", reason="录错日期")
    assert periods(branch) == [(None, D(2021, 1, 1)), (D(2021, 1, 1), None)]
    assert AuditEntry.objects.filter(action="affiliation.change").count() == 1


def test_a_period_does_not_begin_before_the_one_before(editor, branch, tree, users):
    act = Act(users.manager)
    move(organization=branch, jurisdiction=tree.liulin, start=D(2022, 4, 1), act=act)
    period = Affiliation.objects.get(end=None)
    response = send(editor, "affiliation_edit", period, start="2020-04-01", reason="试")
    assert "前一段 2020-04-01 才开始" in response.content.decode()
    assert periods(branch)[-1] == (D(2022, 4, 1), None)


def test_withdrawing_a_move_puts_the_organization_back(editor, branch, tree):
    period = Affiliation.objects.get(end=None)
    send(editor, "affiliation_withdraw", period, reason="录到别的组织了")
    branch.refresh_from_db()
    assert branch.jurisdiction == tree.east_edu
    assert periods(branch) == [(None, None)]
    # Brought back it would hold the same days as the one that went on.
    with pytest.raises(ValidationError):
        bring_back(Affiliation.everything.get(pk=period.pk), act=Act(None), action="x")


def test_the_first_period_stays(editor, branch):
    period = Affiliation.objects.get(start=None)
    response = send(editor, "affiliation_withdraw", period, reason="试")
    assert "成立时的隶属，不能撤回" in response.content.decode()


def test_who_manages_one_side_only_does_not_change_the_period(client, users, branch, tree):
    client.force_login(users.township)
    period = Affiliation.objects.get(start=None)
    edit = reverse("affiliation_edit", args=[period.pk])
    assert client.get(edit).status_code == 403
    page = client.get(reverse("organization", args=[branch.pk])).content.decode()
    assert reverse("affiliation_history", args=[period.pk]) in page
    assert edit not in page


def test_an_earlier_name_is_added_without_overlap(editor, branch):
    data = {
        "organization": "东区第一小学党支部 — 东区白杨镇党委",
        "name": "中共东区城关小学支部委员会",
        "kind": "branch",
        "end": "2015-09-01",
    }
    editor.post(reverse("former_name_new"), data)
    name = FormerName.objects.get()
    assert (name.short_name, name.start, name.end) == ("东区城关小学党支部", None, D(2015, 9, 1))
    data |= {"name": "中共东区西关小学支部委员会", "start": "2014-01-01", "end": "2016-01-01"}
    response = editor.post(reverse("former_name_new"), data)
    assert "时间重叠" in response.content.decode()
    editor.post(reverse("former_name_new"), data | {"start": "2015-09-01"})
    assert FormerName.objects.count() == 2


def test_the_days_of_a_school_covered_are_corrected(editor, branch, tree):
    other = make_school("东区第二小学", tree.baiyang, tree.places["990102"])
    covered = Coverage.objects.create(organization=branch, school=other, start=D(2022, 9, 1))
    response = send(editor, "coverage_edit", covered, start="2022-09-01", end="2022-08-01")
    assert "止日要晚于起日" in response.content.decode()
    send(editor, "coverage_edit", covered, start="2022-03-01", reason="录错")
    covered.refresh_from_db()
    assert covered.start == D(2022, 3, 1)
