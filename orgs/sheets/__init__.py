"""The workbooks of organizations, terms, groups, members, their contacts, situations and
transfers, and of development cases.
"""

from orgs.sheets import (
    contacts,
    development,
    groups,
    members,
    organizations,
    quotas,
    situations,
    terms,
    transfers,
)

__all__ = [
    "contacts",
    "development",
    "groups",
    "members",
    "organizations",
    "quotas",
    "situations",
    "terms",
    "transfers",
]
