"""The pages in which organizations, their terms and posts are kept."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse

from accounts import history
from orgs import affiliations
from orgs.acting import covers, finish, touched
from orgs.forms.organization import OrganizationForm
from orgs.forms.past import AffiliationForm, CoverageForm, FormerNameForm
from orgs.forms.tenure import PostForm, TermForm
from orgs.models import Affiliation, Coverage, FormerName, Organization, Post, Term
from orgs.picks import ORGANIZATIONS
from orgs.services_tenure import find_member
from schools import writing
from schools.records import RecordPages
from sheets.forms import Stored

# Fields of an organization whose correction concerns years gone by.
_DATED = frozenset({"founded_on", "dissolved_on", "kind", "setup_approval", "school"})


class OrganizationPages(RecordPages):
    slug = "organization"
    model = Organization
    form_class = OrganizationForm
    title = "党组织"
    list_url, list_label = "organizations", "党组织"
    related = ("school", "parent", "jurisdiction__place", "successor")
    # A new one is founded (orgs/act_pages).
    can_create = False
    bulk_fields = (
        "has_committee",
        "fixed_day",
        "is_dispersed",
        "is_retiree_branch",
        "setup_approval",
        "contact",
        "phone",
        "remark",
    )

    def name(self, record):
        return record.short_name

    def write(self, form, *, act, expected):
        """Store the fields, and the covered schools, which are kept outside the columns."""
        record = form.save(commit=False)
        covered = form.cleaned_data["covered_schools"]
        old = list(record.covered_schools.all())
        dated = _DATED & set(form.changed_data)

        def concerned(record):
            if dated:
                return touched([record], None)
            return Stored("organizations", frozenset({record.pk}))

        revision = writing.write(
            record,
            act=act,
            action="organization.change",
            touched=concerned,
            expected=expected,
            also={"另外覆盖的学校": [_names(old), _names(covered)]},
        )
        if revision:
            record.covered_schools.set(covered)
        return revision

    def withdraw(self, record, *, act, expected):
        """Withdraw an organization nothing hangs on; one that existed is dissolved instead."""
        members = record.members.filter(left_on=None).count()
        below = record.children.filter(dissolved_on=None).count()
        if members or below:
            raise ValidationError(
                f"名下还有党员 {members} 名、下级党组织 {below} 个，不能撤回。"
                "真实存在过的党组织请用“撤销”。"
            )
        return super().withdraw(record, act=act, expected=expected)

    def touched(self, record):
        return touched([record], None)


def _names(schools) -> str:
    return "、".join(sorted(school.name for school in schools)) or "无"


class OfOrganizationPages(RecordPages):
    """Records shown on the page of their organization."""

    list_url, list_label = "organizations", "党组织"
    related: ClassVar[tuple[str, ...]] = ("organization__jurisdiction__place",)
    anchor = ""

    def url(self, record):
        return f"{reverse('organization', args=[record.organization_id])}#{self.anchor}"

    def initial(self, request):
        """Start with the organization the address names, if the user may change it."""
        return ORGANIZATIONS.asked(request, "organization")


class TermPages(OfOrganizationPages):
    slug = "term"
    model = Term
    form_class = TermForm
    title = "任期"
    anchor = "terms"
    new_lead = "补登以前的届次。刚选举完的，在党组织页面用“换届”一次登记任期和班子"

    def name(self, record):
        return f"{record.organization.short_name} {record.elected_on:%Y-%m-%d} 换届"

    def touched(self, record):
        return touched([record.organization], None)


class PostPages(OfOrganizationPages):
    slug = "post"
    model = Post
    form_class = PostForm
    title = "任职"
    anchor = "posts"
    new_lead = "补登以前的任职。现在的变动请用“补选、任命”或“换届”"

    def name(self, record):
        return f"{record.organization.short_name} {record.get_kind_display()} {record.holder}"

    def write(self, form, *, act, expected):
        post = form.instance
        if post.pk is None or "holder" in form.changed_data:
            organization = form.whose
            post.member = find_member(organization, form.cleaned_data["holder"])
        return super().write(form, act=act, expected=expected)

    def touched(self, record):
        return touched([record.organization], None)


class FormerNamePages(OfOrganizationPages):
    slug = "former_name"
    model = FormerName
    form_class = FormerNameForm
    title = "曾用名称"
    anchor = "past"
    new_lead = "补登以前的名称。现在更名请用“更名”"

    def name(self, record):
        return f"{record.organization.short_name} 曾用名 {record.short_name}"


class CoveragePages(OfOrganizationPages):
    slug = "coverage"
    model = Coverage
    form_class = CoverageForm
    title = "覆盖单位"
    anchor = "past"
    related = ("organization__jurisdiction__place", "school")
    # Schools join and leave by an act.
    can_create = False

    def touched(self, record):
        return touched([record.organization], record.start or record.end)


class AffiliationPages(OfOrganizationPages):
    """Periods of affiliation, made by 变更隶属; the neighbours are kept in step."""

    slug = "affiliation"
    model = Affiliation
    form_class = AffiliationForm
    title = "隶属关系"
    anchor = "past"
    related = ("organization__jurisdiction__place", "organization__parent", "jurisdiction")
    can_create = False

    def may_edit(self, user, record):
        """Only who fills in for the body of the time and of today: as for the act itself."""
        bodies = (record.jurisdiction, record.organization.jurisdiction)
        return super().may_edit(user, record) and all(covers(user, body) for body in bodies)

    def editable(self, request, pk):
        record = super().editable(request, pk)
        if not self.may_edit(request.user, record):
            raise PermissionDenied("隶属关系由管理主体改动，请找当时和现在的管理主体。")
        return record

    def write(self, form, *, act, expected):
        record = form.save(commit=False)
        since = history.lock(record).start
        revision = affiliations.shift(record, act=act, expected=expected)
        return self._told(revision, record, act, "affiliation.change", since)

    def withdraw(self, record, *, act, expected):
        with transaction.atomic():
            revision = affiliations.drop(record, act=act, expected=expected)
            return self._told(revision, record, act, "affiliation.withdraw", record.start)

    def _told(self, revision, record, act, action, since):
        if revision:
            days = [day for day in (since, record.start) if day]
            changes = {"管理主体": record.jurisdiction.short_name, "起": record.start}
            day = min(days, default=None)
            finish(action, record.organization, act=act, day=day, changes=changes)
        return revision

    def touched(self, record):
        return touched([record.organization], record.start)
