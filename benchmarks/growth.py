"""How pages answer as the archive grows: `python benchmarks/growth.py`.

Fills papers of 100, 1,000, 10,000 and 100,000 stories, with --million also one of 1,000,000, each in a database of its
own (SQLite, or the PostgreSQL that DATABASE_URL names), so that lists are full already in the smallest. Has every kind
of reader page made in each of them, none kept, in turns round after round, and takes medians. Exit code 1 where one
takes more than 1.5 times as long in the largest as in the first paper in which it is full, or more queries.

Nothing stays, unless --folder is given: then papers that were filled are used again, and one that was interrupted is
filled on. A hundred thousand stories take a processor about two minutes to fill; a million fifteen on SQLite and twenty
on PostgreSQL, and 14 GB or 9 of disk.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import databases, papers, progress  # noqa: E402
from benchmarks.noting import machine, note  # noqa: E402

SIZES = (100, 1_000, 10_000, 100_000)
MILLION = 1_000_000
LIMIT = 1.5
# What is full only in a larger paper: a shelf, the tags that gather stories, what a search ranks or reads, a month with
# all its days, a year with all its months, and an index with all its shelves.
FULL_FROM = {
    "sitemap, a shelf": 1_000, "sitemap, tags": 1_000, "search, the best": 1_000,
    "search, a word of one in a hundred": 10_000, "search, a phrase of none": 10_000, "archive, a month": 10_000,
    "archive, a year": 100_000, "archive, a year, deep": 100_000, "sitemap, index of a room": 100_000,
}  # fmt: skip


@dataclass(frozen=True)
class Grown:
    """A kind of page: by the size of the paper, the median of its seconds, and its queries."""

    page: str
    seconds: Mapping[int, float]
    queries: Mapping[int, int]

    @property
    def full_from(self) -> int:
        """The size of the first paper in which it has as much to say as in any larger one."""
        wanted = FULL_FROM.get(self.page, 0)
        return min((size for size in self.seconds if size >= wanted), default=max(self.seconds))

    @property
    def growth(self) -> float:
        """How many times as long it takes in the largest paper."""
        return self.seconds[max(self.seconds)] / self.seconds[self.full_from]

    @property
    def is_steady(self) -> bool:
        """Whether it stays within the limit, and asks no more."""
        return self.growth <= LIMIT and self.queries[max(self.queries)] <= self.queries[self.full_from]


@dataclass(frozen=True)
class Paper:
    """A paper that answers lines with what each page took."""

    asked: IO[str]
    said: IO[str]

    def answer(self) -> dict[str, tuple[float, int]]:
        """One round: by the page its seconds and its queries."""
        self.asked.write("\n")
        self.asked.flush()
        found: dict[str, tuple[float, int]] = json.loads(self.said.readline())
        return found


def main() -> int:
    """Fill, ask, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="stories in each paper")
    parser.add_argument("--million", action="store_true", help="one of 1000000 too")
    parser.add_argument("--rounds", type=int, default=15, help="how often each page is made (15)")
    parser.add_argument("--folder", type=Path, help="keep the papers there for the next time")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    asked = parser.parse_args()
    sizes = sorted({*asked.sizes, *([MILLION] if asked.million else [])})
    if sizes[0] < SIZES[0]:
        parser.error(f"A paper needs at least {SIZES[0]} stories.")
    with ExitStack() as stack:
        given = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attache-bench-")))
        folder = given.resolve()
        papers.collect_static(papers.home_of(f"growth-{sizes[0]}", folder))
        answering = {size: stack.enter_context(paper(size, folder, keep=asked.folder is not None)) for size in sizes}
        rounds = [
            {size: each.answer() for size, each in answering.items()}
            for _ in progress.shown(range(asked.rounds), "rounds")
        ]
        found = grown(rounds)
        called = f"growth-million-{databases.vendor()}" if asked.million else f"growth-{databases.vendor()}"
        note(called, table(found, asked.rounds), write=asked.write)
    return int(not all(each.is_steady for each in found))


@contextmanager
def paper(size: int, folder: Path, *, keep: bool) -> Iterator[Paper]:
    """A paper of that size in a process of its own, once it is filled."""
    home = papers.home_of(f"growth-{size}", folder)
    with databases.database(home.name, home, keep=keep) as address:
        environment = {**os.environ, "VAR_DIR": str(home), "DATABASE_URL": address, "DEBUG": "0"}
        command = [sys.executable, "-m", "benchmarks.growing", str(size)]
        with subprocess.Popen(  # noqa: S603
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin
            assert process.stdout
            try:
                assert process.stdout.readline(), f"The paper of {size} stories could not be filled."
                yield Paper(process.stdin, process.stdout)
            finally:
                process.terminate()


def grown(rounds: Sequence[Mapping[int, Mapping[str, tuple[float, int]]]]) -> list[Grown]:
    """What these rounds come to."""
    first = rounds[0]
    return [
        Grown(
            page,
            {size: statistics.median(each[size][page][0] for each in rounds) for size in first},
            {size: first[size][page][1] for size in first},
        )
        for page in first[min(first)]
    ]


def table(found: Sequence[Grown], rounds: int) -> list[str]:
    """The table, in lines."""
    sizes = sorted(found[0].seconds)
    return [
        f"# Pages in {sizes[0]:,} to {sizes[-1]:,} stories",
        "",
        (
            f"{databases.version()}, {machine()}; median of {rounds} rounds in turns, each page made anew, by the time "
            "that processors worked for it in the site and in the database."
        ),
        "",
        (
            "*Growth* is the time in the largest archive beside that in the first in which the page is full: the first "
            f"of all, where none is named. More than {LIMIT:g} is too much."
        ),
        "",
        f"| page | {' | '.join(f'{size:,}' for size in sizes)} | beside {sizes[0]:,} | growth | queries |",
        f"|---|{'---|' * len(sizes)}---|---|---|",
        *(_row(each, sizes) for each in found),
    ]


def _row(each: Grown, sizes: Sequence[int]) -> str:
    times = " | ".join(f"{each.seconds[size] * 1000:.1f} ms" for size in sizes)
    beside = each.seconds[sizes[-1]] / each.seconds[sizes[0]]
    growth = f"{each.growth:.2f}" + (f" from {each.full_from:,}" if each.full_from > sizes[0] else "")
    asked = list(dict.fromkeys(each.queries[size] for size in sizes))
    mark = "" if each.is_steady else " **grows**"
    return f"| {each.page} | {times} | {beside:.2f} | {growth}{mark} | {' → '.join(map(str, asked))} |"


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
