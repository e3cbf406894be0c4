"""Long work says what it is doing, to its own user only."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from sheets import importing, progress
from sheets.models import ImportBatch
from tests.conftest import make_organization, make_school
from tests.sheets.test_importing import MEMBERS, book, member


@pytest.fixture(autouse=True)
def root(settings, tmp_path):
    settings.PROGRESS_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    return make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)


def test_the_words_reach_their_user_and_are_gone_afterwards(client, users, root):
    job = uuid.uuid4()
    address = reverse("import_progress", args=[job])
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    assert client.get(address).status_code == 204
    with progress.watched(str(job), users.editor):
        progress.say("正在保存 3 行……")
        assert client.get(address).json() == {"text": "正在保存 3 行……"}
        client.force_login(users.township, backend="schools.roles.RoleBackend")
        assert client.get(address).status_code == 204
    assert not list(root.iterdir())


def test_a_job_without_a_proper_name_is_not_told(users, root):
    with progress.watched("../../etc", users.editor):
        progress.say("…")
    assert not list(root.iterdir())


def test_upload_and_saving_name_their_steps(client, users, branch, root, monkeypatch):
    said = []
    monkeypatch.setattr(importing, "say", said.append)
    client.force_login(users.editor, backend="schools.roles.RoleBackend")
    file = SimpleUploadedFile("a.xlsx", book(MEMBERS, member(1), member(2)).read())
    data = {"kind": "members", "file": file, "job": str(uuid.uuid4())}
    client.post(reverse("import_new"), data)
    assert "已读入 2 行，正在逐格核对……" in said
    batch = ImportBatch.objects.get()
    said.clear()
    address = reverse("import_batch", args=[batch.pk])
    client.post(address, {"action": "save", "job": str(uuid.uuid4())})
    assert "正在保存 2 行……" in said
    assert not list(root.iterdir())
