"""What the pages of the paper are made of."""

import json
from collections.abc import Iterable
from datetime import datetime
from urllib.parse import quote, urlencode

from django import template
from django.conf import settings
from django.template import Context
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from articles import body as bodies
from articles.body import PhotoReference
from articles.kinds import Kind
from articles.models.author import Author
from articles.models.page import Page
from articles.models.snapshot import Snapshot
from articles.paper import cards
from articles.paper.structured import Said, author_page, front_page, list_page, story_page
from articles.paper.text import with_dateline

register = template.Library()

# What could end the element, or a line of a script in old browsers.
IN_A_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}
# How a moment is said, in formats that Django has for each language.
FORMS = {
    "full": ("DATE_FORMAT", "TIME_FORMAT"),
    "brief": ("MONTH_DAY_FORMAT", "TIME_FORMAT"),
    "day": ("l", "DATE_FORMAT"),
}
TOLD_KINDS = frozenset({Kind.ANALYSIS, Kind.OPINION, Kind.INTERVIEW, Kind.REVIEW, Kind.LETTER})


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
    text = f"{story.headline}\n\n{settings.SITE_URL}{story.path}\n"
    return f"mailto:?{urlencode({'subject': story.headline, 'body': text}, quote_via=quote)}"


@register.simple_tag(takes_context=True)
def structured(context: Context, story: Snapshot) -> SafeString:
    """What a story's page says to machines."""
    return _data(story_page(story, context["paper"]))


@register.simple_tag(takes_context=True)
def structured_front(context: Context) -> SafeString:
    """What the front page says to machines."""
    return _data(front_page(context["paper"]))


@register.simple_tag(takes_context=True)
def structured_list(context: Context, name: str, path: str, stories: Iterable[Snapshot]) -> SafeString:
    """What a list of stories says to machines."""
    return _data(list_page(name, path, context["paper"], stories))


@register.simple_tag(takes_context=True)
def structured_author(context: Context, author: Author) -> SafeString:
    """What an author's page says to machines."""
    return _data(author_page(author, context["paper"]))


def _data(said: Said) -> SafeString:
    """A block of data, which no policy takes for a script."""
    data = json.dumps(said, ensure_ascii=False).translate(IN_A_SCRIPT)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(data))  # noqa: S308


@register.simple_tag(takes_context=True)
def card_address(context: Context, story: Snapshot) -> str:
    """Where the picture stands that links to the story are shown with."""
    return cards.address(story, context["paper"])


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime | None = None, how: str = "full") -> SafeString:
    """A moment (now, unless told) in the paper's language of dates: "full", "brief" without the year, or as a "day"."""
    language = context["paper"].date_language
    here = timezone.localtime(moment)
    with translation.override(language):
        said = ", ".join(date_format(here, part) for part in FORMS[how])
    machine = here.date().isoformat() if how == "day" else here.isoformat()
    return format_html('<time datetime="{}" lang="{}">{}</time>', machine, language, said)


@register.filter
def told_kind(story: Snapshot) -> str:
    """What a reader must be told of a story before reading it: that it is opinion, say. Empty for news."""
    return str(Kind(story.kind).label) if story.kind in TOLD_KINDS else ""
