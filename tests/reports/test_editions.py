"""Sealed editions: what is frozen, proved, withdrawn, compared, and who may see it."""

from decimal import Decimal
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from accounts.models import AuditEntry
from assessments.models import Assessment, Standard, Verdict
from orgs.models import Organization
from reports.editions.codes import SIGNS, is_well_formed, new_code, normalise
from reports.editions.comparing import organization_changes, states_today, table_changes
from reports.editions.reading import Damaged, Opened, find
from reports.editions.services import seal, withdraw
from reports.models import Edition, EditionDocument, EditionRow, EditionTable, Sealed
from reports.pack.contents import parts
from sheets.layout import text
from tests.conftest import make_user
from tests.remembered import remembered
from tests.reports.cities import hand_worked
from tests.reports.layouts import figures, layout_of


@pytest.fixture
def city(tree):
    return hand_worked(tree)


@pytest.fixture
def edition(city, users, tree):
    return sealed(tree, users)


@remembered
def sealed(tree, users):
    return seal(scope=tree.city, year=2025, actor=users.manager, request=uuid4())


def correct(organization, verdict=Verdict.COMPLIANT, final="90.00"):
    """Let a correction of records change the result of an organization."""
    Assessment.objects.filter(cycle__year=2025, organization=organization).update(
        verdict=verdict, final=Decimal(final)
    )


# Codes --------------------------------------------------------------------------------


def test_a_code_finds_every_wrong_and_every_exchanged_character():
    code = new_code()
    assert is_well_formed(code)
    assert normalise(f" {code.lower().replace('-', ' ')}\u3000") == code
    signs = code.replace("-", "")
    for place, sign in enumerate(signs):
        for wrong in set(SIGNS) - {sign}:
            assert not is_well_formed(signs[:place] + wrong + signs[place + 1 :])
        for other in range(place):
            if signs[other] != sign:
                exchanged = list(signs)
                exchanged[place], exchanged[other] = exchanged[other], sign
                assert not is_well_formed("".join(exchanged))
    assert not set(SIGNS) & set("01258BDILOQSUVZ")


# Sealing ------------------------------------------------------------------------------


def test_an_edition_keeps_every_table_and_organization(city, edition, users, tree):
    assert (edition.due, edition.passed) == (12, 4)
    opened = Opened(edition)
    kept = [part.key for part in parts(city[1]) if part.report.is_sealed]
    assert [table.key for table in opened.tables] == kept
    assert "movement" in kept
    assert "planner" not in kept
    now = layout_of("compliance", users.manager, tree.city)
    kept = opened.layout("compliance")
    assert figures(kept, "name", "due", "passed", "rate") == figures(
        now, "name", "due", "passed", "rate"
    )
    assert [row["organization_id"] for row in opened.rows if row["exclusion"]] == [
        city[2]["fresh"].pk
    ]
    opened.prove_all()
    entry = AuditEntry.objects.get(action="reports.seal")
    assert (entry.changes["code"], entry.changes["rate"]) == (edition.code, "33%")


def test_later_changes_do_not_reach_it_and_are_told(city, edition, users, tree):
    correct(city[2]["west2"])
    correct(city[2]["first"], Verdict.NON_COMPLIANT, "60.00")
    Organization.objects.filter(pk=city[2]["west2"].pk).update(name="改了名的支部")
    opened = Opened(find(users.manager, edition.code))
    assert text(opened.layout("compliance").total["passed"]) == "4"
    now = layout_of("compliance", users.manager, tree.city)
    changed = {
        (c.row, c.column.split()[-1]): (c.old, c.new)
        for c in table_changes(opened.layout("compliance"), now)
    }
    assert changed["西县", "达标组织（个）"] == ("1", "2")
    assert changed["直属学校", "达标组织（个）"] == ("1", "0")
    assert ("合计", "达标组织（个）") not in changed
    found = organization_changes(opened.rows, states_today(users.manager, edition))
    assert [(c.kind, c.unit, c.words) for c in found] == [
        ("新达标", "西县", ["基本达标 → 达标", "得分 82.00 → 90.00"]),
        ("不再达标", "直属学校", ["达标 → 未达标", "得分 90.00 → 60.00"]),
    ]


def test_a_double_click_seals_once(city, users, tree):
    number = uuid4()
    editions = [
        seal(scope=tree.city, year=2025, actor=users.manager, request=number) for _ in range(2)
    ]
    assert editions[0] == editions[1]
    assert Edition.objects.count() == AuditEntry.objects.filter(action="reports.seal").count() == 1


