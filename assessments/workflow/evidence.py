"""Files that support a score: checked by content, kept under a key, served inside the scope."""

from __future__ import annotations

import hashlib
import io
import zipfile
from pathlib import PurePath

import filetype
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts import audit, history
from accounts.history import Act
from assessments.workflow import rights
from assessments.workflow.models import Evidence, Filing, FilingItem

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 10
# What a file may be, told by its content; the ending follows from it.
TYPES = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}
# Shown in the browser; the others are only handed out.
SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png"})
WORDS = "PDF、JPG、PNG 图片、Word（docx）或 Excel（xlsx）"


class Damaged(Exception):
    """The file is gone or is not what was uploaded."""


def storage() -> Storage:
    """Return where the files lie: never under an address of their own."""
    return storages["default"]


def path_of(evidence: Evidence) -> str:
    """Return the path of the file; it tells nothing about what is inside."""
    return f"evidence/{evidence.key.hex[:2]}/{evidence.key.hex}"


def type_of(content: bytes) -> str:
    """Return the type of a file by its content. ValidationError if it is none of `TYPES`."""
    found = filetype.guess_mime(content) or ""
    if found == "application/zip":
        found = _office_type(content)
    if found not in TYPES:
        raise ValidationError(f"这个文件不能作佐证材料。请上传 {WORDS}。")
    if found.startswith("application/vnd.") and _has_macros(content):
        raise ValidationError("文件里有宏，不能上传。请另存为不带宏的文件后再传。")
    return found


def _office_type(content: bytes) -> str:
    names = _names(content)
    if "word/document.xml" in names:
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    if "xl/workbook.xml" in names:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return ""


def _names(content: bytes) -> set[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return set(archive.namelist())
    except zipfile.BadZipFile as error:
        raise ValidationError("文件不完整，打不开。请重新保存后再传。") from error


def _has_macros(content: bytes) -> bool:
    return any(name.lower().endswith("vbaproject.bin") for name in _names(content))


def clean_name(name: str, content_type: str) -> str:
    """Return the file name people see: no path, no control characters, the right ending."""
    bare = PurePath(name.replace("\\", "/")).name
    bare = "".join(c for c in bare if c.isprintable() and c not in '<>:"|?*')
    stem = (PurePath(bare).stem or "佐证材料").strip(". ")[:100]
    return f"{stem or '佐证材料'}{TYPES[content_type]}"


def add(*, filing: Filing, code: str, upload: UploadedFile, act: Act) -> Evidence:
    """Keep a file for an item of a filing that is being scored.

    The file is on the disk before its row, and taken away again if the row fails.
    Raises ValidationError, PermissionDenied.
    """
    actor = rights.person(act)
    if refusal := rights.self_score_refusal(actor, filing):
        raise PermissionDenied(refusal)
    if (upload.size or 0) > MOST_BYTES:
        raise ValidationError("文件超过 10 MB，没有保存。请压缩图片或拆成几个文件后再传。")
    content = upload.read(MOST_BYTES + 1)
    if not content:
        raise ValidationError("文件是空的，没有保存。请检查后再传。")
    content_type = type_of(content)
    record = Evidence(
        name=clean_name(upload.name or "", content_type),
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        added_by=actor,
    )
    path = storage().save(path_of(record), ContentFile(content))
    try:
        with transaction.atomic():
            _store(record, filing, code, act)
    except BaseException:
        storage().delete(path)
        raise
    return record


def _store(record: Evidence, filing: Filing, code: str, act: Act) -> None:
    Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
    if not filing.cycle.standard.indicators.filter(code=code).exists():
        raise ValidationError(f"标准里没有指标 {code}。")
    item = FilingItem.objects.filter(filing=filing, code=code).first()
    if item is None:
        item = FilingItem(filing=filing, code=code)
        history.create(item, act=act)
    kept = Evidence.objects.filter(item=item)
    if kept.filter(sha256=record.sha256).exists():
        raise ValidationError("同样的文件已经传过，没有重复保存。")
    if kept.count() >= MOST_FILES:
        raise ValidationError(f"每项最多 {MOST_FILES} 个文件。请先撤回不需要的。")
    record.item = item
    history.create(record, act=act)
    audit.record(
        "evidence.add",
        actor=act.actor,
        obj=filing,
        changes={"指标": code, "文件": record.name, "校验值": record.sha256},
    )


@transaction.atomic
def take_away(*, evidence: Evidence, act: Act) -> None:
    """Withdraw a file; it stays in the history and on the disk."""
    filing = evidence.item.filing
    if refusal := rights.self_score_refusal(rights.person(act), filing):
        raise PermissionDenied(refusal)
    if history.withdraw(evidence, act=act):
        audit.record(
            "evidence.withdraw",
            actor=act.actor,
            obj=filing,
            changes={"指标": evidence.item.code, "文件": evidence.name, "理由": act.reason},
        )


def content_of(evidence: Evidence) -> bytes:
    """Return the file as it was uploaded; Damaged if it is not that any more."""
    try:
        with storage().open(path_of(evidence)) as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Damaged("佐证材料的文件不在了，请联系系统管理员从备份恢复。") from error
    if hashlib.sha256(content).hexdigest() != evidence.sha256:
        raise Damaged("佐证材料的校验值与上传时不同，文件可能已损坏，没有打开。请联系系统管理员。")
    return content
