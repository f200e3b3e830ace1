"""Feeds: read by programs that are not ours, saying what the pages say, and never a word too early or too late."""

import html
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import editing, publishing
from articles.changes import Change
from articles.content import Name
from articles.models import Article, Author, Byline, Paper, Section, Snapshot
from articles.paper.feeds import LENGTH
from articles.publishing import Telling
from media.models import Photo

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
SITE = "http://127.0.0.1:8000"
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
KINDS = ("rss", "atom", "json")
PLACES = ("/", "/world/", "/authors/ines-varga/", "/tags/harbour/")


def fetch(client: Client, address: str, **headers: str) -> Any:
    """The feed at an address, which must be there."""
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200, address
    return answer


def entries(client: Client, address: str) -> list[dict[str, Any]]:
    """What a program makes of a feed: id, link, title, content, date of each entry."""
    data = fetch(client, address).content
    if address.endswith("json"):
        return [
            {"id": each["id"], "link": each["url"], "title": each["title"], "content": each["content_html"]}
            for each in json.loads(data)["items"]
        ]
    read = feedparser.parse(data)
    assert not read.bozo, read.get("bozo_exception")
    return [
        {"id": each.id, "link": each.link, "title": each.title, "content": each.content[0].value}
        for each in read.entries
    ]


def update(snapshot: Snapshot, telling: Telling | None = None, **fields: Any) -> Snapshot:
    """Publish a change of a story."""
    article = Article.objects.get(pk=snapshot.article_id)
    for name, value in fields.items():
        setattr(article, name, value)
    article = editing.save(article, by=None, seen_version=article.version)
    return publishing.publish(article, by=None, seen_version=article.version, telling=telling)


@pytest.fixture
def full(story: Callable[..., Article], photo: Callable[..., Photo]) -> Snapshot:
    """A story that has everything, made by three."""
    inside = photo(caption="A dog & its master", credit="Ana Ruiz/The Ledger")
    article = story(
        headline="Ships & <sails>",
        deck="A “deck” with <angles>",
        dateline="Saltmouth",
        lead_photo=photo(caption="The quay in winter", credit="Oskar Lindqvist", agency="Northlight"),
        body=f'<p>First <a href="/city/x/">words</a>.</p><figure data-photo="{inside.pk}"></figure><p>Last words.</p>',
        tags=("harbour",),
    )
    for position, (name, role) in enumerate((("Bo Ek", "by"), ("Oskar Lindqvist", "photographs")), start=1):
        author = Author.objects.create(name=name, slug=name.lower().replace(" ", "-"))
        Byline.objects.create(article=article, author=author, role=role, position=position)
    return publishing.publish(article, by=None, seen_version=article.version)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_a_program_reads_the_whole_story(client: Client, full: Snapshot, place: str, kind: str) -> None:
    [entry] = entries(client, f"{place}feed.{kind}")
    assert html.unescape(entry["title"]) == "Ships & <sails>"
    assert entry["link"] == f"{SITE}{full.path}"
    content = entry["content"]
    assert f'<a href="{SITE}/city/x/">words</a>' in content
    assert "Last words." in content
    assert "Saltmouth" in content
    for words in ("The quay in winter", "Oskar Lindqvist/Northlight", "A dog &amp; its master", "Ana Ruiz/The Ledger"):
        assert words in content
    for picture in re.findall(r'<img src="([^"]*)"', content):
        assert picture.startswith(f"{SITE}/photos/")


