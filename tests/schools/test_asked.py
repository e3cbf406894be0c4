"""Numbers read from addresses: what is no number, or too long for a key, asks for nothing."""

import pytest
from django.http import Http404

from schools.asked import named, number, year_asked
from schools.models import School
from tests.conftest import make_school


@pytest.mark.parametrize(
    ("text", "found"),
    [("12", 12), ("0", 0), ("", None), ("-1", None), ("1.5", None), ("²", None), ("9" * 19, None)],
)
def test_only_a_whole_number_is_one(text, found):
    assert number(text) == found


def test_a_record_is_named_by_its_key(tree):
    school = make_school("东区第一小学", tree.east_edu, tree.places["990102"])
    rows = School.objects.all()
    assert named(rows, str(school.pk)) == school
    assert [named(rows, text) for text in ("", "x", "999999", "9" * 400)] == [None] * 4


def test_a_year_is_asked_for_by_four_digits_and_stands_in_its_span(rf):
    def asked(text):
        return year_asked(rf.get("/", {"year": text}), 2026, 2027)

    assert [asked(text) for text in ("", "x", "20250", "2025", "2027")] == [
        2026, 2026, 2026, 2025, 2027,
    ]  # fmt: skip
    for text in ("1999", "2028"):
        with pytest.raises(Http404):
            asked(text)
