"""Every ledger of records: blank, filled, brought in, changed, undone and refused alike."""

import datetime
import io

import openpyxl
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Revision
from activities.models import Meeting
from orgs.models import Member, MemberStatus, Organization, Sex
from orgs.personal import lookup_hash
from orgs.sheets.records import BODY, ORGANIZATION, SCHOOL, RecordSheet
from sheets import importing
from sheets.forms import Type, all_forms, get_form, shown
from sheets.template import write_template
from sheets.template.words import examples
from sheets.undo import undo
from tests.conftest import make_organization, make_school
from tests.orgs.records import make_meeting
from tests.sheets.test_importing import number

SHEETS = [form.kind for form in all_forms() if isinstance(form, RecordSheet)]
# What a row of a ledger says where the examples of its template would not do.
SPECIAL = {
    "inspection_visits": {"organization": "东区第一小学党支部"},
    "inspection_findings": {"visit_organization": "东区第一小学党支部"},
    "problems": {"kind": "个人", "person": "李某某"},
}
# The cell that is changed where a form has no free text: column, text, as it is stored.
CHANGED = {
    "staff_counts": ("teachers", "50", 50),
    "party_groups": ("start", "2021-09-01", datetime.date(2021, 9, 1)),
    "party_group_members": ("is_leader", "否", False),
}
# Entries that are added and stand: the code of a change.
STANDS = {"rectification_notes": "NOTE_STANDS"}


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel("2026-03-20 10:00+08:00", tick=False):
        yield


def make_member(organization, index, name, **kwargs):
    identity = number(index)
    return Member.objects.create(
        organization=organization,
        name=name,
        sex=Sex.MALE if int(identity[16]) % 2 else Sex.FEMALE,
        birth_date=datetime.date(1990, 1, index),
        id_number=identity,
        id_hash=lookup_hash(identity),
        status=MemberStatus.FULL,
        joined_on=datetime.date(2015, 7, 1),
        **kwargs,
    )


