"""Fixtures of the tests of the review of a year."""

import pytest

from tests.assessments.filings import make_world


@pytest.fixture
def world(tree, standard, users, settings, tmp_path):
    """Last year, scored, with two branches in 东区 whose window of self-score is open."""
    settings.MEDIA_ROOT = tmp_path
    return make_world(tree, standard, users)
