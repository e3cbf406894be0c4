"""The forms of findings and of the weak list: entered from above only."""

from __future__ import annotations

from django.utils import timezone

from orgs.acting import covers
from orgs.picks import ORGANIZATIONS
from schools.form_fields import DayField, PickField
from schools.record_forms import RecordForm
from supervision.forms import number, text_area
from supervision.models import VetoFinding, WeakListing

NOT_YOURS = "认定由管理主体或它的上级登记，这个党组织的管理主体不在您的填报范围内。"


class FromAboveForm(RecordForm):
    """A record about an organization that only those above it enter."""

    organization = PickField(ORGANIZATIONS, label="党组织")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_new:
            self.fields.pop("organization", None)

    def clean_organization(self):
        organization = self.cleaned_data["organization"]
        if organization and not covers(self.user, organization.jurisdiction):
            self.add_error("organization", NOT_YOURS)
        return organization

    def _get_validation_exclusions(self):
        return super()._get_validation_exclusions() - {"organization"}


class FindingForm(FromAboveForm):
    """A veto confirmed by a document."""

    document_on = DayField(label="认定时间")
    year = number("考评年度", min_value=2000, max_value=2100, help_text="从哪个年度起否决")
    description = text_area("认定事实", longest=300, help_text="写事实和处理结果，不写个人隐私")

    groups = (
        ("认定", ("organization", "kind", "year", "description")),
        ("文件", ("document", "document_on", "decided_by")),
    )
    scored = {"kind": "V5—V8 一票否决"}
    reasons = frozenset({"kind", "year", "document", "document_on"})

    class Meta:
        model = VetoFinding
        fields = [
            "organization",
            "kind",
            "year",
            "description",
            "document",
            "document_on",
            "decided_by",
        ]
        help_texts = {"document": "如“云教党〔2026〕12 号”"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["year"].help_text = "否决这一年度的结果"
        if self.is_new:
            self.fields["year"].initial = timezone.localdate().year


class WeakForm(FromAboveForm):
    """When an organization came on the list, and when it was taken off."""

    listed_on = DayField(label="列入时间")
    removed_on = DayField(label="撤销时间", required=False, help_text="整顿验收后撤销的填")
    cause = text_area("主要问题", longest=300)

    groups = (
        ("列入", ("organization", "listed_on", "listing_document", "cause", "helper")),
        ("撤销", ("removed_on", "removal_document")),
    )
    scored = {"removed_on": "V10 一票否决，看考核日是否还在名单上"}
    reasons = frozenset({"listed_on", "listing_document"})

    class Meta:
        model = WeakListing
        fields = [
            "organization",
            "listed_on",
            "listing_document",
            "cause",
            "helper",
            "removed_on",
            "removal_document",
        ]

    def clean(self):
        cleaned = super().clean()
        removed, listed = cleaned.get("removed_on"), cleaned.get("listed_on")
        if removed and listed and removed <= listed:
            self.add_error("removed_on", "撤销时间要晚于列入时间，请核对。")
        if removed and not cleaned.get("removal_document"):
            self.add_error("removal_document", "撤销要有文件，请填写撤销文号。")
        if cleaned.get("removal_document") and not removed:
            self.add_error("removed_on", "有撤销文号的，请填写撤销时间。")
        return cleaned
