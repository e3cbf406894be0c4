"""The forms of a transfer: sending, receiving, sending back, and correcting its letter."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from orgs.models import Organization, OrgKind, Transfer
from orgs.picks import ORGANIZATIONS
from schools.act_forms import ActForm
from schools.form_fields import DayField, PickField
from schools.models import JurisdictionKind
from schools.picking import SEPARATOR, Pick, register
from schools.record_forms import RecordForm


class Anywhere(Pick):
    """Organizations of the whole system: only their names and managing bodies are told."""

    def rows(self, user, *, editable):
        return self.model._default_manager.filter(self.only).select_related(*self.related)

    def label(self, record: Any) -> str:
        # The leaf of a school says no more than the name; the body above it does.
        if record.jurisdiction.kind == JurisdictionKind.SCHOOL:
            return f"{record.short_name}{SEPARATOR}{record.jurisdiction.get_parent().short_name}"
        return super().label(record)


RECEIVERS = register(
    Anywhere(
        "receivers",
        Organization,
        ORGANIZATIONS.names,
        ORGANIZATIONS.name,
        ORGANIZATIONS.note,
        ORGANIZATIONS.related,
        only=Q(
            dissolved_on=None,
            kind__in=[OrgKind.BRANCH, OrgKind.JOINT_BRANCH, OrgKind.TEMPORARY_BRANCH],
        ),
    )
)


class SendForm(ActForm):
    """Where a member goes, and the letter he takes along."""

    receiver = PickField(
        RECEIVERS,
        label="转入党组织",
        required=False,
        help_text="本系统的党支部，输入名称的一部分，从提示里选；不限本单位",
    )
    receiver_name = forms.CharField(
        label="系统外的转入党组织",
        required=False,
        max_length=100,
        help_text="转到本市学校以外的，写对方党组织全称；选了转入党组织的不填",
    )
    sent_on = DayField(label="转出日期", help_text="介绍信日期")
    letter_number = forms.CharField(label="介绍信编号", required=False, max_length=40)
    cause = forms.CharField(
        label="转接原因", required=False, max_length=100, help_text="如“工作调动”“退休”"
    )

    groups = (
        ("转到哪里", ("receiver", "receiver_name")),
        ("介绍信", ("sent_on", "letter_number", "cause")),
    )

    def prepare(self):
        self.fields["sent_on"].initial = timezone.localdate()

    def clean(self):
        cleaned = super().clean()
        if self.has_error("receiver"):
            return cleaned
        receiver, name = cleaned.get("receiver"), cleaned.get("receiver_name")
        if receiver and name:
            self.add_error("receiver_name", "系统内、系统外只填一个，请清空不用的一格。")
        elif not receiver and not name:
            self.add_error("receiver", "请选转入党组织；转到系统外的，填“系统外的转入党组织”。")
        return cleaned


class ReceiveForm(ActForm):
    """The day a member is received."""

    day = DayField(label="接收日期", help_text="从这一天起计入转入党组织")

    def prepare(self):
        if self.record.receiver_id is None:
            self.fields["day"].label = "对方接收日期"
            self.fields["day"].help_text = "见介绍信回执。从这一天起不再计入本组织"
        else:
            self.fields["day"].initial = timezone.localdate()


class ReturnForm(ActForm):
    """Why a member is sent back."""

    answer = forms.CharField(
        label="退回的理由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="转出方会看到，如“介绍信抬头有误”“本人未到岗”",
    )

    def prepare(self):
        del self.fields["reason"]


class RecallForm(ActForm):
    """Nothing but why a transfer is taken back."""


class TransferForm(RecordForm):
    """The letter of a transfer, as far as it was written down wrongly."""

    sent_on = DayField(label="转出时间")

    reasons = frozenset({"sent_on"})

    class Meta:
        model = Transfer
        fields = ["sent_on", "letter_number", "cause"]

    def clean_sent_on(self):
        """Keep the days in order."""
        day, closed = self.cleaned_data["sent_on"], self.instance.closed_on
        if closed and day > closed:
            raise ValidationError(f"转出时间晚于办结时间（{closed}），请核对。")
        return day
