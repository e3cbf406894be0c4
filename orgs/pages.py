"""The pages in which organizations, their terms and posts are kept."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.urls import reverse

from orgs.acting import touched
from orgs.forms.organization import OrganizationForm
from orgs.forms.tenure import PostForm, TermForm
from orgs.models import Organization, Post, Term
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
    related = ("organization__jurisdiction__place",)
    anchor = ""

    def url(self, record):
        return f"{reverse('organization', args=[record.organization_id])}#{self.anchor}"

    def initial(self, request):
        """Start with the organization the address names, if the user may change it."""
        asked = request.GET.get("organization", "")
        rows = Organization.objects.editable_by(request.user).select_related("jurisdiction")
        found = rows.filter(pk=asked).first() if asked.isdecimal() else None
        return {"organization": ORGANIZATIONS.label(found)} if found else {}


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
