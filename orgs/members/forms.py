"""The forms of a member: in the register, admitted, arrived from outside the system."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone

from orgs.models import Contact, Employment, Member, MemberStatus, Sex, add_years
from orgs.personal import ELSEWHERE, ELSEWHERE_FIX, cover_id_number, lookup_hash, mask_phone
from orgs.picks import ORGANIZATIONS
from schools.form_fields import DayField, MonthField, PickField, SecretField
from schools.forms import SCHOOLS
from schools.record_forms import RecordForm
from sheets.dates import PartialDate
from sheets.normalise import CellError, id_birth_date, id_is_male, parse_id_number, parse_name

ADULT = 18
_PERSON = ("name", "id_number", "sex", "birth_date", "ethnicity", "education")
_WORK = ("school", "job", "is_teacher", "employment", "retired_on", "phone")
_OTHER = ("activity_exempt", "remark")


def read_id_number(text: str) -> str | None:
    """Return an ID number of 18 characters whose check digit fits."""
    return parse_id_number(text, today=timezone.localdate())


def read_phone(text: str) -> str:
    """Return a telephone number without the spaces people write."""
    number = re.sub(r"[\s\u3000]+", "", text)
    if not re.fullmatch(r"\+?[\d()（）转-]{7,30}", number):
        raise CellError("PHONE", "电话号码格式不对", "请填手机号，或“区号-号码”")
    return number


class PersonForm(RecordForm):
    """The person, his work, and the dates of his membership; checked against each other."""

    id_number = SecretField(
        label="公民身份号码", mask=cover_id_number, parse=read_id_number, help_text="18 位"
    )
    sex = forms.ChoiceField(
        label="性别", choices=[("", "按身份证号"), *Sex.choices], required=False
    )
    birth_date = DayField(label="出生日期", required=False, help_text="不填时按身份证号")
    school = PickField(
        SCHOOLS, label="所在学校", required=False, help_text="不填时按党组织所在的学校"
    )
    phone = SecretField(
        label="联系电话", required=False, mask=mask_phone, parse=read_phone, help_text=""
    )
    retired_on = DayField(label="离退休时间", required=False)

    scored = {
        "status": "正式党员、预备党员数",
        "joined_on": "E3 教师占新发展党员比例",
        "confirmed_on": "B2 书记党龄",
        "is_teacher": "E3 教师占新发展党员比例",
        "activity_exempt": "C7 应参加评议人数",
    }

    class Meta:
        model = Member
        fields = [*_PERSON, *_WORK, *_OTHER]
        help_texts = {"name": "与身份证一致", "ethnicity": "如“汉族”", "remark": ""}

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["education"].choices = [
            ("", "没有填报"),
            *(c for c in self.fields["education"].choices if c[0]),
        ]
        if not self.is_new:
            for name in ("id_number", "phone"):
                self.fields[name].help_text = "已遮挡；要改时整个重填"

    def clean_name(self):
        """Take out the spaces people put into short names."""
        return parse_name(self.cleaned_data["name"]) or ""

    def clean_ethnicity(self):
        """Write 汉 as 汉族."""
        text = self.cleaned_data["ethnicity"].strip()
        return f"{text}族" if text and len(text) <= 4 and not text.endswith("族") else text

    def clean(self):
        cleaned = super().clean()
        self._check_number(cleaned)
        self._check_dates(cleaned)
        if cleaned.get("employment") == Employment.ACTIVE and cleaned.get("retired_on"):
            self.add_error("retired_on", "在职的不填离退休时间，请核对“在职情况”。")
        return cleaned

    def _check_number(self, cleaned: dict[str, Any]) -> None:
        """Hold the number against sex and birth date; what is left open follows from it."""
        number = cleaned.get("id_number")
        if not number:
            return
        self.instance.id_hash = lookup_hash(number)
        if self.is_taken(self.instance.id_hash):
            self.add_error("id_number", f"{ELSEWHERE}。{ELSEWHERE_FIX}。")
            return
        sex = Sex.MALE if id_is_male(number) else Sex.FEMALE
        born = id_birth_date(number)
        anew = "id_number" in self.changed_data
        for name, told in (("sex", sex), ("birth_date", born)):
            if self.has_error(name):
                continue
            if not cleaned.get(name) or (anew and name not in self.changed_data):
                cleaned[name] = told
        if cleaned.get("sex") and cleaned["sex"] != sex:
            self.add_error("sex", f"性别与身份证号不符，按号码应为“{sex.label}”，请核对。")
        if cleaned.get("birth_date") and cleaned["birth_date"] != born:
            self.add_error("birth_date", f"出生日期与身份证号不符，按号码应为 {born}，请核对。")

    def is_taken(self, id_hash: str) -> bool:
        """Tell whether somebody else in the register has the number, wherever he is."""
        return Member.objects.filter(id_hash=id_hash).exclude(pk=self.instance.pk).exists()

    def _check_dates(self, cleaned: dict[str, Any]) -> None:
        """Hold admission and confirmation against the birth date and each other."""
        joined, confirmed = _span(cleaned.get("joined_on")), _span(cleaned.get("confirmed_on"))
        born = cleaned.get("birth_date")
        if joined and born and joined.last_day < add_years(born, ADULT):
            adult = add_years(born, ADULT)
            self.add_error("joined_on", f"入党时未满 {ADULT} 周岁（{adult} 满），请核对。")
        if joined and confirmed and confirmed.last_day < joined.day:
            self.add_error("confirmed_on", "转正时间早于入党时间，请核对两个日期。")
        if cleaned.get("status") == MemberStatus.PROBATIONARY and confirmed:
            self.add_error("confirmed_on", "预备党员没有转正时间。已转正的，人员类别选“正式党员”。")
        for name, told in (("joined", joined), ("confirmed", confirmed)):
            if f"{name}_on" in cleaned and f"{name}_on" in self.fields:
                cleaned[f"{name}_on"] = told.day if told else None
                setattr(self.instance, f"{name}_month_only", bool(told and told.month_only))
        if joined and confirmed and confirmed.day < joined.day:
            # The month of both: its first day would lie before admission.
            cleaned["confirmed_on"] = joined.day


def _span(told: Any) -> PartialDate | None:
    return told if isinstance(told, PartialDate) or told is None else PartialDate(told)


class MemberForm(PersonForm):
    """A member as he is today. Changes of a day (转正, 离开, 转出 …) have their own pages."""

    organization = PickField(ORGANIZATIONS, label="所在党组织")
    joined_on = MonthField(label="入党时间", required=False)
    confirmed_on = MonthField(label="转正时间", required=False)
    probation_until = DayField(label="预备期延长至", required=False, future=True)

    groups = (
        ("所在党组织", ("organization",)),
        ("个人情况", _PERSON),
        ("党籍", ("status", "joined_on", "confirmed_on", "probation_until")),
        ("工作和联系", _WORK),
        ("其他", _OTHER),
    )
    reasons = frozenset(
        {"id_number", "sex", "birth_date", "status", "joined_on", "confirmed_on", "probation_until"}
    )

    class Meta(PersonForm.Meta):
        fields = [
            "organization",
            *_PERSON,
            "status",
            "joined_on",
            "confirmed_on",
            "probation_until",
            *_WORK,
            *_OTHER,
        ]
        help_texts = PersonForm.Meta.help_texts | {
            "status": "这里只改录错的；转正、停止党籍等请在党员页面办理",
        }

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        member = self.instance
        for name in ("joined", "confirmed"):
            day = self.initial.get(f"{name}_on")
            if day:
                month_only = getattr(member, f"{name}_month_only")
                self.initial[f"{name}_on"] = PartialDate(day, month_only)
        self.fields["status"].choices = [
            choice for choice in MemberStatus.choices if choice[0] != MemberStatus.SUSPENDED
        ]
        if not self.is_new:
            # A transfer changes the organization, an act the suspension.
            del self.fields["organization"]
            if member.status == MemberStatus.SUSPENDED:
                del self.fields["status"]
        else:
            self.fields["status"].help_text = ""
        if not member.probation_until:
            del self.fields["probation_until"]


class EntryForm(PersonForm):
    """Somebody who becomes a member of an organization on a day."""

    organization = PickField(ORGANIZATIONS, label="党组织")

    def is_taken(self, id_hash):
        """Leave it to the service: who has left may come back on his own record."""
        return False


class AdmissionForm(EntryForm):
    """A probationary member, as the branch meeting admits him."""

    joined_on = DayField(label="支部大会通过日期", help_text="即入党时间，预备期从这一天算起")
    document = forms.CharField(label="审批文号", required=False, max_length=60)

    groups = (
        ("接收", ("organization", "joined_on", "document")),
        ("个人情况", _PERSON),
        ("工作和联系", _WORK),
        ("其他", _OTHER),
    )

    class Meta(PersonForm.Meta):
        fields = ["organization", "joined_on", *_PERSON, *_WORK, *_OTHER]


class ArrivalForm(EntryForm):
    """A member received from outside the system, by the letter he brings."""

    sender_name = forms.CharField(
        label="转出党组织", max_length=100, help_text="系统以外的党组织，与介绍信一致的全称"
    )
    letter_number = forms.CharField(label="介绍信编号", required=False, max_length=40)
    sent_on = DayField(label="介绍信日期", required=False)
    day = DayField(label="接收日期", help_text="从这一天起计入本组织")
    joined_on = MonthField(label="入党时间")
    confirmed_on = MonthField(label="转正时间", required=False)

    groups = (
        ("转入", ("organization", "day", "sender_name", "letter_number", "sent_on")),
        ("个人情况", _PERSON),
        ("党籍", ("status", "joined_on", "confirmed_on")),
        ("工作和联系", _WORK),
        ("其他", _OTHER),
    )

    class Meta(PersonForm.Meta):
        fields = [
            "organization",
            *_PERSON,
            "status",
            "joined_on",
            "confirmed_on",
            *_WORK,
            *_OTHER,
        ]

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [
            choice for choice in MemberStatus.choices if choice[0] != MemberStatus.SUSPENDED
        ]

    def clean(self):
        cleaned = super().clean()
        joined, day = cleaned.get("joined_on"), cleaned.get("day")
        if joined and day and day < joined:
            self.add_error("day", f"接收日期早于入党时间（{joined}），请核对。")
        return cleaned


class ContactForm(RecordForm):
    """A time a floating or lost member was spoken to, or looked for."""

    held_on = DayField(label="联系日期")

    class Meta:
        model = Contact
        fields = ["held_on", "way", "by", "note"]
        help_texts = {"note": "如“思想、工作情况正常”“电话停机，没有联系上”"}
