"""Personal numbers: keyed hashes for look-up, masks for showing."""

import hashlib
import hmac

from django.conf import settings

# The one answer wherever a number is known already: it never tells whose it is, or where.
ELSEWHERE = "这个身份证号不能在这里登记"
ELSEWHERE_FIX = "请核对号码；确属本组织党员的，先办理组织关系转接"


def lookup_hash(number: str) -> str:
    """Return the keyed hash by which an encrypted number can be found (64 hex digits)."""
    return hmac.new(settings.SALT_KEY.encode(), number.encode(), hashlib.sha256).hexdigest()


def mask_phone(number: str) -> str:
    """Return a mobile number with four digits hidden; other numbers show their last four."""
    return f"{number[:3]}****{number[-4:]}" if len(number) == 11 else f"****{number[-4:]}"


def cover_id_number(number: str) -> str:
    """Return an ID number of which only the ends show.

    Region and last digits would give the whole number away beside a birth date or an age.
    """
    return f"{number[:1]}{'*' * (len(number) - 2)}{number[-1:]}" if len(number) > 2 else "*"
