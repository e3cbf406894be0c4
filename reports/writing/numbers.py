"""The pages on which the number of a notice of results is kept."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.urls import reverse

from assessments.models import Cycle
from reports.writing.models import NoticeNumber
from schools.asked import named
from schools.form_fields import PickField
from schools.forms import BODIES
from schools.models import Jurisdiction
from schools.record_forms import RecordForm
from schools.records import RecordPages


class NumberForm(RecordForm):
    """The number of one notice; a computed result has none."""

    jurisdiction = PickField(BODIES, label="发文单位")

    groups = (("发文字号", ("jurisdiction", "year", "number")),)
    reasons = frozenset({"number", "year", "jurisdiction"})

    class Meta:
        model = NoticeNumber
        fields = ["jurisdiction", "year", "number"]
        help_texts = {
            "number": "如“云教党〔2026〕12号”，印在标题下面",
            "year": "通报的是哪一年度的考评结果",
        }

    def clean_year(self):
        year = self.cleaned_data["year"]
        if not any(cycle.is_confirmed for cycle in Cycle.objects.filter(year=year)):
            raise ValidationError(f"{year} 年度的考评结果没有确认，通报还不能印发，不编文号。")
        return year


class NumberPages(RecordPages):
    slug = "writing_number"
    model = NoticeNumber
    form_class = NumberForm
    title = "通报的发文字号"
    new_title = "填写发文字号"
    list_url, list_label = "writing_results", "考评结果通报"
    edit_lead = "改动会留下记录，打印稿和 Word 文稿随之改"
    related = ("jurisdiction__place",)

    def initial(self, request):
        body = named(Jurisdiction.objects.editable_by(request.user), request.GET.get("scope", ""))
        year = request.GET.get("year", "")
        return ({"jurisdiction": BODIES.label(body)} if body else {}) | (
            {"year": year} if year.isdecimal() else {}
        )

    def holder(self, record):
        return record

    def url(self, record):
        asked = {"scope": record.jurisdiction_id, "year": record.year}
        return reverse("writing_results", query=asked)

    def name(self, record):
        return f"{record.jurisdiction.label} {record.year} 年度通报 {record.number}"
