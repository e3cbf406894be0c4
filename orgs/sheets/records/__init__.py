"""Workbooks that hold one record in each row, declared from the model of the record.

A subclass of `RecordSheet` names the model, whose records they are (`subjects`, `parent`), the
cells in the order of the ledger, and which of them tell a record (`key`). Everything else
follows: the columns from the fields of the model, the refusals from its validators and
constraints, the comparison with what is stored, blank and filled templates, storing with history.
"""

from orgs.sheets.records.cells import BODY, ORGANIZATION, SCHOOL, Cell, Parent
from orgs.sheets.records.sheet import Plan, RecordSheet

__all__ = ["BODY", "ORGANIZATION", "SCHOOL", "Cell", "Parent", "Plan", "RecordSheet"]
