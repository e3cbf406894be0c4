"""Loading a standard from its YAML file into the database.

The file is checked whole before anything is stored: codes known and unique, each
computed by the rule it names, points adding up to 100, every parameter the rules
need. A version that a cycle already uses cannot be changed.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from accounts import audit
from accounts.models import User
from assessments.models import Indicator, Standard, Veto
from assessments.rules import RULES, VETOES
from orgs.models import OrgKind

DEFAULT = Path(__file__).with_name("school-party-organizations-2025.yaml")

KINDS = {
    "C": OrgKind.COMMITTEE,
    "G": OrgKind.GENERAL_BRANCH,
    "B": OrgKind.BRANCH,
    "J": OrgKind.JOINT_BRANCH,
}
_HEAD = ("slug", "version", "name", "pass_line", "near_line", "model_line")
_INDICATOR = ("code", "name", "points", "kind", "applies", "rule", "formula")
_VETO = ("code", "name", "kind", "rule", "condition")


class StandardError(ValueError):
    """The file cannot be taken; the message says in Chinese why and what to do."""


def read_standard(path: str | Path) -> tuple[dict[str, Any], str]:
    """Return the checked content of a standard's file and its checksum.

    Raises `StandardError` where the file cannot be read or says something impossible.
    """
    path = Path(path)
    try:
        raw = path.read_bytes()
        data = yaml.safe_load(raw.decode("utf-8"))
    except OSError:
        raise StandardError(f"读不到文件 {path}，请检查路径。") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise StandardError(f"{path.name} 不是有效的 YAML 文件（UTF-8），请检查格式。") from None
    problems = _problems(data)
    if problems:
        raise StandardError(
            f"{path.name} 不能载入：" + "；".join(problems) + "。请改正后重新载入。"
        )
    return data, hashlib.sha256(raw).hexdigest()


def _problems(data: Any) -> list[str]:
    """Return what is wrong with the content, in Chinese; empty where nothing is."""
    if not isinstance(data, dict) or (missing := [key for key in _HEAD if key not in data]):
        return [f"缺少 {'、'.join(missing if isinstance(data, dict) else _HEAD)}"]
    for part in ("parameters", "categories"):
        if not isinstance(data.get(part), dict):
            return [f"缺少 {part}"]
    found: list[str] = []
    found += _line_problems(data)
    found += _parameter_problems(data["parameters"])
    for part, fields, label, rules in (
        ("indicators", _INDICATOR, "指标", RULES),
        ("vetoes", _VETO, "否决项", VETOES),
    ):
        rows = data.get(part)
        if not isinstance(rows, list) or not rows:
            found.append(f"缺少 {part}")
            continue
        found += _row_problems(rows, fields, label, rules)
    if found:
        return found
    total = Decimal(0)
    for row in data["indicators"]:
        found += _indicator_problems(row, data["categories"])
        total += _decimal(row["points"]) or 0
    if not found and total != 100:
        found.append(f"各项分值之和为 {total}，应为 100")
    return found


def _line_problems(data: dict) -> list[str]:
    told = [_decimal(data[key]) for key in ("near_line", "pass_line", "model_line")]
    lines = [line for line in told if line is not None]
    if len(lines) < 3 or not 0 <= lines[0] <= lines[1] <= lines[2] <= 100:
        return ["基本达标线、达标线、示范线应为 0 到 100 之间由低到高的数"]
    return []


def _parameter_problems(parameters: dict) -> list[str]:
    default = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))["parameters"]
    found = [f"参数 {name} 没有用处" for name in parameters if name not in default]
    for name, told in default.items():
        given = parameters.get(name)
        if not isinstance(given, dict) or "value" not in given or not given.get("meaning"):
            found.append(f"参数 {name} 应写明 value 和 meaning")
        elif not _same_shape(given["value"], told["value"], name):
            found.append(f"参数 {name} 的值 {given['value']} 不合适")
    return found


def _same_shape(value: Any, default: Any, name: str) -> bool:
    """Return whether a parameter's value is of the kind the rules expect."""
    if name == "vacation_months":
        return isinstance(value, list) and all(v in range(1, 13) for v in value)
    if name == "lecture_periods":
        return value in (2, 4)
    if isinstance(default, list):
        return (
            isinstance(value, list)
            and len(value) == len(default)
            and all(_is_whole(v) for v in value)
            and value == sorted(value)
        )
    return _is_whole(value)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _row_problems(rows: list, fields: tuple, label: str, rules: dict) -> list[str]:
    found = []
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        missing = [key for key in fields if not isinstance(row, dict) or row.get(key) in (None, "")]
        if missing:
            found.append(f"第 {number} 个{label}缺少 {'、'.join(missing)}")
            continue
        code = row["code"]
        if code in seen:
            found.append(f"{label} {code} 重复")
        seen.add(code)
        if code not in rules:
            found.append(f"{label} {code} 没有对应的计算规则")
        elif rules[code].__name__ != row["rule"]:
            found.append(
                f"{label} {code} 的规则名 {row['rule']} 不存在（应为 {rules[code].__name__}）"
            )
    return found


