"""The form of a roster: a choice for each member."""

from __future__ import annotations

from typing import Any

from django import forms

from activities.attendance.roster import default
from activities.models import Presence
from orgs.models import Member


class RosterForm(forms.Form):
    """Each member's presence; all present unless somebody says otherwise."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, members: list[Member], stored: dict[int, int], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.members = members
        for member in members:
            self.fields[f"p_{member.pk}"] = forms.TypedChoiceField(
                label=member.name,
                coerce=int,
                choices=Presence.choices,
                initial=stored.get(member.pk, default(member)),
                widget=forms.RadioSelect,
                error_messages={"required": f"请选{member.name}的出席情况。"},
            )

    @property
    def lines(self):
        """The members with their choices."""
        return [(member, self[f"p_{member.pk}"]) for member in self.members]

    def presences(self) -> dict[int, int]:
        """Return what was chosen, by key of the member."""
        return {member.pk: self.cleaned_data[f"p_{member.pk}"] for member in self.members}
