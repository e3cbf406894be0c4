"""A roster of 20,000 brought in, and django-import-export with the same rows."""

from __future__ import annotations

import datetime
import sqlite3
import tempfile
import time
from pathlib import Path

import tablib
import xlsxwriter
from django.db import transaction
from django.utils import timezone
from import_export import fields, resources, widgets
from stdnum.cn import ric

from accounts.models import AuditEntry
from benchmarks.measuring import Figure, Run, manage
from orgs.models import Member, MemberStatus, Organization, OrgKind, Sex
from orgs.personal import lookup_hash

ROWS = 20_000
# Rosters of new people brought in by other runs on the same city.
_RUN = 0
# Rows given to django-import-export; its time is scaled to all.
SAMPLE = 1_000
HEADINGS = [
    "序号",
    "姓名",
    "性别",
    "民族",
    "出生年月",
    "身份证号",
    "学历",
    "人员类别",
    "所在党支部",
    "入党时间",
    "转正时间",
    "工作岗位",
    "联系电话",
    "备注",
]


def _number(index: int) -> str:
    """Return an invented ID number, all different, with a right check digit."""
    born = datetime.date(1960, 1, 1) + datetime.timedelta(days=index % 12_000)
    base = f"9901{70 + _RUN:02d}{born:%Y%m%d}{index // 12_000:03d}"
    return base + ric.calc_check_digit(base + "0")


def _rows(organizations: list[str], job: str):
    for index in range(ROWS):
        number = _number(index)
        year = int(number[6:10])
        yield [
            index + 1,
            f"测{'甲乙丙丁'[index % 4]}",
            "男" if int(number[16]) % 2 else "女",
            "汉族",
            f"{number[6:10]}-{number[10:12]}-{number[12:14]}",
            number,
            "大学本科",
            "正式党员",
            organizations[index % len(organizations)],
            f"{year + 25}.07.01",
            f"{year + 26}.07.01",
            job,
            f"139{index:08d}",
            "",
        ]


def _book(path: Path, organizations: list[str], job: str) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("花名册")
        sheet.write_row(0, 0, ["党员花名册"])
        sheet.write_row(1, 0, HEADINGS)
        for index, row in enumerate(_rows(organizations, job)):
            sheet.write_row(index + 2, 0, row)


class _MemberResource(resources.ModelResource):
    """The same columns with the defaults of django-import-export, row by row."""

    organization = fields.Field(
        attribute="organization",
        column_name="所在党支部",
        widget=widgets.ForeignKeyWidget(Organization, "name"),
    )
    name = fields.Field(attribute="name", column_name="姓名")
    sex = fields.Field(attribute="sex", column_name="sex")
    birth_date = fields.Field(
        attribute="birth_date", column_name="出生年月", widget=widgets.DateWidget("%Y-%m-%d")
    )
    id_number = fields.Field(attribute="id_number", column_name="身份证号")
    id_hash = fields.Field(attribute="id_hash", column_name="id_hash")
    status = fields.Field(attribute="status", column_name="status")
    job = fields.Field(attribute="job", column_name="工作岗位")
    phone = fields.Field(attribute="phone", column_name="联系电话")

    class Meta:
        model = Member
        import_id_fields = ["id_hash"]
        fields = (
            "organization",
            "name",
            "sex",
            "birth_date",
            "id_number",
            "id_hash",
            "status",
            "job",
            "phone",
        )

    def before_import_row(self, row, **kwargs):
        row["id_hash"] = lookup_hash(row["身份证号"])
        row["sex"] = Sex.MALE if row["性别"] == "男" else Sex.FEMALE
        row["status"] = MemberStatus.FULL


