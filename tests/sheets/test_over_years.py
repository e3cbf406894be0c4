"""Rates of several years: units down or across, with counts or without."""

import io
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from django.urls import reverse

from assessments.models import UnitYear
from reports.imported import sources
from sheets import importing, opening
from sheets.crossing import tell
from sheets.forms import get_form
from sheets.models import ImportBatch
from sheets.recognition import recognise
from tests.reports.cities import hand_worked

MESSY = Path(__file__).parent.parent / "data" / "messy"
CROSS = next(t for t in get_form("results").tables if t.key == "over_years")


def bring_in(name, user, kind="auto", **kwargs):
    content = (MESSY / name).read_bytes()
    return importing.save(kind, io.BytesIO(content), name, user=user, **kwargs)


def stored():
    return {
        (u.year, u.unit.unit_name): u.rate if u.due is None else (u.due, u.passed)
        for u in UnitYear.objects.select_related("unit")
    }


def refusals(outcome):
    return [(r["sheet"], r["row"], r["column"], r["code"]) for r in outcome.as_json()["rejected"]]


EXPECTED = {
    (2017, "直属学校"): Decimal("0.2"),
    (2017, "东区"): Decimal("0.15"),
    (2017, "西县"): Decimal("0.1"),
    (2018, "直属学校"): Decimal("0.25"),
    (2018, "西县"): Decimal("0.12"),
    (2019, "直属学校"): Decimal("0.3"),
    (2019, "东区"): Decimal("0.28"),
    (2020, "直属学校"): Decimal("0.35"),
    (2020, "东区"): Decimal("0.315"),
    (2021, "东区"): Decimal("0.4"),
    # A bare 1 under 单位：% is one per cent.
    (2021, "西县"): Decimal("0.01"),
    (2022, "直属学校"): (20, 9),
    (2023, "直属学校"): (20, 10),
}


def test_both_ways_round_with_counts_and_without(users):
    outcome = bring_in("rates_over_years.xlsx", users.manager)
    assert (outcome.kind, outcome.year) == ("results", None)
    assert stored() == EXPECTED
    assert refusals(outcome) == [
        ("历年", 6, "2020年度", "NUMBER_INVALID"),
        ("历年", 7, "县（市、区）", "ENUM_INVALID"),
        ("历年", 7, "县（市、区）", "ENUM_INVALID"),
        ("历年", 7, "县（市、区）", "ENUM_INVALID"),
        ("横排", 3, "东区", "RATE_RANGE"),
        ("数量", 4, "2022年/达标率", "RATE_MISMATCH"),
        ("数量", 4, "2023年/达标党组织数", "PASSED_GT_TOTAL"),
        ("数量", 5, "达标率", "REQUIRED_MISSING"),
        ("数量", 5, "达标率", "REQUIRED_MISSING"),
    ]
    assert "注明“导入”" in "".join(outcome.notices)
    labels = {row.label for row in outcome.rows}
    assert "东区 2019 年" in labels
    assert "合  计 2019 年" not in labels


def test_the_same_again_changes_nothing_and_a_new_rate_is_a_change(users):
    bring_in("rates_over_years.xlsx", users.manager)
    again = bring_in("rates_over_years.xlsx", users.manager)
    assert (again.counts["new"], again.counts["changed"]) == (0, 0)
    assert again.counts["unchanged"] == len(EXPECTED)
    UnitYear.objects.filter(year=2019).update(rate=Decimal("0.5"))
    third = bring_in("rates_over_years.xlsx", users.manager)
    changes = [(c.old, c.new) for row in third.rows for c in row.changes if c.changed]
    assert changes == [("50%", "30%"), ("50%", "28%")]
    assert stored() == EXPECTED


def test_the_bureaus_own_table_has_one_line_and_its_year_in_the_title(users):
    outcome = bring_in("rates_across.xlsx", users.manager)
    assert outcome.year == 2024
    assert stored() == {
        (2024, "直属学校"): Decimal("0.5"),
        (2024, "东区"): Decimal("0.41"),
        (2024, "西县"): Decimal("0.28"),
    }
    assert outcome.sheets[0].header_row == 2


