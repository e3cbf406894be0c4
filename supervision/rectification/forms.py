"""The forms of the rectification ledger."""

from __future__ import annotations

import datetime

from django import forms
from django.utils import timezone

from activities.entry import Acceptance
from orgs.picks import ORGANIZATIONS
from schools.act_forms import ActForm
from schools.form_fields import DayField, PickField
from schools.record_forms import RecordForm
from supervision.forms import text_area
from supervision.models import RectificationItem

# The usual time to put a problem right.
USUAL_DAYS = 90


class ItemForm(RecordForm):
    """A problem, who puts it right and by when."""

    organization = PickField(ORGANIZATIONS, label="党组织")
    found_on = DayField(label="发现时间")
    deadline = DayField(label="整改期限", future=True, help_text="如 2026-12-31；由管理主体确定")
    description = text_area("问题描述", longest=300)
    measures = text_area("整改措施", required=False)

    groups = (
        ("问题", ("organization", "source", "found_on", "description", "category", "severity")),
        ("依据", ("rule_reference", "indicator", "year")),
        ("整改", ("responsible", "deadline", "measures", "evidence")),
    )
    scored = {"deadline": "G5 问题整改"}
    reasons = frozenset({"deadline", "organization", "found_on"})

    class Meta:
        model = RectificationItem
        fields = [
            "organization",
            "source",
            "found_on",
            "description",
            "category",
            "severity",
            "rule_reference",
            "indicator",
            "year",
            "responsible",
            "deadline",
            "measures",
            "evidence",
        ]
        help_texts = {
            "rule_reference": "如《支部工作条例》第十一条",
            "indicator": "考评发现的填指标代码，如 C2",
            "year": "考评发现的填年度",
            "evidence": "佐证材料放在哪里，如“支部台账 2026 年第 3 册”",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.is_new:
            day = timezone.localdate() + datetime.timedelta(days=USUAL_DAYS)
            self.fields["deadline"].initial = day

    def clean_indicator(self):
        """Codes are written with a capital."""
        return self.cleaned_data["indicator"].upper()

    def clean(self):
        cleaned = super().clean()
        found, deadline = cleaned.get("found_on"), cleaned.get("deadline")
        if found and deadline and deadline < found:
            self.add_error("deadline", "整改期限不能早于发现时间，请核对。")
        if not self.is_new and {"deadline", "found_on"} & set(self.changed_data):
            if self.instance.is_closed:
                self.add_error("deadline", "已经销号，期限不能再改。需要时用“重新整改”。")
            elif not Acceptance(self.user)(self.instance.organization):
                self.add_error("deadline", "整改期限由管理主体确定，请找管理主体调整。")
        return cleaned


class ReportForm(ActForm):
    """What has been done since the last entry."""

    day = DayField(label="时间")
    text = text_area("进展", help_text="做了什么、还差什么；写入整改过程，以后不能改")

    def prepare(self):
        self.fields["day"].initial = timezone.localdate()
        del self.fields["reason"]


class AskForm(ActForm):
    """What was done, and what proves it."""

    day = DayField(label="申请时间")
    measures = text_area("整改措施和结果")
    evidence = forms.CharField(
        label="佐证说明",
        max_length=300,
        help_text="佐证材料放在哪里，如“支部台账 2026 年第 3 册”",
    )

    def prepare(self):
        self.fields["day"].initial = timezone.localdate()
        self.fields["measures"].initial = self.record.measures
        self.fields["evidence"].initial = self.record.evidence
        del self.fields["reason"]


class RecheckForm(ActForm):
    """Whether the problem is gone."""

    day = DayField(label="复核时间")
    passed = forms.ChoiceField(
        label="复核结果",
        choices=[("", "请选择"), ("yes", "整改到位，销号"), ("no", "没有到位，退回整改")],
    )
    opinion = text_area("复核意见", required=False, longest=300, help_text="退回的要写明还差什么")

    def prepare(self):
        self.fields["day"].initial = timezone.localdate()
        del self.fields["reason"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("passed") == "no" and not cleaned.get("opinion"):
            self.add_error("opinion", "退回要写明还差什么，填报的人才知道怎么改。")
        return cleaned


class ReopenForm(ActForm):
    """Why a closed problem is taken up again, and by when it is to be put right."""

    why = text_area("重新整改的理由", longest=300, help_text="如“回头看发现问题反弹”")
    deadline = DayField(label="新的整改期限", future=True)

    def prepare(self):
        del self.fields["reason"]
        day = timezone.localdate() + datetime.timedelta(days=USUAL_DAYS)
        self.fields["deadline"].initial = day
