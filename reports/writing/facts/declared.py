"""What a derived value is, and where the declared ones are kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from reports.writing import managing
from schools.models import JurisdictionKind

if TYPE_CHECKING:
    from reports.writing.material import Material


@dataclass(frozen=True, slots=True)
class Fact:
    """A derived value: its words, how it is found, and the page it can be seen on.

    In `words`, `{argument}` stands for an argument, in words where `ARGUMENTS` has them.
    """

    words: str
    value: Callable[..., Any]
    page: Callable[..., str]


FACTS: dict[str, Fact] = {}
# Arguments in words.
ARGUMENTS = {
    "self_until": "自评申报截止",
    "first_until": "初审截止",
    "second_until": "复核截止",
    "decide_until": "认定截止",
    "public": "公办",
    "private": "民办",
    **{kind.value: kind.label for kind in JurisdictionKind},
    **managing.TYPES,
}


def in_words(arguments: dict[str, str]) -> dict[str, str]:
    """Return the arguments of a fact in words."""
    return {
        name: "、".join(ARGUMENTS.get(part, part) for part in value.split("+"))
        for name, value in arguments.items()
    }


def fact(words: str, page: Callable[..., str]):
    """Register the decorated function as the fact of its name."""

    def add(function):
        FACTS[function.__name__] = Fact(words, function, page)
        return function

    return add


def rates_page(m: Material, **asked: str) -> str:
    return m.context.link("rates")


def report_page(slug: str) -> Callable[..., str]:
    return lambda m, **asked: m.context.link("report", slug)


def plain_page(name: str) -> Callable[..., str]:
    return lambda m, **asked: reverse(name)


def closed(text: str) -> str:
    """Return a title or number of a document without the spaces a page sets it with."""
    return text.replace(" ", "")
