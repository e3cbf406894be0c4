"""A process that dies while it saves stores nothing; two that save one file store it once.

Real processes on a real database: the PostgreSQL of the tests, or a copy of their SQLite
database in a file.
"""

import datetime
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from sheets import importing, keeping
from sheets.progress import is_saving, saving
from tests.sheets.test_importing import book, branch  # noqa: F401

CHILD = Path(__file__).with_name("saving_child.py")
ROOT = Path(settings.BASE_DIR)
ROWS = 20
HEAD = ["党支部", "类别", "时间", "议题", "应到", "实到"]
# No child lives longer (seconds): it has an alarm of its own.
PATIENCE = 60


def ledger():
    """Return a ledger of meetings: nothing in the database keeps them from being doubled."""
    start = datetime.date(2025, 3, 1)
    rows = [
        ["东区第一小学党支部", "党课", str(start + datetime.timedelta(days=n)), "学习", 10, 9]
        for n in range(ROWS)
    ]
    return book(["2025年三会一课台账"], HEAD, *rows)


@pytest.fixture
def children(tmp_path):
    """Return a function that starts a child on the database as it is when first asked."""
    started, environment = [], {}

    def start(*args):
        if not environment:
            environment.update(os.environ, DATABASE_URL=_url(tmp_path), PYTHONPATH=str(ROOT))
        child = subprocess.Popen(
            [sys.executable, str(CHILD), *map(str, args)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        if child.poll() is None:
            child.kill()
        child.communicate(timeout=PATIENCE)


def _url(folder) -> str:
    facts = connection.settings_dict
    if connection.vendor == "postgresql":
        host = f"{facts['HOST']}:{facts['PORT']}" if facts["PORT"] else facts["HOST"]
        return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{host}/{facts['NAME']}"
    path = folder / "copy.sqlite3"
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()
    return f"sqlite:///{path}"


def says(child, word) -> None:
    """Wait until the child says `word`."""
    for line in child.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"The child ended with {child.wait()} before it said {word}")


def told(child) -> dict:
    """Return what a child printed last."""
    output, _ = child.communicate(timeout=PATIENCE)
    assert child.returncode == 0
    return json.loads(output.splitlines()[-1])


@pytest.mark.django_db(transaction=True)
def test_killed_while_saving_nothing_is_stored_and_the_batch_says_so(users, branch, children):  # noqa: F811
    batch = importing.upload("meetings", ledger(), "台账.xlsx", user=users.editor, year=2025)
    child = children("hold", batch.pk)
    says(child, "READY")
    assert is_saving(batch.pk)
    os.kill(child.pid, signal.SIGKILL)
    child.wait(PATIENCE)
    assert not is_saving(batch.pk)
    found = told(children("page", batch.pk))
    nothing = {"meetings": 0, "revisions": 0, "entries": 0, "batches": ["previewed"]}
    assert {name: found[name] for name in nothing} == nothing
    assert "上次保存没有完成，没有写入任何内容" in found["page"]
    # Saved once more it is there as a whole.
    then = found["then"]
    assert (then["meetings"], then["revisions"], then["entries"]) == (ROWS, ROWS, 1)
    assert then["batches"] == ["saved"]
    assert f"已保存 {ROWS} 行" in then["page"]
    assert "没有完成" not in then["page"]


@pytest.mark.django_db(transaction=True)
def test_two_who_store_one_file_at_once_store_it_once(users, branch, children, tmp_path):  # noqa: F811
    path = tmp_path / "台账.xlsx"
    path.write_bytes(ledger().read())
    first = children("save", path)
    says(first, "READY")
    second = children("import", path)
    says(second, "START")
    # Time enough for the second to read the register, were it not made to wait.
    time.sleep(1.5)
    assert second.poll() is None
    first.stdin.write("\n")
    first.stdin.flush()
    assert told(first)["new"] == ROWS
    assert told(second) == {"new": 0, "changed": 0, "unchanged": ROWS, "refused": 0, "ignored": 0}


def test_a_refusal_is_not_an_interruption(users, branch, monkeypatch):  # noqa: F811
    batch = importing.upload("meetings", ledger(), "台账.xlsx", user=users.editor, year=2025)

    def refuse(*args):
        raise importing.Refused("没有导入。")

    monkeypatch.setattr(keeping, "keep_refused", refuse)
    with pytest.raises(importing.Refused):
        importing.confirm(batch, user=users.editor)
    batch.refresh_from_db()
    assert (batch.status, batch.saving_since) == ("previewed", None)


def test_the_page_says_that_a_batch_is_being_saved(client, users, branch, settings, tmp_path):  # noqa: F811
    settings.PROGRESS_ROOT = tmp_path
    batch = importing.upload("meetings", ledger(), "台账.xlsx", user=users.editor, year=2025)
    client.force_login(users.editor)
    with saving(batch.pk):
        assert "正在保存" in client.get(f"/imports/{batch.pk}/").content.decode()
    assert "正在保存" not in client.get(f"/imports/{batch.pk}/").content.decode()
    assert not list(tmp_path.iterdir())


def test_files_of_processes_that_died_are_swept_after_a_day(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.PROGRESS_ROOT = tmp_path / "progress"
    settings.PROGRESS_ROOT.mkdir()
    old = [tmp_path / "tmpabc.upload.xlsx", settings.PROGRESS_ROOT / "batch-7.lock"]
    kept = [tmp_path / "tmpdef.upload.xlsx", tmp_path / "notes.txt"]
    for path in (*old, *kept):
        path.write_text("x")
    for path in (*old, kept[1]):
        os.utime(path, (0, time.time() - keeping.LEFT_OVER - 60))
    assert keeping.sweep() == 2
    assert [path.exists() for path in (*old, *kept)] == [False, False, True, True]
