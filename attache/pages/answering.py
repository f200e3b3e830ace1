"""What a reader gets of a kept page: the bytes that suit, or word that nothing has changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from django.http import HttpResponse
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from attache.pages import edge
from attache.pages.kept import PLAIN, KeptPage, Sent, encoding_for

A_SECOND = timedelta(seconds=1)
NAME = "attache"
HIT, MADE, STOOD_IN, BRIDGE = "hit", "fwd=miss; stored", "hit; detail=moment-ago", "hit; detail=database"
# What the database has just said is right may also be held by others.
RIGHT = frozenset({HIT, MADE})


@dataclass(frozen=True)
class Wish:
    """What is asked of an answer, and nothing else of the request has any part in it."""

    is_head: bool
    encoding: str
    if_none_match: str
    if_modified_since: str

    @property
    def is_plain(self) -> bool:
        """Whether it is for the page and nothing else."""
        return not (self.is_head or self.if_none_match or self.if_modified_since)

    @classmethod
    def of(cls, meta: Mapping[str, str], method: str | None) -> "Wish":
        """That of a request."""
        return cls(
            is_head=method == "HEAD",
            encoding=encoding_for(meta.get("HTTP_ACCEPT_ENCODING", "")),
            if_none_match=meta.get("HTTP_IF_NONE_MATCH", ""),
            if_modified_since=meta.get("HTTP_IF_MODIFIED_SINCE", ""),
        )


def answer(page: KeptPage, wish: Wish, now: datetime, *, status: str) -> HttpResponse:
    """The page as it is wished for; `status` is what Cache-Status says of where it came from (RFC 9211)."""
    etag = page.tag_in(wish.encoding)
    since = _last_modified(page, now)
    headers = {**page.headers, "ETag": etag, "Vary": "Accept-Encoding", "Cache-Status": f"{NAME}; {status}"}
    if since is not None:
        headers["Last-Modified"] = http_date(since)
    if status in RIGHT:
        headers |= edge.said_of(page, now)
    if _has_it(page, wish, since):
        return _unchanged(headers)
    data = page.bytes_in(wish.encoding)
    headers["Content-Length"] = str(len(data))
    if wish.encoding != PLAIN:
        headers["Content-Encoding"] = wish.encoding
    return HttpResponse(b"" if wish.is_head else data, status=page.status, headers=headers)


def answer_again(page: KeptPage, wish: Wish, now: datetime) -> Sent:
    """The whole page, as somebody had it before who wished for the same."""
    is_steady = edge.is_steady(page, now)
    ready = page.ready.get(wish.encoding) if is_steady else None
    if ready is None:
        response = answer(page, wish, now, status=HIT)
        ready = Sent.of(response)
        # Few ask for plain bytes, which take the most place.
        if wish.encoding != PLAIN and is_steady and "Last-Modified" in response.headers:
            page.ready[wish.encoding] = ready
    return ready


def as_bridge(response: HttpResponse, page: KeptPage, now: datetime) -> HttpResponse:
    """The same, said to be what was right when the database last answered."""
    age = max(0, round((now - page.was_right_at).total_seconds()))
    response.headers["Age"] = str(age)
    response.headers["Warning"] = '110 - "Response is Stale"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["Cache-Status"] = f"{NAME}; hit; ttl=-{age}; detail=database"
    return response


def _last_modified(page: KeptPage, now: datetime) -> int | None:
    """The second in which the page was made, once that is over: what changes later then has another one.

    A page that knows better has said so itself.
    """
    if "Last-Modified" in page.headers or now - page.made_at.replace(microsecond=0) < A_SECOND:
        return None
    return int(page.made_at.timestamp())


def _has_it(page: KeptPage, wish: Wish, since: int | None) -> bool:
    """Whether the reader has those very bytes. That a story is gone is said to everybody (RFC 9110, 13.2.1)."""
    if page.status != HTTPStatus.OK:
        return False
    if wish.if_none_match:
        theirs = [tag.removeprefix("W/") for tag in parse_etags(wish.if_none_match)]
        return "*" in theirs or page.tag_in(wish.encoding) in theirs
    if not wish.if_modified_since:
        return False
    told = since if since is not None else parse_http_date_safe(page.headers.get("Last-Modified", ""))
    asked = parse_http_date_safe(wish.if_modified_since)
    return told is not None and asked is not None and asked >= told


def _unchanged(headers: Mapping[str, str]) -> HttpResponse:
    """Word that the reader has it already: what is said of the page, without the page."""
    response = HttpResponse(status=304, headers=headers)
    response.headers.pop("Content-Type", None)
    return response
