"""One person's way from applicant to full member, its half-yearly reviews, its checks."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, Q, Value, When

from accounts.models import Record
from orgs.fields import EncryptedTextField
from orgs.models.members import Education, Member, Sex
from orgs.models.organizations import OfOrganizationQuerySet, Organization
from orgs.personal import cover_id_number
from schools.models import Jurisdiction, School
from schools.scoping import KeptManager, ScopedQuerySet


class DevStage(models.TextChoices):
    """The stages of 发展党员; each begins with a decision (domain: glossary)."""

    APPLICANT = "applicant", "入党申请人"
    ACTIVIST = "activist", "入党积极分子"
    DEVELOPMENT_TARGET = "target", "发展对象"
    PROBATIONARY = "probationary", "预备党员"
    FULL = "full", "正式党员"


class BackboneLevel(models.TextChoices):
    """Levels of key teachers (骨干教师)."""

    BACKBONE = "backbone", "骨干教师"
    SUBJECT_LEADER = "subject_leader", "学科带头人"
    MASTER = "master", "名师"


class Recommendation(models.TextChoices):
    """How an activist was nominated (发展党员工作细则, Article 8)."""

    MEMBERS = "members", "党员推荐"
    ORGANIZATIONS = "organizations", "群团组织推优"


class CaseEnd(models.TextChoices):
    """Why a case ended before confirmation."""

    WITHDRAWN = "withdrawn", "本人撤回申请"
    DROPPED = "dropped", "不再培养"
    MOVED = "moved", "调出本市"
    CANCELLED = "cancelled", "取消预备党员资格"
    DIED = "died", "去世"


class DevelopmentCaseQuerySet(OfOrganizationQuerySet):
    def running(self):
        """Return the cases neither confirmed nor ended."""
        return self.filter(ended_on=None, confirmed_on=None)


class OfCaseQuerySet(ScopedQuerySet):
    scope_lookup = "case__organization__jurisdiction__path"


class DevelopmentCase(Record):
    """One person on the way to membership, in the order of the 25 steps (steps.py).

    The stage follows from the days told, so it cannot differ from them. A person has one
    case that has not ended; the ID number is encrypted like a member's.
    """

    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        related_name="development_cases",
        verbose_name="所在党组织",
    )
    school = models.ForeignKey(
        School, models.PROTECT, null=True, blank=True, verbose_name="所在学校"
    )
    # The member admitted.
    member = models.OneToOneField(
        Member,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="development_case",
        verbose_name="党员",
        editable=False,
    )
    name = models.CharField("姓名", max_length=50, db_index=True)
    sex = models.CharField("性别", max_length=6, choices=Sex)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    birth_date = models.DateField("出生日期")
    id_number = EncryptedTextField("公民身份号码", max_length=18, mask=cover_id_number)
    id_hash = models.CharField(max_length=64, db_index=True, editable=False)
    education = models.CharField("学历", max_length=12, choices=Education, blank=True)
    job = models.CharField("工作岗位", max_length=40, blank=True)
    is_teacher = models.BooleanField("教师", default=False)
    backbone = models.CharField("骨干教师层次", max_length=15, choices=BackboneLevel, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    # 申请入党 (steps 1-2)
    applied_on = models.DateField("递交入党申请书时间")
    first_talk_on = models.DateField("派人谈话时间", null=True, blank=True)
    first_talk_by = models.CharField("谈话人", max_length=50, blank=True)
    # 入党积极分子 (3-6)
    recommendation = models.CharField("推荐方式", max_length=15, choices=Recommendation, blank=True)
    activist_on = models.DateField("确定为入党积极分子时间", null=True, blank=True)
    activist_filed_on = models.DateField("积极分子备案时间", null=True, blank=True)
    # One or two full members, their names parted by 、
    cultivators = models.CharField("培养联系人", max_length=60, blank=True)
    # 发展对象 (7-11)
    target_notice_from = models.DateField("发展对象公示起", null=True, blank=True)
    target_notice_to = models.DateField("发展对象公示止", null=True, blank=True)
    target_on = models.DateField("确定为发展对象时间", null=True, blank=True)
    target_filed_on = models.DateField("发展对象备案时间", null=True, blank=True)
    # Two full members.
    sponsors = models.CharField("入党介绍人", max_length=60, blank=True)
    political_review_on = models.DateField("政治审查时间", null=True, blank=True)
    political_review_passed = models.BooleanField("政治审查合格", null=True, blank=True)
    training_on = models.DateField("集中培训结业时间", null=True, blank=True)
    training_days = models.PositiveSmallIntegerField("集中培训天数", null=True, blank=True)
    training_hours = models.PositiveSmallIntegerField("集中培训学时", null=True, blank=True)
    # 接收预备党员 (12-18)
    committee_review_on = models.DateField("支部委员会审查时间", null=True, blank=True)
    pre_review_on = models.DateField("上级党委预审时间", null=True, blank=True)
    form_number = models.CharField("入党志愿书编号", max_length=30, blank=True)
    admission_notice_from = models.DateField("接收前公示起", null=True, blank=True)
    admission_notice_to = models.DateField("接收前公示止", null=True, blank=True)
    # The branch meeting: the day of joining, and the votes.
    admitted_on = models.DateField("支部大会通过接收时间", null=True, blank=True)
    votes_entitled = models.PositiveSmallIntegerField("应到有表决权党员", null=True, blank=True)
    votes_present = models.PositiveSmallIntegerField("实到有表决权党员", null=True, blank=True)
    votes_for = models.PositiveSmallIntegerField("赞成票", null=True, blank=True)
    superior_talk_on = models.DateField("上级党委派人谈话时间", null=True, blank=True)
    approved_on = models.DateField("上级党委审批时间", null=True, blank=True)
    approval_document = models.CharField("审批文号", max_length=60, blank=True)
    # Approved within six months instead of three, for a special reason.
    approval_is_special = models.BooleanField("特殊情况延长审批", default=False)
    admission_filed_on = models.DateField("组织部门备案时间", null=True, blank=True)
    # 教育考察和转正 (19-25)
    grouped_on = models.DateField("编入党支部（党小组）时间", null=True, blank=True)
    oath_on = models.DateField("入党宣誓时间", null=True, blank=True)
    confirmation_applied_on = models.DateField("提出转正申请时间", null=True, blank=True)
    confirmation_notice_from = models.DateField("转正前公示起", null=True, blank=True)
    confirmation_notice_to = models.DateField("转正前公示止", null=True, blank=True)
    extended_on = models.DateField("支部大会延长预备期时间", null=True, blank=True)
    extended_to = models.DateField("预备期延长至", null=True, blank=True)
    confirmation_meeting_on = models.DateField("支部大会讨论转正时间", null=True, blank=True)
    confirmation_approved_on = models.DateField("转正审批时间", null=True, blank=True)
    # Party age counts from here (党章, Article 7).
    confirmed_on = models.DateField("转正时间", null=True, blank=True)
    archived_on = models.DateField("材料归档时间", null=True, blank=True)
    # The end of a case without confirmation.
    end_kind = models.CharField("终止原因", max_length=10, choices=CaseEnd, blank=True)
    ended_on = models.DateField("终止时间", null=True, blank=True)
    end_note = models.CharField("终止说明", max_length=200, blank=True)

    stage = models.GeneratedField(
        verbose_name="阶段",
        choices=DevStage,
        expression=Case(
            When(confirmed_on__isnull=False, then=Value(DevStage.FULL.value)),
            When(approved_on__isnull=False, then=Value(DevStage.PROBATIONARY.value)),
            When(member__isnull=False, then=Value(DevStage.PROBATIONARY.value)),
            When(target_on__isnull=False, then=Value(DevStage.DEVELOPMENT_TARGET.value)),
            When(activist_on__isnull=False, then=Value(DevStage.ACTIVIST.value)),
            default=Value(DevStage.APPLICANT.value),
        ),
        output_field=models.CharField(max_length=15),
        db_persist=True,
    )

    objects = KeptManager.from_queryset(DevelopmentCaseQuerySet)()
    everything = DevelopmentCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发展党员"
        ordering = ["organization_id", "applied_on", "pk"]
        indexes = [models.Index(fields=["organization", "stage"])]
        constraints = [
            models.UniqueConstraint(
                fields=["id_hash"],
                condition=Q(withdrawn_at=None, ended_on=None),
                name="development_case_id_unique",
                violation_error_message="这个身份证号已有没有终止的发展党员记录。",
            ),
            models.CheckConstraint(
                name="development_case_end",
                condition=Q(ended_on=None, end_kind="")
                | (Q(ended_on__isnull=False) & ~Q(end_kind="")),
                violation_error_message="终止时间和终止原因要一起填。",
            ),
            models.CheckConstraint(
                name="development_case_votes",
                condition=(
                    Q(votes_present=None)
                    | Q(votes_entitled=None)
                    | Q(votes_present__lte=F("votes_entitled"))
                ),
                violation_error_message="实到人数不能多于应到人数。",
            ),
        ]

    def __str__(self):
        return self.name


class ActivistReview(Record):
    """A review (考察) of an activist or a probationary member, due each half-year."""

    case = models.ForeignKey(
        DevelopmentCase, models.CASCADE, related_name="reviews", verbose_name="发展党员"
    )
    reviewed_on = models.DateField("考察时间")
    reviewer = models.CharField("考察人", max_length=50, blank=True)
    conclusion = models.CharField("考察意见", max_length=200, blank=True)

    objects = KeptManager.from_queryset(OfCaseQuerySet)()
    everything = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "半年考察"
        ordering = ["case_id", "reviewed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "reviewed_on"],
                condition=Q(withdrawn_at=None),
                name="activist_review_unique",
                violation_error_message="这一天已经登记过考察。",
            )
        ]

    def __str__(self):
        return f"{self.case} {self.reviewed_on:%Y-%m-%d} 考察"


class DevelopmentCheck(models.Model):
    """What a rule says of a case: kept so that lists and indicator E1 can count by SQL.

    Worked out by checks.py and stored by services.py with every write of the case. Only
    an open check (`met` None) changes with time: after `due_on` it is missed.
    """

    case = models.ForeignKey(DevelopmentCase, models.CASCADE, related_name="checks")
    code = models.CharField(max_length=4)
    # Tells checks of one rule apart (the three notices of R51).
    key = models.CharField(max_length=20)
    due_on = models.DateField(null=True)
    met = models.BooleanField(null=True)

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发展党员时限"
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="development_check_unique")
        ]
        indexes = [models.Index(fields=["met", "due_on"])]

    def __str__(self):
        return f"{self.case_id} {self.key}"


class QuotaQuerySet(ScopedQuerySet):
    scope_lookup = "jurisdiction__path"


class DevelopmentQuota(Record):
    """How many may be admitted in a year below a managing body (发展党员指标), by its document.

    That of a body holds for all below it; one of a body further down divides it.
    """

    jurisdiction = models.ForeignKey(
        Jurisdiction, models.PROTECT, related_name="development_quotas", verbose_name="管理主体"
    )
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    quota = models.PositiveIntegerField("指标数")
    document = models.CharField("下达文号", max_length=60, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    objects = KeptManager.from_queryset(QuotaQuerySet)()
    everything = QuotaQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发展党员指标"
        ordering = ["-year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jurisdiction", "year"],
                condition=Q(withdrawn_at=None),
                name="development_quota_unique",
                violation_error_message="这个管理主体这一年的指标已经登记。",
            )
        ]

    def __str__(self):
        return f"{self.jurisdiction} {self.year} 年发展党员指标"
