"""The pages in which development cases and their reviews are kept."""

from __future__ import annotations

from django.urls import reverse

from orgs.development.forms import CaseForm, ReviewForm
from orgs.development.keeping import KIND, touched
from orgs.models import ActivistReview, DevelopmentCase
from orgs.picks import ORGANIZATIONS
from schools import writing
from schools.records import RecordPages
from sheets.forms import Stored


class CasePages(RecordPages):
    slug = "development_case"
    model = DevelopmentCase
    form_class = CaseForm
    title = "发展党员记录"
    list_url, list_label = "development_cases", "发展党员"
    related = ("organization__jurisdiction__place", "school__place", "member")
    new_lead = "登记一名入党申请人；以后的每一步在这个人的页面上办理"

    def initial(self, request):
        """Start with the organization the address names, if the user may change it."""
        return ORGANIZATIONS.asked(request, "organization")

    def write(self, form, *, act, expected):
        """Store the case; one that moves concerns both organizations."""
        case = form.save(commit=False)
        was = None if form.is_new else form.initial.get("organization")
        ids = frozenset(filter(None, (case.organization_id, was)))
        verb = "create" if case.pk is None else "change"
        return writing.write(
            case,
            act=act,
            action=f"{self.slug}.{verb}",
            touched=lambda case: Stored(KIND, ids),
            expected=expected,
        )

    def touched(self, record):
        return touched(record)

    def _restorable(self):
        # The number is never shown, so the form cannot put an earlier one back.
        return super()._restorable() - {"id_number"}


class ReviewPages(RecordPages):
    slug = "activist_review"
    model = ActivistReview
    form_class = ReviewForm
    title = "考察记录"
    list_url, list_label = "development_cases", "发展党员"
    related = ("case__organization__jurisdiction__place",)
    # Made by the act 登记考察.
    can_create = False

    def url(self, record):
        return f"{reverse('development_case', args=[record.case_id])}#reviews"

    def name(self, record):
        return f"{record.case.name} {record.reviewed_on} 考察"

    def touched(self, record):
        return touched(record.case)
