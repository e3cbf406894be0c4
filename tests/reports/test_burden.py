"""The burden ledger: counted from the forms, every use of a form real."""

import datetime

import pytest
from django.urls import reverse

from accounts.history import Act, withdraw
from reports.base import REPORTS
from reports.definitions.burden import asked, told, use_of_page
from reports.definitions.burden_by_unit import SECONDS, count_records, loads
from reports.kept import KeptCounts, kept
from schools.records import all_pages
from sheets.forms import Type, all_forms
from tests.activities.test_education import make_training
from tests.conftest import make_organization
from tests.orgs.records import make_meeting
from tests.reports.layouts import layout_of


def test_the_uses_of_forms_exist(standard):
    assert set(told()["forms"]) <= {form.kind for form in all_forms()}
    codes = set(standard.indicators.values_list("code", flat=True))
    labels = {}
    for one in asked():
        labels.setdefault(one.form.kind, set()).add(one.field.label)
    for kind, used in told()["forms"].items():
        assert set(used.get("indicators", ())) <= codes, kind
        for slug, fields in used.get("reports", {}).items():
            assert slug == "writing" or slug in REPORTS, kind
            assert set(fields) <= labels[kind], (kind, slug)


def test_fields_are_those_people_fill_in_and_names_are_asked_once():
    found = list(asked())
    assert not any(one.field.type == Type.SKIPPED for one in found)
    of = {(one.form.kind, one.field.label): one for one in found}
    assert len(of) == len(found)
    assert of["schools", "学校名称"].is_new
    # The name of an organization is kept in its own form; meetings find it there.
    assert of["meetings", "党支部名称"].known_from == "党组织基本信息表"
    assert of["dues", "姓名"].known_from == "党员花名册"
    # Who applies is not a member yet: his name is new, that of his branch is not.
    assert of["development", "姓名"].is_new
    assert of["development", "所在党支部"].known_from == "党组织基本信息表"
    assert of["organizations", "党组织名称"].is_new
    labels = {label for labels in told()["registers"].values() for label in labels}
    assert labels <= {one.field.label for one in found}


@pytest.mark.parametrize("name", ["manager", "township"])
def test_the_table_adds_up(users, tree, name):
    layout = layout_of("burden", getattr(users, name), tree.baiyang)
    rows, total = list(layout.rows), layout.total
    assert total["asked"] == sum(row["asked"] for row in rows) == len(list(layout.details[0].rows))
    for row in [*rows, total]:
        assert row["asked"] == row["known"] + row["new"]
    assert f"共 {total['asked']} 项" in REPORTS["burden"].says(layout)[0]


def test_the_page_folds_the_fields_by_form(client, users):
    client.force_login(users.manager)
    response = client.get(reverse("report", args=["burden"]))
    folds = dict(response.context["folds"])
    assert list(folds) == [form.title for form in all_forms()]
    assert "form" not in {column.key for column in folds["党员花名册"].columns}
    assert response.content.decode().count('<details class="explain fold">') == len(folds)


def test_a_form_names_what_its_fields_are_used_for(client, users, tree):
    pages = {page for used in told()["forms"].values() for page in used.get("pages", ())}
    assert pages <= {one.slug for one in all_pages()}
    assert use_of_page("member")["indicators"] == ["A1", "C8", "D5", "D6"]
    assert use_of_page("post") == use_of_page("term") != {}
    assert use_of_page("contact") == {}
    client.force_login(users.manager)
    page = client.get(reverse("school_new")).content.decode()
    assert "填的内容用在报表" in page
    assert reverse("report", args=["two-coverages"]) in page


def test_single_fields_tell_what_they_are_scored_for(users, tree):
    fields = list(layout_of("burden", users.manager, tree.city).details[0].rows)
    used = {(row["form"], row["field"]): row["indicators"] for row in fields}
    assert used["党员花名册", "转正时间"] == "B2 书记党龄"
    assert used["学校基本情况表", "办学性质"] == "按办学性质统计达标率"
    # Of the others the form tells.
    assert used["党员花名册", "姓名"] == "A1、C8、D5、D6"


