"""How well an entry answers, the same on every database: where the words stand, how often, and how old the story is."""

import math
from collections.abc import Sequence
from datetime import datetime

from articles.models.searched import IDS, Entry
from articles.search.asked import Term

WEIGHTS = {"headline": 12.0, "deck": 6.0, "body": 3.0, "rest": 1.0}
# A word counts most the first time; no repetition lifts one column above the next.
ONCE = 0.5
# Of the value of a story for readers, half lasts; the other half is halved each half year.
LASTS = 0.5
HALVED_IN_DAYS = 182.0


def score(entry: Entry, terms: Sequence[Term], now: datetime) -> float:
    """The more, the better it answers."""
    found = sum(_in_columns(entry, term) for term in terms)
    days = max(0.0, now.timestamp() / 86_400 - (entry.place // IDS) / 1_440)
    return found * (LASTS + (1 - LASTS) * math.exp2(-days / HALVED_IN_DAYS))


def _in_columns(entry: Entry, term: Term) -> float:
    sought = f" {' '.join(term.words)}{'' if term.is_prefix else ' '}"
    found = 0.0
    for column, weight in WEIGHTS.items():
        times = f" {getattr(entry, column)} ".count(sought)
        found += weight * times / (times + ONCE)
    return found
