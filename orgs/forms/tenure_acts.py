"""The forms of elections, extensions, by-elections, appointments, and of leaving a post."""

from __future__ import annotations

from django import forms
from django.utils import timezone

from orgs import rules
from orgs.forms.tenure import number_field
from orgs.models import Member, MemberStatus, Post, PostBasis, PostEnd, PostKind, add_years
from orgs.services_tenure import Elected, find_member, posts_on
from schools.act_forms import ActForm
from schools.form_fields import DayField

# How a post is filled inside a term: acting is no basis of its own.
ACTING = "acting"
WAYS = [
    (PostBasis.BY_ELECTION, "补选：党员大会选出"),
    (PostBasis.APPOINTED, "任命：上级任命书记、副书记"),
    (ACTING, "临时负责：上级指定，选出前主持工作"),
]
LEAVING = [(value, label) for value, label in PostEnd.choices if value != PostEnd.DISSOLVED]


def name_field(label: str, *, required: bool = False, help_text: str = "") -> forms.CharField:
    """Return a box for a name, offering those of the full members (datalist `people`)."""
    widget = forms.TextInput(attrs={"list": "people", "autocomplete": "off"})
    return forms.CharField(
        label=label, required=required, max_length=50, help_text=help_text, widget=widget
    )


class PeopleForm(ActForm):
    """An act that names persons of the organization."""

    @property
    def organization(self):
        """The organization the act is done on."""
        return self.record

    def clean(self):
        cleaned = super().clean()
        for name in self.named():
            if cleaned.get(name):
                cleaned[name] = "".join(cleaned[name].split())
        return cleaned

    def named(self):
        """Yield the fields that hold names."""
        for name, field in self.fields.items():
            if field.widget.attrs.get("list") == "people":
                yield name

    def advise_on(self, name: str, kind: str, day) -> None:
        """Remark on a person for a post: unknown, or a secretary a member for too short."""
        organization = self.organization
        member = find_member(organization, name, day)
        if member is None:
            if organization.members.filter(left_on=None).exists():
                self.remark(
                    f"花名册里没有叫“{name}”的党员，或者不止一名；任职照登，只是不对应到党员。"
                )
            return
        confirmed = member.confirmed_on
        if kind == PostKind.SECRETARY and confirmed and day < add_years(confirmed, 1):
            self.remark(
                f"{name} {confirmed:%Y-%m-%d} 转正，到任职时党龄不满一年。书记一般要有一年以上党龄。"
            )


class ElectionForm(PeopleForm):
    """A new term with everybody elected, on one page."""

    elected_on = DayField(label="换届时间", help_text="选举当天，如 2026-11-12")
    years = forms.TypedChoiceField(
        label="任期", coerce=int, choices=[(n, f"{n} 年") for n in range(1, 6)]
    )
    document = forms.CharField(label="换届批复文号", required=False, max_length=60)
    entitled = number_field("有选举权的党员", "正式党员，不含留党察看和预备党员")
    present = number_field("实到有选举权的党员", "不少于五分之四，选举才有效")
    seats = number_field("应选人数")
    candidates = number_field("候选人数", "一般比应选人数多 20%")
    secretary = name_field("书记", required=True, help_text="从提示的党员里选，或直接写")
    is_principal = forms.BooleanField(label="书记由校长兼任", required=False)
    in_management = forms.BooleanField(label="书记进入决策管理层（民办学校）", required=False)

    groups = (
        ("选举", ("elected_on", "years", "document")),
        ("到会和候选人", ("entitled", "present", "seats", "candidates")),
        (
            "选出的班子",
            (
                "secretary",
                "is_principal",
                "in_management",
                "deputy",
                "deputy_2",
                *(kind for kind in PostKind.values if kind not in rules.APPOINTABLE),
            ),
        ),
    )
    scored = {"elected_on": "A2 按期换届", "secretary": "A3 班子设置、B1 书记在岗"}

    def prepare(self):
        self.fields["deputy"] = name_field("副书记")
        self.fields["deputy_2"] = name_field("副书记（第二名）")
        for kind in PostKind:
            if kind not in rules.APPOINTABLE:
                self.fields[kind.value] = name_field(kind.label)
        if not self.is_private:
            del self.fields["in_management"]

    @property
    def is_private(self) -> bool:
        """Whether the school is private, so that the management is asked for."""
        school = self.record.school
        return school is None or school.ownership == "private"

    def elected(self) -> list[Elected]:
        """Return who was elected to what."""
        found = []
        for field in ("secretary", "deputy", "deputy_2", *PostKind.values):
            kind = PostKind.DEPUTY_SECRETARY if field == "deputy_2" else field
            holder = self.cleaned_data.get(field)
            one = Elected(kind, holder) if holder else None
            if holder and kind == PostKind.SECRETARY:
                one = Elected(
                    kind,
                    holder,
                    self.cleaned_data["is_principal"],
                    self.cleaned_data.get("in_management", False),
                )
            if one and one not in found:
                found.append(one)
        return found

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        for finding in rules.election_problems(self.organization, cleaned):
            self.add_error(finding.field, finding.text)
        for text in rules.election_advice(cleaned):
            self.remark(text)
        posts = {one.kind: one.holder for one in self.elected()}
        full = cleaned.get("entitled")
        for text in rules.committee_advice(self.organization.kind, full, posts):
            self.remark(text)
        day = cleaned["elected_on"]
        for name, kind in {one.holder: one.kind for one in reversed(self.elected())}.items():
            self.advise_on(name, kind, day)
        years = rules.term_years(self.organization.kind)
        if cleaned["years"] != years:
            label = self.organization.get_kind_display()
            self.remark(f"{label}一届一般 {years} 年，填的是 {cleaned['years']} 年。")
        return cleaned


