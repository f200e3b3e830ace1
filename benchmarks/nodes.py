"""What each part of a large site holds, web nodes, PostgreSQL, its replica, Redis: `python benchmarks/nodes.py`.

Starts a PostgreSQL of its own, fills a small paper there, starts a replica of it and Redis, and shows the paper by one
web node, by two that share pages by Redis, and by two that besides read from the replica. Asks each for a story that is
kept, for the same made each time, and for stories that nobody asked for before, first of one node and then of the
other; one after the other in rounds. Tells how many requests each part answers in a second of a processor's work.

Nothing stays. Where there is no Redis, that part is left out. To try it: `--rounds 1 --seconds 0.5`.
"""

import argparse
import itertools
import math
import os
import shutil
import signal
import statistics
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import databases, papers, progress, serving, stories  # noqa: E402
from benchmarks.load import Load, Parts, ask_of  # noqa: E402
from benchmarks.noting import machine, note  # noqa: E402
from tests import postgresql  # noqa: E402

STORIES, READERS, WARM = 1_000, 8, 0.3
# Nodes share the pages of one site.
SITE = {"SITE_URL": "http://127.0.0.1"}
KEPT, MADE = "a story that is kept", "the same, made each time"
# Nodes look for these in Redis: they have not kept them, and are to.
SHARED = NEW, TAKEN = "stories that nobody asked for before", "the same stories, then asked of the other node"
NODE, PRIMARY, REPLICA, REDIS = PARTS = "web node", "primary", "replica", "Redis"
# A part that did less of the work did none for readers: each does a little for itself.
LEAST = 0.005


@dataclass(frozen=True)
class Way:
    """A site of so many web nodes and these other parts."""

    nodes: int
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return ", ".join((f"{self.nodes} {NODE}{'s' * (self.nodes > 1)}", *self.parts))


@dataclass(frozen=True)
class Course:
    """What is asked for, and of which nodes of a site; in each round `at_most` paths and no fewer, if that is given."""

    page: str
    way: Way
    nodes: Sequence[papers.Server]
    paths: Iterator[str]
    at_most: int | None = None

    def ask(self, seconds: float, others: Parts) -> Load:
        """One round; `others` are the processes of what is no web node."""
        asked = [part for part in self.way.parts if part != REDIS or self.page in SHARED]
        parts = {NODE: [node.process for node in self.nodes], **{part: others[part] for part in asked}}
        paths = itertools.islice(self.paths, self.at_most)
        seconds = math.inf if self.at_most else seconds
        return ask_of(parts, [node.port for node in self.nodes], paths, seconds=seconds, readers=READERS)


Found = Sequence[tuple[Course, Sequence[Load]]]


