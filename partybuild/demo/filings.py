"""The way through the assessment: last year's to its end, this year's just begun."""

from __future__ import annotations

import datetime
from decimal import Decimal
from random import Random

from django.utils import timezone

from accounts.bulk import insert_records
from accounts.models import User
from assessments.models import Assessment, Cycle, Indicator, ReviewedScore, Verdict
from assessments.workflow.filing import items_to_score
from assessments.workflow.models import (
    Decision,
    Filing,
    FilingItem,
    LookBack,
    Objection,
    Schedule,
)
from assessments.workflow.sampling import Candidate, Draw, draw
from assessments.workflow.states import State
from orgs.development.calendar import working_days_on

DAY = datetime.timedelta(days=1)
# Notes an organization writes beside its own score.
NOTES = ("材料齐全", "按制度落实，有记录", "见附件清单", "全年开展，有总结")
CUTS = ("佐证材料不足", "缺第三季度记录", "制度没有上墙", "与现场核对不一致")
# This year some have begun to score themselves, and of these some have handed in:
# how many in a hundred, and by state.
BEGUN = 20
EARLY = (
    (State.SUBMITTED, 4),
    (State.RETURNED, 1),
    (State.FIRST_REVIEWED, 2),
    (State.RE_REVIEWED, 2),
)
REVIEWED = (State.FIRST_REVIEWED, State.RE_REVIEWED)


def _at(day: datetime.date, hour: int = 10) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))


class Filings:
    """Draws the filings of one year for all organizations that were due."""

    def __init__(self, cycle: Cycle, users: dict[str, User], *, today: datetime.date, seed: int):
        self.cycle, self.users, self.today = cycle, users, today
        self.rng = Random(f"{seed}/filings/{cycle.year}")
        self.filings: list[Filing] = []
        self.items: list[FilingItem] = []
        self.indicators = list(cycle.standard.indicators.all())
        self.manual = [one for one in self.indicators if one.kind == Indicator.Kind.MANUAL]

    def build(self) -> int:
        """Store schedule, filings and items of the year; return how many filings."""
        rows = list(
            Assessment.objects.filter(cycle=self.cycle, exclusion="")
            .order_by("organization_id")
            .only("organization_id", "unit_id", "final", "verdict", "is_vetoed", "kind")
        )
        if self.cycle.is_confirmed:
            self._last_year(rows)
        else:
            self._this_year(rows)
        insert_records(self.filings)
        if self.items:
            for item in self.items:
                item.filing_id = item.filing.pk
            insert_records(self.items)
        return len(self.filings)

    # -- last year: decided, published, confirmed ------------------------------------------

    def _last_year(self, rows: list[Assessment]) -> None:
        after = self.cycle.year + 1
        day = datetime.date
        schedule = Schedule.objects.create(
            cycle=self.cycle,
            self_from=day(after, 1, 5),
            self_until=day(after, 1, 25),
            first_until=day(after, 2, 28),
            second_until=day(after, 3, 31),
            decide_until=day(after, 4, 15),
            seed=f"{self.cycle.year}-yunling",
        )
        met_on = self.cycle.confirmed_on or day(after, 4, 15)
        start = met_on - 9 * DAY
        Decision.objects.create(
            cycle=self.cycle,
            met_on=start - DAY,
            minutes=f"云教党纪〔{after}〕2 号",
            notice_from=start,
            notice_until=working_days_on(start - DAY, schedule.notice_days),
        )
        drawn = draw(
            [
                Candidate(r.organization_id, r.unit_id, int((r.final or 0) * 100), r.is_vetoed)
                for r in rows
            ],
            seed=schedule.seed,
            percent=schedule.sample_percent,
            pass_line=int(self.cycle.standard.pass_line * 100),
            margin=int(schedule.margin * 100),
        )
        given: dict[int, dict[str, Decimal | None]] = {}
        for organization, code, points in ReviewedScore.objects.filter(
            cycle=self.cycle, code__in=[one.code for one in self.manual]
        ).values_list("organization", "code", "points"):
            given.setdefault(organization, {})[code] = points
        for row in rows:
            self._confirmed(row, schedule, drawn.get(row.organization_id, ""), given)

    def _confirmed(
        self,
        row: Assessment,
        schedule: Schedule,
        drawn: str,
        given: dict[int, dict[str, Decimal | None]],
    ) -> None:
        rng, users = self.rng, self.users
        handed_in = schedule.self_from + rng.randrange(3, 20) * DAY
        final = row.final or Decimal(0)
        gap = Decimal(rng.choice((0, 0, 50, 100, 150, 250))) / 100
        passed = row.verdict == Verdict.COMPLIANT
        state = State.CONFIRMED
        if not passed and rng.random() < 0.6:
            state = State.RECTIFYING
        filing = Filing(
            cycle=self.cycle,
            organization_id=row.organization_id,
            state=state,
            since=_at(self.cycle.confirmed_on or self.today),
            self_by=users["county"],
            submitted_by=users["county"],
            submitted_at=_at(handed_in),
            first_by=users["county_reviewer"],
            first_at=_at(schedule.first_until - rng.randrange(1, 20) * DAY, 15),
            drawn=drawn,
            self_total=min(Decimal(100), final + gap),
            first_total=final,
            second_total=final,
            verdict=row.verdict,
        )
        if drawn:
            filing.second_by = users["bureau"]
            filing.second_at = _at(schedule.second_until - rng.randrange(1, 20) * DAY, 9)
        if state == State.RECTIFYING:
            filing.due_on = datetime.date(self.cycle.year + 1, 10, 15)
        if passed:
            filing.plaque = f"云党标{self.cycle.year}-{row.organization_id:05d}"
            filing.plaque_on = self.cycle.confirmed_on
        self.filings.append(filing)
        for one in self.manual:
            if row.kind not in one.applies or row.kind in one.rolls_up:
                continue
            points = given.get(row.organization_id, {}).get(one.code)
            if points is None:
                continue
            own = min(one.points, points + (Decimal("0.5") if rng.random() < 0.25 else 0))
            cut = own > points
            self.items.append(
                FilingItem(
                    filing=filing,
                    code=one.code,
                    self_points=own,
                    self_note=rng.choice(NOTES),
                    first_points=points,
                    first_note=rng.choice(CUTS) if cut else "",
                    second_points=points if drawn else None,
                )
            )

    # -- this year: the window is open, most have not begun -----------------------------------

    def _this_year(self, rows: list[Assessment]) -> None:
        year, after = self.cycle.year, self.cycle.year + 1
        Schedule.objects.create(
            cycle=self.cycle,
            self_from=max(datetime.date(year, 1, 1), self.today - 14 * DAY),
            self_until=datetime.date(after, 1, 25),
            first_until=datetime.date(after, 2, 28),
            second_until=datetime.date(after, 3, 31),
            decide_until=datetime.date(after, 4, 15),
            seed=f"{year}-yunling",
        )
        states = [state for state, share in EARLY for _ in range(share)]
        lots = {row.pk: self.rng.randrange(100) for row in rows}
        begun = [row.pk for row in rows if lots[row.pk] < BEGUN]
        cards = Assessment.objects.select_related("scorecard").in_bulk(begun)
        for row in rows:
            lot = lots[row.pk]
            state = states[lot] if lot < len(states) else State.DRAFT
            self._begun(cards.get(row.pk, row), state, scored=lot < BEGUN)

    def _begun(self, row: Assessment, state: State, *, scored: bool) -> None:
        rng, users = self.rng, self.users
        filing = Filing(
            cycle=self.cycle,
            organization_id=row.organization_id,
            state=state,
            since=_at(self.today - rng.randrange(1, 6) * DAY),
        )
        if scored:
            filing.self_by = users["county"]
        if state != State.DRAFT:
            filing.submitted_by = users["county"]
            filing.submitted_at = _at(self.today - rng.randrange(6, 10) * DAY)
            filing.self_total = row.final
        if state == State.RETURNED:
            filing.returned_for = "“台账资料”缺第三季度党课记录，请补充后重新申报。"
            filing.due_on = working_days_on(self.today, 4)
        if state in REVIEWED:
            filing.first_by = users["county_reviewer"]
            filing.first_at = _at(self.today - 2 * DAY)
            filing.first_total = filing.self_total
        if state == State.RE_REVIEWED:
            # Some drawn and looked at, the others settled with their first review.
            filing.since = _at(self.today - DAY)
            filing.second_total = filing.first_total
            if rng.random() < 0.5:
                filing.drawn = Draw.SAMPLE
                filing.second_by, filing.second_at = users["bureau"], filing.since
        self.filings.append(filing)
        if not scored:
            return
        items = items_to_score(self.indicators, row.kind, row.scores)
        for number, one in enumerate(items):
            if state == State.DRAFT and number > 2:
                break
            points = one.points if rng.random() < 0.7 else one.points / 2
            reviewed = points if state in REVIEWED else None
            self.items.append(
                FilingItem(
                    filing=filing,
                    code=one.code,
                    self_points=points,
                    self_note=rng.choice(NOTES),
                    first_points=reviewed,
                    second_points=reviewed if filing.drawn else None,
                )
            )


