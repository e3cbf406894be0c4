"""换届情况: organizations by where their terms stand: over, about to end, not known."""

from __future__ import annotations

from functools import cache

from orgs.models import OrgKind, Term
from orgs.standing import end_of
from orgs.terms.states import LABELS, TermState, state_of
from reports import register as registered
from reports.base import register
from reports.counting import Count, CountedReport, listed

SOON = (TermState.ONE, TermState.THREE, TermState.SIX)


@register
class Elections(CountedReport):
    """One row for each unit; the list names every organization with the end of its term."""

    slug = "elections"
    title = "党组织换届情况"
    description = "各单元党组织已超期、半年内到期和未填任期的数量，逐个列出任期、计划和未换届原因。"
    order = 80
    sheet_name = "换届情况"
    list_title = "党组织任期名单"
    list_sheet = "换届名单"
    main = TermState.OVER.name

    def lines(self, asked):
        """Return the organizations of the day; those that need an election stand first."""
        day = asked.day
        terms = Term.objects.visible_to(asked.user).filter(elected_on__lte=day)
        fields = ("elected_on", "years", "extended_to", "planned_on", "overdue_reason")
        # The last of an organization is its present one.
        present = {
            key: values
            for key, *values in terms.order_by("elected_on").values_list("organization", *fields)
        }
        kinds = dict(OrgKind.choices)
        # Many terms end on the same day.
        state = cache(lambda end: LABELS[state_of(end, day)])
        lines = []
        organizations = registered.organizations_on(asked.user, asked.scope, day)
        for record in organizations.order_by("path", "name", "pk").values(
            "pk", "path", "name", "kind", "school__place_id"
        ):
            elected_on, years, extended_to, planned_on, reason = present.get(
                record["pk"], (None, None, None, None, "")
            )
            end = end_of(elected_on, years, extended_to) if elected_on else None
            lines.append(
                {
                    "row": asked.row(record["path"], record["school__place_id"]),
                    "name": record["name"],
                    "kind": kinds[record["kind"]],
                    "state": state(end),
                    "elected_on": elected_on or "",
                    "end": end or "",
                    "planned_on": planned_on or "",
                    "reason": reason,
                }
            )
        order = [LABELS[state] for state in (TermState.OVER, *SOON, TermState.UNKNOWN)]
        order.append(LABELS[TermState.NORMAL])
        return sorted(lines, key=lambda line: order.index(line["state"]))

    def counts(self, asked):
        """Return all organizations and those in each state."""
        return [
            Count("organizations", "党组织"),
            *(
                Count(state.name, LABELS[state], "任期", {"state": LABELS[state]})
                for state in TermState
            ),
        ]

    def list_columns(self, asked):
        """Return the columns of the list."""
        return [
            listed("name", "党组织", 44),
            listed("kind", "类别", 12),
            listed("state", "换届情况", 16),
            listed("elected_on", "本届换届时间", 14),
            listed("end", "届满时间", 14),
            listed("planned_on", "计划换届时间", 14),
            listed("reason", "未换届原因", 30),
        ]

    def notes(self, asked):
        """Return when a term is over."""
        return [
            "届满时间 = 当选之日加任期年数，经批准延期的按延期后；“6 个月内到期”不含 3 个月内的，"
            "“3 个月内到期”不含 1 个月内的。"
        ]
