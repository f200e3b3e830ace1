"""A CDN is told what has changed: which keys, once, later where it does not answer; and nobody waits for it."""

import io
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import publishing
from articles.models import Author, Paper, Snapshot
from articles.models.stamp import of_story
from attache import purging
from attache.doctor import Grade, examine
from attache.pages.edge import key_of

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)
SECRET = "c2VjcmV0"


class Cdn:
    """A CDN's door for purges: what it was asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[Message] = []
        self.paths: list[str] = []
        self.status = 200
        self.is_asked = threading.Event()

    def keys(self) -> list[list[str]]:
        """The keys of each request since the last time, in turn."""
        found = [each["Surrogate-Key"].split() for each in self.asked]
        self.asked.clear()
        return found


@pytest.fixture
def cdn(settings: Any) -> Iterator[Cdn]:
    """One that this site is told of, and that knows everything there is so far."""
    there = Cdn()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            there.asked.append(self.headers)
            there.paths.append(self.path)
            self.send_response(there.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
            there.is_asked.set()

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        settings.EDGE_SECONDS = 300
        settings.PURGE_URL = f"http://127.0.0.1:{server.server_address[1]}/service/17/purge"
        settings.PURGE_HEADER = ("Fastly-Key", SECRET)
        yield there
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """No time passes by itself."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_what_has_changed_is_named_once_in_one_request(
    client: Client, published: Published, cdn: Cdn, clock: time_machine.Traveller
) -> None:
    story, other = published(), published()
    purging.look()
    # Nothing is known of what was there before.
    assert cdn.keys() == [["paper"]]
    purging.look()
    assert cdn.keys() == []
    clock.shift(1)
    publishing.withdraw(story.article, seen_version=story.version)
    purging.look()
    request = cdn.asked[0]
    assert (request["Fastly-Key"], cdn.paths[-1]) == (SECRET, "/service/17/purge")
    [named] = cdn.keys()
    assert {key_of(of_story(story.article_id)), f"section-{story.section_id}", "stories"} <= set(named)
    assert key_of(of_story(other.article_id)) not in named
    assert not {"paper", "any", "*", "gone"} & set(named)
    # Every page on which it stands has one of them, and a page that is as it was has none.
    for address, is_named in ((story.path, True), ("/", True), ("/world/", True), ("/corrections/", False)):
        keys = client.get(address).headers["Surrogate-Key"].split()
        assert bool(set(keys) & set(named)) is is_named, (address, keys)
    purging.look()
    assert cdn.keys() == []


def test_whoever_changes_it_and_however(published: Published, cdn: Cdn) -> None:
    published()
    purging.look()
    cdn.keys()
    Author.objects.update(bio="Swims.")
    author = Author.objects.get()
    purging.look()
    assert cdn.keys() == [[f"author-{author.pk}", "authors"]]
    Paper.objects.update_or_create(pk=1, defaults={"name": "Another Ledger"})
    purging.look()
    assert cdn.keys() == [["paper"]]


