"""What pages say of themselves: structured data, cards for links, canonical addresses, and ways to other languages."""

import json
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles import editing, publishing
from articles.changes import Change
from articles.models import (
    Article,
    Author,
    Byline,
    ContactLink,
    Page,
    Paper,
    Part,
    Revision,
    Section,
    Series,
    Snapshot,
)
from articles.preflight import check
from articles.publishing import Telling
from media.models import Licence, Photo
from staff.models import Person
from tests.articles.forms import form_of

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
Story = Callable[..., Article]
SITE = "http://127.0.0.1:8000"
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def said(client: Client, path: str) -> dict[str, dict[str, Any]]:
    """What a page says to machines, by its type."""
    html = client.get(path).content.decode()
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    return {thing["@type"]: thing for thing in json.loads(data)["@graph"]}


def meta(client: Client, path: str) -> dict[str, str]:
    """The properties of a page, by name."""
    html = client.get(path).content.decode()
    return dict(re.findall(r'<meta (?:property|name)="([^"]*)" content="([^"]*)">', html))


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("news", "NewsArticle"),
        ("analysis", "AnalysisNewsArticle"),
        ("opinion", "OpinionNewsArticle"),
        ("letter", "OpinionNewsArticle"),
        ("review", "ReviewNewsArticle"),
        ("interview", "NewsArticle"),
    ],
)
def test_a_story_says_its_kind(client: Client, published: Published, kind: str, type_: str) -> None:
    assert type_ in said(client, published(kind=kind).path)


def test_a_story_says_who_made_it_and_shows_it_in_three_shapes(
    client: Client, story: Story, photo: Callable[..., Photo], jpeg: Any
) -> None:
    licence = Licence.objects.create(name="CC BY", url="https://licences.example/by")
    lead = photo(credit="Oskar Lindqvist", agency="Northlight", licence=licence, copyright="2026 Northlight")
    article = story(lead_photo=lead, tags=("harbour",), dateline="Saltmouth")
    for position, (name, role) in enumerate((("Bo Ek", "translation"), ("Oskar", "photographs")), start=1):
        author = Author.objects.create(name=name, slug=name.lower().replace(" ", "-"))
        Byline.objects.create(article=article, author=author, role=role, position=position)
    snapshot = publishing.publish(article, by=None, seen_version=1)
    found = said(client, snapshot.path)
    news = found["NewsArticle"]
    assert news["author"] == [{"@type": "Person", "name": "Inés Varga", "url": f"{SITE}/authors/ines-varga/"}]
    assert [each["name"] for each in news["translator"]] == ["Bo Ek"]
    assert [each["name"] for each in news["contributor"]] == ["Oskar"]
    ratios = [round(each["width"]["value"] / each["height"]["value"], 1) for each in news["image"]]
    assert ratios == [round(16 / 9, 1), round(4 / 3, 1), 1.0]
    for image in news["image"]:
        assert (image["creditText"], image["license"]) == ("Oskar Lindqvist/Northlight", "https://licences.example/by")
    assert news["publisher"]["@type"] == "NewsMediaOrganization"
    assert (news["keywords"], news["dateline"]) == (["harbour"], "Saltmouth")
    assert way_to(found)[1:] == [("World", "/world/"), (snapshot.headline, snapshot.path)]


def test_a_photo_for_its_story_alone_is_not_told_to_those_who_list_stories(
    client: Client, published: Published, photo: Callable[..., Photo]
) -> None:
    story = published(lead_photo=photo(is_barred=True, credit="Oskar"))
    assert "Oskar" in client.get(story.path).content.decode()
    assert "image" not in said(client, story.path)["NewsArticle"]


def test_who_is_in_the_byline_is_named_without_the_words_around(client: Client, story: Story, ines: Author) -> None:
    article = story()
    Byline.objects.create(article=article, author=Author.objects.create(name="Bo", slug="bo"), role="by", position=1)
    page = client.get(publishing.publish(article, by=None, seen_version=1).path).content.decode()
    assert re.findall(r'<meta name="author" content="([^"]*)">', page) == ["Inés Varga", "Bo"]


