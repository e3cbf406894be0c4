"""发展党员情况: applicants, activists, those admitted and confirmed in a year, by unit."""

from __future__ import annotations

import datetime

from django.db.models import Q

from orgs.models import DevelopmentCase, DevStage
from reports.base import register
from reports.counting import YES, Count, CountedReport, Share, listed


@register
class Development(CountedReport):
    """One row for each unit; the list names each person with the steps of the year."""

    slug = "development-of-members"
    title = "发展党员情况"
    description = "各单元本年度递交申请、列为积极分子和发展对象、发展和转正的人数，教师所占比例。"
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
        }
        at = "organization__"
        for case in cases.order_by(f"{at}jurisdiction__path", "applied_on", "pk").values(
            "name",
            "is_teacher",
            "backbone",
            "stage",
            *steps.values(),
            f"{at}name",
            f"{at}jurisdiction__path",
            f"{at}school__place_id",
        ):
            yield {
                "row": asked.groups.name(
                    path=case[f"{at}jurisdiction__path"], place=case[f"{at}school__place_id"]
                ),
                "organization": case[f"{at}name"],
                "name": case["name"],
                "stage": stages[case["stage"]],
                "teacher": YES if case["is_teacher"] else "否",
                "backbone": YES if case["backbone"] else "否",
                **{
                    key: YES if case[name] and first <= case[name] <= day else ""
                    for key, name in steps.items()
                },
            }

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
            Count("confirmed", "转正", "", {"confirmed": YES}),
        ]

    def list_columns(self, asked):
        """Return the columns of the list; personal numbers are not among them."""
        return [
            listed("organization", "所在党组织", 40),
            listed("name", "姓名", 10),
            listed("stage", "现在的阶段", 14),
            listed("teacher", "教师", 8),
            listed("backbone", "骨干教师", 10),
            listed("applied", "本年度申请", 11),
            listed("activist", "本年度积极分子", 14),
            listed("target", "本年度发展对象", 14),
            listed("admitted", "本年度发展", 11),
            listed("confirmed", "本年度转正", 11),
        ]

    def notes(self, asked):
        """Return which day decides."""
        return [
            "按各步骤的日期归入年度；发展以支部大会通过接收预备党员之日为准。"
            "教师比例 = 发展的教师 ÷ 发展人数。"
        ]
