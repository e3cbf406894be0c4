"""The migrations make the tables of the models.

The tests themselves run on tables made from the models on SQLite (`--nomigrations`, much
quicker) and from the migrations on PostgreSQL (`make test-pg`).
"""

import os
import sqlite3
import subprocess
import sys

import pytest
from django.apps import apps
from django.conf import settings


def test_migrations_make_every_table_with_its_columns(tmp_path, pytestconfig):
    if not pytestconfig.getoption("nomigrations"):
        pytest.skip("these tests run on tables made by the migrations")
    file = tmp_path / "new.sqlite3"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "-v0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{file}"},
        check=True,
    )
    with sqlite3.connect(file) as made:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            columns = {row[1] for row in made.execute(f'PRAGMA table_xinfo("{table}")')}
            assert columns == {field.column for field in model._meta.local_concrete_fields}, table
        wanted = {one.name for model in apps.get_models() for one in model._meta.indexes}
        indexes = {row[0] for row in made.execute("SELECT name FROM sqlite_master")}
        assert wanted <= indexes
