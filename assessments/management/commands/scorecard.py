"""Print the scorecard of one organization.

Score, vetoes and verdict are those worked out from the records; where the bureau's own
result (认定结果) says otherwise, the note says so.
"""

import json

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from assessments.management.commands.compliance import find_cycle, find_user
from assessments.models import Assessment, Cycle, Verdict
from assessments.scores import Score
from assessments.scoring import judge_cycle
from orgs.models import Organization
from orgs.naming import organization_key


class Command(BaseCommand):
    """`scorecard --org NAME --year Y --as USER [--format text|json]`."""

    help = "列出一个党组织在一个年度的得分、判定和每项指标的原因。"

    def add_arguments(self, parser):
        parser.add_argument("--org", required=True, help="党组织全称或简称")
        parser.add_argument("--year", type=int, required=True, help="年度，例如 2025")
        parser.add_argument("--as", dest="username", required=True, help="用户名")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="输出格式")

    def handle(self, *, org, year, username, **options):
        user = find_user(username)
        cycle = find_cycle(year)
        organization = find_organization(org, user)
        card = stored_card(cycle, organization, user) or fresh_card(cycle, organization)
        if card is None or card["final"] is None:
            why = card["note"] if card else "该年度之前已撤销。"
            raise CommandError(f"{organization} 在 {year} 年度没有得分卡：{why}")
        if options["format"] == "json":
            told = {key: card[key] for key in _KEYS}
            told["indicators"] = [
                {key: row[key] for key in _ROW_KEYS} for row in card["indicators"]
            ]
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            for line in text_lines(card):
                self.stdout.write(line)


_KEYS = ("organization", "year", "final", "verdict", "vetoes", "indicators")
_ROW_KEYS = ("code", "points", "of", "applicable", "reason")


def find_organization(name: str, user) -> Organization:
    """Return the organization `user` may see under a full or short name."""
    key = organization_key(name)
    found = Organization.objects.visible_to(user).filter(
        Q(name=name) | Q(name_key=key) | Q(short_name=name)
    )
    # An organization still alive goes before a dissolved one of the same name.
    alive = found.filter(dissolved_on=None)
    chosen = list((alive if alive.exists() else found).order_by("pk")[:5])
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        raise CommandError(f"在您的范围内没有名为“{name}”的党组织，请检查名称。")
    names = "、".join(one.name for one in chosen)
    raise CommandError(f"“{name}”对应多个党组织：{names}。请写全称。")


def stored_card(cycle: Cycle, organization: Organization, user) -> dict | None:
    """Return the stored scorecard, None where the organization is not scored yet."""
    assessment = (
        Assessment.objects.visible_to(user)
        .select_related("scorecard")
        .filter(cycle=cycle, organization=organization)
        .first()
    )
    if assessment is None:
        return None
    names = dict(cycle.standard.vetoes.values_list("code", "name"))
    return {
        "organization": organization.name,
        "year": cycle.year,
        "final": None if assessment.final is None else float(assessment.final),
        "verdict": assessment.get_computed_verdict_display(),
        "note": assessment.note,
        "vetoes": [
            {"code": one["code"], "name": names[one["code"]], "reason": one["reason"]}
            for one in assessment.vetoes
        ],
        "indicators": _rows(cycle, assessment.scores),
    }


def fresh_card(cycle: Cycle, organization: Organization) -> dict | None:
    """Return the scorecard worked out now, without storing it."""
    card = next(
        (
            one
            for one in judge_cycle(cycle, [organization])
            if one.facts.organization_id == organization.pk
        ),
        None,
    )
    if card is None:
        return None
    names = dict(cycle.standard.vetoes.values_list("code", "name"))
    return {
        "organization": organization.name,
        "year": cycle.year,
        "final": _hundredths(card.final),
        "verdict": Verdict(card.computed_verdict).label if card.computed_verdict else "",
        "note": card.note,
        "vetoes": [
            {"code": code, "name": names[code], "reason": reason} for code, reason in card.vetoes
        ],
        "indicators": _rows(cycle, card.scores),
    }


def _rows(cycle: Cycle, scores: dict[str, Score]) -> list[dict]:
    """Return the indicators of a scorecard in the order of the standard."""
    return [
        {
            "code": indicator.code,
            "name": indicator.name,
            "points": _hundredths(score.points),
            "of": _hundredths(score.of),
            "applicable": score.points is not None,
            "reason": score.reason,
        }
        for indicator in cycle.standard.indicators.all()
        if (score := scores.get(indicator.code))
    ]


def text_lines(card: dict) -> list[str]:
    """Return a scorecard as lines of text."""
    lines = [
        f"{card['organization']}  {card['year']} 年度",
        f"得分 {card['final']:.2f}  {card['verdict']}",
    ]
    if card["note"]:
        lines.append(card["note"])
    for row in card["indicators"]:
        points = f"{row['points']:.2f}" if row["applicable"] else "不适用"
        lines.append(f"{row['code']} {row['name']}  {points}/{row['of']:g}  {row['reason']}")
    if card["vetoes"]:
        lines += [f"一票否决 {v['code']} {v['name']}：{v['reason']}" for v in card["vetoes"]]
    else:
        lines.append("没有触发一票否决。")
    return lines


def _hundredths(value: int | None) -> float | None:
    return None if value is None else value / 100
