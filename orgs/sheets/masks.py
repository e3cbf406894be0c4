"""Rosters with masked numbers: filled in for templates, and understood when they come back.

A masked number stands for the member of that name in that organization whose own number
looks so under the mask the system shows. It tells nobody more than he was shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from orgs.matching import Organizations
from orgs.models import Member, Organization
from orgs.personal import cover_id_number, mask_phone
from schools.matching import Tree
from schools.models import School
from sheets.dates import PartialDate
from sheets.forms import Context, Row
from sheets.normalise import Masked

_CHUNK = 5000
# Columns of the roster whose values go into the field of the same name.
_FIELDS = ("name", "sex", "ethnicity", "education", "status", "job", "remark")
_FURTHER = (
    "organization",
    "school",
    "birth_date",
    "id_number",
    "phone",
    "joined_on",
    "joined_month_only",
    "confirmed_on",
    "confirmed_month_only",
    "is_lost_contact",
    "is_floating",
)


def prefilled(context: Context) -> Iterator[Mapping[str, Any]]:
    """Return the members the user may change, as rows of the roster."""
    user = context.user
    tree = Tree(user)
    organizations = {o.pk: o for o in Organizations(user, tree).all}
    units = {o.pk: tree.unit_of(o.jurisdiction) for o in organizations.values()}
    # A school the user may not change would be unknown when the row comes back.
    schools = dict(School.objects.editable_by(user).values_list("pk", "name"))
    members = (
        Member.objects.editable_by(user)
        .filter(left_on=None, organization__dissolved_on=None)
        .order_by("organization__jurisdiction__path", "organization__name", "name", "pk")
        .values(*_FIELDS, *_FURTHER)
    )
    # Plain values: a model for each of twenty thousand rows takes longer than its line.
    for values in members.iterator(chunk_size=2000):
        key, phone = values["organization"], values["phone"]
        unit = units[key]
        yield values | {
            "county": unit.name if unit else "",
            "birth": values["birth_date"],
            "id_number": cover_id_number(values["id_number"]),
            "branch": organizations[key].name,
            "school": schools.get(values["school"], ""),
            "joined": _date(values["joined_on"], values["joined_month_only"]),
            "confirmed": _date(values["confirmed_on"], values["confirmed_month_only"]),
            "phone": mask_phone(phone) if phone else "",
            "lost": values["is_lost_contact"],
            "floating": values["is_floating"],
        }


def _date(day: Any, month_only: bool) -> PartialDate | None:
    return PartialDate(day, month_only) if day else None


def unmask(
    rows: list[Row],
    organizations: Mapping[int, Organization | None],
    people: QuerySet | None = None,
) -> None:
    """Put the number of the person in the place of each masked one that is understood.

    `people` are those he may be, by default the present members. `organizations` holds the
    organization of each row by the identity of the row; those of other scopes are not among
    them.
    """
    masked = [row for row in rows if isinstance(row.get("id_number"), Masked)]
    if not masked:
        return
    known: dict[tuple, list[Any]] = defaultdict(list)
    if people is None:
        people = Member.objects.filter(left_on=None)
    names = sorted({row.get("name") or "" for row in masked})
    found = {o.pk for row in masked if (o := organizations[id(row)])}
    for start in range(0, len(names), _CHUNK):
        chunk = names[start : start + _CHUNK]
        for member in people.filter(name__in=chunk).only(
            "name", "organization", "id_number", "birth_date"
        ):
            if member.organization_id in found:
                known[member.organization_id, member.name].append(member)
    for row in masked:
        shown = row.values.pop("id_number")
        organization = organizations[id(row)]
        if organization is None:
            continue
        birth = row.get("birth")
        candidates = [
            member
            for member in known[organization.pk, row.get("name")]
            if cover_id_number(member.id_number) == shown
            and (birth is None or birth.day == member.birth_date)
        ]
        if len(candidates) == 1:
            row.values["id_number"] = candidates[0].id_number
        else:
            row.refuse(
                "id_number",
                "MASKED",
                "遮挡过的身份证号对应不到这个支部的人",
                "改过姓名、支部或出生日期的行，请填完整的号码",
            )


def keeps_phone(row: Row, member: Member | None) -> bool:
    """Leave a phone alone that comes back masked as it was shown; refuse any other mask."""
    shown = row.get("phone")
    if not isinstance(shown, Masked):
        return True
    if member is None or mask_phone(member.phone) != shown:
        row.refuse("phone", "MASKED", "遮挡过的电话与系统里的不一致", "请填完整的号码")
        return False
    row.values["phone"] = None
    return True
