"""Social cards: the picture that a link to a story is shown with, wherever it is shared."""

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.test import Client
from django.utils import timezone
from font_source_serif_pro import SourceSerifProBold
from PIL import Image, ImageFont

from articles import editing, fronts, publishing
from articles.models import Author, Page, Paper, Part, Series, Snapshot
from articles.publishing import withdraw
from articles.zones import Placement
from media import cards
from media.card import card as drawn_card
from media.cards import Words
from media.models import Photo, Print
from staff.models import Person

pytestmark = pytest.mark.django_db
PAPER = (251, 249, 244)
WORDS = Words(paper="The Ledger", section="City", colour="#a3201d", headline="The bridge opens")


def address_on(page: bytes) -> str:
    """Where the page of a story says that its card stands."""
    found = re.search(r'property="og:image" content="[^"]*?(/cards/[^"]+)"', page.decode())
    assert found
    return found[1]


def card_of(story: Snapshot, client: Client) -> str:
    """Where the card of a live story stands."""
    return address_on(client.get(story.path).content)


def opened(data: bytes) -> Image.Image:
    """A card, as whoever shows it decodes it."""
    image = Image.open(io.BytesIO(data))
    image.load()
    assert (image.format, image.size) == ("JPEG", (1200, 630))
    return image.convert("RGB")


def ink(card: Image.Image, top: int, bottom: int) -> tuple[int, int]:
    """Between which columns something dark stands on a card of paper, among these rows."""
    box = card.convert("L").point(lambda value: 255 if value < 100 else 0).crop((0, top, 1200, bottom)).getbbox()
    assert box
    return box[0], box[2]


def test_a_story_has_a_card_that_can_be_kept_for_ever(
    published: Callable[..., Snapshot], photo: Callable[..., Photo], client: Client
) -> None:
    story = published(lead_photo=photo())
    address = card_of(story, client)
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert "immutable" in answer.headers["Cache-Control"]
    first = answer.getvalue()
    opened(first)
    assert client.get(address).getvalue() == first
    assert 'property="og:image:alt"' in client.get(story.path).content.decode()


def shown_with(client: Client, page: str) -> dict[str, str]:
    """What a page says of the picture that links to it are shown with."""
    html = client.get(page).content.decode()
    return dict(re.findall(r'<meta (?:property|name)="((?:og:image|twitter)[^"]*)" content="([^"]*)">', html))


def published_twice(published: Callable[..., Snapshot], **words: Any) -> tuple[Snapshot, Snapshot]:
    """Two stories on every list there is, the newer one first."""
    now = timezone.now()
    older = published(headline="Older", live_from=now - timedelta(minutes=2), **words)
    newer = published(headline="Newer", live_from=now - timedelta(minutes=1), **words)
    return newer, older


def test_links_to_lists_are_shown_with_the_card_of_what_stands_first(
    published: Callable[..., Snapshot], client: Client
) -> None:
    newer, older = published_twice(published, tags=("harbour",))
    series = Series.objects.create(name="The harbour", slug="the-harbour")
    Part.objects.create(series=series, article=older.article)
    today = timezone.localdate(newer.published_at)
    lists = ("/", "/world/", "/tags/harbour/", "/authors/ines-varga/", f"/archive/{today:%Y/%-m/%-d}/")
    for page, story in [*((page, newer) for page in lists), (series.get_absolute_url(), older)]:
        found = shown_with(client, page)
        assert found == {
            "twitter:card": "summary_large_image",
            "og:image": f"{settings.SITE_URL}{card_of(story, client)}",
            "og:image:width": "1200",
            "og:image:height": "630",
            "og:image:alt": story.headline,
            "twitter:image:alt": story.headline,
        }, page


def test_a_front_is_shown_with_the_card_of_its_lead_as_that_says_of_itself(
    published: Callable[..., Snapshot], photo: Callable[..., Photo], chen: Person, client: Client
) -> None:
    _, placed = published_twice(published, lead_photo=photo(credit="Oskar"))
    lead = {"lead": [Placement(placed.article_id, headline="As the front has it", photo=photo().pk)]}
    for section in (None, placed.section):
        draft = fronts.save(section, lead, by=chen, seen_version=0)
        fronts.publish(section, by=chen, seen_version=draft.version)
    for page in ("/", "/world/"):
        assert "As the front has it" in client.get(page).content.decode()
        found = shown_with(client, page)
        assert found["og:image"].endswith(card_of(placed, client))
        assert found["og:image:alt"] == "Older. Photo: Oskar"
        assert client.get(address_on(client.get(page).content)).status_code == 200


def test_pages_without_a_story_are_shown_with_the_card_of_the_paper(client: Client, db: None) -> None:
    Paper(pk=1, name="The Ledger", motto="News & views").save()
    Page.objects.create(title="About us", slug="about", body="<p>We.</p>")
    pages = ("/", "/masthead/", "/corrections/", "/archive/", "/about/")
    [address] = {address_on(client.get(page).content) for page in pages}
    assert shown_with(client, "/about/")["og:image:alt"] == "The Ledger"
    answer = client.get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert ink(opened(answer.getvalue()), 400, 600)[0] >= 60
    Paper.objects.update(name="The Courier")
    renamed = address_on(client.get("/").content)
    assert renamed != address
    assert client.get(address).headers["Location"] == renamed


