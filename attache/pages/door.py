"""The door: kept pages are given out here, before Django makes a request of what is asked.

What Django does for any request, its middleware with it, takes several times as long as the one question that a kept
page needs. Whatever is not kept, or not right any more, goes on to Django with what was found out about it.
"""

import os
import threading
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.db import Error

from attache import replica
from attache.pages.answering import answer_again
from attache.pages.kept import KeptPage, Sent
from attache.pages.memory import memory
from attache.pages.questions import database, lost
from attache.pages.visit import Visit
from attache.security import in_utf8

# Where the page cache finds the visit again, among what the web server says of a request.
VISIT = "attache.visit"
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
# A thread that goes straight from one answer to the next keeps its core, while others wait with theirs in hand. In
# seconds: what is straight, and how long is too long. Where threads cannot give way, they are left to the system.
STRAIGHT, TOO_LONG = 0.0001, 0.005
_give_way: Callable[[], None] = getattr(os, "sched_yield", lambda: None)


class _Turn(threading.local):
    """What a thread has answered since it last waited for anybody."""

    since = was_done_at = 0.0
    was_kept = False

    def begin(self) -> None:
        """Let others on first: after each kept page, of which a slice of the system's time holds dozens, and after
        whatever else once it has been too long.
        """
        now = monotonic()
        if now - self.was_done_at > STRAIGHT:
            self.since = now
        elif self.was_kept or now - self.since > TOO_LONG:
            _give_way()
            self.since = monotonic()

    def end(self, *, was_kept: bool) -> None:
        """It has answered."""
        self.was_done_at, self.was_kept = monotonic(), was_kept


_turn = _Turn()


class Glance(WSGIRequest):
    """A request as far as it must be known to find its page; nothing is read of it, and nothing changed."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self.environ = self.META = environ
        self.method = environ["REQUEST_METHOD"]
        self.path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")


class Door:
    """What the web server calls (PEP 3333), with the rest of the site behind it."""

    def __init__(self, site: Application) -> None:
        self.site = site

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        _turn.begin()
        sent = kept_for(environ)
        try:
            if sent is None:
                return self.site(in_utf8(environ), start_response)
            start_response(sent.status, [*sent.headers])
            return [sent.body]
        finally:
            _turn.end(was_kept=sent is not None)


def kept_for(environ: dict[str, Any]) -> Sent | None:
    """The answer by a page that is kept, to a request as the web server tells it; None where Django is to answer."""
    visit = Visit.of(Glance(environ))
    if visit is None:
        return None
    environ[VISIT] = visit
    page = memory.get(visit.address) if visit.address else None
    if page is None:
        return None
    with replica.for_a_reader():
        replica.decide()
        return _given(visit, page)


def _given(visit: Visit, page: KeptPage) -> Sent | None:
    """The kept page, if it is right, or if the database does not say and it may be shown meanwhile."""
    if not database.may_be_asked():
        if page.may_bridge(visit.now):
            return Sent.of(visit.bridged_by(page))
        if database.is_silent:
            return None
    try:
        is_right = visit.ask_about(page)
        database.found()
    except Error as error:
        lost(error)
        return Sent.of(visit.bridged_by(page)) if page.may_bridge(visit.now) else None
    if not is_right:
        return None
    if not visit.wish.is_plain:
        return Sent.of(visit.given(page))
    page.was_right_at = visit.now
    return answer_again(page, visit.wish, visit.now)
