"""The workbooks of organizations, terms, groups, members, development cases and transfers."""

from orgs.sheets import development, groups, members, organizations, quotas, terms, transfers

__all__ = ["development", "groups", "members", "organizations", "quotas", "terms", "transfers"]