def store_after(cycle: Cycle, users: dict[str, User], today: datetime.date) -> None:
    """Store what came after the confirmation: an objection, look-backs, one revocation."""
    passed = list(
        Filing.objects.filter(cycle=cycle, verdict=Verdict.COMPLIANT, state=State.CONFIRMED)
        .exclude(drawn=Draw.VETO)
        .order_by("pk")[:8]
    )
    for number, filing in enumerate(passed):
        looked_on = min(today, datetime.date(cycle.year + 1, 9, 10) + number * 7 * DAY)
        revoked = number == 0
        LookBack.objects.create(
            filing=filing,
            looked_on=looked_on,
            team="市教育局组织科两人",
            finding="党费收缴记录与公示不一致，当场未能说明。"
            if revoked
            else "制度和记录保持良好。",
            outcome=LookBack.Outcome.REVOKED if revoked else LookBack.Outcome.KEPT,
        )
        if revoked:
            filing.state, filing.revoked_on = State.REVOKED, looked_on
            filing.revoked_for = "回头看发现党费收缴记录与公示不一致。"
            filing.save(update_fields=["state", "revoked_on", "revoked_for"])
    if len(passed) > 1 and cycle.confirmed_on:
        Objection.objects.create(
            filing=passed[1],
            raised_on=cycle.confirmed_on - 6 * DAY,
            raised_by="匿名",
            content="反映主题党日照片与活动日期不符。",
            outcome=Objection.Outcome.DISMISSED,
            answer="经核对原始照片和签到表，日期一致。",
            answered_on=cycle.confirmed_on - 3 * DAY,
        )
