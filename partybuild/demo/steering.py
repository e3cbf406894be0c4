"""Money and people for Party work, who covers schools, and how bodies lead and inspect."""

from __future__ import annotations

import datetime
from random import Random
from typing import Any

from orgs.models import OrgKind
from partybuild.demo import names
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.quality import Quality
from schools.models import Jurisdiction, JurisdictionKind, School
from supervision.coverage import Coverage, Covered
from supervision.models import (
    ActionPlan,
    GroupLevel,
    GroupMeeting,
    Inspection,
    InspectionFinding,
    InspectionKind,
    InspectionVisit,
    Instructor,
    LeadingGroup,
    MassKind,
    MassOrganization,
    PartyBudget,
    PartyWorker,
    PlanMeasure,
    PlanTarget,
    RectificationItem,
    WorkMeeting,
    WorkTask,
)

DAY = datetime.timedelta(days=1)
# Share of the organizations that keep budget and workers here.
BACKED = 0.6
TASKS = ("督促各支部补齐三会一课记录", "开展换届前排查", "报送党员培训计划", "核对党费台账")
MEASURES = (
    ("全面排查党组织设置，做到应建尽建", "教育局党建办", 40),
    ("按期换届，届满前六个月提醒", "教育局党建办", 100),
    ("轮训党组织书记和党务工作者", "教师进修学校", 70),
    ("选树党建与教学融合示范校", "教育局基教科", 0),
)
AGENDAS = ("研究年度党建工作要点", "听取标准化建设进展汇报", "研究民办学校党建工作")


