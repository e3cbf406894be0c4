"""The pages of reviews, cultivation, model posts, volunteering and honours."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from activities.entry import Acceptance
from activities.keeping.pages import ChildPages, OrganizationRecordPages, day_of
from activities.models import (
    Cultivation,
    Honour,
    PairResult,
    PioneerPost,
    PioneerReview,
    SecretaryReview,
    StaffCount,
    StageReview,
    VolunteerHours,
    Volunteering,
)
from activities.participants import Participants
from activities.roles.forms import (
    CultivationForm,
    HonourForm,
    PioneerForm,
    PioneerReviewForm,
    SecretaryReviewForm,
    StaffCountForm,
    StageReviewForm,
    VolunteeringForm,
)
from orgs.sections import Section, link, organization_fact
from schools.facts import Fact

# Records of one year; and those that go on, whose reviews are of a year.
KIND, LASTING = "roles", "lasting_roles"
WITH_MEMBER = ("organization__jurisdiction__place", "member")


class SecretaryReviewPages(OrganizationRecordPages):
    slug = "secretary_review"
    model = SecretaryReview
    form_class = SecretaryReviewForm
    title = "书记述职评议"
    list_url, list_label = "secretary_reviews", "书记述职评议"
    kind, dated = KIND, "year"
    new_lead = "由管理主体登记上级的评议结果；党组织自己不能填"

    def may_edit(self, user, record):
        return super().may_edit(user, record) and Acceptance(user)(record.organization)

    def editable(self, request, pk):
        record = super().editable(request, pk)
        if not Acceptance(request.user)(record.organization):
            raise PermissionDenied("述职评议结果由管理主体登记，党组织自己不能修改。")
        return record

    def name(self, record):
        return f"{record.organization.short_name} {record.year} 年书记述职评议"

    def lead(self, record):
        return f"{record.secretary}，{record.get_result_display()}"

    def facts(self, record):
        return [
            organization_fact(record.organization),
            Fact("年度", str(record.year)),
            Fact("书记", record.secretary),
            Fact("评议结果", record.get_result_display()),
            Fact("评议时间", record.reviewed_on),
            Fact("文号或纪要号", record.document),
            Fact("点评指出的问题", record.problems),
        ]


class StaffCountPages(OrganizationRecordPages):
    slug = "staff_count"
    model = StaffCount
    form_class = StaffCountForm
    title = "双培台账"
    list_url, list_label = "cultivations", "双培工程"
    kind, dated = KIND, "year"
    new_lead = "每年登记一次教师、骨干教师和其中的党员数，核对骨干教师中党员的比例"

    def name(self, record):
        return f"{record.organization.short_name}{record.year}年双培台账"

    def facts(self, record):
        def share(part, whole):
            return f"{(200 * part + whole) // (2 * whole)}%" if whole else ""

        return [
            organization_fact(record.organization),
            Fact("年度", str(record.year)),
            Fact("教师数", record.teachers),
            Fact(
                "其中党员", record.member_teachers, share(record.member_teachers, record.teachers)
            ),
            Fact("骨干教师数", record.backbone),
            Fact(
                "其中党员骨干",
                record.member_backbone,
                share(record.member_backbone, record.backbone),
            ),
        ]


class CultivationPages(OrganizationRecordPages):
    slug = "cultivation"
    model = Cultivation
    form_class = CultivationForm
    title = "双培对象"
    list_url, list_label = "cultivations", "双培工程"
    related = WITH_MEMBER
    kind, dated, lasts = LASTING, "started_on", True
    new_lead = "一人一条：培养方向、两位导师和计划；阶段考核在他的页面上登记"

    def lead(self, record):
        return f"{record.organization.short_name}，{record.get_direction_display()}"

    def facts(self, record):
        return [
            organization_fact(record.organization),
            Fact("培养方向", record.get_direction_display()),
            Fact("党员导师", record.party_mentor),
            Fact("业务导师", record.teaching_mentor),
            Fact("结对时间", record.started_on),
            Fact("培养计划", record.plan),
            Fact("结果", record.get_result_display(), record.get_result_level_display()),
            *([Fact("结果时间", record.result_on)] if record.result != PairResult.RUNNING else []),
            Fact("备注", record.remark),
        ]

    def sections(self, record, user, day):
        may = self.may_change_now(user, record)
        return [
            Section(
                "reviews",
                "阶段考核",
                ("考核时间", "阶段", "考核意见"),
                [
                    (
                        link("stage_review_edit", one.pk, day_of(one.reviewed_on))
                        if may
                        else day_of(one.reviewed_on),
                        one.stage,
                        one.conclusion,
                    )
                    for one in record.reviews.filter(withdrawn_at=None)
                ],
                empty="还没有登记考核。每年至少考核一次。",
            )
        ]

    def acts(self, record):
        return [("登记考核", f"{reverse('stage_review_new')}?cultivation={record.pk}")]


class StageReviewPages(ChildPages):
    slug = "stage_review"
    model = StageReview
    form_class = StageReviewForm
    title = "双培考核"
    list_url, list_label = "cultivations", "双培工程"
    related = ("cultivation__organization__jurisdiction__place",)
    kind, parent, parent_pages = KIND, "cultivation", CultivationPages

    def years(self, record):
        return frozenset({record.reviewed_on.year})


class PioneerPages(OrganizationRecordPages):
    slug = "pioneer"
    model = PioneerPost
    form_class = PioneerForm
    title = "党员先锋岗"
    list_url, list_label = "pioneers", "党员先锋岗"
    related = WITH_MEMBER
    kind, dated, lasts = LASTING, "set_up_on", True
    new_lead = "一个岗一条；每年的评议在岗位的页面上登记"

    def lead(self, record):
        return f"{record.organization.short_name}，{record.member.name}"

    def name(self, record):
        return f"{record.member.name}：{record.post}"

    def facts(self, record):
        return [
            organization_fact(record.organization),
            Fact("党员", record.member.name, url=reverse("member", args=[record.member_id])),
            Fact("岗位", record.post),
            Fact("设岗位置", record.get_place_display()),
            Fact("岗位承诺", record.pledge),
            Fact("设岗时间", record.set_up_on),
            Fact("牌号", record.plaque),
            Fact("撤岗时间", day_of(record.ended_on) or "在岗"),
            Fact("备注", record.remark),
        ]

    def sections(self, record, user, day):
        may = self.may_change_now(user, record)
        return [
            Section(
                "reviews",
                "年度评议",
                ("年度", "评议结果", "评议时间", "评议意见"),
                [
                    (
                        link("pioneer_review_edit", one.pk, f"{one.year} 年")
                        if may
                        else f"{one.year} 年",
                        one.get_result_display(),
                        day_of(one.reviewed_on),
                        one.opinion,
                    )
                    for one in record.reviews.filter(withdrawn_at=None)
                ],
                empty="还没有评议。每年评议一次。",
            )
        ]

    def acts(self, record):
        return [("登记评议", f"{reverse('pioneer_review_new')}?pioneer={record.pk}")]


class PioneerReviewPages(ChildPages):
    slug = "pioneer_review"
    model = PioneerReview
    form_class = PioneerReviewForm
    title = "先锋岗评议"
    list_url, list_label = "pioneers", "党员先锋岗"
    related = ("pioneer__organization__jurisdiction__place", "pioneer__member")
    kind, parent, parent_pages = KIND, "pioneer", PioneerPages

    def years(self, record):
        return frozenset({record.year})


class VolunteeringPages(OrganizationRecordPages):
    slug = "volunteering"
    model = Volunteering
    form_class = VolunteeringForm
    title = "志愿服务"
    list_url, list_label = "volunteerings", "志愿服务"
    kind, dated = KIND, "held_on"
    further = (("volunteering_members", "登记参加党员"),)
    new_lead = "一次活动一条；保存后登记参加的党员和时长"

    def name(self, record):
        return record.theme

    def lead(self, record):
        return f"{record.organization.short_name}，{record.held_on:%Y-%m-%d}"

    def facts(self, record):
        return [
            organization_fact(record.organization),
            Fact("时间", record.held_on),
            Fact("类别", record.get_category_display()),
            Fact("服务时长（小时）", f"{record.hours.normalize():f}"),
            Fact("地点", record.place),
            Fact("合作单位", record.partner),
            Fact("组织者", record.organizer),
            Fact("备注", record.remark),
        ]

    def sections(self, record, user, day):
        rows = VolunteerHours.objects.visible_to(user).filter(volunteering=record)
        people = list(rows.select_related("member").defer("member__id_number", "member__phone"))
        total = sum((row.hours for row in people), 0)
        return [
            Section(
                "members",
                "参加党员",
                ("姓名", "时长（小时）"),
                [(row.member.name, f"{row.hours.normalize():f}") for row in people],
                note=f"{len(people)} 名，共 {total.normalize():f} 小时" if people else "",
                empty="还没有登记参加的党员。",
            )
        ]


class VolunteeringMembers(Participants):
    slug = "volunteering_members"
    action = "volunteering.members"
    pages = VolunteeringPages()
    model = VolunteerHours
    relation, day = "volunteering", "held_on"
    unit, title = "时长（小时）", "登记参加党员"


class HonourPages(OrganizationRecordPages):
    slug = "honour"
    model = Honour
    form_class = HonourForm
    title = "先进典型"
    list_url, list_label = "honours", "先进典型"
    related = WITH_MEMBER
    kind, dated = LASTING, "granted_on"
    new_lead = "党组织或党员获得的荣誉，一项一条"

    def lead(self, record):
        return f"{record.organization.short_name}，{record.holder}"

    def facts(self, record):
        return [
            organization_fact(record.organization),
            Fact("获得者", record.holder),
            Fact("级别", record.get_level_display()),
            Fact("授予时间", record.granted_on),
            Fact("授予单位", record.granted_by),
            Fact("文号", record.document),
            Fact("事迹摘要", record.deeds),
        ]
