"""Scoring a year from the browser, and confirming it."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from assessments import scoring
from assessments.models import Assessment, Cycle
from schools.models import Jurisdiction
from schools.roles import Role
from schools.scoping import granted_paths

MANAGE_CYCLE = "assessments.manage_cycle"


def manages_cycles(user: User) -> bool:
    """Tell whether `user` may score and confirm years: 业务管理 of the whole city.

    A cycle is one for all, so a manager of one county may read it only.
    """
    if not user.has_perm(MANAGE_CYCLE):
        return False
    paths = granted_paths(user, frozenset({Role.MANAGER}))
    roots = Jurisdiction.objects.filter(depth=1).values_list("path", flat=True)
    return bool(paths) and all(root in paths for root in roots)


def _check_manager(actor: User) -> None:
    if not manages_cycles(actor):
        raise PermissionDenied("测算和确认年度由全市的业务管理办理。您可以查看各年度的进度。")


def recompute(*, actor: User, year: int) -> int:
    """Score every organization of an open year; return how many were scored.

    The current year is begun with the newest standard where it has no cycle yet. A
    confirmed year is refused: its corrections are scored one by one, each a new
    decision version (docs/decisions/0003). Scoring writes its own entry of the log.
    """
    _check_manager(actor)
    try:
        cycle = scoring.ensure_cycle(year, actor=actor)
        if cycle.is_confirmed:
            raise ValidationError(
                f"{year} 年度已经确认，没有重新测算。记录更正以后，系统会自动重算有关的组织。"
            )
        return scoring.score_cycle(cycle, actor=actor).scored
    except scoring.ScoringError as error:
        raise ValidationError(str(error)) from error


@transaction.atomic
def confirm(
    *,
    actor: User,
    cycle: Cycle,
    confirmed_on: datetime.date,
    document: str,
    decided: bool = False,
) -> Cycle:
    """Confirm a scored year: from now on its results are the official ones.

    Refused when the year is confirmed already, not scored, scored for a day before the
    check date, or when the date lies before the check date or in the future. A year with
    filings is confirmed after decision and notice only (`decided`).
    """
    _check_manager(actor)
    cycle = Cycle.objects.select_for_update().get(pk=cycle.pk)
    document = document.strip()
    if not decided and cycle.filings.exists():
        raise ValidationError(
            f"{cycle.year} 年度正在申报和审核，请在“认定与公示”里认定、公示以后确认。"
        )
    if cycle.is_confirmed:
        raise ValidationError(
            f"{cycle.year} 年度已于 {cycle.confirmed_on} 确认（{cycle.document}），没有再次确认。"
        )
    if cycle.scored_at is None:
        raise ValidationError(f"{cycle.year} 年度还没有测算，不能确认。请先测算。")
    if cycle.scored_as_of is None or cycle.scored_as_of < cycle.check_date:
        raise ValidationError(
            f"{cycle.year} 年度的结果截至 {cycle.scored_as_of}，早于考核日 {cycle.check_date}，"
            "不能确认。请在考核日以后重新测算。"
        )
    if not document:
        raise ValidationError({"document": "请填写认定文号。"})
    if confirmed_on < cycle.check_date:
        raise ValidationError(
            {"confirmed_on": f"确认日期不能早于考核日 {cycle.check_date}，请核对。"}
        )
    if confirmed_on > timezone.localdate():
        raise ValidationError({"confirmed_on": "确认日期还没有到，请核对。"})
    old = cycle.state
    cycle.state = Cycle.State.CONFIRMED
    cycle.confirmed_on = confirmed_on
    cycle.document = document
    cycle.save(update_fields=["state", "confirmed_on", "document"])
    audit.record(
        "assessments.confirm",
        actor=actor,
        obj=cycle,
        changes={
            "state": [old, cycle.state],
            "confirmed_on": [None, confirmed_on],
            "document": ["", document],
            **counts(cycle),
        },
    )
    return cycle


def counts(cycle: Cycle) -> dict[str, int]:
    """Return due, passed, vetoed and excluded organizations of a cycle, city-wide."""
    row = next(iter(Assessment.objects.filter(cycle=cycle).tally("cycle")), None)
    return {key: row[key] if row else 0 for key in ("due", "passed", "vetoed", "excluded")}
