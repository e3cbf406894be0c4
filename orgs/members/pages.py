"""The pages in which members are kept, and the three ways into the register."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts import history
from accounts.models import Revision
from orgs import services_members, services_situations, services_transfers
from orgs.members.forms import AdmissionForm, ArrivalForm, ContactForm, MemberForm
from orgs.models import Contact, Member
from orgs.picks import ORGANIZATIONS
from schools import writing
from schools.record_forms import RecordForm
from schools.records import RecordPages
from sheets.forms import Stored

# Fields whose correction concerns years gone by.
_DATED = frozenset({"status", "joined_on", "confirmed_on", "is_teacher", "activity_exempt"})


class MemberPages(RecordPages):
    slug = "member"
    model = Member
    form_class: ClassVar[type[RecordForm]] = MemberForm
    title = "党员"
    list_url, list_label = "members", "党员"
    related = ("organization__jurisdiction__place", "school")
    together = {"joined_on": ("joined_month_only",), "confirmed_on": ("confirmed_month_only",)}
    bulk_fields = (
        "ethnicity",
        "education",
        "school",
        "job",
        "is_teacher",
        "employment",
        "retired_on",
        "activity_exempt",
        "remark",
    )
    new_title = "登记已有党员"
    new_lead = "登记建账时已在本组织的党员。新接收的用“接收预备党员”，外面转来的用“从系统外转入”"

    def initial(self, request):
        """Start with the organization the address names, if the user may change it."""
        return ORGANIZATIONS.asked(request, "organization")

    def write(self, form, *, act, expected):
        if form.is_new:
            return self.enter(form, act=act)
        dated = _DATED & set(form.changed_data)
        return writing.write(
            form.save(commit=False),
            act=act,
            action="member.change",
            touched=services_members.touched(None) if dated else self.touched,
            expected=expected,
        )

    def enter(self, form, *, act) -> Revision | None:
        """Store a new member; the form then holds the record that was written."""
        member = form.save(commit=False)
        member.school = member.school or member.organization.school
        form.instance = self.store(member, form.cleaned_data, act)
        return history.revisions(form.instance).first()

    def store(self, member, told, act) -> Member:
        """Let the service store what the form tells of a new member."""
        return services_members.register(member=member, act=act)

    def said(self, record, revision):
        if revision.version == 1:
            return f"{self.new_title}：{record.name}，{record.organization.short_name}。"
        return super().said(record, revision)

    def withdraw(self, record, *, act, expected):
        """Withdraw a record entered by mistake; nothing under way may hang on it."""
        services_members.check_settled(record)
        posts = services_members.open_posts(record, timezone.localdate())
        if posts and record.left_on is None:
            held = "、".join(f"{p.organization.short_name}{p.get_kind_display()}" for p in posts)
            raise ValidationError(f"{record.name}还在任职（{held}），请先登记离任，再撤回。")
        return super().withdraw(record, act=act, expected=expected)

    def touched(self, record):
        return Stored("members", frozenset({record.organization_id}))


class AdmissionPages(MemberPages):
    form_class = AdmissionForm
    new_title = "接收预备党员"
    new_lead = (
        "登记支部大会已通过、上级已审批的接收。有发展党员档案的，请从档案办理，材料会一起带过来"
    )

    def store(self, member, told, act):
        return services_members.admit(member=member, document=told["document"], act=act)


class ArrivalPages(MemberPages):
    form_class = ArrivalForm
    new_title = "从系统外转入"
    new_lead = (
        "凭介绍信接收本市学校以外转来的党员。本系统内的转接由转出方发起，在“组织关系转接”里接收"
    )

    def store(self, member, told, act):
        return services_transfers.arrive(
            member=member,
            sender_name=told["sender_name"],
            day=told["day"],
            sent_on=told["sent_on"],
            letter_number=told["letter_number"],
            act=act,
        )


class ContactPages(RecordPages):
    """The log of contacts with a member; a new one is an act on him (orgs/members/acts/)."""

    slug = "contact"
    model = Contact
    form_class = ContactForm
    title = "联系记录"
    list_url, list_label = "members", "党员"
    related = ("member__organization__jurisdiction__place",)
    can_create = False

    def url(self, record):
        return f"{reverse('member', args=[record.member_id])}#contacts"

    def holder(self, record):
        return record.member.organization

    def touched(self, record):
        return services_situations.contact_touched(record)
