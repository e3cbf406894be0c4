"""One record of each state that chance leaves out, all of the year before those that are judged,
so that no figure of these changes.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from activities.models import (
    MONTHS,
    Attendance,
    Cultivation,
    Direction,
    DuesLedger,
    DuesPayer,
    Grade,
    HeartTalk,
    Honour,
    HonourLevel,
    Meeting,
    MeetingStatus,
    MeetingType,
    MemberDues,
    MemberEvaluation,
    PairResult,
    PioneerPlace,
    PioneerPost,
    PioneerResult,
    PioneerReview,
    Presence,
    ReviewResult,
    SecretaryReview,
    TalkRelation,
    Training,
    TrainingCourse,
    TrainingForm,
    TrainingLevel,
    TrainingPlan,
    VolunteerCategory,
    Volunteering,
)
from assessments.workflow.models import Filing, Objection, Reopening, Urging
from assessments.workflow.states import Stage, State
from orgs.models import (
    BackboneLevel,
    Contact,
    ContactWay,
    ExitKind,
    Member,
    Organization,
    Post,
    PostEnd,
    Transfer,
    TransferState,
)
from supervision.models import (
    Category,
    FindingKind,
    ItemState,
    RectificationItem,
    Source,
    VetoFinding,
)

DAY = datetime.timedelta(days=1)
D = datetime.date


def store_before(year: int, today: datetime.date) -> None:
    """Store the records of `year` for one branch that keeps the ledgers they belong to."""
    post = PioneerPost.objects.filter(organization__cultivations__isnull=False)
    branch = post.select_related("organization").order_by("pk")[0].organization
    members = list(Member.objects.filter(organization=branch, left_on=None).order_by("pk")[:3])
    _life(branch, members, year, today)
    _education(branch, year)
    _roles(branch, members, year)
    _supervision(branch, year)
    _register(members[0], year)


def _life(branch: Organization, members: list[Member], year: int, today: datetime.date) -> None:
    for status, day in (
        (MeetingStatus.PLANNED, today + 10 * DAY),
        (MeetingStatus.CANCELLED, today),
    ):
        Meeting.objects.create(
            organization=branch,
            type=MeetingType.LECTURE,
            held_on=day,
            counts_for_year=day.year,
            topic="专题党课",
            status=status,
            entered_on=today,
        )
    meeting = Meeting.objects.create(
        organization=branch,
        type=MeetingType.THEME_DAY,
        held_on=D(year, 10, 15),
        counts_for_year=year,
        topic="参观党史馆",
        chair=members[0].name,
        recorder=members[0].name,
        due=1,
        present=1,
        voters=1,
        voters_present=1,
        entered_on=D(year, 10, 20),
    )
    there = (Presence.PRESENT, Presence.OBSERVER, Presence.EXEMPT)
    for member, presence in zip(members, there, strict=True):
        Attendance.objects.create(meeting=meeting, member=member, presence=presence)
    ledger = DuesLedger.objects.create(organization=branch, year=year)
    for payer, member in zip((DuesPayer.STUDENT, DuesPayer.NO_INCOME), members, strict=False):
        paid = {f"paid_{n}": Decimal("0.2") for n in MONTHS}
        MemberDues.objects.create(
            ledger=ledger, member=member, payer=payer, monthly=Decimal("0.2"), **paid
        )
    for relation, speaker in (
        (TalkRelation.MEMBERS, members[1].name),
        (TalkRelation.SUPERIOR, "上级党委委员"),
    ):
        HeartTalk.objects.create(
            organization=branch,
            held_on=D(year, 11, 5),
            counts_for_year=year,
            speaker_name=speaker,
            member=members[0],
            relation=relation,
            subject="交流思想和工作，征求意见",
        )
    MemberEvaluation.objects.create(
        organization=branch,
        member=members[0],
        year=year,
        own_grade=Grade.BASIC,
        mutual_grade=Grade.UNQUALIFIED,
        grade=Grade.UNQUALIFIED,
        remark="长期不参加组织生活，限期改正",
    )


def _education(branch: Organization, year: int) -> None:
    for level in (TrainingLevel.CITY, TrainingLevel.PROVINCE):
        Training.objects.create(
            organization=branch,
            theme="党组织书记示范培训班",
            form=TrainingForm.CONCENTRATED,
            level=level,
            started_on=D(year, 7, 8),
            ended_on=D(year, 7, 10),
            hours=24,
        )
    plan = TrainingPlan.objects.create(
        organization=branch, year=year, approved_on=D(year, 2, 26), approved_by="党员大会"
    )
    for form in (TrainingForm.ONLINE, TrainingForm.PRACTICE):
        TrainingCourse.objects.create(plan=plan, theme="党史学习", hours=4, form=form, month=5)


def _roles(branch: Organization, members: list[Member], year: int) -> None:
    for result, on in ((ReviewResult.ABSENT, year), (ReviewResult.POOR, year - 1)):
        SecretaryReview.objects.create(
            organization=branch, year=on, secretary=members[0].name, result=result
        )
    begun = {"organization": branch, "party_mentor": members[0].name, "started_on": D(year, 1, 10)}
    for name, end in (("郑晓", PairResult.JOINED), ("苏文", PairResult.ENDED)):
        Cultivation.objects.create(
            name=name,
            direction=Direction.TO_MEMBER,
            result=end,
            result_on=D(year, 12, 1),
            **begun,
        )
    for level in (BackboneLevel.SUBJECT_LEADER, BackboneLevel.MASTER):
        Cultivation.objects.create(
            name=members[2].name,
            member=members[2],
            direction=Direction.TO_BACKBONE,
            result=PairResult.BACKBONE,
            result_level=level,
            result_on=D(year, 12, 1),
            **begun,
        )
    for place in PioneerPlace:
        post = PioneerPost.objects.create(
            organization=branch,
            member=members[1],
            post=f"{place.label}示范岗",
            place=place,
            set_up_on=D(year, 1, 10),
            ended_on=D(year, 12, 20),
        )
        PioneerReview.objects.create(
            pioneer=post, year=year, result=PioneerResult.REVOKED, opinion="岗位调整，撤岗"
        )
    for category in (VolunteerCategory.TEACHING, VolunteerCategory.OTHER):
        Volunteering.objects.create(
            organization=branch,
            held_on=D(year, 9, 20),
            theme="送教下乡",
            category=category,
            hours=3,
        )
    for rank in (HonourLevel.PROVINCE, HonourLevel.NATION):
        Honour.objects.create(
            organization=branch, name="先进基层党组织", level=rank, granted_on=D(year, 7, 1)
        )


def _supervision(branch: Organization, year: int) -> None:
    VetoFinding.objects.create(
        organization=branch,
        kind=FindingKind.DISCIPLINE,
        year=year,
        document=f"云纪〔{year}〕6 号",
        document_on=D(year, 10, 8),
        decided_by="市纪委",
        description="一名班子成员受到撤销党内职务处分。",
    )
    RectificationItem.objects.create(
        organization=branch,
        source=Source.ASSESSMENT,
        found_on=D(year, 4, 20),
        description="年度考评未达标：其他资料不全",
        category=Category.OTHER,
        deadline=D(year, 10, 15),
        state=ItemState.CLOSED,
        closed_on=D(year, 9, 20),
    )


def _register(member: Member, year: int) -> None:
    for way in (ContactWay.VISIT, ContactWay.LETTER, ContactWay.OTHER):
        Contact.objects.create(member=member, held_on=D(year, 6, 10), way=way, by="支部书记")
    Transfer.objects.create(
        member=member,
        sender=member.organization,
        receiver_name="省外某中学党支部",
        state=TransferState.RECALLED,
        sent_on=D(year, 5, 6),
        closed_on=D(year, 5, 20),
        answer="本人放弃调动",
    )
    # Of those who have left, one in each of the ways.
    ways = (
        ExitKind.EXPELLED,
        ExitKind.REMOVED,
        ExitKind.RESIGNED,
        ExitKind.PERSUADED,
        ExitKind.CANCELLED,
    )
    gone = Member.objects.filter(left_kind=ExitKind.MOVED).order_by("pk")
    for left, one in zip(ways, gone[1 : 1 + len(ways)], strict=False):
        Member.objects.filter(pk=one.pk).update(left_kind=left)
    why = (PostEnd.RETIRED, PostEnd.RESIGNED, PostEnd.REMOVED, PostEnd.OTHER)
    ended = Post.objects.exclude(end=None).exclude(end_reason="").order_by("pk")
    for reason, post in zip(why, ended[1 : 1 + len(why)], strict=False):
        Post.objects.filter(pk=post.pk).update(end_reason=reason)


def store_urging(year: int, users: dict[str, User], today: datetime.date) -> None:
    """Store what goes on beside the filings: objections, a correction, a reminder."""
    confirmed = Filing.objects.filter(cycle__year=year, state=State.CONFIRMED).order_by("-pk")
    told: dict[str, Any] = {"raised_by": "匿名", "content": "反映党费公示不完整。"}
    for filing, outcome in zip(
        confirmed[:2], (Objection.Outcome.OPEN, Objection.Outcome.UPHELD), strict=False
    ):
        answered = outcome == Objection.Outcome.UPHELD
        Objection.objects.create(
            filing=filing,
            raised_on=today - 12 * DAY,
            outcome=outcome,
            answer="情况属实，已补充公示，重新复核后维持达标。" if answered else "",
            answered_on=today - 5 * DAY if answered else None,
            **told,
        )
    Reopening.objects.create(
        filing=confirmed[2],
        opened_on=today,
        until=today + 7 * DAY,
        reason="漏录一次党员大会，经核实补录",
        opened_by=users["county_reviewer"],
    )
    late = Filing.objects.filter(cycle__year=year + 1, state=State.DRAFT).order_by("pk")[0]
    Urging.objects.create(filing=late, stage=Stage.SELF, at=timezone.now(), by=users["bureau"])