def test_an_author_is_shown_with_the_portrait_where_it_may_stand_elsewhere(
    published: Callable[..., Snapshot], photo: Callable[..., Photo], ines: Author, client: Client
) -> None:
    card = card_of(published(), client)
    Author.objects.filter(pk=ines.pk).update(portrait=photo(alt="Inés, smiling"))
    found = shown_with(client, ines.get_absolute_url())
    assert (found["twitter:card"], found["og:image:alt"]) == ("summary", "Inés, smiling")
    portrait = client.get(found["og:image"].removeprefix(settings.SITE_URL))
    size = Image.open(io.BytesIO(portrait.getvalue())).size
    assert size == (int(found["og:image:width"]), int(found["og:image:height"]))
    for term in ("is_barred", "is_whole"):
        Photo.objects.update(is_barred=False, is_whole=False)
        Photo.objects.update(**{term: True})
        assert address_on(client.get(ines.get_absolute_url()).content) == card


def test_what_is_published_again_word_for_word_has_its_card_at_once(
    published: Callable[..., Snapshot], client: Client
) -> None:
    story = published()
    card_of(story, client)
    again = publishing.publish(story.article, by=None, seen_version=1)
    assert f"/{again.pk}-" in card_of(again, client)


def test_another_headline_is_another_card_and_the_old_address_leads_to_it(
    published: Callable[..., Snapshot], client: Client
) -> None:
    story = published()
    before = card_of(story, client)
    assert client.get(before.replace(before[-8:-4], "0000")).headers["Location"] == before
    article = story.article
    article.headline = "The bridge closes"
    editing.save(article, by=None, seen_version=article.version)
    update = publishing.publish(article, by=None, seen_version=article.version)
    assert card_of(update, client) != before
    assert client.get(before).headers["Location"] == card_of(update, client)


def test_no_number_is_too_high_to_be_asked_for(client: Client, db: None) -> None:
    for digits in (18, 19, 20, 5000):
        assert client.get(f"/cards/{'9' * digits}-x.jpg").status_code == 404


def test_nobody_sees_the_card_of_what_is_not_live(published: Callable[..., Snapshot], client: Client) -> None:
    story = published()
    address = card_of(story, client)
    later = published(live_from=timezone.now() + timedelta(hours=1))
    assert client.get(address.replace(f"/{story.pk}-", f"/{later.pk}-")).status_code == 404
    withdraw(story.article, seen_version=story.article.version)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("terms", [{"is_barred": True}, {"is_whole": True}])
def test_a_photo_that_may_not_stand_there_is_left_to_its_story(
    terms: dict[str, bool], published: Callable[..., Snapshot], photo: Callable[..., Photo], client: Client
) -> None:
    story = published(lead_photo=photo(**terms))
    assert opened(client.get(card_of(story, client)).getvalue()).getpixel((1100, 300)) == pytest.approx(PAPER, abs=4)


@pytest.mark.parametrize("lost", ["original", "print"])
def test_without_the_original_there_are_the_words_for_now(
    published: Callable[..., Snapshot], photo: Callable[..., Photo], client: Client, lost: str
) -> None:
    lead = photo()
    story = published(lead_photo=lead)
    if lost == "original":
        storages["originals"].delete(str(lead.file.name))
    else:
        Print.objects.all().delete()
    answer = client.get(card_of(story, client))
    assert opened(answer.content).getpixel((1100, 300)) == pytest.approx(PAPER, abs=4)
    assert answer.headers["Cache-Control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "headline",
    ["Word " * 60, "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3, "x"],
)
def test_a_headline_of_any_length_stays_within_the_margins(headline: str) -> None:
    card = opened(cards.draw(Words(paper="The Ledger", section="City", colour="#ffffff", headline=headline), None))
    left, right = ink(card, 130, 600)
    assert left >= 60
    assert right <= 1140


def test_lines_that_have_one_row_end_within_the_margin() -> None:
    words = Words(paper="Ledger " * 12, section="News of the port " * 9, colour="#ffffff", headline="x")
    card = opened(cards.draw(words, None))
    for top, bottom in ((40, 120), (410, 460)):
        left, right = ink(card, top, bottom)
        assert left >= 60
        assert 1000 < right <= 1160


def test_what_is_read_from_right_to_left_begins_at_the_right() -> None:
    words = Words(paper="The Ledger", section="City", colour="#ffffff", headline="The end", is_rtl=True)
    left, right = ink(opened(cards.draw(words, None)), 130, 600)
    assert left > 600
    assert right > 1100


def test_a_line_that_no_font_can_write_is_left_out_rather_than_shown_as_boxes() -> None:
    nobody_has = "\U000e0100\uf8ff"
    card = opened(cards.draw(Words(paper="The Ledger", section="City", colour="#ffffff", headline=nobody_has), None))
    same = opened(cards.draw(Words(paper="The Ledger", section="City", colour="#ffffff", headline=""), None))
    assert card.tobytes() == same.tobytes()


def test_a_machine_without_fribidi_has_cards_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFont.core, "HAVE_RAQM", False)

    def drawn(*, is_rtl: bool, headline: str = "The end") -> Image.Image:
        lines = {"paper": "The Ledger", "section": "City", "headline": headline, "credit": ""}
        fonts = dict.fromkeys(lines, SourceSerifProBold)
        return drawn_card(None, size=(1200, 630), lines=lines, fonts=fonts, colour="#ffffff", is_rtl=is_rtl)

    assert ink(drawn(is_rtl=False), 130, 600)[0] >= 60
    assert drawn(is_rtl=True).tobytes() == drawn(is_rtl=True, headline="Other").tobytes()
