"""What readers may have, at any moment, of something that changes: by this `soak.py` judges every answer."""

import re
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

NEVER, GONE = 0, -1
FOR_EVER = float("inf")
WORD = re.compile(r"soak(\d+)v(\d+)z")
# With the database away a web process asks for it again each second, and may show for so long what is gone since.
UNASKED = 2


@dataclass
class State:
    """What readers have (a version, NEVER or GONE), from a moment between `low` and `high` on; by the clock alone, or
    since somebody did something.
    """

    version: int
    low: float
    high: float
    is_by_clock: bool = False


@dataclass
class Thing:
    """Something that changes, and everything that it was. Each version has a word of its own, which stands on these
    pages for as long as readers have it.
    """

    number: int
    pages: frozenset[str]
    states: list[State] = field(default_factory=lambda: [State(NEVER, 0.0, 0.0)])
    versions: int = 0
    # The first of the states of which the database did not say whether it has them.
    doubtful: int | None = None

    @property
    def is_free(self) -> bool:
        """Whether nothing of it is left to the clock."""
        return self.states[-1].low <= time.time()

    @property
    def is_live(self) -> bool:
        """Whether readers have it, as it was left."""
        return self.states[-1].version > 0

    def next_version(self) -> int:
        """The number of another version."""
        self.versions += 1
        return self.versions

    def word(self, version: int) -> str:
        """What stands in that version of it alone."""
        return f"soak{self.number}v{version}z"

    @contextmanager
    def changing(self, version: int, *, at: float | None = None, until: float | None = None) -> Iterator[None]:
        """While it is done readers may have either; from `at` on, where that is given, and no longer than `until`.

        What fails leaves it doubtful.
        """
        first = self.doubtful = len(self.states)
        added = [State(version, at or time.time(), FOR_EVER, at is not None)]
        if until is not None:
            added.append(State(GONE, until, FOR_EVER, is_by_clock=True))
        self.states += added
        yield
        self._are_so(first)

    def settle(self) -> None:
        """Ask the database what became of a change whose end it did not tell."""
        if self.doubtful is None:
            return
        first = self.doubtful
        if self.is_stored(self.states[first].version):
            self._are_so(first)
        else:
            del self.states[first:]
            self.doubtful = None

    def _are_so(self, first: int) -> None:
        for state in self.states[first:]:
            state.high = max(state.low, time.time())
        self.doubtful = None

    def is_stored(self, version: int) -> bool:
        """Whether the database has that version of it; for GONE, whether it has no other that goes on."""
        raise NotImplementedError

    def could_be(self, begin: float, end: float) -> set[int]:
        """The versions that an answer may show whose question and end were at these moments."""
        return {
            state.version for state, following in self._with_following() if _is_within(state, following, begin, end)
        }

    def could_be_of_before(self, begin: float, end: float) -> set[int]:
        """The versions that may be on a page which is shown without asking the database: old ones too, but none that
        readers have lost since, nor one that is still to come.
        """
        found: set[int] = set()
        since_gone: set[int] = set()
        for state, following in self._with_following():
            if state.version <= 0:
                since_gone = set()
                continue
            since_gone.add(state.version)
            unasked = 0 if following and following.is_by_clock else UNASKED
            if _is_within(state, following, begin - unasked, end):
                found |= since_gone
        return found

    def _with_following(self) -> Iterable[tuple[State, State | None]]:
        states = list(self.states)
        return zip(states, [*states[1:], None], strict=True)


def _is_within(state: State, following: State | None, begin: float, end: float) -> bool:
    return state.low <= end and (following is None or following.high >= begin)
