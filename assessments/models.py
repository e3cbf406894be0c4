"""Standards, yearly cycles, and what each organization scored in them."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Record
from assessments.scores import Score, scores_of
from orgs.models import Organization, OrgKind
from schools.models import Jurisdiction, JurisdictionKind, Ownership, Place, School, SchoolStage
from schools.scoping import KeptManager, ScopedQuerySet, scoped


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


class Verdict(models.TextChoices):
    COMPLIANT = "compliant", "达标"
    NEARLY = "nearly", "基本达标"
    NON_COMPLIANT = "non_compliant", "未达标"
    OBSERVED = "observed", "新建观察"


class Exclusion(models.TextChoices):
    """Why an organization in the register is not counted in the rate of a year."""

    NEW = "new", "新建观察"
    DISSOLVED = "dissolved", "年内撤销"
    NOT_FOUNDED = "not_founded", "考核日后成立"
    KIND = "kind", "临时或功能型党支部"


class AssessmentQuerySet(ScopedQuerySet):
    # The body of the check date: a past figure stays with the body that had it.
    scope_lookup = "jurisdiction__path"

    def counted(self):
        """Return the assessments that are due (应评)."""
        return self.filter(exclusion="")

    def losing(self, code: str):
        """Return the assessments that lost points for the indicator `code`."""
        return self.filter(lost__contains=f" {code} ")

    def tally(self, *by: str):
        """Return rows of `by` with `due`, `passed`, `vetoed`, `excluded` counts."""
        due = Q(exclusion="")
        return (
            self.order_by()
            .values(*by)
            .annotate(
                due=Count("pk", filter=due),
                passed=Count("pk", filter=due & Q(verdict=Verdict.COMPLIANT)),
                vetoed=Count("pk", filter=due & Q(is_vetoed=True)),
                excluded=Count("pk", filter=~due),
            )
        )


# The order of the list of a year; those without a score are the last. Written so that an
# index can hold it in any database.
BEST_FIRST = Coalesce("final", Value(Decimal(-1))).desc()


class Assessment(models.Model):
    """What one organization reached in one cycle, with where it stood on the check date.

    Jurisdiction, unit, place, stage, ownership and kind are those of the check date:
    later transfers do not rewrite the rate of an earlier year.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="assessments")
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="assessments", verbose_name="党组织"
    )
    jurisdiction = models.ForeignKey(Jurisdiction, models.PROTECT, related_name="+")
    # The reporting unit of `jurisdiction`; None where no ancestor is flagged.
    unit = models.ForeignKey(Jurisdiction, models.PROTECT, null=True, related_name="+")
    # Kind of the body that manages it (never "school").
    body_kind = models.CharField(max_length=15, choices=JurisdictionKind)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    stage = models.CharField(max_length=20, choices=SchoolStage, blank=True)
    ownership = models.CharField(max_length=10, choices=Ownership, blank=True)
    kind = models.CharField(max_length=20, choices=OrgKind)
    members = models.PositiveIntegerField("党员数", default=0)
    # Points earned and full points of the applicable indicators; final = 100 earned / full.
    earned = models.DecimalField("已得", max_digits=6, decimal_places=2, null=True)
    full = models.DecimalField("适用满分", max_digits=6, decimal_places=2, null=True)
    final = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True)
    # The verdict that counts: that of an imported official result where there is one,
    # else the computed one. Empty where there is no scorecard.
    verdict = models.CharField("判定", max_length=14, choices=Verdict, blank=True)
    computed_verdict = models.CharField(max_length=14, choices=Verdict, blank=True)
    # [{"code": "V1", "reason": "…"}, …]
    vetoes = models.JSONField("一票否决", default=list)
    is_vetoed = models.BooleanField("被否决", default=False)
    # Empty: counted in the rate.
    exclusion = models.CharField("不计入原因", max_length=12, choices=Exclusion, blank=True)
    # The sentence that says why it is not counted, or why a score that would pass did not
    # (for example too few branches passed).
    note = models.CharField("说明", max_length=200, blank=True)
    # Codes of the indicators that lost points, each between spaces: " C1 C5 ".
    lost = models.TextField("失分指标", blank=True)
    # Some indicator has no record and no review yet (待评).
    is_pending = models.BooleanField("有待评指标", default=False)

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考评结果"
        constraints = [
            models.UniqueConstraint(fields=["cycle", "organization"], name="assessment_unique")
        ]
        indexes = [
            # Every count on a page of figures, from the index alone: the rows are long.
            models.Index(
                fields=[
                    "cycle",
                    "jurisdiction",
                    "unit",
                    "place",
                    "exclusion",
                    "verdict",
                    "is_vetoed",
                    "final",
                    "organization",
                    "id",
                ],
                name="assessment_counts",
            ),
            # The same for the whole tree, in the order its counts are grouped by.
            models.Index(
                fields=[
                    "cycle",
                    "unit",
                    "exclusion",
                    "verdict",
                    "is_vetoed",
                    "place",
                    "final",
                    "id",
                ],
                name="assessment_totals",
            ),
            models.Index("cycle", BEST_FIRST, name="assessment_list"),
            models.Index(
                fields=["cycle", "organization"],
                condition=Q(is_pending=True, exclusion=""),
                name="assessment_pending",
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.cycle}"

    @property
    def scores(self) -> dict[str, Score]:
        """The score of each indicator by its code; none without a scorecard."""
        card = getattr(self, "scorecard", None)
        return card.scores if card else {}


class Scorecard(models.Model):
    """Every indicator of one assessment, with the sentences that explain the points.

    One document of its own: it is written and read as a whole, and the many pages that
    only count assessments need not carry it.
    """

    assessment = models.OneToOneField(Assessment, models.CASCADE, primary_key=True)
    # JSON of the fields of each `Score` by indicator: {"C1": [300, 400, "…", {…}, false,
    # "rule"], …}. As text: nothing is ever asked of it, and checking, ordering and packing
    # the parts of a `jsonb` takes PostgreSQL longer than all the rest of storing it.
    results = models.TextField("指标得分", default="{}")

    objects = scoped("assessment__jurisdiction__path").as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "得分卡"

    def __str__(self):
        return f"{self.assessment}"

    @property
    def scores(self) -> dict[str, Score]:
        """The score of each indicator by its code."""
        return scores_of(self.results)


class IndicatorTally(models.Model):
    """What one indicator gave the counted organizations of one jurisdiction and place:
    the heat map and the losses of any scope in one small query.

    Written only by assessments/scoring.py, in the transaction that writes the scores.
    """

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="tallies")
    jurisdiction = models.ForeignKey(Jurisdiction, models.CASCADE, related_name="+")
    unit = models.ForeignKey(Jurisdiction, models.CASCADE, null=True, related_name="+")
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+")
    code = models.CharField(max_length=4)
    # Organizations with a scorecard; of them those it applies to, those that lost points
    # and those that wait for a review.
    due = models.PositiveIntegerField()
    organizations = models.PositiveIntegerField()
    losing = models.PositiveIntegerField()
    pending = models.PositiveIntegerField()
    # Points of the organizations it applies to.
    earned = models.DecimalField(max_digits=10, decimal_places=2)
    full = models.DecimalField(max_digits=10, decimal_places=2)

    objects = scoped("jurisdiction__path").as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "指标汇总"
        indexes = [models.Index(fields=["cycle", "code"])]

    def __str__(self):
        return f"{self.cycle} {self.jurisdiction} {self.code}"


