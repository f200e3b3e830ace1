"""Names for what is said, by which it is told apart from anything else."""

from hashlib import blake2b
from typing import Any


def name_of(*said: Any) -> str:
    """The same for the same, and another for whatever is written otherwise in Python."""
    return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
