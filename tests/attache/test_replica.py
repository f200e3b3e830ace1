"""A read replica that really follows: what readers get of it, late, away and back, and that nobody else does."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.core.cache import caches
from django.db import OperationalError, connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import publishing
from articles.models import Article, Paper, Report, Snapshot
from articles.paper import beside as neighbours
from articles.paper import views
from attache import doctor, replica
from attache.doctor import Finding, Grade
from attache.pages import questions, shared
from attache.pages.memory import memory
from staff.models import Person
from tests.articles.test_killed import database_url
from tests.attache.test_page_cache_apart import HIT, MADE, started
from tests.postgresql import Replica
from tests.postgresql import replica as replica_of
from tests.staff.signing_in import sign_in
from tests.waiting import until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no replicas"),
]
Published = Callable[..., Snapshot]


@dataclass
class Follower:
    """The replica, and how far it is."""

    server: Replica

    @property
    def address(self) -> str:
        """Where it has the database of this test."""
        return self.server.address_of(database_url())

    @property
    def link(self) -> Any:
        """This thread's connection to it."""
        return connections[replica.ALIAS]

    def ask(self, sql: str) -> Any:
        """What it says, by a connection of its own."""
        with psycopg.connect(self.address, autocommit=True) as asking:
            (said,) = asking.execute(sql.encode()).fetchone() or [None]
            return said

    def stays_behind(self) -> None:
        """Let it be late from now on."""
        self.catches_up()
        self.ask("SELECT pg_wal_replay_pause() IS NULL")
        until(lambda: self.ask("SELECT pg_get_wal_replay_pause_state()") == "paused")

    def catches_up(self) -> None:
        """Let it have all that the primary has."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_current_wal_lsn()")
            (primary,) = cursor.fetchone()
        self.ask("SELECT pg_wal_replay_resume() IS NULL")
        until(lambda: self.ask(f"SELECT pg_last_wal_replay_lsn() >= '{primary}'"))


@pytest.fixture(scope="module")
def server(django_db_setup: None) -> Iterator[Replica]:
    """A replica of the server that the tests run on."""
    with replica_of(database_url()) as running:
        yield running


@pytest.fixture
def follower(server: Replica, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Follower]:
    """A site with a replica, which has all that the primary has."""
    server.start()
    settings.DATABASE_ROUTERS = ["attache.replica.Router"]
    settings.MIDDLEWARE = ["attache.replica.ReplicaMiddleware", *settings.MIDDLEWARE]
    monkeypatch.setattr(replica, "health", copy(replica.health))
    # Whoever comes right after somebody else asks as well.
    monkeypatch.setattr(questions, "JUST_NOW", 0.0)
    link = connection.copy(alias=replica.ALIAS)
    (link.settings_dict["OPTIONS"]["host"],) = parse_qs(urlsplit(server.address).query)["host"]
    connections[replica.ALIAS] = link
    following = Follower(server)
    following.catches_up()
    yield following
    link.close()
    del connections[replica.ALIAS]


def asked(act: Callable[[], Any], of: str) -> int:
    """How many questions that puts to one of the two."""
    with CaptureQueriesContext(connections[of]) as questions:
        act()
    return len(questions)


def came_from(answer: Any) -> str | None:
    """Where a page came from."""
    status: str | None = answer.headers.get("Cache-Status")
    return status


def updated(snapshot: Snapshot, headline: str) -> None:
    """Give the story another headline, before readers."""
    from articles import content, editing

    article = Article.objects.get(pk=snapshot.article_id)
    wanted: Any = {**content.of(article), "headline": headline}
    article = editing.save_content(article, wanted, by=None, seen_version=article.version).article
    publishing.publish(article, by=None, seen_version=article.version)


def test_what_readers_ask_for_is_read_there(follower: Follower, client: Client, house: dict[str, str]) -> None:
    follower.catches_up()
    story, section = house["paper:story"], house["paper:section"]
    addresses = (
        "/", story, section, "/feed.rss", "/sitemap.xml", "/api/v1/stories/", "/search/?q=bridge", "/archive/",
        house["paper:author"], house["paper:tag"], house["paper:report"], house["paper:card"],
    )  # fmt: skip
    for address in addresses:
        memory.clear()
        assert asked(partial(client.get, address), "default") == 0, address
        memory.clear()
        assert asked(partial(client.get, address), replica.ALIAS) > 0, address
    assert client.get(story).status_code == 200
    assert asked(lambda: client.get(story), "default") == 0
    assert asked(lambda: client.get(story), replica.ALIAS) == 1


def test_nobody_else_is_shown_a_word_of_it(
    follower: Follower, client: Client, house: dict[str, str], ben: Person
) -> None:
    signed_in = Client()
    sign_in(signed_in, ben)
    story = house["paper:story"]
    for reader, address in (
        (signed_in, "/"), (signed_in, story), (signed_in, "/search/?q=bridge"), (signed_in, "/admin/"),
        (client, "/admin/login/"), (client, "/healthz"), (client, house["review"]), (client, "/nowhere/at/all/"),
    ):  # fmt: skip
        assert asked(partial(reader.get, address), replica.ALIAS) == 0, address
    report = house["paper:report"]
    form = client.get(report).context["form"]
    said = {"text": "It was a cat.", "ticket": form.fields["ticket"].initial}
    assert asked(lambda: client.post(report, said), replica.ALIAS) == 0
    assert Report.objects.filter(text="It was a cat.").count() == 1


def test_an_editor_sees_what_a_late_replica_does_not_have_and_readers_have_it_once_it_does(
    follower: Follower, client: Client, published: Published, ben: Person
) -> None:
    first = published(headline="Old words")
    editor = Client()
    sign_in(editor, ben)
    follower.stays_behind()
    assert [came_from(client.get(first.path)) for _ in range(2)] == [MADE, HIT]
    updated(first, "New words")
    assert "New words" in editor.get(first.path).content.decode()
    for is_kept in (True, False):
        if not is_kept:
            memory.clear()
        late = client.get(first.path)
        assert "Old words" in late.content.decode()
        assert came_from(late) == (HIT if is_kept else MADE)
    follower.catches_up()
    answer = client.get(first.path)
    assert "New words" in answer.content.decode()
    assert came_from(answer) == MADE


@pytest.fixture
def common(settings: Any) -> Iterator[Any]:
    """A place that nodes share."""
    backend = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {**settings.CACHES, "pages": {"BACKEND": backend, "LOCATION": "pages"}}
    shared._edition.cache_clear()
    yield caches["pages"]
    caches["pages"].clear()


def on_the_primary(path: str, settings: Any) -> Any:
    """What a node without a replica answers, which has kept nothing itself."""
    memory.clear()
    own = settings.MIDDLEWARE
    settings.MIDDLEWARE = own[1:]
    try:
        return Client().get(path)
    finally:
        settings.MIDDLEWARE = own
        memory.clear()


def test_what_nodes_share_is_right_for_each_however_late_its_replica_is(
    follower: Follower, client: Client, published: Published, common: Any, settings: Any
) -> None:
    first = published(headline="Old words")
    follower.stays_behind()
    assert came_from(on_the_primary(first.path, settings)) == MADE
    assert came_from(client.get(first.path)) == HIT, "what one has made the other takes"
    updated(first, "New words")
    for _ in range(2):
        ahead = on_the_primary(first.path, settings)
        assert "New words" in ahead.content.decode()
        late = client.get(first.path)
        assert "Old words" in late.content.decode()
        assert came_from(late) == MADE
    on_the_primary(first.path, settings)
    follower.catches_up()
    answer = client.get(first.path)
    assert "New words" in answer.content.decode()
    assert came_from(answer) == HIT
    article = Article.objects.get(pk=first.article_id)
    publishing.withdraw(article, seen_version=article.version)
    follower.catches_up()
    assert client.get(first.path).status_code == 410


def test_a_page_that_changed_while_it_was_made_is_shared_with_nobody(
    follower: Follower,
    client: Client,
    published: Published,
    common: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Made of two states of the paper, it would be right for a replica that is still at the first."""
    first = published(headline="Old words")
    follower.catches_up()
    client.get(first.path)
    kept = memory.get(f"{first.path}?")
    Paper.objects.update_or_create(pk=1, defaults={"name": "Another Ledger"})
    follower.stays_behind()
    beside = neighbours.beside

    def changed_meanwhile(*args: Any) -> Any:
        updated(first, "New words")
        return beside(*args)

    assert kept is not None
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(views, "beside", changed_meanwhile)
        meanwhile.setattr(memory, "clear", lambda: None)
        memory.keep(f"{first.path}?", kept)
        assert came_from(on_the_primary(first.path, settings)) is None
    memory.clear()
    answer = client.get(first.path)
    assert "Old words" in answer.content.decode()
    assert came_from(answer) == MADE


