"""Names of Party organizations: full and short forms, and the key both share."""

import re

from schools.naming import fold

# Endings of full names, longest first, with the customary short ending.
_ENDINGS = (
    ("联合支部委员会", "联合党支部"),
    ("总支部委员会", "党总支"),
    ("支部委员会", "党支部"),
    ("委员会", "党委"),
    ("联合支部", "联合党支部"),
    ("总支部", "党总支"),
    ("总支", "党总支"),
    ("支部", "党支部"),
)
_DIGITS = str.maketrans("123456789", "一二三四五六七八九")


def organization_short_name(name: str) -> str:
    """Return the short form: "中共某某小学支部委员会" becomes "某某小学党支部"."""
    text = fold(name).removeprefix("中国共产党").removeprefix("中共")
    for full, short in _ENDINGS:
        if text.endswith(short):
            return text
        if text.endswith(full):
            return text.removesuffix(full) + short
    return text


def organization_key(name: str) -> str:
    """Return the form in which full and short names of one organization agree."""
    text = organization_short_name(name)
    # "党第一支部", "第一支部" and "第1党支部" are written for the same branch.
    text = re.sub(r"第([1-9])(?=党?(支部|总支))", lambda m: m[0].translate(_DIGITS), text)
    return re.sub(r"[()（）“”\"'·]", "", text)


def school_part(name: str) -> str:
    """Return what is left of an organization's name without its own ending.

    "临溪县第一中学第二党支部" becomes "临溪县第一中学"; "" where no ending is found.
    """
    key = organization_key(name)
    ending = (
        r"(第[一二三四五六七八九十\d]+)?(离退休|退休|教师|教工|联合|临时)?(党支部|党总支|党委)$"
    )
    stem = re.sub(ending, "", key)
    return stem if stem != key else ""
