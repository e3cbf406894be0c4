"""The forms of a term and of a post."""

from __future__ import annotations

from django import forms

from orgs import rules
from orgs.models import Post, Term
from orgs.picks import ORGANIZATIONS
from schools.form_fields import DayField, PickField
from schools.record_forms import RecordForm


class OfOrganizationForm(RecordForm):
    """A record of one organization, which is chosen for a new one and stays then."""

    organization = PickField(ORGANIZATIONS, label="党组织")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not self.is_new:
            self.fields.pop("organization", None)

    def _get_validation_exclusions(self):
        # Two terms of one day are refused although the form does not show whose they are.
        return super()._get_validation_exclusions() - {"organization"}

    @property
    def whose(self):
        """The organization the record belongs to; None while it is not chosen."""
        if self.is_new:
            return self.cleaned_data.get("organization")
        return self.instance.organization

    def check(self, found: list[rules.Finding]) -> None:
        """Show what the rules say against the values, each at its field."""
        for finding in found:
            self.add_error(finding.field if finding.field in self.fields else None, finding.text)


def number_field(label: str, help_text: str = "") -> forms.IntegerField:
    """Return a field for a number of persons that may stay empty."""
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=9999,
        help_text=help_text,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 6}),
        error_messages={
            "invalid": "请填数字。",
            "min_value": "不能是负数。",
            "max_value": "数字太大，请核对。",
        },
    )


class TermForm(OfOrganizationForm):
    """A term of office. 换届 and 延期 have their own pages; this one is for records."""

    elected_on = DayField(label="换届时间", help_text="选举当天，如 2024-05-21")
    years = forms.TypedChoiceField(
        label="任期",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "按类别：党委 5 年，其他 3 年"), *((n, f"{n} 年") for n in range(1, 6))],
    )
    stated_end = DayField(
        label="填报的届满时间", required=False, future=True, help_text="可不填，系统按任期计算"
    )
    extended_to = DayField(label="延期至", required=False, future=True)
    planned_on = DayField(
        label="计划换届时间", required=False, future=True, help_text="快要届满或已经届满的填写"
    )
    entitled = number_field("有选举权的党员", "正式党员，不含留党察看和预备党员")
    present = number_field("实到有选举权的党员", "不少于五分之四，选举才有效")
    candidates = number_field("候选人数")
    seats = number_field("应选人数")

    groups = (
        ("任期", ("organization", "elected_on", "years", "stated_end", "document")),
        ("选举", ("entitled", "present", "candidates", "seats")),
        ("延期", ("extended_to", "extension_document")),
        ("下次换届", ("planned_on", "overdue_reason")),
    )
    scored = {
        "elected_on": "A2 按期换届",
        "years": "A2 按期换届",
        "extended_to": "A2 按期换届",
        "extension_document": "A2 按期换届，没有批复的延期不算",
    }
    reasons = frozenset({"elected_on", "years", "extended_to"})

    class Meta:
        model = Term
        fields = [
            "organization",
            "elected_on",
            "years",
            "stated_end",
            "document",
            "entitled",
            "present",
            "candidates",
            "seats",
            "extended_to",
            "extension_document",
            "planned_on",
            "overdue_reason",
        ]

    def clean_years(self):
        """An empty choice means the years the rule gives to the kind of organization."""
        years = self.cleaned_data["years"]
        if years is None and (organization := self.whose):
            return rules.term_years(organization.kind)
        return years or rules.TERM_YEARS

    def clean(self):
        cleaned = super().clean()
        if self.whose and cleaned.get("elected_on"):
            self.check(rules.election_problems(self.whose, cleaned))
            self.check(rules.extension_problems(cleaned))
        return cleaned


class PostForm(OfOrganizationForm):
    """A post somebody held. 换届, 补选, 任命 and 离任 have their own pages."""

    start = DayField(label="任职时间", required=False)
    end = DayField(label="免职时间", required=False, help_text="在任的不填")

    groups = (
        ("职务", ("organization", "kind", "holder", "basis", "is_principal", "in_management")),
        ("任职", ("start", "appointment_document", "is_acting")),
        ("离任", ("end", "end_reason")),
    )
    scored = {
        "kind": "A3 班子设置、B1 书记",
        "start": "B1 书记空缺天数",
        "end": "B1 书记空缺天数",
        "is_principal": "B2 校长进班子",
    }
    reasons = frozenset({"holder", "start", "end"})

    class Meta:
        model = Post
        fields = [
            "organization",
            "kind",
            "holder",
            "basis",
            "start",
            "appointment_document",
            "is_acting",
            "is_principal",
            "in_management",
            "end",
            "end_reason",
        ]
        help_texts = {
            "holder": "与花名册同名的党员自动对应",
            "is_acting": "临时负责的，有任职文号才算到岗",
            "in_management": "民办学校：进入董事会或管理层",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("basis", "end_reason"):
            self.fields[name].choices = [("", "没有填报"), *self.fields[name].choices[1:]]

    def clean_holder(self):
        """Names are kept without inner spaces (王  芳)."""
        return "".join(self.cleaned_data["holder"].split())

    def clean(self):
        cleaned = super().clean()
        if self.whose and cleaned.get("kind") and "start" in cleaned and "end" in cleaned:
            self.check(rules.post_problems(self.whose, self.instance, cleaned))
        return cleaned
