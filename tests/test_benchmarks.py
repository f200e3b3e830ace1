"""What benchmarks rely on: the same stories each time, a paper that is filled on, a load that is what it says."""

import itertools
import os
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone

from articles.migrations import _stamps
from articles.models import (
    Address,
    Article,
    Buffer,
    Correction,
    Snapshot,
    SnapshotAuthor,
    SnapshotPhoto,
    SnapshotTag,
    stamp,
)
from articles.models.searched import SearchEntry
from articles.models.stamp import Stamp
from articles.search import entries
from attache.management.commands import serve
from benchmarks import copying, growing, growth, newsroom, nodes, papers, seeding, servers, stories
from benchmarks.faults import AWAY, Clock, Fault, Faults
from benchmarks.load import Load, Parts, ask, ask_of
from benchmarks.measured import BARE, KEPT, MADE, OURS, SEARCHES, UNKEPT, WAGTAIL, Measured, Row
from benchmarks.moments import GONE, NEVER, State, Thing
from benchmarks.progress import shown
from benchmarks.readers import Answer, Reader

# What a paper is filled with; ids and moments of filling differ each time.
WRITTEN = (
    (Article.objects.order_by("slug"), ("slug", "headline", "section", "stage", "is_settled", "version", "updated_at")),
    (
        Snapshot.objects.order_by("path"),
        [each.attname for each in Snapshot._meta.concrete_fields if each.name not in ("id", "article", "uid")],
    ),
    (Address.objects.order_by("path"), ("path", "article__slug")),
    (SnapshotAuthor.objects.order_by("snapshot__path"), ("snapshot__path", "author", "published_at")),
    (SnapshotTag.objects.order_by("snapshot__path", "tag"), ("snapshot__path", "tag", "published_at")),
    (SnapshotPhoto.objects.order_by("snapshot__path"), ("snapshot__path", "photo", "author")),
    (Correction.objects.order_by("snapshot__path", "at"), ("snapshot__path", "change", "text", "at")),
    (
        SearchEntry.objects.order_by("place"),
        ("snapshot__path", F("place") - F("snapshot"), "headline", "deck", "body", "rest", "facets"),
    ),
)


def test_a_paper_is_filled_with_the_same_stories_and_filled_on(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stories, "PHOTOS", 1)
    monkeypatch.setattr(stories, "SIZE", (120, 80))
    monkeypatch.setattr(seeding, "BATCH", 3)
    monkeypatch.setattr(stories, "TEXTS", 4)
    seeding.fill(4)
    seeding.fill(7)
    seeding.fill(5)
    assert Snapshot.objects.count() == 7
    # Who saves a story afterwards has the moment noted as ever.
    assert Article.objects.create(headline="x", slug="x").updated_at
    for story in map(stories.story, range(7)):
        assert story.headline in client.get(story.path).content.decode()
        assert stories.OFTEN in story.body
    listed = client.get(f"/tags/{stories.TAG}/").content.decode()
    found = client.get("/search/", {"q": stories.OFTEN}).content.decode()
    assert all(stories.story(number).path in listed and stories.story(number).path in found for number in range(7))
    seldom = client.get("/search/", {"q": stories.SELDOM}).content.decode()
    assert stories.story(0).path in seldom
    assert stories.story(1).path not in seldom
    assert client.get(f"/authors/{stories.author_slug(6)}/").status_code == 200


