"""The newsroom of `soak.py`: it does something each second, and knows what readers may have of it at any moment.

Stories are published, updated, put under embargo, given an end, withdrawn and typed into; one is pinned to the front
for a while, and a line of breaking news stands above it. In the end everything must be as it was last stored.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.faults import REFUSED, Faults
from benchmarks.moments import GONE, WORD, Thing

SECTION, AUTHOR, TAG = "city", "ana-ruiz", "bridges"
HOME, SECTION_PAGE, FEED = "/", f"/{SECTION}/", "/feed.rss"
# Every word of it is in each story.
SEARCH = "/search/?q=nobody+asked&order=date"
# As many stories as the shortest of the pages holds, so that each of them stands on each.
MOVING, STANDING = 20, 200
# For how long something is left to the clock, in seconds.
A_WHILE = 2
EVERY = 1.0


def lists() -> dict[str, str]:
    """The pages that list every story that moves, by what they are called."""
    return {
        "front": HOME, "section": SECTION_PAGE, "feed": FEED, "tag": f"/tags/{TAG}/", "author": f"/authors/{AUTHOR}/",
        "archive": f"/archive/{datetime.now(UTC).year}/", "search": SEARCH,
    }  # fmt: skip


@dataclass
class Story(Thing):
    """A story, what was saved of it by version of its working copy, and what may have been typed and not saved last."""

    article: Any = None
    person: Any = None
    saved: dict[int, str] = field(default_factory=dict)
    typed: set[str] = field(default_factory=set)

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/{SECTION}/soak-{self.number}/"

    def change(self, chance: random.Random) -> str:
        """Do something with it; what was done."""
        from articles import planning, publishing

        self.article.refresh_from_db()
        if chance.random() < 0.15:
            return self._type()
        if self.is_live and chance.random() < 0.25:
            with self.changing(GONE):
                publishing.withdraw(self.article, seen_version=self.article.version)
            return "stories withdrawn"
        was_live, version = self.is_live, self.next_version()
        self._write(version)
        now = time.time()
        at = now + A_WHILE if chance.random() < 0.3 else None
        until = (at or now) + 2 * A_WHILE if chance.random() < 0.2 else None
        live_from, live_until = (moment(each) if each else None for each in (at, until))
        with self.changing(version, at=at, until=until):
            if at and not was_live:
                planning.embargo(self.article, live_from, by=None)
            publishing.publish(
                self.article, by=None, seen_version=self.article.version, live_from=live_from, live_until=live_until
            )
        kind = ("scheduled" if was_live else "under embargo") if at else ("updated" if was_live else "published")
        return f"stories {kind}{', with an end' if until else ''}"

    def _write(self, version: int) -> None:
        from articles import content, editing

        word = self.word(version)
        wanted: Any = {**content.of(self.article), "headline": f"Story {word}", "body": text(word)}
        self.article = editing.save_content(self.article, wanted, by=None, seen_version=self.article.version).article
        self.saved[self.article.version] = word

    def _type(self) -> str:
        from articles import autosave

        # Of a version that readers will never have.
        word = self.word(self.next_version())
        fields = [("headline", f"Story {word}"), ("body", text(word))]
        self.typed.add(word)
        autosave.keep(self.person, self.tab, self.article, self.article.version, fields)
        self.typed = {word}
        return "stories typed into, and not saved"

    @property
    def tab(self) -> str:
        """Where somebody types into it."""
        return f"soak-{self.number}"

    def is_stored(self, version: int) -> bool:
        """Whether there is a snapshot of it; for GONE, whether readers have none."""
        from articles.models import Snapshot

        found = Snapshot.objects.filter(article=self.article)
        if version == GONE:
            return not found.filter(live_until=None).exists()
        word = self.word(version)
        return found.filter(headline=f"Story {word}", body=text(word)).exists()

    def lost(self) -> Iterator[str]:
        """What was stored of it and is not there any more, nor before readers."""
        from articles.models import Article, Buffer, Snapshot

        yield from lost_versions(self)
        live = Snapshot.objects.live().filter(article=self.article).first()
        found = WORD.search(live.headline) if live else None
        if (int(found[2]) if found else 0) != max(0, self.states[-1].version):
            yield f"{self.path} stands at {live or 'nothing'}, and was left at version {self.states[-1].version}"
        revisions = dict(self.article.revisions.values_list("version", "content"))
        written = Article.objects.get(pk=self.article.pk)
        # A later one may have been stored though the database could not say so.
        last = max(self.saved, default=written.version)
        if written.version < last:
            yield f"{self.path} was saved as version {last}, and is {written.version}"
        for version, word in self.saved.items():
            now = [revisions.get(version, {})]
            if version == written.version:
                now.append({"headline": written.headline, "body": written.body})
            if any((each.get("headline"), each.get("body")) != (f"Story {word}", text(word)) for each in now):
                yield f"{self.path} has lost what was saved as version {version}"
        buffer = Buffer.objects.filter(person=self.person, tab=self.tab).first()
        fields = dict(buffer.fields) if buffer else {}
        kept = [word for word in self.typed if fields == {"headline": f"Story {word}", "body": text(word)}]
        if self.typed and not kept:
            yield f"{self.path} has lost what was typed: {sorted(self.typed)}"


@dataclass
class Pin(Thing):
    """A story that leads the front for a while, in other words than its own."""

    article: Any = None
    person: Any = None

    def change(self, chance: random.Random) -> str:
        """Put it there; what was done."""
        from articles import fronts
        from articles.zones import LEAD, Placement

        version, until = self.next_version(), time.time() + 2 * A_WHILE
        there = Placement(self.article.pk, headline=self.word(version), until=moment(until))
        with self.changing(version, until=until):
            seen = fronts.front_of(None).version
            draft = fronts.save(None, {LEAD.code: [there]}, by=self.person, seen_version=seen)
            fronts.publish(None, by=self.person, seen_version=draft.version)
        return "stories pinned for a while"

    def could_be_of_before(self, begin: float, end: float) -> set[int]:
        """Any that there was: readers still have the story, and a place that it has left is old and no more."""
        return {state.version for state in self.states if state.low <= end}

    def is_stored(self, version: int) -> bool:
        """Whether there is an edition with it."""
        from articles.models import Edition
        from articles.zones import each

        editions = Edition.objects.of(None)
        return any(there.headline == self.word(version) for edition in editions for _, there in each(edition.placed))

    def lost(self) -> Iterator[str]:
        """What was stored of it and is not there any more."""
        return lost_versions(self)


@dataclass
class Line(Thing):
    """A line of breaking news."""

    person: Any = None

    def change(self, chance: random.Random) -> str:
        """Put it above the fronts for a while; what was done."""
        from articles import breaking

        version, until = self.next_version(), time.time() + 2 * A_WHILE
        with self.changing(version, until=until):
            breaking.break_news(self.word(version), until=moment(until), by=self.person)
        return "lines of breaking news"

    def is_stored(self, version: int) -> bool:
        """Whether there is such a line."""
        from articles.models import BreakingLine

        return BreakingLine.objects.filter(words=self.word(version)).exists()

    def lost(self) -> Iterator[str]:
        """What was stored of it and is not there any more."""
        return lost_versions(self)


Changing = Story | Pin | Line


def lost_versions(thing: Thing) -> Iterator[str]:
    """The versions that readers had, or were to have, and that the database no longer has."""
    versions = [state.version for state in thing.states if state.version > 0]
    return (f"{thing.word(version)} is gone" for version in versions if not thing.is_stored(version))


class Writer(threading.Thread):
    """Changes one of these things every second; nobody else may change them."""

    def __init__(self, number: int, things: Sequence[Changing], over: threading.Event, faults: Faults) -> None:
        super().__init__()
        self.things, self.over, self.faults = things, over, faults
        self.chance = random.Random(number)  # noqa: S311 - the same each time, and no secret
        self.did: Counter[str] = Counter()
        self.refused: list[str] = []

    def run(self) -> None:
        """Until it is over."""
        from django.db import connection

        due = time.monotonic()
        try:
            while not self.over.wait(max(0.0, due - time.monotonic())):
                # What could not be done in time is not made up for.
                due = max(due + EVERY, time.monotonic())
                if free := [thing for thing in self.things if thing.is_free]:
                    self.do(self.chance.choice(free))
        finally:
            connection.close()

    def do(self, thing: Changing) -> None:
        """Do something with it, and note what the database would not have."""
        from django.db import Error, IntegrityError, connection

        from articles.moves import Refused
        from articles.publishing import Embargoed

        begin = time.time()
        try:
            thing.settle()
            self.did[thing.change(self.chance)] += 1
        except (IntegrityError, Refused, Embargoed):
            self.did["deeds that took longer than until their moment"] += 1
        except Error as error:
            self.did["deeds refused"] += 1
            if not self.faults.explain(REFUSED, begin, time.time()):
                self.refused.append(f"{thing.word(thing.versions)} was refused at {begin:.3f}: {error}")
            connection.close()


def moment(at: float) -> datetime:
    """A moment as the newsroom says it."""
    return datetime.fromtimestamp(at, UTC)


def text(word: str) -> str:
    """The text of a story, with a word of its own."""
    return f"<p>{word}. The first to cross was a dog, and nobody had asked it to.</p>"


def build() -> list[Changing]:
    """A paper with stories that stay, and what will change."""
    from django.utils import timezone

    from articles import editing, publishing
    from articles.content import Name
    from articles.models import Article, Author, Duty, Section
    from articles.workflow import Stage
    from staff.models import Person

    section = Section.objects.create(name="City", slug=SECTION)
    names = [Name(author=Author.objects.create(name="Ana Ruiz", slug=AUTHOR).pk, role="by", wording="")]
    person = Person.objects.create_user("chen@paper.example", "Chen", "correct horse battery", is_staff=True)
    Duty.objects.create(person=person, role="editor-in-chief")

    def draft(slug: str, headline: str) -> Any:
        words = {"headline": headline, "deck": "What happened.", "body": text("Nothing"), "stage": Stage.READY}
        made = Article(**words, slug=slug, section=section)
        return editing.save(made, by=None, seen_version=0, names=names, tags=(TAG,))

    now = timezone.now()
    standing = [draft(f"standing-{number}", f"Standing story {number}") for number in range(STANDING)]
    for number, article in enumerate(standing):
        before = now - timedelta(days=1, minutes=number)
        publishing.publish(article, by=None, seen_version=article.version, live_from=before)
    everywhere = frozenset(lists().values())
    moving = [
        Story(number, everywhere, article=draft(f"soak-{number}", "Not out"), person=person) for number in range(MOVING)
    ]
    pin = Pin(MOVING, frozenset({HOME}), article=standing[0], person=person)
    return [*moving, pin, Line(MOVING + 1, frozenset({HOME, SECTION_PAGE}), person=person)]