def test_the_front_page_says_who_publishes_it(
    client: Client, published: Published, photo: Callable[..., Photo]
) -> None:
    nameplate = photo()
    Paper(
        pk=1, name="The <Ledger>", motto="Daily", contact="desk@paper.example", nameplate=nameplate,
        social="https://social.example/@ledger\nmailto:a@b.example",
    ).save()  # fmt: skip
    found = said(client, "/")
    paper = found["NewsMediaOrganization"]
    assert (paper["name"], paper["sameAs"]) == ("The <Ledger>", ["https://social.example/@ledger"])
    assert nameplate.print_key in paper["logo"]
    logo = client.get(paper["logo"].removeprefix(SITE))
    assert (logo.status_code, logo.getvalue()[:2]) == (200, b"\xff\xd8")
    assert paper["contactPoint"]["email"] == "desk@paper.example"
    assert found["WebSite"]["publisher"] == {"@id": paper["@id"]}
    search = found["WebSite"]["potentialAction"]["target"]["urlTemplate"].removeprefix(SITE)
    assert client.get(search.replace("{query}", "bridge")).context["form"].data["q"] == "bridge"


def test_lists_say_what_they_list_and_authors_who_they_are(client: Client, published: Published, ines: Author) -> None:
    ContactLink.objects.create(author=ines, label="Site", url="https://ines.example/")
    ContactLink.objects.create(author=ines, label="Mail", url="mailto:ines@paper.example")
    path = published(tags=("harbour",)).path
    for place in ("/world/", "/tags/harbour/"):
        listed = said(client, place)["CollectionPage"]["mainEntity"]["itemListElement"]
        assert [each["url"] for each in listed] == [f"{SITE}{path}"]
    person = said(client, "/authors/ines-varga/")["ProfilePage"]["mainEntity"]
    assert (person["name"], person["jobTitle"]) == ("Inés Varga", "Chief reporter")
    assert person["sameAs"] == ["https://ines.example/"]


def test_a_series_and_the_corrections_say_what_they_are(client: Client, published: Published) -> None:
    part = published().article_id
    made = Series.objects.create(name="The harbour", slug="the-harbour", description="In parts.")
    Part.objects.create(series=made, article_id=part)
    assert said(client, "/series/the-harbour/")["CollectionPage"]["name"] == "The harbour"
    assert meta(client, "/series/the-harbour/")["og:title"] == "The harbour"
    assert meta(client, "/series/the-harbour/")["og:url"] == f"{SITE}/series/the-harbour/"
    assert meta(client, "/corrections/")["og:title"] == "Corrections"
    assert meta(client, "/corrections/")["description"].startswith("What we got wrong")


