"""What has no figures, or hardly any, says so plainly on every report."""

import pytest
from django.urls import reverse

from assessments.models import Assessment, Verdict
from reports import definitions  # noqa: F401 - registers the reports
from reports.base import listed
from reports.sums import sums_of
from sheets.layout import plain
from tests.reports.cities import hand_worked
from tests.reports.layouts import layout_of


@pytest.fixture
def city(tree):
    return hand_worked(tree)


def test_every_report_of_a_single_organization_says_something(city, users, tree):
    left = Assessment.objects.exclude(organization=city[2]["first"])
    left.delete()
    for report in listed():
        layout = layout_of(report.slug, users.manager, tree.city)
        assert layout.says or report.says(layout), report.slug
        # One row is no sum, and no mean it could be taken for.
        rated = [s for s in sums_of(layout) if s.below_word == "应评组织"]
        assert not rated, report.slug
    assert len(listed()) > 15


def test_a_year_without_a_cycle_is_told_by_every_report(client, users, tree):
    client.force_login(users.manager)
    for report in listed():
        if report.needs_scores:
            page = client.get(reverse("report", args=[report.slug])).content.decode()
            assert "还没有考评年度" in page, report.slug


def test_nobody_due_is_a_dash_with_its_reason(city, users, tree):
    Assessment.objects.filter(cycle__year=2025).update(exclusion="new", verdict=Verdict.OBSERVED)
    layout = layout_of("compliance", users.manager, tree.city)
    assert plain(layout.total["rate"]) is None
    assert any("不计入" in reason for reason in layout.grid.reasons)
    assert sums_of(layout) == [one for one in sums_of(layout) if "2024" in one.title]
