"""Sitemaps, robots.txt and security.txt: what machines are led to, and asked to leave alone."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
import time_machine
import xmlschema
from defusedxml import ElementTree
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import editing, publishing
from articles.changes import Change
from articles.models import Address, Article, Author, Page, Paper, Part, Section, Series, Snapshot
from articles.models.snapshot import SHELF
from articles.paper.sitemaps import GATHERS, NEWS_AT_MOST, ROOM
from articles.publishing import Telling

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
SITE = "http://127.0.0.1:8000"
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def fetch(client: Client, address: str) -> str:
    """A file that must be there."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def listed(client: Client, address: str) -> dict[str, str]:
    """The addresses of a file, without the site's, each with its date."""
    parts = re.findall(r"<(?:url|sitemap)>(.*?)</(?:url|sitemap)>", fetch(client, address), re.DOTALL)
    found = {}
    for part in parts:
        [place] = re.findall(rf"<loc>{SITE}(.*?)</loc>", part)
        found[place] = "".join(re.findall(r"<lastmod>(.*?)</lastmod>", part))
    return found


def indexes(client: Client) -> set[str]:
    """The addresses of the indexes that robots.txt names, without the site's."""
    named = re.findall(rf"^Sitemap: {SITE}(.*)$", fetch(client, "/robots.txt"), re.MULTILINE)
    return set(named) - {"/sitemaps/news.xml"}


def copies(model: Snapshot, ids: range, moment: datetime) -> None:
    """Stories like that one, by the number of their working copies."""
    articles = Article.objects.bulk_create(Article(pk=pk, slug=f"copy-{pk}", headline="x") for pk in ids)
    fields = {
        field.attname: getattr(model, field.attname)
        for field in Snapshot._meta.concrete_fields
        if field.name not in ("id", "article", "uid", "path", "live_from", "published_at")
    }
    made = Snapshot.objects.bulk_create(
        Snapshot(
            **fields, article=article, uid=article.uid, path=f"/world/{article.slug}/", live_from=moment,
            published_at=moment,
        )
        for article in articles
    )  # fmt: skip
    Address.objects.bulk_create(Address(path=each.path, article_id=each.article_id) for each in made)


def test_the_index_leads_to_every_story_with_its_last_change(client: Client, published: Published) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        first = published(headline="First", live_from=NOON - timedelta(days=9))
        second = published(headline="Second", live_from=NOON - timedelta(days=8))
        copies(first, range(3 * SHELF, 3 * SHELF + 2), NOON - timedelta(days=7))
        number = first.article_id // SHELF
        files = listed(client, "/sitemap.xml")
        assert files[f"/sitemaps/stories-{number}.xml"] == second.live_from.isoformat()
        assert files["/sitemaps/stories-3.xml"] == (NOON - timedelta(days=7)).isoformat()
        assert f"/sitemaps/stories-{number + 1}.xml" not in files
        found = {place: date for file in files if "stories" in file for place, date in listed(client, file).items()}
        assert found[first.path] == first.published_at.isoformat()
        assert len(found) == 4
        article = Article.objects.get(pk=first.article_id)
        article.deck = "Another."
        editing.save(article, by=None, seen_version=1)
        publishing.publish(article, by=None, seen_version=2, telling=Telling(Change.SILENT))
        assert listed(client, f"/sitemaps/stories-{number}.xml")[first.path] == first.published_at.isoformat()
        assert listed(client, "/sitemap.xml")[f"/sitemaps/stories-{number}.xml"] == NOON.isoformat()
        clock.shift(timedelta(hours=1))
        publishing.withdraw(Article.objects.get(pk=second.article_id), seen_version=1)
        assert second.path not in listed(client, f"/sitemaps/stories-{number}.xml")
        assert listed(client, "/sitemap.xml")[f"/sitemaps/stories-{number}.xml"] == timezone.now().isoformat()


