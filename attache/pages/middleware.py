"""The page cache between readers and views."""

import logging
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

from django.conf import settings
from django.db import Error, OperationalError
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils import timezone

from articles.paper.made_of import parameters_of
from attache.pages import edge, shared
from attache.pages.answering import MADE, STOOD_IN, answer
from attache.pages.door import VISIT
from attache.pages.kept import KeptPage
from attache.pages.making import page_of
from attache.pages.memory import memory
from attache.pages.packing import pack
from attache.pages.questions import answers, database, lost
from attache.pages.queue import queue
from attache.pages.visit import Visit

log = logging.getLogger(__name__)
# A page is made from its address. What a reader has already, or wants a part of, is no matter of the view's, nor is a
# token that the reader lacks or that is broken.
NOT_OF_A_PAGE = (
    "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_MATCH", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE",
    "CSRF_COOKIE", "CSRF_COOKIE_NEEDS_UPDATE",
)  # fmt: skip
LOOKED_FOR_EVERY = 0.02
# What was waited for is not kept, perhaps never: after so many times everybody makes it.
WAITS = 2
# Lately enough for a page to have been right a moment ago.
LATELY = 30


class PageCacheMiddleware:
    """Keeps what the views answer to readers: the page is made once, and others who ask for it meanwhile wait.

    It stands before everything else, so that what it keeps is the whole answer with every header. What is kept already
    was given out before Django was asked (`door`). Whoever is signed in is answered by the views, and never kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        visit = request.META.pop(VISIT, None) or Visit.of(request)
        if visit is None:
            return edge.close(self.get_response(request))
        request._visit = visit  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
            response = self._kept(request, visit, response) if visit.is_making else response
            return edge.close(pack(response, visit.wish.encoding))
        finally:
            self._leave(visit)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Once it is known which view will answer: wait for whoever is making the same page, or make it."""
        visit: Visit | None = getattr(request, "_visit", None)
        if visit is None:
            return None
        parameters = parameters_of(view)
        visit.address = None if parameters is None else memory.address_of(visit.path, visit.query, parameters)
        if not answers():
            # The view would wait for it, and so, before long, all threads, with none left for what is kept.
            response = self._bridge_of_others(visit)
            if response is None:
                raise OperationalError("The database does not answer.")
            return response
        if visit.address is None:
            return None
        try:
            response = self._found(visit, visit.address)
            if response is None and not visit.is_asked:
                visit.ask_about(None)
            database.found()
        except Error as error:
            lost(error)
            # Without a page of before the view will say it in its way.
            return self._bridge_of_others(visit)
        if response is None:
            visit.is_making = True
            for name in NOT_OF_A_PAGE:
                request.META.pop(name, None)
            # The view is given of the query what the address says, and nothing that another page could be made of.
            request.GET = QueryDict(visit.address.rpartition("?")[2])
            # A session that is none would be taken from the reader with the page.
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
        return response

    def _bridge_of_others(self, visit: Visit) -> HttpResponseBase | None:
        """The page of before as another process kept it, if it may be shown while the database does not answer: not
        one from before its like was known here to be doubtful.
        """
        if visit.address is None or not shared.is_there():
            return None
        page, ours = shared.get(visit.address), memory.get(visit.address)
        if page is None or not page.may_bridge(visit.now):
            return None
        if ours and ours.doubtful_since and page.made_at < ours.doubtful_since:
            return None
        return visit.bridged_by(page)

    def _found(self, visit: Visit, address: str) -> HttpResponseBase | None:
        """The page as somebody else has made it meanwhile; None where it must be made here."""
        page = visit.page
        if page is None:
            page = memory.get(address)
            if page is not None and visit.ask_about(page):
                return visit.given(page)
        for _ in range(WAITS):
            other = queue.join(address)
            if other is None:
                visit.is_first = True
                return self._from_others(visit, address) if shared.is_there() else None
            if other.has_just_begun and (response := self._stand_in(visit, page)):
                return response
            is_done = other.wait()
            page = memory.get(address)
            if visit.ask_about(page) and page:
                return visit.given(page)
            if not is_done:
                break
            # It was not kept, since something changed while it was made; of those who waited one makes the next.
        return None

    def _stand_in(self, visit: Visit, page: KeptPage | None) -> HttpResponseBase | None:
        """The page of a moment ago, where nothing on it is gone."""
        if page is None or not page.may_stand_in(visit.now, visit.found):
            return None
        if (visit.now - page.was_right_at).total_seconds() > LATELY:
            return None
        return answer(page, visit.wish, visit.now, status=STOOD_IN)

    def _from_others(self, visit: Visit, address: str) -> HttpResponseBase | None:
        """The page as another process has made it, or is about to."""
        until = monotonic() + shared.MADE_WITHIN / 2
        stands = visit.page
        while True:
            page = shared.get(address) or stands
            if visit.ask_about(page) and page:
                memory.keep(address, page)
                return visit.given(page)
            if shared.is_mine_to_make(address):
                visit.is_first_of_all = True
                return None
            if (response := self._stand_in(visit, page)) or monotonic() > until:
                return response
            sleep(LOOKED_FOR_EVERY)

    def _kept(self, request: HttpRequest, visit: Visit, response: HttpResponseBase) -> HttpResponseBase:
        """Keep what was made, and answer with it."""
        try:
            page = page_of(request, response, now=visit.now, before=visit.found, known=visit.names)
        except Error as error:
            log.error("A page cannot be kept: %s", error)
            return response
        if page is None or visit.address is None:
            return response
        memory.keep(visit.address, page)
        if shared.is_there():
            shared.keep(visit.address, page)
        # It has taken a while, which is not to be held beyond its end.
        return answer(page, visit.wish, timezone.now(), status=MADE)

    def _leave(self, visit: Visit) -> None:
        # Those who wait here come first, whatever becomes of a question to Redis.
        if visit.is_first and visit.address:
            queue.leave(visit.address)
        if visit.is_first_of_all and visit.address:
            shared.is_made(visit.address)
