"""The floors of the house: what may import what, and what must be scoped."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent
# An app imports only from the apps before it.
FLOORS = [
    "accounts",
    "sheets",
    "schools",
    "orgs",
    "activities",
    "supervision",
    "assessments",
    "reports",
]

# Models without a scope, each for a reason.
UNSCOPED = {
    "User": "accounts are listed by the system administrator only",
    "Quota": "counted for its user alone, shown to nobody",
    "AuditEntry": "the log is read by the auditor only",
    "Place": "public reference data",
    "Revision": "seen through its record",
    "Grant": "seen through its user",
    "Standard": "published to everyone",
    "Indicator": "part of the standard",
    "Veto": "part of the standard",
    "Cycle": "published to everyone",
    "StandardDraft": "made by the city's managers, shown to them only",
    "Trial": "seen through the draft or the year it is for",
    "Schedule": "published to everyone",
    "Decision": "published to everyone",
    "CheckRun": "one row: when the records were last looked through",
    "KeptCounts": "counts of the whole tree, narrowed by the report that keeps them",
}


def imported_apps(path: Path) -> set[str]:
    """Return the top-level packages a module imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


@pytest.mark.parametrize("app", FLOORS)
def test_an_app_imports_only_from_the_floors_below(app):
    above = set(FLOORS[FLOORS.index(app) + 1 :]) | {"partybuild", "tests", "benchmarks"}
    for path in (ROOT / app).rglob("*.py"):
        assert not above & imported_apps(path), path


def test_every_model_is_scoped_or_listed_with_a_reason():
    unscoped = {
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in FLOORS
        and not model._meta.auto_created
        and not hasattr(model._default_manager.all(), "visible_to")
    }
    assert unscoped == set(UNSCOPED)
