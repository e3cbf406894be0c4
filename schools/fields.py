"""A column worked out from another one."""

from collections.abc import Callable

from django.db import models


class DerivedCharField(models.CharField):
    """Text computed from the field `source` by `derive` whenever the row is written.

    It is set by `save()` and `bulk_create()` alike; `bulk_update()` must name the
    column itself after setting it.
    """

    def __init__(
        self, *args, source: str = "", derive: Callable[[str], str] | None = None, **kwargs
    ):
        self.source, self.derive = source, derive
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance, add):
        value = self.derive(getattr(model_instance, self.source)) if self.derive else ""
        setattr(model_instance, self.attname, value[: self.max_length])
        return getattr(model_instance, self.attname)