class ExtensionForm(ActForm):
    """The election of the present term is put off."""

    extended_to = DayField(label="延期至", future=True, help_text="不超过届满后一年")
    document = forms.CharField(
        label="延期批复文号", max_length=60, help_text="上级党组织批准延期的文件"
    )

    scored = {"extended_to": "A2 按期换届"}


class AppointmentForm(PeopleForm):
    """A post filled inside a term."""

    kind = forms.ChoiceField(label="职务", choices=PostKind.choices)
    way = forms.ChoiceField(label="方式", choices=WAYS)
    holder = name_field("姓名", required=True, help_text="从提示的党员里选，或直接写")
    start = DayField(label="任职时间")
    document = forms.CharField(
        label="任职文号",
        required=False,
        max_length=60,
        help_text="临时负责的，有文号才算书记到岗",
    )
    is_principal = forms.BooleanField(label="由校长兼任", required=False)
    leaving = forms.MultipleChoiceField(
        label="同一天离任的",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="接替现任的，在这里选上，不用另外办理",
    )
    why = forms.ChoiceField(label="离任原因", choices=LEAVING, initial=PostEnd.MOVED)

    groups = (
        ("任职", ("kind", "way", "holder", "start", "document", "is_principal")),
        ("接替", ("leaving", "why")),
    )
    scored = {"kind": "A3 班子设置、B1 书记在岗", "start": "B1 空缺天数"}

    def prepare(self):
        today = timezone.localdate()
        self.held = {str(post.pk): post for post in posts_on(self.record, today)}
        if not self.held:
            del self.fields["leaving"], self.fields["why"]
            return
        order = list(PostKind.values)
        held = sorted(self.held.items(), key=lambda item: order.index(item[1].kind))
        self.fields["leaving"].choices = [
            (key, f"{post.get_kind_display()} {post.holder}") for key, post in held
        ]

    @property
    def leavers(self) -> list[Post]:
        """The posts that end on the same day."""
        return [self.held[key] for key in self.cleaned_data.get("leaving", ())]

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if cleaned["way"] == ACTING and not cleaned["document"]:
            self.remark("没有任职文号的临时负责，考评时书记仍算空缺。")
        if cleaned["way"] == PostBasis.APPOINTED and not cleaned["document"]:
            self.add_error("document", "请填上级任命的文号。")
        self.advise_on(cleaned["holder"], cleaned["kind"], cleaned["start"])
        return cleaned

    def post(self) -> Post:
        """Return the post as filled in, unsaved."""
        cleaned = self.cleaned_data
        acting = cleaned["way"] == ACTING
        return Post(
            organization=self.record,
            kind=cleaned["kind"],
            holder=cleaned["holder"],
            start=cleaned["start"],
            basis="" if acting else cleaned["way"],
            is_acting=acting,
            appointment_document=cleaned["document"],
            is_principal=cleaned["is_principal"],
        )


class LeaveForm(ActForm):
    """Somebody leaves a post."""

    on = DayField(label="免职时间", help_text="不再任职的第一天")
    why = forms.ChoiceField(label="离任原因", choices=LEAVING)

    scored = {"on": "B1 空缺天数"}


def people_of(organization) -> list[str]:
    """Return the names to offer: full members of the organization and those below it."""
    rows = Member.objects.filter(
        organization__in=[organization.pk, *organization.children.values_list("pk", flat=True)],
        status=MemberStatus.FULL,
        left_on=None,
    )
    return sorted(set(rows.values_list("name", flat=True)[:800]))