def test_without_it_readers_are_answered_from_the_primary_and_the_log_says_so_once(
    follower: Follower, client: Client, published: Published, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("attache.reach.monotonic", lambda: now[0])
    first = published(headline="Old words")
    follower.catches_up()
    assert [came_from(client.get(first.path)) for _ in range(2)] == [MADE, HIT]
    follower.server.stop()
    assert came_from(client.get(first.path)) == HIT
    updated(first, "New words")
    assert "New words" in client.get(first.path).content.decode()
    addresses = ("/", "/search/?q=bridge", "/api/v1/stories/", "/world/")
    for _ in range(3):
        # Each of them finds out by itself.
        for address in addresses:
            now[0] += 10
            follower.link.close()
            assert client.get(address).status_code == 200, address
        now[0] += 10
        assert client.get("/nowhere/at/all/").status_code == 404
    assert caplog.text.count("The replica does not answer; readers get their pages from the primary") == 1
    client.get("/")
    follower.server.start()
    assert asked(lambda: client.get(first.path), "default") == 1, "it is not asked again by each request"
    now[0] += 10
    follower.catches_up()
    assert asked(lambda: client.get(first.path), "default") == 0
    assert "The replica answers again" in caplog.text


def test_a_question_that_it_refuses_is_put_to_the_primary(
    follower: Follower, client: Client, published: Published, caplog: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = published(headline="Old words").path
    follower.catches_up()
    beside = neighbours.beside
    refused: list[bool] = []

    def refusing(*args: Any) -> Any:
        if not refused:
            refused.append(True)
            raise OperationalError("canceling statement due to conflict with recovery")
        return beside(*args)

    monkeypatch.setattr(views, "beside", refusing)
    answer = client.get(path)
    assert (answer.status_code, "Old words" in answer.content.decode()) == (200, True)
    assert "The replica refused a question" in caplog.text
    memory.clear()
    assert asked(lambda: client.get(path), "default") == 0
    # What the primary fails at, fails.
    monkeypatch.setattr(views, "beside", lambda *args: 1 / 0)
    memory.clear()
    client.raise_request_exception = False
    assert client.get(path).status_code == 500


def test_with_the_primary_away_readers_go_on(
    follower: Follower, client: Client, house: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    follower.catches_up()
    client.raise_request_exception = False

    def away(*args: Any) -> None:
        raise OperationalError("the server has gone away")

    with monkeypatch.context() as gone:
        gone.setattr(connection, "cursor", away)
        gone.setattr(connection, "ensure_connection", away)
        for address in ("/", house["paper:story"], "/search/?q=bridge", "/api/v1/stories/", house["paper:report"]):
            assert [client.get(address).status_code for _ in range(2)] == [200, 200], address
        assert came_from(client.get("/")) == HIT
        assert client.post(house["paper:report"], {"text": "x"}).status_code == 500
        assert client.get("/healthz").status_code == 503


def test_a_replica_that_was_started_again_is_simply_asked(
    follower: Follower, client: Client, published: Published, caplog: Any
) -> None:
    path = published().path
    follower.catches_up()
    client.get(path)
    follower.server.stop()
    follower.server.start()
    assert asked(lambda: client.get(path), "default") == 0
    assert {"attache.reach", replica.__name__}.isdisjoint(record.name for record in caplog.records)


def finding() -> Finding:
    """What the doctor says of it."""
    return next(each for each in doctor.examine() if each.about == "Replica")


def test_the_doctor_says_how_it_is(follower: Follower, published: Published, monkeypatch: pytest.MonkeyPatch) -> None:
    # Other tests write to the same server meanwhile.
    until(lambda: "has all that the primary has" in finding().found)
    assert finding().grade == Grade.WELL
    follower.stays_behind()
    published()
    assert finding().grade == Grade.WELL
    assert "behind" in finding().found
    monkeypatch.setattr(doctor, "REPLICA_IS_LATE", 0.2)
    until(lambda: finding().grade == Grade.ATTENTION)
    follower.server.stop()
    assert (finding().grade, "does not answer" in finding().found) == (Grade.BROKEN, True)
    follower.link.close()
    monkeypatch.setitem(follower.link.settings_dict, "OPTIONS", connection.settings_dict["OPTIONS"])
    assert (finding().grade, "no replica" in finding().found) == (Grade.BROKEN, True)


def test_without_a_replica_the_doctor_says_nothing_of_it(db: None) -> None:
    assert "Replica" not in {each.about for each in doctor.examine()}


def test_a_web_server_as_shipped_reads_from_it_and_lives_without_it(
    follower: Follower, published: Published, tmp_path: Path
) -> None:
    first = published(headline="Old words")
    follower.catches_up()
    with started(1, tmp_path, DATABASE_REPLICA_URL=follower.address) as (web,):
        follower.stays_behind()
        assert [web.came_from(first.path) for _ in range(3)] == [MADE, HIT, HIT]
        updated(first, "New words")
        assert "Old words" in web.get(first.path)[1]
        follower.catches_up()
        assert "New words" in web.get(first.path)[1]
        follower.server.stop()
        updated(first, "Newer words")
        for _ in range(20):
            status, text, _ = web.get(first.path)
            assert (status, "Newer words" in text) == (200, True)
            assert web.get("/search/?q=words")[0] == 200
            assert web.get("/nowhere/at/all/")[0] == 404
        follower.server.start()
        follower.stays_behind()
        updated(first, "Newest words")
        until(lambda: "Newer words" in web.get(first.path)[1])
        follower.catches_up()
        assert "Newest words" in web.get(first.path)[1]
