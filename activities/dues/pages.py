"""The pages in which ledgers and the rows of members are kept."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from activities.dues import services
from activities.dues.agreeing import open_quarters
from activities.dues.forms import AgreeForm, LedgerForm, MemberDuesForm, QuarterForm
from activities.dues.services import touched
from activities.models import DuesLedger, DuesQuarter, MemberDues
from schools.act_pages import ActPage
from schools.records import RecordPages


def address(ledger: DuesLedger) -> str:
    """Return the address of the page of a ledger."""
    return f"{reverse('organization_dues', args=[ledger.organization_id])}?year={ledger.year}"


class LedgerPages(RecordPages):
    slug = "dues_ledger"
    model = DuesLedger
    form_class = LedgerForm
    title = "党费台账"
    list_url, list_label = "dues", "党费"
    related = ("organization__jurisdiction__place",)
    # Opened with the members of the register (services.fill).
    can_create = False

    def url(self, record):
        return address(record)

    def name(self, record):
        return f"{record.organization.short_name} {record.year} 年党费"

    def touched(self, record):
        return touched(record)


class MemberDuesPages(RecordPages):
    slug = "member_dues"
    model = MemberDues
    form_class = MemberDuesForm
    title = "党费记录"
    list_url, list_label = "dues", "党费"
    related = ("ledger__organization__jurisdiction__place", "member")
    can_create = False

    def url(self, record):
        return f"{address(record.ledger)}#m{record.pk}"

    def name(self, record):
        return f"{record.member.name} {record.ledger.year} 年党费"

    def touched(self, record):
        return touched(record.ledger)


class QuarterPages(RecordPages):
    """Agreement to a quarter; withdrawn, its months can be changed again."""

    slug = "dues_quarter"
    model = DuesQuarter
    form_class = QuarterForm
    title = "党费季度审核"
    list_url, list_label = "dues", "党费"
    related = ("ledger__organization__jurisdiction__place",)
    can_create = False

    def url(self, record):
        return f"{address(record.ledger)}#quarters"

    def name(self, record):
        ledger = record.ledger
        return f"{ledger.organization.short_name} {ledger.year} 年{record.get_quarter_display()}党费审核"


class Agree(ActPage):
    slug, path = "dues_ledger_agree", "agree"
    title, verb = "季度审核", "审核通过"
    lead = "审核以后，这个季度登记的不能再改；以后补交的按补交日期登记，算迟交"
    pages = LedgerPages()
    form_class = AgreeForm

    def stop(self, record):
        if open_quarters(record, timezone.localdate()):
            return ""
        return "没有可以审核的季度：已经结束的季度都审核过了。"

    def initial(self, request, record):
        return {"quarter": request.GET.get("quarter", "")}

    def do(self, record, form, act):
        told = form.cleaned_data
        agreed = services.agree(
            ledger=record, quarter=told["quarter"], day=told["day"], by=told["by"], act=act
        )
        return f"{agreed.get_quarter_display()}已经审核，登记的不能再改。"
