"""The workbooks of organizations and members."""

from orgs.sheets import members, organizations

__all__ = ["members", "organizations"]