def test_single_fields_name_the_reports_that_use_them(users, tree):
    layout = layout_of("burden", users.manager, tree.city)
    fields = list(layout.details[0].rows)
    used = {(row["form"], row["field"]): row["reports"] for row in fields}
    assert (
        used["学校基本情况表", "教职工数"]
        == "基本情况、学校党组织覆盖情况统计表、未建立党组织的学校、汇报材料"
    )
    assert used["学校基本情况表", "办公电话"] == "不进报表"
    # What names the row goes wherever the row goes.
    assert "两个覆盖" in used["学校基本情况表", "学校名称"]
    assert used["党员志愿服务台账", "党支部名称"] == "汇报材料"
    rows = {row["name"]: row for row in layout.rows}
    assert rows["党员志愿服务台账"]["used"] == 5
    assert layout.total["used"] == sum(row["reports"] != "不进报表" for row in fields)


def test_what_each_unit_was_asked_in_a_year(users, tree, django_assert_max_num_queries):
    for jurisdiction, months in ((tree.baiyang, (3, 4)), (tree.west, (5,))):
        organization = make_organization(f"{jurisdiction.short_name}支部", jurisdiction)
        for month in months:
            make_meeting(organization, datetime.date(2025, month, 5))
        make_meeting(organization, datetime.date(2024, 5, 5))
    load = loads()
    meeting, branch = load["meetings"], load["organizations"]
    # The register comes filled in; in a meeting only the names are known.
    assert branch.ready == branch.fields > meeting.fields > meeting.ready > 0
    with django_assert_max_num_queries(25):
        layout = layout_of("burden-by-unit", users.manager, tree.city)
    rows = {row["name"]: row for row in layout.rows}
    assert [rows[name]["records"] for name in ("东区", "西县")] == [3, 2]
    assert rows["东区"]["fields"] == 2 * meeting.fields + branch.fields
    assert rows["东区"]["ready"] == 2 * meeting.ready + branch.ready
    assert rows["东区"]["write"] == 2 * (meeting.fields - meeting.ready)
    assert rows["东区"]["share"].value == rows["东区"]["ready"] / rows["东区"]["fields"]
    lines = {(line["row"], line["form"]): line for line in layout.details[0].rows}
    held = lines["东区", "三会一课台账"]
    assert held["minutes"] == round(2 * meeting.ready * SECONDS / 60)
    assert f"每项 {SECONDS} 秒" in "".join(layout.notes)
    # A township sees its own; a year without meetings asks none.
    own = layout_of("burden-by-unit", users.township, tree.baiyang)
    assert own.total["records"] == 3
    earlier = layout_of("burden-by-unit", users.manager, tree.city, year=2023)
    assert not any(line["form"] == "三会一课台账" for line in earlier.details[0].rows)


def test_records_are_counted_anew_after_a_write_only(users, tree, django_assert_num_queries):
    organization = make_organization("白杨支部", tree.baiyang)
    meeting = make_meeting(organization, datetime.date(2025, 3, 5))

    def records():
        return layout_of("burden-by-unit", users.manager, tree.city).total["records"]

    assert records() == 2
    with django_assert_num_queries(1):
        assert ["meetings", tree.baiyang.pk, 1] in kept("burden/2025", list)
    withdraw(record=meeting, act=Act(users.manager, reason="重复登记"))
    assert records() == 1
    # Nor do they outlast the day.
    KeptCounts.objects.update(day=datetime.date(2025, 1, 1))
    assert kept("burden/2025", list) == []


def test_what_is_dated_counts_for_its_year(users, tree):
    organization = make_organization("白杨支部", tree.baiyang)
    for year in (2024, 2025):
        make_training(organization, f"{year}-05-06")
    counted = {kind: n for kind, _, n in count_records(2025)}
    assert counted["trainings"] == 1
