"""The big list of naughty strings: through the gate, the manuscript and every field, to every page that shows it."""

import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from articles import publishing
from articles.body import clean
from articles.manuscript import PhotoLine, read_text
from articles.models import Article, Author, Section, Snapshot
from articles.preflight import NotReady
from media.models import Photo
from staff.models import Person
from tests.articles.forms import form_of
from tests.articles.test_body_hostile import forbidden

pytestmark = pytest.mark.django_db
AUTHORS, STORIES, PHOTOS = "/admin/articles/author/", "/admin/articles/article/", "/admin/media/photo/"


@pytest.fixture
def naughty(shared: Path) -> list[str]:
    """The strings, where they are at hand."""
    strings: list[str] = json.loads((shared / "cases/feeds/blns.json").read_text(encoding="utf-8"))
    return strings


class Page(HTMLParser):
    """Notes what a page could run: handlers, scripts, and links that are none."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        address = (said.get("href") or said.get("src") or "").strip().lower()
        if (tag == "script" and said.get("type") != "application/ld+json") or tag in ("iframe", "object", "embed"):
            self.runs.append(f"{tag} {address}")
        if address.startswith(("javascript:", "data:text", "vbscript:")):
            self.runs.append(address)
        self.runs += [name for name in said if name.startswith("on")]


def what_runs(client: Client, address: str, status: int = 200) -> list[str]:
    """What the page at that address could run."""
    response = client.get(address)
    assert response.status_code == status, address
    page = Page()
    page.feed(response.content.decode())
    page.close()
    return page.runs


def test_the_gate_lets_nothing_through(naughty: list[str]) -> None:
    for typed in naughty:
        for given in (typed, f"<p>{typed}</p>", f'<figure data-photo="3" data-alt="{typed}"></figure>'):
            stored = clean(given)
            assert forbidden(stored) == [], given
            assert clean(stored) == stored, given


def test_a_manuscript_of_them_is_read_whole(naughty: list[str]) -> None:
    for typed in naughty:
        text = f"{typed}\n\nA deck of some words.\n\nFirst.\n\n{typed} - Ann Lee\n\n{typed}\n\nThe last paragraph."
        story = read_text(text, name="naughty.txt")
        words = [story.headline, story.deck, story.publication, story.original_url]
        for block in story.blocks:
            words += [block.caption, block.credit] if isinstance(block, PhotoLine) else [block.text]
        kept = [sign for word in words for sign in word if sign.isalnum()]
        typed_signs = [sign for sign in text if sign.isalnum()]
        assert kept == typed_signs or "original" in typed.casefold(), typed


def test_in_every_field_of_a_story(
    naughty: list[str],
    story: Callable[..., Article],
    photo: Callable[..., Photo],
    chen: Person,
    client: Client,
) -> None:
    client.force_login(chen)
    article = story(lead_photo=photo())
    address = f"{STORIES}{article.pk}/change/"
    usual, readers, published = what_runs(client, address), Client(), 0
    form = form_of(client, address)
    for start in range(0, len(naughty), 9):
        words = (naughty[start : start + 9] * 9)[:9]
        sent = form | {
            "headline": words[0][:300], "deck": words[1], "body": words[2], "kicker": words[3][:80],
            "dateline": words[4][:80], "lead_caption": words[5], "lead_alt": words[6],
            "original_publication": words[7][:120], "bylines-0-wording": words[8][:200],
            "seen_version": article.version,
        }  # fmt: skip
        response = client.post(address, sent)
        assert response.status_code == 302, (words, response.context["errors"])
        if start % 54 == 0:
            assert what_runs(client, address) == usual, words
        article.refresh_from_db()
        assert (article.kicker, article.headline) == (words[3][:80].strip(), " ".join(words[0][:300].split()))
        try:
            snapshot = publishing.publish(article, by=None, seen_version=article.version)
        except NotReady:
            continue
        published += 1
        for page in (snapshot.path, "/"):
            assert what_runs(readers, page) == [], words
    assert published > 35


def test_as_names_of_authors_sections_photos_and_tags(
    naughty: list[str], published: Callable[..., Snapshot], chen: Person, client: Client, city: Section
) -> None:
    client.force_login(chen)
    lists = [f"{page}?q=%27%22%3Cscript%3E" for page in (AUTHORS, STORIES, PHOTOS)] + [AUTHORS, PHOTOS, "/admin/"]
    usual = {page: what_runs(client, page) for page in lists}
    filled = [words for words in naughty if words.strip()]
    authors = Author.objects.bulk_create(
        Author(name=words[:120], slug=f"author-{number}", role=words[:120], bio=words)
        for number, words in enumerate(filled)
    )
    Photo.objects.bulk_create(
        Photo(caption=words, credit=words[:200], alt=words, place=words[:200]) for words in filled
    )
    city.description = "<script>alert(1)</script>"
    city.save()
    for page, runs in usual.items():
        assert what_runs(client, page) == runs, page
    for author in authors[::20]:
        assert what_runs(Client(), author.get_absolute_url()) == []
    tags = [words[:100] for words in filled if any(sign.isalnum() for sign in words)][:120]
    snapshot = published(tags=tuple(tags))
    assert what_runs(Client(), snapshot.path) == []
    for tag in snapshot.tagged[::15]:
        assert what_runs(Client(), f"/tags/{tag['slug']}/") == [], tag
    assert what_runs(Client(), "/city/") == []