def _other_importer(organizations: list[str]) -> float:
    """Return the seconds django-import-export would take for all rows; nothing is kept."""
    worked_out = ["id_hash", "sex", "status"]
    data = tablib.Dataset(headers=[*HEADINGS, *worked_out])
    for row, _ in zip(_rows(organizations, "教师"), range(SAMPLE), strict=False):
        data.append([*row, *[""] * len(worked_out)])
    with transaction.atomic():
        started = time.perf_counter()
        result = _MemberResource().import_data(data, dry_run=False, raise_errors=True)
        seconds = time.perf_counter() - started
        if result.totals["new"] != SAMPLE:
            raise SystemExit(f"django-import-export made {result.totals} of {SAMPLE}")
        transaction.set_rollback(True)
    return seconds / SAMPLE * ROWS


def imports(options) -> list[Figure]:
    """A roster of 20,000: previewed, stored, every row changed; and django-import-export.

    What it brings in stays, so that each run on a city that is kept brings in other people.
    """
    global _RUN  # noqa: PLW0603 - told once, before any row is made
    _RUN = Member.objects.filter(name__startswith="测").count() // ROWS
    found = Organization.objects.filter(kind=OrgKind.BRANCH, dissolved_on=None).order_by("pk")
    organizations = list(found.values_list("name", flat=True)[:2000])
    other = _other_importer(organizations)
    figures = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "党员花名册.xlsx"
        for job, what in (("教师", "new"), ("校长", "all changed")):
            _book(path, organizations, job)
            preview = _bring_in(path, "--dry-run")
            figures.append(
                Figure(f"preview {ROWS:,} members, {what}", str(preview), "15 s, 400 MB")
            )
            begun = timezone.now()
            run = _bring_in(path)
            stored = (_last_entry("sheets.import") - begun).total_seconds()
            figures += [
                Figure(
                    f"store {ROWS:,} members, {what}, with history and log",
                    f"{stored:.1f} s, {run.peak_mb:.0f} MB",
                    "15 s, 400 MB",
                ),
                Figure("the same with the scores worked out anew after it", str(run)),
            ]
            if what == "new":
                figures.append(
                    Figure(
                        f"django-import-export, same rows ({SAMPLE:,} measured, scaled)",
                        f"{other:.0f} s, {other / stored:.1f} times ours",
                        "at least 5 times",
                    )
                )
    return figures


def imports_sqlite(options) -> list[Figure]:
    """The same roster on SQLite, in a small city made for it; scores are worked out anew."""
    with tempfile.TemporaryDirectory() as folder:
        database = {"DATABASE_URL": f"sqlite:///{folder}/city.sqlite3"}
        manage("migrate", "-v", "0", **database)
        manage("demo", "--scale", "small", **database)
        path = Path(folder) / "党员花名册.xlsx"
        with sqlite3.connect(f"{folder}/city.sqlite3") as city:
            names = city.execute(
                "SELECT name FROM orgs_organization"
                f" WHERE kind = '{OrgKind.BRANCH}' AND dissolved_on IS NULL"
            )
            _book(path, [name for (name,) in names], "教师")
        preview = _bring_in(path, "--dry-run", **database)
        begun = timezone.now().replace(tzinfo=None)
        run = _bring_in(path, **database)
        with sqlite3.connect(f"{folder}/city.sqlite3") as city:
            ((ended,),) = city.execute(
                "SELECT max(at) FROM accounts_auditentry WHERE action = 'sheets.import'"
            )
        stored = (datetime.datetime.fromisoformat(ended) - begun).total_seconds()
    limit = "15 s, 400 MB"
    return [
        Figure(f"preview {ROWS:,} members on SQLite", str(preview), limit),
        Figure(
            f"store {ROWS:,} members on SQLite, with history and log",
            f"{stored:.1f} s, {run.peak_mb:.0f} MB",
            limit,
        ),
        Figure("the same with the scores worked out anew after it", str(run)),
    ]


def _bring_in(path: Path, *more: str, **environment: str) -> Run:
    return manage("import_sheet", "members", str(path), "--as", "bureau", *more, **environment)


def _last_entry(action: str) -> datetime.datetime:
    """Return when the last act of a kind was entered in the operation log."""
    return AuditEntry.objects.filter(action=action).latest("pk").at
