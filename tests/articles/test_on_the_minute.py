"""Every way to readers opens on the story's minute and closes on its minute, with no worker anywhere.

One case for each surface, with a frozen clock. The surfaces are compared with the addresses of the paper: a new one
that nobody thought about fails here.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from articles import moves, planning
from articles.changes import Change
from articles.models import Article, Paper, Part, Series, Snapshot
from articles.moves import Details
from articles.paper import cards, sitemaps
from articles.paper.urls import urlpatterns
from articles.paper.views import JOINS_WITHIN
from articles.publishing import Telling
from articles.workflow import Stage
from staff.models import Person

pytestmark = pytest.mark.django_db
Story = Callable[..., Article]
NOW = datetime.fromisoformat("2026-05-03T12:00:00+00:00")
OPENS, CLOSES = NOW + timedelta(hours=3, minutes=20), NOW + timedelta(days=2)
A_TICK = timedelta(microseconds=1)
HEADLINE = "Xylophones return to the opera"


def says(address: str) -> Callable[[Client, Snapshot], bool]:
    """A page that has the headline while readers have the story."""
    return lambda client, story: HEADLINE in client.get(address.format(story=story)).getvalue().decode()


def in_sitemaps(client: Client, story: Snapshot) -> bool:
    """Whether a file of the sitemap that the index names leads to the story."""
    named = [each.address for each in sitemaps.files(timezone.now()) if "stories-" in each.address]
    return any(f"{story.path}</loc>" in client.get(address).getvalue().decode() for address in named)


def answers(client: Client, address: str) -> bool:
    """Whether there is anything at that address."""
    answer = client.get(address)
    if answer.streaming:
        list(answer)
    return answer.status_code == 200


def in_a_series(story: Snapshot) -> str:
    """The address of a series of which the story is a part."""
    series, _ = Series.objects.get_or_create(name="Music", slug="music")
    Part.objects.get_or_create(series=series, article_id=story.article_id)
    return series.get_absolute_url()


def names(client: Client, file: str, address: str) -> bool:
    """Whether a sitemap names that address."""
    return f"{address}</loc>" in client.get(file).getvalue().decode()


def in_a_tag(client: Client, story: Snapshot) -> bool:
    """Whether the sitemap of tags names the story's, were one story enough for it."""
    with patch.object(sitemaps, "GATHERS", 1):
        return names(client, "/sitemaps/tags.xml", "/tags/opera/")


# By the name of the address (and what of it): whether a reader who asks now finds the story there.
SURFACES: dict[str, Callable[[Client, Snapshot], bool]] = {
    "home": says("/"),
    "section": says("/world/"),
    "author": says("/authors/ines-varga/"),
    "tag": says("/tags/opera/"),
    "story": says("{story.path}"),
    "story: more from the section": says("/world/already-out/"),
    "story: a page that is not there": says("/no/such-page/"),
    "report": lambda client, story: answers(client, f"/report{story.path}"),
    "card": lambda client, story: answers(client, cards.address(story, Paper.objects.current())),
    "corrections": says("/corrections/"),
    "search": says("/search/?q=varga"),
    "search: by date": says("/search/?order=date&section=world"),
    "feed": says("/feed.rss"),
    "feed: Atom": says("/feed.atom"),
    "feed: JSON": says("/feed.json"),
    "section_feed": says("/world/feed.atom"),
    "author_feed": says("/authors/ines-varga/feed.json"),
    "tag_feed": says("/tags/opera/feed.rss"),
    "archive": says("/archive/2026/5/3/"),
    "series": lambda client, story: HEADLINE in client.get(in_a_series(story)).getvalue().decode(),
    "api_stories": says("/api/v1/stories/"),
    "api_story": lambda client, story: answers(client, f"/api/v1/stories/{story.uid}/"),
    "sitemap_stories": in_sitemaps,
    "sitemap_news": says("/sitemaps/news.xml"),
    "sitemap_pages: series": lambda client, story: names(client, "/sitemaps/pages.xml", in_a_series(story)),
    "sitemap_tags": in_a_tag,
}
# A page that is kept may lack for a while a story that could stand beside its own; none stays there that is gone.
WAITS = {"story: more from the section": JOINS_WITHIN}
# What names no story, whatever happens to it.
SILENT = {"robots", "security", "sitemap", "sitemap_room", "masthead", "archive_index", "paper_card", "api",
          "api_description", "api_nothing"}  # fmt: skip


def test_every_address_of_the_paper_is_among_the_surfaces() -> None:
    assert {surface.partition(":")[0] for surface in SURFACES} | SILENT == {pattern.name for pattern in urlpatterns}


