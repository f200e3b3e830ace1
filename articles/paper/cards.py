"""Social cards of stories, drawn when they are first asked for and named by what they say."""

import hashlib
import json
import logging

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_safe

from articles.models.paper import Paper
from articles.models.snapshot import Snapshot
from media import cards, renditions
from media.apart import Busy
from media.cards import Words
from media.shelves import Unreachable
from media.views import come_back_later, for_ever

log = logging.getLogger(__name__)
# What a card looks like; raised with its design, so that cards are drawn anew.
DESIGN = 1
BRIEFLY = {"Cache-Control": "public, max-age=60"}
COLOURS = {
    "red": "#a3201d", "blue": "#1d4f8c", "green": "#2c6138", "ochre": "#80520a", "violet": "#66397f",
    "teal": "#0f5f63", "slate": "#4a5157",
}  # fmt: skip


def address(story: Snapshot, paper: Paper) -> str:
    """Where the card of a story of that paper stands."""
    return reverse("paper:card", args=[story.pk, _key(story, paper)])


@require_safe
def card(request: HttpRequest, pk: int, key: str) -> HttpResponseBase:
    """The card of a story that readers have; one of an earlier snapshot or with other words leads to the present."""
    live = Snapshot.objects.live().with_withheld().select_related("section")
    story = get_object_or_404(live, article__snapshots=pk)
    paper = Paper.objects.current()
    if (pk, key) != (story.pk, _key(story, paper)):
        return HttpResponseRedirect(address(story, paper))
    name, words = f"cards/{key}.jpg", _words(story, paper)
    try:
        return for_ever(_card(name, words, story), "image/jpeg")
    except (Busy, Unreachable) as error:
        log.error("The card of %s cannot be fetched: %s", story.path, error)
        return come_back_later()
    except OSError as error:
        log.warning("The card of %s is drawn without its picture: %s", story.path, error)
        return HttpResponse(cards.draw(words, None), content_type="image/jpeg", headers=BRIEFLY)


def _card(name: str, words: Words, story: Snapshot) -> bytes:
    try:
        return renditions.storage().read(name)
    except FileNotFoundError:
        drawn = cards.draw(words, story.front_picture)
    renditions.keep(name, drawn)
    return drawn


def _words(story: Snapshot, paper: Paper) -> Words:
    return Words(
        paper=paper.name,
        section=story.section_name,
        colour=COLOURS[story.section.accent],
        headline=story.headline,
        credit=story.front_picture.credit if story.front_picture else "",
        is_rtl=story.direction == "rtl",
    )


def _key(story: Snapshot, paper: Paper) -> str:
    picture = story.front_picture
    said = [DESIGN, vars(_words(story, paper)), picture.key if picture else ""]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:24]
