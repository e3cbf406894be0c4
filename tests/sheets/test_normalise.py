"""Every writing of a value comes to one form; what cannot be read has its code."""

import datetime
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from sheets import dates
from sheets import normalise as n

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
TODAY = datetime.date(2026, 11, 22)
JULY = datetime.date(2019, 7, 1)
days = st.dates(datetime.date(1930, 1, 1), TODAY)


def code(parse, value, **kwargs):
    with pytest.raises(n.CellError) as caught:
        parse(value, **kwargs)
    assert caught.value.reason
    return caught.value.code


def date(value, **kwargs):
    return dates.parse_date(value, today=TODAY, **kwargs)


@pytest.mark.parametrize(
    "value",
    [
        "2019.07.01", "2019-7-1", "2019/7/1", "2019年7月1日", "2019. 7. 1", "2019.07.01.",
        "20190701", 20190701, 20190701.0, 43647.0, "43647", "２０１９．０７．０１", "2019—07—01",
        datetime.datetime(2019, 7, 1, 8, 30), datetime.date(2019, 7, 1), "2019-7-1 0:00:00",
        "2019年7月1日下午3:00", "2019年7月1日14:30—16:00", "2019年7月1日（星期一）", "'2019.7.1",
        "2019年7月1日-3日", "二〇一九年七月一日", "\u200b2019.7.1 ", "2019年7月1号",
    ],
)  # fmt: skip
def test_full_dates(value):
    assert date(value) == dates.PartialDate(JULY)


@pytest.mark.parametrize(
    "value",
    ["1998.06", "1998年6月", "1998/6", "199806", 199806, 1998.06, "一九九八年六月", "1998年6月份"],
)
def test_months_keep_their_mark(value):
    found = date(value)
    assert found == dates.PartialDate(datetime.date(1998, 6, 1), month_only=True)
    assert (str(found), found.last_day) == ("1998-06", datetime.date(1998, 6, 30))


@pytest.mark.parametrize("value", ["", None, "无", "—", "-", "/", " ", "空"])
def test_nothing_is_nothing(value):
    assert date(value) is None
    assert n.parse_int(value) is None
    assert n.parse_text(value) is None
    assert n.parse_id_number(value, today=TODAY) is None


@pytest.mark.parametrize(
    "value",
    ["2019.02.30", "13月", "不详", "待查", "98.6", "2019", 2019, "2019.13", "20191301", 3.5, True,
     "1799.1.1", 99999, "2019.7.1.5", datetime.time(3, 0), "3月5日"],
)  # fmt: skip
def test_dates_that_are_none(value):
    assert code(date, value) == "DATE_INVALID"


def test_a_bare_1998_1_is_never_silently_january():
    assert code(date, 1998.1) == "DATE_AMBIGUOUS"
    assert date("1998.1") == dates.PartialDate(datetime.date(1998, 1, 1), month_only=True)
    assert date(1998.12).day.month == 12


def test_days_ahead_serials_of_1904_and_days_without_a_year():
    assert code(date, "2031.05.12") == "DATE_FUTURE"
    assert date("2031.05.12", past=False).day.year == 2031
    assert date(43647 - 1462, date_1904=True).day == JULY
    assert date("7月1日下午3:00", year=2019).day == JULY


@given(days, st.sampled_from(["%Y.%m.%d", "%Y-%m-%d", "%Y年%m月%d日", "%Y/%m/%d 09:30", "%Y%m%d"]))
def test_any_day_in_any_writing(day, form):
    assert date(day.strftime(form)) == dates.PartialDate(day)


@given(days)
def test_any_serial(day):
    serial = (day - datetime.date(1899, 12, 30)).days
    if serial >= 10_000:
        assert date(float(serial)).day == day


anything = st.one_of(
    st.text(max_size=30),
    st.floats(),
    st.integers(-(10**25), 10**25),
    st.booleans(),
    st.none(),
    st.datetimes(),
    st.text("0123456789.-/年月日 ０１X", max_size=20),
)


@given(anything)
def test_no_cell_breaks_a_parser(value):
    for parse in (
        date, n.parse_int, n.parse_years, n.parse_score, n.parse_rate, n.parse_bool, n.parse_text,
        n.parse_name, n.parse_names, lambda v: n.parse_choice(v, {"男": 1}),
        lambda v: n.parse_id_number(v, today=TODAY),
    ):  # fmt: skip
        with suppress(n.CellError):
            parse(value)


