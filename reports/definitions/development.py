"""发展党员情况: applicants, activists, those admitted and confirmed in a year, by unit; and the
quota of the year beside those admitted.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import Q

from accounts.models import User
from orgs.models import CaseEnd, DevelopmentCase, DevelopmentQuota, DevStage
from reports import sentences
from reports.base import register
from reports.counting import YES, Count, CountedReport, Share, listed
from reports.figures import PLACE
from reports.groups import Groups
from reports.sentences import number
from schools.models import Jurisdiction
from sheets.layout import Cell, Column, Layout, text


@register
class Development(CountedReport):
    """One row for each unit; the list names each person with the steps of the year."""

    slug = "development-of-members"
    title = "发展党员情况"
    description = "各单元本年度递交申请、列为积极分子和发展对象、发展和转正的人数，教师所占比例，指标和使用情况。"
    order = 84
    unit_text = "人、%"
    noun = "人"
    sheet_name = "发展党员"
    list_title = "发展党员明细"
    list_sheet = "发展党员明细"
    main = "admitted"

    def lines(self, asked):
        """Return the cases begun by the day and not over before the year began."""
        first, day = datetime.date(asked.year, 1, 1), asked.day
        cases = DevelopmentCase.objects.visible_to(asked.user).inside(asked.scope)
        cases = cases.filter(
            Q(ended_on=None) | Q(ended_on__gte=first),
            Q(confirmed_on=None) | Q(confirmed_on__gte=first),
            applied_on__lte=day,
        )
        stages = dict(DevStage.choices)
        steps = {
            "applied": "applied_on",
            "activist": "activist_on",
            "target": "target_on",
            "admitted": "admitted_on",
            "confirmed": "confirmed_on",
            "extended": "extended_on",
            "cancelled": "ended_on",
        }
        at = "organization__"
        path, place = f"{at}jurisdiction__path", f"{at}school__place_id"
        told = (path, place, f"{at}name", "name", "stage", "is_teacher", "backbone", "end_kind")
        rows = cases.order_by(path, "applied_on", "pk").values_list(*told, *steps.values())
        for body, at_place, organization, name, stage, teacher, backbone, end, *days in rows:
            line = {
                "row": asked.row(body, at_place),
                "organization": organization,
                "name": name,
                "stage": stages[stage],
                "teacher": YES if teacher else "否",
                "backbone": YES if backbone else "否",
            }
            for key, on in zip(steps, days, strict=True):
                line[key] = YES if on and first <= on <= day else ""
            if end != CaseEnd.CANCELLED:
                line["cancelled"] = ""
            yield line

    def counts(self, asked):
        """Return the steps of the year, and what share of the admitted are teachers."""
        developed = "本年度发展"
        return [
            Count("applied", "递交申请", "本年度", {"applied": YES}),
            Count("activist", "列为积极分子", "本年度", {"activist": YES}),
            Count("target", "列为发展对象", "本年度", {"target": YES}),
            Count("admitted", "人数", developed, {"admitted": YES}),
            Count("teachers", "其中教师", developed, {"admitted": YES, "teacher": YES}),
            Count("backbone", "其中骨干教师", developed, {"admitted": YES, "backbone": YES}),
            Share("share", "教师比例", "teachers", "admitted", developed, "本年度没有发展党员"),
            Count("confirmed", "转正", "预备党员", {"confirmed": YES}),
            Count("extended", "延长预备期", "预备党员", {"extended": YES}),
            Count("cancelled", "取消资格", "预备党员", {"cancelled": YES}),
        ]

    def list_columns(self, asked):
        """Return the columns of the list; personal numbers are not among them."""
        return [
            listed("organization", "所在党组织", 40),
            listed("name", "姓名", 10),
            listed("stage", "现在的阶段", 14),
            listed("teacher", "教师", 8),
            listed("backbone", "骨干教师", 10),
            listed("applied", "申请", 11),
            listed("activist", "积极分子", 14),
            listed("target", "发展对象", 14),
            listed("admitted", "发展", 11),
            listed("confirmed", "转正", 11),
            listed("extended", "延长", 14),
            listed("cancelled", "取消", 14),
        ]

    def notes(self, asked):
        """Return which day decides."""
        return [
            "按各步骤的日期归入年度；发展以支部大会通过接收预备党员之日为准。"
            "教师比例 = 发展的教师 ÷ 发展人数。",
            "明细里的“是”指本年度走了这一步。",
            "指标按管理主体登记，每行用它下面最高一级的；合计用本级登记的，本级没有登记的为各行之和。",
        ]

    def layout(self, user, *, scope, year, by, **asked):
        """Return the counts, with the quota of the year after those admitted."""
        counted = super().layout(user, scope=scope, year=year, by=by, **asked)
        quotas, own = _quotas(user, scope, year, Groups(user, scope, by))
        known = [quotas[row["name"]] for row in counted.rows if row["name"] in quotas]
        whole = own if own is not None else (sum(known) if known else None)
        place = next(i for i, one in enumerate(counted.columns) if one.key == "share") + 1
        return replace(
            counted,
            columns=[*counted.columns[:place], *QUOTA, *counted.columns[place:]],
            rows=[row | _of_quota(row, quotas.get(row["name"])) for row in counted.rows],
            total=(counted.total or {}) | _of_quota(counted.total or {}, whole),
        )

    def says(self, layout: Layout) -> list[str]:
        """Return who was admitted, the share of teachers, and how the quota was used."""
        said, total = super().says(layout), layout.total or {}
        if not number(total, "admitted"):
            return said
        teachers = (
            f"其中教师 {number(total, 'teachers'):,} 人，占 {text(total['share'], 'percent')}"
        )
        if quota := total["quota"].value:
            teachers += f"；指标 {quota:,} 人，使用 {text(total['used'], 'percent')}"
        over = [row for row in layout.rows if (row["left"].value or 0) < 0]
        beyond = [f"超出指标的有{sentences.names(over)}。"] if over else []
        return [*said, f"{teachers}。", *beyond]


QUOTA = (
    Column("quota", "指标数", "int", "指标", width=9),
    Column("used", "使用率", "percent", "指标", width=9),
    Column("left", "剩余", "int", "指标", width=8),
)


def _of_quota(row: Mapping[str, Any], quota: int | None) -> dict[str, Cell]:
    """Return the cells of a quota beside those admitted; None where none is on record."""
    admitted = number(row, "admitted")
    if quota is None:
        return dict.fromkeys(("quota", "used", "left"), Cell(None, reason="没有登记指标"))
    used = Cell(admitted / quota) if quota else Cell(None, reason="指标为 0")
    return {"quota": Cell(quota), "used": used, "left": Cell(quota - admitted)}


def _quotas(
    user: User, scope: Jurisdiction, year: int, groups: Groups
) -> tuple[dict[str, int], int | None]:
    """Return the quota of each row, in each branch of the tree the highest; and the body's own.

    By place there is none: a quota is given along the affiliation.
    """
    if groups.by == PLACE:
        return {}, None
    rows = DevelopmentQuota.objects.visible_to(user).inside(scope).filter(year=year)
    found: Counter = Counter()
    own, counted = None, ""
    paths = rows.order_by("jurisdiction__path").values_list("jurisdiction__path", "quota")
    for path, quota in paths:
        if path == scope.path:
            own = quota
        elif not counted or not path.startswith(counted):
            # In the order of the tree what lies below the last one counted follows it.
            counted = path
            found[groups.name(path=path, place=None)] += quota
    return dict(found), own
