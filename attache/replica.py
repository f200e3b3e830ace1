"""A read replica: what readers ask for is read there, everything else from the primary.

A page and the stamps it is kept under must come from one server: else what a late replica has would be kept as what the
primary says. So each request decides once. It turns to the primary where the replica fails it, and never back.
docs/decisions/0025-readers-from-a-replica.md tells why.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.models import Model
from django.http import HttpRequest, HttpResponseBase

from attache.reach import Reach
from staff import passes

ALIAS = "replica"
# What readers' pages are made of. Sessions, accounts and what is counted are the primary's, whoever asks.
OF_READERS = frozenset({"articles", "media", "taggit"})
PAPER = "paper"
UNDECIDED = ""
log = logging.getLogger(__name__)
_source: ContextVar[str] = ContextVar("source", default=DEFAULT_DB_ALIAS)


class Router:
    """Reads from the replica what a request has decided to; writes, and reads anything else, from the primary."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """The replica for what readers see, in a request that reads there."""
        return ALIAS if _source.get() == ALIAS and model._meta.app_label in OF_READERS else DEFAULT_DB_ALIAS

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        """The primary."""
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """They have the same rows."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The replica gets its tables from the primary."""
        return db != ALIAS


health = Reach(
    "The replica does not answer; readers get their pages from the primary",
    "The replica answers again.",
    again_after=5.0,
)


def decide() -> None:
    """Let this request read from the replica from now on, if it is a reader's and has not decided yet."""
    if _source.get() == UNDECIDED:
        _source.set(ALIAS if health.may_be_asked() else DEFAULT_DB_ALIAS)


@contextmanager
def for_a_reader() -> Iterator[None]:
    """Within it a reader is answered, who reads from the replica, if there is one, once that is decided."""
    if not is_there():
        yield
        return
    before = _source.set(UNDECIDED)
    try:
        yield
        if _source.get() == ALIAS:
            health.found()
    finally:
        _source.reset(before)


def gives_up(error: Error) -> bool:
    """Turn to the primary, for the rest of this request; False where it was not the replica that failed.

    One that merely refused a question, as replicas do when what they read is being changed, is not away.
    """
    if _source.get() != ALIAS:
        return False
    _source.set(DEFAULT_DB_ALIAS)
    replica = connections[ALIAS]
    if replica.connection is None or not replica.is_usable():
        replica.close()
        health.lost(error)
    else:
        log.warning("The replica refused a question, and the primary is asked: %s", error)
    return True


class NoReplica(Exception):
    """Raised where the server at DATABASE_REPLICA_URL follows no other one."""


def is_there() -> bool:
    """Whether this site has a replica."""
    return f"{__name__}.{Router.__name__}" in settings.DATABASE_ROUTERS


def behind() -> float | None:
    """How many seconds the replica is behind the primary at most; None where it has all that the primary had.

    Raises NoReplica, and django.db.Error where one of them does not answer.
    """
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_lsn()")
        (primary,) = cursor.fetchone()
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn() >= %s,"
            " EXTRACT(EPOCH FROM clock_timestamp() - pg_last_xact_replay_timestamp())",
            [primary],
        )
        follows, has_all, seconds = cursor.fetchone()
    if not follows:
        raise NoReplica
    return None if has_all else float(seconds or 0)


class ReplicaMiddleware:
    """Lets readers' requests read from the replica, and answers them from the primary where that fails.

    It stands before the page cache, which reads by it. Whoever is signed in reads from the primary alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not passes.is_readers(request):
            return self.get_response(request)
        with for_a_reader():
            return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any) -> None:
        """The paper's views read from the replica, and no others."""
        if request.resolver_match and request.resolver_match.app_name == PAPER:
            decide()

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The page once more, from the primary, where the replica failed it."""
        match = request.resolver_match
        if match is None or not isinstance(exception, Error) or not gives_up(exception):
            return None
        response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
        return response
