"""What each organization scored in a year, and the numbers made of it."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Count, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from assessments.models.standards import Cycle
from assessments.scores import Score, scores_of
from orgs.models import Organization, OrgKind
from schools.models import Jurisdiction, JurisdictionKind, Ownership, Place, SchoolStage
from schools.scoping import ScopedQuerySet, scoped


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
