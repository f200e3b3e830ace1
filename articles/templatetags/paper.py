"""What the pages of the paper are made of."""

import json
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import Any, Literal
from urllib.parse import quote, urlencode

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from articles import body as bodies
from articles.body import PhotoReference
from articles.kinds import Kind
from articles.models.author import Author
from articles.models.page import Page
from articles.models.snapshot import Snapshot
from articles.paper import cards, dates, pieces
from articles.paper.archive import Span
from articles.paper.cards import Card
from articles.paper.masthead import masthead
from articles.paper.structured import (
    Addressed,
    Said,
    author_page,
    corrections_page,
    front_page,
    list_page,
    masthead_page,
    story_page,
    written_page,
)
from articles.paper.text import with_dateline
from articles.paper.typesetting import QUOTES, typeset

register = template.Library()

# What could end the element, or a line of a script in old browsers.
IN_A_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
TOLD_KINDS = frozenset({Kind.ANALYSIS, Kind.OPINION, Kind.INTERVIEW, Kind.REVIEW, Kind.LETTER})


@register.simple_tag(takes_context=True)
def story_piece(context: Context) -> str:
    """The name of the piece of a page that is the story itself."""
    return pieces.name_of_story(context["story"], context.get("beside"), context["paper"])


@register.simple_tag(takes_context=True)
def list_piece(context: Context, *lists: Iterable[Any]) -> str:
    """The name of the piece that is all the stories of these lists, one after the other."""
    return pieces.name_of_list(chain(*lists), context["paper"])


@register.simple_tag(takes_context=True)
def teaser_piece(context: Context) -> str:
    """The name of the piece that is this story in a list."""
    return pieces.name_of_list([context["story"]], context["paper"])


@register.simple_tag(takes_context=True)
def front_piece(context: Context) -> str:
    """The name of the piece that is all the stories of the front."""
    return pieces.name_of_front(context["front"], context["paper"])


@register.simple_tag(takes_context=True)
def answers_piece(context: Context) -> str:
    """The name of the piece that is all the answers of a page."""
    found = context["found"]
    return pieces.name_of_answers(found.stories, found.terms, context["paper"])


@register.simple_tag(takes_context=True)
def narrowing_piece(context: Context) -> str:
    """The name of the piece by which a search is narrowed down."""
    return pieces.name_of_narrowing(context["form"])


@register.simple_tag(takes_context=True)
def masthead_piece(context: Context) -> str:
    """The name of what stands around every page."""
    return pieces.name_of_masthead(masthead(context["request"]))


@register.simple_tag
def body(story: Snapshot) -> SafeString:
    """The text of a story, its photos with the captions and credits that they had at publication."""

    def figure(reference: PhotoReference) -> str:
        picture = story.body_pictures.get(reference.photo_id)
        if picture is None:
            return ""
        caption = conditional_escape(picture.caption)
        if reference.caption is not None:
            caption = mark_safe(reference.caption)  # noqa: S308 - a part of a body is as clean as the body
        context = {
            "picture": picture.for_use(caption=None, alt=reference.alt),
            "caption": caption,
            "sizes": "(min-width: 48rem) 30rem, 85vw" if reference.in_gallery else "(min-width: 48rem) 42rem, 100vw",
            "lazy": True,
        }
        return render_to_string("paper/figure.html", context)

    return bodies.render(with_dateline(story, bodies.with_anchors(story.body)), figure)


@register.simple_tag
def page_body(page: Page) -> SafeString:
    """The text of a page that editors wrote."""
    return bodies.render(page.body, lambda reference: "")


@register.simple_tag
def mail_address(story: Snapshot) -> str:
    """An address that opens a letter about the story, to nobody yet."""
    return _letter(story.headline, f"{settings.SITE_URL}{story.path}")


@lru_cache(maxsize=1024)
def _letter(headline: str, address: str) -> str:
    words = {"subject": headline, "body": f"{headline}\n\n{address}\n"}
    return f"mailto:?{urlencode(words, quote_via=quote)}"


