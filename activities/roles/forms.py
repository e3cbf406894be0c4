"""Forms of reviews, cultivation, model posts, volunteering and honours."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from activities.entry import Acceptance
from activities.keeping.forms import (
    OfOrganizationForm,
    ParentField,
    check_life,
    check_member,
    day_callback,
    year_field,
)
from activities.models import (
    Cultivation,
    Honour,
    PairResult,
    PioneerPost,
    PioneerReview,
    SecretaryReview,
    StaffCount,
    StageReview,
    Volunteering,
)
from orgs.picks import MEMBERS
from schools.form_fields import PickField
from schools.record_forms import RecordForm


class SecretaryReviewForm(OfOrganizationForm):
    """The superior's result; the organization itself does not enter it."""

    year = year_field()
    groups = (
        ("评议", ("organization", "year", "secretary", "result")),
        ("依据", ("reviewed_on", "document", "problems")),
    )
    scored = {"result": "B5 好 2 分，较好 1.5 分，一般 0.5 分，差或未述职不得分"}
    reasons = frozenset({"result", "organization", "year"})

    class Meta:
        model = SecretaryReview
        fields = [
            "organization",
            "year",
            "secretary",
            "result",
            "reviewed_on",
            "document",
            "problems",
        ]
        formfield_callback = day_callback

    def clean(self):
        cleaned = super().clean()
        organization, day = cleaned.get("organization"), cleaned.get("reviewed_on")
        if organization and not Acceptance(self.user)(organization):
            self.add_error("organization", "述职评议结果由管理主体登记，党组织自己不能填。")
        year = cleaned.get("year")
        if day and year and not (day.year == year or (day.year == year + 1 and day.month <= 3)):
            self.add_error("reviewed_on", f"{year} 年的评议应在当年或下一年 3 月底前，请核对。")
        return cleaned


class StaffCountForm(OfOrganizationForm):
    """How many teachers there are, how many of them members and key teachers."""

    year = year_field()
    scored = {"member_backbone": "F1 骨干教师中党员的比例"}

    class Meta:
        model = StaffCount
        fields = [
            "organization",
            "year",
            "teachers",
            "member_teachers",
            "backbone",
            "member_backbone",
        ]
        formfield_callback = day_callback


class CultivationForm(OfOrganizationForm):
    """One person under cultivation and his mentors."""

    member = PickField(MEMBERS, label="花名册中的党员", required=False)
    groups = (
        ("培养对象", ("organization", "name", "member", "direction")),
        ("结对", ("party_mentor", "teaching_mentor", "started_on", "plan")),
        ("结果", ("result", "result_level", "result_on", "remark")),
    )
    scored = {"started_on": "F1 有结对的双培台账"}

    class Meta:
        model = Cultivation
        fields = [
            "organization",
            "name",
            "member",
            "direction",
            "party_mentor",
            "teaching_mentor",
            "started_on",
            "plan",
            "result",
            "result_level",
            "result_on",
            "remark",
        ]
        formfield_callback = day_callback

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["member"].help_text = "已是党员的，从提示里选"

    def clean(self):
        cleaned = super().clean()
        organization = cleaned.get("organization")
        check_member(self, cleaned.get("member"), organization)
        check_life(self, "started_on", organization, cleaned.get("started_on"))
        result, day = cleaned.get("result"), cleaned.get("result_on")
        if result and (result == PairResult.RUNNING) != (day is None):
            self.add_error("result_on", "有了结果要填结果时间；培养中的不填。")
        if result == PairResult.BACKBONE and not cleaned.get("result_level"):
            self.add_error("result_level", "已成骨干教师的，请选层次。")
        return cleaned


class StageReviewForm(RecordForm):
    """A review of somebody under cultivation."""

    cultivation = ParentField(Cultivation)
    scored = {"reviewed_on": "F1 当年有考核"}

    class Meta:
        model = StageReview
        fields = ["cultivation", "reviewed_on", "stage", "conclusion"]
        formfield_callback = day_callback

    def clean(self):
        cleaned = super().clean()
        parent, day = cleaned.get("cultivation"), cleaned.get("reviewed_on")
        if parent and day and day < parent.started_on:
            self.add_error("reviewed_on", f"早于结对时间 {parent.started_on}，请核对。")
        return cleaned


class PioneerForm(OfOrganizationForm):
    """A declared model post of a member."""

    member = PickField(MEMBERS, label="党员")
    groups = (
        ("岗位", ("organization", "member", "post", "place", "pledge")),
        ("设岗和撤岗", ("set_up_on", "plaque", "ended_on", "remark")),
    )
    scored = {"set_up_on": "F2 在岗的先锋岗数", "ended_on": "F2 撤岗后不再计数"}

    class Meta:
        model = PioneerPost
        fields = [
            "organization",
            "member",
            "post",
            "place",
            "pledge",
            "set_up_on",
            "plaque",
            "ended_on",
            "remark",
        ]
        formfield_callback = day_callback

    def clean(self):
        cleaned = super().clean()
        organization = cleaned.get("organization")
        check_member(self, cleaned.get("member"), organization)
        check_life(self, "set_up_on", organization, cleaned.get("set_up_on"))
        return cleaned


class PioneerReviewForm(RecordForm):
    """The yearly review of a model post."""

    pioneer = ParentField(PioneerPost)
    year = year_field()
    scored = {"year": "F2 每年评议一次"}

    class Meta:
        model = PioneerReview
        fields = ["pioneer", "year", "result", "reviewed_on", "opinion"]
        formfield_callback = day_callback

    def clean(self):
        cleaned = super().clean()
        parent, year = cleaned.get("pioneer"), cleaned.get("year")
        if parent and year and not parent.set_up_on.year <= year <= timezone.localdate().year:
            self.add_error("year", f"{parent.set_up_on} 设岗，{year} 年不能评议，请核对。")
        return cleaned


class VolunteeringForm(OfOrganizationForm):
    """One activity: when, about what, with whom, how long."""

    groups = (
        ("活动", ("organization", "held_on", "theme", "category", "hours")),
        ("其他", ("place", "partner", "organizer", "remark")),
    )
    scored = {"held_on": "F3 全年不少于 4 次", "hours": "参加的党员默认按这个时长登记"}

    class Meta:
        model = Volunteering
        fields = [
            "organization",
            "held_on",
            "theme",
            "category",
            "hours",
            "place",
            "partner",
            "organizer",
            "remark",
        ]
        formfield_callback = day_callback

    def clean(self):
        cleaned = super().clean()
        check_life(self, "held_on", cleaned.get("organization"), cleaned.get("held_on"))
        return cleaned


class HonourForm(OfOrganizationForm):
    """An honour of the organization or of one of its members."""

    member = PickField(MEMBERS, label="党员", required=False)
    groups = (
        ("荣誉", ("organization", "member", "name", "level")),
        ("授予", ("granted_on", "granted_by", "document", "deeds")),
    )

    class Meta:
        model = Honour
        fields = [
            "organization",
            "member",
            "name",
            "level",
            "granted_on",
            "granted_by",
            "document",
            "deeds",
        ]
        formfield_callback = day_callback

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["member"].help_text = "集体荣誉不填；个人荣誉从提示里选"

    def clean(self):
        cleaned = super().clean()
        check_member(self, cleaned.get("member"), cleaned.get("organization"))
        return cleaned
