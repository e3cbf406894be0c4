"""The written report, the pack of tables, and a sealed edition."""

from __future__ import annotations

import tempfile
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.urls import reverse

from benchmarks.city import bureau, last_cycle, user
from benchmarks.measuring import Figure, content_of, manage, seconds
from benchmarks.pages import read
from reports.editions.services import seal
from reports.models import Edition
from schools.models import Jurisdiction


def documents(options) -> list[Figure]:
    """The files of the whole city, each by its command; and an edition, taken back at the end."""
    year = str(last_cycle().year)
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        for command, name, limit in (
            ("written_report", "report.docx", "5 s"),
            ("export_pack", "pack.xlsx", "20 s"),
        ):
            path = str(Path(folder) / name)
            run = manage(command, "--year", year, "--as", "bureau", "-o", path)
            figures.append(Figure(f"{command} (the whole command)", str(run), limit))
    return [*figures, _notices(year), *_edition()]


def _notices(year: str) -> Figure:
    client, sent = bureau(), []
    address = reverse("writing_rectify_list", query={"year": year, "format": "docx"})
    taken = seconds(lambda: sent.append(len(content_of(client.get(address)))))
    what = f"notices of rectification of the whole city, one archive ({sent[0] // 2**20} MB)"
    return Figure(what, f"{taken:.0f} s", "60 s")


def _edition() -> list[Figure]:
    client, sealed = bureau(), []
    with transaction.atomic():
        taken = seconds(lambda: sealed.append(_seal()))
        code = sealed[0].code
        opened = read(client, reverse("edition", args=[code]))
        changes = read(client, reverse("edition_changes", args=[code]))
        transaction.set_rollback(True)
    return [
        Figure("edition sealed", f"{taken:.1f} s", "15 s"),
        Figure("edition opened", opened, "300 ms, 25 queries"),
        Figure("what has changed since an edition", changes),
    ]


def _seal() -> Edition:
    """Seal last year of the whole city."""
    city = Jurisdiction.objects.get(depth=1)
    return seal(scope=city, year=last_cycle().year, actor=user(), request=uuid4())
