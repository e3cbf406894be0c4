"""Declarations of the workbooks the system reads.

An app declares in its `sheets` what a form is called, which columns it has and by
what other names offices write them, and how its rows are judged and stored. Reading
and normalising is done here in `sheets` for all forms alike.
"""

from sheets.forms.columns import (
    REASON,
    SERIAL,
    Column,
    Cross,
    Table,
    Type,
    choices_by_label,
    header_key,
)
from sheets.forms.form import Context, Form, Judgement, Stored
from sheets.forms.hooks import after_save, closing, refuse_closed, tell
from sheets.forms.registry import all_forms, get_form, grouped_forms, register
from sheets.forms.rows import Change, Heading, Problem, Row, SheetFacts, Understood, shown

__all__ = [
    "Change",
    "Column",
    "Context",
    "Cross",
    "Form",
    "Heading",
    "Judgement",
    "Problem",
    "REASON",
    "Row",
    "SERIAL",
    "SheetFacts",
    "Stored",
    "Table",
    "Type",
    "Understood",
    "after_save",
    "all_forms",
    "choices_by_label",
    "closing",
    "get_form",
    "grouped_forms",
    "header_key",
    "refuse_closed",
    "register",
    "shown",
    "tell",
]