def way_to(found: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """The pages that lead to a page and itself, each with its name and its path."""
    entries = found["BreadcrumbList"]["itemListElement"]
    return [(each["name"], each["item"]["@id"].removeprefix(SITE)) for each in entries]


def test_the_archive_says_what_was_published_when_and_the_way_there(client: Client, published: Published) -> None:
    with time_machine.travel(NOON, tick=False):
        story = published(live_from=NOON - timedelta(hours=1))
        index = said(client, "/archive/")
        [year] = index["CollectionPage"]["mainEntity"]["itemListElement"]
        assert year["url"] == f"{SITE}/archive/2026/"
        assert way_to(index)[1:] == [("Archive", "/archive/")]
        year, month = ("2026", "/archive/2026/"), ("May 2026", "/archive/2026/5/")
        day = ("Sunday, 3 May 2026", "/archive/2026/5/3/")
        for way in ([year], [year, month], [year, month, day]):
            name, path = way[-1]
            found = said(client, path)
            assert way_to(found)[1:] == [("Archive", "/archive/"), *way]
            assert found["CollectionPage"]["name"] == name
            [listed] = found["CollectionPage"]["mainEntity"]["itemListElement"]
            assert listed["url"] == SITE + story.path
            assert meta(client, f"{path}?utm_source=elsewhere")["og:url"] == SITE + path


def test_the_masthead_says_who_makes_the_paper_in_as_many_queries_for_one_as_for_many(
    client: Client, ines: Author, photo: Callable[..., Photo], making: None
) -> None:
    licence = Licence.objects.create(name="CC BY", url="https://licences.example/by")
    portrait = photo(licence=licence)
    Author.objects.filter(pk=ines.pk).update(is_on_masthead=True, portrait=portrait)
    with CaptureQueriesContext(connection) as for_one:
        [person] = said(client, "/masthead/")["AboutPage"]["mainEntity"]["employee"]
    assert (person["name"], person["url"]) == ("Inés Varga", f"{SITE}/authors/ines-varga/")
    assert person["image"][0]["license"] == licence.url
    assert said(client, "/")["NewsMediaOrganization"]["masthead"] == f"{SITE}/masthead/"
    for name in ("ada", "bo"):
        Author.objects.create(name=name, slug=name, is_on_masthead=True, portrait=photo(licence=licence))
    with CaptureQueriesContext(connection) as for_three:
        assert len(said(client, "/masthead/")["AboutPage"]["mainEntity"]["employee"]) == 3
    assert len(for_one) == len(for_three)


def test_corrections_say_which_story_was_wrong_and_written_pages_when_they_changed(
    client: Client, published: Published
) -> None:
    first = published(headline="The bridge")
    for version, telling in enumerate((Telling(Change.NOTE, "Thanks."), Telling(Change.CORRECTION, "Two.")), start=1):
        publishing.publish(first.article, by=None, seen_version=1, telling=telling)
        listed = said(client, "/corrections/")["CollectionPage"]["mainEntity"]["itemListElement"]
        assert len(listed) == version
    correction, note = (each["item"] for each in listed)
    assert (correction["@type"], correction["text"]) == ("CorrectionComment", "Two.")
    assert correction["about"]["headline"] == "The bridge"
    assert correction["about"]["@id"] == said(client, first.path)["NewsArticle"]["@id"]
    assert note["@type"] == "Comment"
    page = Page.objects.create(title="About us", slug="about", body="<p>We.</p>")
    found = said(client, "/about/")
    assert found["WebPage"]["dateModified"] == page.updated_at.isoformat()
    assert way_to(found)[1:] == [("About us", "/about/")]
    assert meta(client, "/about/")["og:url"] == f"{SITE}/about/"


def test_a_portrait_outside_its_terms_is_not_told(client: Client, ines: Author, photo: Callable[..., Photo]) -> None:
    ines.portrait = photo(allowed_until=date(2026, 5, 3))
    ines.save()
    with time_machine.travel(NOON, tick=False) as clock:
        assert "image" in said(client, "/authors/ines-varga/")["ProfilePage"]["mainEntity"]
        clock.shift(timedelta(days=1))
        assert "image" not in said(client, "/authors/ines-varga/")["ProfilePage"]["mainEntity"]


def test_links_to_pages_have_cards_and_one_address(client: Client, published: Published) -> None:
    Paper(pk=1, name="The “Ledger”").save()
    for _ in range(26):
        story = published(tags=("harbour",), deck="A “deck” & more")
    assert meta(client, story.path)["og:description"] == "A “deck” &amp; more"
    assert meta(client, "/tags/harbour/")["og:description"] == "Stories about harbour."
    assert meta(client, story.path)["twitter:card"] == "summary_large_image"
    assert meta(client, story.path)["article:author"] == f"{SITE}/authors/ines-varga/"
    for place in ("/", "/world/", "/authors/ines-varga/", "/tags/harbour/", story.path):
        found = meta(client, f"{place}?utm_source=elsewhere")
        assert found["og:url"] == f"{SITE}{place}"
        assert found["og:site_name"] == "The “Ledger”"
        assert found["og:title"]
        page = client.get(f"{place}?utm_source=elsewhere").content.decode()
        assert re.findall(r'<link rel="canonical" href="([^"]*)">', page) == [f"{SITE}{place}"]
    [older] = re.findall(r'<a href="(\?before=[^"]*)" rel="next">', client.get("/world/").content.decode())
    assert meta(client, f"/world/{older}")["og:url"] == f"{SITE}/world/{older}"


# --- Translations ---


def languages(client: Client, path: str) -> dict[str, str]:
    """The languages that a page leads to."""
    html = client.get(path).content.decode()
    return dict(re.findall(r'<link rel="alternate" hreflang="([^"]*)" href="([^"]*)">', html))


def test_translations_lead_to_each_other_while_readers_have_them(
    client: Client, published: Published, story: Story
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        first = published(headline="The bridge", live_from=NOON - timedelta(hours=1))
        assert languages(client, first.path) == {}
        pt = published(headline="A ponte", language="pt", translation_of=first.article)
        draft = story(headline="El puente", language="es", translation_of=first.article)
        publishing.publish(draft, by=None, seen_version=1, live_from=NOON + timedelta(hours=1))
        both = {"en": f"{SITE}{first.path}", "pt": f"{SITE}{pt.path}"}
        assert languages(client, first.path) == languages(client, pt.path) == both
        html = client.get(first.path).content.decode()
        assert f'<a href="{pt.path}" hreflang="pt" lang="pt" rel="alternate">Português</a>' in html
        assert said(client, pt.path)["NewsArticle"]["workTranslation"][0]["inLanguage"] == "en"
        assert "puente" not in html
        clock.shift(timedelta(hours=1))
        assert set(languages(client, pt.path)) == {"en", "pt", "es"}
        publishing.withdraw(Article.objects.get(pk=first.article_id), seen_version=1)
        assert set(languages(client, pt.path)) == {"pt", "es"}


def test_the_link_is_written_by_the_desk_and_kept_with_its_history(client: Client, chen: Person, story: Story) -> None:
    first, second = story(headline="The bridge"), story(headline="A ponte", language="pt")
    client.force_login(chen)
    url = f"/admin/articles/article/{second.pk}/change/"
    answer = client.post(url, form_of(client, url, translation_of=first.pk))
    assert answer.status_code == 302, answer.context["errors"]
    second.refresh_from_db()
    assert second.translation_of == first
    history = client.get(f"/admin/articles/article/{second.pk}/history/").content.decode()
    assert "called it a translation of “The bridge”" in history
    assert "The bridge" in client.get(f"/admin/articles/article/{second.pk}/stored/").content.decode()
    client.post(url, form_of(client, url, translation_of=""))
    assert Article.objects.get(pk=second.pk).translation_of is None
    kept = Revision.objects.get(article=second, version=2).content
    assert kept["translation_of"] == first.pk


def test_nobody_links_to_a_story_that_they_may_not_see(client: Client, ana: Person, chen: Person, story: Story) -> None:
    hidden, mine = story(by=chen, stage="submitted", headline="Not for Ana"), story(by=ana)
    client.force_login(ana)
    url = f"/admin/articles/article/{mine.pk}/change/"
    answer = client.post(url, form_of(client, url, translation_of=hidden.pk))
    assert answer.status_code == 200
    assert "translation_of" in answer.context["adminform"].form.errors
    assert "Not for Ana" not in answer.content.decode()
    assert Article.objects.get(pk=mine.pk).translation_of is None


def test_what_cannot_be_a_translation_is_pointed_out(story: Story) -> None:
    first = story(headline="The bridge")
    second = story(language="pt", translation_of=first)
    codes = {
        "translation-in-same-language": story(translation_of=first),
        "translation-of-translation": story(language="es", translation_of=second),
    }
    for code, article in codes.items():
        assert code in {finding.code for finding in check(article) if finding.stops}
    first.translation_of = story(language="es")
    editing.save(first, by=None, seen_version=1)
    assert "translation-with-translations" in {finding.code for finding in check(first)}
    assert not [finding for finding in check(second) if finding.code == "translation-in-same-language"]


def test_a_section_in_the_way_is_named(client: Client, published: Published, city: Section) -> None:
    names = [each["name"] for each in said(client, published(section=city).path)["BreadcrumbList"]["itemListElement"]]
    assert names[1] == "City"
