"""The paper in a browser: for everybody, at every width, in the dark, by keyboard, without script, and in print."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from articles import breaking, publishing
from articles.changes import Change
from articles.models import Article, Author, ContactLink, Page, Paper, Part, Section, Series, Snapshot
from articles.publishing import Telling
from media import intake
from media.models import Photo
from staff.models import Person
from tests.browser.window import Visit, barriers, overflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle and then some more words " * 3


@pytest.fixture
def paper(
    story: Callable[..., Article], photo: Callable[..., Photo], jpeg: Callable[..., bytes], city: Section, ines: Author
) -> Snapshot:
    """A small paper with everything in it; the story that has the most."""
    start = timezone.now() - timedelta(hours=40)
    ContactLink.objects.create(author=ines, label="Write to Inés", url="mailto:ines@paper.example")
    Author.objects.create(name="Anneliese Wortmann-Überschreibungsbeauftragtenvertretung", slug="long")
    ines.portrait = photo(alt="Inés Varga", caption="Inés Varga")
    ines.save()
    tall = Photo(caption="", credit="Ana Ruiz/Northlight", alt="A tower")
    intake.give_file(tall, jpeg(colour="navy", size=(900, 1400)), name="tall.jpg")
    wide = Photo(caption="The quay at seven in the morning.", credit="Oskar Lindqvist", alt="A quay")
    intake.give_file(wide, jpeg(colour="olive", size=(2000, 1200)), name="wide.jpg")
    rich = story(
        headline="A story with everything", kicker="The quay", dateline="Saltmouth", tags=("harbour", "ميناء"),
        lead_photo=wide, original_publication="The Caravel", original_url="https://caravel.example/1",
        body=(
            "<p>First of all, a <a href='/world/'>link</a>.</p><h2>A crosshead</h2><ul><li>One</li><li>Two</li></ul>"
            f"<blockquote class='pullquote'><p>Pulled.</p></blockquote><figure data-photo='{tall.pk}'></figure>"
            "<table><thead><tr><th>Year</th>" + "<th>A long column head</th>" * 9 + "</tr></thead>"
            "<tbody><tr><td>1</td>" + "<td>1,000,000</td>" * 9 + "</tr></tbody></table>"
            "<hr><h3>Small</h3><p>Last.^[A <em>note</em>.]</p>"
        ),
    )  # fmt: skip
    others = [
        story(headline=LONG[:300], deck=LONG, section=city),
        story(headline="من الميناء إلى المكتبة", slug="arabic", language="ar", deck="قصة قصيرة", kicker="ثقافة"),
        *(story(headline=f"Opinion {each}", kind="opinion") for each in range(3)),
        *(story(headline=f"News {each}", section=city, lead_photo=wide if each % 2 else None) for each in range(14)),
    ]
    for hours, article in enumerate([rich, *others]):
        publishing.publish(article, by=None, seen_version=article.version, live_from=start - timedelta(hours=hours))
    Page.objects.create(title="About us", slug="about", body="<h2>Who</h2><p>We.</p>")
    series = Series.objects.create(name="The harbour", slug="the-harbour", description="In parts.")
    for position, article in enumerate([rich, *others[:2]]):
        Part.objects.create(series=series, article=article, position=position)
    ines.is_on_masthead = True
    ines.save()
    return Snapshot.objects.get(article=rich)


def pages(paper: Snapshot) -> list[str]:
    """One of each kind of page."""
    return ["/", "/city/", paper.path, "/world/arabic/", "/authors/ines-varga/", "/authors/long/", "/tags/harbour/",
            "/nowhere/", f"/report{paper.path}", "/corrections/", "/search/", "/search/?q=news&section=city&since=x",
            "/search/?q=zeppelin", "/archive/", f"/archive/{paper.published_at.year}/", "/series/the-harbour/",
            "/masthead/", "/about/"]  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_open_to_everybody(paper: Snapshot, visit: Callable[..., Visit], width: int, dark: bool) -> None:
    window = visit(width=width, dark=dark)
    window.expect("404")
    for address in pages(paper):
        window.page.goto(address)
        assert barriers(window.page) == [], address
        assert overflow(window.page) <= 0, address


def test_no_word_is_too_long_for_a_page(
    story: Callable[..., Article], photo: Callable[..., Photo], ines: Author, world: Section, chen: Person,
    visit: Callable[..., Visit],
) -> None:  # fmt: skip
    def word(length: int) -> str:
        return ("Donaudampfschifffahrtsgesellschaft" * 9)[:length]

    world.name, ines.name, ines.role, ines.bio = word(60), word(120), word(120), word(300)
    ines.portrait, ines.is_on_masthead = photo(caption=word(300), credit=word(200)), True
    world.save()
    ines.save()
    Paper(pk=1, name=word(80), motto=word(160), footer=word(300), social=f"{word(60)} https://social.example/").save()
    Page.objects.create(title=word(100), slug="about", body=f"<p>{word(200)}</p>", in_footer=True)
    stories = [
        story(
            headline=word(300), slug=f"story-{each}", deck=word(300), kicker=word(80), dateline=word(80),
            tags=(word(100),), lead_photo=ines.portrait, kind="opinion" if each > 3 else "news",
            original_publication=word(120),
            body=f"<h2>{word(200)}</h2><p>{word(200)}^[{word(90)}]</p><table><tr><td>{word(90)}</td></tr></table>",
        )
        for each in range(6)
    ]  # fmt: skip
    live = [publishing.publish(each, by=None, seen_version=1) for each in stories]
    series = Series.objects.create(name=word(100), slug="series", description=word(300))
    Part.objects.bulk_create(Part(series=series, article=each, position=at) for at, each in enumerate(stories[:2]))
    publishing.publish(stories[0], by=None, seen_version=1, telling=Telling(Change.CORRECTION, word(200)))
    breaking.break_news(word(100), until=timezone.now() + timedelta(hours=1), by=chen, article=stories[0])
    places = ["/", "/world/", live[0].path, ines.get_absolute_url(), f"/tags/{live[0].tagged[0]['slug']}/",
              f"/report{live[0].path}", "/corrections/", "/search/?q=donau*", "/series/series/", "/masthead/",
              "/about/"]  # fmt: skip
    for width in (320, 1280):
        page = visit(width=width).page
        for address in places:
            page.goto(address)
            assert overflow(page) <= 0, (width, address)
        # What gives way is the box beside it.
        page.goto("/search/")
        assert page.locator(".search button").evaluate("button => button.offsetHeight") < 60


def test_it_reads_without_script(paper: Snapshot, visit: Callable[..., Visit]) -> None:
    page = visit(script=False).page
    page.goto("/")
    page.click("text=A story with everything")
    assert page.inner_text("h1") == "A story with everything"
    assert page.is_visible("text=Ana Ruiz/Northlight")


def test_the_keyboard_reaches_the_story_and_skips_what_stands_above(
    paper: Snapshot, visit: Callable[..., Visit]
) -> None:
    page = visit().page
    page.goto(paper.path)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the page"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    for _ in range(40):
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none"
        if page.evaluate("document.activeElement.textContent") == "View original":
            return
        page.keyboard.press("Tab")
    pytest.fail("the keyboard never came to “View original”")


def test_a_right_to_left_story_runs_from_right_to_left(paper: Snapshot, visit: Callable[..., Visit]) -> None:
    page = visit().page
    page.goto("/world/arabic/")
    headline = page.locator("h1")
    assert headline.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert headline.evaluate("element => getComputedStyle(element.closest('article')).textAlign") in ("start", "right")


def test_pictures_come_in_the_size_that_the_page_needs(paper: Snapshot, visit: Callable[..., Visit]) -> None:
    page = visit(width=390).page
    page.goto(paper.path, wait_until="networkidle")
    lead = page.locator(".story__lead picture img")
    assert lead.evaluate("image => image.complete && image.naturalWidth > 0")
    assert "-640.avif" in lead.evaluate("image => image.currentSrc")


def test_a_story_prints_as_one_clean_column(paper: Snapshot, visit: Callable[..., Visit], tmp_path: Path) -> None:
    page = visit().page
    page.goto(paper.path)
    page.emulate_media(media="print")
    for gone in (".rail", ".more", ".tags"):
        assert not page.is_visible(gone)
    for stays in ("h1", ".prose", ".credit", ".nameplate"):
        assert page.locator(stays).first.is_visible()
    assert page.pdf(path=str(tmp_path / "story.pdf")).startswith(b"%PDF")


def test_an_empty_paper_is_a_page_too(visit: Callable[..., Visit], db: Any) -> None:
    page = visit(width=390).page
    page.goto("/")
    assert page.is_visible("text=Nothing has gone to print yet")
    assert barriers(page) == []
