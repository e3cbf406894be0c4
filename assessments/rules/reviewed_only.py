"""Indicators without records of their own yet: the reviewer's score, or 待评.

docs/readings.md, 7.
"""

from assessments.facts.model import Facts
from assessments.rules.base import Parameters, Rule, Score, not_applicable, reviewed, rule
from assessments.rules.members import RETIREES

CODES = ["B5", "D6", "F3", "F4", "F5", "G1", "G3"]
NOT_FOR_RETIREES = ("F1", "F2")


def _reviewed_rule(code: str, *, retirees: bool) -> Rule:
    """Return the rule that hands out the reviewed score of `code`."""

    def reviewed_score(facts: Facts, parameters: Parameters, points: int) -> Score:
        if not retirees and facts.is_retiree_branch:
            return not_applicable(points, RETIREES)
        return reviewed(facts, code, points)

    return reviewed_score


for _code in (*CODES, *NOT_FOR_RETIREES):
    rule(_code)(_reviewed_rule(_code, retirees=_code not in NOT_FOR_RETIREES))
