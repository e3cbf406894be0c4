"""The content of one version of a standard: path → value, one form for file, rows and drafts.

    {"name": "…", "pass_line": "85", "parameters.quarter_days": 45,
     "categories.C.name": "组织生活", "indicators.C1.points": "4", "vetoes.V1.included": True, …}

Every indicator and veto with a rule is there; those a version leaves out are not
`included`. Flat, so that an editor's field, a difference between two versions and a line
of the history are the same thing: one path.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import yaml

from assessments.models import Indicator, Standard, Veto
from assessments.rules import RULES, VETOES
from assessments.standards.parameters import default_file, parameters
from orgs.models import OrgKind

Content = dict[str, Any]

KINDS = {
    "C": OrgKind.COMMITTEE,
    "G": OrgKind.GENERAL_BRANCH,
    "B": OrgKind.BRANCH,
    "J": OrgKind.JOINT_BRANCH,
}
LETTERS = {kind: letter for letter, kind in KINDS.items()}
LINES = ("pass_line", "near_line", "model_line")
# Fields of an indicator and of a veto, with their names.
INDICATOR = {
    "included": "列入",
    "order": "次序",
    "name": "名称",
    "points": "分值",
    "kind": "方式",
    "applies": "适用",
    "rolls_up": "由下级汇总",
    "source": "依据",
    "formula": "计分办法",
}
VETO = {"included": "列入", "order": "次序", "name": "事项", "kind": "方式", "condition": "情形"}
CATEGORY = {"order": "次序", "name": "名称"}
HEAD = {
    "slug": "代号",
    "edition": "版本",
    "name": "名称",
    "document": "文号",
    "effective_year": "施行年度",
    "pass_line": "达标线",
    "near_line": "基本达标线",
    "model_line": "示范线",
}
# "version" is the count of the writes of a draft; of a standard it is the edition.
KEYS = {"edition": "version"}
PARTS = {
    "categories": ("类别", CATEGORY),
    "indicators": ("指标", INDICATOR),
    "vetoes": ("否决项", VETO),
}


def plain(value: Any) -> str:
    """Return a number as it is written: 4.00 is "4", 2.50 is "2.5"."""
    text = f"{Decimal(str(value)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# -- from a file and from the rows ------------------------------------------------------


def flat(data: Mapping[str, Any]) -> Content:
    """Return the content of a checked file."""
    default = default_file()
    content: Content = {name: str(data.get(KEYS.get(name, name)) or "") for name in HEAD}
    content["effective_year"] = data.get("effective_year")
    content |= {line: plain(data[line]) for line in LINES}
    for name, one in parameters().items():
        content[f"parameters.{name}"] = data["parameters"].get(name, {}).get("value", one.value)
    names = default["categories"] | data["categories"]
    # Categories stand as their indicators do, those without any at the end.
    used = dict.fromkeys([row["code"][0] for row in data["indicators"]] + list(names))
    for order, code in enumerate(used, 1):
        content |= {f"categories.{code}.order": order, f"categories.{code}.name": names[code]}
    rank = {code: order for order, code in enumerate(used)}
    for part in ("indicators", "vetoes"):
        given = {row["code"]: row for row in data[part]}
        rows = [(row, True) for row in data[part]]
        rows += [(row, False) for row in default[part] if row["code"] not in given]
        if part == "indicators":
            rows.sort(key=lambda pair: rank[pair[0]["code"][0]])
        content |= _flat_rows(part, rows)
    return ordered(content)


def _flat_rows(part: str, rows: Iterable[tuple[Mapping[str, Any], bool]]) -> Content:
    content: Content = {}
    for order, (row, included) in enumerate(rows, 1):
        at = f"{part}.{row['code']}."
        content |= {at + "included": included, at + "order": order}
        content |= {at + key: str(row[key]) for key in ("name", "kind")}
        if part == "vetoes":
            content[at + "condition"] = row["condition"]
            continue
        content[at + "points"] = plain(row["points"])
        for key in ("applies", "rolls_up"):
            content[at + key] = [letter for letter in KINDS if letter in (row.get(key) or ())]
        content |= {at + "source": row.get("source") or "", at + "formula": row["formula"]}
    return content


def content_of(standard: Standard) -> Content:
    """Return the content of a stored version; two queries."""
    indicators, vetoes = list(standard.indicators.all()), list(standard.vetoes.all())
    return flat(
        {
            **{KEYS.get(name, name): getattr(standard, KEYS.get(name, name)) for name in HEAD},
            "parameters": {n: {"value": v} for n, v in standard.parameters.items()},
            "categories": {one.category: one.category_name for one in indicators},
            "indicators": [
                {
                    "code": one.code,
                    "name": one.name,
                    "points": one.points,
                    "kind": one.kind,
                    "applies": [LETTERS[kind] for kind in one.applies],
                    "rolls_up": [LETTERS[kind] for kind in one.rolls_up],
                    "source": one.source,
                    "formula": one.formula,
                }
                for one in indicators
            ],
            "vetoes": [
                {"code": one.code, "name": one.name, "kind": one.kind, "condition": one.condition}
                for one in vetoes
            ],
        }
    )


def ordered(content: Content) -> Content:
    """Return the content with its orders counted 1, 2, 3 …; ties go by code.

    Indicators are counted within their category, vetoes and categories as a whole.
    """
    content = dict(content)
    for part in PARTS:
        places: dict[str, int] = {}
        for code in codes(content, part):
            group = code[0] if part == "indicators" else ""
            places[group] = content[f"{part}.{code}.order"] = places.get(group, 0) + 1
    return content


def codes(content: Content, part: str) -> list[str]:
    """Return the codes of a part in order; indicators category by category."""
    found = [path.split(".")[1] for path in content if path.endswith(".order")]
    found = [code for code in found if f"{part}.{code}.order" in content]

    def place(code: str) -> tuple:
        own = (content[f"{part}.{code}.order"], len(code), code)
        if part == "indicators":
            return (content[f"categories.{code[0]}.order"], code[0], *own)
        return own

    return sorted(dict.fromkeys(found), key=place)


def points_of(content: Content) -> dict[str, Decimal]:
    """Return the points of each category, from the indicators that are listed."""
    sums: dict[str, Decimal] = {}
    for code in _included(content, "indicators"):
        points = Decimal(content[f"indicators.{code}.points"])
        sums[code[0]] = sums.get(code[0], Decimal(0)) + points
    return sums


# -- to a file and to rows --------------------------------------------------------------


def as_file(content: Content) -> dict[str, Any]:
    """Return the content as the file of a standard holds it."""
    data: dict[str, Any] = {KEYS.get(name, name): content[name] for name in HEAD if content[name]}
    data |= {line: _number(content[line]) for line in LINES}
    data["parameters"] = {
        name: {
            "value": content[f"parameters.{name}"],
            "codes": list(one.codes),
            "meaning": one.meaning,
        }
        for name, one in parameters().items()
    }
    indicators = _included(content, "indicators")
    used = {code[0] for code in indicators}
    data["categories"] = {
        code: content[f"categories.{code}.name"]
        for code in codes(content, "categories")
        if code in used
    }
    data["indicators"] = [_indicator_row(content, code) for code in indicators]
    data["vetoes"] = [
        {
            "code": code,
            "name": content[f"vetoes.{code}.name"],
            "kind": content[f"vetoes.{code}.kind"],
            "rule": VETOES[code].__name__,
            "condition": content[f"vetoes.{code}.condition"],
        }
        for code in _included(content, "vetoes")
    ]
    return data


def _indicator_row(content: Content, code: str) -> dict[str, Any]:
    at = f"indicators.{code}."
    row = {
        "code": code,
        "name": content[at + "name"],
        "points": _number(content[at + "points"]),
        "kind": content[at + "kind"],
        "applies": content[at + "applies"],
        "rolls_up": content[at + "rolls_up"],
        "rule": RULES[code].__name__,
        "source": content[at + "source"],
        "formula": content[at + "formula"],
    }
    return {key: value for key, value in row.items() if value not in ("", [])}


def _number(text: str) -> int | float:
    # YAML has no decimals; two places come back from it as they are written.
    return float(text) if "." in text else int(text)


def _included(content: Content, part: str) -> list[str]:
    return [code for code in codes(content, part) if content[f"{part}.{code}.included"]]


def as_yaml(content: Content) -> str:
    """Return the file of a version as text; loading it gives the same content."""
    return yaml.safe_dump(as_file(content), allow_unicode=True, sort_keys=False, width=10_000)


def checksum(content: Content) -> str:
    """Return the checksum of what a version says, whatever its file looks like."""
    return hashlib.sha256(
        json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    ).hexdigest()


class Rows(NamedTuple):
    """A version as rows that are not stored."""

    standard: Standard
    indicators: list[Indicator]
    vetoes: list[Veto]


def rows_of(content: Content) -> Rows:
    """Return the rows of a content: what the judge works with and publishing stores."""
    standard = Standard(
        **{KEYS.get(key, key): content[key] for key in ("slug", "edition", "name", "document")},
        effective_year=content["effective_year"],
        **{line: Decimal(content[line]) for line in LINES},
        parameters={name: content[f"parameters.{name}"] for name in parameters()},
        checksum=checksum(content),
    )
    indicators = [
        Indicator(
            standard=standard,
            code=code,
            category=code[0],
            category_name=content[f"categories.{code[0]}.name"],
            points=Decimal(content[f"indicators.{code}.points"]),
            order=order,
            **{
                key: [KINDS[letter] for letter in content[f"indicators.{code}.{key}"]]
                for key in ("applies", "rolls_up")
            },
            **{
                key: content[f"indicators.{code}.{key}"]
                for key in ("name", "kind", "source", "formula")
            },
        )
        for order, code in enumerate(_included(content, "indicators"), 1)
    ]
    vetoes = [
        Veto(
            standard=standard,
            code=code,
            order=order,
            **{key: content[f"vetoes.{code}.{key}"] for key in ("name", "kind", "condition")},
        )
        for order, code in enumerate(_included(content, "vetoes"), 1)
    ]
    return Rows(standard, indicators, vetoes)


# -- in words ---------------------------------------------------------------------------


def label(path: str) -> str:
    """Return what a path is called: "指标 C1 分值"."""
    part, _, rest = path.partition(".")
    if not rest:
        return HEAD.get(part, part)
    if part == "parameters":
        known = parameters().get(rest)
        return f"参数：{known.meaning}" if known else f"参数 {rest}"
    name, fields = PARTS[part]
    code, _, key = rest.partition(".")
    return f"{name} {code} {fields.get(key, key)}"


def text(path: str, value: Any) -> str:
    """Return the value of a path as people read it."""
    if path.startswith("parameters.") and value is not None:
        known = parameters().get(path.partition(".")[2])
        return known.text(value) if known else str(value)
    key = path.rpartition(".")[2]
    if key == "included":
        return "列入" if value else "不列入"
    if key in ("applies", "rolls_up"):
        return "、".join(KINDS[letter].label for letter in value or ()) or "无"
    if key == "kind":
        kinds = Veto.Kind if path.startswith("vetoes.") else Indicator.Kind
        return str(kinds(value).label) if value else "空"
    if key in LINES or key == "points":
        return f"{value} 分"
    return "空" if value in (None, "") else str(value)


class Difference(NamedTuple):
    """One path on which two contents differ."""

    path: str
    old: Any
    new: Any

    @property
    def label(self) -> str:
        return label(self.path)

    @property
    def old_text(self) -> str:
        return text(self.path, self.old)

    @property
    def new_text(self) -> str:
        return text(self.path, self.new)


def differences(old: Content, new: Content) -> Iterator[Difference]:
    """Yield what differs, in the order of the document.

    What stands in neither version is no difference, whatever is kept about it.
    """
    for path in dict.fromkeys([*new, *old]):
        before, after = old.get(path), new.get(path)
        if before == after:
            continue
        part, _, rest = path.partition(".")
        switch = f"{part}.{rest.partition('.')[0]}.included"
        if switch != path and not (old.get(switch, True) or new.get(switch, True)):
            continue
        yield Difference(path, before, after)
