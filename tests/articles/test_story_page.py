"""The page of a story: every part of it where a reader expects it, and nothing that a hostile text could make of it."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from PIL import Image

from articles import editing, publishing
from articles.models import Article, Author, Byline, Section, Snapshot
from articles.paper.typesetting import FIXED
from media import intake
from media.models import Photo

pytestmark = pytest.mark.django_db
Published = Callable[..., Snapshot]
NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;"


def page(client: Client, snapshot: Snapshot) -> str:
    """The page's HTML with white space made single."""
    response = client.get(snapshot.path)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", response.content.decode())


def text(html: str) -> str:
    """What a reader reads of it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html)).strip()


def runs_nothing(html: str) -> bool:
    """Whether a page has no script: the one such element is data, and nothing in it could end it."""
    blocks = re.findall(r"<script(.*?)>(.*?)</script>", html, re.DOTALL)
    is_data = all(kind == ' type="application/ld+json"' and not re.search("[<>&]", data) for kind, data in blocks)
    return is_data and html.count("<script") == len(blocks) <= 1


def test_it_shows_every_part_of_the_story(published: Published, client: Client) -> None:
    snapshot = published(
        kicker="Transport",
        headline="The bridge opens",
        deck="It took nine years.",
        dateline="Saltmouth",
        body="<p>The first to cross was a dog.</p><h2>Later</h2><p>A <strong>cat</strong> followed.</p>",
        tags=("bridges", "dogs"),
    )
    html = page(client, snapshot)
    assert '<h1 class="headline">The bridge opens</h1>' in html
    assert '<p class="deck">It took nine years.</p>' in html
    assert '<span class="kicker__words">Transport</span>' in html
    assert '<span lang="en">By </span><a href="/authors/ines-varga/" dir="auto">Inés Varga</a>' in html
    assert re.search(r'<p id="p-\w+"><span class="dateline">Saltmouth</span> The first to cross was a dog.<a', html)
    assert '<h2 id="h-later">Later<a class="anchor" href="#h-later"' in html
    assert '<a href="/tags/bridges/" rel="tag"' in html
    assert '<a href="/world/">World</a>' in html
    assert f'<link rel="canonical" href="http://127.0.0.1:8000{snapshot.path}">' in html
    assert "Updated" not in html
    assert "View original" not in html


def test_a_dateline_stands_alone_where_no_paragraph_leads(published: Published, client: Client) -> None:
    snapshot = published(dateline="Lisbon", body="<h2>First</h2><p>Then.</p>")
    assert '<p><span class="dateline">Lisbon</span></p> <h2 id="h-first">First<a' in page(client, snapshot)


def test_an_update_shows_both_dates(published: Published, client: Client) -> None:
    snapshot = published(headline="The bridge opens", live_from=timezone.now() - timedelta(hours=3))
    article = snapshot.article
    article.deck = "It took ten years."
    editing.save(article, by=None, seen_version=article.version)
    publishing.publish(article, by=None, seen_version=article.version)
    html = page(client, snapshot)
    assert "Updated <time" in html
    assert f"{snapshot.published_at:%-d %B %Y, %H:%M}" in html


def test_photos_carry_their_credit_even_without_a_caption(
    published: Published, photo: Callable[..., Photo], client: Client
) -> None:
    lead = photo(caption="", credit="Ana Ruiz")
    inside = photo(caption="A crane at work.", credit="Lee Moss", agency="Northlight")
    snapshot = published(lead_photo=lead, body=f'<p>One.</p><figure data-photo="{inside.pk}"></figure><p>Two.</p>')
    html = page(client, snapshot)
    assert re.search(r'<figcaption dir="auto"><span class="credit"[^>]*>Ana Ruiz</span></figcaption>', html)
    caption, credit = '<span class="caption">A crane at work.</span>', "Lee Moss/Northlight</span>"
    assert re.search(rf'{caption} <span class="credit"[^>]*>{credit}', html)


def test_one_use_may_have_its_own_caption_and_alt_text_but_never_its_own_credit(
    published: Published, photo: Callable[..., Photo], client: Client
) -> None:
    used = photo(caption="The desk's words.", alt="The desk's alt", credit="Ana Ruiz")
    figure = (
        f'<figure data-photo="{used.pk}" data-alt="Alt here"><figcaption>Words <em>here</em>.</figcaption></figure>'
    )
    html = page(client, published(body=f"<p>One.</p>{figure}"))
    assert '<span class="caption">Words <em>here</em>.</span>' in html
    assert 'alt="Alt here"' in html
    assert "Ana Ruiz" in html
    assert "The desk" not in html


def test_a_photo_shows_as_it_was_at_publication(
    published: Published, photo: Callable[..., Photo], client: Client
) -> None:
    lead = photo(caption="Before.", credit="Ana Ruiz")
    snapshot = published(lead_photo=lead)
    Photo.objects.filter(pk=lead.pk).update(caption="After.", credit="Somebody")
    html = page(client, snapshot)
    assert "Before." in html
    assert "Ana Ruiz" in html
    assert "After." not in html


def test_the_picture_has_its_size_its_widths_and_its_formats(
    published: Published, jpeg: Callable[..., bytes], client: Client
) -> None:
    photo = Photo(caption="Wide.", credit="Ana", alt="A wide view")
    intake.give_file(photo, jpeg(size=(1000, 600)), name="wide.jpg")
    html = page(client, published(lead_photo=photo))
    [hint, image] = re.findall(r"<img[^>]*>", html)
    assert 'src="data:image/webp;base64,' in hint
    assert 'alt="" aria-hidden="true"' in hint
    assert 'width="1000" height="600"' in image
    assert 'alt="A wide view"' in image
    assert 'fetchpriority="high"' in image
    sources = re.findall(r'<source type="([^"]+)" srcset="([^"]+)"', html)
    assert [kind for kind, _ in sources] == ["image/avif", "image/webp"]
    [fallback] = re.findall(r' srcset="([^"]+)"', image)
    for kind, addresses in [*sources, ("image/jpeg", fallback)]:
        offered = re.findall(r"(/photos/\S+) (\d+)w", addresses)
        assert [width for _, width in offered] == ["320", "640", "800", "960"]
        for address, width in offered:
            response = client.get(address)
            assert (response.status_code, response.headers["Content-Type"]) == (200, kind)
            assert Image.open(io.BytesIO(response.getvalue())).width == int(width)


def test_hostile_text_in_any_field_stays_text(
    published: Published, photo: Callable[..., Photo], world: Section, client: Client
) -> None:
    Section.objects.filter(pk=world.pk).update(name=f"W {NASTY}"[:60], description=NASTY)
    world.refresh_from_db()
    author = Author.objects.create(name=f"Bo {NASTY}", slug="bo", role=NASTY, bio=NASTY)
    lead = photo(caption=NASTY, credit=NASTY, alt=NASTY, agency=NASTY)
    snapshot = published(
        kicker=NASTY[:80], headline=NASTY, deck=NASTY, dateline=NASTY[:80], original_publication=NASTY,
        original_url="https://elsewhere.example/?a=1&b=<script>", lead_photo=lead, tags=(NASTY[:90],), section=world,
        body=f'<p>Text.</p><figure data-photo="{lead.pk}"></figure>',
    )  # fmt: skip
    Byline.objects.create(article=snapshot.article, author=author, position=2, wording=f"{NASTY} by Bo {NASTY}")
    article = snapshot.article
    editing.save(article, by=None, seen_version=article.version)
    snapshot = publishing.publish(article, by=None, seen_version=article.version)
    tag = snapshot.tagged[0]["slug"]
    for address in (snapshot.path, "/", "/world/", "/authors/bo/", f"/tags/{tag}/", "/nowhere/"):
        html = client.get(address).content.decode()
        assert runs_nothing(html), address
        assert not re.search(r"<[^>]*\sonerror\s*=", re.sub(r'"[^"]*"', '""', html)), address
        assert "&lt;script&gt;" in html, address


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("fa", "rtl"), ("fr", "ltr"), ("en", "ltr")])
def test_a_story_says_its_language_and_the_direction_of_its_script(
    published: Published, client: Client, language: str, direction: str
) -> None:
    snapshot = published(headline="العنوان", slug="headline", language=language)
    for address in (snapshot.path, "/", "/world/"):
        assert f'lang="{language}" dir="{direction}"' in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("publication", "address", "said"),
    [
        ("The Caravel", "https://caravel.example/1", "First published in The Caravel. View original"),
        ("", "https://caravel.example/1", "View original"),
        ("The Caravel", "", "First published in The Caravel."),
    ],
)
def test_it_says_where_it_was_first(
    published: Published, client: Client, publication: str, address: str, said: str
) -> None:
    html = page(client, published(original_publication=publication, original_url=address))
    assert said in text(html)
    assert (f'<a href="{address}" rel="external">' in html) == bool(address)


@pytest.mark.parametrize("kind", ["analysis", "opinion", "interview", "review", "letter"])
def test_what_is_not_news_says_what_it_is(published: Published, client: Client, kind: str) -> None:
    html = page(client, published(kind=kind))
    assert f">{kind.capitalize()}</span>" in html


def test_more_from_the_section_never_offers_the_story_itself(published: Published, client: Client) -> None:
    here, other = published(headline="The one being read"), published(headline="Another one")
    more = page(client, here).split("Read on")[1]
    assert other.headline in more
    assert here.headline not in more


def test_a_withdrawn_story_says_so_at_its_address(published: Published, client: Client) -> None:
    snapshot = published(headline="The bridge opens")
    publishing.withdraw(snapshot.article, seen_version=snapshot.article.version)
    response = client.get(snapshot.path)
    assert response.status_code == 410
    assert "no longer published" in response.content.decode()
    assert "The bridge opens" not in response.content.decode()


def test_an_old_address_leads_to_the_present_one_in_one_hop(
    published: Published, city: Section, client: Client
) -> None:
    first = published(headline="The bridge opens")
    article = first.article
    for slug in ("the-bridge", "the-bridge-again"):
        article.slug, article.section = slug, city
        editing.save(article, by=None, seen_version=article.version)
        publishing.publish(article, by=None, seen_version=article.version)
    for old in (first.path, first.path.rstrip("/"), "/city/the-bridge/", "/city/the-bridge", "/city/the-bridge-again"):
        response = client.get(old)
        assert (response.status_code, response.headers["Location"]) == (301, "/city/the-bridge-again/"), old
        # It may lead elsewhere tomorrow, and a browser would remember for good.
        assert response.headers["Cache-Control"] == "private, no-cache"
    assert client.get("/city/the-bridge-again/").status_code == 200


def test_it_reads_without_script_and_sets_no_cookie(published: Published, client: Client) -> None:
    response = client.get(published().path)
    assert runs_nothing(response.content.decode())
    assert " style=" not in response.content.decode()
    assert not response.cookies
    assert "script-src" not in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_readers_can_only_read(published: Published, client: Client, method: str) -> None:
    assert getattr(client, method)(published().path).status_code == 405


@example(headline="«Line 4» – 5 km")
@given(headline=st.text(min_size=1, max_size=300).filter(lambda words: words.strip() and "\x00" not in words))
@rules(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_headline_is_shown_as_it_was_typed(story: Callable[..., Article], client: Client, headline: str) -> None:
    article = story(headline=headline, slug=f"story-{Article.objects.count()}")
    snapshot = publishing.publish(article, by=None, seen_version=article.version)
    html = client.get(snapshot.path).content.decode()
    [shown] = re.findall(r'<h1 class="headline(?: is-quoted)?">(.*?)</h1>', html, re.DOTALL)
    # Some of its spaces do not break.
    assert unescape(shown).replace(FIXED, " ") == snapshot.headline.replace(FIXED, " ")


def author_of(snapshot: Snapshot) -> Any:
    """The author whom the story's byline names."""
    return snapshot.authors.get()


def test_renaming_an_author_leaves_the_byline_as_it_was(published: Published, client: Client) -> None:
    snapshot = published()
    Author.objects.filter(pk=author_of(snapshot).pk).update(name="Inés Castro")
    assert ">Inés Varga</a>" in page(client, snapshot)
    assert "Inés Castro" in client.get("/authors/ines-varga/").content.decode()