def test_only_a_manager_of_the_scope_seals(city, users, tree):
    east = make_user("east_manager", ("manager", tree.east))
    for actor, scope in (
        (users.viewer, tree.city),
        (users.editor, tree.east),
        (east, tree.city),
        (east, tree.west),
    ):
        with pytest.raises(PermissionDenied):
            seal(scope=scope, year=2025, actor=actor, request=uuid4())
    assert seal(scope=tree.east, year=2025, actor=east, request=uuid4()).due == 4


def test_nothing_to_seal_is_said(users, tree, city):
    for scope, year, words in (
        (tree.city, 2023, "还没有测算"),
        (tree.east_edu, 2024, ""),
    ):
        if words:
            with pytest.raises(ValidationError, match=words):
                seal(scope=scope, year=year, actor=users.manager, request=uuid4())
    Assessment.objects.filter(cycle__year=2024).delete()
    with pytest.raises(ValidationError, match="没有考评结果"):
        seal(scope=tree.city, year=2024, actor=users.manager, request=uuid4())


def test_an_edition_is_never_changed_or_deleted(edition):
    for act in (
        edition.save,
        edition.delete,
        lambda: Edition.objects.update(title="别的"),
        lambda: EditionRow.objects.all().delete(),
    ):
        with pytest.raises(Sealed):
            act()


@pytest.mark.parametrize("part", ["head", "table", "document", "row"])
def test_what_was_touched_in_the_database_is_not_shown(client, edition, users, part):
    if part == "head":
        Edition._base_manager.update(passed=5)
    elif part == "table":
        table = EditionTable._base_manager.get(key="compliance")
        EditionTable._base_manager.filter(pk=table.pk).update(
            content=table.content.replace('"达标率"', '"合格率"')
        )
    elif part == "document":
        EditionDocument._base_manager.filter(key="results").update(content="{}")
    else:
        EditionRow._base_manager.filter(exclusion="new").update(exclusion="")
    with pytest.raises(Damaged, match="校验值不符"):
        Opened(find(users.manager, edition.code)).prove_all()
    client.force_login(users.manager)
    page, *more = {
        "row": ["edition_changes"],
        "document": ["edition_document", "results"],
    }.get(part, ["edition"])
    response = client.get(reverse(page, args=[edition.code, *more]))
    assert response.status_code == 409
    assert "校验不通过" in response.content.decode()


def test_a_withdrawn_edition_stays_with_its_reason(client, edition, users):
    with pytest.raises(ValidationError, match="理由"):
        withdraw(edition=edition, reason=" ", actor=users.manager)
    with pytest.raises(PermissionDenied):
        withdraw(edition=edition, reason="补报", actor=users.viewer)
    withdraw(edition=edition, reason="补报三个支部", actor=users.manager)
    with pytest.raises(ValidationError, match="已经撤回"):
        withdraw(edition=edition, reason="再撤", actor=users.manager)
    assert not Edition.objects.standing().exists()
    client.force_login(users.viewer)
    for address in (reverse("editions"), reverse("edition", args=[edition.code])):
        page = client.get(address).content.decode()
        assert "已撤回" in page or "已经撤回" in page
        assert "补报三个支部" in page


# Pages --------------------------------------------------------------------------------


def test_a_code_outside_the_scope_is_answered_like_an_unknown_one(client, edition, users):
    client.force_login(users.west_editor)
    answers = []
    for code in (edition.code, new_code()):
        response = client.post(reverse("edition_check"), {"code": code})
        answers.append(response.content.decode().replace(code, "CODE").split("<main")[1])
        assert response.status_code == 400
        assert client.get(reverse("edition", args=[code])).status_code == 404
    assert "不在您的范围内" in answers[0]
    strip = [answer.split('name="csrfmiddlewaretoken"')[0] for answer in answers]
    assert strip[0] == strip[1]


def test_checking_a_code_shows_the_figures_and_what_changed(client, city, edition, users):
    correct(city[2]["west2"])
    client.force_login(users.viewer)
    response = client.post(reverse("edition_check"), {"code": edition.code.lower()}, follow=True)
    page = response.content.decode()
    assert "编号属实" in page
    assert response.context["rate"] == "33%"
    assert ("合计", "达标率", "33%", "42%") in [
        (c.row, c.column.split()[-1], c.old, c.new) for c in response.context["cells"]
    ]
    assert AuditEntry.objects.filter(action="reports.edition_check").count() == 1
    wrong = client.post(reverse("edition_check"), {"code": "3333-3334"})
    assert "编号有误" in wrong.content.decode()


def test_the_counts_lead_to_the_organizations_of_that_day(client, city, edition, users):
    client.force_login(users.viewer)
    page = client.get(reverse("edition", args=[edition.code]))
    west = next(row for row in page.context["layout"].rows if text(row["name"]) == "西县")
    correct(city[2]["west2"])
    listed = client.get(west["passed"].url)
    assert "西一小学" in listed.content.decode()
    assert listed.context["count"] == 1


