"""All checks, worst first."""

from __future__ import annotations

from assessments.consistency import (
    leaders,
    life,
    member_checks,
    school_checks,
    setting,
    sizes,
    units,
)
from assessments.consistency.base import Check, Ground, Severity

_MODULES = (sizes, school_checks, leaders, setting, member_checks, life, units)
_DECLARED: tuple[Check, ...] = tuple(check for module in _MODULES for check in module.CHECKS)
# In the order of the page: by severity, then as declared.
CHECKS: dict[str, Check] = {
    check.code: check for severity in Severity for check in _DECLARED if check.severity == severity
}
if len(CHECKS) != len(_DECLARED):
    raise ValueError("two checks share a code")

# What the database itself refuses (constraints of the models), so that no check is needed.
GUARANTEED = (
    "实到人数不多于应到人数",
    "转正时间不早于入党时间",
    "撤销时间不早于成立时间，免职时间不早于任职时间",
    "申报的预备党员数不多于党员数",
    "达标数不多于应评数",
    "身份证号、学校标识码、在册党组织名称不重复",
)


def by_ground() -> dict[Ground, list[Check]]:
    """Return the checks of each ground."""
    found: dict[Ground, list[Check]] = {}
    for check in CHECKS.values():
        found.setdefault(check.ground, []).append(check)
    return found
