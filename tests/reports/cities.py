"""Assessments written by hand, so that every figure of a test can be counted on paper."""

import datetime
from decimal import Decimal

from django.utils import timezone

from assessments.models import (
    Assessment,
    Cycle,
    Indicator,
    Scorecard,
    Standard,
    Verdict,
    Veto,
)
from assessments.scores import Score, ScoreTexts
from assessments.tallies import Sums, replace_tallies
from schools.models import Jurisdiction, JurisdictionKind
from tests.assessments.scorecards import set_scores
from tests.conftest import make_organization, make_school
from tests.remembered import remembered

INDICATORS = [("A2", "按期换届", 4), ("C2", "委员会会议", 4), ("D1", "教育培训", 5)]


def make_standard():
    """Return a standard of three indicators and two vetoes, pass line 85."""
    standard, made = Standard.objects.get_or_create(
        slug="test",
        version="测试版",
        defaults={
            "name": "测试标准",
            "pass_line": Decimal("85"),
            "near_line": Decimal("75"),
            "model_line": Decimal("95"),
        },
    )
    if made:
        for order, (code, name, points) in enumerate(INDICATORS):
            Indicator.objects.create(
                standard=standard,
                code=code,
                name=name,
                category=code[0],
                category_name=code[0],
                points=points,
                kind="auto",
                formula="按次数计分",
                order=order,
            )
        for order, (code, name) in enumerate([("V1", "换届超期"), ("V2", "书记空缺")]):
            Veto.objects.create(
                standard=standard, code=code, name=name, kind="auto", condition=name, order=order
            )
    return standard


def make_cycle(year, *, confirmed=True):
    """Return the cycle of `year`, scored on the day after its check date."""
    check = datetime.date(year, 12, 31)
    return Cycle.objects.create(
        year=year,
        standard=make_standard(),
        check_date=check,
        records_until=datetime.date(year + 1, 3, 31),
        state=Cycle.State.CONFIRMED if confirmed else Cycle.State.OPEN,
        confirmed_on=datetime.date(year + 1, 4, 20) if confirmed else None,
        scored_at=timezone.now(),
        scored_as_of=check,
    )


def unit_of(jurisdiction):
    """Return the reporting unit a body lies in, or None."""
    step = Jurisdiction.steplen
    paths = [jurisdiction.path[:end] for end in range(step, len(jurisdiction.path) + 1, step)]
    units = Jurisdiction.objects.filter(path__in=paths, is_reporting_unit=True)
    return units.order_by("-depth").first()


def body_of(jurisdiction):
    """Return the managing body of a node: itself, or the parent of a school's leaf."""
    if jurisdiction.kind == JurisdictionKind.SCHOOL:
        return jurisdiction.get_parent()
    return jurisdiction


def assess(cycle, organization, final, *, vetoes=(), exclusion="", lost=None, **kwargs):
    """Return the assessment of `organization` with `final` points and its scores.

    `lost` maps an indicator's code to the points lost there.
    """
    jurisdiction = kwargs.pop("jurisdiction", organization.jurisdiction)
    final = None if final is None else Decimal(str(final))
    if final is None:
        verdict = ""
    elif vetoes or final < 75:
        verdict = Verdict.NON_COMPLIANT
    else:
        verdict = Verdict.COMPLIANT if final >= 85 else Verdict.NEARLY
    verdict = kwargs.pop("verdict", verdict)
    school = organization.school
    assessment = Assessment.objects.create(
        cycle=cycle,
        organization=organization,
        jurisdiction=jurisdiction,
        unit=unit_of(jurisdiction),
        body_kind=body_of(jurisdiction).kind,
        place=school.place if school else jurisdiction.place,
        stage=school.stage if school else "",
        ownership=school.ownership if school else "",
        kind=organization.kind,
        final=final,
        earned=final,
        full=None if final is None else 100,
        verdict=verdict,
        computed_verdict=verdict,
        vetoes=[{"code": code, "reason": f"{code} 的理由"} for code in vetoes],
        is_vetoed=bool(vetoes),
        exclusion=exclusion,
        **kwargs,
    )
    if final is not None:
        set_scores(
            assessment,
            {
                code: Score(
                    100 * points - int(100 * (lost or {}).get(code, 0)),
                    100 * points,
                    "全年应开 12 次。",
                )
                for code, _, points in INDICATORS
            },
        )
    return assessment


def tally(cycle):
    """Write the sums by indicator of the counted assessments of `cycle`."""
    texts = ScoreTexts()
    sums = Sums(texts)
    counted = Scorecard.objects.filter(assessment__cycle=cycle, assessment__exclusion="")
    for card in counted.select_related("assessment"):
        at = card.assessment
        sums.add((at.jurisdiction_id, at.unit_id, at.place_id), texts.parts(card.scores))
    replace_tallies(cycle, sums)


@remembered
def hand_worked(tree):
    """Fill the small city of conftest.py with two confirmed years and return the cycles.

    2025, by affiliation (passed / due)     by place
      直属学校  1 / 2                         云岭市 0 / 1
      东区      2 / 4, 1 not counted          东区   3 / 5, 1 not counted
      西县      1 / 6, 2 vetoed               西县   1 / 6
      合计      4 / 12 = 33 %                 合计   4 / 12
    (the mean of 50, 50 and 17 would be 39 %). One school of the bureau stands in 东区.
    Within three points of the line: 1 in 东区 (84.00), 1 in 西县 (82.00).

    2024: 直属学校 1 / 2, 东区 1 / 4, 西县 2 / 6, 合计 4 / 12... with 西县 falling.
    """
    places = tree.places
    before, now = make_cycle(2024), make_cycle(2025)

    def add(name, body, place, last, this, *, founded=None, **kwargs):
        school = make_school(f"{name}小学", body, places[place])
        organization = make_organization(
            f"中共{name}小学支部委员会",
            body,
            school=school,
            **({"founded_on": founded} if founded else {}),
        )
        if last is not None:
            assess(before, organization, last)
        assess(now, organization, this, **kwargs)
        return organization

    city = {
        "first": add("第一", tree.bureau, "990102", 80, 90, lost={"A2": 1}),
        "second": add("第二", tree.bureau, "990100", 86, 70, lost={"C2": 4, "D1": 2}),
        "poplar": add("白杨", tree.baiyang, "990102", 70, 96),
        "spring": add("春泉", tree.baiyang, "990102", 86, 84, lost={"D1": 1}),
        "willow": add("柳林", tree.liulin, "990102", 70, 88),
        "cloud": add("云东", tree.east_edu, "990102", 70, 60, lost={"D1": 5}),
        "fresh": add(
            "新苗",
            tree.east_edu,
            "990102",
            None,
            92,
            exclusion="new",
            verdict=Verdict.OBSERVED,
            founded=datetime.date(2025, 9, 1),
        ),
        "west1": add("西一", tree.west_edu, "990121", 90, 85, lost={"D1": 2}),
        "west2": add("西二", tree.west_edu, "990121", 88, 82, lost={"D1": 2, "C2": 1}),
        "west3": add("西三", tree.west_edu, "990121", 70, 91, vetoes=["V1"], lost={"A2": 4}),
        "west4": add("西四", tree.west_edu, "990121", 70, 50, vetoes=["V1", "V2"]),
        "west5": add("西五", tree.west_edu, "990121", 70, 76),
        "west6": add("西六", tree.west_edu, "990121", 70, 40),
    }
    tally(before)
    tally(now)
    return before, now, city
