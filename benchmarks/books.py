"""Workbooks of everything: the list of organizations and the roster of members."""

from __future__ import annotations

import io

import openpyxl
from django.urls import reverse

from benchmarks.city import bureau
from benchmarks.measuring import Figure, content_of, seconds
from orgs.models import Member

ROWS = 20_000


def export(options) -> list[Figure]:
    """Both, the organizations as the first request of the process and once more."""
    client = bureau()
    content: list[bytes] = []

    def download(name: str) -> None:
        content[:] = [content_of(client.get(reverse(name), {"format": "xlsx"}))]

    first, again = (seconds(lambda: download("organizations")) for _ in range(2))
    book = openpyxl.load_workbook(io.BytesIO(content[0]), read_only=True)
    roster = seconds(lambda: download("members"))
    members = Member.objects.filter(left_on=None).count()
    return [
        Figure(
            f"export of all organizations ({book.worksheets[0].max_row:,} rows), first request",
            f"{first:.1f} s",
            "5 s",
        ),
        Figure("the same again", f"{again:.1f} s", "5 s"),
        Figure(
            f"roster of {members:,} members ({len(content[0]) // 1024:,} kB)",
            f"{roster:.1f} s, {roster / members * ROWS:.1f} s for {ROWS:,}",
            f"8 s for {ROWS:,}",
        ),
    ]
