"""A column worked out from others."""

from collections.abc import Callable

from django.db import models


class DerivedCharField(models.CharField):
    """Text computed from the fields `source` by `derive` whenever the row is written.

    It is set by `save()` and `bulk_create()` alike; `bulk_update()` must name the
    column itself after setting it. `sources` are the names of the fields.
    """

    def __init__(
        self,
        *args,
        source: str | tuple[str, ...] = (),
        derive: Callable[..., str] | None = None,
        **kwargs,
    ):
        self.sources = (source,) if isinstance(source, str) else source
        self.derive = derive
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def pre_save(self, model_instance, add):
        values = [getattr(model_instance, source) for source in self.sources]
        value = self.derive(*values) if self.derive else ""
        setattr(model_instance, self.attname, value[: self.max_length])
        return getattr(model_instance, self.attname)
