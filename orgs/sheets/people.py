"""Find members by the names written in workbooks: within one organization."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from orgs.models import Member
from schools.matching import Unknown
from sheets.forms import Column, Type
from sheets.normalise import fold

# Tells two members of one name apart; filled in only for these.
BORN = Column(
    "born",
    "出生日期",
    Type.DATE,
    ("出生年月日",),
    hint="支部里有同名党员时才填",
    examples=("", ""),
)
_CHUNK = 2000


class MembersByName:
    """The members of some organizations, in as many queries as there are thousands of them."""

    def __init__(self, organizations: Iterable[int]):
        self._found: dict[tuple[int, str], list[Member]] = defaultdict(list)
        keys = sorted(set(organizations))
        for start in range(0, len(keys), _CHUNK):
            rows = Member.objects.filter(organization__in=keys[start : start + _CHUNK])
            for member in rows.defer("id_number", "phone").order_by("pk"):
                self._found[member.organization_id, fold(member.name)].append(member)

    def has_namesakes(self, member: Member) -> bool:
        """Tell whether another member of the organization bears the same name."""
        return len(self._found.get((member.organization_id, fold(member.name)), ())) > 1

    def find(self, organization, name: str, born=None) -> Member:
        """Return the member of that name, born on that day if told; raises Unknown."""
        alike = self._found.get((organization.pk, fold(name)), [])
        told = [member for member in alike if born and member.birth_date == born]
        found = told if born and len(alike) > 1 else alike
        if len(found) == 1:
            return found[0]
        where = organization.short_name
        if not alike:
            raise Unknown(f"{where}没有党员“{name}”", "请核对姓名，或先登记党员")
        raise Unknown(f"{where}有 {len(alike)} 名{name}", "请填“出生日期”来区分")
