"""Fixtures of the tests of `assessments`."""

import pytest

from assessments.scoring import ensure_cycle
from tests.conftest import default_standard


@pytest.fixture
def cycle(tree):
    """The year 2025, judged by the standard that is delivered."""
    default_standard()
    return ensure_cycle(2025)
