"""A visit: a request that may be answered from what is kept, or be kept when it is answered."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port, validate_host
from django.utils import timezone

from articles.asking import Numbers
from articles.models.stamp import ANY
from attache.pages.answering import BRIDGE, HIT, Wish, answer, as_bridge
from attache.pages.kept import MARKS, KeptPage, numbers_of
from attache.pages.memory import memory
from attache.pages.questions import ask, latest
from staff import passes


@dataclass
class Visit:
    """What is known of such a request: the page that is kept at its address, and what the database said of it."""

    wish: Wish
    now: datetime
    path: str
    query: str
    address: str | None
    page: KeptPage | None = None
    found: Numbers = ()
    names: tuple[str, ...] = ()
    is_making: bool = False
    is_first: bool = False
    is_first_of_all: bool = False
    is_asked: bool = False

    @classmethod
    def of(cls, request: HttpRequest) -> "Visit | None":
        """That of a request; None where it is none: whoever is signed in, or is to be led to TLS or refused."""
        meta: Any = request.META
        if (
            not settings.PAGES_MEMORY_MB
            or not passes.is_readers(request)
            or "HTTP_AUTHORIZATION" in meta
            or (settings.SECURE_SSL_REDIRECT and not request.is_secure())
        ):
            return None
        if not _is_ours(meta.get("HTTP_HOST", meta["SERVER_NAME"]), tuple(settings.ALLOWED_HOSTS)):
            # Refused further down, in the same words as everything.
            return None
        memory.room = settings.PAGES_MEMORY_MB * 1024 * 1024
        path, query = request.path, meta.get("QUERY_STRING", "")
        return cls(
            wish=Wish.of(meta, request.method),
            now=timezone.now(),
            path=path,
            query=query,
            address=memory.address_of(path, query),
        )

    def ask_about(self, page: KeptPage | None) -> bool:
        """Whether that page is right, by the stamps as they are now; they are remembered where it is not.

        Mostly nothing at all has changed since it was known to be; that is asked first, once for all pages.
        """
        self.page = page
        self.now = timezone.now()
        if page and page.latest is not None and page.is_still_right(self.now, latest()):
            page.doubtful_since = None
            return True
        self.names = page.asked if page else tuple(MARKS)
        self.found = ask(self.names)
        self.is_asked = True
        if page is None:
            return False
        is_right = page.is_right(self.now, self.found)
        page.latest = numbers_of(self.found, {ANY}) if is_right else None
        is_doubtful = not is_right and not page.may_stand_in(self.now, self.found)
        page.doubtful_since = (page.doubtful_since or self.now) if is_doubtful else None
        return is_right

    def given(self, page: KeptPage) -> HttpResponse:
        """The answer by that page, which is right."""
        page.was_right_at = self.now
        return answer(page, self.wish, self.now, status=HIT)

    def bridged_by(self, page: KeptPage) -> HttpResponse:
        """The answer by that page, which the database cannot be asked about."""
        return as_bridge(answer(page, self.wish, self.now, status=BRIDGE), page, self.now)


@lru_cache(maxsize=64)
def _is_ours(host: str, allowed: tuple[str, ...]) -> bool:
    """Whether that is a name of the site, as Django sees it."""
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)
