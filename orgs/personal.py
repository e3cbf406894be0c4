"""Personal numbers: keyed hashes for look-up, masks for showing."""

import hashlib
import hmac

from django.conf import settings


def lookup_hash(number: str) -> str:
    """Return the keyed hash by which an encrypted number can be found (64 hex digits)."""
    return hmac.new(settings.SALT_KEY.encode(), number.encode(), hashlib.sha256).hexdigest()


def mask_id_number(number: str) -> str:
    """Return an ID number with the middle eight digits hidden."""
    return f"{number[:6]}********{number[-4:]}" if len(number) == 18 else "*" * len(number)


def mask_phone(number: str) -> str:
    """Return a mobile number with four digits hidden; other numbers show their last four."""
    return f"{number[:3]}****{number[-4:]}" if len(number) == 11 else f"****{number[-4:]}"


def cover_id_number(number: str) -> str:
    """Return an ID number of which only the ends show.

    For pages that show the birth date or the age as well: beside them `mask_id_number`
    would give the whole number away.
    """
    return f"{number[:1]}{'*' * (len(number) - 2)}{number[-1:]}" if len(number) > 2 else "*"
