"""The page cache as readers meet it: what is kept, for whom, in which words; many at once, and without a database."""

import gc
import gzip
import sys
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from copy import copy
from datetime import timedelta, tzinfo
from pathlib import Path
from types import FunctionType, MethodType, ModuleType, SimpleNamespace
from typing import Any
from urllib.parse import quote
from wsgiref.validate import validator

import brotli
import pytest
import time_machine
from django.core.cache import caches
from django.core.signals import request_started
from django.db import Error, OperationalError, connection, transaction
from django.db.models import F
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from redis import exceptions as redis

from articles import asking, publishing
from articles.asking import Numbers
from articles.models import Article, Author, Paper, Part, Section, Series, Snapshot, Stamp
from articles.models.stamp import ANY, AUTHORS, of_story
from attache.pages import questions, shared
from attache.pages.door import Door
from attache.pages.kept import KeptPage, encoding_for
from attache.pages.memory import LARGEST, LONGEST, Memory, memory
from attache.pages.queue import Making
from staff import passes
from staff.models import Person
from tests.staff.signing_in import sign_in

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
WORDS = " ".join(f"{number * 7919 % 10007}" for number in range(4000))
ASKED = questions._asked
HIT, MADE = "attache; hit", "attache; fwd=miss; stored"


def cached(answer: Any) -> str | None:
    """Where an answer came from."""
    status: str | None = answer.headers.get("Cache-Status")
    return status


def test_a_page_is_made_once_and_then_asks_one_short_question(client: Client, published: Published) -> None:
    path = published().path
    for address in ("/", path, "/world/", "/feed.rss"):
        first = client.get(address)
        assert cached(first) == MADE
        with CaptureQueriesContext(connection) as asked:
            again = client.get(address)
        assert cached(again) == HIT
        assert again.content == first.content
        assert [query["sql"].partition(" WHERE")[0] for query in asked.captured_queries] == [
            "SELECT name, number FROM articles_stamp"
        ]
        differing = ("Cache-Status", "Last-Modified")
        assert {name: value for name, value in first.headers.items() if name not in differing} == {
            name: value for name, value in again.headers.items() if name not in differing
        }
        for name in ("Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy"):
            assert again.headers[name]
        assert again.headers["Cache-Control"] == "public, no-cache"
        assert again.headers["Vary"] == "Accept-Encoding"
        assert not again.cookies


def test_a_page_that_is_kept_is_given_out_before_django_begins(client: Client, published: Published) -> None:
    begun: list[str] = []

    def begins(environ: dict[str, Any], **about: Any) -> None:
        begun.append(environ["PATH_INFO"])

    path = published(tags=["ميناء"]).path
    request_started.connect(begins)
    try:
        for address in (path, "/", quote("/tags/ميناء/")):
            answers = [client.get(address) for _ in range(2)]
            assert [cached(each) for each in answers] == [MADE, HIT]
            assert answers[0].content == answers[1].content
        assert client.get("/nowhere/").status_code == 404
    finally:
        request_started.disconnect(begins)
    assert len(begun) == 4


