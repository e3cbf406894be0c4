"""Conditions of the list of development cases."""

from __future__ import annotations

import datetime

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from orgs.development.checks import RULES, SOON_DAYS
from orgs.models import (
    BackboneLevel,
    CaseEnd,
    DevelopmentCase,
    DevelopmentCheck,
    DevStage,
    Organization,
)
from schools.conditions import Choice, Chosen, ListFilterSet, Search
from schools.models import SchoolStage
from schools.naming import fold


def missed(day: datetime.date) -> Q:
    """Return the condition on a stored check that it is not met on `day`."""
    return Q(met=False) | Q(met=None, due_on__lt=day)


def due_soon(day: datetime.date) -> Q:
    """Return the condition on a stored check that it falls due within 30 days of `day`."""
    last = day + datetime.timedelta(days=SOON_DAYS)
    return Q(met=None, due_on__range=(day, last))


def with_check(condition: Q) -> Exists:
    """Return the condition on a case that one of its checks fulfils `condition`."""
    return Exists(DevelopmentCheck.objects.filter(condition, case=OuterRef("pk")))


class CaseFilter(ListFilterSet):
    q = Search("姓名、党组织")
    stage = Choice("阶段", DevStage.choices)
    check = Choice(
        "时限",
        [("missed", "有没有满足的"), ("soon", f"{SOON_DAYS} 天内到期"), ("clean", "都已满足")],
        by="by_check",
    )
    rule = Choice("没有满足的时限", by="by_rule", any_label="不限")
    teacher = Choice("教师", [("yes", "教师"), ("no", "非教师")], by="by_teacher")
    backbone = Choice("骨干教师层次", BackboneLevel.choices)
    school_stage = Choice("学校类别", SchoolStage.choices, field_name="organization__school__stage")
    end = Choice("终止原因", CaseEnd.choices, field_name="end_kind")
    state = Choice(
        "状态",
        [("confirmed", "已转正"), ("ended", "已终止"), ("all", "全部")],
        by="by_state",
        default="running",
        any_label="培养中",
    )
    organization = Chosen("党组织", Organization)
    main = ("stage", "check", "teacher", "state")

    class Meta:
        model = DevelopmentCase
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["rule"].extra["choices"] = [(r.key, r.words) for r in RULES.values()]
        # Whoever asks for one of these means it, running or not.
        if self.data.get("end") or self.data.get("stage") == DevStage.FULL:
            self.filters["state"].default = "all"

    def search(self, rows, text):
        """Rows whose name or organization holds `text`."""
        text = fold(text)
        return rows.filter(Q(name__contains=text) | Q(organization__name_key__contains=text))

    def by_check(self, rows, value):
        """Rows by how their checks stand today."""
        today = timezone.localdate()
        if value == "soon":
            return rows.filter(with_check(due_soon(today)))
        failed = with_check(missed(today))
        return rows.filter(failed if value == "missed" else ~failed)

    def by_rule(self, rows, value):
        """Rows that do not meet one rule."""
        return rows.filter(with_check(missed(timezone.localdate()) & Q(key=value)))

    def by_teacher(self, rows, value):
        """Rows of teachers, or of others."""
        return rows.filter(is_teacher=value == "yes")

    def by_state(self, rows, value):
        """Rows still running, confirmed, ended, or all."""
        if value == "all":
            return rows
        if value == "running":
            return rows.running()
        return rows.filter(**{f"{value}_on__isnull": False})
