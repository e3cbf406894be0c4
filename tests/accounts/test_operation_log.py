"""The operation log: who reads it, what it shows, that it only grows."""

import ast
import datetime
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.actions import ACTIONS
from accounts.audit import record
from accounts.models import AuditEntry

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def auditor(client, users):
    client.force_login(users.auditor)
    return client


def shown(client, **conditions):
    return [entry.object_label for entry, _, _ in client.get("/log/", conditions).context["rows"]]


def test_only_the_auditor_reads_it(client, users):
    for name in ("manager", "sysadmin", "editor", "stranger"):
        client.force_login(getattr(users, name))
        assert client.get("/log/").status_code == 403
    client.force_login(users.auditor)
    assert client.get("/log/").status_code == 200
    assert client.post("/log/").status_code == 405


def test_an_entry_shows_who_what_and_old_and_new(auditor, users):
    record(
        "accounts.change_user",
        actor=users.sysadmin,
        obj=users.editor,
        changes={
            "name": ["陈家", "陈佳"],
            "is_active": [True, False],
            "rows": 12,
            "grants": 3,
            "grant": ["", "查看"],
        },
    )
    page = auditor.get("/log/").content.decode()
    for text in ("郑宏", "修改用户", "陈佳", "命令行"):
        assert text in page
    changes = auditor.get("/log/").context["rows"][0][2]
    assert {tuple(change) for change in changes} == {
        ("姓名", "陈家", "陈佳"),
        ("启用", "是", "否"),
        ("行数", None, "12"),
        ("grants", None, "3"),
        ("授权", "—", "查看"),
    }


def test_it_is_narrowed_by_action_person_object_day_and_failure(auditor, users):
    day = timezone.make_aware(datetime.datetime(2026, 3, 5, 23, 30))
    record("accounts.sign_in", actor=users.editor, label="one")
    record("accounts.sign_in_failed", actor=None, label="two", success=False)
    AuditEntry.objects.create(
        at=day, action="accounts.sign_out", actor_name="周敏", object_label="three"
    )
    assert shown(auditor) == ["two", "one", "three"]
    assert shown(auditor, action="accounts.sign_in") == ["one"]
    assert shown(auditor, person="周") == ["three"]
    assert shown(auditor, object="TWO") == ["two"]
    assert shown(auditor, since="2026-03-05", until="2026-03-05") == ["three"]
    assert shown(auditor, until="2026-03-04") == []
    assert shown(auditor, failed="on") == ["two"]
    wrong = auditor.get("/log/", {"since": "tomorrow"})
    assert "日期写成 2026-11-12" in wrong.content.decode()


def test_a_long_log_is_paged_with_the_conditions_kept(
    auditor, users, django_assert_max_num_queries
):
    for number in range(120):
        record("accounts.sign_in", actor=users.editor, label=f"entry {number}")
    with django_assert_max_num_queries(12):
        response = auditor.get("/log/", {"page": 3, "person": "陈佳"})
    assert len(response.context["rows"]) == 20
    page = response.content.decode()
    assert "第 101–120 行，共 120 行" in page
    assert "person=%E9%99%88%E4%BD%B3&amp;page=2" in page or "page=2&amp;person=" in page


def test_markup_in_names_is_shown_as_text(auditor, users):
    record("accounts.sign_in", actor=users.editor, label="<img src=x onerror=alert(1)>")
    page = auditor.get("/log/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x" in page


def recorded_actions() -> dict[str, str]:
    """Return the actions the code records by a literal name, each with its file."""
    found = {}
    for path in ROOT.glob("[a-z]*/**/*.py"):
        if path.parts[len(ROOT.parts)] in ("tests", "benchmarks"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name != "record":
                    continue
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        found[part.value] = str(path.relative_to(ROOT))
    return found


def test_every_action_has_a_chinese_name():
    actions = recorded_actions()
    assert "accounts.sign_in" in actions
    assert {name: where for name, where in actions.items() if name not in ACTIONS} == {}
