"""What caches in front of the site are told of reader pages: how long each may be held, and under which keys."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from articles import fronts, publishing
from articles.models import BreakingLine, Snapshot
from articles.models.stamp import of_story
from articles.zones import Placement
from attache.pages.edge import key_of
from attache.pages.memory import memory
from attache.pages.queue import queue
from staff.models import Person
from tests.staff.signing_in import sign_in

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
NOW = datetime(2026, 5, 3, 12, tzinfo=UTC)
WHOLE = "public, max-age=0, s-maxage=30, stale-while-revalidate=30, stale-if-error=600"
TOLD = ("Surrogate-Key", "X-Accel-Expires")


@pytest.fixture(autouse=True)
def clock(settings: Any) -> Iterator[time_machine.Traveller]:
    """Pages may be held for half a minute; no time passes by itself."""
    settings.EDGE_SECONDS = 30
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def after(seconds: float) -> datetime:
    """That long from the beginning of a test."""
    return NOW + timedelta(seconds=seconds)


def held(client: Client, address: str) -> dict[str, int]:
    """The directives with a number of a page that is made, and then given again twice in the same words."""
    said = [client.get(address).headers for _ in range(3)]
    assert [each["Cache-Status"] for each in said] == ["attache; fwd=miss; stored", "attache; hit", "attache; hit"]
    assert len({each["Cache-Control"] for each in said}) == 1
    return directives(said[0]["Cache-Control"])


def directives(control: str) -> dict[str, int]:
    """Those that say a number."""
    pairs = [each.partition("=") for each in control.split(", ") if "=" in each]
    return {name: int(seconds) for name, _, seconds in pairs}


@pytest.mark.parametrize("address", ["/", "/world/", "{path}", "/feed.rss", "/sitemap.xml", "/archive/"])
def test_a_page_may_be_held_by_caches_and_not_by_browsers(client: Client, published: Published, address: str) -> None:
    path = published().path
    held(client, address.format(path=path))
    answer = client.get(address.format(path=path))
    assert answer.headers["Cache-Control"] == WHOLE
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert "X-Accel-Expires" not in answer.headers
    known = client.get(address.format(path=path), headers={"If-None-Match": answer.headers["ETag"]})
    assert (known.status_code, known.headers["Cache-Control"]) == (304, WHOLE)
    assert client.head(address.format(path=path)).headers["Cache-Control"] == WHOLE


def test_without_the_setting_nobody_is_told_anything(client: Client, published: Published, settings: Any) -> None:
    settings.EDGE_SECONDS = 0
    path = published(live_until=after(3)).path
    for _ in range(3):
        answer = client.get(path)
        assert answer.headers["Cache-Control"] == "public, no-cache"
        assert not any(name in answer.headers for name in TOLD)


def test_a_page_is_held_until_its_story_ends_and_by_nobody_after_that(
    client: Client, published: Published, clock: time_machine.Traveller
) -> None:
    path = published(live_until=after(700)).path
    for address in (path, "/"):
        assert held(client, address) == directives(WHOLE)
    for passed, wanted in (
        (80, {"stale-while-revalidate": 30, "stale-if-error": 590}),
        (655, {"stale-while-revalidate": 15, "stale-if-error": 15}),
        (670, {}),
    ):
        clock.move_to(after(passed))
        for address in (path, "/"):
            client.get(address)
            answer = client.get(address)
            assert answer.headers["Cache-Status"] == "attache; hit"
            assert directives(answer.headers["Cache-Control"]) == {"max-age": 0, "s-maxage": 30, **wanted}
    clock.move_to(after(697))
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "public, max-age=0, s-maxage=3"
    # nginx lets go at the end of the second that it is told.
    assert answer.headers["X-Accel-Expires"] == f"@{int(after(699).timestamp())}"
    clock.move_to(after(699.5))
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "public, no-cache")
    assert not any(name in answer.headers for name in TOLD)
    clock.move_to(after(700))
    assert client.get(path).status_code == 410
    assert client.get(path).headers["Cache-Control"] == WHOLE


def test_nothing_that_is_told_goes_past_a_turn(
    client: Client, published: Published, clock: time_machine.Traveller
) -> None:
    path = published(live_until=after(60)).path
    for tick in range(1, 600):
        clock.move_to(after(tick / 10 + 0.037))
        left = 60 - (tick / 10 + 0.037)
        for address in (path, "/"):
            said = client.get(address).headers
            told = directives(said["Cache-Control"])
            fresh = told.get("s-maxage", 0)
            for name in ("stale-while-revalidate", "stale-if-error"):
                assert fresh + told.get(name, 0) <= left, (tick, said)
            if fresh:
                # To nginx a second that it is told is over when the next one begins.
                lets_go = int(said["X-Accel-Expires"].removeprefix("@")) + 1
                assert lets_go + told.get("stale-if-error", 0) <= after(60).timestamp()
                assert lets_go <= int(after(tick / 10).timestamp()) + fresh


def _embargo(published: Published, by: Person) -> None:
    published(live_from=after(3))


def _edition(published: Published, by: Person) -> None:
    draft = fronts.save(None, {"lead": [Placement(published().article_id)]}, by=by, seen_version=0)
    fronts.publish(None, by=by, seen_version=draft.version, at=after(3))


def _pin(published: Published, by: Person) -> None:
    placed = {"lead": [Placement(published().article_id, until=after(3))]}
    draft = fronts.save(None, placed, by=by, seen_version=0)
    fronts.publish(None, by=by, seen_version=draft.version)


def _breaking(published: Published, by: Person) -> None:
    BreakingLine.objects.create(words="The bridge is closed", live_from=after(3), live_until=after(900))


@pytest.mark.parametrize("turn", [_embargo, _edition, _pin, _breaking])
def test_whatever_begins_by_the_clock_bounds_the_front(
    client: Client, published: Published, ben: Person, turn: Callable[[Published, Person], None]
) -> None:
    turn(published, ben)
    told = held(client, "/")
    assert (told["s-maxage"], "stale-while-revalidate" in told) == (3, False)
    # What only comes takes nothing from those who cannot be told.
    assert told["stale-if-error"] == 600


def test_an_end_bounds_what_is_shown_without_the_site(client: Client, published: Published) -> None:
    published()
    BreakingLine.objects.create(words="The bridge is closed", live_from=after(-9), live_until=after(100))
    assert held(client, "/")["stale-if-error"] == 70


def test_midnight_bounds_every_page(client: Client, published: Published, clock: time_machine.Traveller) -> None:
    path = published().path
    clock.move_to(datetime(2026, 5, 3, 23, 59, 50, tzinfo=UTC))
    for address in ("/", path, "/feed.rss"):
        assert held(client, address) == {"max-age": 0, "s-maxage": 10, "stale-if-error": 600}


def test_keys_are_the_stamps_of_the_page(client: Client, published: Published) -> None:
    story = published()
    client.get(story.path)
    page = memory.get(f"{story.path}?")
    assert page is not None
    keys = client.get(story.path).headers["Surrogate-Key"]
    assert key_of(of_story(story.article_id)) in keys.split()
    assert keys.split() == [name.replace(":", "-") for name in page.names]
    assert keys.isascii()
    assert not set(keys) & set(",:;/*\"'\r\n")
    for address, wanted in (("/", {"stories", "front-0", "breaking"}), ("/world/", {f"section-{story.section_id}"})):
        keys = client.get(address).headers["Surrogate-Key"]
        # Whoever lets go of `paper` lets go of everything.
        assert set(keys.split()) >= {"paper", *wanted}
        assert len(keys) < 4096


def test_what_is_withdrawn_is_told_like_any_page(
    client: Client, published: Published, clock: time_machine.Traveller
) -> None:
    story = published()
    client.get(story.path)
    clock.shift(1)
    publishing.withdraw(story.article, seen_version=story.version)
    gone = client.get(story.path)
    assert (gone.status_code, gone.headers["Cache-Control"]) == (410, WHOLE)
    assert key_of(of_story(story.article_id)) in gone.headers["Surrogate-Key"].split()


def test_what_is_somebodys_own_or_not_kept_is_held_by_nobody(client: Client, published: Published, ben: Person) -> None:
    story = published()
    client.get(story.path)
    signed_in = Client()
    sign_in(signed_in, ben)
    change = f"/admin/articles/article/{story.article_id}/change/"
    for reader, addresses in (
        (signed_in, ("/", story.path, "/admin/", change, f"/preview/{story.article_id}/", "/feed.rss")),
        (client, ("/search/?q=a", "/authors/ines-varga", "/world/not-yet/", f"/report{story.path}", "/nowhere/at-all/",
                  "/admin/login/", "/api/v1/stories/", "/healthz", "/robots.txt")),
    ):  # fmt: skip
        for address in addresses:
            answer = reader.get(address)
            control = answer.headers["Cache-Control"]
            assert "private" in control or "no-cache" in control, address
            assert "s-maxage" not in control, address
            assert "stale" not in control, address
            assert not any(name in answer.headers for name in TOLD), address
    basic = client.get(story.path, headers={"Authorization": "Basic YTpi"})
    assert not any(name in basic.headers for name in TOLD)


def test_without_a_database_nobody_may_hold_what_is_shown(
    client: Client, published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = published().path
    client.get(path)
    assert client.get(path).headers["Cache-Control"] == WHOLE

    def silent(names: Any) -> Any:
        raise OperationalError("the server has gone away")

    # The connection of a test is always in a transaction.
    monkeypatch.setattr("attache.pages.questions._is_ours_to_close", lambda: True)
    monkeypatch.setattr("attache.pages.questions.connection.close", lambda: None)
    monkeypatch.setattr("attache.pages.questions._asked", silent)
    answer = client.get(path)
    assert answer.headers["Cache-Control"] == "no-store"
    assert "detail=database" in answer.headers["Cache-Status"]
    assert not any(name in answer.headers for name in TOLD)


def test_what_stands_in_while_a_page_is_made_is_held_by_nobody(client: Client, published: Published) -> None:
    published()
    client.get("/")
    published()
    queue.join("/?")
    try:
        answer = client.get("/")
    finally:
        queue.leave("/?")
    assert answer.headers["Cache-Status"] == "attache; hit; detail=moment-ago"
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert not any(name in answer.headers for name in TOLD)