def test_the_workbook_of_a_table_carries_the_code_and_the_same_figures(client, edition, users):
    client.force_login(users.viewer)
    address = reverse("edition_table", args=[edition.code, "compliance"])
    book = load_workbook(BytesIO(client.get(address, {"format": "xlsx"}).content))
    for sheet in book.worksheets:
        assert edition.code in sheet.oddHeader.right.text, sheet.title
    cells = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert f"定稿编号：{edition.code}" in cells
    assert any(str(value).startswith("=COUNTIFS('明细'!") for value in cells)


def test_a_document_carries_the_code_and_the_words_of_its_day(client, city, edition, users):
    client.force_login(users.viewer)
    address = reverse("edition_document", args=[edition.code, "results"])
    correct(city[2]["west2"])
    page = client.get(address)
    assert f"定稿编号 {edition.code}" in page.content.decode()
    told = {(f.text, f.now) for f in page.context["moved"] if "达标的党组织数" in f.words}
    assert ("33%", "42%") in told
    word = Document(BytesIO(client.get(address, {"format": "docx"}).content))
    section = word.sections[0]
    for footer in (section.footer, section.even_page_footer):
        assert edition.code in footer.paragraphs[-1].text
    text = "".join(paragraph.text for paragraph in word.paragraphs)
    assert "达标4个，达标率为33%" in text
    assert client.get(reverse("edition_document", args=[edition.code, "no"])).status_code == 404


def test_a_document_without_changes_says_so(client, edition, users):
    client.force_login(users.viewer)
    for key in ("report", "results"):
        page = client.get(reverse("edition_document", args=[edition.code, key]))
        assert page.context["moved"] == []
        assert "每个数字都和定稿时相同" in page.content.decode()


def test_editions_of_different_standards_warn(client, city, edition, users, tree):
    other = Standard.objects.create(
        slug="test", version="修订版", name="测试标准", pass_line=80, near_line=70, model_line=95
    )
    city[1].standard = other
    city[1].save()
    correct(city[2]["west2"])
    later = seal(scope=tree.city, year=2025, actor=users.manager, request=uuid4())
    client.force_login(users.viewer)
    response = client.get(reverse("edition_compare", args=[edition.code]), {"with": later.code})
    page = response.content.decode()
    assert "标准不同" in page
    assert response.context["rates"] == ["33%", "42%"]
    assert [c.kind for c in response.context["page"]] == ["新达标"]


@pytest.mark.parametrize(
    "page", ["editions", "edition", "edition_changes", "edition_organizations"]
)
def test_a_page_costs_a_fixed_number_of_queries(
    client, edition, users, django_assert_max_num_queries, page
):
    client.force_login(users.viewer)
    arguments = [] if page == "editions" else [edition.code]
    with django_assert_max_num_queries(30):
        assert client.get(reverse(page, args=arguments)).status_code == 200


def test_sealing_by_the_page(client, city, users):
    client.force_login(users.manager)
    address = reverse("edition_new")
    job = client.get(address).context["job"]
    for _ in range(2):
        response = client.post(f"{address}?year=2025", {"job": job, "title": "报送稿"})
        assert response.status_code == 302
    assert Edition.objects.get().title == "报送稿"
    refused = client.post(f"{address}?year=2025", {"title": "没有编号的表单"})
    assert refused.status_code == 400


def test_who_opens_the_pages_of_an_edition(client, city, users, tree):
    east, later = (
        seal(scope=tree.east, year=2025, actor=users.manager, request=uuid4()) for _ in range(2)
    )
    pages = [
        reverse("edition", args=[east.code]),
        reverse("edition_table", args=[east.code, "compliance"]),
        reverse("edition_document", args=[east.code, "report"]),
        reverse("edition_organizations", args=[east.code]),
        reverse("edition_changes", args=[east.code]),
        reverse("edition_compare", args=[east.code]) + f"?with={later.code}",
    ]
    for person, seen, withdrawing in (
        ("manager", 200, 200),
        ("viewer", 200, 403),
        ("editor", 200, 403),
        ("reviewer", 200, 403),
        ("township", 404, 403),
        ("west_editor", 404, 403),
        ("auditor", 403, 403),
        ("sysadmin", 403, 403),
        ("stranger", 403, 403),
    ):
        client.force_login(getattr(users, person))
        assert [client.get(page).status_code for page in pages] == [seen] * len(pages), person
        withdraw_page = reverse("edition_withdraw", args=[east.code])
        assert client.get(withdraw_page).status_code == withdrawing, person