def test_of_a_large_archive_robots_txt_names_an_index_for_each_room(
    client: Client, published: Published, shared: Path
) -> None:
    first = published(live_from=NOON - timedelta(days=9)).article_id // SHELF // ROOM
    assert len(indexes(client)) == 1
    newest = first + 4
    for room in (first + 1, newest):
        model = Snapshot.objects.latest("pk")
        copies(model, range((room * ROOM + 1) * SHELF, (room * ROOM + 1) * SHELF + 2), NOON - timedelta(days=7))
    of_rooms = {f"/sitemaps/index-{room}.xml" for room in (first, first + 1)}
    assert indexes(client) == {"/sitemap.xml", *of_rooms}
    schema = xmlschema.XMLSchema(str(shared / "cases/sitemap/siteindex.xsd"))
    found: list[str] = []
    for address in indexes(client):
        schema.validate(fetch(client, address))
        found += [story for file in listed(client, address) if "/stories-" in file for story in listed(client, file)]
    assert sorted(found) == sorted(Snapshot.objects.values_list("path", flat=True))
    assert f"/sitemaps/stories-{newest * ROOM + 1}.xml" in listed(client, "/sitemap.xml")
    # What is no story is named once.
    assert not any("pages" in file for address in of_rooms for file in listed(client, address))
    for room in (first + 2, newest + 1, 9_999_999):
        assert client.get(f"/sitemaps/index-{room}.xml").status_code == 404


def test_an_update_that_is_told_gives_the_story_a_new_date(client: Client, published: Published) -> None:
    with time_machine.travel(NOON, tick=False):
        story = published(live_from=NOON - timedelta(days=9))
        article = Article.objects.get(pk=story.article_id)
        article.deck = "Another."
        editing.save(article, by=None, seen_version=1)
        publishing.publish(article, by=None, seen_version=2, telling=Telling(Change.UPDATE))
        assert listed(client, f"/sitemaps/stories-{story.article_id // SHELF}.xml") == {story.path: NOON.isoformat()}


def test_what_is_no_story_is_listed_too(client: Client, published: Published, world: Section, ines: Author) -> None:
    for each in range(GATHERS):
        published(slug=f"ship-{each}", tags=("ships", "سفن") if each else ("ships",))
    part = published(slug="part").article_id
    Part.objects.create(series=Series.objects.create(name="The harbour", slug="the-harbour"), article_id=part)
    Series.objects.create(name="Not begun", slug="not-begun")
    with time_machine.travel(NOON, tick=False):
        Page.objects.create(title="About us", slug="about", body="<p>We.</p>")
    pages = listed(client, "/sitemaps/pages.xml")
    standing = {"/", "/corrections/", "/masthead/", "/archive/"}
    assert set(pages) == standing | {"/world/", "/about/", "/series/the-harbour/", "/authors/ines-varga/"}
    assert {place: last for place, last in pages.items() if last} == {"/about/": NOON.isoformat()}
    # A tag with fewer stories says nothing that they do not.
    assert set(listed(client, "/sitemaps/tags.xml")) == {"/tags/ships/"}
    for place in (*pages, "/tags/ships/"):
        assert client.get(place).status_code == 200


def test_they_are_valid(client: Client, published: Published, shared: Path) -> None:
    published(headline="Ships & <sails>", slug="ships", language="zh-hans")
    xsd = {
        name: xmlschema.XMLSchema(str(shared / "cases/sitemap" / f"{name}.xsd")) for name in ("siteindex", "sitemap")
    }
    xsd["siteindex"].validate(fetch(client, "/sitemap.xml"))
    for file in listed(client, "/sitemap.xml"):
        # The schema of the news extension is not at hand; what stands around it is checked.
        xsd["sitemap"].validate(re.sub(r"<news:news>.*?</news:news>", "", fetch(client, file), flags=re.DOTALL))


