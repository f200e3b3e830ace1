"""What somebody may have meant: words of the paper that differ from theirs by one letter."""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import product

from django.db.models import F

from articles.models.searched import Spelling
from articles.search.asked import Term

SHORTEST, LONGEST = 4, 24
FOR_ONE_WORD, FOR_ALL = 3, 3


def learn(known: Iterable[str]) -> None:
    """Take these words among those that are suggested; what is not a word of letters is passed over."""
    wanted = {word for word in known if _is_worth_it(word)}
    # Each stands under itself. With two lists the database would try each word of one with each of the other.
    new = wanted.difference(Spelling.objects.filter(key__in=wanted, word=F("key")).values_list("word", flat=True))
    rows = [Spelling(key=key, word=word) for word in sorted(new) for key in sorted(_keys(word))]
    Spelling.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2_000)


def forget() -> None:
    """Forget every word."""
    Spelling.objects.all().delete()


def suggestions(terms: Sequence[Term]) -> list[str]:
    """Other ways to write what was asked for, the likeliest first; nothing says that any story has them."""
    asked = [word for term in terms for word in term.words]
    keys = {key for word in asked if _is_worth_it(word) for key in _keys(word)}
    near: dict[str, set[str]] = {}
    for key, word in Spelling.objects.filter(key__in=keys).values_list("key", "word") if keys else ():
        near.setdefault(key, set()).add(word)
    options = []
    for word in asked:
        found = {other for key in _keys(word) for other in near.get(key, ())} if _is_worth_it(word) else set()
        likely = sorted(found, key=lambda other: (-_likeness(word, other), other))[:FOR_ONE_WORD]
        options.append([word] if word in found or not likely else likely)
    # The words that are right stay; of those that are not, each in turn has its next likeliest.
    ways = (" ".join(way) for way in product(*options))
    written = " ".join(asked)
    return [way for _, way in zip(range(FOR_ALL + 1), ways, strict=False) if way != written][:FOR_ALL]


def _is_worth_it(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def _keys(word: str) -> set[str]:
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio() - (0.05 if one[0] != other[0] else 0)
