"""Social cards of stories and of the paper, drawn when they are first asked for and named by what they say."""

import hashlib
import json
import logging
from dataclasses import dataclass
from urllib.parse import urljoin

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.models.author import Author
from articles.models.paper import Paper
from articles.models.snapshot import Snapshot
from media import cards, renditions
from media.apart import Busy
from media.cards import Words
from media.shelves import Unreachable
from media.views import come_back_later, for_ever

log = logging.getLogger(__name__)
# What a card looks like; raised with its design, so that cards are drawn anew.
DESIGN = 2
# Of portraits: the widest that sites show beside the words of a link.
SQUARE, WIDTH_OF_PORTRAIT = "1x1", 960
BRIEFLY = {"Cache-Control": "public, max-age=60"}
COLOURS = {
    "red": "#a3201d", "blue": "#1d4f8c", "green": "#2c6138", "ochre": "#80520a", "violet": "#66397f",
    "teal": "#0f5f63", "slate": "#4a5157",
}  # fmt: skip


@dataclass(frozen=True)
class Card:
    """The picture that links to a page are shown with: its address on the web, its size in pixels, what it shows."""

    url: str
    width: int
    height: int
    alt: str

    @property
    def is_wide(self) -> bool:
        """Whether it fills the width of a message, rather than a square beside the words."""
        return self.width > self.height


def of_page(first: Snapshot | None, paper: Paper) -> Card:
    """The card of the story that stands first on a page, in the words of its own page; the paper's, without any."""
    alt = paper.name
    if first:
        credit = first.front_picture.credit if first.front_picture else ""
        alt = f"{first.headline}. Photo: {credit}" if credit else first.headline
    width, height = cards.SIZE
    return Card(settings.SITE_URL + address(first, paper), width, height, alt)


def of_author(author: Author, first: Snapshot | None, paper: Paper) -> Card:
    """The portrait, where it may stand elsewhere and be cropped; otherwise as for any page."""
    portrait = author.portrait_picture
    if portrait is None or portrait.is_barred or portrait.is_whole:
        return of_page(first, paper)
    width, height = renditions.size(portrait, WIDTH_OF_PORTRAIT, shape=SQUARE)
    where = renditions.address(portrait, WIDTH_OF_PORTRAIT, shape=SQUARE)
    return Card(urljoin(f"{settings.SITE_URL}/", where), width, height, portrait.alt or author.name)


def address(story: Snapshot | None, paper: Paper) -> str:
    """Where the card of a story of that paper stands, or for None the paper's own."""
    key = _key(story, paper)
    return reverse("paper:card", args=[story.pk, key]) if story else reverse("paper:paper_card", args=[key])


@require_safe
def card(request: HttpRequest, pk: str, key: str) -> HttpResponseBase:
    """The card of a story that readers have; one of an earlier snapshot or with other words leads to the present."""
    live = Snapshot.objects.live().with_withheld().select_related("section")
    return _answer(request, get_object_or_404(live, article__snapshots=int(pk)), key)


@require_safe
def paper_card(request: HttpRequest, key: str) -> HttpResponseBase:
    """The card of the paper itself; one with other words leads to the present."""
    return _answer(request, None, key)


def _answer(request: HttpRequest, story: Snapshot | None, key: str) -> HttpResponseBase:
    paper = Paper.objects.current()
    present = address(story, paper)
    if request.path != present:
        return HttpResponseRedirect(present)
    name, words = f"cards/{key}.jpg", _words(story, paper)
    try:
        return for_ever(_card(name, words, story), "image/jpeg")
    except (Busy, Unreachable) as error:
        log.error("The card %s cannot be fetched: %s", present, error)
        return come_back_later()
    except OSError as error:
        log.warning("The card %s is drawn without its picture: %s", present, error)
        return HttpResponse(cards.draw(words, None), content_type="image/jpeg", headers=BRIEFLY)


def _card(name: str, words: Words, story: Snapshot | None) -> bytes:
    try:
        return renditions.storage().read(name)
    except FileNotFoundError:
        drawn = cards.draw(words, story.front_picture if story else None)
    renditions.keep(name, drawn)
    return drawn


def _words(story: Snapshot | None, paper: Paper) -> Words:
    if story is None:
        is_rtl = paper.date_language.split("-")[0] in settings.LANGUAGES_BIDI
        return Words(paper="", section=paper.motto, colour=COLOURS[paper.accent], headline=paper.name, is_rtl=is_rtl)
    return Words(
        paper=paper.name,
        section=story.section_name,
        colour=COLOURS[story.section.accent],
        headline=story.headline,
        credit=story.front_picture.credit if story.front_picture else "",
        is_rtl=story.direction == "rtl",
    )


def _key(story: Snapshot | None, paper: Paper) -> str:
    picture = story.front_picture if story else None
    said = [DESIGN, vars(_words(story, paper)), picture.key if picture else ""]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:24]
