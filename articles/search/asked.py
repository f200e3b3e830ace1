"""What somebody asked for, read from what they typed. There is no wrong way to ask."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from articles.models.searched import IDS
from articles.moments import midnight
from media.words import DENSE, words

TERMS_AT_MOST = 12
# Fewer letters begin too many words.
PREFIX_AT_LEAST = 3
# Longer beginnings have no place of their own in SQLite's index; see the migrations.
PREFIX_AT_ONCE = 4
PIECE = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+)')
# No story is as late, and every database can hold its place.
FARTHEST = date(6000, 1, 1)
# Every entry has it, so that one can ask for a time or for nothing.
ALL = ":all"


@dataclass(frozen=True)
class Term:
    """Words that stand side by side; the last one may be the beginning of a word."""

    words: tuple[str, ...]
    is_prefix: bool = False

    @property
    def is_dense(self) -> bool:
        """Whether its script knows no beginnings of words."""
        return bool(re.match(f"[{DENSE}]", self.words[-1]))


@dataclass(frozen=True)
class Asked:
    """Terms that must all be there, and facets: of each group, one. `begin` <= place < `end`."""

    terms: tuple[Term, ...] = ()
    facets: tuple[tuple[str, ...], ...] = ()
    begin: int | None = None
    end: int | None = None

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The facets; where nothing at all is asked for, the one that all entries have."""
        return self.facets or (() if self.terms else ((ALL,),))

    @property
    def has_phrase(self) -> bool:
        """Whether words must stand side by side."""
        return any(len(term.words) > 1 for term in self.terms)

    def loosened(self) -> "Asked":
        """What stories have that may have this: the words of phrases anywhere, and of the beginning of a word that ends
        one no more than is found at once.
        """
        apart: list[Term] = []
        for term in self.terms:
            *words, last = term.words
            apart += [Term((word,)) for word in words]
            apart.append(replace(term, words=(last[:PREFIX_AT_ONCE] if words and term.is_prefix else last,)))
        return replace(self, terms=tuple(dict.fromkeys(apart)))

    def widened(self) -> "Asked":
        """The same with each word taken for a beginning."""
        return replace(
            self,
            terms=tuple(
                replace(term, is_prefix=not term.is_dense and len(term.words[-1]) >= PREFIX_AT_LEAST)
                for term in self.terms
            ),
        )


def terms(typed: str) -> tuple[Term, ...]:
    """What was typed: words, “phrases”, beginnings*. Whatever else stands there is passed over."""
    found: list[Term] = []
    for phrase, word in PIECE.findall(typed):
        parts = tuple(words(phrase or word))
        if parts:
            term = Term(parts)
            is_prefix = word.endswith("*") and not term.is_dense and len(parts[-1]) >= PREFIX_AT_LEAST
            found.append(replace(term, is_prefix=is_prefix))
    return tuple(dict.fromkeys(found))[:TERMS_AT_MOST]


def facet(what: str, which: str) -> str:
    """The word by which entries of a section, an author, a kind or a tag are found; slugs go in, as in addresses."""
    return f":{what}:{which}"


def place(moment: datetime, pk: int = 0) -> int:
    """Where something of that moment stands in time."""
    return int(moment.timestamp() // 60) * IDS + pk


def moment_of(place: int) -> datetime:
    """The moment, to the minute, of what stands at a place."""
    return datetime.fromtimestamp(place // IDS * 60, tz=UTC)


def begin_of(day: date) -> int:
    """The place at which a day of the newsroom begins; that of FARTHEST for all days after it."""
    return place(midnight(min(day, FARTHEST)))


def end_of(day: date) -> int:
    """The place at which the next day begins, likewise."""
    return begin_of(min(day, FARTHEST) + timedelta(days=1))