@pytest.mark.parametrize("text", ["full", "summary"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_byline_is_that_of_the_page(client: Client, full: Snapshot, kind: str, text: str) -> None:
    Paper(pk=1, feed_text=text).save()
    page = client.get(full.path).content.decode()
    lines = re.findall(r'<p class="byline"><bdi>(.*?)</bdi></p>', page)
    told = " · ".join(html.unescape(re.sub(r"<[^>]*>", "", line)) for line in lines)
    assert told == "By Inés Varga and Bo Ek · Photographs by Oskar Lindqvist"
    [entry] = entries(client, f"/feed.{kind}")
    assert f"<p>{told}</p>" in entry["content"]


def test_everybody_in_the_byline_is_named_with_what_they_did(client: Client, full: Snapshot) -> None:
    [rss] = feedparser.parse(fetch(client, "/feed.rss").content).entries
    assert [each.name for each in rss.authors] == ["Inés Varga", "Bo Ek"]
    assert [each.name for each in rss.contributors] == ["Oskar Lindqvist (Photographs by)"]
    assert rss.media_content[0]["medium"] == "image"
    assert rss.media_credit[0]["content"] == "Oskar Lindqvist/Northlight"
    [atom] = feedparser.parse(fetch(client, "/feed.atom").content).entries
    assert [(each.name, each.href) for each in atom.authors] == [
        ("Inés Varga", f"{SITE}/authors/ines-varga/"), ("Bo Ek", f"{SITE}/authors/bo-ek/")
    ]  # fmt: skip
    assert [each.name for each in atom.contributors] == ["Oskar Lindqvist"]
    [item] = json.loads(fetch(client, "/feed.json").content)["items"]
    assert [each["name"] for each in item["authors"]] == ["Inés Varga", "Bo Ek", "Oskar Lindqvist"]
    assert [each["role"] for each in item["_attache"]["roles"]] == ["by", "by", "photographs"]
    assert item["_attache"]["picture"] == {"caption": "The quay in winter", "credit": "Oskar Lindqvist/Northlight"}


@pytest.mark.parametrize("place", PLACES)
def test_the_json_feed_is_valid(client: Client, full: Snapshot, place: str, shared: Path) -> None:
    schema = json.loads((shared / "cases" / "feeds" / "jsonfeed-schema-v1.1.json").read_text())
    answer = fetch(client, f"{place}feed.json")
    assert answer.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    jsonschema.validate(answer.json(), schema)


def test_hostile_strings_stay_words(client: Client, published: Published, shared: Path) -> None:
    strings = json.loads((shared / "cases" / "feeds" / "blns.json").read_text())
    words = [each for each in strings if each.strip() and "\0" not in each][::9]
    for each in words[:LENGTH]:
        published(headline=" ".join(f"Said {each}"[:300].split()), deck=each)
    for kind in KINDS:
        assert len(entries(client, f"/feed.{kind}")) == min(len(words), LENGTH)


@pytest.mark.parametrize("kind", KINDS)
def test_the_setting_decides_between_the_text_and_the_deck(client: Client, full: Snapshot, kind: str) -> None:
    Paper(pk=1, feed_text="summary").save()
    [entry] = entries(client, f"/feed.{kind}")
    assert "Last words." not in fetch(client, f"/feed.{kind}").content.decode()
    assert "A “deck” with &lt;angles&gt;" in entry["content"]
    assert "Oskar Lindqvist/Northlight" in entry["content"]
    assert f'<a href="{SITE}{full.path}">Read the story</a>' in entry["content"]


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_outlives_every_address_and_corrections_are_told(
    client: Client, full: Snapshot, city: Section, kind: str
) -> None:
    [before] = entries(client, f"/feed.{kind}")
    telling = Telling(Change.CORRECTION, "It was a cat.")
    moved = update(full, telling, slug="elsewhere", section=city, headline="Another headline")
    [after] = entries(client, f"/feed.{kind}")
    assert (before["id"], before["link"]) != (after["id"], after["link"])
    assert before["id"] == after["id"] == f"urn:uuid:{moved.uid}"
    assert after["link"] == f"{SITE}/city/elsewhere/"
    assert "<p><strong>Correction</strong>" in after["content"]
    assert "It was a cat." in after["content"]
    assert entries(client, f"/world/feed.{kind}") == []
    assert moved.live_from.isoformat()[:16] in fetch(client, f"/feed.{kind}").content.decode()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", PLACES)
def test_who_has_it_already_is_told_so(client: Client, published: Published, place: str, kind: str) -> None:
    address = f"{place}feed.{kind}"
    with time_machine.travel(NOON, tick=False) as clock:
        older = published(headline="Older", tags=("harbour",), live_from=NOON - timedelta(hours=2))
        published(headline="Newer", tags=("harbour",), live_from=NOON - timedelta(hours=1))
        first = fetch(client, address)
        tag, modified = first.headers["ETag"], first.headers["Last-Modified"]
        assert parsedate_to_datetime(modified) == NOON - timedelta(hours=1)
        for had in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
            again = client.get(address, headers=had)
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["ETag"] == tag
        clock.shift(timedelta(minutes=5))
        # The newest stays, and yet the feed is another one.
        publishing.withdraw(Article.objects.get(pk=older.article_id), seen_version=1)
        for had in ({"If-None-Match": tag}, {"If-Modified-Since": modified}):
            assert [each["title"] for each in entries(client, address)] == ["Newer"]
            assert fetch(client, address, **had).headers["ETag"] != tag


@pytest.mark.parametrize("kind", KINDS)
def test_a_story_comes_on_its_minute_and_goes_on_its_minute(
    client: Client, story: Callable[..., Article], kind: str
) -> None:
    addresses = [f"{place}feed.{kind}" for place in PLACES]
    with time_machine.travel(NOON - timedelta(hours=1), tick=False) as clock:
        article = story(headline="Under embargo", tags=("harbour",))
        ends = NOON + timedelta(hours=6)
        publishing.publish(article, by=None, seen_version=1, live_from=NOON, live_until=ends)
        clock.move_to(NOON - timedelta(microseconds=1))
        for address in addresses:
            answer = client.get(address)
            assert answer.status_code == (404 if "tags" in address else 200)
            assert b"embargo" not in answer.content.lower()
        clock.move_to(NOON)
        had = {}
        for address in addresses:
            assert [each["title"] for each in entries(client, address)] == ["Under embargo"]
            had[address] = fetch(client, address).headers["Last-Modified"]
        clock.move_to(ends)
        for address in addresses:
            answer = client.get(address, headers={"If-Modified-Since": had[address]})
            assert answer.status_code == (404 if "tags" in address else 200)
            assert b"embargo" not in answer.content.lower()


def test_pictures_that_may_not_be_shown_are_not_in_feeds(
    client: Client, published: Published, photo: Callable[..., Photo]
) -> None:
    barred = photo(credit="Only in its story", is_barred=True)
    over = photo(credit="Over", allowed_until=NOON.date())
    figures = "".join(f'<figure data-photo="{each.pk}"></figure>' for each in (barred, over))
    with time_machine.travel(NOON, tick=False) as clock:
        published(body=f"<p>Words.</p>{figures}", lead_photo=barred)
        assert "Last-Modified" in fetch(client, "/feed.rss").headers
        clock.shift(timedelta(days=1))
        for kind in KINDS:
            answer = fetch(client, f"/feed.{kind}")
            assert "Last-Modified" not in answer.headers
            assert barred.print_key not in answer.content.decode()
            assert over.print_key not in answer.content.decode()


@pytest.mark.parametrize("kind", KINDS)
def test_an_empty_feed_is_a_feed_and_stays_the_same(client: Client, world: Section, ines: Author, kind: str) -> None:
    for place in ("/", "/world/", "/authors/ines-varga/"):
        assert entries(client, f"{place}feed.{kind}") == []
        tag = fetch(client, f"{place}feed.{kind}").headers["ETag"]
        assert client.get(f"{place}feed.{kind}", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize(
    "address", ["/nowhere/feed.rss", "/authors/nobody/feed.atom", "/tags/none/feed.json", "/feed.xml", "/feed.rss/"]
)
def test_a_feed_of_nothing_is_not_there(client: Client, db: None, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post("/feed.rss").status_code == 405


def test_pages_lead_to_their_feeds(client: Client, full: Snapshot) -> None:
    for place in (*PLACES, full.path):
        page = client.get(place).content.decode()
        wanted = {"/", place} - {full.path}
        for at in wanted:
            for kind in KINDS:
                assert f'href="{at}feed.{kind}"' in page, (place, at)
                assert client.get(f"{at}feed.{kind}").status_code == 200


@pytest.mark.usefixtures("making")
def test_the_queries_are_known_and_the_same_for_one_and_for_many(
    client: Client, published: Published, photo: Callable[..., Photo]
) -> None:
    for number in (1, LENGTH + 5):
        for _ in range(number):
            published(tags=("harbour",), lead_photo=photo())
        for place, budget in zip(PLACES, (3, 3, 4, 4), strict=True):
            for kind in KINDS:
                with CaptureQueriesContext(connection) as asked:
                    assert len(entries(client, f"{place}feed.{kind}")) == min(number, LENGTH)
                statements = [query["sql"] for query in asked.captured_queries]
                assert len(statements) == budget, statements
                assert not any('"articles_article"' in statement for statement in statements)


SIGNS = "\x01\x0b\x1f\ufffe\uffff"


@pytest.mark.parametrize("kind", KINDS)
def test_signs_that_no_xml_may_hold_take_no_feed_away(
    client: Client, story: Callable[..., Article], photo: Callable[..., Photo], ines: Author, world: Section, kind: str
) -> None:
    lead = photo(caption=f"On the{SIGNS} quay", credit=f"Os{SIGNS}kar", alt=f"A{SIGNS} quay")
    article = story(headline=f"Sh{SIGNS}ips", deck=f"A{SIGNS} deck", tags=(f"har{SIGNS}bour",), lead_photo=lead)
    publishing.publish(article, by=None, seen_version=1)
    Author.objects.filter(pk=ines.pk).update(bio=f"Walks{SIGNS}.")
    Section.objects.filter(pk=world.pk).update(name=f"Wor{SIGNS}ld", description=f"Be{SIGNS}yond.")
    for place in PLACES[:3]:
        [entry] = entries(client, f"{place}feed.{kind}")
        assert entry["title"] == ("Ships" if kind != "json" else f"Sh{SIGNS}ips")


@pytest.mark.parametrize("kind", KINDS)
def test_footnotes_and_places_in_the_text_lead_to_the_page(client: Client, published: Published, kind: str) -> None:
    path = published(body='<h2>Then</h2><p>See <a href="#h-then">above</a>.^[The annex, page 4.]</p>').path
    [entry] = entries(client, f"/feed.{kind}")
    assert "^[" not in entry["content"]
    assert f'<a href="{SITE}{path}#h-then">above</a>' in entry["content"]
    assert "The annex, page 4." in entry["content"]
    assert 'href="#' not in entry["content"]
    page = client.get(path).content.decode()
    for place in re.findall(rf'href="{SITE}{path}#([^"]*)"', entry["content"]):
        assert f'id="{place}"' in page, place


def test_an_atom_feed_names_an_author_for_stories_that_nobody_wrote(
    client: Client, story: Callable[..., Article], ines: Author
) -> None:
    article = editing.save(
        story(), by=None, seen_version=1, names=[Name(author=ines.pk, role="photographs", wording="")]
    )
    publishing.publish(article, by=None, seen_version=article.version)
    feed = feedparser.parse(fetch(client, "/feed.atom").content)
    assert "author" not in feed.entries[0]
    # RFC 4287, 4.1.1
    assert feed.feed.author == Paper.objects.current().name


def test_who_wrote_and_photographed_is_one_author_of_a_json_feed(
    client: Client, story: Callable[..., Article], ines: Author
) -> None:
    names = [Name(author=ines.pk, role=role, wording="") for role in ("by", "photographs")]
    article = editing.save(story(), by=None, seen_version=1, names=names)
    publishing.publish(article, by=None, seen_version=article.version)
    [item] = json.loads(fetch(client, "/feed.json").content)["items"]
    assert [each["name"] for each in item["authors"]] == ["Inés Varga"]
    assert [each["role"] for each in item["_attache"]["roles"]] == ["by", "photographs"]


def test_what_a_feed_is_about_is_said_in_all_formats(client: Client, published: Published) -> None:
    published()
    for kind in ("rss", "atom"):
        assert feedparser.parse(fetch(client, f"/world/feed.{kind}").content).feed.subtitle == "Beyond the river."
    assert fetch(client, "/world/feed.json").json()["description"] == "Beyond the river."
