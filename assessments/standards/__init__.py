"""Standards: declared parameters, the content of a version, its file, its rows."""

from assessments.standards.loading import (
    DEFAULT,
    KINDS,
    StandardError,
    load_standard,
    read_standard,
    store,
)
from assessments.standards.parameters import parameter_notes

__all__ = [
    "DEFAULT",
    "KINDS",
    "StandardError",
    "load_standard",
    "parameter_notes",
    "read_standard",
    "store",
]