def test_what_the_web_server_is_given_is_what_it_wants(client: Client, published: Published) -> None:
    """By the letter of PEP 3333, from the door and from behind it."""

    def behind(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("404 Not Found", [("Content-Type", "text/plain")])
        return [b"It is not kept."]

    def got(method: str, asked: str) -> tuple[str, dict[str, str], bytes]:
        said: list[Any] = []
        environ = RequestFactory(headers={"Accept-Encoding": "gzip"}).generic(method, asked).environ

        def start(*begun: Any) -> Callable[[bytes], object]:
            said.extend(begun)
            return print

        answer: Any = validator(Door(behind))(environ, start)
        body = b"".join(answer)
        answer.close()
        status, headers = said
        found = dict(headers)
        # It may do with them as it likes.
        headers.clear()
        return status, found, body

    path = published().path
    assert got("GET", path)[::2] == ("404 Not Found", b"It is not kept.")
    plain = client.get(path).content
    for _ in range(2):
        status, headers, body = got("GET", path)
        assert (status, headers["Content-Length"]) == ("200 OK", str(len(body)))
        assert (headers["Cache-Status"], headers["Content-Encoding"]) == (HIT, "gzip")
        assert gzip.decompress(body) == plain
    assert got("HEAD", path)[::2] == ("200 OK", b"")
    assert got("POST", path)[0] == "404 Not Found"


def test_whether_anything_has_changed_is_asked_once_in_a_thousandth_of_a_second(
    client: Client, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, asked, addresses = [100.0], list[Collection[str]](), ["/", published().path, "/feed.rss"]
    for path in addresses:
        client.get(path)

    def counted(names: Collection[str]) -> Numbers:
        asked.append(names)
        return Stamp.objects.numbers(names)

    monkeypatch.setattr("attache.pages.questions._asked", counted)
    monkeypatch.setattr("attache.pages.questions.monotonic", lambda: now[0])
    # In a transaction, as this test is in one, everybody is told what they see themselves.
    assert {cached(client.get(path)) for path in addresses} == {HIT}
    assert asked == [(ANY,)] * 3
    monkeypatch.setattr("attache.pages.questions._latest", {})
    outside = SimpleNamespace(alias="default", in_atomic_block=False)
    monkeypatch.setattr("attache.pages.questions.reading", lambda model: outside)
    asked.clear()
    assert {cached(client.get(path)) for path in addresses} == {HIT}
    assert asked == [(ANY,)]
    now[0] += 0.0011
    assert {cached(client.get(path)) for path in addresses} == {HIT}
    assert asked == [(ANY,)] * 2


def test_bytes_come_as_they_are_wished_for(client: Client, published: Published) -> None:
    path = published().path
    plain = client.get(path)
    assert plain.headers["Content-Type"] == "text/html; charset=utf-8"
    tags = {plain.headers["ETag"]}
    for accepted, encoding, unpack in (
        ("gzip", "gzip", gzip.decompress), ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress), ("*", "br", brotli.decompress),
    ):  # fmt: skip
        answer = client.get(path, headers={"Accept-Encoding": accepted})
        assert answer.headers["Content-Encoding"] == encoding
        assert unpack(answer.content) == plain.content
        assert answer.headers["Content-Length"] == str(len(answer.content))
        head = client.head(path, headers={"Accept-Encoding": accepted})
        assert (head.content, head.headers["Content-Length"]) == (b"", answer.headers["Content-Length"])
        assert head.headers["ETag"] == answer.headers["ETag"]
        tags.add(answer.headers["ETag"])
    assert len(tags) == 3
    assert "Content-Encoding" not in client.get(path, headers={"Accept-Encoding": "identity, *;q=0"}).headers
    assert [encoding_for(each) for each in ("", "gzip;q=0", "deflate", "GZIP", "gzip;q=0.001", ",;q=")] == [
        "identity", "identity", "identity", "gzip", "gzip", "identity",
    ]  # fmt: skip


def test_a_head_may_be_the_first_to_ask(client: Client, published: Published) -> None:
    path = published().path
    first = client.head(path)
    assert (cached(first), first.content) == (MADE, b"")
    answer = client.get(path)
    assert cached(answer) == HIT
    assert str(len(answer.content)) == first.headers["Content-Length"]


def test_who_has_it_is_told_so_until_it_changes(client: Client, published: Published) -> None:
    with time_machine.travel("2026-05-03T12:00:00.5+00:00", tick=False) as clock:
        snapshot = published()
        made = client.get(snapshot.path)
        # What was made in this second may change in this second.
        assert "Last-Modified" not in made.headers
        clock.shift(1)
        known, again, thrice = (client.get(snapshot.path) for _ in range(3))
        assert {(each.content, str(each.headers)) for each in (again, thrice)} == {(known.content, str(known.headers))}
        seen = {"If-None-Match": known.headers["ETag"]}, {"If-Modified-Since": known.headers["Last-Modified"]}
        for said in (*seen, {"If-None-Match": f'W/"x", W/{known.headers["ETag"]}'}, {"If-None-Match": "*"}):
            answer = client.get(snapshot.path, headers=said)
            assert (answer.status_code, answer.content) == (304, b"")
            assert answer.headers["ETag"]
            assert answer.headers["Content-Security-Policy"]
            assert "Content-Length" not in answer.headers
        for said in ({"If-None-Match": '"else"'}, {"If-Modified-Since": "Sun, 03 May 2026 11:59:59 GMT"},
                     {"If-None-Match": '"else"', **seen[1]}, {"If-Modified-Since": "yesterday"}):  # fmt: skip
            assert client.get(snapshot.path, headers=said).status_code == 200
        Paper(pk=1, name="Another Ledger").save()
        for said in seen:
            answer = client.get(snapshot.path, headers=said)
            assert answer.status_code == 200
            assert "Another Ledger" in answer.content.decode()


def test_who_has_other_bytes_of_it_gets_those_that_suit(client: Client, published: Published) -> None:
    """A cache that holds it for those who take Brotli must not be told to give it to those who do not."""
    path = published().path
    for had, accepted in (("br", "gzip"), ("gzip", "br"), ("gzip", ""), ("", "br")):
        tag = client.get(path, headers={"Accept-Encoding": had}).headers["ETag"]
        for encoding, status in ((accepted, 200), (had, 304)):
            said = {"If-None-Match": tag, "Accept-Encoding": encoding}
            assert client.get(path, headers=said).status_code == status, (had, encoding)


def test_what_is_gone_is_said_to_be_so_whatever_somebody_has(client: Client, published: Published) -> None:
    snapshot = published()
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        publishing.withdraw(snapshot.article, seen_version=snapshot.version)
        tag = client.get(snapshot.path).headers["ETag"]
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        for name, value in (
            ("If-None-Match", tag), ("If-None-Match", "*"), ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"),
        ):  # fmt: skip
            answer = client.get(snapshot.path, headers={name: value})
            assert (answer.status_code, cached(answer)) == (410, HIT)


def test_what_a_query_says_that_means_nothing_makes_no_other_page(client: Client, published: Published) -> None:
    for _ in range(26):
        published()
    for address in ("/", "/world/"):
        assert cached(client.get(f"{address}?utm_source=letter&fbclid=1")) == MADE
        for query in ("", "?", "?utm_source=else", "?a[]=1&b=%00&c=%ff&;;&=", f"?x={'y' * 400}"):
            assert cached(client.get(f"{address}{query}")) == HIT, query
    assert cached(client.get("/?before=nonsense")) == HIT
    older = client.get("/world/").content.decode().partition('href="?before=')[2].partition('"')[0]
    assert cached(client.get(f"/world/?before={older}")) == MADE
    assert cached(client.get(f"/world/?utm=1&before={older}&before={older}")) == HIT
    assert client.get("/world/?before=nonsense").status_code == 404
    # No part of the path is taken for the query.
    assert client.get(f"/world/%3Fbefore={older}").status_code == 404
    assert cached(client.get("/world/")) == HIT
    assert len(memory) == 3


@pytest.mark.parametrize(
    "said",
    [
        {"X-Forwarded-Host": "evil.example"}, {"X-Forwarded-Proto": "https"}, {"X-Forwarded-For": "6.6.6.6"},
        {"X-Forwarded-Prefix": "/evil"}, {"X-Original-URL": "/admin/"}, {"X-Rewrite-URL": "/city/"},
        {"Accept-Language": "ar"}, {"User-Agent": "<script>alert(1)</script>"}, {"Referer": "https://evil.example/"},
        {"Origin": "https://evil.example"}, {"Range": "bytes=0-10"}, {"If-None-Match": "*"}, {"Accept": "text/evil"},
        {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"}, {"X-Http-Method-Override": "POST"},
        {"Cookie": "csrftoken=evil; theme=dark"}, {"Forwarded": "host=evil.example"}, {"Save-Data": "on"},
    ],
    ids=lambda said: next(iter(said)),
)  # fmt: skip
def test_no_header_of_one_reader_changes_the_page_of_the_next(
    client: Client, published: Published, said: dict[str, str]
) -> None:
    path = published().path
    plain = client.get(path)
    memory.clear()
    odd = client.get(path, headers=said)
    if odd.status_code == 200:
        assert odd.content == plain.content
    after = client.get(path)
    assert (after.status_code, cached(after)) == (200, HIT)
    assert after.content == plain.content
    assert b"evil" not in after.content
    assert "evil" not in str(after.headers)


@pytest.mark.parametrize("charset", ["utf-7", "cp037", "utf-16", "nonsense"])
def test_no_charset_that_a_reader_names_makes_another_page_of_an_address(
    client: Client, published: Published, charset: str
) -> None:
    for _ in range(26):
        published()
    newest = client.get("/world/").content
    place = newest.decode().partition('href="?before=')[2].partition('"')[0]
    older = client.get(f"/world/?before={place}").content
    assert older != newest
    # In UTF-7 both say `before`.
    for query, wanted in (("", newest), (f"+AGI-efore={place}", newest), (f"before={place}", older)):
        memory.clear()
        client.get(f"/world/?{query}", headers={"Content-Type": f"text/plain; charset={charset}"})
        address = f"/world/?{query}" if wanted == older else "/world/"
        after = client.get(address)
        assert (after.content, cached(after)) == (wanted, HIT), query


def test_another_host_is_refused_also_where_the_page_is_kept(client: Client, published: Published) -> None:
    path = published().path
    client.get(path)
    for host in ("evil.example", "a b"):
        assert client.get(path, headers={"Host": host}).status_code == 400
    assert cached(client.get(path)) == HIT


def test_what_is_somebodys_own_is_never_kept(client: Client, published: Published, ben: Person) -> None:
    snapshot = published()
    signed_in = Client()
    sign_in(signed_in, ben)
    assert cached(signed_in.get(snapshot.path)) is None
    assert len(memory) == 0
    report = f"/report{snapshot.path}"
    for address in ("/search/?q=bridge", report, "/nowhere/at-all/", "/admin/login/", "/healthz", "/api/v1/stories/"):
        client.get(address)
        client.post(address)
        assert cached(client.get(address)) is None, address
    assert len(memory) == 0
    client.get(snapshot.path)
    assert client.post(snapshot.path).status_code == 405
    assert cached(signed_in.get(snapshot.path)) is None
    basic = client.get(snapshot.path, headers={"Authorization": "Basic YTpi"})
    assert cached(basic) is None
    assert cached(client.get(snapshot.path)) == HIT


def test_only_a_session_that_was_signed_in_goes_past_what_is_kept(
    client: Client, published: Published, ben: Person
) -> None:
    path = published().path
    client.get(path)
    signed_in, forger, thief, other = (Client() for _ in range(4))
    sign_in(signed_in, ben)
    key, given = signed_in.cookies["sessionid"].value, signed_in.cookies[passes.COOKIE].value
    forger.cookies["sessionid"] = "x" * 32
    thief.cookies["sessionid"], thief.cookies[passes.COOKIE] = "y" * 32, given
    other.cookies["sessionid"], other.cookies[passes.COOKIE] = key, f"{given[:-1]}{'AB'[given[-1] == 'A']}"
    for made_up in (forger, thief, other):
        with CaptureQueriesContext(connection) as asked:
            assert cached(made_up.get(path)) == HIT
        assert len(asked.captured_queries) == 1
        assert "articles_stamp" in asked.captured_queries[0]["sql"]
    assert cached(signed_in.get(path)) is None
    with time_machine.travel(timezone.now() + timedelta(days=20)):
        assert cached(signed_in.get(path)) != HIT
        signed_in.get(path)
        assert cached(signed_in.get(path)) == HIT, "a pass does not outlast its session"
    signed_in.post("/admin/logout/")
    assert not signed_in.cookies[passes.COOKIE].value
    signed_in.get(path)
    assert cached(signed_in.get(path)) == HIT


def test_a_page_that_is_made_for_a_made_up_session_knows_nothing_of_it(
    client: Client, published: Published, ben: Person
) -> None:
    path = published().path
    # Signed in, but without a pass: as good as any reader.
    client.force_login(ben)
    with CaptureQueriesContext(connection) as asked:
        first = client.get(path)
    assert cached(first) == MADE
    assert "session" not in str(asked.captured_queries)
    plain = Client().get(path)
    assert cached(plain) == HIT
    assert plain.content == first.content
    for key in ("", "x", "\0", "x" * 32):
        memory.clear()
        client.cookies["sessionid"] = key
        assert cached(client.get(path)) == MADE


def test_with_tls_insisted_on_nobody_gets_a_page_without_it(
    client: Client, published: Published, settings: Any
) -> None:
    path = published().path
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 1000
    for _ in range(2):
        assert client.get(path).status_code == 301
        assert client.get(path, secure=True).headers["Strict-Transport-Security"]
    assert cached(client.get(path, secure=True)) == HIT


def test_a_page_that_says_nothing_of_what_it_is_made_of_is_not_kept(
    client: Client, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = published().path
    monkeypatch.setattr("articles.paper.views.made_of", lambda *args, **kwargs: None)
    for _ in range(2):
        assert cached(client.get(path)) is None
    assert len(memory) == 0


def test_what_changes_while_a_page_is_made_is_not_missed(
    client: Client, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that read the story before it was withdrawn, and is kept after that, must not be given again."""
    from articles.paper import beside as neighbours
    from articles.paper import views

    first = published()
    beside = neighbours.beside

    def withdrawn_meanwhile(*args: Any) -> Any:
        found = beside(*args)
        publishing.withdraw(first.article, seen_version=first.version)
        return found

    for is_known in (False, True):
        if is_known:
            # The stamps that it will be made of have been asked for before.
            monkeypatch.undo()
            publishing.publish(first.article, by=None, seen_version=first.version)
            assert cached(client.get(first.path)) == MADE
            Paper.objects.update_or_create(pk=1, defaults={"name": "Another Ledger"})
        monkeypatch.setattr(views, "beside", withdrawn_meanwhile)
        assert client.get(first.path).status_code == 200
        assert client.get(first.path).status_code == 410


def test_midnight_is_a_change(client: Client, published: Published, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Kolkata"
    with time_machine.travel("2026-05-03T18:29:59.9+00:00", tick=False) as clock:
        published()
        assert "Sunday, 3 May 2026" in client.get("/").content.decode()
        assert cached(client.get("/")) == HIT
        clock.shift(0.1)
        assert "Monday, 4 May 2026" in client.get("/").content.decode()
        # A clock that is set back tells of a time that the page does not know.
        clock.shift(-60)
        assert "Sunday, 3 May 2026" in client.get("/").content.decode()


class Silence:
    """A database that can be made to answer nothing about stamps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch, self.asked = monkeypatch, 0
        monkeypatch.setattr("attache.pages.questions.connection.close", lambda: None)
        # The connection of a test is always in a transaction.
        monkeypatch.setattr("attache.pages.questions._is_ours_to_close", lambda: True)

    def falls(self) -> None:
        """From now on."""

        def silent(names: Any) -> Any:
            self.asked += 1
            raise OperationalError("the server has gone away")

        self.monkeypatch.setattr("attache.pages.questions._asked", silent)

    def ends(self) -> None:
        """It answers again."""
        self.monkeypatch.setattr("attache.pages.questions._asked", ASKED)


@pytest.fixture
def silence(monkeypatch: pytest.MonkeyPatch) -> Silence:
    """A database that may go."""
    return Silence(monkeypatch)


def test_without_a_database_readers_have_what_was_right_last(
    client: Client, published: Published, silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    with time_machine.travel("2026-05-03T12:00:00+00:00", tick=False) as clock:
        later = timezone.now() + timedelta(hours=1)
        stays, ends = published(), published(slug="ends", live_until=later)
        for path in (stays.path, ends.path):
            client.get(path)
        clock.shift(40)
        client.get(ends.path)
        silence.falls()
        ticks = iter(range(0, 10**6, 10))
        monkeypatch.setattr("attache.reach.monotonic", lambda: float(next(ticks)))
        answer = client.get(stays.path)
        assert (answer.status_code, answer.headers["Age"]) == (200, "40")
        assert cached(answer) == "attache; hit; ttl=-40; detail=database"
        assert answer.headers["Warning"] == '110 - "Response is Stale"'
        assert answer.headers["Cache-Control"] == "no-store"
        assert client.get(ends.path).headers["Age"] == "0"
        # What its own time has ended is gone, and so is what it stood beside.
        clock.move_to(later)
        silenced = [client.get(path) for path in (ends.path, stays.path)]
        assert [cached(each) for each in silenced] == [None, None]
        silence.ends()
        assert client.get(ends.path).status_code == 410
        assert cached(client.get(stays.path)) == MADE
        assert "Warning" not in client.get(stays.path).headers


def withdrawn_and_not_made_anew(snapshot: Snapshot, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Withdraw a story, and let its page be known to be wrong while none can be made in its place."""
    publishing.withdraw(snapshot.article, seen_version=snapshot.version)
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("articles.paper.views.STORY", lambda **values: 1 / 0)
        assert client.get(snapshot.path).status_code == 500


def test_a_page_that_is_known_to_be_wrong_bridges_nothing(
    client: Client, published: Published, silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = published()
    client.get(snapshot.path)
    withdrawn_and_not_made_anew(snapshot, client, monkeypatch)
    silence.falls()
    assert client.get(snapshot.path).status_code == 410
    assert cached(client.get(snapshot.path)) is None


def test_what_others_kept_of_a_page_that_is_known_to_be_wrong_bridges_nothing_either(
    client: Client, published: Published, common: Any, silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = published()
    assert cached(client.get(snapshot.path)) == MADE
    withdrawn_and_not_made_anew(snapshot, client, monkeypatch)
    silence.falls()
    assert cached(client.get(snapshot.path)) is None
    # What somebody else has made of it since is right.
    silence.ends()
    known = memory.get(f"{snapshot.path}?")
    assert known is not None
    assert cached(client.get(snapshot.path)) == MADE
    memory.keep(f"{snapshot.path}?", known)
    silence.falls()
    answer = client.get(snapshot.path)
    assert (answer.status_code, cached(answer)) == (410, "attache; hit; ttl=-0; detail=database")


def test_a_silent_database_is_asked_now_and_then_not_by_everybody(
    client: Client, published: Published, silence: Silence, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, now = published().path, [100.0]
    client.get(path)
    monkeypatch.setattr("attache.reach.monotonic", lambda: now[0])
    silence.falls()
    for _ in range(20):
        assert client.get(path).status_code == 200
    assert silence.asked == 1
    now[0] += 1
    client.get(path)
    assert silence.asked == 2
    silence.ends()
    now[0] += 1
    assert cached(client.get(path)) == HIT


def test_memory_has_bounds(client: Client, published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = [published().path for _ in range(6)]
    client.get(paths[0])
    room = round(memory.weight * LARGEST * 1.1)
    small = Memory()
    page = memory.get(f"{paths[0]}?")
    assert page is not None
    small.room = room
    for number in range(500):
        small.keep(f"/{number}", page)
        small.get("/0")
        assert small.weight <= room
    assert 5 < len(small) < 10
    # What is asked for stays, and what is too large never comes.
    assert small.get("/0") is page
    small.room = page.weight
    small.keep("/large", page)
    assert small.get("/large") is None
    small.clear()
    assert (len(small), small.weight) == (0, 0)


@pytest.mark.usefixtures("db")
def test_an_address_that_is_too_long_to_be_one_is_not_remembered(client: Client) -> None:
    for path in (f"/world/{'a' * LONGEST}/", f"/archive/{'0' * LONGEST}2026/"):
        assert client.get(path).status_code == 404
        assert memory.address_of(path, "x=1") is None
        assert memory.address_of(path, "", frozenset()) is None
    assert memory._parameters == {}


def test_memory_holds_no_more_than_it_counts(client: Client, published: Published) -> None:
    addresses = ["/", published(body=f"<p>{WORDS}</p>").path, "/feed.rss", "/sitemap.xml"]
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        for address in addresses:
            for accepted in ("identity", "gzip", "br") * 3:
                client.get(address, headers={"Accept-Encoding": accepted})
    pages = list(memory._pages.values())
    assert len(pages) == len(addresses)
    for page in pages:
        assert _bytes_held([page]) <= page.weight
    assert _bytes_held(pages) <= memory.weight


def _bytes_held(roots: list[Any]) -> int:
    """What these objects take together with all that they lead to, but for code, which is there anyhow."""
    seen: set[int] = set()
    left, held = list(roots), 0
    while left:
        each = left.pop()
        if id(each) not in seen and not isinstance(each, type | ModuleType | FunctionType | MethodType | tzinfo):
            seen.add(id(each))
            held += sys.getsizeof(each)
            left += gc.get_referents(each)
    return held


def test_what_another_process_reads_is_what_this_one_kept(client: Client, published: Published) -> None:
    path = published().path
    client.get(path)
    page = memory.get(f"{path}?")
    assert page is not None
    read = KeptPage.from_bytes(page.as_bytes())
    assert read == page
    for broken in (b"", b"{}", b"[]\nx", page.as_bytes()[:40], b"null\n", b"\xff\n"):
        with pytest.raises((ValueError, KeyError, TypeError)):
            KeptPage.from_bytes(broken)


@pytest.fixture
def common(settings: Any) -> Iterator[Any]:
    """A place that processes share."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": backend, "LOCATION": "pages"}}
    shared._edition.cache_clear()
    yield caches["pages"]
    caches["pages"].clear()


def test_nodes_share_what_is_warm_and_each_asks_the_database(client: Client, published: Published, common: Any) -> None:
    snapshot = published()
    assert cached(client.get(snapshot.path)) == MADE
    memory.clear()
    with CaptureQueriesContext(connection) as asked:
        assert cached(client.get(snapshot.path)) == HIT
    assert len(asked.captured_queries) == 1
    memory.clear()
    publishing.withdraw(snapshot.article, seen_version=snapshot.version)
    assert client.get(snapshot.path).status_code == 410
    # Nobody waits for a page that is there.
    assert shared.is_mine_to_make(f"{snapshot.path}?")


def test_without_a_database_a_process_that_has_just_begun_shows_what_others_kept(
    client: Client, published: Published, common: Any, silence: Silence
) -> None:
    with time_machine.travel("2026-05-03T12:00:00+00:00", tick=False) as clock:
        stays, ends = published(), published(slug="ends", live_until=timezone.now() + timedelta(minutes=1))
        assert [cached(client.get(each.path)) for each in (stays, ends)] == [MADE, MADE]
        memory.clear()
        silence.falls()
        assert cached(client.get(ends.path)) == "attache; hit; ttl=-0; detail=database"
        clock.shift(60)
        assert [cached(client.get(each.path)) for each in (stays, ends)] == [None, None]


def test_what_lies_in_the_common_place_by_mistake_is_made_anew(
    client: Client, published: Published, common: Any, caplog: Any
) -> None:
    path = published().path
    common.set(shared._key("page", f"{path}?"), b"nonsense")
    assert cached(client.get(path)) == MADE
    assert "cannot be read" in caplog.text


def test_a_redis_that_is_down_costs_warmth_alone(
    client: Client, published: Published, settings: Any, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**settings.CACHES, "pages": nowhere}
    monkeypatch.setattr(shared, "health", copy(shared.health))
    path = published().path
    assert cached(client.get(path)) == MADE
    assert cached(client.get(path)) == HIT
    assert "Redis does not" in caplog.text


def test_a_redis_that_does_not_answer_is_asked_now_and_then_not_for_every_page(
    client: Client, published: Published, common: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """It may take as long as it is waited for to find that out."""
    asked, now, paths = [], [100.0], [published().path for _ in range(3)]
    monkeypatch.setattr(shared, "health", copy(shared.health))
    monkeypatch.setattr("attache.reach.monotonic", lambda: now[0])

    def silent(key: str, *args: Any) -> None:
        asked.append(key)
        raise redis.TimeoutError("Timeout reading from socket")

    with monkeypatch.context() as broken:
        for deed in ("get", "set", "add", "delete"):
            broken.setattr(common, deed, silent)
        assert [cached(client.get(path)) for path in paths] == [MADE] * 3
        assert len(asked) == 1
        now[0] += 1
        assert cached(client.get("/")) == MADE
        assert len(asked) == 2
    now[0] += 1
    memory.clear()
    assert [cached(client.get(paths[0])) for _ in range(2)] == [MADE, HIT]
    memory.clear()
    assert cached(client.get(paths[0])) == HIT
    assert [record.levelname for record in caplog.records if record.name == "attache.reach"] == ["ERROR", "WARNING"]


def test_a_redis_that_takes_no_more_is_still_read(
    client: Client, published: Published, common: Any, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    first, second = published().path, published().path
    assert cached(client.get(first)) == MADE
    memory.clear()

    def full(key: str, *args: Any) -> None:
        raise redis.OutOfMemoryError("command not allowed when used memory > 'maxmemory'.")

    monkeypatch.setattr(common, "set", full)
    assert cached(client.get(second)) == MADE
    assert "Redis refuses" in caplog.text
    assert cached(client.get(first)) == HIT


def test_a_page_is_kept_by_the_code_and_the_design_that_made_it(common: Any, settings: Any, tmp_path: Path) -> None:
    here = shared._key("page", "/")
    shared._edition.cache_clear()
    assert shared._key("page", "/") == here
    shared._edition.cache_clear()
    settings.SITE_URL = "https://elsewhere.example"
    keys = {here, shared._key("page", "/")}
    base = tmp_path / "templates/paper/base.html"
    base.parent.mkdir(parents=True)
    ours = settings.TEMPLATES[0]
    settings.TEMPLATES = [{**ours, "DIRS": [tmp_path / "templates", *ours["DIRS"]]}]
    for words in ("The Ledger", "The New Ledger"):
        base.write_text(words)
        shared._edition.cache_clear()
        keys.add(shared._key("page", "/"))
    assert len(keys) == 4
    shared._edition.cache_clear()


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """Many readers, each with a connection of their own."""

    def ask(self, paths: list[str], by: Client | None = None, headers: Mapping[str, str] | None = None) -> list[Any]:
        """Each of these by a reader, all at once, as one process answers them that has answered another client."""
        answers: list[Any] = []
        start = threading.Barrier(len(paths))

        def read(path: str) -> None:
            try:
                start.wait(20)
                reader = Client(raise_request_exception=by is None)
                reader.handler = by.handler if by else reader.handler
                answers.append(reader.get(path, headers=headers))
            finally:
                connection.close()

        readers = [threading.Thread(target=read, args=[path]) for path in paths]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join(60)
        return answers

    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time")
    def test_nobody_who_writes_waits_for_somebody_else_s_stamps(self, ines: Author) -> None:
        oskar = Author.objects.create(name="Oskar", slug="oskar")
        series = [Series.objects.create(name=name, slug=name) for name in ("one", "two")]
        both, failed = threading.Barrier(2, timeout=20), []

        def article(author: Author, series: Series) -> Article:
            return Article.objects.create(slug=f"{author.slug}-{series.slug}", headline="x")

        def write(author: Author, first: Series, second: Series) -> None:
            try:
                with transaction.atomic():
                    Author.objects.filter(pk=author.pk).update(bio="Swims.")
                    both.wait()
                    Part.objects.create(series=first, article=article(author, first))
                    both.wait()
                    Part.objects.create(series=second, article=article(author, second))
                    both.wait()
            except (Error, threading.BrokenBarrierError) as error:
                failed.append(error)
            finally:
                connection.close()

        before = dict(Stamp.objects.numbers([AUTHORS]))
        writers = [
            threading.Thread(target=write, args=[ines, *series]),
            threading.Thread(target=write, args=[oskar, *series[::-1]]),
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(60)
        after = [number for _, number in Stamp.objects.numbers([AUTHORS])]
        assert (failed, len(after), before[AUTHORS] in after) == ([], 2, False)
        Author.objects.filter(pk=oskar.pk).update(bio="Walks.")
        assert len(Stamp.objects.numbers([AUTHORS])) == 1

    @pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite answers within the process")
    def test_a_database_that_takes_questions_and_answers_none_holds_nobody_up(
        self, monkeypatch: pytest.MonkeyPatch, published: Published
    ) -> None:
        path, now, first = published().path, [100.0], Client(raise_request_exception=False)
        assert [cached(first.get(path)) for _ in range(2)] == [MADE, HIT]
        asked, ask = [], asking.numbers

        def counted(database: Any, names: Collection[str]) -> Numbers:
            asked.append(names)
            return ask(database, names)

        monkeypatch.setattr(asking, "numbers", counted)
        monkeypatch.setattr(asking, "ANSWERED_WITHIN", 0.5)
        monkeypatch.setattr("attache.reach.monotonic", lambda: now[0])
        # To read of it means to wait, however long.
        with connection.cursor() as cursor, transaction.atomic():
            cursor.execute("LOCK TABLE articles_stamp, articles_snapshot")
            paths = [path, path, "/world/", "/search/?q=bridge"]
            answers = self.ask([path] * 8, by=first)
            assert {cached(each) for each in answers} == {"attache; hit; ttl=-0; detail=database"}
            # They asked at the same time, and nobody waits for it twice.
            assert len(asked) == 8
            answers = self.ask([path, path, "/world/", "/search/?q=bridge", "/healthz"], by=first)
            assert sorted(each.status_code for each in answers) == [200, 200, 500, 500, 500]
            assert len(asked) == 8
            now[0] += 1
            answers = self.ask([path, "/world/", "/search/?q=bridge", path, path], by=first)
            assert sorted(each.status_code for each in answers) == [200, 200, 200, 500, 500]
            assert len(asked) == 9
        now[0] += 1
        assert cached(first.get(path)) == HIT
        assert [first.get(each).status_code for each in paths] == [200] * 4

    @pytest.fixture
    def counted(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """The stories of which a page was made, each slowly enough for the others to come."""
        from articles.paper import beside as neighbours
        from articles.paper import views

        made, beside = [], neighbours.beside

        def slowly(story: Any, now: Any) -> Any:
            made.append(story.path)
            threading.Event().wait(0.3)
            return beside(story, now)

        monkeypatch.setattr(views, "beside", slowly)
        return made

    def test_a_page_that_many_want_is_made_once(self, published: Published, counted: list[str]) -> None:
        path = published().path
        answers = self.ask([path] * 12)
        assert counted == [path]
        assert sorted(str(cached(each)) for each in answers) == sorted([MADE, *[HIT] * 11])
        assert len({each.content for each in answers}) == 1

    def test_who_waited_for_it_and_has_it_is_told_so(self, published: Published, counted: list[str]) -> None:
        path = published().path
        tag = Client().get(path).headers["ETag"]
        memory.clear()
        answers = self.ask([path] * 4, headers={"If-None-Match": tag})
        assert counted == [path] * 2
        assert [(each.status_code, each.headers.get("Content-Length")) for each in answers] == [(304, None)] * 4

    def test_where_the_first_page_is_not_kept_one_more_is_made_and_not_one_for_each(
        self, published: Published, counted: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from articles.paper import views

        path, beside = published().path, vars(views)["beside"]

        def changed_at_first(*args: Any) -> Any:
            found = beside(*args)
            if len(counted) == 1:
                Author.objects.update(bio="Swims.")
            return found

        monkeypatch.setattr(views, "beside", changed_at_first)
        answers = self.ask([path] * 8)
        assert counted == [path] * 2
        assert [each.status_code for each in answers] == [200] * 8
        assert sorted(str(cached(each)) for each in answers) == sorted(["None", MADE, *[HIT] * 6])

    def test_what_is_never_kept_is_waited_for_a_few_times_and_no_more(
        self, published: Published, counted: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waited, wait = [], Making.wait

        def noted(making: Making) -> bool:
            waited.append(making)
            return wait(making)

        monkeypatch.setattr(Making, "wait", noted)
        monkeypatch.setattr("articles.paper.views.made_of", lambda *args, **kwargs: None)
        answers = self.ask([published().path] * 8)
        assert len(counted) == 8
        assert {each.status_code for each in answers} == {200}
        assert len(waited) <= 7 + 6

    def test_who_comes_meanwhile_gets_the_page_of_a_moment_ago_unless_something_is_gone(
        self, published: Published, counted: list[str], world: Section
    ) -> None:
        snapshot = published()
        Client().get(snapshot.path)
        for name in (of_story(snapshot.article_id), ANY):
            Stamp.objects.filter(name=name, at=None).update(number=F("number") + 1)
        answers = self.ask([snapshot.path] * 8)
        assert sorted(str(cached(each)) for each in answers) == [
            MADE, *["attache; hit; detail=moment-ago"] * 7,
        ]  # fmt: skip
        Section.objects.filter(pk=world.pk).update(name="The World")
        answers = self.ask([snapshot.path] * 8)
        assert all("The World" in each.content.decode() for each in answers)
        assert len(counted) == 3