def _indicator_problems(row: dict, categories: dict) -> list[str]:
    code, found = row["code"], []
    points = _decimal(row["points"])
    if points is None or points <= 0 or points != round(points, 2):
        found.append(f"指标 {code} 的分值 {row['points']} 不合适")
    if row["kind"] not in Indicator.Kind.values:
        found.append(f"指标 {code} 的方式 {row['kind']} 应为 auto 或 manual")
    if code[0] not in categories:
        found.append(f"指标 {code} 的类别 {code[0]} 没有名称")
    applies, rolls_up = row["applies"], row.get("rolls_up") or []
    if not set(applies) <= set(KINDS) or not set(rolls_up) <= set(applies) - {"B", "J"}:
        found.append(f"指标 {code} 的适用类别或汇总类别不合适")
    return found


def _decimal(value: Any) -> Decimal | None:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


@transaction.atomic
def load_standard(path: str | Path, *, actor: User | None = None) -> tuple[Standard, bool]:
    """Store the standard of a file; return it and whether anything was stored.

    The same content a second time changes nothing. Changed content replaces a version
    that no cycle uses; a version in use is refused with `StandardError`.
    """
    data, checksum = read_standard(path)
    standard = (
        Standard.objects.select_for_update()
        .filter(slug=data["slug"], version=str(data["version"]))
        .first()
    )
    if standard and standard.checksum == checksum:
        return standard, False
    if standard and (used := standard.cycle_set.order_by("year").first()):
        raise StandardError(
            f"{standard} 已用于 {used.year} 年度考评，不能再改。请另写一个版本号（version）后载入。"
        )
    standard = standard or Standard(slug=data["slug"], version=str(data["version"]))
    standard.name = data["name"]
    for line in ("pass_line", "near_line", "model_line"):
        setattr(standard, line, Decimal(str(data[line])))
    standard.parameters = {name: told["value"] for name, told in data["parameters"].items()}
    standard.checksum = checksum
    standard.save()
    standard.indicators.all().delete()
    standard.vetoes.all().delete()
    Indicator.objects.bulk_create(
        Indicator(
            standard=standard,
            code=row["code"],
            name=row["name"],
            category=row["code"][0],
            category_name=data["categories"][row["code"][0]],
            points=Decimal(str(row["points"])),
            kind=row["kind"],
            applies=[KINDS[letter] for letter in row["applies"]],
            rolls_up=[KINDS[letter] for letter in row.get("rolls_up") or []],
            source=row.get("source", ""),
            formula=row["formula"],
            order=order,
        )
        for order, row in enumerate(data["indicators"], 1)
    )
    Veto.objects.bulk_create(
        Veto(
            standard=standard,
            code=row["code"],
            name=row["name"],
            kind=row["kind"],
            condition=row["condition"],
            order=order,
        )
        for order, row in enumerate(data["vetoes"], 1)
    )
    audit.record(
        "standard.load",
        actor=actor,
        obj=standard,
        changes={"indicators": len(data["indicators"]), "checksum": checksum[:12]},
    )
    return standard, True


@cache
def parameter_notes() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return for each parameter its meaning in words and the codes that use it."""
    told = yaml.safe_load(DEFAULT.read_text(encoding="utf-8"))["parameters"]
    return {name: (row["meaning"], tuple(row["codes"])) for name, row in told.items()}