def id_number(day, order):
    base = f"990121{day:%Y%m%d}{order:03d}"
    return base + ric.calc_check_digit(base + "0")


@given(days, st.integers(0, 999), st.sampled_from(["{}", " {} ", "'{}", "{}\n", "\u200b{}"]))
def test_any_valid_id_number_in_any_dress(day, order, dress):
    number = id_number(day, order)
    assert n.parse_id_number(dress.format(number.lower()), today=TODAY) == number
    wide = number.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})
    assert n.parse_id_number(wide, today=TODAY) == number
    assert n.id_birth_date(number) == day
    assert n.id_is_male(number) == (order % 2 == 1)


@given(days, st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(day, order, place, by):
    number = id_number(day, order)
    if number[place] == "X":
        return
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert code(n.parse_id_number, wrong, today=TODAY).startswith("ID_")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (990121196104214534.0, "ID_PRECISION_LOST"),
        (990121196104214534, "ID_PRECISION_LOST"),
        ("9.90121E+17", "ID_PRECISION_LOST"),
        ("990121610421453", "ID_LENGTH"),
        ("99012119610421453", "ID_LENGTH"),
        ("9901211961042145340", "ID_LENGTH"),
        ("同上", "ID_FORMAT"),
        ("990121196102304534", "ID_FORMAT"),
        ("990121196104214535", "ID_CHECK_DIGIT"),
        (id_number(datetime.date(2030, 1, 1), 1), "ID_BIRTH_FUTURE"),
    ],
)
def test_wrong_id_numbers(value, expected):
    assert code(n.parse_id_number, value, today=TODAY) == expected


def test_a_cross_for_x():
    day = next(d for d in range(1, 28) if id_number(datetime.date(1980, 5, d), 1).endswith("X"))
    number = id_number(datetime.date(1980, 5, day), 1)
    for cross in "×*x":
        assert n.parse_id_number(number[:-1] + cross, today=TODAY) == number


def test_numbers():
    for value in (15, 15.0, "15", "15人", "１５", "15.0", " 15 人"):
        assert n.parse_int(value) == 15
    assert n.parse_int("1,234") == 1234
    for value in ("约80", "十二", -1, 1.5, "1e3", True, 10**12, float("inf")):
        assert code(n.parse_int, value) == "NUMBER_INVALID"
    assert n.parse_years("三年") == n.parse_years(3.0) == n.parse_years("3年") == 3
    assert code(n.parse_years, 8) == "NUMBER_INVALID"
    assert n.parse_score("92.5分") == Decimal("92.50")
    assert code(n.parse_score, 108.5) == "SCORE_RANGE"


def test_rates():
    half = Decimal("0.5")
    for value in ("50%", "５０％", " 50 %", 0.5, "50.0%"):
        assert n.parse_rate(value) == half
    assert n.parse_rate(50, percent_header=True) == half
    # 1 under a percent heading: the counts tell whether it is 1 % or 100 %.
    assert n.parse_rate(1, percent_header=True, expected=Decimal("0.011")) == Decimal("0.01")
    assert n.parse_rate(1, percent_header=True, expected=Decimal(1)) == 1
    assert n.parse_rate("43%", expected=Decimal(9) / 21) == Decimal("0.43")
    assert code(n.parse_rate, "44%", expected=Decimal(9) / 21) == "RATE_MISMATCH"
    assert code(n.parse_rate, "130%") == "RATE_RANGE"


def test_yes_and_no():
    for value in ("是", "√", "✓", "有", "Y", "y", "1", 1, 1.0, True):
        assert n.parse_bool(value) is True
    for value in ("否", "×", "无", "N", 0, "0", False):
        assert n.parse_bool(value) is False
    assert n.parse_bool("") is None
    assert code(n.parse_bool, "也许") == "ENUM_INVALID"


def test_names():
    assert n.parse_name("蒋 金　河") == "蒋金河"
    assert n.parse_name("阿不都•热合曼") == "阿不都·热合曼"
    assert n.parse_name("John  Smith") == "John Smith"
    assert n.parse_name("\u202e王\x00某") == "王某"
    assert n.parse_names("甲校、乙 校\n丙校；") == ("甲校", "乙校", "丙校")
    assert n.parse_text("（一）ＡＢ　１２") == "（一）ＡＢ 12"