@pytest.fixture
def branch(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    branch = make_organization("中共东区第一小学支部委员会", tree.east_edu, school=school)
    make_member(branch, 1, "张某某")
    make_member(branch, 2, "李某某")
    return branch


def columns_of(form):
    return [c for c in form.tables[0].columns if c.type != Type.SKIPPED]


def example(form, at=0):
    """Return the cells of an example row, put on the records there are."""
    whose = {
        ORGANIZATION: "中共东区第一小学支部委员会",
        SCHOOL: "东区第一小学",
        BODY: "中共东区教育局委员会",
    }
    subject = form.subjects[0]
    cells = {c.key: examples(c, {})[at] for c in columns_of(form)}
    cells |= {one.column.key: "" for one in form.subjects}
    return (
        cells | {"county": "东区", subject.column.key: whose[subject]} | SPECIAL.get(form.kind, {})
    )


def book(form, *rows):
    sheet = (made := openpyxl.Workbook()).active
    sheet.append([form.title])
    sheet.append([c.label for c in columns_of(form)])
    for cells in rows:
        sheet.append([cells[c.key] for c in columns_of(form)])
    stream = io.BytesIO()
    made.save(stream)
    stream.seek(0)
    return stream


def bring(form, user, *rows, kind="auto"):
    return importing.save(kind, book(form, *rows), "表.xlsx", user=user, year=2025)


def codes(outcome):
    return [p.code for row in outcome.refused_rows() for p in row.problems]


def counts(outcome):
    return tuple(outcome.counts[name] for name in ("new", "changed", "unchanged", "refused"))


def change(form):
    """Return a column that tells neither record nor person, with a new text and its value."""
    texts = [c.key for c in columns_of(form) if c.type == Type.TEXT and not c.identifies]
    return CHANGED.get(form.kind) or (texts[-1], "新", "新")


def prepare(form, user):
    """Have the record the rows of a form belong to."""
    parent = form.parent
    if parent is None or parent.model is Member:
        return
    if parent.model is Meeting:
        branch = Organization.objects.get()
        make_meeting(branch, datetime.date(2025, 3, 20), type="org_life")
        return
    other = next(f for f in all_forms() if isinstance(f, RecordSheet) and f.model is parent.model)
    prepare(other, user)
    row = example(form)
    told = {cell.name.replace("__", "_"): row[parent.key(cell)] for cell in parent.cells}
    assert codes(bring(other, user, example(other) | told, kind=other.kind)) == []


@pytest.mark.parametrize("kind", SHEETS)
def test_a_row_comes_in_changes_and_is_undone(branch, users, kind):
    form = get_form(kind)
    prepare(form, users.editor)
    row = example(form)
    outcome = bring(form, users.editor, row)
    assert (outcome.kind, codes(outcome), counts(outcome)) == (kind, [], (1, 0, 0, 0))
    record = form.model.objects.get()
    made = Revision.objects.filter(batch=outcome.batch.pk, model=form.model._meta.label_lower)
    assert made.count() == 1
    assert AuditEntry.objects.filter(action="sheets.import").exists()
    assert counts(bring(form, users.editor, row)) == (0, 0, 1, 0)

    stream = io.BytesIO()
    write_template(form, stream, user=users.editor, filled=True, year=2025)
    stream.seek(0)
    filled = importing.preview("auto", stream, "表.xlsx", user=users.editor)
    assert (filled.kind, codes(filled), counts(filled)) == (kind, [], (0, 0, 1, 0))

    key, text, new = change(form)
    old = getattr(record, key)
    changed = bring(form, users.editor, row | {key: text})
    if kind in STANDS:
        assert codes(changed) == [STANDS[kind]]
        undo(outcome.batch, user=users.editor, reason="传错了文件")
        assert not form.model.objects.exists()
        return
    assert counts(changed) == (0, 1, 0, 0)
    told = [(c.old, c.new) for r in changed.rows for c in r.changes if c.changed]
    assert told == [(shown(old), shown(new))]
    record.refresh_from_db()
    assert getattr(record, key) == new
    undo(changed.batch, user=users.editor, reason="传错了文件")
    record.refresh_from_db()
    assert getattr(record, key) == old
    undo(outcome.batch, user=users.editor, reason="传错了文件")
    assert not form.model.objects.exists()


@pytest.mark.parametrize("kind", SHEETS)
def test_wrong_rows_are_refused_with_their_code(branch, users, kind):
    form = get_form(kind)
    prepare(form, users.editor)
    row, subject = example(form), form.subjects[0]
    (before,) = {form.model.objects.count()}
    assert codes(bring(form, users.editor, row, row, kind=kind)) == ["DUPLICATE"]
    assert form.model.objects.count() == before + 1
    unknown = bring(form, users.editor, row | {subject.column.key: "没有的单位"}, kind=kind)
    assert codes(unknown) == [subject.code]
    assert codes(bring(form, users.west_editor, row, kind=kind))[0] in (
        subject.code,
        "ENUM_INVALID",
    )
    for column in columns_of(form):
        if column.type == Type.CHOICE:
            outcome = bring(form, users.editor, row | {column.key: "不知道"}, kind=kind)
            assert "ENUM_INVALID" in codes(outcome), column.label
        if column.required and column is not subject.column:
            outcome = bring(form, users.editor, row | {column.key: ""}, kind=kind)
            assert "REQUIRED_MISSING" in codes(outcome), column.label
        if column.type == Type.DATE:
            outcome = bring(form, users.editor, row | {column.key: "去年"}, kind=kind)
            assert "DATE_INVALID" in codes(outcome), column.label
    assert form.model.objects.count() == before + 1


@pytest.mark.parametrize("kind", ["party_budgets"])
def test_the_number_of_queries_does_not_grow_with_the_rows(branch, tree, users, kind):
    form = get_form(kind)
    rows = [example(form) | {"year": year} for year in range(2010, 2026)]
    importing.preview(kind, book(form, rows[0]), "表.xlsx", user=users.editor)
    numbers = []
    for some in (rows[:1], rows):
        with CaptureQueriesContext(connection) as queries:
            outcome = importing.preview(kind, book(form, *some), "表.xlsx", user=users.editor)
        assert counts(outcome)[0] == len(some)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_a_mass_organization_stands_once_until_it_is_dissolved(branch, users):
    form = get_form("mass_organizations")
    row = example(form)
    again = row | {"start": "2020-01-01"}
    assert codes(bring(form, users.editor, row, again)) == ["ALREADY_THERE"]
    ended = row | {"end": "2019-12-31"}
    assert counts(bring(form, users.editor, ended, again)) == (1, 1, 0, 0)
    assert codes(bring(form, users.editor, row | {"end": "2018-01-01"})) == ["NOT_CONSISTENT"]


def test_members_of_one_name_are_told_by_their_birthday(branch, users):
    form = get_form("contacts")
    twin = make_member(branch, 3, "张某某")
    row = example(form)
    assert codes(bring(form, users.editor, row)) == ["MEMBER_UNKNOWN"]
    assert codes(bring(form, users.editor, row | {"born": "1990-01-03"})) == []
    assert form.model.objects.get().member == twin

    stream = io.BytesIO()
    write_template(form, stream, user=users.editor, filled=True, year=2025)
    stream.seek(0)
    assert counts(importing.preview("auto", stream, "表.xlsx", user=users.editor)) == (0, 0, 1, 0)
