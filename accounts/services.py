"""Writes to users. Grants are a floor above (schools/services_users.py)."""

from __future__ import annotations

from axes.utils import reset as unlock
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.audit import record
from accounts.models import User
from accounts.passwords import one_time_password


@transaction.atomic
def change_password(*, user: User, password: str) -> None:
    """Give `user` the password he chose himself; all his other sessions end by it."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record("accounts.change_password", actor=user, obj=user)


@transaction.atomic
def create_user(*, actor: User, username: str, name: str, phone: str = "") -> tuple[User, str]:
    """Create a user and return him with his one-time password, which is kept nowhere."""
    password = one_time_password()
    user = User(username=username.strip().lower(), name=name, phone=phone)
    user.set_password(password)
    user.full_clean()
    user.save()
    record(
        "accounts.create_user",
        actor=actor,
        obj=user,
        changes={"username": ["", user.username], "name": ["", name], "phone": ["", phone]},
    )
    return user, password


@transaction.atomic
def reset_password(*, actor: User, user: User) -> str:
    """Give `user` a one-time password and return it; sessions and locks of his end."""
    if actor == user:
        raise ValidationError("不能重置自己的密码。请用“修改密码”。")
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    unlock(username=user.username)
    record("accounts.reset_password", actor=actor, obj=user)
    return password


@transaction.atomic
def change_user(*, actor: User, user: User, name: str, phone: str) -> None:
    """Change the name and telephone of `user`."""
    changes = {
        field: [getattr(user, field), value]
        for field, value in {"name": name, "phone": phone}.items()
        if getattr(user, field) != value
    }
    if not changes:
        return
    for field, (_, value) in changes.items():
        setattr(user, field, value)
    user.full_clean()
    user.save(update_fields=list(changes))
    record("accounts.change_user", actor=actor, obj=user, changes=changes)


@transaction.atomic
def set_active(*, actor: User, user: User, active: bool) -> None:
    """Enable or disable `user`. A disabled user is signed out everywhere at once.

    Whether somebody else can still manage users is asked a floor above.
    """
    if user.is_active == active:
        return
    user.is_active = active
    user.save(update_fields=["is_active"])
    record(
        "accounts.enable_user" if active else "accounts.disable_user",
        actor=actor,
        obj=user,
        changes={"is_active": [not active, active]},
    )