@pytest.fixture
def due(story: Story, ben: Person, chen: Person) -> Snapshot:
    """A story that is under embargo until the minute on which it goes out, for two days; beside one that is out."""
    with time_machine.travel(NOW - timedelta(days=1), tick=False):
        out = story(slug="already-out", headline="Already out", body="<p>Nothing of it here.</p>")
        moves.perform("publish", out, by=chen, seen_version=1, details=waved())
        words = {"deck": "Wood, not brass.", "body": "<p>Nobody had expected them.</p>"}
        article = story(headline=HEADLINE, tags=("opera",), stage=Stage.READY, **words)
        planning.embargo(article, OPENS, by=ben)
        details = waved(live_from=OPENS, live_until=CLOSES)
        move = moves.perform("schedule", article, by=chen, seen_version=1, details=details)
    assert move.snapshot is not None
    return move.snapshot


def waved(**said: Any) -> Details:
    """Without a photo."""
    return Details(waived={"no-lead-photo": "A brief."}, **said)


@pytest.mark.parametrize("surface", [each for each in SURFACES if each != "corrections"])
def test_it_is_there_from_its_minute_until_its_minute(client: Client, due: Snapshot, surface: str) -> None:
    finds, opens = SURFACES[surface], OPENS + WAITS.get(surface, timedelta())
    for moment, expected in (
        (NOW, False), (OPENS - A_TICK, False), (opens, True), (CLOSES - A_TICK, True), (CLOSES, False),
    ):  # fmt: skip
        with time_machine.travel(moment, tick=False):
            assert finds(client, due) is expected, moment


@pytest.mark.parametrize("surface", SURFACES)
def test_what_is_withdrawn_is_gone_from_there_at_once(client: Client, story: Story, chen: Person, surface: str) -> None:
    with time_machine.travel(NOW, tick=False):
        out = story(slug="already-out", headline="Already out", body="<p>Nothing of it here.</p>")
        moves.perform("publish", out, by=chen, seen_version=1, details=waved())
        article = story(headline=HEADLINE, tags=("opera",))
        moves.perform("publish", article, by=chen, seen_version=1, details=waved())
        telling = Telling(Change.CORRECTION, "They are marimbas.")
        update = moves.perform("update", article, by=chen, seen_version=1, details=waved(telling=telling)).snapshot
        assert update is not None
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        assert SURFACES[surface](client, update) is True
        moves.perform("withdraw", article, by=chen, seen_version=1, details=Details(reason="They are marimbas."))
        assert SURFACES[surface](client, update) is False
        gone = client.get(update.path)
        assert gone.status_code == 410
        assert "They are marimbas." in gone.content.decode()
        assert "noindex" in gone.content.decode()
        assert HEADLINE not in gone.content.decode()


def test_a_correction_is_listed_from_its_minute_until_that_of_its_story(
    client: Client, story: Story, chen: Person
) -> None:
    """The correction comes to be listed after the story that it stands in, in which nothing had been wrong before."""
    with time_machine.travel(NOW, tick=False):
        article = story(headline=HEADLINE)
        moves.perform("publish", article, by=chen, seen_version=1, details=waved())
        telling = Telling(Change.CORRECTION, "They are marimbas.")
        details = waved(telling=telling, live_from=OPENS, live_until=CLOSES)
        moves.perform("schedule", article, by=chen, seen_version=1, details=details)
    for moment, expected in (
        (NOW, False), (OPENS - A_TICK, False), (OPENS, True), (CLOSES - A_TICK, True), (CLOSES, False),
    ):  # fmt: skip
        with time_machine.travel(moment, tick=False):
            assert ("They are marimbas." in client.get("/corrections/").content.decode()) is expected, moment


def test_the_crawl_finds_nothing_before_the_minute_and_asks_for_nothing_after_it(due: Snapshot, capsys: Any) -> None:
    with time_machine.travel(OPENS - A_TICK, tick=False):
        call_command("check_embargoes")
        assert "none tells of 1 embargoed" in capsys.readouterr().out
    with time_machine.travel(OPENS, tick=False):
        call_command("check_embargoes")
        assert "No story is under embargo" in capsys.readouterr().out


def test_the_desk_says_how_far_away_the_minute_is(client: Client, due: Snapshot, ben: Person) -> None:
    with time_machine.travel(NOW, tick=False):
        client.force_login(Person.objects.get(pk=ben.pk))
        page = client.get(f"/admin/articles/article/{due.article_id}/change/").content.decode()
        assert "3 May 2026, 15:20 UTC</time> (in 3 h 20 min)" in page
        assert "until <time" in page


@pytest.mark.parametrize("verb", ["publish", "schedule"])
def test_an_embargo_stands_before_every_verb_that_leads_out(story: Story, chen: Person, verb: str) -> None:
    article = story(stage=Stage.READY)
    until = timezone.now() + timedelta(hours=2)
    planning.embargo(article, until, by=chen)
    with pytest.raises(moves.Refused, match=r"under embargo until .* UTC \(in 1 h 59 min\)"):
        moves.perform(verb, article, by=chen, seen_version=1, details=waved(live_from=until - A_TICK))
    with pytest.raises(moves.Refused, match="under embargo"):
        moves.perform(verb, article, by=None, seen_version=1, details=Details(live_from=until - A_TICK))
    assert not Snapshot.objects.exists()
