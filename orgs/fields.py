"""A column stored encrypted."""

from encrypted_fields.fields import EncryptedCharField


class EncryptedTextField(EncryptedCharField):
    """Encrypted text that may be empty: "" is stored as it is, not as NULL."""

    def get_prep_value(self, value):
        return "" if value == "" else super().get_prep_value(value)
