"""Roles and what each may do. Where he may do it is told by the grant's subtree."""

from django.contrib.auth.backends import ModelBackend
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, TextChoices


class Role(TextChoices):
    VIEWER = "viewer", "查看"
    EDITOR = "editor", "填报"
    REVIEWER = "reviewer", "审核"
    MANAGER = "manager", "业务管理"
    AUDITOR = "auditor", "审计"
    SYSTEM = "system", "系统管理"


# Roles that see business data; the auditor and the system administrator do not.
DATA_ROLES = frozenset({Role.VIEWER, Role.EDITOR, Role.REVIEWER, Role.MANAGER})
EDIT_ROLES = frozenset({Role.EDITOR, Role.MANAGER})
REVIEW_ROLES = frozenset({Role.REVIEWER, Role.MANAGER})
# Held by three separate people (GB/T 22239-2019, 8.1.4.2 d).
SEPARATE_ROLES = frozenset({Role.MANAGER, Role.AUDITOR, Role.SYSTEM})

_READ = frozenset({"schools.view_records", "reports.export"})
# ID numbers and phones in clear, docs/decisions/0011: one member on the page, a whole list.
REVEAL = "orgs.reveal_personal"
EXPORT_UNMASKED = "orgs.export_unmasked"
PERMISSIONS = {
    Role.VIEWER: _READ,
    Role.EDITOR: _READ | {"schools.edit_records", "sheets.import_workbook", REVEAL},
    Role.REVIEWER: _READ | {"assessments.review"},
    Role.MANAGER: _READ
    | {
        "schools.edit_records",
        "sheets.import_workbook",
        "assessments.review",
        "assessments.manage_cycle",
        REVEAL,
        EXPORT_UNMASKED,
    },
    Role.AUDITOR: frozenset({"accounts.view_log"}),
    Role.SYSTEM: frozenset({"accounts.manage_users"}),
}


def roles_with(permission: str) -> frozenset[str]:
    """Return the roles that carry a permission."""
    return frozenset(role for role, held in PERMISSIONS.items() if permission in held)


def grants_of(user) -> list:
    """Return the grants of `user`, each with its jurisdiction, in order of the tree.

    They are read once for each user object, that is once in a request. `holds_all` tells
    of each, and of its body, whether the subtree is the whole tree: the only root.
    """
    if not hasattr(user, "_grants"):
        grants = user.grants.select_related("jurisdiction")
        bodies = grants.model._meta.get_field("jurisdiction").related_model.objects
        other_roots = bodies.filter(depth=1).exclude(pk=OuterRef("jurisdiction"))
        user._grants = list(
            grants.annotate(
                holds_all=ExpressionWrapper(
                    Q(jurisdiction__depth=1) & ~Exists(other_roots), BooleanField()
                )
            ).order_by("jurisdiction__path", "role")
        )
        for grant in user._grants:
            grant.jurisdiction.holds_all = grant.holds_all
    return user._grants


class RoleBackend(ModelBackend):
    """Sign in by name and password; permissions come from the roles of the grants."""

    def get_all_permissions(self, user, obj=None):
        if not user.is_active or obj is not None:
            return set()
        # A page asks some twenty times.
        if not hasattr(user, "_permissions"):
            user._permissions = set().union(*(PERMISSIONS[g.role] for g in grants_of(user)))
        return user._permissions

    def has_perm(self, user, perm, obj=None):
        return perm in self.get_all_permissions(user, obj)

    def has_module_perms(self, user, app_label):
        return any(p.startswith(f"{app_label}.") for p in self.get_all_permissions(user))
