"""Waiting for what other threads and processes do."""

import time
from collections.abc import Callable
from contextlib import suppress

PATIENCE = 60


def until(is_so: Callable[[], bool], *, within: float = PATIENCE) -> None:
    """Wait until it is so, in seconds. A server that is not there yet may say so by an OSError."""
    end = time.monotonic() + within
    while time.monotonic() < end:
        with suppress(OSError):
            if is_so():
                return
        time.sleep(0.02)
    raise AssertionError("It never came to be so.")
