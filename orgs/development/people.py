"""Who stands in a case: the person himself by his number, helpers by their names."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from orgs.development.facts import names_in
from orgs.models import DevelopmentCase, Member, MemberStatus, Organization
from orgs.personal import ELSEWHERE, ELSEWHERE_FIX, lookup_hash
from sheets.normalise import id_birth_date, id_is_male


def set_person(case: DevelopmentCase, number: str) -> None:
    """Set the number of a case with all that follows from it: hash, birth date, sex."""
    case.id_number = number  # type: ignore[assignment]  # a field without typed access
    case.id_hash = lookup_hash(number)
    case.birth_date = id_birth_date(number)
    case.sex = "male" if id_is_male(number) else "female"


def check_unknown(case: DevelopmentCase) -> None:
    """Refuse a number that belongs to a member or to another case that has not ended.

    Raises ValidationError with the one sentence that does not tell where the person is.
    """
    cases = DevelopmentCase.objects.filter(id_hash=case.id_hash, ended_on=None)
    members = Member.objects.filter(id_hash=case.id_hash, left_on=None)
    if cases.exclude(pk=case.pk).exists() or members.exclude(pk=case.member_id or 0).exists():
        raise ValidationError({"id_number": f"{ELSEWHERE}。{ELSEWHERE_FIX}。"})


def not_full(text: str, organization: Organization) -> list[str]:
    """Return the names in `text` that the register knows as members, but not as full ones.

    A name that nobody of the organization bears says nothing: he may belong to another.
    """
    names = names_in(text)
    found = Member.objects.filter(organization=organization, name__in=names, left_on=None)
    known: dict[str, set[str]] = {}
    for name, status in found.values_list("name", "status"):
        known.setdefault(name, set()).add(status)
    return [n for n in names if n in known and MemberStatus.FULL not in known[n]]


def check_helpers(told: dict, organization: Organization | None) -> dict[str, str]:
    """Return what is wrong with the cultivators and sponsors in `told`, by field."""
    wrong = {}
    for name, label in (("cultivators", "培养联系人"), ("sponsors", "入党介绍人")):
        text = told.get(name)
        if not text or organization is None:
            continue
        if len(names_in(text)) > 2:
            wrong[name] = f"{label}最多 2 名，用“、”隔开，现在是 {len(names_in(text))} 名。"
        elif probationary := not_full(text, organization):
            wrong[name] = f"{'、'.join(probationary)}不是正式党员，不能作{label}。请另选正式党员。"
    return wrong
