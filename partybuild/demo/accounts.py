"""Who can sign in to the demo, and where each of them works."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import User
from accounts.passwords import one_time_password
from partybuild.demo.bodies import CITY_KEY, Bodies, BodyKey
from partybuild.demo.schools import ACCOUNT_SCHOOL, ACCOUNT_TOWN
from schools.models import Grant, Jurisdiction
from schools.roles import Role


@dataclass(frozen=True)
class Account:
    """One account of the demo."""

    username: str
    name: str
    role: Role
    body: BodyKey


LINXI: BodyKey = ("linxi", "unit")
ACCOUNTS = (
    Account("bureau", "陈立文", Role.MANAGER, CITY_KEY),
    Account("county", "林晓东", Role.EDITOR, LINXI),
    Account("county_reviewer", "周敏", Role.REVIEWER, LINXI),
    Account("township", "刘志强", Role.EDITOR, ("linxi", ACCOUNT_TOWN)),
    Account("school", "孙丽华", Role.EDITOR, ("linxi", ACCOUNT_SCHOOL)),
    Account("viewer", "黄静", Role.VIEWER, CITY_KEY),
    Account("auditor", "吴志军", Role.AUDITOR, CITY_KEY),
    Account("sysadmin", "郑宏", Role.SYSTEM, CITY_KEY),
)
NO_GRANT = "未授权：导入名单后由 sysadmin 在“用户”页授权"


@dataclass(frozen=True)
class SignIn:
    """A line of the table printed at the end; `password` is "" where nobody knows it."""

    username: str
    password: str
    name: str
    role: str
    scope: str


def create_accounts(bodies: Bodies) -> dict[str, User]:
    """Create the accounts without a password and return them by user name.

    A body the tree does not have yet (towns and schools of the empty city) leaves its
    account without a grant.
    """
    users = {}
    grants = []
    for account in ACCOUNTS:
        user = User(username=account.username, name=account.name, must_change_password=False)
        user.set_unusable_password()
        user.save()
        users[account.username] = user
        if body := bodies.get(account.body):
            grants.append(Grant(user=user, jurisdiction=body, role=account.role))
    Grant.objects.bulk_create(grants)
    return users


def give_passwords() -> list[SignIn]:
    """Give every demo account a new random password and return the lines to print."""
    lines = []
    for user, role, scope in _known():
        password = one_time_password()
        user.set_password(password)
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
        lines.append(SignIn(user.username, password, user.name, role, scope))
    return lines


def list_accounts() -> list[SignIn]:
    """Return the demo accounts there are; their passwords are not known any more."""
    return [SignIn(user.username, "", user.name, role, scope) for user, role, scope in _known()]


def _known() -> list[tuple[User, str, str]]:
    """Return the demo accounts in the database with role and scope in words."""
    names = [account.username for account in ACCOUNTS]
    users = {user.username: user for user in User.objects.filter(username__in=names)}
    grants = {
        grant.user_id: grant
        for grant in Grant.objects.filter(user__in=users.values()).select_related("jurisdiction")
    }
    found = []
    for account in ACCOUNTS:
        user = users.get(account.username)
        if not user:
            continue
        grant = grants.get(user.pk)
        role = Role(grant.role if grant else account.role).label
        scope = _scope(grant.jurisdiction) if grant else NO_GRANT
        found.append((user, role, scope))
    return found


def _scope(jurisdiction: Jurisdiction) -> str:
    return "全市" if jurisdiction.depth == 1 else jurisdiction.short_name
