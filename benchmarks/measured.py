"""What was measured of pages: the table, the marks that are to be met, and the plot."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Self

from benchmarks import databases
from benchmarks.chart import bars
from benchmarks.load import Load, median
from benchmarks.noting import RESULTS, machine, note
from benchmarks.papers import locked

OURS, WAGTAIL, BARE = "Attaché", "Wagtail", "a bare view"
KEPT, NEW, MADE, UNKEPT = "kept", "never asked for before", "made each time", "no cache"
# The second finds less than a page in the small paper; growth.py tells how it grows where it is full.
SEARCHES = ("search, a word of every story", "search, a word of one in a hundred")


@dataclass(frozen=True)
class Row:
    """A page of a paper in one way: answers a second, by the processor's time of server and database, of the server
    alone, and by the clock, and how long they took, in seconds; medians of the rounds.
    """

    page: str
    paper: str
    stories: int
    way: str
    rate: float
    by_the_server: float
    by_the_clock: float
    p50: float
    p99: float
    size: int
    queries: int | None

    @classmethod
    def of(
        cls, page: str, paper: str, stories: int, way: str, loads: Sequence[Load], *, size: int, queries: int | None
    ) -> Self:
        """What these rounds come to."""
        return cls(
            page, paper, stories, way,
            rate=median(loads, "rate_of_processor"), by_the_server=median(loads, "rate_of_server"),
            by_the_clock=median(loads, "rate"), p50=median(loads, "p50"), p99=median(loads, "p99"),
            size=size, queries=queries,
        )  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """Something to be reached: what, how much, what was measured, and whether that is enough."""

    what: str
    wanted: str
    measured: str
    is_met: bool

    @classmethod
    def at_least(cls, what: str, wanted: float, measured: float) -> Self:
        """One that a ratio is to reach."""
        return cls(what, f"≥ {wanted:g}", f"{measured:.2f}", measured >= wanted)

    @classmethod
    def at_most(cls, what: str, wanted: float, measured: float) -> Self:
        """One that a ratio is not to pass."""
        return cls(what, f"≤ {wanted:g}", f"{measured:.2f}", measured <= wanted)


@dataclass(frozen=True)
class Measured:
    """Everything that one run found; the first row is of our small paper."""

    rows: Sequence[Row]
    memory: Mapping[tuple[str, int, str], int]
    published: Mapping[str, Sequence[Mapping[str, Any]]]
    rounds: int
    seconds: float
    readers: int

    def marks(self) -> Iterator[Mark]:
        """The marks that this run can tell of."""
        small, large = self._sizes()
        kept, bare = self._row("article", OURS, small, KEPT), self._all(BARE, "article")[0]
        yield Mark.at_least("article, kept, beside a bare view", 0.8, kept.rate / bare.rate)
        if kept.by_the_server != kept.rate:
            what = "the same by the web server's processor, as if the database were elsewhere"
            yield Mark.at_least(what, 0.8, kept.by_the_server / bare.by_the_server)
        if self._all(WAGTAIL):
            cached = [row for row in self._all(WAGTAIL, "article") if row.way != UNKEPT]
            best = max(cached, key=lambda row: row.rate)
            yield Mark.at_least(f"article, kept, beside Wagtail with {best.way}", 3, kept.rate / best.rate)
            for page, wanted in (("article", 10), ("front page", 20)):
                made = self._beside(page, (OURS, small, MADE), WAGTAIL)
                yield Mark.at_least(f"{page}, made each time, beside Wagtail without a cache", wanted, made)
            for page in SEARCHES:
                ratio = self._beside(page, (OURS, large, MADE), WAGTAIL)
                theirs = self._all(WAGTAIL)[0].stories
                what = f"{page}, in {large:,} stories beside Wagtail's {theirs:,}, both without a cache"
                yield Mark.at_least(what, 10, ratio)
            yield Mark.at_most(
                "time to publish a story, beside Wagtail",
                0.5,
                self._took(OURS, "publish") / self._took(WAGTAIL, "publish"),
            )
        slowest = max(self._all(OURS), key=lambda row: row.p99 / row.p50)
        what = f"p99 beside p50, the worst of our pages ({slowest.page}, {slowest.way})"
        yield Mark.at_most(what, 5, slowest.p99 / slowest.p50)
        if large > small:
            pairs = [
                (row, self._row(row.page, OURS, small, row.way))
                for row in self._all(OURS)
                if row.stories == large and row.page != SEARCHES[1]
            ]
            worst, before = max(pairs, key=lambda pair: pair[1].rate / pair[0].rate)
            pages = f"a page that is full in {small:,} stories, in {large:,}"
            what = f"time of {pages}, the worst ({worst.page}, {worst.way})"
            yield Mark.at_most(what, 1.5, before.rate / worst.rate)

    def note(self, *, write: bool) -> None:
        """Print the table; with `write` keep it with its plot."""
        name = f"pages-{databases.vendor()}"
        small, _ = self._sizes()
        lines = [
            "# Pages, ours and Wagtail's",
            "",
            f"{databases.version()}, {machine()}, {', '.join(self._programs())}.",
            "",
            (
                "One worker on one core, as `manage.py serve` starts it, with the database on the same core; "
                f"{self.readers} readers on another; medians of {self.rounds} rounds of {self.seconds:g} s in turns. "
                "Requests a second of processor are those for each second that the server and its database worked, "
                "whatever else the machine did meanwhile; ratios are of these."
            ),
            "",
            f"![Requests a second]({name}.svg)",
            "",
            "| mark | wanted | measured | met |",
            "|---|---|---|---|",
            *(
                f"| {mark.what} | {mark.wanted} | {mark.measured} | {'yes' if mark.is_met else '**no**'} |"
                for mark in self.marks()
            ),
            "",
            "| page | paper | stories | way | requests/s of processor | requests/s | p50 | p99 | bytes | queries |",
            "|---|---|---|---|---|---|---|---|---|---|",
            *(_said(row) for row in sorted(self.rows, key=lambda row: self._order(row.page))),
            "",
            "| paper | deed | time | queries |",
            "|---|---|---|---|",
            *self._publishing(),
            "",
            "| paper | stories | way | memory of the worker |",
            "|---|---|---|---|",
            *(
                f"| {paper} | {_number(stories)} | {way} | {size / 1e6:.0f} MB |"
                for (paper, stories, way), size in self.memory.items()
            ),
        ]
        note(name, lines, write=write)
        if write:
            shown = [row for row in self.rows if row.stories in (0, small) or row.paper == WAGTAIL]
            groups = [
                (page, [(", ".join(filter(None, (row.paper, row.way))), row.rate) for row in shown if row.page == page])
                for page in dict.fromkeys(row.page for row in self.rows)
            ]
            plot = bars("Requests a second of processor, on one core", groups, ours=OURS)
            (RESULTS / f"{name}.svg").write_text(plot, encoding="utf-8")

    def _programs(self) -> Iterator[str]:
        yield f"granian {version('granian')}"
        if self._all(WAGTAIL):
            yield from (f"{name} {locked(name)}" for name in ("wagtail", "wagtail-cache"))

    def _sizes(self) -> tuple[int, int]:
        sizes = [row.stories for row in self._all(OURS)]
        return min(sizes), max(sizes)

    def _order(self, page: str) -> int:
        return [row.page for row in self.rows].index(page)

    def _all(self, paper: str, page: str = "") -> list[Row]:
        return [row for row in self.rows if row.paper == paper and page in ("", row.page)]

    def _row(self, page: str, paper: str, stories: int, way: str) -> Row:
        return next(row for row in self._all(paper, page) if (row.stories, row.way) == (stories, way))

    def _beside(self, page: str, mine: tuple[str, int, str], other: str) -> float:
        """How many times as many a second as the first row of another paper, which keeps nothing."""
        return self._row(page, *mine).rate / self._all(other, page)[0].rate

    def _took(self, paper: str, deed: str) -> float:
        return statistics.median(float(seconds) for turn in self.published[paper] for seconds in turn[deed])

    def _publishing(self) -> Iterator[str]:
        for paper, turns in self.published.items():
            for deed in ("save", "publish"):
                yield f"| {paper} | {deed} | {self._took(paper, deed) * 1000:.0f} ms | {turns[0]['queries'][deed]} |"


def _said(row: Row) -> str:
    times = f"{row.p50 * 1000:.1f} ms | {row.p99 * 1000:.1f} ms"
    queries = "" if row.queries is None else f"{row.queries}"
    rates = " | ".join(f"{rate:,.{0 if rate >= 10 else 1}f}" for rate in (row.rate, row.by_the_clock))
    what = f"{row.page} | {row.paper} | {_number(row.stories)} | {row.way}"
    return f"| {what} | {rates} | {times} | {row.size:,} | {queries} |"


def _number(stories: int) -> str:
    return f"{stories:,}" if stories else ""
