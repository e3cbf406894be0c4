"""The context of a figure page: scope, year and grouping."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from reports.figures import FigureContext
from tests.reports.cities import make_cycle


@pytest.fixture
def figures_of(rf):
    def build(user, query="", **kwargs):
        request = rf.get("/" + query)
        request.user = user
        request.resolver_match = None
        return FigureContext.from_request(request, **kwargs)

    return build


def test_it_opens_with_the_widest_grant_and_the_newest_confirmed_year(figures_of, users, tree):
    make_cycle(2024)
    make_cycle(2025)
    make_cycle(2026, confirmed=False)
    figures = figures_of(users.editor)
    assert (figures.scope, figures.year, figures.by) == (tree.east, 2025, "affiliation")
    assert not figures.is_preview
    assert figures.query == f"scope={tree.east.pk}&year=2025&by=affiliation"
    preview = figures_of(users.editor, f"?year=2026&scope={tree.baiyang.pk}&by=place")
    assert preview.is_preview
    assert preview.scope == tree.baiyang


@pytest.mark.parametrize(
    "query", ["?year=1999", "?year=x", "?by=mood", "?scope=x", "?scope=999999", "?scope=²"]
)
def test_a_wrong_value_is_not_found(figures_of, users, query):
    make_cycle(2025)
    with pytest.raises(Http404):
        figures_of(users.manager, query)


def test_a_scope_of_others_is_not_found(figures_of, users, tree):
    make_cycle(2025)
    with pytest.raises(Http404):
        figures_of(users.editor, f"?scope={tree.west.pk}")
    with pytest.raises(Http404):
        figures_of(users.editor, scope=tree.city.pk)


def test_roles_without_data_are_refused(figures_of, users):
    for user in (users.auditor, users.sysadmin, users.stranger):
        with pytest.raises(PermissionDenied):
            figures_of(user)


def test_a_year_without_a_cycle_is_told_not_refused(figures_of, users, time_machine):
    time_machine.move_to(datetime.datetime(2026, 5, 1, tzinfo=datetime.UTC))
    assert figures_of(users.manager).cycle is None
    make_cycle(2025)
    figures = figures_of(users.manager, "?year=2026")
    assert (figures.year, figures.cycle) == (2026, None)


def test_changing_the_context_keeps_the_filters_of_the_page(figures_of, users, tree):
    make_cycle(2025)
    figures = figures_of(users.manager, "?kind=branch&page=3&by=place")
    assert (
        figures.by_choices[0].url == f"/?scope={tree.city.pk}&year=2025&by=affiliation&kind=branch"
    )


def test_the_scope_picker_offers_the_way_up_and_one_step_down(figures_of, users, tree):
    make_cycle(2025)
    labels = [c.label for c in figures_of(users.manager).scope_choices]
    assert labels == ["云岭市", "直属学校", "东区", "西县"]
    inside = [c.label for c in figures_of(users.editor).scope_choices]
    assert inside == ["东区", "东区教育局党委", "东区白杨镇党委", "东区柳林镇党委"]