def test_a_year_in_each_line(users):
    outcome = bring_in("rates_lines.xlsx", users.manager)
    assert stored() == {(2022, "东区"): (18, 7), (2023, "东区"): (18, 8)}
    assert [(row, code) for _, row, _, code in refusals(outcome)] == [
        (4, "ORG_DUPLICATE"),
        (5, "NUMBER_INVALID"),
        (6, "DATE_FUTURE"),
    ]


def test_stored_counts_are_not_blurred_by_a_bare_rate(users, tree):
    UnitYear.objects.create(year=2019, unit=tree.east, due=10, passed=5)
    outcome = bring_in("rates_over_years.xlsx", users.editor)
    assert stored()[2019, "东区"] == (10, 5)
    assert "RATE_DIFFERS" in {w["code"] for w in outcome.as_json()["warnings"]}
    # An editor of 东区 brings in nothing of the others.
    assert {unit for _, unit in stored()} == {"东区"}
    assert "OUT_OF_SCOPE" in {code for *_, code in refusals(outcome)}


def test_refused_cells_come_back_with_their_line(users):
    content = (MESSY / "rates_over_years.xlsx").read_bytes()
    batch = importing.upload("auto", io.BytesIO(content), "历年.xlsx", user=users.manager)
    from tests.sheets.test_returning import returned

    back = returned(batch)
    again = importing.upload("auto", io.BytesIO(back), "历年（错误原因）.xlsx", user=users.manager)
    codes = [
        sorted(p["code"] for row in b.report["refused"] for p in row["problems"])
        for b in (batch, again)
    ]
    assert codes[0] == codes[1]
    grid = opening.load(back).sheets[0].grid
    assert [row[1] for row in grid[3:]] == ["西县", "北县"]
    assert grid[4][-1].count("不是本市的县") == 1
    counts = next(sheet for sheet in opening.load(back).sheets if sheet.name == "数量").grid
    assert "2022年/达标率：" in counts[2][-1]
    assert "2023年/达标党组织数：" in counts[2][-1]


@pytest.mark.parametrize(
    ("text", "year", "measure"),
    [
        ("2023年", 2023, "rate"),
        ("2023", 2023, "rate"),
        ("2023年度达标率(%)", 2023, "rate"),
        ("2023年/应评数", 2023, "due"),
        ("达标党组织数", None, "passed"),
        ("２０２３年　达标率", 2023, "rate"),
    ],
)
def test_what_a_heading_tells(text, year, measure):
    told = tell(text, CROSS)
    assert (told.year, told.measure.key) == (year, measure)


@pytest.mark.parametrize("text", ["备注", "2019—2021年", "2023年排名", "20231", "", "序号"])
def test_headings_that_tell_nothing(text):
    assert tell(text, CROSS) is None


def test_a_ledger_with_years_in_it_is_no_table_of_rates(users):
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("2025年")
    sheet.write_row("A1", ["党支部名称", "活动类别", "时间", "主题"])
    sheet.write_row("A2", ["东区第一小学党支部", "党课", "2025年3月5日", "2025年工作要点"])
    book.close()
    assert recognise(opening.load(stream.getvalue()), "台账.xlsx").form.kind == "meetings"


def test_a_trend_names_the_import_it_was_taken_from(users, tree, client):
    hand_worked(tree)
    outcome = bring_in("rates_over_years.xlsx", users.manager)
    batch = ImportBatch.objects.get()
    assert outcome.batch == batch
    found = sources(users.manager, UnitYear.objects.filter(year=2017))
    (source,) = found[2017]
    assert (source.batch, source.actor) == (batch.pk, users.manager.name)
    (seen,) = sources(users.viewer, UnitYear.objects.filter(year=2017))[2017]
    assert (source.url, seen.url) == (reverse("import_batch", args=[batch.pk]), "")
    UnitYear.objects.filter(year=2017).update(due=10, passed=3, rate=None)
    client.force_login(users.manager)
    page = client.get(reverse("report", args=["rates-over-years"]))
    notes = " ".join(page.context["layout"].notes)
    assert f"取自历年数据表，导入第 {batch.pk} 批（" in notes
    home = client.get(reverse("home"))
    assert f'<a href="{source.url}">第 {batch.pk} 批</a>' in home.content.decode()
    told = home.context["trend_data"][0]
    assert (told["imported"], told["state"]) == (True, f"导入，第 {batch.pk} 批")
