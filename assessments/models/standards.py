"""Standards with their indicators and vetoes, and the years judged by them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce


class Standard(models.Model):
    """One version of a signed scoring standard: loaded from a file (assessments/standards/)
    or published from a draft (assessments/editing/).

    Immutable once it is published or a cycle uses it.
    """

    slug = models.SlugField("代号", max_length=40)
    version = models.CharField("版本", max_length=20)
    name = models.CharField("名称", max_length=100)
    # The document that puts it into force, and the first year it is for.
    document = models.CharField("文号", max_length=60, blank=True)
    effective_year = models.PositiveSmallIntegerField("施行年度", null=True, blank=True)
    # Empty for a version loaded from a file.
    published_at = models.DateTimeField("发布时间", null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    # Final score to pass, hundredths exact (for example 85.00).
    pass_line = models.DecimalField("达标线", max_digits=5, decimal_places=2)
    near_line = models.DecimalField("基本达标线", max_digits=5, decimal_places=2)
    model_line = models.DecimalField("示范线", max_digits=5, decimal_places=2)
    # Named numbers the rules use (see the YAML for each name and its meaning).
    parameters = models.JSONField("参数", default=dict)
    # Of the content, however its file was written.
    checksum = models.CharField(max_length=64, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "标准"
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="standard_unique")]

    def __str__(self):
        return f"{self.name} {self.version}"

    @classmethod
    def newest_for(cls, year: int) -> Standard | None:
        """Return the version in force in `year`: the one with the latest effective year."""
        begun = cls.objects.filter(Q(effective_year=None) | Q(effective_year__lte=year))
        order = (Coalesce("effective_year", 0).desc(), "-version", "-pk")
        return begun.order_by(*order).first()


class Indicator(models.Model):
    """One scored line of a standard."""

    class Kind(models.TextChoices):
        AUTO = "auto", "自动计算"
        MANUAL = "manual", "审核项"

    standard = models.ForeignKey(Standard, models.CASCADE, related_name="indicators")
    code = models.CharField("编号", max_length=4)
    name = models.CharField("名称", max_length=40)
    category = models.CharField("类别编号", max_length=2)
    category_name = models.CharField("类别", max_length=20)
    points = models.DecimalField("分值", max_digits=5, decimal_places=2)
    kind = models.CharField("方式", max_length=6, choices=Kind)
    # Kinds of organization it applies to, and those that take the mean of their branches.
    applies = models.JSONField("适用", default=list)
    rolls_up = models.JSONField("由下级汇总", default=list)
    source = models.TextField("依据", blank=True)
    formula = models.TextField("计分办法")
    order = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = verbose_name_plural = "指标"
        ordering = ["standard", "order"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "code"], name="indicator_unique")
        ]

    def __str__(self):
        return f"{self.code} {self.name}"


class Veto(models.Model):
    """A single condition that fails an organization whatever its score."""

    class Kind(models.TextChoices):
        AUTO = "auto", "自动判定"
        FINDING = "finding", "认定"
        RECORD = "record", "登记"

    standard = models.ForeignKey(Standard, models.CASCADE, related_name="vetoes")
    code = models.CharField("编号", max_length=4)
    name = models.CharField("名称", max_length=40)
    kind = models.CharField("方式", max_length=8, choices=Kind)
    condition = models.TextField("情形")
    order = models.PositiveSmallIntegerField("次序")

    class Meta:
        verbose_name = verbose_name_plural = "一票否决"
        ordering = ["standard", "order"]
        constraints = [models.UniqueConstraint(fields=["standard", "code"], name="veto_unique")]

    def __str__(self):
        return f"{self.code} {self.name}"


class Cycle(models.Model):
    """The assessment of one calendar year by one standard."""

    class State(models.TextChoices):
        OPEN = "open", "系统测算"
        CONFIRMED = "confirmed", "已确认"

    year = models.PositiveSmallIntegerField("年度", unique=True)
    standard = models.ForeignKey(Standard, models.PROTECT, verbose_name="标准")
    check_date = models.DateField("考核日")
    # Last day for the yearly types held after New Year.
    records_until = models.DateField("年度类记录截止")
    state = models.CharField("状态", max_length=10, choices=State, default=State.OPEN)
    confirmed_on = models.DateField("确认日期", null=True, blank=True)
    document = models.CharField("认定文号", max_length=60, blank=True)
    # Raised each time a confirmed year is scored again after a correction.
    decision_version = models.PositiveSmallIntegerField("认定版次", default=1)
    scored_at = models.DateTimeField("测算时间", null=True, blank=True)
    # The day whose records the scores rest on: the check date, or for a year in
    # progress the last day of the last full month.
    scored_as_of = models.DateField("截至", null=True, blank=True)
    # Since when changes of results are logged: the state of earlier days is not known.
    results_since = models.DateTimeField("结果留痕起", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "考评年度"
        ordering = ["-year"]

    def __str__(self):
        return f"{self.year} 年度"

    @property
    def is_confirmed(self) -> bool:
        return self.state == self.State.CONFIRMED
