"""The workbooks of organizations, members, development cases and transfers."""

from orgs.sheets import development, members, organizations, transfers

__all__ = ["development", "members", "organizations", "transfers"]
