"""How far something that takes long has come: a line on the terminal, written over again and again."""

import sys
from collections.abc import Iterator, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
WIDE = 30


def shown(things: Sequence[Thing], what: str) -> Iterator[Thing]:
    """The same things, with a bar of how many of them are done; nothing where nobody looks."""
    for done, thing in enumerate(things):
        tell(done, len(things), what)
        yield thing
    tell(len(things), len(things), what)


def tell(done: int, number: int, what: str) -> None:
    """That so many of them are done."""
    if not sys.stderr.isatty():
        return
    filled = WIDE * done // max(1, number)
    bar = f"[{'#' * filled}{'.' * (WIDE - filled)}]"
    sys.stderr.write(f"\r{bar} {done:,} of {number:,} {what} \x1b[K{chr(10) if done >= number else ''}")
    sys.stderr.flush()
