"""What an operator sees of a backup while it is taken or restored, and how it is stopped."""

import signal
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from django.core.management.base import CommandError, OutputWrapper
from django.db import DatabaseError

from attache.backup.refusal import Refused

EVERY = 200
STOPPED = 130
Item = TypeVar("Item")


class Progress:
    """Tells how far it is: in place on a terminal, a line for each part in a log."""

    def __init__(self, output: OutputWrapper) -> None:
        self._output = output

    def each(self, what: str, items: Iterable[Item], total: int | None) -> Iterator[Item]:
        """Hand the items on, counting; `total` is how many are expected, where that is known."""
        done = 0
        of = "" if total is None else f" of {total:,}"
        for done, item in enumerate(items, start=1):
            if self._output.isatty() and done % EVERY == 0:
                self._output.write(f"\r{what}: {done:,}{of} ", ending="")
                self._output.flush()
            yield item
        said = f"{what}: {done:,}{of}"
        self._output.write(f"\r{said} " if self._output.isatty() else said)

    def step(self, what: str) -> None:
        """A part that has no number."""
        self._output.write(what)


@contextmanager
def stoppable(nothing: str) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end what is done within, and say everything that goes wrong in words.

    `nothing` is the sentence about what is left. Exit code 1 for what can't be done, 130 where it was stopped.
    """
    # A shell that starts something in the background has it pass over Ctrl-C, and so would Python.
    before = {asked: signal.signal(asked, _stop) for asked in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except KeyboardInterrupt:
        raise CommandError(f"Stopped. {nothing}", returncode=STOPPED) from None
    except Refused as refused:
        raise CommandError(f"{refused}") from refused
    except (OSError, EOFError, zlib.error) as error:
        raise CommandError(f"{error}. {nothing}") from error
    except DatabaseError as error:
        said = str(error).strip()
        raise CommandError(f"The database refuses: {said}. {nothing}") from error
    finally:
        for asked, handler in before.items():
            signal.signal(asked, handler)


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