class Steering:
    """Draws and stores what belongs to bodies and schools rather than to one organization."""

    def __init__(
        self, quality: Quality, *, years: tuple[int, ...], today: datetime.date, seed: int
    ):
        self.quality, self.years, self.today = quality, years, today
        self.rng = Random(f"{seed}/steering")
        self.budgets: list[PartyBudget] = []
        self.workers: list[PartyWorker] = []

    def draw(self, plan: OrgPlan) -> None:
        """Draw budget lines and workers of an organization."""
        rng = self.rng
        if plan.exclusion in ("kind", "dissolved", "not_founded") or rng.random() > BACKED:
            return
        losses = {year: self.quality.loss(plan, year, "G2") for year in self.years}
        if any(loss >= 1 for loss in losses.values()):
            return
        self.workers.append(
            PartyWorker(
                organization=plan.row,
                name=plan.secretary if rng.random() < 0.3 and plan.secretary else self._name(),
                post=rng.choice(("党务干事", "办公室主任", "组织干事")),
                is_full_time=plan.kind == OrgKind.COMMITTEE or rng.random() < 0.1,
                start=max(datetime.date(self.years[0] - 1, 9, 1), plan.founded_on),
            )
        )
        for year, loss in losses.items():
            if loss < 0.5:
                self.budgets.append(
                    PartyBudget(
                        organization=plan.row,
                        year=year,
                        amount=max(plan.members, 5) * rng.choice((100, 150, 200)),
                        document=f"预算〔{year}〕{rng.randint(1, 20)} 号",
                    )
                )

    def _name(self) -> str:
        return names.person(self.rng, self.rng.random() < 0.5)

    def store(self) -> None:
        """Store everything; schools are read as they stand now."""
        PartyWorker.objects.bulk_create(self.workers, batch_size=1000)
        PartyBudget.objects.bulk_create(self.budgets, batch_size=1000)
        self._cover()
        bodies = Jurisdiction.objects.filter(
            kind__in=(JurisdictionKind.CITY_EDU_BUREAU, JurisdictionKind.COUNTY_EDU_BUREAU)
        )
        for body in bodies:
            self._groups(body)
            self._plan(body)
            self._meetings(body)
            self._inspections(body)

    def _cover(self) -> None:
        """Send instructors to schools without an organization, found mass organizations."""
        rng, coverage = self.rng, Coverage.read(self.today)
        sent: list[Instructor] = []
        mass: list[MassOrganization] = []
        for school in School.objects.filter(closed_on=None).select_related("jurisdiction"):
            since = datetime.date(self.years[0], rng.randint(1, 10), rng.randint(1, 28))
            bare = coverage.of(school.pk) == Covered.NONE
            if bare and rng.random() < 0.6:
                sent.append(
                    Instructor(
                        school=school,
                        name=self._name(),
                        sent_by=school.jurisdiction.short_name,
                        document=f"教党组〔{since.year}〕{rng.randint(1, 30)} 号",
                        start=since,
                    )
                )
            if rng.random() < (0.5 if bare else 0.3):
                mass += [
                    MassOrganization(
                        school=school,
                        kind=kind,
                        head=self._name(),
                        people=max(3, (school.staff or 6) // 2),
                        start=datetime.date(rng.randint(2008, 2022), 9, 10),
                    )
                    for kind in rng.sample(list(MassKind), rng.randint(1, 2))
                ]
        Instructor.objects.bulk_create(sent, batch_size=1000)
        MassOrganization.objects.bulk_create(mass, batch_size=1000)

    def _groups(self, body: Jurisdiction) -> None:
        """Found the leading groups of a body and of one of its schools, with their meetings."""
        rng, city = self.rng, body.kind == JurisdictionKind.CITY_EDU_BUREAU
        place = "全市" if city else body.short_name.split("教育")[0].removesuffix("委")
        day = datetime.date(self.years[0] - 1, 3, rng.randint(1, 28))
        told: dict[str, Any] = {
            "document": f"办发〔{day.year}〕{rng.randint(3, 30)} 号",
            "set_up_on": day,
            "deputies": f"{self._name()}（副书记）、{self._name()}（组织部部长）",
            "members": "\n".join(
                f"{self._name()} {post}"
                for post in ("教育局局长", "宣传部副部长", "人社局副局长", "民政局副局长")
            ),
            "office": "教育局党建办公室",
            "office_head": self._name(),
        }
        group = LeadingGroup.objects.create(
            level=GroupLevel.CITY if city else GroupLevel.COUNTY,
            jurisdiction=body,
            name=f"{place}中小学校党建工作领导小组",
            head=f"{self._name()}（{'市委书记' if city else '县（区）委书记'}）",
            **told,
        )
        school = School.objects.inside(body).filter(closed_on=None).order_by("pk").first()
        groups = [group]
        if school:
            told |= {"members": f"{self._name()} 副校长\n{self._name()} 工会主席"}
            told |= {"deputies": f"{self._name()}（副书记）", "office": "学校党政办公室"}
            groups.append(
                LeadingGroup.objects.create(
                    level=GroupLevel.SCHOOL,
                    school=school,
                    name=f"{school.name}党建工作领导小组",
                    head=f"{school.principal or self._name()}（党组织书记）",
                    **told,
                )
            )
        GroupMeeting.objects.bulk_create(
            GroupMeeting(
                group=one,
                held_on=held,
                agenda=agenda,
                decisions="原则同意，由办公室分解任务",
                follow_up="已印发任务清单" if held + 30 * DAY < self.today else "",
            )
            for one in groups
            for year in self.years
            for held, agenda in zip(
                (datetime.date(year, month, rng.randint(1, 28)) for month in (2, 6, 10)),
                AGENDAS,
                strict=True,
            )
            if held <= self.today
        )

    def _plan(self, body: Jurisdiction) -> None:
        """Issue a three-year plan with targets and measures."""
        rng, first = self.rng, self.years[0]
        plan = ActionPlan.objects.create(
            jurisdiction=body,
            title=f"中小学校党建工作三年行动计划（{first}—{first + 2} 年）",
            first_year=first,
            issued_by=body.short_name,
            document=f"教党〔{first}〕{rng.randint(2, 20)} 号",
            issued_on=datetime.date(first, 1, rng.randint(8, 28)),
        )
        base = rng.randint(18, 60)
        PlanTarget.objects.bulk_create(
            [
                PlanTarget(
                    plan=plan,
                    name="标准化建设达标率",
                    unit="%",
                    base=base,
                    goal_1=base + 8,
                    goal_2=base + 18,
                    goal_3=min(base + 30, 95),
                    reached_1=base + rng.randint(3, 10),
                ),
                PlanTarget(
                    plan=plan,
                    name="党组织书记轮训",
                    unit="人次",
                    base=0,
                    goal_1=40,
                    goal_2=80,
                    goal_3=120,
                    reached_1=rng.randint(30, 45),
                ),
            ]
        )
        PlanMeasure.objects.bulk_create(
            PlanMeasure(
                plan=plan,
                text=text,
                department=department,
                deadline=datetime.date(first + rng.choice((1, 1, 2)), rng.choice((6, 12)), 28),
                progress=progress,
                notes=f"{first} 年四季度：已部署\n{first + 1} 年一季度：按计划推进"
                if progress
                else "",
            )
            for text, department, progress in MEASURES
        )

    def _meetings(self, body: Jurisdiction) -> None:
        """Hold a work meeting in most months."""
        rng = self.rng
        held: list[WorkMeeting] = []
        for year in self.years:
            for month in range(1, 13):
                day = datetime.date(year, month, rng.randint(3, 8))
                if day <= self.today and rng.random() < 0.85:
                    held.append(
                        WorkMeeting(
                            jurisdiction=body,
                            held_on=day,
                            place="机关三楼会议室",
                            chair=self._name(),
                            present=rng.randint(9, 24),
                            previous="上月任务基本完成" if month > 1 else "",
                            problems=rng.choice(("个别支部记录不规范", "部分学校换届准备不足", "")),
                        )
                    )
        WorkMeeting.objects.bulk_create(held)
        tasks = []
        for meeting in held:
            for text in rng.sample(TASKS, 2):
                deadline = meeting.held_on + 25 * DAY
                done = deadline - rng.randint(0, 9) * DAY
                is_done = done <= self.today and rng.random() < 0.85
                tasks.append(
                    WorkTask(
                        meeting=meeting,
                        text=text,
                        owner=self._name(),
                        deadline=deadline,
                        done_on=done if is_done else None,
                        result="已完成" if is_done else "",
                    )
                )
        WorkTask.objects.bulk_create(tasks, batch_size=1000)

    def _inspections(self, body: Jurisdiction) -> None:
        """Inspect where problems on the ledger were found by an inspection."""
        rng = self.rng
        known = RectificationItem.objects.inside(body).filter(source="inspection")
        for number, kind in enumerate(InspectionKind):
            year = self.years[number % len(self.years)]
            items = list(
                known.filter(found_on__year=year).order_by("pk")[number * 4 : number * 4 + 4]
            )
            if not items:
                continue
            first = min(item.found_on for item in items)
            inspection = Inspection.objects.create(
                jurisdiction=body,
                title=f"{year} 年中小学校党建工作{kind.label}",
                kind=kind,
                start=first,
                end=max(item.found_on for item in items),
                leader=self._name(),
                team=f"{self._name()}、{self._name()}",
                methods="听汇报、查资料、看阵地、访师生",
                plan="对照评分标准逐项检查，现场反馈",
            )
            for item in items:
                visit = InspectionVisit.objects.create(
                    inspection=inspection,
                    organization=item.organization,
                    visited_on=item.found_on,
                    score=rng.randint(70, 96),
                    feedback_on=item.found_on + DAY,
                    feedback="现场反馈，限期整改",
                )
                InspectionFinding.objects.create(
                    visit=visit,
                    description=item.description,
                    severity=item.severity,
                    item=item,
                )
                if rng.random() < 0.3:
                    InspectionFinding.objects.create(visit=visit, description="会议记录字迹不清")
