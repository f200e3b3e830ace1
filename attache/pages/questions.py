"""What kept pages ask of the database: whether anything has changed, the numbers of stamps; and whether it answers."""

from collections.abc import Collection
from time import monotonic
from typing import Any

from django.db import Error, connection

from articles import asking
from articles.asking import Numbers
from articles.models.stamp import ANY, Stamp
from articles.prepared import reading
from attache import replica
from attache.pages.kept import MARKS, numbers_of
from attache.reach import Reach

# In seconds: as if whoever asks had come by so much earlier.
JUST_NOW = 0.001
_latest: dict[str, tuple[float, frozenset[int]]] = {}
database = Reach(
    "The database does not answer; pages are shown as they were",
    "The database answers again.",
    again_after=1.0,
)


def latest() -> frozenset[int]:
    """The numbers of ANY, as they were a thousandth of a second ago or later; raises what `ask` does.

    However many readers come, the database is asked no more often for them. What somebody sees within a transaction is
    theirs, and nobody else's.
    """
    link = reading(Stamp)
    asked_at, found = _latest.get(link.alias, (0.0, frozenset()))
    now = monotonic()
    if now - asked_at < JUST_NOW and not link.in_atomic_block:
        return found
    found = numbers_of(ask((ANY,)), {ANY})
    # Another one may have answered.
    link = reading(Stamp)
    if not link.in_atomic_block:
        _latest[link.alias] = (now, found)
    return found


def ask(names: Collection[str]) -> Numbers:
    """The numbers of these stamps; raises django.db.Error where the database does not answer, nor the primary in the
    place of a replica.
    """
    try:
        return _asked(names)
    except Error as error:
        if not replica.gives_up(error):
            raise
        return _asked(names)


def lost(error: Error) -> None:
    """The database did not answer. Raises the error, where somebody is in the middle of something with it."""
    if not _is_ours_to_close():
        raise error
    connection.close()
    database.lost(error)


def answers() -> bool:
    """Whether the database may be asked: not where it takes questions, answers none, and others have found that out
    already.
    """
    if database.is_silent:
        if not database.may_be_asked():
            return False
        try:
            ask(MARKS)
        except Error as error:
            lost(error)
            return False
        database.found()
    return True


def _asked(names: Collection[str]) -> Numbers:
    link: Any = reading(Stamp)
    # Django does so when a request begins; a kept page is given out before.
    if not link.in_atomic_block:
        link.close_if_unusable_or_obsolete()
    return asking.by_connection(link, lambda: Stamp.objects.numbers(names))


def _is_ours_to_close() -> bool:
    """Whether nobody is in the middle of something with the connection."""
    return not connection.in_atomic_block
