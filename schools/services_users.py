"""Who manages which users, and the writes to their accounts and grants.

A system administrator manages the users whose grants all lie in his own subtrees; the
administrator of the whole city also those without a grant. Nobody changes himself.
"""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts import services as accounts
from accounts.audit import record
from accounts.models import User
from schools.models import Grant, Jurisdiction
from schools.roles import SEPARATE_ROLES, Role
from schools.scoping import granted_paths, within

MANAGE = frozenset({Role.SYSTEM})


def users_managed_by(actor: User) -> QuerySet[User]:
    """Return the users `actor` manages as system administrator."""
    paths = granted_paths(actor, MANAGE)
    if any(len(path) == Jurisdiction.steplen for path in paths):
        return User.objects.all()
    grants = Grant.objects.filter(user=OuterRef("pk"))
    inside = within(paths, "jurisdiction__path")
    return User.objects.filter(Exists(grants.filter(inside)), ~Exists(grants.exclude(inside)))


def jurisdictions_managed_by(actor: User) -> QuerySet[Jurisdiction]:
    """Return the bodies `actor` may give grants on."""
    return Jurisdiction.objects.filter(within(granted_paths(actor, MANAGE), "path"))


def _check(actor: User, user: User) -> None:
    """Refuse when `user` is `actor` himself or outside what he manages."""
    if actor == user:
        raise ValidationError("不能改动自己的账号和授权。请找另一位系统管理员办理。")
    if not users_managed_by(actor).filter(pk=user.pk).exists():
        raise ValidationError("这个用户不在您管理的范围内，没有改动。")


def _keep_an_administrator(user: User) -> None:
    """Refuse to take the last active administrator of a whole tree out of office."""
    roots = Grant.objects.select_for_update().filter(role=Role.SYSTEM, jurisdiction__depth=1)
    holders = {grant.user_id for grant in roots.filter(user__is_active=True)}
    if holders == {user.pk}:
        raise ValidationError("这是最后一位系统管理员，停用后没有人能管理用户。请先授权另一位。")


@transaction.atomic
def create_user(
    *, actor: User, username: str, name: str, phone: str, role: str, jurisdiction: Jurisdiction
) -> tuple[User, str]:
    """Create a user with a first grant; return him and his one-time password."""
    user, password = accounts.create_user(actor=actor, username=username, name=name, phone=phone)
    _add_grant(actor, user, role, jurisdiction)
    return user, password


@transaction.atomic
def change_user(*, actor: User, user: User, name: str, phone: str) -> None:
    """Change the name and telephone of `user`."""
    _check(actor, user)
    accounts.change_user(actor=actor, user=user, name=name, phone=phone)


@transaction.atomic
def reset_password(*, actor: User, user: User) -> str:
    """Return a one-time password for `user`; he is signed out and unlocked."""
    _check(actor, user)
    return accounts.reset_password(actor=actor, user=user)


@transaction.atomic
def set_active(*, actor: User, user: User, active: bool) -> None:
    """Enable or disable `user`."""
    _check(actor, user)
    if not active:
        _keep_an_administrator(user)
    accounts.set_active(actor=actor, user=user, active=active)


@transaction.atomic
def add_grant(*, actor: User, user: User, role: str, jurisdiction: Jurisdiction) -> Grant:
    """Give `user` a role in the subtree of `jurisdiction`."""
    _check(actor, user)
    return _add_grant(actor, user, role, jurisdiction)


def _add_grant(actor: User, user: User, role: str, jurisdiction: Jurisdiction) -> Grant:
    if not jurisdictions_managed_by(actor).filter(pk=jurisdiction.pk).exists():
        raise ValidationError(f"{jurisdiction}不在您管理的范围内，不能授权。")
    # The row of the user is held, so that two grants at once cannot break the rule below.
    User.objects.select_for_update().get(pk=user.pk)
    held = set(user.grants.values_list("role", flat=True)) & SEPARATE_ROLES
    if role in SEPARATE_ROLES and held - {role}:
        raise ValidationError(
            f"{user.name}已经是{Role(held.pop()).label}，不能再任{Role(role).label}："
            "业务管理、审计、系统管理须由三个人分别担任。"
        )
    grant, added = Grant.objects.get_or_create(user=user, role=role, jurisdiction=jurisdiction)
    if not added:
        raise ValidationError(f"{user.name}已经有{jurisdiction}的{grant.get_role_display()}授权。")
    record("schools.add_grant", actor=actor, obj=user, changes={"grant": ["", _name(grant)]})
    return grant


@transaction.atomic
def remove_grant(*, actor: User, grant: Grant) -> None:
    """Take a grant back; it ends with the next request of its user."""
    _check(actor, grant.user)
    if grant.role == Role.SYSTEM and grant.jurisdiction.depth == 1:
        _keep_an_administrator(grant.user)
    name, user = _name(grant), grant.user
    grant.delete()
    record("schools.remove_grant", actor=actor, obj=user, changes={"grant": [name, ""]})


def _name(grant: Grant) -> str:
    return f"{grant.get_role_display()} · {grant.jurisdiction}"