def test_where_too_much_has_changed_everything_is_purged(
    published: Published, cdn: Cdn, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = published()
    purging.look()
    cdn.keys()
    monkeypatch.setattr(purging, "AT_MOST", 2)
    publishing.withdraw(story.article, seen_version=story.version)
    purging.look()
    assert cdn.keys() == [["paper"]]


def test_to_see_that_nothing_has_changed_takes_two_short_questions(published: Published, cdn: Cdn) -> None:
    published()
    purging.look()
    with CaptureQueriesContext(connection) as asked:
        purging.look()
    assert len(asked.captured_queries) == 2


@pytest.mark.parametrize("status", [302, 401, 500])
def test_what_the_cdn_did_not_take_is_tried_again_later_and_less_and_less(
    published: Published, cdn: Cdn, clock: time_machine.Traveller, status: int, caplog: Any
) -> None:
    story = published()
    purging.look()
    cdn.keys()
    cdn.status = status
    publishing.withdraw(story.article, seen_version=story.version)
    tries = 0
    for _ in range(3600):
        purging.look()
        tries += len(cdn.keys())
        clock.shift(1)
    assert 10 < tries < 25
    assert "/elsewhere" not in cdn.paths
    assert SECRET not in caplog.text
    other = published()
    cdn.status = 200
    clock.shift(300)
    purging.look()
    [named] = cdn.keys()
    assert {key_of(of_story(story.article_id)), key_of(of_story(other.article_id))} <= set(named)
    clock.shift(300)
    purging.look()
    assert cdn.keys() == []


def test_a_cdn_that_is_not_there_raises_nothing(published: Published, settings: Any, caplog: Any) -> None:
    settings.PURGE_URL, settings.PURGE_HEADER = "http://127.0.0.1:1/purge", None
    published()
    purging.look()
    last = purging.last()
    assert last
    assert "cannot be reached" in last.why
    assert "has not taken a purge" in caplog.text


def test_one_process_purges_at_a_time(published: Published, cdn: Cdn) -> None:
    published()
    cache.add(purging.TURN, True)
    purging.look()
    assert cdn.keys() == []
    cache.delete(purging.TURN)
    purging.look()
    assert cdn.keys() == [["paper"]]


def test_what_is_forgotten_is_purged_once_more(published: Published, cdn: Cdn) -> None:
    published()
    purging.look()
    cache.clear()
    purging.look()
    assert cdn.keys() == [["paper"]] * 2


def run(*arguments: str) -> tuple[int, str]:
    """The command: its exit code, and what it says."""
    said = io.StringIO()
    try:
        call_command("purge", *arguments, stdout=said)
    except CommandError as error:
        return error.returncode, str(error)
    return 0, said.getvalue().strip()


def test_the_command_purges_at_once(cdn: Cdn) -> None:
    assert run("--all") == (0, "Purged every page.")
    assert run("story-17", "section:3") == (0, "Purged story-17 section-3.")
    assert cdn.keys() == [["paper"], ["story-17", "section-3"]]
    cdn.status = 403
    code, said = run("--all")
    assert (code, "403" in said, SECRET in said) == (1, True, False)


@pytest.mark.parametrize(
    "arguments", [(), ("--all", "story-17"), ("story 17",), ("/world/bridge/",), ("a\nb: c",), ("",), ("story-١",)]
)
def test_the_command_refuses_what_is_no_key(cdn: Cdn, arguments: tuple[str, ...]) -> None:
    assert run(*arguments)[0] == 2
    assert cdn.keys() == []


def test_without_a_cdn_the_command_says_so_and_the_doctor_nothing(published: Published) -> None:
    assert run("--all")[0] == 3
    assert purging.last() is None
    assert "CDN" not in {finding.about for finding in examine()}


def test_the_doctor_says_how_the_last_purge_went(published: Published, cdn: Cdn, clock: time_machine.Traveller) -> None:
    def said() -> tuple[Grade, str]:
        finding = next(finding for finding in examine() if finding.about == "CDN")
        return finding.grade, finding.found

    published()
    assert said()[0] == Grade.ATTENTION
    assert "No purge has been taken yet" in said()[1]
    purging.look()
    assert said() == (Grade.WELL, "The last purge was taken 3 May 2026, 12:00, and nothing has changed since.")
    published()
    assert said()[0] == Grade.ATTENTION
    assert "something has changed since" in said()[1]
    cdn.status = 401
    clock.shift(3600)
    purging.look()
    grade, found = said()
    assert grade == Grade.ATTENTION
    assert "has taken no purge since 3 May 2026, 13:00: it answers 401" in found
    assert "300 seconds at most" in found
    assert SECRET not in found
    cdn.status = 200
    clock.shift(60)
    purging.look()
    assert said()[0] == Grade.WELL


@pytest.mark.django_db(transaction=True)
def test_the_worker_looks_by_itself(published: Published, cdn: Cdn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "LOOKED_EVERY", 0.01)
    story = published()
    with purging.watching():
        assert cdn.is_asked.wait(30)
        cdn.is_asked.clear()
        publishing.withdraw(story.article, seen_version=story.version)
        assert cdn.is_asked.wait(30)
    first, second = cdn.keys()
    assert first == ["paper"]
    assert key_of(of_story(story.article_id)) in second
    assert "purging" not in {thread.name for thread in threading.enumerate()}
