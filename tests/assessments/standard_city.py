"""Four branches judged by four reviewed indicators and one veto: every figure counted by hand.

            F4/40  F5/30  G1/20  G3/10   final
甲 东区       36     27     18     10     91   达标
乙 东区       34     26     17      9     86   达标
丙 西县       34     26     17      9     86   V1: term over since 2022 → 未达标
丁 西县       20     15     10      5     50   未达标

By 85: 东区 2/2, 西县 0/2.
"""

import datetime

from assessments.models import ReviewedScore
from assessments.scoring import ensure_cycle, score_cycle
from assessments.standards import store
from assessments.standards.content import flat, ordered
from assessments.standards.parameters import default_file
from orgs.models import Term
from tests.conftest import make_organization
from tests.remembered import remembered

POINTS = {"F4": 40, "F5": 30, "G1": 20, "G3": 10}
BRANCHES = {
    "甲": (36, 27, 18, 10),
    "乙": (34, 26, 17, 9),
    "丙": (34, 26, 17, 9),
    "丁": (20, 15, 10, 5),
}


def small_content(**changes):
    """The content of the standard of the small city."""
    content = flat(default_file())
    for path in content:
        if path.endswith(".included"):
            code = path.split(".")[1]
            content[path] = code in POINTS or code == "V1"
    content |= {f"indicators.{code}.points": str(points) for code, points in POINTS.items()}
    return ordered(content | {"name": "小城标准"} | changes)


@remembered
def build_city(tree):
    """Return (standard, cycle, branches by name) with the year 2025 scored."""
    standard = store(small_content())
    cycle = ensure_cycle(2025)
    assert cycle.standard == standard
    branches = {}
    for name, points in BRANCHES.items():
        body = tree.east_edu if name in "甲乙" else tree.west_edu
        branch = branches[name] = make_organization(f"中共{name}小学支部委员会", body)
        elected = datetime.date(2019 if name == "丙" else 2024, 5, 1)
        Term.objects.create(organization=branch, elected_on=elected)
        ReviewedScore.objects.bulk_create(
            ReviewedScore(cycle=cycle, organization=branch, code=code, points=given)
            for code, given in zip(POINTS, points, strict=True)
        )
    score_cycle(cycle)
    cycle.refresh_from_db()
    return standard, cycle, branches