@register.simple_tag(takes_context=True)
def structured(context: Context, story: Snapshot) -> SafeString:
    """What a story's page says to machines."""
    return _data(story_page(story, context["paper"]))


@register.simple_tag(takes_context=True)
def structured_front(context: Context) -> SafeString:
    """What the front page says to machines."""
    return _data(front_page(context["paper"]))


@register.simple_tag(takes_context=True)
def structured_list(context: Context, name: str, path: str, listed: Iterable[Addressed]) -> SafeString:
    """What a page that lists others says to machines."""
    return _data(list_page(name, path, context["paper"], listed))


@register.simple_tag(takes_context=True)
def structured_span(context: Context, span: Span, path: str, listed: Iterable[Addressed]) -> SafeString:
    """What a page of the archive says to machines."""
    paper = context["paper"]
    wider = [(dates.in_words(each.begin, each.length, paper), each.get_absolute_url()) for each in span.wider]
    way = [("Archive", reverse("paper:archive_index")), *wider]
    return _data(list_page(dates.in_words(span.begin, span.length, paper), path, paper, listed, way))


@register.simple_tag(takes_context=True)
def structured_corrections(context: Context, corrections: Iterable[Any]) -> SafeString:
    """What the list of corrections says to machines."""
    return _data(corrections_page(corrections, context["paper"]))


@register.simple_tag(takes_context=True)
def structured_masthead(context: Context, people: Iterable[Author]) -> SafeString:
    """What the masthead says to machines."""
    return _data(masthead_page(people, context["paper"]))


@register.simple_tag(takes_context=True)
def structured_page(context: Context, page: Page) -> SafeString:
    """What a page that editors wrote says to machines."""
    return _data(written_page(page, context["paper"]))


@register.simple_tag(takes_context=True)
def structured_author(context: Context, author: Author) -> SafeString:
    """What an author's page says to machines."""
    return _data(author_page(author, context["paper"]))


def _data(said: Said) -> SafeString:
    """A block of data, which no policy takes for a script."""
    data = json.dumps(said, ensure_ascii=False).translate(IN_A_SCRIPT)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(data))  # noqa: S308


@register.simple_tag(takes_context=True)
def page_card(context: Context, first: Snapshot | Literal[""] | None = None) -> Card:
    """What links to a page are shown with: the card of the story that stands first on it, or else the paper's."""
    return cards.of_page(first or None, context["paper"])


@register.simple_tag(takes_context=True)
def author_card(context: Context, author: Author, first: Snapshot | Literal[""]) -> Card:
    """What links to an author's page are shown with: the portrait, or else as elsewhere."""
    return cards.of_author(author, first or None, context["paper"])


@register.simple_tag(takes_context=True)
def when(context: Context, moment: date | None = None, how: str = "full") -> SafeString:
    """A moment or a day (now, unless told) as `dates.in_words` says it."""
    paper = context["paper"]
    moment = moment or timezone.now()
    machine, said = dates.for_machines(moment, how), dates.in_words(moment, how, paper)
    # The day and the month keep their order also beside words that run the other way.
    return format_html('<time datetime="{}" lang="{}" dir="auto">{}</time>', machine, paper.date_language, said)


@register.simple_tag(takes_context=True)
def when_in_words(context: Context, moment: date, how: str) -> str:
    """The same where there is room for nothing but words."""
    return dates.in_words(moment, how, context["paper"])


@register.filter
def headline(story: Snapshot) -> str:
    """Its headline as it is set: what belongs together stays in one line."""
    return typeset(story.headline, story.language)


@register.filter
def opens_quoted(words: str) -> bool:
    """Whether the words begin with a quotation mark, which hangs beside what is set large."""
    return words.startswith(QUOTES)


@register.filter
def told_kind(story: Snapshot) -> str:
    """What a reader must be told of a story before reading it: that it is opinion, say. Empty for news."""
    return str(Kind(story.kind).label) if story.kind in TOLD_KINDS else ""
