"""Evidence: kept, checked, served inside the scope, asked by lot."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.history import Act
from accounts.models import AuditEntry
from assessments.workflow import evidence
from assessments.workflow.models import (
    Evidence,
    Schedule,
)
from assessments.workflow.sheet import Sheet
from assessments.workflow.states import Stage
from tests.assessments.filings import fill, pending

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


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
    missing = Sheet(world.filing, world.users.township).problems
    assert len(missing) == len(codes)
    assert "各项按 100% 抽查" in missing[0]
    upload(world, code=codes[0])
    assert len(Sheet(world.filing, world.users.township).problems) == len(codes) - 1
