"""What the pages of acts on organizations share."""

from __future__ import annotations

from orgs.acting import covers
from orgs.pages import OrganizationPages
from schools.act_pages import ActPage


class OrganizationAct(ActPage):
    """An act on an organization, for whoever keeps its records."""

    pages = OrganizationPages()

    def stop(self, record):
        if record.dissolved_on:
            return f"{record.short_name} {record.dissolved_on:%Y-%m-%d} 已经撤销，不能再办理。"
        return ""


class StructureAct(OrganizationAct):
    """An act that is decided above: for those who fill in for the managing body."""

    def may(self, user, record):
        return super().may(user, record) and covers(user, record.jurisdiction)

    def refusal(self, record):
        return "党组织的设置由上级决定，请找它的管理主体办理。"
