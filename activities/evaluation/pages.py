"""The record pages of one result, and the list of organizations by theirs."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from activities.evaluation.forms import ResultForm
from activities.evaluation.lists import EvaluationFilter, EvaluationTable
from activities.evaluation.services import touched
from activities.evaluation.sums import (
    KINDS,
    Sums,
    full_members,
    reference_day,
    sums_by_organization,
)
from activities.models import MemberEvaluation
from orgs.models import Organization
from schools.bodies import set_bodies
from schools.lists import ListPage, Shortcut
from schools.records import RecordPages


class EvaluationPages(RecordPages):
    slug = "evaluation"
    model = MemberEvaluation
    form_class = ResultForm
    title = "民主评议结果"
    list_url, list_label = "evaluations", "民主评议党员"
    related = ("organization__jurisdiction__place", "member")
    # Entered for all members of an organization on one page.
    can_create = False

    def url(self, record):
        address = reverse("organization_evaluation", args=[record.organization_id])
        return f"{address}?year={record.year}#m{record.member_id}"

    def name(self, record):
        return f"{record.member.name} {record.year} 年民主评议"

    def touched(self, record):
        return touched(record)


class EvaluationList(ListPage):
    title = "民主评议党员"
    lead = "每年一次；优秀不超过三分之一，预备党员参加评议但不评定等次"
    counter, noun = "个", "党组织"
    import_kind = "evaluations"
    table_class = EvaluationTable
    filterset_class = EvaluationFilter
    default_order = ("jurisdiction__path", "name")
    shortcuts = (Shortcut("没有记录", "state=none"),)
    empty_title = "没有这样的党组织"
    empty_text = "民主评议按党支部登记，党支部登记后才能填报。"

    @property
    def sheet_title(self):
        return f"{self.filterset.chosen_year}年民主评议党员情况一览表"

    def rows(self):
        return Organization.objects.filter(kind__in=KINDS).select_related("jurisdiction")

    def enrich(self, records):
        set_bodies(records)
        year = self.filterset.chosen_year
        keys = [record.pk for record in records]
        sums = sums_by_organization(keys, year)
        should = full_members(keys, reference_day(year, timezone.localdate()))
        for record in records:
            record.sums = sums.get(record.pk, Sums())
            record.should = should.get(record.pk, 0)
        return records
