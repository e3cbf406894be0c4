"""What holds for the normalisers whatever stands in a cell: nothing breaks or changes unseen."""

import datetime
import re
import unicodedata
from contextlib import suppress
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from sheets import dates
from sheets import normalise as n

settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
TODAY = datetime.date(2026, 11, 22)
han = "王李张刘陈杨黄赵吴周东西南北县区中学小支部委员会"
texts = st.one_of(
    st.text(max_size=40),
    st.text(han + " 　•·．‧０１２ABab1.（）()\n\t\u200b", max_size=30),
)
dateish = st.text("0123456789０１２.-/年月日 上下午:：—~'二〇一九七", max_size=16)
numberish = st.text("0123456789０１２,. 人分%％-+eE", max_size=12)


def read(parse, value, **kwargs):
    """Return what is read, or the code of the refusal."""
    try:
        return parse(value, **kwargs)
    except n.CellError as error:
        return error.code


@given(texts)
def test_texts_and_names_come_to_rest_at_once(value):
    for parse in (n.parse_text, n.parse_name):
        once = parse(value)
        if once is not None:
            assert parse(once) in (once, None)


@given(texts)
def test_a_name_loses_nothing_but_spaces_and_marks(value):
    """Every letter of the cell is in the name, in order; dots become one kind of dot."""

    def letters(text):
        text = n.INVISIBLE.sub("", text).translate(n._DOTS).translate(n._FULL_WIDTH_DIGITS)
        return re.sub(r"\s+", "", text).lstrip("'")

    name = n.parse_name(value)
    if name is not None:
        assert letters(name) == letters(value)


@given(texts)
def test_several_names_are_those_of_the_cell(value):
    names = n.parse_names(value)
    whole = n.fold((n.parse_text(value) or "").translate(n._DOTS))
    assert all(name and n.fold(name) in whole for name in names)


@given(st.one_of(numberish, st.integers(-(10**9), 10**9), st.floats(allow_nan=True)))
def test_a_whole_number_is_the_one_that_was_typed(value):
    found = read(n.parse_int, value)
    if isinstance(found, int):
        digits = unicodedata.normalize("NFKC", n.plain(value)) if isinstance(value, str) else ""
        if digits:
            typed = re.sub(r"[^\d.]", "", digits.split("人")[0].split("分")[0])
            assert Decimal(typed or 0) == found
        else:
            assert found == value
        assert n.parse_int(found) == n.parse_int(str(found)) == found


@given(st.one_of(numberish, st.floats(allow_nan=True), st.integers()))
def test_scores_and_rates_stay_inside_their_bounds(value):
    score = read(n.parse_score, value)
    if isinstance(score, Decimal):
        assert 0 <= score <= 100
        assert n.parse_score(str(score)) == score
    for header in (True, False):
        rate = read(n.parse_rate, value, percent_header=header)
        if isinstance(rate, Decimal):
            assert 0 <= rate <= 1
            assert n.parse_rate(f"{rate * 100}%") == rate


@given(st.one_of(dateish, st.floats(allow_nan=True), st.integers(0, 10**8), st.datetimes()))
def test_a_day_read_is_a_day_written(value):
    found = read(dates.parse_date, value, today=TODAY, past=False)
    if isinstance(found, dates.PartialDate):
        assert dates.parse_date(str(found), today=TODAY, past=False) == found
        assert found.day <= found.last_day


@given(st.dates(datetime.date(1950, 1, 1), TODAY))
def test_a_month_and_a_day_are_never_exchanged(day):
    for form in ("%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日"):
        found = dates.parse_date(day.strftime(form), today=TODAY)
        assert (found.day.month, found.day.day) == (day.month, day.day)


@given(st.one_of(st.text("0123456789Xx×*０１２ '-\u200b", max_size=24), st.floats(), st.integers()))
def test_an_id_number_accepted_is_the_digits_that_were_typed(value):
    found = read(n.parse_id_number, value, today=TODAY)
    if found and isinstance(found, str) and len(found) == 18:
        typed = unicodedata.normalize("NFKC", n.plain(value)).upper()
        typed = re.sub(r"[^0-9X×*]", "", typed)
        assert re.sub(r"[×*]$", "X", typed) == found
        assert n.parse_id_number(found, today=TODAY) == found


@given(texts)
def test_no_mask_is_ever_read_as_a_number(value):
    masked = f"{value[:3]}****{value[-4:]}"
    if n.is_masked(masked):
        with suppress(n.CellError):
            assert n.parse_id_number(masked, today=TODAY) is None
