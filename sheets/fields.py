"""A column of bytes stored encrypted."""

from __future__ import annotations

from cryptography.fernet import InvalidToken
from django.db import models
from encrypted_fields.fields import EncryptedFieldMixin


class SealedField(EncryptedFieldMixin, models.BinaryField):
    """Bytes nobody reads in the database or in a copy of it; the key is that of all fields.

    What cannot be opened, because the key was changed, reads as None.
    """

    def get_internal_type(self):
        return "BinaryField"

    def get_prep_value(self, value):
        return value

    def get_db_prep_value(self, value, connection, prepared=False):
        sealed = None if value is None else self.f.encrypt(bytes(value))
        return models.BinaryField.get_db_prep_value(self, sealed, connection, prepared)

    def from_db_value(self, value, expression, connection):
        try:
            return None if value is None else self.f.decrypt(bytes(value))
        except InvalidToken:
            return None

    def to_python(self, value):
        return models.BinaryField.to_python(self, value)
