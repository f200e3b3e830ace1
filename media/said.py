"""Short names for values, by which equal ones are known again."""

from hashlib import blake2b
from typing import Any


def name_of(*said: Any) -> str:
    """The same name for the same values, and another for values that Python writes otherwise (`repr`)."""
    return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
