"""Surveys, problems put right, findings and the weak list of both years."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from random import Random

from partybuild.demo import names
from partybuild.demo.organizations import OrgPlan
from partybuild.demo.outcomes import Outcome
from partybuild.demo.quality import Quality
from schools.models import SchoolStage
from supervision.models import (
    AskedGroup,
    Category,
    FindingKind,
    ItemState,
    RectificationItem,
    RectificationNote,
    Severity,
    Source,
    Survey,
    VetoFinding,
    WeakListing,
)

DAY = datetime.timedelta(days=1)
# Shares of the organizations that survey, that have problems on the ledger, that are on the
# weak list, and of those that fail which have a finding against them.
SURVEYED, WITH_ITEMS, WEAK, FOUND = 0.6, 0.45, 0.012, 0.02
# Satisfied of a hundred, for no loss of points, a quarter, half, all.
LEVELS = ((91, 98), (81, 89), (71, 79), (61, 69))
PROBLEMS: dict[Category, tuple[str, ...]] = {
    Category.BUSINESS_FIRST: (
        "班子会议研究教学多，专题研究党建只有一次",
        "党建工作没有列入学校年度工作计划",
    ),
    Category.ONE_WAY_TRAINING: ("党员培训以集中读文件为主，形式单一", "没有安排现场教学和实践培训"),
    Category.WEAK_FUSION: ("党建与教研活动各做各的，没有融合项目", "党员教师示范课没有记录"),
    Category.ORG_LIFE: ("有两个月没有支委会记录", "主题党日没有在固定日开展", "党课没有讲稿"),
    Category.TEAM: ("纪检委员空缺没有补选", "换届材料没有归档"),
    Category.MEMBERS: ("流动党员没有按季度联系", "党员学时登记不全"),
    Category.DEVELOPMENT: ("积极分子半年考察缺一次", "公示期不足五个工作日"),
    Category.LEDGERS: ("会议记录缺主持人和记录人", "党务公开栏没有及时更新"),
    Category.BACKING: ("活动室没有入党誓词", "年度预算没有党建经费"),
}
SOURCES = (
    (Source.INSPECTION, 5),
    (Source.SELF_CHECK, 4),
    (Source.PATROL, 1),
    (Source.DEMOCRATIC_LIFE, 2),
    (Source.MASSES, 1),
)
FACTS = {
    FindingKind.FALSIFIED: "三次会议的签到为事后补签，时间不实",
    FindingKind.ADMISSION: "接收预备党员前没有公示，没有预审",
    FindingKind.DISCIPLINE: "班子成员受撤销党内职务处分",
    FindingKind.INCIDENT: "发生校园安全责任事故，党组织负有领导责任",
}


class Supervision:
    """Draws what is found out about the organizations of the city, one after another."""

    def __init__(
        self,
        quality: Quality,
        outcomes: Mapping[int, Mapping[str, Outcome]],
        *,
        years: tuple[int, ...],
        today: datetime.date,
        seed: int,
    ):
        self.quality, self.outcomes, self.years = quality, outcomes, years
        self.today, self.seed = today, seed
        self.surveys: list[Survey] = []
        self.items: list[RectificationItem] = []
        self.notes: list[RectificationNote] = []
        self.findings: list[VetoFinding] = []
        self.weak: list[WeakListing] = []

    def draw(self, plan: OrgPlan) -> None:
        """Draw what there is about one organization."""
        if plan.exclusion in ("kind", "dissolved", "not_founded"):
            return
        rng = Random(f"{self.seed}/supervision/{plan.name}")
        surveyed, with_items = rng.random() < SURVEYED, rng.random() < WITH_ITEMS
        for year in self.years:
            if plan.founded_on.year >= year:
                continue
            if surveyed:
                self._survey(plan, year, rng)
            if with_items:
                self._items(plan, year, rng)
        self._against(plan, rng)

    def _fails(self, plan: OrgPlan, year: int) -> bool:
        return not self.outcomes[year][plan.name].passes

    # Surveys -----------------------------------------------------------------------

    def _survey(self, plan: OrgPlan, year: int, rng: Random) -> None:
        loss = self.quality.loss(plan, year, "G4")
        level = LEVELS[0 if loss < 0.25 else 1 if loss < 0.5 else 2 if loss < 1 else 3]
        groups = [AskedGroup.TEACHERS]
        others = [AskedGroup.PARENTS, AskedGroup.MEMBERS]
        if plan.school.stage != SchoolStage.KINDERGARTEN:
            others.append(AskedGroup.STUDENTS)
        groups.append(rng.choice(others))
        day = datetime.date(year, rng.choice((6, 10, 11)), rng.randint(3, 20))
        if day > self.today:
            return
        # A few of those that fail anyhow have lost the people they are for.
        lost = self._fails(plan, year) and rng.random() < 0.01
        for group in groups:
            asked = rng.randint(36, 180)
            valid = asked - rng.randint(0, asked // 4)
            share = rng.randint(45, 57) if lost else rng.randint(*level)
            content = -(-share * valid // 100)
            if lost:
                content = share * valid // 100
            very = content * rng.randint(40, 70) // 100
            rest = valid - content
            low = rest // 5
            self.surveys.append(
                Survey(
                    organization=plan.row,
                    year=year,
                    group=group,
                    surveyed_on=day,
                    asked=asked,
                    valid=valid,
                    very_satisfied=very,
                    satisfied=content - very,
                    fair=rest - low,
                    dissatisfied=low,
                )
            )
        if rng.random() < 0.04:
            # Too few answers: listed, and counted nowhere.
            self.surveys.append(
                Survey(
                    organization=plan.row,
                    year=year,
                    group=AskedGroup.PARENTS,
                    surveyed_on=day - 5 * DAY,
                    asked=60,
                    valid=3,
                    satisfied=2,
                    fair=1,
                )
            )

    # Problems put right --------------------------------------------------------------

    def _items(self, plan: OrgPlan, year: int, rng: Random) -> None:
        loss = self.quality.loss(plan, year, "G5")
        count = rng.randint(1, 4)
        late = int(loss * count + 1e-9)
        for number in range(count):
            found = datetime.date(year, rng.randint(1, 8), rng.randint(1, 28))
            deadline = found + rng.choice((30, 60, 90)) * DAY
            if found > self.today:
                continue
            self.items.append(self._item(plan, found, deadline, number < late, loss >= 0.5, rng))
        if year == self.today.year and rng.random() < 0.5:
            # Something under way, not due yet.
            found = self.today - rng.randint(5, 40) * DAY
            item = self._item(
                plan, found, self.today + rng.randint(10, 60) * DAY, False, False, rng
            )
            item.state, item.closed_on, item.reviewer, item.recheck = (
                rng.choice((ItemState.OPEN, ItemState.WORKING, ItemState.REVIEW)),
                None,
                "",
                "",
            )
            self._shorten(item)
            self.items.append(item)

    def _shorten(self, item: RectificationItem) -> None:
        """Leave of the course of an item what fits the state it is in."""
        told = [note for note in self.notes if note.item is item]
        keep = {ItemState.OPEN: 0, ItemState.WORKING: 1, ItemState.REVIEW: 2}[ItemState(item.state)]
        if item.state != ItemState.REVIEW:
            item.asked_on, item.evidence = None, ""
        elif item.asked_on is None:
            item.asked_on = self.today - DAY
            self._note(item, item.asked_on, "申请销号", item.measures)
        for note in told[keep:]:
            self.notes.remove(note)

    def _item(
        self,
        plan: OrgPlan,
        found: datetime.date,
        deadline: datetime.date,
        late: bool,
        may_last: bool,
        rng: Random,
    ) -> RectificationItem:
        category = rng.choice(list(PROBLEMS))
        source = rng.choices([s for s, _ in SOURCES], [weight for _, weight in SOURCES])[0]
        item = RectificationItem(
            organization=plan.row,
            source=source,
            found_on=found,
            description=rng.choice(PROBLEMS[category]),
            category=category,
            severity=rng.choices(list(Severity), (7, 2, 1))[0],
            responsible=plan.secretary or plan.row.contact,
            deadline=deadline,
            measures="列出清单，逐条补齐，支部委员会研究后公示",
        )
        closed = deadline - rng.randint(0, 15) * DAY
        if late:
            closed = deadline + rng.randint(5, 85) * DAY
            if may_last and rng.random() < 0.4:
                # Never put right.
                closed = datetime.date.max
        closed = max(closed, found + DAY)
        if closed <= min(self.today, deadline + 85 * DAY):
            item.state, item.closed_on = ItemState.CLOSED, closed
            item.asked_on = max(found, closed - 3 * DAY)
            item.evidence = f"支部台账 {closed.year} 年第 {rng.randint(1, 6)} 册"
            item.reviewer, item.recheck = (
                names.person(rng, rng.random() < 0.5),
                "整改到位，同意销号",
            )
            self._note(item, found + (closed - found) // 2, "整改进展", "已完成清单中的前两条")
            self._note(item, item.asked_on, "申请销号", item.measures)
            self._note(item, closed, "复核销号", item.recheck, item.reviewer)
        else:
            item.state = rng.choice((ItemState.OPEN, ItemState.WORKING))
        return item

    def _note(
        self, item: RectificationItem, day: datetime.date, title: str, text: str, name: str = ""
    ) -> None:
        self.notes.append(
            RectificationNote(
                item=item,
                day=day,
                title=title,
                text=text,
                author_name=name or item.responsible,
            )
        )

    # Findings and the weak list -------------------------------------------------------

    def _against(self, plan: OrgPlan, rng: Random) -> None:
        last = self.years[0]
        unit = plan.unit.name
        for year in self.years:
            day = datetime.date(year, rng.randint(3, 10), rng.randint(1, 28))
            if self._fails(plan, year) and rng.random() < FOUND and day <= self.today:
                kind = rng.choice(list(FindingKind))
                self.findings.append(
                    VetoFinding(
                        organization=plan.row,
                        kind=kind,
                        year=year,
                        document=f"云教党〔{year}〕{rng.randint(5, 40)} 号",
                        document_on=day,
                        decided_by=f"{unit}教育局党组织" if unit != "直属学校" else "市教育局党组",
                        description=FACTS[kind],
                    )
                )
        if rng.random() >= WEAK:
            return
        listed = datetime.date(last, rng.randint(2, 5), rng.randint(1, 28))
        gone = listed + rng.randint(120, 200) * DAY
        stays = all(self._fails(plan, year) for year in self.years) and rng.random() < 0.7
        self.weak.append(
            WeakListing(
                organization=plan.row,
                listed_on=listed,
                listing_document=f"云组发〔{last}〕{rng.randint(3, 30)} 号",
                cause=rng.choice(("书记长期不在岗，组织生活停滞", "班子不团结，群众反映强烈")),
                helper=names.person(rng, rng.random() < 0.5),
                removed_on=None if stays else gone,
                removal_document="" if stays else f"云组发〔{last}〕{rng.randint(40, 60)} 号",
            )
        )

    def store(self) -> None:
        """Store everything in bulk."""
        Survey.objects.bulk_create(self.surveys, batch_size=1000)
        RectificationItem.objects.bulk_create(self.items, batch_size=1000)
        for note in self.notes:
            note.item_id = note.item.pk
        RectificationNote.objects.bulk_create(self.notes, batch_size=1000)
        VetoFinding.objects.bulk_create(self.findings, batch_size=500)
        WeakListing.objects.bulk_create(self.weak, batch_size=500)
