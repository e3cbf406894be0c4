"""The form of a school."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from schools.form_fields import DayField, PickField
from schools.models import Jurisdiction, JurisdictionKind, Place, School
from schools.picking import Pick, register
from schools.record_forms import RecordForm

BODIES = register(
    Pick("bodies", Jurisdiction, ("name", "short_name", "unit_name"), "short_name", "place")
)
SCHOOLS = register(
    Pick("schools", School, ("name", "name_key", "short_name"), "name", "place", ("place",))
)


class SchoolForm(RecordForm):
    """A school: what it is, where it stands, and the body its Party affiliation lies with."""

    jurisdiction = PickField(BODIES, label="管理主体")
    closed_on = DayField(label="撤并日期", required=False)

    groups = (
        ("学校", ("name", "short_name", "code", "stage", "ownership", "closed_on")),
        ("所在地和隶属", ("place", "town", "urban", "jurisdiction")),
        ("人数", ("students", "staff", "teachers", "declared_members")),
        ("联系", ("principal", "phone", "remark")),
    )
    scored = {"stage": "按学段统计达标率", "ownership": "按办学性质统计达标率"}
    reasons = frozenset({"closed_on", "jurisdiction"})

    class Meta:
        model = School
        fields = [
            "name",
            "short_name",
            "code",
            "stage",
            "ownership",
            "closed_on",
            "place",
            "town",
            "urban",
            "jurisdiction",
            "students",
            "staff",
            "teachers",
            "declared_members",
            "principal",
            "phone",
            "remark",
        ]
        help_texts = {"name": "与印章一致的全称", "code": "10 位学校标识码"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = Place.objects.all()
        self.fields["place"].empty_label = "请选择"
        for name in ("students", "staff", "teachers", "declared_members"):
            self.fields[name].widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def clean_code(self):
        """Refuse a code that is not ten digits (教育基础统计)."""
        code = self.cleaned_data["code"].strip()
        if code and not (code.isdecimal() and len(code) == 10):
            raise ValidationError("学校标识码是 10 位数字，请核对。")
        return code

    def clean(self):
        cleaned = super().clean()
        teachers, staff = cleaned.get("teachers"), cleaned.get("staff")
        if teachers is not None and staff is not None and teachers > staff:
            self.add_error("teachers", f"专任教师 {teachers} 人多于教职工 {staff} 人，请核对。")
        body = cleaned.get("jurisdiction")
        if body and body.kind == JurisdictionKind.CITY:
            self.add_error(
                "jurisdiction", "市本身不直接管理学校，请选市教育局党组或县(市、区)的主体。"
            )
        return cleaned
