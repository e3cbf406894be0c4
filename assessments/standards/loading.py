"""Loading a standard from its YAML file into the database.

The file is checked whole before anything is stored: codes known and unique, each
computed by the rule it names, points adding up to 100, every parameter the rules
need. A version that was published or that a cycle already uses cannot be changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from accounts import audit
from accounts.models import User
from assessments.models import Indicator, Standard, Veto
from assessments.rules import RULES, VETOES
from assessments.standards.content import (
    KINDS,
    LINES,
    Content,
    checksum,
    content_of,
    flat,
    rows_of,
)
from assessments.standards.parameters import DEFAULT, parameters, relations

__all__ = [
    "DEFAULT",
    "KINDS",
    "StandardError",
    "load_standard",
    "problems",
    "read_standard",
    "store",
]

_HEAD = ("slug", "version", "name", *LINES)
_INDICATOR = ("code", "name", "points", "kind", "applies", "rule", "formula")
_VETO = ("code", "name", "kind", "rule", "condition")


class StandardError(ValueError):
    """The file cannot be taken; the message says in Chinese why and what to do."""


def read_standard(path: str | Path) -> dict[str, Any]:
    """Return the checked data of a standard's file.

    Raises `StandardError` where the file cannot be read or says something impossible.
    """
    path = Path(path)
    try:
        data = yaml.load(path.read_bytes().decode("utf-8"), Loader=yaml.CSafeLoader)
    except OSError:
        raise StandardError(f"读不到文件 {path}，请检查路径。") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise StandardError(f"{path.name} 不是有效的 YAML 文件（UTF-8），请检查格式。") from None
    if found := problems(data):
        raise StandardError(f"{path.name} 不能载入：" + "；".join(found) + "。请改正后重新载入。")
    return data


def problems(data: Any) -> list[str]:
    """Return what is wrong with the content, in Chinese; empty where nothing is."""
    if not isinstance(data, dict) or (missing := [key for key in _HEAD if key not in data]):
        return [f"缺少 {'、'.join(missing if isinstance(data, dict) else _HEAD)}"]
    for part in ("parameters", "categories"):
        if not isinstance(data.get(part), dict):
            return [f"缺少 {part}"]
    found: list[str] = []
    found += _line_problems(data)
    found += _head_problems(data)
    found += _parameter_problems(data["parameters"])
    for part, fields, label, rules in (
        ("indicators", _INDICATOR, "指标", RULES),
        ("vetoes", _VETO, "否决项", VETOES),
    ):
        rows = data.get(part)
        if not isinstance(rows, list) or (part == "indicators" and not rows):
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


def _head_problems(data: dict) -> Iterator[str]:
    for name, most in (("slug", 40), ("version", 20), ("name", 100), ("document", 60)):
        if len(str(data.get(name) or "")) > most:
            yield f"{name} 最多 {most} 个字"
    year = data.get("effective_year")
    if year is not None and year not in range(2000, 2101):
        yield f"施行年度 {year} 应为 2000 到 2100 之间的年份"


def _parameter_problems(given: dict) -> list[str]:
    known = parameters()
    found = [f"参数 {name} 没有用处" for name in given if name not in known]
    for name, one in known.items():
        told = given.get(name)
        if not isinstance(told, dict) or "value" not in told or not told.get("meaning"):
            found.append(f"参数 {name} 应写明 value 和 meaning")
        elif why := one.problem(told["value"]):
            found.append(f"参数 {name} 的值 {told['value']} 不合适，{why}")
    if not found:
        values = {name: told["value"] for name, told in given.items()}
        found += [
            f"参数 {low.name}（{low.meaning}）不能大于参数 {high.name}（{high.meaning}）"
            for low, high in relations(values)
        ]
    return found


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
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


@transaction.atomic
def load_standard(path: str | Path, *, actor: User | None = None) -> tuple[Standard, bool]:
    """Store the standard of a file; return it and whether anything was stored.

    The same content a second time changes nothing; parameters declared since a version was
    stored are added with their defaults. Changed content replaces a version that no cycle
    uses; a published version or one in use is refused with `StandardError`.
    """
    content = flat(read_standard(path))
    standard = (
        Standard.objects.select_for_update()
        .filter(slug=content["slug"], version=content["edition"])
        .first()
    )
    if standard and content_of(standard) == content:
        if standard.parameters.keys() >= parameters().keys():
            return standard, False
        standard.parameters = rows_of(content).standard.parameters
        standard.checksum = checksum(content)
        standard.save(update_fields=["parameters", "checksum"])
    elif standard and (used := standard.cycle_set.order_by("year").first()):
        raise StandardError(
            f"{standard} 已用于 {used.year} 年度考评，不能再改。请另写一个版本号（version）后载入。"
        )
    elif standard and standard.published_at:
        raise StandardError(f"{standard} 已经发布，不能再改。请另写一个版本号（version）后载入。")
    else:
        standard = store(content, over=standard)
    audit.record(
        "standard.load",
        actor=actor,
        obj=standard,
        changes={"indicators": standard.indicators.count(), "checksum": standard.checksum[:12]},
    )
    return standard, True


@transaction.atomic
def store(content: Content, *, over: Standard | None = None, **changes: Any) -> Standard:
    """Store a checked content as a version, in place of `over` where one is given.

    `changes` are further columns of the row (who published it, when).
    """
    standard, indicators, vetoes = rows_of(content)
    for name, value in changes.items():
        setattr(standard, name, value)
    if over is not None:
        standard.pk = over.pk
        over.indicators.all().delete()
        over.vetoes.all().delete()
    standard.save()
    for rows in (indicators, vetoes):
        for row in rows:
            row.standard = standard
    Indicator.objects.bulk_create(indicators)
    Veto.objects.bulk_create(vetoes)
    return standard