def test_a_headline_with_a_sign_that_no_xml_holds_is_told_without_it(client: Client, published: Published) -> None:
    published(headline="A bell\x07 rings")
    [title] = ElementTree.fromstring(fetch(client, "/sitemaps/news.xml")).findall(".//{*}title")
    assert title.text == "A bell rings"


def test_a_new_paper_has_a_valid_index(client: Client, db: None, shared: Path) -> None:
    xmlschema.XMLSchema(str(shared / "cases/sitemap/siteindex.xsd")).validate(fetch(client, "/sitemap.xml"))
    xmlschema.XMLSchema(str(shared / "cases/sitemap/sitemap.xsd")).validate(fetch(client, "/sitemaps/pages.xml"))
    for number in (0, 1, "999999999"):
        assert client.get(f"/sitemaps/stories-{number}.xml").status_code == 404


def test_a_sitemap_has_one_address(client: Client, published: Published) -> None:
    """What is kept under another one would go by a stamp that nobody raises."""
    number = published().article_id // SHELF
    assert client.get(f"/sitemaps/stories-{number}.xml").status_code == 200
    assert client.get(f"/sitemaps/index-{number // ROOM}.xml").status_code == 200
    for odd in (f"stories-0{number}", f"stories-00{number}", f"index-0{number // ROOM}"):
        assert client.get(f"/sitemaps/{odd}.xml").status_code == 404


def test_news_are_of_two_days_and_no_more_than_a_thousand(client: Client, published: Published) -> None:
    Paper(pk=1, name="The <Ledger>").save()
    with time_machine.travel(NOON, tick=False) as clock:
        new = published(headline="New & good", slug="new", language="zh-hant", live_from=NOON - timedelta(hours=47))
        published(headline="Old", slug="old", live_from=NOON - timedelta(hours=48))
        text = fetch(client, "/sitemaps/news.xml")
        assert set(listed(client, "/sitemaps/news.xml")) == {new.path}
        assert "<news:name>The &lt;Ledger&gt;</news:name><news:language>zh-tw</news:language>" in text
        assert f"<news:publication_date>{new.published_at.isoformat()}</news:publication_date>" in text
        assert "<news:title>New &amp; good</news:title>" in text
        copies(new, range(1000, 1000 + NEWS_AT_MOST + 5), NOON - timedelta(hours=1))
        assert len(listed(client, "/sitemaps/news.xml")) == NEWS_AT_MOST
        clock.shift(timedelta(days=3))
        assert listed(client, "/sitemaps/news.xml") == {}


def test_a_story_comes_on_its_minute_and_goes_on_its_minute(client: Client, story: Callable[..., Article]) -> None:
    with time_machine.travel(NOON - timedelta(hours=1), tick=False) as clock:
        article = story(headline="Under embargo")
        file, ends = f"/sitemaps/stories-{article.pk // SHELF}.xml", NOON + timedelta(hours=6)
        publishing.publish(article, by=None, seen_version=1, live_from=NOON, live_until=ends)
        clock.move_to(NOON - timedelta(microseconds=1))
        assert file not in fetch(client, "/sitemap.xml")
        assert client.get(file).status_code == 404
        assert "embargo" not in fetch(client, "/sitemaps/news.xml")
        clock.move_to(NOON)
        assert listed(client, "/sitemap.xml")[file] == NOON.isoformat()
        assert list(listed(client, file)) == ["/world/under-embargo/"]
        assert "Under embargo" in fetch(client, "/sitemaps/news.xml")
        clock.move_to(ends)
        assert file not in fetch(client, "/sitemap.xml")
        assert client.get(file).status_code == 404
        assert "embargo" not in fetch(client, "/sitemaps/news.xml")


def test_a_schedule_that_was_called_off_is_no_change(client: Client, published: Published) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        story = published(live_from=NOON - timedelta(days=1))
        article = editing.save(Article.objects.get(pk=story.article_id), by=None, seen_version=1)
        publishing.publish(article, by=None, seen_version=article.version, live_from=NOON + timedelta(hours=1))
        publishing.call_off(article)
        clock.shift(timedelta(days=1))
        file = f"/sitemaps/stories-{article.pk // SHELF}.xml"
        assert listed(client, "/sitemap.xml")[file] == story.live_from.isoformat()


