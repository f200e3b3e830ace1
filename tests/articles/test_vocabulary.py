"""What each kind of reader page says to machines holds to schema.org, and each has a picture for links to it."""

import io
import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from tests.vocabulary import complaints, said_by, shown_by

pytestmark = pytest.mark.django_db
LIST, PAGE = {"CollectionPage", "BreadcrumbList"}, {"WebPage", "BreadcrumbList"}
# By the name of each kind of page: the name of its address, and what it says that it is.
KINDS = {
    "home": ("home", {"NewsMediaOrganization", "WebSite"}),
    "section": ("section", LIST),
    "written": ("section", PAGE),
    "story": ("story", {"NewsArticle", "BreadcrumbList"}),
    "translation": ("story", {"NewsArticle", "BreadcrumbList"}),
    "bare": ("story", {"NewsArticle", "BreadcrumbList"}),
    "analysis": ("story", {"AnalysisNewsArticle", "BreadcrumbList"}),
    "opinion": ("story", {"OpinionNewsArticle", "BreadcrumbList"}),
    "arabic": ("story", {"ReviewNewsArticle", "BreadcrumbList"}),
    "author": ("author", {"ProfilePage", "BreadcrumbList"}),
    "tag": ("tag", LIST),
    "series": ("series", LIST),
    "archive": ("archive_index", LIST),
    "year": ("archive", LIST),
    "month": ("archive", LIST),
    "day": ("archive", LIST),
    "corrections": ("corrections", LIST),
    "masthead": ("masthead", {"AboutPage", "BreadcrumbList"}),
}


def may_be_kept(answer: Any) -> bool:
    """Whether an answer is a page, and one that search engines may show."""
    is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    return is_page and b'<meta name="robots" content="noindex' not in answer.content


def test_every_kind_of_page_says_what_it_is_in_words_that_schema_org_has(
    client: Client, everything: dict[str, str]
) -> None:
    pages = {name: client.get(address) for name, address in everything.items()}
    assert {name for name, answer in pages.items() if may_be_kept(answer)} == KINDS.keys()
    for name, (_, types) in KINDS.items():
        address = settings.SITE_URL + everything[name]
        [graph] = said_by(pages[name].content.decode(), address)
        assert {thing["@type"] for thing in graph["@graph"]} == types, name
        assert complaints(graph) == [], name


def test_every_address_at_which_a_page_stands_is_among_the_kinds(client: Client, house: dict[str, str]) -> None:
    papers = {name.removeprefix("paper:"): address for name, address in house.items() if name.startswith("paper:")}
    found = {name for name, address in papers.items() if may_be_kept(client.get(address))}
    assert found == {name for name, _ in KINDS.values()}


def test_a_new_paper_says_it_too(client: Client, db: None) -> None:
    for address in ("/", "/archive/", "/masthead/", "/corrections/"):
        [graph] = said_by(client.get(address).content.decode(), settings.SITE_URL + address)
        assert complaints(graph) == [], address


def test_every_kind_of_page_has_a_picture_of_the_size_that_it_says(client: Client, everything: dict[str, str]) -> None:
    drawn = {}
    for name in KINDS:
        address = settings.SITE_URL + everything[name]
        shown = shown_by(client.get(everything[name]).content.decode(), address)
        assert shown["og:url"] == address
        assert shown["og:image:alt"], name
        drawn[shown["og:image"]] = (int(shown["og:image:width"]), int(shown["og:image:height"]))
    for url, size in drawn.items():
        answer = client.get(url.removeprefix(settings.SITE_URL))
        assert answer.status_code == 200, url
        assert Image.open(io.BytesIO(answer.getvalue())).size == size


@pytest.mark.parametrize(
    ("thing", "complaint"),
    [
        ({"@type": "Newsarticle"}, "There is no type Newsarticle"),
        ({"@type": "NewsArticle", "title": "x"}, "Extra inputs are not permitted"),
        ({"@type": "NewsArticle", "publisher": {"@type": "ImageObject"}}, "instance of Organization"),
        ({"@type": "NewsArticle", "wordCount": "many"}, "valid integer"),
        ({"@type": "NewsArticle", "datePublished": "yesterday"}, "datePublished is no DateTime"),
        ({"@type": "NewsArticle", "url": "/world/bridge/"}, "url is no address"),
        ({"@type": "Person", "colleagues": {"@type": "Person"}}, "colleagues is called colleague"),
        ({"@type": "NewsArticle", "author": {"name": "Ana"}}, "There is no type None"),
        ({"@type": "ListItem", "item": "https://paper.example/"}, "instance of Thing"),
        ({"@type": "ImageObject", "digitalSourceType": "https://schema.org/Painted"}, "IPTCDigitalSourceEnumeration"),
        ({"@type": "WebSite", "publisher": {"@id": "#nobody"}}, "Nothing is called #nobody"),
    ],
)
def test_what_schema_org_does_not_have_is_found(thing: dict[str, Any], complaint: str) -> None:
    page = "<script type='application/ld+json'>{}</script>".format(
        json.dumps({"@context": "https://schema.org", "@graph": [thing]})
    )
    [graph] = said_by(page, "https://paper.example/")
    assert complaint in " ".join(complaints(graph))
