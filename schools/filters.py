"""Conditions of the list of schools."""

from django.db.models import Q
from django.utils import timezone

from schools.conditions import Choice, ListFilterSet, Search
from schools.counts import has_organization
from schools.finding import named
from schools.models import JurisdictionKind, Ownership, Place, School, SchoolStage, Urban
from schools.naming import fold


class SchoolFilter(ListFilterSet):
    q = Search("名称、拼音、标识码")
    stage = Choice("类别", SchoolStage.choices)
    ownership = Choice("办学性质", Ownership.choices)
    place = Choice("所在地")
    body = Choice("管理类型", JurisdictionKind.choices, field_name="jurisdiction__kind")
    town = Choice("乡镇（街道）")
    urban = Choice("城乡类型", Urban.choices)
    organized = Choice(
        "党组织",
        [("own", "单独建有"), ("covered", "联合覆盖"), ("none", "没有党组织")],
        by="by_organized",
    )
    state = Choice(
        "状态",
        [("closed", "已撤并"), ("all", "含已撤并")],
        by="by_state",
        default="open",
        any_label="在办",
    )
    main = ("stage", "ownership", "place", "body")

    class Meta:
        model = School
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["place"].extra["choices"] = list(Place.objects.values_list("code", "name"))
        towns = self.queryset.exclude(town="").order_by("town").values_list("town").distinct()
        self.filters["town"].extra["choices"] = [(town, town) for (town,) in towns]

    def search(self, rows, text):
        """Rows meant by `text`: a name, 拼音, or the beginning of the code."""
        return rows.filter(named(text, code="code", name_key=fold(text), short_name=fold(text)))

    def by_organized(self, rows, value):
        """Rows by whether the school has an organization of its own or is covered by one."""
        today = timezone.localdate()
        own, covered = has_organization(today), has_organization(today, "covering_organizations")
        if value == "own":
            return rows.filter(own)
        return rows.filter(~own, covered) if value == "covered" else rows.filter(~own, ~covered)

    def by_state(self, rows, value):
        """Rows of schools still open, closed, or both."""
        today = timezone.localdate()
        closed = Q(closed_on__lte=today)
        if value == "all":
            return rows
        return rows.filter(closed) if value == "closed" else rows.exclude(closed)
