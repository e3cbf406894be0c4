"""What the acts on one member share."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from orgs import services_members as services
from orgs.members.pages import MemberPages
from orgs.models import (
    DevelopmentCase,
    Member,
    MemberStatus,
)
from schools.act_forms import ActForm
from schools.act_pages import ActPage
from schools.form_fields import DayField

MEMBERS = MemberPages()


class DayForm(ActForm):
    """An act that needs nothing but its day."""

    day = DayField(label="日期")

    def prepare(self):
        self.fields["day"].label = self.day_label

    day_label = "日期"


class MemberAct(ActPage):
    """An act on a member. `fits` tells cheaply whether its button is drawn."""

    pages = MEMBERS
    # Not offered while a transfer is open, or while the file of a probationary member runs.
    waits_for_transfer = False
    belongs_to_case = False

    def fits(self, member: Member) -> bool:
        """Tell whether the act is of use for the member as he stands."""
        return member.left_on is None

    def check(self, member: Member) -> None:
        """Raise ValidationError where the act cannot be done on the member as he stands."""
        services.check_present(member)

    def stop(self, record):
        try:
            self.check(record)
        except ValidationError as error:
            return "；".join(error.messages)
        return ""


def running_case(member: Member) -> DevelopmentCase | None:
    """Return the file of somebody on probation: there his confirmation is recorded."""
    if member.status != MemberStatus.PROBATIONARY:
        return None
    return DevelopmentCase.objects.running().filter(member=member).first()


def check_no_case(member: Member, act: str) -> None:
    """Refuse what belongs into the file, which keeps the register in step."""
    if running_case(member):
        raise ValidationError(
            f"{member.name}有发展党员档案。请在档案里{act}，名册会同时更新，不用办两次。"
        )
