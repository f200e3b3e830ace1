"""Pieces of pages that stand on many, or come again when a page is made anew: made once, then kept by the process.

Django's `cache` tag keeps them, each under a name made of all that is said in it. So a piece is never out of date: as
soon as anything of it changes, its name does, and the former one is forgotten in time.
"""

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from django.utils.timezone import get_current_timezone_name

from articles.models.paper import Paper
from articles.models.section import Section
from articles.paper.beside import Beside
from articles.paper.front import Front
from articles.paper.masthead import Masthead
from articles.search.asked import Term
from articles.search.finding import WORDS as WORDS_OF_AN_ANSWER

# Of what a story's page says, the fields that it says as they are.
WORDS = (
    *("path", "section_name", "kind", "language", "kicker", "headline", "deck", "dateline", "body", "byline"),
    *("tagged", "published_at", "revised_at", "original_publication", "original_url", "notices"),
)
WORDS_OF_A_TEASER = (
    *("path", "section_name", "kind", "language", "kicker", "headline", "deck", "byline", "published_at"),
)


def name_of_story(story: Any, beside: Beside | None, paper: Paper) -> str:
    """The name of what a story's page says of the story itself, to readers and to machines; a preview has nothing
    beside it.
    """
    return _name(
        *(getattr(story, field) for field in WORDS),
        _section(story.section),
        story.pk,
        story.lead_picture,
        story.body_pictures,
        story.translations,
        (story.series, beside.number, len(beside.parts)) if beside and beside.parts else None,
        _paper(paper),
    )


def name_of_list(stories: Iterable[Any], paper: Paper) -> str:
    """The name of stories in a list, in whatever size."""
    return _name([_teaser(story) for story in stories], _paper(paper))


def name_of_front(front: Front, paper: Paper) -> str:
    """The name of the stories of a front, each in its place."""
    zones = [(code, [_teaser(story) for story in stories]) for code, stories in front.zones.items()]
    bands = [(_section(band.section), [_teaser(story) for story in band.stories]) for band in front.bands]
    return _name(zones, bands, _paper(paper))


def name_of_answers(stories: Sequence[Any], terms: Sequence[Term], paper: Paper) -> str:
    """The name of stories that were found by these terms."""
    told = [([getattr(story, field) for field in WORDS_OF_AN_ANSWER], _section(story.section)) for story in stories]
    return _name(told, terms, _paper(paper))


def name_of_narrowing(form: Any) -> str:
    """The name of what a search can be narrowed to, and is."""
    return _name(form.offered, form.narrowed_to, form.errors.get_json_data())


def name_of_masthead(masthead: Masthead) -> str:
    """The name of what stands around every page."""
    pages = [(page.slug, page.title, page.in_footer) for page in masthead.pages]
    return _name([_section(section) for section in masthead.sections], pages, _paper(masthead.paper))


def _teaser(story: Any) -> tuple[Any, ...]:
    picture = story.front_picture
    words = attrgetter(*WORDS_OF_A_TEASER)(story)
    return words, getattr(story, "size", ""), _section(story.section), vars(picture) if picture else None


def _section(section: Section) -> tuple[Any, ...]:
    return section.id, section.name, section.slug, section.accent


def _paper(paper: Paper) -> tuple[str, str]:
    """What it says of itself, and in which zone hours are told."""
    return paper.said, get_current_timezone_name()


def _name(*said: Any) -> str:
    return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
