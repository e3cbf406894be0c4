"""What is kept of the assessment of a year: filings, items, evidence, decision and after."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import Record
from assessments.models.results import Verdict
from assessments.models.standards import Cycle
from assessments.workflow.sampling import Draw
from assessments.workflow.states import STAGE_OF, Stage, State
from orgs.models import Organization
from schools.scoping import KeptManager, ScopedQuerySet


def _user(label: str) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=label,
    )


def _points(label: str) -> models.DecimalField:
    return models.DecimalField(label, max_digits=5, decimal_places=2, null=True, blank=True)


class Schedule(Record):
    """The dates of the stages of one year, and how much is looked at (考评日程)."""

    cycle = models.OneToOneField(Cycle, models.CASCADE, related_name="schedule")
    self_from = models.DateField("自评申报开始")
    self_until = models.DateField("自评申报截止")
    first_until = models.DateField("初审截止")
    second_until = models.DateField("复核截止")
    decide_until = models.DateField("认定截止")
    # Working days.
    return_days = models.PositiveSmallIntegerField("补正期限（工作日）", default=5)
    notice_days = models.PositiveSmallIntegerField("公示期（工作日）", default=5)
    sample_percent = models.PositiveSmallIntegerField("复核抽查比例（%）", default=20)
    # Scores this close to the pass line are always re-reviewed, in points.
    margin = models.DecimalField("必抽分差", max_digits=4, decimal_places=2, default=3)
    evidence_percent = models.PositiveSmallIntegerField("佐证材料抽查比例（%）", default=50)
    void_units = models.BooleanField("抽查一票作废", default=False)
    rectify_months = models.PositiveSmallIntegerField("整改期限（月）", default=6)
    # Decides every draw of the year; shown, so that anybody can repeat it.
    seed = models.CharField("抽查种子", max_length=40, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "考评日程"
        constraints = [
            models.CheckConstraint(
                name="schedule_in_order",
                condition=Q(self_from__lte=F("self_until"))
                & Q(self_until__lte=F("first_until"))
                & Q(first_until__lte=F("second_until"))
                & Q(second_until__lte=F("decide_until")),
                violation_error_message="各阶段的日期要先后相接：自评、初审、复核、认定。",
            ),
            models.CheckConstraint(
                name="schedule_percents",
                condition=Q(sample_percent__lte=100) & Q(evidence_percent__lte=100),
                violation_error_message="比例应在 0 到 100 之间。",
            ),
        ]

    def __str__(self):
        return f"{self.cycle} 日程"

    @classmethod
    def of(cls, cycle: Cycle) -> Schedule | None:
        """Return the schedule of a year; None where there is none yet."""
        return cls.objects.filter(cycle=cycle).first()

    def deadline(self, stage: str) -> datetime.date | None:
        """Return the last day of a stage; None for those without one."""
        return {
            Stage.SELF: self.self_until,
            Stage.FIRST: self.first_until,
            Stage.SECOND: self.second_until,
            Stage.DECISION: self.decide_until,
        }.get(Stage(stage))


class FilingQuerySet(ScopedQuerySet):
    scope_lookup = "organization__jurisdiction__path"


class PartQuerySet(ScopedQuerySet):
    """Rows that hang on a filing."""

    scope_lookup = "filing__organization__jurisdiction__path"


class EvidenceQuerySet(ScopedQuerySet):
    scope_lookup = "item__filing__organization__jurisdiction__path"


class Filing(Record):
    """The way of one organization through the assessment of one year (申报)."""

    cycle = models.ForeignKey(Cycle, models.PROTECT, related_name="filings", verbose_name="年度")
    organization = models.ForeignKey(
        Organization, models.CASCADE, related_name="filings", verbose_name="党组织"
    )
    state = models.CharField("状态", max_length=16, choices=State, default=State.DRAFT)
    since = models.DateTimeField("进入时间", default=timezone.now)
    # Until when the organization is to answer: a return, or a rectification.
    due_on = models.DateField("办理期限", null=True, blank=True)
    returned_for = models.CharField("退回原因", max_length=300, blank=True)
    self_by = _user("自评人")
    submitted_by = _user("申报人")
    submitted_at = models.DateTimeField("申报时间", null=True, blank=True)
    first_by = _user("初审人")
    first_at = models.DateTimeField("初审时间", null=True, blank=True)
    second_by = _user("复核人")
    second_at = models.DateTimeField("复核时间", null=True, blank=True)
    drawn = models.CharField("抽中原因", max_length=10, choices=Draw, blank=True)
    # Scores over 100 as each stage left them.
    self_total = _points("自评得分")
    first_total = _points("初审得分")
    second_total = _points("复核得分")
    verdict = models.CharField("认定结论", max_length=14, choices=Verdict, blank=True)
    plaque = models.CharField("牌匾编号", max_length=40, blank=True)
    plaque_on = models.DateField("授牌日期", null=True, blank=True)
    retested_on = models.DateField("重新验收日期", null=True, blank=True)
    retest_passed = models.BooleanField("重新验收通过", null=True, blank=True)
    revoked_on = models.DateField("撤销日期", null=True, blank=True)
    revoked_for = models.CharField("撤销原因", max_length=300, blank=True)

    objects = KeptManager.from_queryset(FilingQuerySet)()
    everything = FilingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "考评申报"
        constraints = [
            models.UniqueConstraint(fields=["cycle", "organization"], name="filing_unique")
        ]
        indexes = [models.Index(fields=["cycle", "state"], name="filing_states")]

    def __str__(self):
        return f"{self.organization} {self.cycle}"

    @property
    def stage(self) -> Stage:
        """Whose turn it is."""
        return STAGE_OF[State(self.state)]


class FilingItem(Record):
    """What organization, first and second reviewer think of one indicator.

    Points None with the mark 不适用: claimed or found not applicable; None without it:
    not scored yet.
    """

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="items", verbose_name="申报")
    code = models.CharField("指标", max_length=4)
    self_points = _points("自评分")
    self_na = models.BooleanField("自评不适用", default=False)
    self_note = models.CharField("自评说明", max_length=300, blank=True)
    first_points = _points("初审分")
    first_na = models.BooleanField("初审不适用", default=False)
    first_note = models.CharField("初审理由", max_length=300, blank=True)
    second_points = _points("复核分")
    second_na = models.BooleanField("复核不适用", default=False)
    second_note = models.CharField("复核理由", max_length=300, blank=True)

    objects = KeptManager.from_queryset(PartQuerySet)()
    everything = PartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申报指标"
        ordering = ["filing", "code"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "code"], name="filing_item_unique")
        ]

    def __str__(self):
        return f"{self.filing} {self.code}"

    def given(self, stage: str) -> bool:
        """Tell whether the stage has said something."""
        return getattr(self, f"{stage}_na") or getattr(self, f"{stage}_points") is not None


class Evidence(Record):
    """One file that supports the score of an item. The file lies under `key`."""

    item = models.ForeignKey(
        FilingItem, models.CASCADE, related_name="evidence", verbose_name="申报指标"
    )
    name = models.CharField("文件名", max_length=120)
    content_type = models.CharField("类型", max_length=80)
    size = models.PositiveIntegerField("大小（字节）")
    sha256 = models.CharField("校验值", max_length=64)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    added_at = models.DateTimeField("上传时间", default=timezone.now)
    added_by = _user("上传人")

    objects = KeptManager.from_queryset(EvidenceQuerySet)()
    everything = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "佐证材料"
        ordering = ["item", "pk"]

    def __str__(self):
        return self.name


class Decision(Record):
    """The decision meeting of a year, and the public notice of its results."""

    cycle = models.OneToOneField(Cycle, models.PROTECT, related_name="decision")
    met_on = models.DateField("会议日期")
    minutes = models.CharField("会议纪要编号", max_length=60)
    notice_from = models.DateField("公示开始", null=True, blank=True)
    notice_until = models.DateField("公示截止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "认定"

    def __str__(self):
        return f"{self.cycle} 认定"


class Objection(Record):
    """An objection to a published result (异议), and what came of it."""

    class Outcome(models.TextChoices):
        OPEN = "open", "待处理"
        UPHELD = "upheld", "异议成立"
        DISMISSED = "dismissed", "异议不成立"

    filing = models.ForeignKey(
        Filing, models.CASCADE, related_name="objections", verbose_name="申报"
    )
    raised_on = models.DateField("提出日期")
    raised_by = models.CharField("提出人", max_length=60)
    content = models.CharField("异议内容", max_length=500)
    outcome = models.CharField("处理结果", max_length=10, choices=Outcome, default=Outcome.OPEN)
    answer = models.CharField("答复", max_length=500, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)

    objects = KeptManager.from_queryset(PartQuerySet)()
    everything = PartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "异议"
        ordering = ["-raised_on", "-pk"]

    def __str__(self):
        return f"{self.filing} 异议"


class Reopening(Record):
    """Records of a closed year opened for correction until a day (开放更正)."""

    filing = models.ForeignKey(
        Filing, models.CASCADE, related_name="reopenings", verbose_name="申报"
    )
    opened_on = models.DateField("开放日期")
    until = models.DateField("截止日期")
    reason = models.CharField("理由", max_length=200)
    opened_by = _user("开放人")

    objects = KeptManager.from_queryset(PartQuerySet)()
    everything = PartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "开放更正"
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="reopening_in_order",
                condition=Q(opened_on__lte=F("until")),
                violation_error_message="截止日期不能早于开放日期。",
            )
        ]

    def __str__(self):
        return f"{self.filing} 开放更正"


class LookBack(Record):
    """A later look at an organization that passed (回头看)."""

    class Outcome(models.TextChoices):
        KEPT = "kept", "保持达标"
        REVOKED = "revoked", "撤销达标"

    filing = models.ForeignKey(
        Filing, models.CASCADE, related_name="look_backs", verbose_name="申报"
    )
    looked_on = models.DateField("日期")
    team = models.CharField("检查人员", max_length=120)
    finding = models.CharField("检查情况", max_length=500)
    outcome = models.CharField("结论", max_length=10, choices=Outcome)

    objects = KeptManager.from_queryset(PartQuerySet)()
    everything = PartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "回头看"
        ordering = ["-looked_on", "-pk"]

    def __str__(self):
        return f"{self.filing} 回头看"


class Urging(models.Model):
    """A reminder sent to those who are late with a filing (催办)."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="urgings", verbose_name="申报")
    stage = models.CharField("阶段", max_length=10, choices=Stage)
    at = models.DateTimeField("时间", default=timezone.now)
    by = _user("催办人")

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "催办"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.filing} {self.get_stage_display()}"
