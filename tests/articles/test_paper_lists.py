"""Fronts and lists: the front page, sections, authors, tags, and the pages for what is not there."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles import editing, publishing, zones
from articles.models import Article, Author, Byline, ContactLink, Section, Snapshot
from articles.paper import front as fronts
from articles.paper.paging import PAGE_LENGTH
from media.models import Photo

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def headlines(html: str) -> list[str]:
    """The headlines of the stories on a page, in their order."""
    return re.findall(r'<h3 class="headline"><a href="[^"]*">(.*?)</a></h3>', html.replace("\u00a0", " "))


def get(client: Client, address: str) -> str:
    """A page that must be there."""
    response = client.get(address)
    assert response.status_code == 200, address
    return str(response.content.decode())


def test_a_paper_without_stories_still_opens(client: Client, db: None) -> None:
    assert "Nothing has gone to print yet" in get(client, "/")


def test_an_empty_section_and_an_author_without_stories_say_so(client: Client, world: Section, ines: Author) -> None:
    assert "Nothing has been published in this section yet" in get(client, "/world/")
    assert "Nothing by this author has been published yet" in get(client, "/authors/ines-varga/")


@pytest.mark.parametrize("number", [1, 2, 5, 12, 40])
def test_the_front_page_shows_no_story_twice(client: Client, published: Published, number: int) -> None:
    start = timezone.now()
    for each in range(number):
        published(
            headline=f"Story number {each}",
            kind="opinion" if each % 4 == 3 else "news",
            live_from=start - timedelta(hours=each),
        )
    shown = headlines(get(client, "/"))
    assert len(shown) == len(set(shown))
    assert len(shown) >= min(number, sum(zone.most for zone in zones.HOME if not zone.kinds))
    assert shown[0] == "Story number 0"


def test_a_picture_leads_when_one_of_the_newest_has_it(
    client: Client, published: Published, photo: Callable[..., Photo]
) -> None:
    published(headline="Older, with a picture", lead_photo=photo(), live_from=timezone.now() - timedelta(hours=2))
    published(headline="Newest, without")
    assert headlines(get(client, "/"))[:2] == ["Older, with a picture", "Newest, without"]


def test_opinion_has_its_own_column(published: Published, world: Section) -> None:
    voice, news = published(kind="opinion"), published(kind="news")
    page = fronts.home([world], timezone.now(), ["en"])
    assert (page.lead, list(page.zones["opinion"])) == (news, [voice])


def test_a_section_lists_its_own_stories(client: Client, published: Published, city: Section) -> None:
    published(headline="From the world")
    published(headline="From the city", section=city)
    assert headlines(get(client, "/world/")) == ["From the world"]
    assert headlines(get(client, "/city/")) == ["From the city"]


def test_an_author_page_says_who_it_is(
    client: Client, published: Published, ines: Author, photo: Callable[..., Photo]
) -> None:
    ines.portrait = photo(alt="Inés Varga, smiling", credit="Oskar Lindqvist")
    ines.save()
    ContactLink.objects.create(author=ines, label="Write to Inés", url="mailto:ines@paper.example")
    published(headline="By her hand")
    html = get(client, "/authors/ines-varga/")
    assert headlines(html) == ["By her hand"]
    for said in ("Chief reporter", "Walks to work.", "Inés Varga, smiling", "Oskar Lindqvist"):
        assert said in html
    assert '<a href="mailto:ines@paper.example" rel="me">Write to Inés</a>' in html


def test_a_photographer_is_found_by_the_byline_too(client: Client, story: Callable[..., Article]) -> None:
    article = story(headline="Two made it")
    oskar = Author.objects.create(name="Oskar Lindqvist", slug="oskar-lindqvist")
    Byline.objects.create(article=article, author=oskar, role="photographs", position=1)
    publishing.publish(article, by=None, seen_version=article.version)
    assert headlines(get(client, "/authors/oskar-lindqvist/")) == ["Two made it"]


def test_a_tag_lists_its_stories_and_is_unknown_before_it_has_one(
    client: Client, story: Callable[..., Article]
) -> None:
    article = story(headline="Tagged", tags=("harbour life",))
    assert client.get("/tags/harbour-life/").status_code == 404
    publishing.publish(article, by=None, seen_version=article.version)
    assert headlines(get(client, "/tags/harbour-life/")) == ["Tagged"]


def test_a_tag_in_another_script_has_a_page_and_one_of_signs_alone_has_none(
    client: Client, published: Published
) -> None:
    snapshot = published(headline="Tagged", tags=("ميناء", "!!!"))
    assert [tag["name"] for tag in snapshot.tagged] == ["ميناء"]
    html = get(client, snapshot.path)
    [address] = re.findall(r'<a href="(/tags/[^"]*)"', html)
    assert headlines(get(client, address)) == ["Tagged"]


def test_paging_goes_through_every_story_once_even_while_new_ones_arrive(client: Client, published: Published) -> None:
    start = timezone.now() - timedelta(days=2)
    number = 2 * PAGE_LENGTH + 3
    for each in range(number):
        # Pairs of stories share their moment, so that the order needs more than the time.
        published(headline=f"Story {each}", live_from=start + timedelta(minutes=each // 2))
    seen: list[str] = []
    address: str | None = "/world/"
    while address:
        html = get(client, address)
        seen += headlines(html)
        published(headline="Just in")
        following = re.search(r'<a href="(\?before=[^"]*)" rel="next">', html)
        address = f"/world/{following[1]}" if following else None
    assert seen == [f"Story {each}" for each in reversed(range(number))]


def test_an_update_moves_a_story_up_in_no_list_and_paging_meets_it_once(client: Client, published: Published) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        stories = [
            published(headline=f"Number {each}", tags=("bridges",), live_from=NOON - timedelta(minutes=each // 2))
            for each in range(PAGE_LENGTH + 4)
        ]
        clock.shift(timedelta(hours=1))
        for each in (1, 3, PAGE_LENGTH + 1):
            article = Article.objects.get(pk=stories[each].article_id)
            article.deck = "Another."
            article = editing.save(article, by=None, seen_version=article.version)
            publishing.publish(article, by=None, seen_version=article.version)
        newest = [story.headline for story in Snapshot.objects.live().newest_first()]
        assert set(newest) == {f"Number {each}" for each in range(PAGE_LENGTH + 4)}
        for address in (f"/archive/{NOON:%Y}/", "/tags/bridges/", "/authors/ines-varga/"):
            shown, place = list[str](), ""
            while place is not None:
                page = client.get(f"{address}{place}").context["page"]
                shown += [story.headline for story in page.stories]
                place = page.older
            assert shown == newest, address
        shown, following = [], "/api/v1/stories/?tag=bridges&author=ines-varga"
        while following:
            said = client.get(following).json()
            shown += [item["title"] for item in said["items"]]
            following = said["next"]
        assert shown == newest


def test_an_old_story_in_a_short_list_says_of_which_year_it_is(client: Client, published: Published) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        old = published(headline="Of last year", live_from=NOON.replace(year=2025))
        new = published(headline="Of this year")
        dates = {path: re.findall(r"<time [^>]*>(.*?)</time>", get(client, path).split("Read on")[1])
                 for path in (old.path, new.path)}  # fmt: skip
        assert dates == {old.path: ["3 May, 12:00"], new.path: ["3 May 2025, 12:00"]}
        clock.move_to(NOON.replace(year=2027))
        assert "3 May 2026, 12:00" in get(client, old.path).split("Read on")[1]


def test_a_month_has_one_address(client: Client, published: Published) -> None:
    with time_machine.travel(NOON, tick=False):
        published()
        for written in ("/archive/2026/5/3/", "/archive/2026/05/03/", "/archive/02026/005/3/"):
            assert 'rel="canonical" href="http://127.0.0.1:8000/archive/2026/5/3/"' in get(client, written)


def test_no_place_leads_out_of_a_year(client: Client, published: Published) -> None:
    for year in (2025, 2026, 2027):
        with time_machine.travel(NOON.replace(year=year), tick=False):
            published(headline=f"Of {year}")
    for place in ("", f"?before={NOON.replace(year=2036):%Y%m%dT%H%M%S.%f}-1"):
        assert headlines(get(client, f"/archive/2026/{place}")) == ["Of 2026"]


@pytest.mark.parametrize(
    "place", ["", "x", "20260503T120000.000000-", "20260503T120000.000000-²", "-1", "%00", "9" * 99]
)
def test_a_place_that_no_page_named_is_not_found(client: Client, world: Section, place: str) -> None:
    assert client.get(f"/world/?before={place}").status_code == 404


def test_a_scheduled_story_comes_on_its_minute_and_goes_on_its_minute(
    client: Client, story: Callable[..., Article]
) -> None:
    with time_machine.travel(NOON - timedelta(hours=1), tick=False) as clock:
        article = story(headline="Under embargo", deck="Not a word before noon", tags=("secrets",))
        publishing.publish(
            article, by=None, seen_version=article.version, live_from=NOON, live_until=NOON + timedelta(hours=6)
        )
        pages = ["/", "/world/", "/authors/ines-varga/", "/tags/secrets/", "/world/under-embargo/"]
        pages.append("/report/world/under-embargo/")

        clock.move_to(NOON - timedelta(microseconds=1))
        for address in (*pages, "/nowhere/"):
            answer = client.get(address).content.decode()
            assert "embargo" not in answer.lower().replace("/world/under-embargo/", ""), address
            assert "Not a word" not in answer, address
        assert client.get("/tags/secrets/").status_code == 404
        assert client.get("/world/under-embargo/").status_code == 404

        clock.move_to(NOON)
        for address in pages:
            assert "Under embargo" in get(client, address), address

        clock.move_to(NOON + timedelta(hours=6))
        for address in pages:
            assert "Under embargo" not in client.get(address).content.decode(), address
        assert client.get("/world/under-embargo/").status_code == 410


@pytest.mark.parametrize("address", ["/nowhere/", "/world/nothing/", "/authors/nobody/", "/tags/none/", "/a/b/c/"])
def test_an_unknown_page_is_a_helpful_404(client: Client, published: Published, address: str) -> None:
    published(headline="Something to read instead")
    response = client.get(address)
    assert response.status_code == 404
    html = response.content.decode()
    assert headlines(html) == ["Something to read instead"]
    assert '<a href="/world/">World</a>' in html


@pytest.mark.usefixtures("making")
def test_a_broken_page_is_a_calm_500_and_asks_nothing_of_the_database(
    client: Client,
    world: Section,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_num_queries: Callable[..., Any],
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("secret words of a traceback")

    monkeypatch.setattr("articles.paper.front.home", broken)
    client.raise_request_exception = False
    with django_assert_num_queries(1):  # the masthead, before it broke
        response = client.get("/")
    assert response.status_code == 500
    assert "The press has stopped" in response.content.decode()
    assert "secret words" not in response.content.decode()
