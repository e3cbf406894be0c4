"""Indicators without records of their own: the reviewer's score, or 待评.

docs/readings.md, 7.
"""

from assessments.facts.model import Facts
from assessments.rules.base import Parameters, Rule, Score, reviewed, rule

CODES = ["D6", "F4", "F5", "G1", "G3"]


def _reviewed_rule(code: str) -> Rule:
    """Return the rule that hands out the reviewed score of `code`."""

    def reviewed_score(facts: Facts, parameters: Parameters, points: int) -> Score:
        return reviewed(facts, code, points)

    return reviewed_score


for _code in CODES:
    rule(_code)(_reviewed_rule(_code))
