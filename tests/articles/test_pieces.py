"""Pieces of pages that are kept under a name: whatever a piece says, its name must tell apart.

Everything that a page is made of is changed, bit by bit, and the page rendered anew. A piece that then says something
else under the same name would have stood there out of date.
"""

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db.models import Model
from django.http import QueryDict
from django.shortcuts import render
from django.test import RequestFactory
from django.utils import timezone

from articles import publishing, zones
from articles.bylines import BylineRole
from articles.changes import Change
from articles.models import Page, Paper, Part, Section, Series, Snapshot, snapshot
from articles.models.section import Accent
from articles.paper.archive import Span
from articles.paper.beside import Beside, beside
from articles.paper.front import Band, Front
from articles.paper.masthead import Masthead
from articles.paper.searching import Answer, SearchForm
from articles.paper.views import STORY
from articles.search.asked import terms
from articles.search.finding import Found
from articles.zones import Size
from media.models import Photo
from media.pictures import ORIGINS

pytestmark = pytest.mark.django_db
# Words of which only some mean anything: where one stands, another one is put.
KNOWN: Sequence[Sequence[str]] = (
    BylineRole.values, Change.values, Accent.values, Size.values, ["", *ORIGINS], ["en", "ar"], ["en-gb", "pt"],
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """All that a page of the paper is made of, and where and when it is asked for."""

    story: Any
    beside: Beside
    masthead: Masthead
    path: str = "/"
    lengths: Mapping[str, int] = field(default_factory=dict)
    zone: str = "UTC"
    away: timedelta = timedelta(0)
    asked: str = ""

    def pages(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every template that has pieces in it, with what its view gives it."""
        section = self.story.section
        stories = {zone.code: [self.story] * self.lengths.get(zone.code, 1) for zone in zones.HOME}
        front = Front(stories, [Band(section, [self.story] * self.lengths.get("band", 2))])
        told = {"story": self.story, "beside": self.beside}
        if self.story.pk is None:
            # Only whoever looks it through sees it, and it leads to no card.
            yield "paper/review.html", told
            return
        yield "paper/story.html", told
        yield "paper/home.html", {"front": front}
        yield "paper/section.html", {"section": section, "front": front, "page": {"stories": [], "place": ""}}
        day = date(2026, 5, 3)
        yield "paper/archive_index.html", {"years": [Span.of(day.year)], "first": day, "last": day}
        for words in ("one", "eight years"):
            form = SearchForm(QueryDict(f"q={words}&{self.asked}"), self.masthead.sections)
            stories_found = [self.story] * self.lengths.get("answers", 1)
            found = Found(stories_found, terms(words), count=len(stories_found))
            answers = [Answer(story, found.terms) for story in found.stories]
            yield "paper/search.html", {"form": form, "found": found, "answers": answers}


@dataclass
class Said:
    """What was said under each name."""

    pieces: dict[str, set[str]] = field(default_factory=dict)

    @property
    def twice(self) -> list[list[str]]:
        """What was said in more than one way under one name."""
        return [sorted(said) for said in self.pieces.values() if len(said) > 1]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    """Every piece that is made from now on; each is made whenever it is asked for."""
    found, cache = Said(), caches["template_fragments"]
    monkeypatch.setattr(cache, "get", lambda key: None)
    monkeypatch.setattr(cache, "set", lambda key, html, timeout: found.pieces.setdefault(key, set()).add(html))
    return found


@pytest.fixture
def made(published: Callable[..., Snapshot], photo: Callable[..., Photo], city: Section) -> Made:
    """A story that has everything, in a paper that has everything."""
    lead, inside = photo(credit="Ana"), photo(credit="Ben", caption="Inside.")
    first = published(
        kicker="Bridges", dateline="Saltmouth", lead_photo=lead, tags=("harbour", "Bridges"), kind="analysis",
        original_publication="The Harbour Post", original_url="https://post.example/first",
        body=f'<p>One.</p><figure data-photo="{inside.pk}"></figure>',
    )  # fmt: skip
    published(headline="A ponte", language="pt", translation_of=first.article)
    for change in (Change.CORRECTION, Change.UPDATE):
        article = first.article
        telling = publishing.Telling(change, "It took eight years.")
        publishing.publish(article, by=None, seen_version=article.version, telling=telling)
    series = Series.objects.create(name="The bridge", slug="the-bridge")
    for position, article in enumerate((first.article, published(headline="Next").article)):
        Part.objects.create(series=series, article=article, position=position)
    now = timezone.now()
    (story,) = STORY(path=first.path, at=now, today=timezone.localdate(now))
    page = Page.objects.create(title="About", slug="about", body="<p>Words.</p>", in_footer=True)
    paper = Paper(
        pk=1, name="The Ledger", motto="Of the harbour", footer="Saltmouth Press.\n\nSince 1850.", nameplate=lead,
        social="Mastodon https://social.example/@ledger", contact="desk@paper.example",
    )  # fmt: skip
    paper.save()
    return Made(story, beside(story, now), Masthead(paper, [story.section, city], [page]))


def show(made: Made) -> None:
    """Render every page that has pieces."""
    request: Any = RequestFactory().get(made.path)
    request.user, request._masthead = AnonymousUser(), made.masthead
    with time_machine.travel(timezone.now() + made.away, tick=False), timezone.override(made.zone):
        for template, context in made.pages():
            render(request, template, context)


def otherwise(made: Made) -> Iterator[tuple[str, Made]]:
    """The same, each time with one thing changed, and what that is."""
    yield "the address", replace(made, path="/elsewhere/?before=x")
    yield "the time zone", replace(made, zone="Asia/Tokyo")
    yield "the day", replace(made, away=timedelta(days=40))
    yield "the year", replace(made, away=timedelta(days=400))
    for asked in ("section=world", "section=nowhere", "kind=opinion", "tag=x", "since=2026-05-03", "until=never"):
        yield f"a search with {asked}", replace(made, asked=asked)
    for code in ("seconds", "opinion", "briefs", "features", "river", "band", "answers"):
        for length in (0, 3):
            yield f"number of stories in {code}", replace(made, lengths={code: length})
    yield "no series", replace(made, beside=replace(made.beside, parts=(), number=0))
    yield "number", replace(made, beside=replace(made.beside, number=2))
    yield "parts", replace(made, beside=replace(made.beside, parts=[*made.beside.parts, *made.beside.parts]))
    for name, story in stories(made.story):
        yield name, replace(made, story=story)
    for name, section in changed(made.story.section):
        yield f"section.{name}", replace(made, story=with_(made.story, section=section))
        for number in range(2):
            sections = [*made.masthead.sections]
            sections[number] = section
            yield f"sections.{name}", replace(made, masthead=replace(made.masthead, sections=sections))
    for name, paper in changed(made.masthead.paper):
        yield f"paper.{name}", replace(made, masthead=replace(made.masthead, paper=paper))
    for name, page in changed(made.masthead.pages[0]):
        yield f"page.{name}", replace(made, masthead=replace(made.masthead, pages=[page]))
    yield "no sections", replace(made, masthead=replace(made.masthead, sections=[]))
    yield "no pages", replace(made, masthead=replace(made.masthead, pages=[]))


def stories(story: Any) -> Iterator[tuple[str, Any]]:
    """The story with one field changed, or one thing that a view has asked of it."""
    yield from changed(story)
    yield "size", with_(story, size=Size.LARGE)
    yield "withheld", with_(story, withheld=f"{story.lead['photo_id']}")
    yield "withheld", with_(story, withheld=",".join(story.pictures))
    for told in ("", story.told_in.replace("/world/", "/city/"), story.told_in.replace("pt ", "es ")):
        yield "translations", with_(story, told_in=told)
    for series in others(story.series):
        yield "series", with_(story, series=series)
    yield "barred", with_(story, lead={**story.lead, "is_barred": True})


def changed(row: Model) -> Iterator[tuple[str, Any]]:
    """The row with one field changed, in every way that fits what stands there, and emptied where it may be."""
    for each in row._meta.concrete_fields:
        if each.is_relation:
            continue
        value = getattr(row, each.attname)
        if each.choices:
            found: list[Any] = [key for key, _ in each.flatchoices if key != value]
        elif each.name == "nameplate_record":
            found = [json.dumps(record) for record in others(json.loads(value))]
        else:
            found = [*others(value)]
        if each.blank and isinstance(value, str | list | dict):
            found.append(type(value)())
        if each.null:
            found.append(None)
        for other in found:
            yield each.name, with_(row, **{each.attname: other})


def with_(row: Any, **values: Any) -> Any:
    """A copy of a row with other values, which remembers nothing that was worked out before."""
    other = copy.copy(row)
    other._state = copy.deepcopy(row._state)
    for name in vars(row):
        if isinstance(getattr(type(row), name, None), cached_property):
            del other.__dict__[name]
    for name, value in values.items():
        setattr(other, name, value)
    return other


def others(value: Any) -> Iterator[Any]:
    """Values like this one and other than it."""
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
        case UUID():
            yield uuid4()
        case datetime():
            yield from (value + timedelta(minutes=1), value + timedelta(days=40))
        case str():
            yield from _other_words(value)
        case Mapping():
            for key in value:
                yield from ({**value, key: other} for other in others(value[key]))
        case list():
            yield from (value[:-1], value[::-1], [])
            for number, each in enumerate(value):
                yield from ([*value[:number], other, *value[number + 1 :]] for other in others(each))


def _other_words(words: str) -> Iterator[str]:
    for known in KNOWN:
        if words in known:
            yield from (other for other in known if other != words)
            return
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        yield f"{words.rstrip('/')}x{'/' * words.endswith('/')}"
    else:
        yield from (other.isoformat() for other in others(moment))


def kinds(made: Made) -> Mapping[str, Made]:
    """Stories in whose pieces other things are said."""
    story = made.story
    return {
        "with everything": made,
        "with little": replace(made, story=with_(story, kicker="", kind="news", original_url="", notices=[])),
        "small": replace(made, story=with_(story, size=Size.SMALL, deck="")),
        "large": replace(made, story=with_(story, size=Size.LARGE)),
        "not stored": replace(made, story=with_(story, pk=None), beside=Beside([])),
    }


@pytest.mark.parametrize("kind", ["with everything", "with little", "small", "large", "not stored"])
def test_a_piece_with_one_name_says_one_thing(made: Made, said: Said, kind: str) -> None:
    made = kinds(made)[kind]
    show(made)
    assert said.pieces
    untold = set()
    for name, other in otherwise(made):
        show(other)
        if said.twice:
            untold.add(name)
            said.pieces.clear()
            show(made)
    assert not untold, "What a piece says of these is not in its name."


def test_every_piece_is_looked_at(made: Made, said: Said) -> None:
    show(made)
    written = "".join(path.read_text() for path in Path(settings.BASE_DIR, "templates").rglob("*.html"))
    assert {key.split(".")[2] for key in said.pieces} == set(re.findall(r"{% cache \S+ (\w+)", written))


@pytest.mark.parametrize("words", ["WORDS", "WORDS_OF_A_TEASER", "WORDS_OF_AN_ANSWER"])
def test_a_word_that_a_name_lacks_would_be_seen(
    made: Made, said: Said, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    every: tuple[str, ...] = getattr(snapshot, words)
    for lacking in every:
        said.pieces.clear()
        monkeypatch.setattr(snapshot, words, tuple(each for each in every if each != lacking))
        for each in kinds(made).values():
            show(replace(each, story=with_(each.story)))
            for name, story in stories(each.story):
                if name == lacking:
                    show(replace(each, story=story))
        assert said.twice, f"No piece says the {lacking}, which is in the names of {words}."
