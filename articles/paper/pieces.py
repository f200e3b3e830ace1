"""Pieces of pages that stand on many, or come again when a page is made anew: made once, then kept by the process.

Django's `cache` tag keeps them, each under a name made of all that is said in it. So a piece is never out of date: as
soon as anything of it changes, its name does, and the former one is forgotten in time.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.timezone import get_current_timezone_name

from articles.models.paper import Paper
from articles.paper.beside import Beside
from articles.paper.dates import this_year
from articles.paper.front import Front
from articles.paper.masthead import Masthead
from articles.search.asked import Term
from media.said import name_of


def name_of_story(story: Any, beside: Beside | None, paper: Paper) -> str:
    """The name of what a story's page says of the story itself, to readers and to machines; a preview has nothing
    beside it.
    """
    part = (story.series, beside.number, len(beside.parts)) if beside and beside.parts else None
    return name_of(story.said, part, _paper(paper))


def name_of_list(stories: Iterable[Any], paper: Paper) -> str:
    """The name of stories in a list, in whatever size."""
    return name_of([_teaser(story) for story in stories], _paper(paper))


def name_of_front(front: Front, paper: Paper) -> str:
    """The name of the stories of a front, each in its place."""
    zones = [(code, [_teaser(story) for story in stories]) for code, stories in front.zones.items()]
    bands = [(band.section.said, [_teaser(story) for story in band.stories]) for band in front.bands]
    return name_of(zones, bands, _paper(paper))


def name_of_answers(stories: Sequence[Any], terms: Sequence[Term], paper: Paper) -> str:
    """The name of stories that were found by these terms."""
    return name_of([story.said_as_answer for story in stories], terms, _paper(paper))


def name_of_narrowing(form: Any) -> str:
    """The name of what a search can be narrowed to, and is."""
    return name_of(form.offered, form.narrowed_to, form.errors.get_json_data())


def name_of_masthead(masthead: Masthead) -> str:
    """The name of what stands around every page."""
    return name_of(masthead.said, _paper(masthead.paper))


def _teaser(story: Any) -> tuple[str, str]:
    return story.said_in_brief, getattr(story, "size", "")


def _paper(paper: Paper) -> tuple[str, str, int]:
    """What it says of itself, in which zone hours are told, and the year that goes without saying."""
    return paper.said, get_current_timezone_name(), this_year()
