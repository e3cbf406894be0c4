"""What a list says of one assessment beside its score."""

from __future__ import annotations

from typing import Any

from reports.figures import FigureContext


def describe(assessment: Any, context: FigureContext) -> None:
    """Give an `Assessment` the attributes `gap` and `words`.

    `gap` are the points it lacks to the line (None where it is not counted, has no
    score or reached the line); `words` say why it is not counted, was vetoed or held.
    """
    line = context.known_cycle.standard.pass_line
    assessment.gap = None
    if not assessment.exclusion and assessment.final is not None and assessment.final < line:
        assessment.gap = line - assessment.final
    names = context.veto_names
    words = [f"{names.get(veto['code'], '')}（{veto['code']}）" for veto in assessment.vetoes]
    if assessment.note:
        words.append(assessment.note)
    elif assessment.exclusion:
        words.append(assessment.get_exclusion_display())
    assessment.words = "；".join(words)
