"""What the checks look at: the days and numbers of one case, without the database."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

Day = datetime.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """The facts of a case. The fields are called like those of DevelopmentCase."""

    birth_date: datetime.date
    applied_on: datetime.date
    first_talk_on: Day = None
    activist_on: Day = None
    cultivators: str = ""
    target_notice_from: Day = None
    target_notice_to: Day = None
    target_on: Day = None
    sponsors: str = ""
    political_review_on: Day = None
    political_review_passed: bool | None = None
    training_on: Day = None
    training_days: int | None = None
    training_hours: int | None = None
    pre_review_on: Day = None
    admission_notice_from: Day = None
    admission_notice_to: Day = None
    admitted_on: Day = None
    approved_on: Day = None
    approval_is_special: bool = False
    confirmation_notice_from: Day = None
    confirmation_notice_to: Day = None
    extended_on: Day = None
    extended_to: Day = None
    confirmation_meeting_on: Day = None
    confirmation_approved_on: Day = None
    confirmed_on: Day = None
    ended_on: Day = None
    # The days of the half-yearly reviews.
    reviews: tuple[datetime.date, ...] = ()


_OWN = tuple(field.name for field in fields(CaseFacts) if field.name != "reviews")


def facts_of(case: Any, reviews: Iterable[datetime.date] = ()) -> CaseFacts:
    """Return the facts of a DevelopmentCase, saved or not, with the days of its reviews."""
    return CaseFacts(
        **{name: getattr(case, name) for name in _OWN}, reviews=tuple(sorted(set(reviews)))
    )


def names_in(text: str) -> list[str]:
    """Return the names in a text like "王芳、李强"."""
    return [name for name in re.split(r"[、，,；;\s]+", text or "") if name]
