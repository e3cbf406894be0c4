"""Memory while very many objects are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def many_objects() -> Iterator[None]:
    """Let Python not look for circles of objects meanwhile, nor in what was there before.

    Rows read by the ten thousand form none, and looking through them again and again takes
    a third of the time. What is no longer used is given back all the same.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