class ReviewedScore(models.Model):
    """A score given by a reviewer, for an indicator that records cannot decide (yet)."""

    cycle = models.ForeignKey(Cycle, models.CASCADE, related_name="reviewed_scores")
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="reviewed_scores", verbose_name="党组织"
    )
    code = models.CharField("编号", max_length=4)
    # None: found not applicable by the managing body.
    points = models.DecimalField("得分", max_digits=5, decimal_places=2, null=True)
    reason = models.CharField("理由", max_length=200, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="审核人"
    )
    reviewed_at = models.DateTimeField("审核时间", default=timezone.now)

    objects = scoped("organization__jurisdiction__path").as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "审核得分"
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "organization", "code"], name="reviewed_score_unique"
            ),
            models.CheckConstraint(
                name="reviewed_score_not_negative", condition=Q(points=None) | Q(points__gte=0)
            ),
        ]

    def __str__(self):
        return f"{self.organization} {self.code} {self.points}"


class OfficialResultQuerySet(ScopedQuerySet):
    scope_lookup = "jurisdiction__path"


class OfficialResult(Record):
    """A result confirmed by the bureau and brought in from its workbook (认定结果).

    Where the organization is not in the register yet, `organization` is empty and the
    row waits with the printed name and its school until it is.
    """

    year = models.PositiveSmallIntegerField("年度")
    organization = models.ForeignKey(
        Organization,
        models.CASCADE,
        null=True,
        related_name="official_results",
        verbose_name="党组织",
    )
    school = models.ForeignKey(
        School, models.CASCADE, null=True, related_name="+", verbose_name="学校"
    )
    name_key = models.CharField(max_length=100)
    printed_name = models.CharField("表中名称", max_length=120)
    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="+", verbose_name="管理主体"
    )
    self_score = models.DecimalField("自评得分", max_digits=5, decimal_places=2, null=True)
    final_score = models.DecimalField("复核得分", max_digits=5, decimal_places=2, null=True)
    compliant = models.BooleanField("达标")
    first_time = models.BooleanField("首次达标", null=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfficialResultQuerySet)()
    everything = OfficialResultQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "认定结果"
        constraints = [
            models.UniqueConstraint(
                fields=["year", "name_key"],
                condition=Q(withdrawn_at=None),
                name="official_result_unique",
            )
        ]

    def __str__(self):
        return f"{self.year} {self.printed_name}"


class UnitYearQuerySet(ScopedQuerySet):
    scope_lookup = "unit__path"


class UnitYear(Record):
    """The counts of one reporting unit in one year, brought in from a workbook (历年数据).

    Used for the trend in years that have no assessments of their own. `rate` is kept
    only where the workbook tells a rate without counts.
    """

    year = models.PositiveSmallIntegerField("年度")
    unit = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="+", verbose_name="统计单元"
    )
    due = models.PositiveIntegerField("应评", null=True)
    passed = models.PositiveIntegerField("达标", null=True)
    rate = models.DecimalField("达标率", max_digits=5, decimal_places=4, null=True)

    objects = KeptManager.from_queryset(UnitYearQuerySet)()
    everything = UnitYearQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "历年达标情况"
        ordering = ["year", "unit__unit_order"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "unit"], condition=Q(withdrawn_at=None), name="unit_year_unique"
            ),
            models.CheckConstraint(
                name="unit_year_passed",
                condition=Q(due=None) | Q(passed=None) | Q(passed__lte=F("due")),
            ),
        ]

    def __str__(self):
        return f"{self.year} {self.unit}"


# At the end: they stand with the checks, and Django looks for models here.
from assessments.consistency.models import CheckCount, CheckRun, Explanation  # noqa: E402,F401
from assessments.editing.models import StandardDraft, Trial  # noqa: E402,F401
from assessments.past.models import ResultChange  # noqa: E402,F401
from assessments.workflow.models import (  # noqa: E402,F401
    Decision,
    Evidence,
    Filing,
    FilingItem,
    LookBack,
    Objection,
    Reopening,
    Schedule,
    Urging,
)
