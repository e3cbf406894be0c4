"""What officials do by hand: evidence files, a sealed edition, a draft of the
standard, the number of a notice, a shared filter. Through the same services as their pages.
"""

from __future__ import annotations

import datetime
import io
import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document

from accounts import history
from accounts.history import NOWHERE, Act
from accounts.models import User
from assessments.editing.services import begin
from assessments.models import Cycle
from assessments.workflow import evidence
from assessments.workflow.models import Filing, FilingItem
from assessments.workflow.states import State
from reports.editions.services import seal
from reports.writing.models import NoticeNumber
from schools.models import Jurisdiction
from schools.services_lists import save_filter

# How many organizations have files beside their own scores.
WITH_FILES = 2


def store_office(
    cycle: Cycle, unit: Jurisdiction, users: dict[str, User], today: datetime.date
) -> int:
    """Store it for the confirmed year `cycle` and the year after; return how many files."""
    bureau = users["bureau"]
    seal(scope=unit, year=cycle.year, actor=bureau, request=uuid.uuid4())
    begin(actor=bureau, based_on=cycle.standard)
    number = NoticeNumber(
        jurisdiction=Jurisdiction.objects.get(depth=1),
        year=cycle.year,
        number=f"云教党〔{cycle.year + 1}〕12号",
    )
    history.create_many([(number, NOWHERE)], act=Act(bureau, source="考评结果通报"))
    save_filter(
        user=bureau,
        name="没有达标的小学",
        shared=True,
        path=reverse("organizations"),
        query="stage=primary&result=non_compliant",
        title="党组织",
        words="学校类别：小学；结果：未达标",
    )
    return _store_files(cycle.year + 1, unit, users["county"], today)


def _store_files(year: int, unit: Jurisdiction, county: User, today: datetime.date) -> int:
    """Add minutes to what some organizations of `unit` have scored themselves."""
    begun = FilingItem.objects.filter(self_points__isnull=False).values("filing")
    filings = Filing.objects.filter(
        cycle__year=year,
        state=State.DRAFT,
        organization__jurisdiction__path__startswith=unit.path,
        pk__in=begun,
    ).select_related("cycle__standard", "organization__jurisdiction")
    count = 0
    for filing in filings.order_by("pk")[:WITH_FILES]:
        names = dict(filing.cycle.standard.indicators.values_list("code", "name"))
        for item in filing.items.order_by("code")[:2]:
            upload = SimpleUploadedFile(
                f"{names[item.code]}佐证材料.docx",
                _minutes(filing.organization.short_name, names[item.code], today),
            )
            evidence.add(
                filing=filing, code=item.code, upload=upload, act=Act(county, source="自评")
            )
            count += 1
    return count


def _minutes(organization: str, subject: str, today: datetime.date) -> bytes:
    """Return a page of minutes as a Word file."""
    document = Document()
    document.add_heading(f"{organization}会议记录", level=1)
    document.add_paragraph(f"时间：{today - datetime.timedelta(days=30):%Y-%m-%d} 15:30")
    document.add_paragraph("地点：学校党员活动室")
    document.add_paragraph(f"议题：研究“{subject}”的落实情况，核对制度、台账和公示。")
    document.add_paragraph("决定：资料按月归档，由组织委员负责，下季度复查。")
    document.save(file := io.BytesIO())
    return file.getvalue()
