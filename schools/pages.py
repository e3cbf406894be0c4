"""The pages in which schools are kept."""

from __future__ import annotations

from schools.forms import SchoolForm
from schools.models import School
from schools.records import RecordPages
from sheets.forms import Stored


class SchoolPages(RecordPages):
    slug = "school"
    model = School
    form_class = SchoolForm
    title = "学校"
    list_url, list_label = "schools", "学校"
    related = ("place", "jurisdiction__place")
    bulk_fields = ("stage", "ownership", "place", "town", "urban", "jurisdiction", "remark")
    new_lead = "新建后，党组织和党员才能登记到这所学校"

    def touched(self, record):
        return Stored("schools", school_ids=frozenset({record.pk}))