def main() -> int:
    """Fill, serve, ask, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is asked (3)")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each time (3)")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attache-bench-"))).resolve()
        os.environ["DATABASE_URL"] = stack.enter_context(postgresql.server())
        paper = stack.enter_context(papers.ours(STORIES, folder, keep=False))
        papers.collect_static(Path(paper.environment["VAR_DIR"]))
        found = _measure(paper, asked.rounds, asked.seconds, stack)
        note("nodes", list(table(found, asked.rounds, asked.seconds)), write=asked.write)
    return 0


def _measure(paper: papers.Paper, rounds: int, seconds: float, stack: ExitStack) -> Found:
    """All courses in turns, round after round."""
    for_servers, for_readers = serving.cores()
    replica = stack.enter_context(postgresql.replica(os.environ["DATABASE_URL"]))
    others = {PRIMARY: [databases.process()], REPLICA: [databases.process_at(replica.address)]}
    for process in (0, *others[PRIMARY], *others[REPLICA]):
        if process is not None:
            serving.stay_on(for_servers, process)
    redis = serving.free_port()
    if program := shutil.which("redis-server"):
        command = [program, "--port", str(redis), "--save", "", "--dir", paper.environment["VAR_DIR"]]
        others[REDIS] = [stack.enter_context(serving.running(command, redis))]
    courses: list[Course] = []
    for number, way in enumerate(ways(with_redis=REDIS in others)):
        # Each has a database of Redis for itself: it finds there what it has kept, and nothing of another one.
        own = {
            REDIS: ("CACHE_URL", f"redis://127.0.0.1:{redis}/{number}"),
            REPLICA: ("DATABASE_REPLICA_URL", replica.address_of(paper.environment["DATABASE_URL"])),
        }
        site = SITE | dict(own[part] for part in way.parts if part in own)
        courses += _courses(way, paper, site, rounds, stack)
    serving.stay_on(for_readers)
    loads: list[list[Load]] = [[] for _ in courses]
    turns = [(number, at) for number in range(rounds + 1) for at in range(len(courses))]
    for number, at in progress.shown(turns, "turns"):
        # The first is to warm up.
        load = courses[at].ask(seconds if number else WARM, others)
        loads[at] += [load] if number else []
    return list(zip(courses, loads, strict=True))


def ways(*, with_redis: bool) -> Iterator[Way]:
    """Every site that is measured."""
    shared = (REDIS,) if with_redis else ()
    yield Way(1, (PRIMARY,))
    yield Way(2, (PRIMARY, *shared))
    yield Way(2, (PRIMARY, REPLICA, *shared))


def _courses(way: Way, paper: papers.Paper, site: dict[str, str], rounds: int, stack: ExitStack) -> Iterator[Course]:
    def nodes(**more: str) -> list[papers.Server]:
        return [stack.enter_context(paper.before_readers(**site, **more)) for _ in range(way.nodes)]

    again = stories.story(stories.READ).path
    unread = [stories.story(number).path for number in range(stories.READ + 1, STORIES)]
    at_most = len(unread) // (rounds + 1)
    yield Course(MADE, way, nodes(PAGES_MEMORY_MB="0"), itertools.repeat(again))
    keeping = nodes()
    yield Course(KEPT, way, keeping, itertools.repeat(again))
    yield Course(NEW, way, keeping[:1], iter(unread), at_most)
    if REDIS in way.parts:
        came_from = [_came_from(node, again) for node in keeping]
        assert "hit" in came_from[1], came_from
        yield Course(TAKEN, way, keeping[1:], iter(unread), at_most)


def _came_from(node: papers.Server, path: str) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{node.port}{path}") as answer:
        return str(answer.headers["Cache-Status"])


def table(found: Found, rounds: int, seconds: float) -> Iterator[str]:
    """What was found, in words and rows."""
    yield "# Web nodes, a replica and Redis"
    yield ""
    yield f"{databases.version()}, {machine()}."
    yield ""
    yield (
        f"A paper of {STORIES:,} stories, {READERS} readers, divided among the nodes; medians of {rounds} rounds of "
        f"{seconds:g} s in turns, for stories that nobody asked for before as long as it takes. Everything runs on one "
        "core, each node with one process; readers are on the last. A number says how many requests were answered for "
        "each second that the processes of this part worked: what one core of it holds while the others keep up. –: it "
        "is asked for nothing."
    )
    if not any(REDIS in course.way.parts for course, _ in found):
        yield ""
        yield "There is no Redis on this machine (Debian: apt-get install redis-server): no pages were shared."
    for page in (KEPT, MADE, *SHARED):
        rows = [f"| {course.way} | {' | '.join(_said(loads))} |" for course, loads in found if course.page == page]
        if rows:
            yield ""
            yield f"## {page[0].upper()}{page[1:]}"
            yield ""
            yield f"| site | {' | '.join(f'{part}, a core' for part in PARTS)} | all on one core |"
            yield f"|---|{'---|' * (len(PARTS) + 1)}"
            yield from rows


def _said(loads: Sequence[Load]) -> Iterator[str]:
    everything = _median(loads, PARTS)
    for worked in (*(_median(loads, [part]) for part in PARTS), everything):
        yield f"{1 / worked:,.0f}" if worked > LEAST * everything else "–"


def _median(loads: Sequence[Load], parts: Sequence[str]) -> float:
    """Seconds that these parts worked for an answer."""
    return statistics.median(sum(load.worked.get(part, 0.0) for part in parts) / len(load.took) for load in loads)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attache.settings")
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
