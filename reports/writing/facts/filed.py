"""One row of the ranking, and what is filed of one organization."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.urls import reverse

from reports.writing import cards
from reports.writing.facts.declared import fact, rates_page

if TYPE_CHECKING:
    from reports.writing.material import Material


def _filed(m: Material, organization: str) -> cards.Card:
    return cards.card(m, int(organization))


def _scorecard(m: Material, *, organization: str, **asked: str) -> str:
    return f"{reverse('scorecard', args=[organization])}?year={m.year}"


@fact("单元在达标率排名中的名次", rates_page)
def place(m: Material, **row: str) -> str:
    found = m.row(row)
    return found.rank_text.replace(" ", "") or "—" if found else "—"


@fact("{organization}的得分", _scorecard)
def card_final(m: Material, *, organization: str) -> Decimal | None:
    return _filed(m, organization).assessment.final


@fact("{organization}指标 {code} 的满分", _scorecard)
def card_full(m: Material, *, organization: str, code: str) -> Decimal:
    return _filed(m, organization).full(code)


@fact("{organization}指标 {code} 的得分", _scorecard)
def card_points(m: Material, *, organization: str, code: str) -> Decimal:
    return _filed(m, organization).earned(code)


@fact("{organization}指标 {code} 的失分原因", _scorecard)
def card_reason(m: Material, *, organization: str, code: str) -> str:
    return _filed(m, organization).score(code).reason


@fact("{organization}被否决 {code} 的理由", _scorecard)
def card_veto(m: Material, *, organization: str, code: str) -> str:
    vetoes = _filed(m, organization).assessment.vetoes
    reason = next((veto["reason"] for veto in vetoes if veto["code"] == code), "")
    return reason.rstrip("。")


@fact("{organization}的说明", _scorecard)
def card_note(m: Material, *, organization: str) -> str:
    return _filed(m, organization).assessment.note.rstrip("。")


@fact("{organization}的整改期限", _scorecard)
def card_deadline(m: Material, *, organization: str) -> datetime.date | None:
    return cards.deadline(m, int(organization))
