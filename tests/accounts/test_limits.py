"""Limits by the hour: counted for each person, told once to the auditor."""

import pytest
import time_machine

from accounts.limits import Limit, TooMany
from accounts.models import AuditEntry, Quota

THREE = Limit("three", 3, "试")


def test_the_hour_begins_with_the_first_act_and_starts_anew(users):
    with time_machine.travel("2026-11-12 10:00+08:00", tick=False) as clock:
        for _ in range(3):
            THREE.spend(users.editor)
        clock.shift(59 * 60)
        with pytest.raises(TooMany, match=r"一小时内最多试 3 次，您已经用完。请在 11:00 以后再试"):
            THREE.spend(users.editor)
        clock.shift(60)
        THREE.spend(users.editor)
    assert Quota.objects.get().count == 1


def test_each_person_and_each_act_has_its_own(users):
    for _ in range(3):
        THREE.spend(users.editor)
    THREE.spend(users.viewer)
    Limit("other", 1, "试").spend(users.editor)


def test_the_first_refusal_of_an_hour_is_logged(users):
    for _ in range(3):
        THREE.spend(users.editor)
    for _ in range(4):
        with pytest.raises(TooMany):
            THREE.spend(users.editor)
    entry = AuditEntry.objects.get(action="accounts.limited")
    assert (entry.actor, entry.object_label, entry.success) == (users.editor, "试", False)


def test_an_act_costs_one_statement(users, django_assert_num_queries):
    THREE.spend(users.editor)
    with django_assert_num_queries(1):
        THREE.spend(users.editor)
