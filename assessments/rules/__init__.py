"""The rules: one pure function per indicator, one per veto; no ORM, no clock, no settings.

`RULES[code](facts, parameters, points)` returns a `Score`; `VETOES[code](facts,
parameters)` the sentence that raises the veto, or "". A new rule is a function with
`@rule(code)` in one of these modules and its entry in the YAML of the standard.
"""

from assessments.rules import (
    backing,
    leadership,
    life,
    members,
    reviewed_only,
    roles,
    setup,
    training,
)
from assessments.rules.base import RULES, Parameters, Rule, Score, number, rule, share
from assessments.rules.vetoes import VETOES, veto

__all__ = [
    "RULES",
    "VETOES",
    "Parameters",
    "Rule",
    "Score",
    "backing",
    "leadership",
    "life",
    "members",
    "number",
    "reviewed_only",
    "roles",
    "rule",
    "setup",
    "share",
    "training",
    "veto",
]
