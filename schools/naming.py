"""Names of bodies and schools, brought to one form for comparison."""

import re
import unicodedata


def fold(text: str) -> str:
    """Return `text` with full-width forms folded and every kind of space taken out."""
    text = unicodedata.normalize("NFKC", text or "")
    return re.sub(r"[\s\u200b-\u200f\ufeff]+", "", text)


def school_key(name: str) -> str:
    """Return the form of a school's name by which it is compared."""
    return fold(name)


def body_short_name(name: str) -> str:
    """Return the customary short name of a managing body.

    "中共临溪县教育局委员会" becomes "临溪县教育局党委"; committees of work
    (工作委员会) become 工委; a name without a customary short form stays.
    """
    text = fold(name).removeprefix("中国共产党").removeprefix("中共")
    if text.endswith("工作委员会"):
        return text.removesuffix("工作委员会") + "工委"
    if text.endswith("委员会"):
        return text.removesuffix("委员会") + "党委"
    return text
