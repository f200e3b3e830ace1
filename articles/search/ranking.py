"""How well an entry answers, the same on every database: where the words stand, how often, and how old the story is."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Protocol, TypeVar

from articles.models.searched import IDS
from articles.search.asked import Term

WEIGHTS = {"headline": 12.0, "deck": 6.0, "body": 3.0, "rest": 1.0}
TEXTS = attrgetter(*WEIGHTS)
# A word counts most the first time; no repetition lifts one column above the next.
ONCE = 0.5
# Of the value of a story for readers, half lasts; the other half is halved each half year.
LASTS = 0.5
HALVED_IN_DAYS = 182.0


class Ranked(Protocol):
    """What an entry is ranked by: its place, and the texts of WEIGHTS."""

    @property
    def place(self) -> int:
        """Where it stands in time, as `Entry` has it."""


One = TypeVar("One", bound=Ranked)


def best_first(entries: Iterable[One], terms: Sequence[Term], now: datetime) -> list[One]:
    """These entries, that which answers best first; of two that answer as well, the later one."""
    sought = [f" {' '.join(term.words)}{'' if term.is_prefix else ' '}" for term in terms]
    today = now.timestamp() / 86_400

    def rank(entry: One) -> tuple[float, int]:
        texts, found = TEXTS(entry), 0.0
        for each in sought:
            in_columns = 0.0
            for text, weight in zip(texts, WEIGHTS.values(), strict=True):
                if times := f" {text} ".count(each):
                    in_columns += weight * times / (times + ONCE)
            found += in_columns
        days = max(0.0, today - (entry.place // IDS) / 1_440)
        return found * (LASTS + (1 - LASTS) * math.exp2(-days / HALVED_IN_DAYS)), entry.place

    return sorted(entries, key=rank, reverse=True)
