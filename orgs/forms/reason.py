"""Why somebody wants to see personal numbers in clear."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from schools.conditions import looks_personal


class ReasonForm(forms.Form):
    """The reason, which goes to the operation log as it is written."""

    reason = forms.CharField(
        label="原因",
        min_length=4,
        max_length=100,
        help_text="写明用途，例如“核对党费台账”。会记入操作日志。",
        error_messages={
            "required": "请写明原因，再显示或导出。",
            "min_length": "请写清楚用途，至少 4 个字。",
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_reason(self):
        reason = self.cleaned_data["reason"]
        if looks_personal(reason):
            raise ValidationError("原因里不要写身份证号、手机号。")
        return reason
