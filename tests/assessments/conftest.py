"""Fixtures of the tests of `assessments`."""

import pytest

from assessments.scoring import ensure_cycle
from assessments.standards import DEFAULT, load_standard


@pytest.fixture
def cycle(tree):
    """The year 2025, judged by the standard that is delivered."""
    load_standard(DEFAULT)
    return ensure_cycle(2025)
