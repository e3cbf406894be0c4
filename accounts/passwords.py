"""Rules for passwords beyond those Django brings (GB/T 22239-2019, 8.1.4.1 a)."""

from __future__ import annotations

import secrets
import string

from django.core.exceptions import ValidationError

# Kinds of characters, each with its name and a test.
CLASSES = (
    ("大写字母", str.isupper),
    ("小写字母", str.islower),
    ("数字", str.isdigit),
    ("符号", lambda c: not c.isalnum()),
)
# Letters and digits that are not mistaken for one another when read aloud or from paper.
_CLEAR = "".join(c for c in string.ascii_letters + string.digits if c not in "0O1lIo")


class CharacterClassesValidator:
    """Ask for at least `required` of the four kinds of characters."""

    def __init__(self, required: int = 3):
        self.required = required

    def validate(self, password, user=None):
        present = sum(any(map(test, password)) for _, test in CLASSES)
        if present < self.required:
            raise ValidationError(
                f"密码里只有 {present} 种字符，至少要 {self.required} 种："
                f"{'、'.join(name for name, _ in CLASSES)}。",
                code="password_too_uniform",
            )

    def get_help_text(self):
        names = "、".join(name for name, _ in CLASSES)
        return f"{names}中至少用 {self.required} 种。"


def one_time_password() -> str:
    """Return a random password of 16 characters (about 90 bits) that passes the rules."""
    while True:
        groups = ["".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(4)]
        password = "-".join(groups)
        if all(any(map(test, password)) for _, test in CLASSES):
            return password
