"""The workbooks of organizations, members and transfers."""

from orgs.sheets import members, organizations, transfers

__all__ = ["members", "organizations", "transfers"]