@pytest.mark.usefixtures("making")
def test_the_queries_are_known_however_large_the_archive_is(client: Client, published: Published) -> None:
    model = published()
    now = timezone.now()
    for ids in (range(100, 140), range(10 * SHELF, 10 * SHELF + 1000)):
        copies(model, ids, now)
        shelf = f"/sitemaps/stories-{model.article_id // SHELF}.xml"
        budgets = {
            "/sitemap.xml": 3, "/sitemaps/pages.xml": 4, "/sitemaps/tags.xml": 1, "/sitemaps/news.xml": 2, shelf: 1,
            "/robots.txt": 2,
        }  # fmt: skip
        for address, budget in budgets.items():
            with CaptureQueriesContext(connection) as asked:
                fetch(client, address)
            statements = [query["sql"] for query in asked.captured_queries]
            assert len(statements) == budget, (address, statements)
            assert not any('"articles_article"' in statement for statement in statements)


def test_who_has_it_already_is_told_so(client: Client, published: Published) -> None:
    published()
    Paper(pk=1, contact="desk@paper.example").save()
    for address in (*listed(client, "/sitemap.xml"), "/sitemap.xml", "/robots.txt", "/.well-known/security.txt"):
        tag = client.get(address).headers["ETag"]
        assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
        assert client.post(address).status_code == 405


# --- robots.txt and security.txt ---


def asked_in(client: Client, crawler: str, address: str = "/world/story/") -> bool:
    """Whether a crawler that keeps to robots.txt may fetch an address."""
    rules = RobotFileParser()
    rules.parse(fetch(client, "/robots.txt").splitlines())
    return rules.can_fetch(crawler, f"{SITE}{address}")


@pytest.mark.parametrize(
    ("choice", "learning", "answering"), [("none", False, False), ("answers", False, True), ("all", True, True)]
)
def test_the_setting_decides_which_machines_are_asked_in(
    client: Client, db: None, choice: str, learning: bool, answering: bool
) -> None:
    Paper(pk=1, ai_crawlers=choice).save()
    assert asked_in(client, "GPTBot") is learning
    assert asked_in(client, "CCBot") is learning
    assert asked_in(client, "PerplexityBot") is answering
    assert asked_in(client, "Googlebot")
    assert not asked_in(client, "Googlebot", "/admin/")


def test_until_somebody_chooses_none_learns_and_sitemaps_are_named(client: Client, db: None) -> None:
    assert not asked_in(client, "ClaudeBot")
    rules = RobotFileParser()
    rules.parse(fetch(client, "/robots.txt").splitlines())
    for address in rules.site_maps() or []:
        assert client.get(address.removeprefix(SITE)).status_code == 200
    assert len(rules.site_maps() or []) == 2


def test_the_newsroom_adds_its_own_lines(client: Client, db: None) -> None:
    Paper(pk=1, robots="User-agent: BadBot\nDisallow: /\n").save()
    assert not asked_in(client, "BadBot")
    assert asked_in(client, "Googlebot")
    assert client.get("/robots.txt").headers["Content-Type"] == "text/plain; charset=utf-8"


def test_security_txt_names_whom_to_tell_until_when(client: Client, db: None) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    Paper(pk=1, contact="desk@paper.example").save()
    lines = dict(line.split(": ", 1) for line in fetch(client, "/.well-known/security.txt").splitlines())
    assert lines["Contact"] == "mailto:desk@paper.example"
    assert lines["Canonical"] == f"{SITE}/.well-known/security.txt"
    left: Any = datetime.fromisoformat(lines["Expires"]) - timezone.now()
    assert timedelta(days=30) < left < timedelta(days=365)
