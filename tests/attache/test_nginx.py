"""The page cache of nginx as its container has it, before a site that says what a test wants it to say."""

import os
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver
from hypothesis import given
from hypothesis import strategies as st

from articles.paper.made_of import parameters_of
from attache.pages import edge
from attache.pages.kept import GZIP, PLAIN, KeptPage, encoding_for, packed
from attache.pages.memory import Memory
from benchmarks.serving import nginx
from tests.attache.test_containers import ROOT, answers, ask, free_port, program
from tests.waiting import until

PATIENCE = 30
MISS, HIT, STALE, PAST = "nginx; fwd=miss", "nginx; hit", "nginx; hit; detail=stale", None
WHOLE = "public, max-age=0, s-maxage=60, stale-while-revalidate=60, stale-if-error=600"


class Site:
    """A web server that says of its pages what it is told to say; each page is the number of the request."""

    def __init__(self) -> None:
        self.says: Callable[[], dict[str, str]] = lambda: {"Cache-Control": WHOLE}
        self.status = 200
        self.asked: list[Message] = []
        self.paths: list[str] = []
        self.page: Callable[[], str] = lambda: str(len(self.asked))
        self.may_answer = threading.Event()
        self.may_answer.set()
        site = self

        class Door(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                if not site.is_there:
                    # On a connection that was open.
                    self.close_connection = True
                    return
                site.asked.append(self.headers)
                site.paths.append(self.path)
                said, page = site.says(), site.page().encode()
                site.may_answer.wait(PATIENCE)
                self.send_response(304 if "If-None-Match" in self.headers else site.status)
                for name, value in said.items():
                    self.send_header(name, value)
                if "If-None-Match" not in self.headers:
                    self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                if "If-None-Match" not in self.headers:
                    self.wfile.write(page)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.server.daemon_threads = True
        self.port = int(self.server.server_address[1])
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self.thread.start()
        self.is_there = True
        self.front = free_port()

    def goes_away(self) -> None:
        """Nobody listens any more."""
        if self.is_there:
            self.is_there = False
            self.server.shutdown()
            self.thread.join()
            self.server.server_close()

    def ask(self, path: str = "/world/bridge/", **headers: str) -> tuple[str, str | None]:
        """What a reader gets by way of nginx, or its status, and what became of the request there."""
        status, said, page = ask(self.front, path, **headers)
        return page.decode() if status == 200 else str(status), said["Cache-Status"]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """One with nginx in front."""
    there = Site()
    try:
        command = nginx(program("nginx"), there.port, there.front, tmp_path)
        with (tmp_path / "log").open("wb") as log:
            running = subprocess.Popen(command, env=dict(os.environ), stdout=log, stderr=log)  # noqa: S603
        try:
            until(lambda: answers(there.front))
            yield there
        finally:
            running.terminate()
            running.wait(PATIENCE)
    finally:
        there.may_answer.set()
        there.goes_away()


@contextmanager
def at_once(site: Site, number: int) -> Iterator[list[tuple[str, str | None]]]:
    """So many readers who ask; at the end, what each got."""
    seen: list[tuple[str, str | None]] = []
    readers = [threading.Thread(target=lambda: seen.append(site.ask())) for _ in range(number)]
    for reader in readers:
        reader.start()
    yield seen
    for reader in readers:
        reader.join(PATIENCE)


def test_a_page_is_held_and_told_to_browsers_as_ever(site: Site) -> None:
    assert [site.ask() for _ in range(3)] == [("1", MISS), ("1", HIT), ("1", HIT)]
    _, headers, _ = ask(site.front, "/world/bridge/")
    assert headers.get_all("Cache-Control") == ["public, no-cache"]
    assert "X-Accel-Expires" not in headers
    for policy in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options"):
        assert len(headers.get_all(policy, [])) == 1
    # Another address, another host and what came without TLS are other pages.
    for path, said in (
        ("/world/", {}),
        ("/", {"X_Forwarded_Proto": "https"}),
        ("/", {"Host": "else.example"}),
    ):
        assert [site.ask(path, **said)[1] for _ in range(2)] == [MISS, HIT]
    assert len(site.asked) == 4


def test_what_a_query_says_that_means_nothing_makes_no_other_page(site: Site) -> None:
    assert site.ask() == ("1", MISS)
    for query in (
        "", "utm_source=letter&fbclid=1", "a[]=1&b=%00&c=%ff&;;&=", "a=1;before=2", "a=?before", "a=%26before",
    ):  # fmt: skip
        assert site.ask(f"/world/bridge/?{query}") == ("1", HIT), query
    # A page of its own is what may name the one parameter that the site knows, in whatever way it is written.
    others = (
        "before=1", "before=2", "a=1&before=1", "%62efore=1", "b%65fore=3", "a=%26&before", "%62%65%66%6F%72%65=1",
    )  # fmt: skip
    for query in others:
        assert [site.ask(f"/world/bridge/?{query}")[1] for _ in range(2)] == [MISS, HIT], query
    assert [site.ask(f"/world/{path}")[1] for path in ("bridge/%3Fbefore=1", "%62ridge/")] == [MISS, MISS]
    # The site sees what was asked.
    assert [path.partition("?")[2] for path in site.paths[1:8]] == list(others)


SIGNS = st.sampled_from(["before", "%62efore", "Before", "a", "=", "&", ";", "%26", "%3D", "+", "?", "#", "1"])
ENCODINGS = st.sampled_from(["br", "gzip", "GZIP", "deflate", "zstd", "identity", "x-gzip"])
WEIGHTS = st.sampled_from(["", ";q=0", ";q=1", "; q=0.5", " ;q=0.000", ";q=0.001", "; q=1.000"])


@given(st.lists(SIGNS, max_size=30).map("".join))
def test_no_query_is_left_out_that_makes_another_page(query: str) -> None:
    if chosen("request_uri", f"/world/?{query}") != f"/world/?{query}":
        page, plain = (Memory().address_of("/world/", each, frozenset({"before"})) for each in (query, ""))
        assert page == plain


@given(st.lists(st.tuples(ENCODINGS, WEIGHTS), unique_by=lambda each: each[0].lower()))
def test_the_encoding_is_the_one_that_the_site_would_choose(named: list[tuple[str, str]]) -> None:
    accepted = ", ".join(map("".join, named))
    assert chosen("http_accept_encoding", accepted) == encoding_for(accepted)


def chosen(variable: str, value: str) -> str:
    """What the map of that variable makes of a value."""
    said = (ROOT / "attache/deploy/nginx.conf").read_text().partition(f"map ${variable} ")[2].partition("}\n")[0]
    for flags, expression, result in re.findall(r'"~(\*?)(.*)" (\S+);', said):
        found = re.search(expression.replace("(?<", "(?P<"), value, re.IGNORECASE if flags else 0)
        if found:
            return str({"$request_uri": value, "$path_asked": found.group(1)}.get(result, result))
    return PLAIN


def test_no_page_goes_by_another_parameter_than_the_one_that_nginx_knows() -> None:
    assert frozenset().union(*(parameters_of(view) or () for view in views(get_resolver()))) == {"before"}


def views(resolver: URLResolver) -> Iterator[Any]:
    """Every view of the site."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from views(each)
        else:
            yield each.callback


@pytest.mark.parametrize(
    ("accepted", "wanted"),
    [
        ("gzip, deflate, br, zstd", "br"), ("br", "br"), ("BR;q=0.1,gzip", "br"), ("gzip;q=1.0, br ; q=0.001", "br"),
        ("gzip", "gzip"), ("gzip, deflate", "gzip"), ("deflate, gzip;q=0.5", "gzip"), ("br;q=0, gzip;q=1", "gzip"),
        ("GZIP", "gzip"), ("br;q=0.000,gzip", "gzip"), ("brotli, gzip", "gzip"), ("", PLAIN), ("identity", PLAIN),
        ("gzip;q=0", PLAIN), ("*;q=0", PLAIN), ("x-gzip", PLAIN), ("deflate, zstd", PLAIN),
    ],
)  # fmt: skip
def test_the_site_is_asked_for_the_encoding_that_suits(site: Site, accepted: str, wanted: str) -> None:
    assert site.ask(Accept_Encoding=accepted) == ("1", MISS)
    assert site.asked[0]["Accept-Encoding"] == wanted == encoding_for(accepted)


def test_of_a_page_there_are_three_copies_at_most(site: Site) -> None:
    site.says = lambda: {"Cache-Control": WHOLE, "Vary": "Accept-Encoding"}
    asked = ("br", "gzip", "gzip, deflate, br", "deflate,gzip", "identity", "br;q=0.9, gzip", "*", "zstd", "gzip;q=0.1")
    assert [site.ask(Accept_Encoding=each) for each in asked] == [
        ("1", MISS), ("2", MISS), ("1", HIT), ("2", HIT), ("3", MISS), ("1", HIT), ("3", HIT), ("3", HIT), ("2", HIT),
    ]  # fmt: skip
    assert ask(site.front, "/world/bridge/")[1]["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("vary", ["Cookie", "Accept-Encoding, Cookie", "*", "Accept-Language"])
def test_what_varies_by_more_than_the_encoding_is_held_by_nobody(site: Site, vary: str) -> None:
    site.says = lambda: {"Cache-Control": WHOLE, "Vary": vary}
    assert [site.ask() for _ in range(2)] == [("1", MISS), ("2", MISS)]


@pytest.mark.parametrize(
    "said",
    [
        {"Cookie": "sessionid=abc"}, {"Cookie": "theme=dark; sessionid=abc"}, {"Cookie": "newsroom-pass=x"},
        {"Cookie": "a=b;newsroom-pass=x"}, {"Authorization": "Basic YTpi"}, {"Authorization": "0"},
        {"Via": "1.1 cache.example"}, {"CDN_Loop": "cdn"},
    ],
    ids=str,
)  # fmt: skip
def test_who_is_somebody_or_another_cache_goes_past_what_is_held(site: Site, said: dict[str, str]) -> None:
    assert site.ask(**said) == ("1", PAST)
    assert site.ask() == ("2", MISS)
    assert site.ask(**said) == ("3", PAST)
    assert site.ask(Cookie="csrftoken=abc; mysessionid=1") == ("2", HIT)
    _, headers, _ = ask(site.front, "/world/bridge/", **said)
    is_cache = said.keys() & {"Via", "CDN_Loop"}
    assert headers.get_all("Cache-Control") == [WHOLE if is_cache else "public, no-cache"]
    # What it has already the site itself is told.
    assert ask(site.front, "/world/bridge/", If_None_Match='"one"', **said)[0] == 304
    assert site.asked[-1]["If-None-Match"] == '"one"'
    site.goes_away()
    assert site.ask(**said) == ("503", None)


@pytest.mark.parametrize(
    "control",
    [
        "",
        "private, no-store",
        "no-store",
        "public, no-cache",
        "no-cache",
        "public, max-age=60",
        "max-age=0, s-maxage=0",
    ],
)
def test_only_what_the_site_lets_caches_hold_is_held(site: Site, control: str) -> None:
    site.says = lambda: {"Cache-Control": control} if control else {"Last-Modified": "Sun, 03 May 2026 11:59:59 GMT"}
    assert [site.ask() for _ in range(2)] == [("1", MISS), ("2", MISS)]
    _, headers, _ = ask(site.front, "/world/bridge/")
    assert headers.get_all("Cache-Control", []) == [control] * bool(control)


def test_the_api_is_not_held_and_answers_who_asks_again(site: Site) -> None:
    assert [site.ask("/api/v1/stories/") for _ in range(2)] == [("1", PAST), ("2", PAST)]
    status, headers, _ = ask(site.front, "/api/v1/stories/", If_None_Match='"one"')
    assert (status, len(headers.get_all("Content-Security-Policy", []))) == (304, 1)


def test_what_sets_a_cookie_is_held_by_nobody(site: Site) -> None:
    site.says = lambda: {"Cache-Control": WHOLE, "Set-Cookie": "a=b"}
    assert [site.ask() for _ in range(2)] == [("1", MISS), ("2", MISS)]


def test_a_page_with_as_many_keys_as_can_be_goes_through(site: Site) -> None:
    site.says = lambda: {"Cache-Control": WHOLE, "Surrogate-Key": " ".join(f"story-{number}" for number in range(900))}
    assert [site.ask() for _ in range(2)] == [("1", MISS), ("1", HIT)]


def test_who_comes_while_it_is_asked_for_again_does_not_wait(site: Site) -> None:
    site.says = lambda: {"Cache-Control": "public, max-age=0, s-maxage=1, stale-while-revalidate=60"}
    assert site.ask() == ("1", MISS)
    until(lambda: site.ask()[1] != HIT)
    until(lambda: len(site.asked) > 1)
    site.says = lambda: {"Cache-Control": WHOLE}
    until(lambda: site.ask()[1] != HIT)
    site.may_answer.clear()
    seen = [site.ask() for _ in range(5)]
    assert {status for _, status in seen} <= {STALE, HIT}
    site.may_answer.set()
    until(lambda: site.ask() == (str(len(site.asked)), HIT))


@pytest.mark.parametrize("control", ["no-cache", WHOLE])
def test_nobody_waits_here_for_what_another_asked(site: Site, control: str) -> None:
    """It may be nothing to hold. Where it is a page, it is made once all the same: the site has a queue for it."""
    site.says = lambda: {"Cache-Control": control}
    site.may_answer.clear()
    with at_once(site, 8) as seen:
        until(lambda: len(site.asked) == 8, within=2)
        site.may_answer.set()
    assert [status for _, status in seen] == [MISS] * 8


def test_of_many_who_ask_at_once_one_asks_the_site_again(site: Site) -> None:
    site.says = lambda: {"Cache-Control": "public, max-age=0, s-maxage=1, stale-while-revalidate=60"}
    assert site.ask() == ("1", MISS)
    site.may_answer.clear()
    until(lambda: site.ask()[1] != HIT)
    with at_once(site, 8) as seen:
        pass
    assert seen == [("1", STALE)] * 8
    assert len(site.asked) == 2


@pytest.mark.parametrize(
    ("name", "is_hashed"),
    [
        ("articles/paper.0123456789ab.css", True), ("articles/LICENSE.0123456789ab", True),
        ("fonts/a.b.0123456789ab.woff2", True), ("articles/paper.css", False), ("articles/0123456789ab.css", False),
        ("a.0123456789ab/paper.css", False), ("paper.0123456789AB.css", False), ("paper.0123456789abc.css", False),
    ],
)  # fmt: skip
def test_a_file_whose_name_tells_its_content_is_kept_by_browsers(
    site: Site, tmp_path: Path, name: str, is_hashed: bool
) -> None:
    file = tmp_path / "static" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("p {}")
    wanted = "public, max-age=31536000, immutable" if is_hashed else "public, max-age=3600"
    assert ask(site.front, f"/static/{name}")[1].get_all("Cache-Control") == [wanted]
    assert ask(site.front, f"/static/{name}.gone")[1]["Cache-Control"] is None


def test_what_is_unchanged_is_not_sent_again(site: Site) -> None:
    site.says = lambda: {"Cache-Control": "public, max-age=0, s-maxage=1", "ETag": '"one"'}
    assert site.ask() == ("1", MISS)
    until(lambda: len(site.asked) > 1 or site.ask()[1] != HIT)
    assert site.asked[-1]["If-None-Match"] == '"one"'
    assert site.ask()[0] == "1"
    status, _, page = ask(site.front, "/world/bridge/", If_None_Match='"one"')
    assert (status, page) == (304, b"")


def test_where_the_site_is_away_a_page_is_shown_until_its_end_and_no_longer(site: Site) -> None:
    site.says = lambda: {"Cache-Control": "public, max-age=0, s-maxage=1, stale-if-error=3"}
    assert site.ask() == ("1", MISS)
    site.goes_away()
    until(lambda: site.ask()[1] != HIT)
    assert site.ask() == ("1", STALE)
    until(lambda: site.ask()[1] != STALE)
    assert site.ask() == ("503", None)
    assert site.ask("/world/never-seen/") == ("503", None)


def test_what_the_site_itself_says_of_a_page_stands_also_where_that_is_an_error(site: Site) -> None:
    site.says = lambda: {"Cache-Control": "public, max-age=0, s-maxage=1, stale-if-error=60"}
    assert site.ask() == ("1", MISS)
    site.says = dict
    for site.status in (410, 404, 500):
        until(lambda: site.ask()[1] != HIT)
        assert site.ask()[0] == str(site.status)


@pytest.mark.parametrize("part", [0.0, 0.35, 0.7])
def test_a_turn_by_the_clock_holds_to_the_second(site: Site, settings: Any, part: float) -> None:
    """Whatever part of a second it falls on: who asks after the moment has never the page of before."""
    settings.EDGE_SECONDS = 1
    turn = datetime.fromtimestamp(int(time.time()) + 4 + part, UTC)

    def is_over() -> bool:
        return datetime.now(UTC) >= turn

    def says() -> dict[str, str]:
        now = datetime.now(UTC)
        return {"Cache-Control": "public, no-cache"} | edge.said_of(
            _page(turn if now < turn else turn + timedelta(1)), now
        )

    site.says, site.page = says, lambda: "after" if is_over() else "before"
    seen = set()
    while datetime.now(UTC) < turn + timedelta(seconds=1):
        began_after = is_over()
        page, status = site.ask()
        seen.add((page, status))
        if began_after:
            assert page == "after", status
        elif not is_over():
            assert page == "before"
    assert {("before", HIT), ("after", HIT)} <= seen


def _page(until: datetime) -> KeptPage:
    return KeptPage(
        status=200, headers={}, etag="", names=("paper",), numbers=frozenset(), gone=frozenset(), made_at=until,
        until=until, ends=until, day_ends=until, packed={GZIP: packed(b"")}, was_right_at=until,
    )  # fmt: skip
