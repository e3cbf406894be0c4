"""A column stored encrypted."""

from collections.abc import Callable

from encrypted_fields.fields import EncryptedCharField


class EncryptedTextField(EncryptedCharField):
    """Encrypted text that may be empty: "" is stored as it is, not as NULL.

    `mask` returns the text as it is shown to those who may not reveal it.
    """

    def __init__(self, *args, mask: Callable[[str], str] = lambda text: "****", **kwargs):
        self.mask = mask
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value):
        # Encrypted as it is: the library would first try to read it as something encrypted.
        return self.f.encrypt(str(value).encode()).decode() if value else value
