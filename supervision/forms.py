"""What the forms of this app share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from orgs.picks import ORGANIZATIONS

NUMBER = {
    "invalid": "请填数字。",
    "min_value": "不能是负数。",
    "max_value": "数字太大，请核对。",
}


def text_area(label: str, *, rows: int = 3, longest: int = 500, **kwargs: Any) -> forms.CharField:
    """Return a field of several lines."""
    return forms.CharField(
        label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": rows}), **kwargs
    )


def number(label: str, **kwargs: Any) -> forms.IntegerField:
    """Return a field for a count."""
    kwargs.setdefault("min_value", 0)
    kwargs.setdefault("max_value", 99_999_999)
    return forms.IntegerField(
        label=label,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "size": 8}),
        error_messages=NUMBER,
        **kwargs,
    )


def with_organization(request, **more: Any) -> Mapping[str, Any]:
    """Return what a new record starts with: the organization the address names, if the user
    may change it, and `more`.
    """
    return more | ORGANIZATIONS.asked(request, "organization")
