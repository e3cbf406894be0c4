"""The workbooks of organizations, terms, members, development cases and transfers."""

from orgs.sheets import development, members, organizations, terms, transfers

__all__ = ["development", "members", "organizations", "terms", "transfers"]
