"""How well an entry answers, the same on every database: where the words stand, how often, and how old the story is."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from articles.models.searched import IDS
from articles.search.asked import Term

WEIGHTS = {"headline": 12.0, "deck": 6.0, "body": 3.0, "rest": 1.0}
# A word counts most the first time; no repetition lifts one column above the next.
ONCE = 0.5
# Of the value of a story for readers, half lasts; the other half is halved each half year.
LASTS = 0.5
HALVED_IN_DAYS = 182.0


def worths(entries: Iterable[tuple[int, Sequence[str]]], terms: Sequence[Term]) -> dict[int, float]:
    """By the place of each of these entries, what its texts, those of WEIGHTS, are worth as an answer on its first day.
    An entry never changes, and neither does this.
    """
    sought = [f" {' '.join(term.words)}{'' if term.is_prefix else ' '}" for term in terms]
    found = {}
    for place, texts in entries:
        whole = [(f" {text} ", weight) for text, weight in zip(texts, WEIGHTS.values(), strict=True)]
        worth = 0.0
        for each in sought:
            in_columns = 0.0
            for text, weight in whole:
                if times := text.count(each):
                    in_columns += weight * times / (times + ONCE)
            worth += in_columns
        found[place] = worth
    return found


def best_first(worths: Mapping[int, float], now: datetime) -> list[int]:
    """These places, that which answers best today first; of two that answer as well, the later one."""
    today = now.timestamp() / 86_400

    def rank(place: int) -> tuple[float, int]:
        days = max(0.0, today - (place // IDS) / 1_440)
        return worths[place] * (LASTS + (1 - LASTS) * math.exp2(-days / HALVED_IN_DAYS)), place

    return sorted(worths, key=rank, reverse=True)
