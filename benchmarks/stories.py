"""What stands in the papers that are measured: the same stories at the same addresses, whoever makes the pages of them.

A story follows from its number alone. 0 is the newest; each further one is twenty minutes older, so that a larger
archive has the same news. After TEXTS they say the same again, so that a large archive can be copied out of its
newest. Nothing here needs more than Python, so that every paper's program can import it.
"""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

NAME = "The Ledger"
SECTIONS = ("City", "World", "Politics", "Business", "Culture", "Science", "Sport", "Travel")
AUTHORS = 40
TAGS = 50
PHOTOS = 12
SIZE = (1200, 800)
CAPTION, CREDIT, ALT = "What it shows, in a sentence.", "Ana Ruiz/The Ledger", "What it shows"
NEWEST = datetime(2026, 1, 15, 12, tzinfo=UTC)
# All stories have this tag. One word stands in each of them, one in each hundredth, one in none.
TAG = "bridges"
OFTEN, SELDOM, NEVER = "council", "harbour", "zeppelin"
SYLLABLES = [f"{first}{second}" for first in "bdfglmnprst" for second in "aeio"]
PARAGRAPHS, LONG = 6, 50
SLUG, APART = "story-", timedelta(minutes=20)
# How many stories there are of which no two are alike; not all words of the language stand in fewer.
TEXTS = 8_400
# The one that is asked for: not among those that fronts show.
READ = 400


@dataclass(frozen=True)
class Story:
    """A story as it is written; its author, its photo and the tags beside TAG are numbers."""

    number: int
    headline: str
    deck: str
    paragraphs: tuple[str, ...]

    @property
    def slug(self) -> str:
        """Its own part of the address."""
        return f"{SLUG}{self.number}"

    @property
    def like(self) -> int:
        """The number of the newest that is the same, but for its address and its moment."""
        return self.number % TEXTS

    @property
    def section(self) -> int:
        """The place of its section in SECTIONS."""
        return self.like % len(SECTIONS)

    @property
    def path(self) -> str:
        """Where it stands."""
        return f"/{SECTIONS[self.section].lower()}/{self.slug}/"

    @property
    def author(self) -> int:
        """Who wrote it."""
        return self.like % AUTHORS

    @property
    def photo(self) -> int:
        """What stands at its top."""
        return self.like % PHOTOS

    @property
    def tag(self) -> int:
        """What it has beside TAG."""
        return self.like % TAGS

    @property
    def photographer(self) -> int | None:
        """Which author took the photo; none of them."""
        return None

    @property
    def notes(self) -> int:
        """How many corrections it has."""
        return 0

    @property
    def published(self) -> datetime:
        """When readers first saw it."""
        return NEWEST - APART * self.number

    @property
    def body(self) -> str:
        """Its text in HTML."""
        return "".join(f"<p>{paragraph}</p>" for paragraph in self.paragraphs)


def story(number: int) -> Story:
    """The story of that number."""
    like = number % TEXTS
    chance = random.Random(like)  # noqa: S311 - the same each time, and no secret
    said = chance.choices(_text(), k=23 + PARAGRAPHS * LONG)
    if like % 100 == 0:
        said[30] = SELDOM
    said[40] = OFTEN
    paragraphs = (" ".join(said[at : at + LONG]).capitalize() for at in range(23, len(said), LONG))
    return Story(
        number=number,
        headline=" ".join(said[:8]).capitalize(),
        deck=f"{' '.join(said[8:23]).capitalize()}.",
        paragraphs=tuple(f"{paragraph}." for paragraph in paragraphs),
    )


def word(rank: int) -> str:
    """The word of that rank; that of rank 0 is one of twenty in any text."""
    made = []
    left = rank + len(SYLLABLES) ** 2
    while left:
        left, at = divmod(left, len(SYLLABLES))
        made.append(SYLLABLES[at])
    return "".join(made)


@cache
def _text() -> list[str]:
    """Words as a language has them: few often, and sixty thousand hardly ever."""
    chance = random.Random(1)  # noqa: S311
    return [word(int(10 * chance.paretovariate(0.6) - 10) % 60_000) for _ in range(200_000)]


def author_name(number: int) -> str:
    """What an author is called."""
    return f"{word(number).capitalize()} {word(number + AUTHORS).capitalize()}"


def author_slug(number: int) -> str:
    """The author's own part of the address."""
    return author_name(number).lower().replace(" ", "-")


def tag_name(number: int) -> str:
    """What a tag beside TAG is called; its address has the same."""
    return word(1_000 + number)


# What is asked for, by what it is called in tables.
PAGES = {
    "front page": "/",
    "section": f"/{SECTIONS[0].lower()}/",
    "article": story(READ).path,
    "author": f"/authors/{author_slug(0)}/",
    "tag": f"/tags/{TAG}/",
    "search, a word of every story": f"/search/?q={OFTEN}",
    "search, a word of one in a hundred": f"/search/?q={SELDOM}",
    "feed": "/feed.rss",
}
