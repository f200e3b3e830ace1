"""Tells of rules that somebody passed over. The newsroom keeps no log of that: an app that does registers here."""

from typing import Protocol

from articles.models import Move


class Watches(Protocol):
    """What keeps a log of what people must account for."""

    def passed_over(self, move: Move, said: str) -> None:
        """By this move somebody passed over a rule by right: `said` is which, with the reason where one is asked."""


_all: list[Watches] = []


def register(watcher: Watches) -> None:
    """Have it told from now on; called once, when its app is ready."""
    _all.append(watcher)


def passed_over(move: Move, said: str) -> None:
    """Tell whoever keeps a log, within the transaction of the move: neither is there without the other."""
    for watcher in _all:
        watcher.passed_over(move, said)
