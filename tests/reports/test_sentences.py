"""What every table of a report says in words: from the table alone, and everywhere the same."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from reports import definitions  # noqa: F401 - registers the reports
from reports.base import REPORTS
from tests.reports.cities import hand_worked
from tests.reports.layouts import layout_of, url


@pytest.fixture
def city(tree):
    return hand_worked(tree)


def said(slug, user, scope, **options):
    return REPORTS[slug].says(layout_of(slug, user, scope, **options))


def test_the_rates_are_told_with_their_reasons(city, users, tree):
    assert said("compliance", users.manager, tree.city) == [
        "全市达标率 33%（4/12），与上年持平。",
        "直属学校、东区 50% 并列最高，西县 17% 最低，相差 33.3 个百分点。",
        "西县 17%（1/6），低于全市 16.7 个百分点，主要失分：按期换届、教育培训、委员会会议。",
    ]


@pytest.mark.parametrize("slug", sorted(REPORTS))
def test_the_same_sentences_stand_on_page_sheet_and_in_the_workbook(client, city, users, slug):
    client.force_login(users.manager)
    page = client.get(url(slug))
    told = page.context["layout"].says
    assert told
    assert all(one.endswith("。") for one in told)
    for response in (page, client.get(url(slug, view="sheet"))):
        assert all(f"<p>{one}</p>" in response.content.decode() for one in told)
    book = load_workbook(BytesIO(client.get(url(slug, format="xlsx")).content))
    written = [cell.value for cell in book["口径说明"]["B"]]
    assert [one for one in written if one in told] == told
    # Nothing but the table decides: told again, they are the same.
    assert client.get(url(slug)).context["layout"].says == told


@pytest.mark.parametrize("slug", sorted(REPORTS))
def test_an_empty_scope_is_told_in_a_sentence(client, city, users, tree, slug):
    from schools.models import Jurisdiction

    north = Jurisdiction.objects.add_child(
        tree.city,
        instance=Jurisdiction(
            name="北县", kind="county", is_reporting_unit=True, unit_name="北县", unit_order=4
        ),
    )
    client.force_login(users.manager)
    told = client.get(url(slug, scope=north.pk)).context["layout"].says
    assert told
    assert "None" not in "".join(told)
