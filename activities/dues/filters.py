"""Conditions of the list of organizations by their dues."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from activities.dues.sums import behind, owing, paid_late
from activities.models import DuesLedger, MemberDues
from orgs.models import Organization, OrgKind
from orgs.naming import organization_key
from schools.conditions import Choice, Chosen, ListFilterSet, Search
from schools.models import School, SchoolStage

# Members belong to these.
KINDS = (OrgKind.BRANCH, OrgKind.JOINT_BRANCH, OrgKind.TEMPORARY_BRANCH)


class OfDuesYear(ListFilterSet):
    """Conditions of a list about the dues of one year; this one where none is chosen."""

    year = Choice("年度", by="by_year")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = timezone.localdate()
        this = self.today.year
        first = DuesLedger.objects.order_by("year").values_list("year", flat=True).first() or this
        year = self.filters["year"]
        year.extra["choices"] = [
            (str(n), f"{n} 年") for n in range(this, min(first, this - 1) - 1, -1)
        ]
        year.default, year.any_label = str(this), f"{this} 年"
        year.rename("年度")

    @property
    def chosen_year(self) -> int:
        """The year the list is about."""
        return int(self.values.get("year") or self.filters["year"].default)


class DuesFilter(OfDuesYear):
    q = Search("党组织名称")
    state = Choice(
        "收缴情况",
        [
            ("none", "还没有台账"),
            ("behind", "有人欠交"),
            ("clear", "没有欠交"),
            ("base", "有人没有核定基数"),
            ("quarterly", "按季交纳"),
        ],
        by="by_dues",
    )
    published = Choice("公布", [("no", "没有公布"), ("yes", "已公布")], by="by_published")
    stage = Choice("学校类别", SchoolStage.choices, field_name="school__stage")
    school = Chosen("学校", School)
    main = ("year", "state", "published", "stage")

    class Meta:
        model = Organization
        fields: list[str] = []

    def search(self, rows, text):
        """Rows whose name holds `text`."""
        return rows.filter(Q(name_key__contains=organization_key(text)))

    def by_year(self, rows, value):
        """Rows of organizations that existed in the year."""
        return rows.filter(
            Q(founded_on=None) | Q(founded_on__year__lte=value),
            Q(dissolved_on=None) | Q(dissolved_on__year__gte=value),
        )

    def _ledgers(self):
        return DuesLedger.objects.filter(organization=OuterRef("pk"), year=self.chosen_year)

    def by_dues(self, rows, value):
        """Rows by the state of their ledger."""
        ledger = Exists(self._ledgers())
        if value == "none":
            return rows.filter(~ledger)
        if value == "quarterly":
            return rows.filter(Exists(self._ledgers().filter(pays_quarterly=True)))
        own = {"ledger__organization": OuterRef("pk")}
        if value == "base":
            found = MemberDues.objects.filter(
                ledger__year=self.chosen_year, ledger__withdrawn_at=None, monthly=None, **own
            )
            return rows.filter(Exists(found))
        owing = Exists(behind(self.chosen_year, self.today).filter(**own))
        return rows.filter(owing) if value == "behind" else rows.filter(ledger, ~owing)

    def by_published(self, rows, value):
        """Rows whose dues of the year were published, or not (those with a ledger)."""
        published = self._ledgers().filter(published_on=None).order_by()
        if value == "yes":
            published = self._ledgers().exclude(published_on=None)
        return rows.filter(Exists(published))


class OwingFilter(OfDuesYear):
    """Rows of members by what they owe, or what they paid too late (补交)."""

    q = Search("姓名、党组织")
    state = Choice(
        "交纳情况", [("late", "补交过的")], by="by_state", default="behind", any_label="欠交的"
    )
    stage = Choice(
        "学校类别", SchoolStage.choices, field_name="ledger__organization__school__stage"
    )
    main = ("year", "state", "stage")

    class Meta:
        model = MemberDues
        fields: list[str] = []

    def search(self, rows, text):
        """Rows of a member or an organization of that name."""
        name = Q(member__name__contains=text.strip())
        key = organization_key(text)
        return rows.filter(name | Q(ledger__organization__name_key__contains=key))

    def by_year(self, rows, value):
        """Rows of the ledgers of a year."""
        return rows.filter(ledger__year=value)

    def by_state(self, rows, value):
        """Rows that owe something, or with a month paid after its period."""
        if value == "late":
            return rows.filter(paid_late(self.chosen_year))
        return rows.filter(owing(self.chosen_year, self.today))
