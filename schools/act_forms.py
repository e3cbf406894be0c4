"""The form of an act on a record: more than a change of fields, and dated."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from schools.record_forms import Guided


class ActForm(Guided, forms.Form):
    """What is filled in for an act on `record` (None where the act makes one).

    `remark` collects what the rules advise against; such an act is done only when the
    person says he has looked at it. A subclass checks in `clean` and in the service.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="说明",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="可不填；写入改动历史",
    )
    confirmed = forms.BooleanField(required=False, label="以上情况已经核对，仍要办理")

    def __init__(self, *args: Any, user: User, record: Any = None, **kwargs: Any):
        self.record = record
        self.remarks: list[str] = []
        super().__init__(*args, **kwargs)
        if record is not None:
            self.fields["version"].initial = record.version
        self.prepare()
        self.order_fields(
            [name for name in self.fields if name not in ("reason", "confirmed")]
            + ["reason", "confirmed"]
        )
        self.guide(user)

    def prepare(self) -> None:
        """Fit fields, choices and defaults to the record; `self.user` is not known yet."""

    def remark(self, text: str) -> None:
        """Note what speaks against the act without forbidding it; the person must confirm."""
        self.remarks.append(text)

    def _clean_form(self):
        super()._clean_form()
        if self.remarks and not self.errors and not self.cleaned_data.get("confirmed"):
            self.add_error("confirmed", "请核对上面的提示，确认后再办理。")

    @property
    def only_remarks(self) -> bool:
        """Whether nothing but the confirmation is missing."""
        return set(self.errors) == {"confirmed"}

    def sections(self):
        """Yield (heading, bound fields); the confirmation stands in the notice instead."""
        for heading, fields in super().sections():
            fields = [field for field in fields if field.name != "confirmed"]
            if fields:
                yield heading, fields