def test_what_is_copied_is_what_would_have_been_written(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def filled() -> list[list[tuple[object, ...]]]:
        """What stands in a paper that is gone again."""
        with transaction.atomic():
            seeding.fill(2, growing.story)
            seeding.fill(12, growing.story)
            rows = [list(found.values_list(*wanted)) for found, wanted in WRITTEN]
            assert not Snapshot.objects.exclude(uid=F("article__uid")).exists()
            # A story that is begun afterwards has an id of its own.
            assert Article.objects.create(headline="x", slug="x").pk > max(
                Snapshot.objects.values_list("article", flat=True)
            )
            transaction.set_rollback(True)
        return rows

    monkeypatch.setattr(stories, "PHOTOS", 1)
    monkeypatch.setattr(stories, "SIZE", (120, 80))
    monkeypatch.setattr(stories, "TEXTS", 5)
    seeding.fill(0)
    copied = filled()
    assert [len(rows) for rows in copied] == [12, 12, 12, 12, 24, 12, 24, 12]
    monkeypatch.setattr(copying, "copy", write)
    assert copied == filled()


def write(first: int, end: int) -> None:
    """Add these stories without copying any."""
    seeding._publish([growing.story(number) for number in range(first, end)], seeding._Desk())
    list(entries.rebuild(from_nothing=False))


def test_a_paper_that_was_filled_has_its_stamps(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "PHOTOS", 1)
    monkeypatch.setattr(stories, "SIZE", (120, 80))
    monkeypatch.setattr(stories, "TEXTS", 3)
    seeding.fill(1)
    later = timezone.now() + timedelta(days=1)
    Stamp.objects.create(number=1, name="stories", at=later)
    before = Stamp.objects.numbers([stamp.PAPER])
    seeding.fill(7, growing.story)
    # No moment of the past was noted, and none of the future forgotten.
    assert list(Stamp.objects.exclude(at=None).values_list("at", flat=True)) == [later]
    assert Stamp.objects.numbers([stamp.PAPER]) != before
    assert _stamps.standing(connection).keys() == _stamps.triggers(connection).keys()


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    asked: list[str] = []
    ports: list[int] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.ports.append(self.connection.getsockname()[1])
        body = b"x" * 200_000
        self.send_response(404 if self.path == "/wrong/" else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def door() -> Iterator[int]:
    """A server that notes what it is asked for; its port."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Door) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.fixture
def port() -> Iterator[int]:
    _Door.asked, _Door.ports = [], []
    with door() as port:
        yield port


def test_a_load_asks_for_each_path_once_and_refuses_what_is_no_page(port: int) -> None:
    paths = [f"/{number}/" for number in range(20)]
    load = ask([port], iter(paths), seconds=60, readers=3)
    assert sorted(_Door.asked) == sorted(paths)
    assert len(load.took) == 20
    assert load.rate > 0
    assert 0 < load.p50 <= load.p99
    # Each reader has at least one answer, however short the time.
    assert len(ask([port], itertools.repeat("/again/"), seconds=0, readers=3).took) >= 3
    with pytest.raises(AssertionError, match="404"):
        ask([port], iter(["/wrong/"]), seconds=1, readers=1)


def test_readers_are_divided_among_several_servers_whose_work_is_counted(port: int) -> None:
    with door() as other:
        parts: Parts = {"us": [os.getpid()], "nobody": [None]}
        load = ask_of(parts, [port, other], itertools.repeat("/"), seconds=0.1, readers=4)
    assert set(_Door.ports) == {port, other}
    assert load.worked["us"] > 0
    assert load.worked["nobody"] == 0
    assert load.rate_of_processor == len(load.took) / load.worked["us"]


def test_marks_tell_what_is_met_and_the_plot_is_whole(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.measured.RESULTS", tmp_path)
    monkeypatch.setattr("benchmarks.noting.RESULTS", tmp_path)
    monkeypatch.setattr("benchmarks.databases.vendor", lambda: "sqlite")
    load = partial(Load, took=[0.001] * 98 + [0.004] * 2)

    def row(page: str, paper: str, size: int, way: str, rate: float) -> Row:
        return Row.of(page, paper, size, way, [load(rate=rate)], size=20_000, queries=3)

    ours = [row("article", OURS, size, KEPT, 900.0) for size in (1_000, 100_000)]
    for page, size in itertools.product(("article", "front page", *SEARCHES), (1_000, 100_000)):
        # The large archive is slower in one page, and by too much.
        ours.append(row(page, OURS, size, MADE, 40.0 if (page, size) == ("front page", 100_000) else 100.0))
    theirs = [row(page, WAGTAIL, 2_000, UNKEPT, 5.0) for page in ("article", "front page", *SEARCHES)]
    theirs.append(row("article", WAGTAIL, 2_000, "its cache", 400.0))
    took = {"queries": {"save": 9, "publish": 8}, "save": [0.02]}
    measured = Measured(
        rows=[*ours, row("article", BARE, 0, "", 1_000.0), *theirs],
        memory={(OURS, 1_000, KEPT): 90_000_000},
        published={OURS: [took | {"publish": [0.01]}], WAGTAIL: [took | {"publish": [0.05]}]},
        rounds=3,
        seconds=1,
        readers=8,
    )
    marks = {mark.what: (mark.measured, mark.is_met) for mark in measured.marks()}
    assert marks["article, kept, beside a bare view"] == ("0.90", True)
    assert marks["article, kept, beside Wagtail with its cache"] == ("2.25", False)
    assert marks["front page, made each time, beside Wagtail without a cache"] == ("20.00", True)
    assert marks["time to publish a story, beside Wagtail"] == ("0.20", True)
    worst = "time of a page that is full in 1,000 stories, in 100,000, the worst (front page, made each time)"
    assert marks[worst] == ("2.50", False)
    measured.note(write=True)
    table = capsys.readouterr().out
    assert "| article | Attaché | 1,000 | kept | 900 | 900 | 1.0 ms | 4.0 ms | 20,000 | 3 |" in table
    assert "**no**" in table
    plot = ElementTree.parse(f"{tmp_path}/pages-sqlite.svg")
    assert len(plot.findall("{*}rect")) == len(measured.rows) - 5


def test_web_servers_stand_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.databases.vendor", lambda: "sqlite")
    ways = list(servers.ways())
    # Each of them is started in another way.
    assert len({tuple(way.command) for way in ways}) == len(ways) == len(set(ways))
    rounds = [servers.Round(Load(rate=rate, took=[0.002] * 98 + [0.03] * 2), 60e6) for rate in (900.0, 10.0, 1_200.0)]
    found = {(way, page): rounds for way in ways for page in servers.PAGES}
    lines = list(servers.table(found, 3, 1))
    shipped = f"| `manage.py serve` | 1 | {serve.THREADS} | 900 | 900 | 2.0 ms | 30.0 ms | 60 MB |"
    assert lines.count(shipped) == len(servers.PAGES)
    assert len([line for line in lines if line.startswith("| g")]) == (len(ways) - 2) * len(servers.PAGES)


def test_stories_are_asked_of_one_node_and_then_of_the_other(port: int) -> None:
    way = nodes.Way(2, (nodes.PRIMARY, nodes.REDIS))
    others: Parts = {nodes.PRIMARY: [None], nodes.REDIS: [None]}
    with door() as other:
        for page, at in ((nodes.NEW, port), (nodes.TAKEN, other)):
            course = nodes.Course(page, way, [papers.Server(os.getpid(), at)], iter(map(str, range(9))), at_most=3)
            assert [len(course.ask(0, others).took) for _ in range(2)] == [3, 3]
            assert course.ask(0, others).worked.keys() == {nodes.NODE, *way.parts}
    assert sorted(_Door.asked) == sorted([*map(str, range(9))] * 2)
    assert (_Door.ports.count(port), _Door.ports.count(other)) == (9, 9)


def test_each_part_of_a_large_site_has_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.databases.vendor", lambda: "sqlite")

    def table(*, with_redis: bool) -> list[str]:
        found = []
        for way, page in itertools.product(nodes.ways(with_redis=with_redis), (nodes.KEPT, nodes.TAKEN)):
            course = nodes.Course(page, way, [papers.Server(os.getpid(), port=0)], iter(()))
            worked = dict.fromkeys((nodes.NODE, *way.parts), 0.05) | {nodes.PRIMARY: 0.0001}
            found.append((course, [Load(rate=1, took=[0.1] * 100, worked=worked)] * 3))
        return list(nodes.table(found, 3, 1))

    lines = table(with_redis=True)
    # What a part does for itself alone is not told.
    assert lines.count("| 1 web node, primary | 2,000 | – | – | – | 1,996 |") == 2
    assert lines.count("| 2 web nodes, primary, replica, Redis | 2,000 | – | 2,000 | 2,000 | 666 |") == 2
    assert not any("There is no Redis" in line for line in lines)
    assert any("There is no Redis" in line for line in table(with_redis=False))


def test_a_bar_is_shown_to_nobody_who_does_not_look(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(shown("abc", "letters")) == ["a", "b", "c"]
    assert capsys.readouterr() == ("", "")


def test_pages_that_grow_are_told_of() -> None:
    def each(seconds: float, queries: int = 3) -> tuple[float, int]:
        return seconds, queries

    small = {
        "front page": each(0.010),
        "feed": each(0.010),
        "corrections": each(0.010),
        "search, the best": each(0.001),
    }
    middle = small | {"search, the best": each(0.010)}
    large = small | {"feed": each(0.016), "corrections": each(0.010, 4), "search, the best": each(0.011)}
    found = growth.grown([{100: small, 1_000: middle, 100_000: large}] * 3)
    assert {each.page: each.is_steady for each in found} == {
        "front page": True, "feed": False, "corrections": False, "search, the best": True,
    }  # fmt: skip
    table = "\n".join(growth.table(found, 3))
    assert "| feed | 10.0 ms | 10.0 ms | 16.0 ms | 1.60 | 1.60 **grows** | 3 |" in table
    assert "| corrections | 10.0 ms | 10.0 ms | 10.0 ms | 1.00 | 1.00 **grows** | 3 → 4 |" in table
    assert "| search, the best | 1.0 ms | 10.0 ms | 11.0 ms | 11.00 | 1.10 from 1,000 | 3 |" in table


@pytest.mark.usefixtures("making")
def test_every_page_is_there_and_full_in_the_smallest_paper(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stories, "PHOTOS", 1)
    monkeypatch.setattr(stories, "SIZE", (120, 80))
    seeding.fill(100, growing.story)
    for page, address in growing.pages(100).items():
        seconds, queries = growing.answer(client, address)
        assert seconds > 0, page
        assert queries > 0, page
    for page in ("section, deep", "tag of every story, deep", "author of every third", "archive, a year, deep"):
        listed = client.get(growing.pages(100)[page]).context["page"].stories
        assert len(listed) == 20, page


class _Known(Thing):
    """Of which the database has what it is told to have."""

    stored: set[int] = set()

    def is_stored(self, version: int) -> bool:
        return version in self.stored


def test_what_readers_may_have_is_known_at_every_moment() -> None:
    thing = _Known(3, frozenset())
    thing.states += [
        State(1, 10, 11), State(2, 20, 20, is_by_clock=True), State(GONE, 30, 31), State(3, 40, 41),
        State(GONE, 50, 50, is_by_clock=True),
    ]  # fmt: skip
    assert thing.could_be(5, 9.9) == {NEVER}
    assert thing.could_be(10.5, 10.6) == {NEVER, 1}
    assert thing.could_be(19.9, 20.1) == {1, 2}
    assert thing.could_be(20.1, 29.9) == {2}
    assert thing.could_be(45, 51) == {3, GONE}
    # Without asking the database: what stood before, and nothing that was lost since or is to come.
    assert thing.could_be_of_before(19, 19) == {1}
    assert thing.could_be_of_before(25, 29) == {1, 2}
    assert thing.could_be_of_before(35, 39) == set()
    assert thing.could_be_of_before(45, 49) == {3}
    # A withdrawal is heard of when the database is asked again; what the clock ends is over at once.
    assert thing.could_be_of_before(32, 32) == {1, 2}
    assert thing.could_be_of_before(50.1, 50.2) == set()


def test_what_the_database_did_not_answer_is_asked_again() -> None:
    thing = _Known(3, frozenset())
    with pytest.raises(OSError, match="away"), thing.changing(1, until=time.time() + 60):
        raise OSError("away")
    assert thing.could_be(time.time(), time.time()) == {NEVER, 1}
    thing.settle()
    assert [state.version for state in thing.states] == [NEVER]
    thing.stored = {2}
    with pytest.raises(OSError, match="away"), thing.changing(2):
        raise OSError("away")
    thing.settle()
    later = time.time() + 1
    assert thing.could_be(later, later) == {2}


@pytest.fixture
def faults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Faults:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return Faults(os.getpid(), Clock(tmp_path), tmp_path)


def test_only_a_fault_explains_an_error_and_a_page_of_before(faults: Faults) -> None:
    story = newsroom.Story(3, frozenset({"/"}), [State(NEVER, 0, 0), State(1, 10, 11), State(GONE, 20, 21)])
    reader = Reader(1, 0, [story], threading.Event(), faults)

    def wrong(path: str, status: int, text: str | None, at: float, where_from: str = "", age: int = 0) -> int:
        before = len(reader.wrong)
        reader.judge(Answer(path, status, text, at, at, where_from=where_from, age=age))
        return len(reader.wrong) - before

    assert not wrong("/", 200, "soak3v1z", 15)
    assert wrong("/", 200, "nothing", 15)
    assert wrong("/", 200, "soak3v2z", 5)
    assert wrong("/", 200, "soak3v1z", 25)
    assert not wrong(story.path, 404, "", 5)
    assert not wrong(story.path, 410, "", 25)
    assert wrong(story.path, 404, "", 15)
    assert wrong(story.path, 200, "soak3v2z", 15)
    # Of a HEAD only the status is known.
    assert not wrong(story.path, 200, None, 15)
    assert wrong(story.path, 200, None, 25)
    assert not reader.unexplained
    bridge = "attache; hit; ttl=-3; detail=database"
    assert not wrong("/", 200, "soak3v1z", 15, bridge, age=3)
    assert len(reader.unexplained) == 1
    faults.happened.append(Fault("the database down", AWAY, 22, 60))
    # Right as it may have been when it was made, but gone before the database was.
    assert wrong("/", 200, "soak3v1z", 40, bridge, age=25)
    assert not wrong("/", 200, "", 40, bridge, age=10)
    assert len(reader.unexplained) == 1
    assert reader.read["the database down: 200, of before, and said so"] == 2
    assert faults.explain("refused", 59, 61)
    assert not faults.explain("no answer", 59, 61)
    assert not faults.explain("refused", 61, 62)


@pytest.mark.usefixtures("making")
def test_the_newsroom_of_the_soak_knows_what_readers_have_and_what_is_lost(
    db: None, client: Client, monkeypatch: pytest.MonkeyPatch, faults: Faults
) -> None:
    monkeypatch.setattr(newsroom, "STANDING", 2)
    monkeypatch.setattr(newsroom, "MOVING", 3)
    monkeypatch.setattr(newsroom, "A_WHILE", 0.05)
    things = newsroom.build()
    reader = Reader(1, 0, things, threading.Event(), faults)
    chance = random.Random(4)  # noqa: S311
    did: set[str] = set()

    def read(path: str) -> None:
        begin = time.time()
        answer: Any = client.get(path)
        reader.judge(Answer(path, answer.status_code, answer.content.decode(), begin, time.time()))

    for _ in range(12):
        for thing in things:
            if thing.is_free:
                did.add(thing.change(chance))
        for path in (*newsroom.lists().values(), *reader.stories):
            read(path)
    assert {"stories withdrawn", "stories typed into, and not saved", "lines of breaking news"} <= did
    assert {"stories published", "stories updated", "stories pinned for a while"} <= did
    assert reader.wrong == reader.unexplained == []
    time.sleep(0.3)
    assert [words for thing in things for words in thing.lost()] == []
    story = next(iter(reader.stories.values()))
    assert isinstance(story, newsroom.Story)
    Article.objects.filter(pk=story.article.pk).update(body="<p>Another.</p>")
    assert "lost what was saved" in " ".join(story.lost())
    story.article.revisions.all().delete()
    story.typed = {"soak0v99z"}
    Buffer.objects.all().delete()
    told = " ".join(story.lost())
    assert "lost what was saved as version 2" in told
    assert "lost what was typed" in told
