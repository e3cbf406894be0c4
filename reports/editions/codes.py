"""The code of a sealed edition: short, without letters that look alike, with a check character.

Seven characters by chance and one that makes the weighted sum divisible by the number of
signs, which is prime: any one wrong character and any two exchanged ones are found.
"""

from __future__ import annotations

import secrets
import unicodedata

# Without 0 O D Q, 1 I L, 2 Z, 5 S, 8 B, U V W Y; nineteen signs, a prime number.
SIGNS = "34679ACEFGHJKMNPRTX"
LENGTH = 8


def new_code() -> str:
    """Return a new code, written in two groups: "7K3M-9HPX"."""
    chosen = [secrets.randbelow(len(SIGNS)) for _ in range(LENGTH - 1)]
    chosen.append(_check(chosen))
    return _grouped("".join(SIGNS[value] for value in chosen))


def normalise(typed: str) -> str:
    """Return a code as it is kept, however it was typed: case, width, blanks and dashes."""
    folded = unicodedata.normalize("NFKC", typed).upper()
    return _grouped("".join(sign for sign in folded if sign.isalnum()))


def is_well_formed(code: str) -> bool:
    """Tell whether a normalised code can be one: its length, its signs and its check."""
    signs = code.replace("-", "")
    if len(signs) != LENGTH or any(sign not in SIGNS for sign in signs):
        return False
    values = [SIGNS.index(sign) for sign in signs]
    return _check(values[:-1]) == values[-1]


def _check(values: list[int]) -> int:
    """Return the last value: with it the sum of place × value is divisible by the signs."""
    total = sum(place * value for place, value in enumerate(values, 1))
    return -total * pow(LENGTH, -1, len(SIGNS)) % len(SIGNS)


def _grouped(signs: str) -> str:
    half = LENGTH // 2
    return f"{signs[:half]}-{signs[half:]}" if len(signs) > half else signs
