"""The forms there are, by kind."""

from __future__ import annotations

from django.apps import apps

from sheets.forms.form import Form

_forms: dict[str, Form] = {}


# Each needs what those before it have brought in.
_ORDER = (
    "schools",
    "organizations",
    "terms",
    "members",
    "development",
    "transfers",
    "meetings",
    "dues",
    "trainings",
    "volunteering",
    "rectification",
    "surveys",
    "weak_listings",
    "results",
)


def register(form: type[Form]) -> type[Form]:
    """Make a form known under its `kind` (class decorator)."""
    if form.kind in _forms:
        raise ValueError(f"Two forms named {form.kind}")
    _forms[form.kind] = form()
    return form


def get_form(kind: str) -> Form:
    """Return the form registered as `kind`; KeyError where there is none."""
    return _forms[kind]


def all_forms() -> list[Form]:
    """Return all forms in the order they are usually brought in."""
    return sorted(
        _forms.values(), key=lambda f: _ORDER.index(f.kind) if f.kind in _ORDER else len(_ORDER)
    )


def grouped_forms() -> list[tuple[str, list[Form]]]:
    """Return all forms under the names of the parts of the register they belong to."""
    found: dict[str, list[Form]] = {}
    for form in all_forms():
        app = apps.get_app_config(type(form).__module__.partition(".")[0])
        found.setdefault(str(app.verbose_name), []).append(form)
    return list(found.items())
