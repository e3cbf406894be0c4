"""The forms of the evaluation: all members on one page, and one by himself."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django import forms

from activities.evaluation.sums import is_graded
from activities.models import Grade, MemberEvaluation
from orgs.models import Member, Organization
from schools.record_forms import RecordForm

VOTES = ("votes_excellent", "votes_qualified", "votes_basic", "votes_unqualified")
GRADES = [("", "—"), *Grade.choices]


class EvaluationForm(forms.Form):
    """A year of one organization: a line of fields for each member.

    With each line goes the version it was when the page was opened: what somebody else has
    filled in meanwhile is not written over.
    """

    def __init__(
        self,
        *args: Any,
        organization: Organization,
        year: int,
        members: list[Member],
        stored: dict[int, MemberEvaluation],
        day: datetime.date,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.organization, self.year, self.day = organization, year, day
        self.members, self.stored = members, stored
        for member in members:
            self._add_fields(member)

    def _add_fields(self, member: Member) -> None:
        row = self.stored.get(member.pk)
        key, name = member.pk, member.name

        def select(label: str, initial: str):
            return forms.ChoiceField(
                label=f"{name}{label}", required=False, choices=GRADES, initial=initial
            )

        self.fields[f"seen_{key}"] = forms.IntegerField(
            required=False, initial=row.version if row else 0, widget=forms.HiddenInput
        )
        self.fields[f"took_{key}"] = forms.BooleanField(
            label=f"{name}参加评议", required=False, initial=row.took_part if row else True
        )
        self.fields[f"own_{key}"] = select("自评", row.own_grade if row else "")
        self.fields[f"mutual_{key}"] = select("互评", row.mutual_grade if row else "")
        for vote, word in zip(VOTES, Grade.labels, strict=True):
            self.fields[f"{vote}_{key}"] = forms.IntegerField(
                label=f"{name}测评{word}票",
                required=False,
                min_value=0,
                max_value=9999,
                initial=getattr(row, vote) if row else None,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 2}),
                error_messages={"invalid": "票数应为整数。", "min_value": "票数不能是负数。"},
            )
        if is_graded(member, self.day):
            self.fields[f"grade_{key}"] = select("评定等次", row.grade if row else "")
            self.fields[f"grade_{key}"].widget.attrs["data-grade"] = True
        self.fields[f"remark_{key}"] = forms.CharField(
            label=f"{name}说明",
            required=False,
            max_length=100,
            initial=row.remark if row else "",
            widget=forms.TextInput(attrs={"size": 10}),
        )

    @property
    def lines(self) -> list[Line]:
        """The members with their fields."""
        return [Line(self, member) for member in self.members]

    def clean(self):
        cleaned = super().clean()
        for member in self.members:
            self._check(member, cleaned)
        return cleaned

    def _check(self, member: Member, cleaned) -> None:
        key, row = member.pk, self.stored.get(member.pk)
        if cleaned.get(f"grade_{key}") and not cleaned.get(f"took_{key}"):
            self.add_error(f"grade_{key}", "没有参加评议的不评定等次。")
        seen = cleaned.get(f"seen_{key}") or 0
        if row and row.version != seen and self.changes(member, cleaned):
            self.add_error(f"remark_{key}", "您打开后有人改过这一行，请刷新核对后再填。")

    def values(self, member: Member, cleaned) -> dict[str, Any]:
        """Return what was typed for a member, by field of the record."""
        key = member.pk
        values = {
            "took_part": bool(cleaned.get(f"took_{key}")),
            "own_grade": cleaned.get(f"own_{key}") or "",
            "mutual_grade": cleaned.get(f"mutual_{key}") or "",
            "grade": cleaned.get(f"grade_{key}") or "",
            "remark": cleaned.get(f"remark_{key}") or "",
        }
        return values | {vote: cleaned.get(f"{vote}_{key}") for vote in VOTES}

    def changes(self, member: Member, cleaned) -> bool:
        """Tell whether what was typed differs from what is stored."""
        row = self.stored.get(member.pk)
        values = self.values(member, cleaned)
        return row is None or any(getattr(row, name) != value for name, value in values.items())

    def rows(self) -> list[MemberEvaluation]:
        """Return the rows to store: new ones, and those changed."""
        found = []
        for member in self.members:
            if not self.changes(member, self.cleaned_data):
                continue
            row = self.stored.get(member.pk) or MemberEvaluation(
                organization=self.organization, member=member, year=self.year
            )
            for name, value in self.values(member, self.cleaned_data).items():
                setattr(row, name, value)
            found.append(row)
        return found


@dataclass(frozen=True)
class Line:
    """The fields of one member, as the page draws them."""

    form: EvaluationForm
    member: Member

    def __getitem__(self, name: str):
        return self.form[f"{name}_{self.member.pk}"]

    @property
    def stored(self) -> MemberEvaluation | None:
        """The result on record."""
        return self.form.stored.get(self.member.pk)

    @property
    def grade(self):
        """The field of the grade; None for those who are given none."""
        return self["grade"] if f"grade_{self.member.pk}" in self.form.fields else None

    @property
    def votes(self) -> list:
        """The four fields of the ballot."""
        return [self[vote] for vote in VOTES]

    @property
    def errors(self) -> list[str]:
        """What is wrong in the line."""
        suffix = f"_{self.member.pk}"
        return [
            str(text)
            for name, texts in self.form.errors.items()
            if name.endswith(suffix)
            for text in texts
        ]


class ResultForm(RecordForm):
    """One member's result, corrected with a reason."""

    groups = (
        ("评议", ("took_part", "own_grade", "mutual_grade")),
        ("测评", VOTES),
        ("评定", ("grade", "remark")),
    )
    scored = {"grade": "C7 民主评议党员", "took_part": "C7 参加评议人数"}
    reasons = frozenset({"grade", "took_part"})

    class Meta:
        model = MemberEvaluation
        fields = ["took_part", "own_grade", "mutual_grade", *VOTES, "grade", "remark"]

    def clean(self):
        cleaned = super().clean()
        row = self.instance
        day = datetime.date(row.year, 12, 31)
        if cleaned.get("grade") and not is_graded(row.member, day):
            self.add_error("grade", "预备党员参加评议，但不评定等次。")
        if cleaned.get("grade") and not cleaned.get("took_part"):
            self.add_error("grade", "没有参加评议的不评定等次。")
        return cleaned
