"""Party dues (党费): the ledger of an organization and year, and a member's row in it."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from accounts.models import Record
from orgs.models import Member, Organization
from orgs.models.organizations import OfOrganizationQuerySet
from schools.scoping import KeptManager, ScopedQuerySet

MONTHS = range(1, 13)


class DuesPayer(models.TextChoices):
    """What a member's dues are worked out from (dues/rates.py)."""

    WAGE = "wage", "按月领取工资"
    RETIRED = "retired", "离退休"
    STUDENT = "student", "学生"
    NO_INCOME = "no_income", "失业或领取救济、低保"


class DuesLedger(Record):
    """The dues of one organization in one year: how they are paid, and when published.

    Dues are paid monthly; each quarter where the branch has agreed to it
    (党费收缴规定 2008, Article 12).
    """

    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="dues_ledgers", verbose_name="党组织"
    )
    year = models.PositiveSmallIntegerField("年度")
    pays_quarterly = models.BooleanField("按季度交纳", default=False)
    quarterly_agreed_on = models.DateField("支部同意按季交纳的时间", null=True, blank=True)
    # The meeting that agreed, with its number where it has one.
    quarterly_agreed_by = models.CharField("同意的会议", max_length=60, blank=True)
    collector = models.CharField("收款人", max_length=50, blank=True)
    published_on = models.DateField("向党员公布时间", null=True, blank=True)
    # At a meeting, on the notice board: how and where.
    published_how = models.CharField("公布方式和地点", max_length=60, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfOrganizationQuerySet)()
    everything = OfOrganizationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党费台账"
        ordering = ["organization_id", "-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                condition=Q(withdrawn_at=None),
                name="dues_ledger_unique",
                violation_error_message="这个党组织这一年已经有党费台账。",
            )
        ]

    def __str__(self):
        return f"{self.organization} {self.year} 年党费"


class OfLedgerQuerySet(ScopedQuerySet):
    scope_lookup = "ledger__organization__jurisdiction__path"


class MemberDues(Record):
    """What one member owes and has paid in one ledger: twelve months in one row.

    The base is fixed in January and stays for the year. A member who comes or goes in the
    year owes from `first_month` to `last_month`; who moves has a row in each ledger.
    `monthly` is what the rates make of the base, or less with a document; None while the
    base is not fixed.
    """

    ledger = models.ForeignKey(
        DuesLedger, models.CASCADE, related_name="rows", verbose_name="党费台账"
    )
    member = models.ForeignKey(Member, models.PROTECT, related_name="dues", verbose_name="党员")
    payer = models.CharField("交纳类型", max_length=10, choices=DuesPayer, default=DuesPayer.WAGE)
    base = models.DecimalField("计算基数", max_digits=9, decimal_places=2, null=True, blank=True)
    monthly = models.DecimalField("月应交", max_digits=8, decimal_places=2, null=True, blank=True)
    reduction_document = models.CharField("减免依据", max_length=60, blank=True)
    first_month = models.PositiveSmallIntegerField("起始月", default=1)
    last_month = models.PositiveSmallIntegerField("截止月", default=12)
    # paid_1 … paid_12 and paid_on_1 … paid_on_12: what was paid for a month, and when.
    for _n in MONTHS:
        locals()[f"paid_{_n}"] = models.DecimalField(
            f"{_n} 月实交",
            max_digits=8,
            decimal_places=2,
            null=True,
            blank=True,
            validators=[MinValueValidator(Decimal(0), "金额不能是负数。")],
        )
        locals()[f"paid_on_{_n}"] = models.DateField(f"{_n} 月交纳日期", null=True, blank=True)
    del _n
    remark = models.CharField("备注", max_length=100, blank=True)

    objects = KeptManager.from_queryset(OfLedgerQuerySet)()
    everything = OfLedgerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员党费"
        ordering = ["ledger_id", "member__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "member"],
                condition=Q(withdrawn_at=None),
                name="member_dues_unique",
                violation_error_message="这名党员已经在这本台账里。",
            ),
            models.CheckConstraint(
                name="member_dues_months",
                condition=Q(
                    first_month__gte=1, last_month__lte=12, first_month__lte=F("last_month")
                ),
                violation_error_message="起始月不能晚于截止月，都在 1—12 之间。",
            ),
        ]

    def __str__(self):
        return f"{self.member} {self.ledger.year} 年党费"

    @property
    def paid(self) -> tuple[Decimal | None, ...]:
        """What was paid for each of the twelve months."""
        return tuple(getattr(self, f"paid_{n}") for n in MONTHS)

    @property
    def paid_on(self) -> tuple:
        """The day each month was paid, where it is told."""
        return tuple(getattr(self, f"paid_on_{n}") for n in MONTHS)

    @property
    def payments(self) -> tuple:
        """Amount and day of each of the twelve months."""
        return tuple(zip(self.paid, self.paid_on, strict=True))


class Quarter(models.IntegerChoices):
    """The quarters a ledger is agreed to by."""

    FIRST = 1, "第一季度"
    SECOND = 2, "第二季度"
    THIRD = 3, "第三季度"
    FOURTH = 4, "第四季度"

    @property
    def months(self) -> tuple[int, ...]:
        """The three months."""
        return tuple(range(3 * self.value - 2, 3 * self.value + 1))

    @classmethod
    def of(cls, month: int) -> Quarter:
        """Return the quarter of a month."""
        return cls((month + 2) // 3)


class DuesQuarter(Record):
    """The agreement to a quarter of a ledger (季度审核): what was entered by then stands.

    Who pays afterwards pays late (dues/agreeing.py).
    """

    ledger = models.ForeignKey(
        DuesLedger, models.CASCADE, related_name="quarters", verbose_name="党费台账"
    )
    quarter = models.PositiveSmallIntegerField("季度", choices=Quarter)
    agreed_on = models.DateField("审核日期")
    # A meeting, or who looked the ledger through.
    agreed_by = models.CharField("审核人或会议", max_length=60)

    objects = KeptManager.from_queryset(OfLedgerQuerySet)()
    everything = OfLedgerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党费季度审核"
        ordering = ["ledger_id", "quarter"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "quarter"],
                condition=Q(withdrawn_at=None),
                name="dues_quarter_unique",
                violation_error_message="这个季度已经审核。",
            )
        ]

    def __str__(self):
        return f"{self.ledger}{self.get_quarter_display()}审核"
