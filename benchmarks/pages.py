"""How fast pages are, ours and Wagtail's: `python benchmarks/pages.py`, or `make bench` for all that is measured.

Fills our paper twice (--stories and --large) and Wagtail's once with the same stories, in SQLite, or in databases of
their own in the PostgreSQL that DATABASE_URL names. Starts the production server for each in each way of keeping pages,
and a bare Django view that sends the same bytes, all with one worker on one core; asks from another core over loopback,
one after the other in rounds, and takes medians. Then publishes stories in both. Prints what was found, and whether the
marks are met; a mark that is missed makes the exit code 1.

Wagtail is installed in var/bench/wagtail when it is first wanted. Nothing else stays, unless --folder is given: then
papers that were filled are used again, and one that was interrupted is filled on. A hundred thousand stories take a
processor about two minutes to fill. To try it: `--stories 1000 --large 2000 --wagtail 500 --rounds 1 --seconds 0.5`.
"""

import argparse
import itertools
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import databases, papers, progress, seeding, serving, stories  # noqa: E402
from benchmarks.load import DATABASE, SERVER, Load, Parts, ask_of  # noqa: E402
from benchmarks.measured import BARE, KEPT, MADE, NEW, UNKEPT, Measured, Row  # noqa: E402

READERS = 8
# How long each is asked for before it counts, in seconds.
WARM = 0.3
AT_ONCE = 4
# More articles than are asked for once in any run.
MOST = 20_000
# Pages on which stories are marked up alike in both papers, so that they can be counted.
SAME = ("front page", "section", "article", "author", "tag")


@dataclass(frozen=True)
class Course:
    """What is asked for, and of which server."""

    page: str
    paper: str
    stories: int
    way: str
    server: papers.Server
    paths: Iterator[str]
    queries: int | None = None
    at_most: int | None = None

    def ask(self, seconds: float, database: int | None) -> Load:
        """One round."""
        paths = itertools.islice(self.paths, self.at_most)
        parts: Parts = {SERVER: [self.server.process], DATABASE: [database]}
        return ask_of(parts, [self.server.port], paths, seconds=seconds, readers=READERS)


def main() -> int:
    """Fill, serve, ask, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stories", type=int, default=1_000, help="stories in our paper (1000)")
    parser.add_argument("--large", type=int, default=100_000, help="stories in our large paper; 0: none (100000)")
    parser.add_argument("--wagtail", type=int, default=2_000, help="stories in Wagtail's paper; 0: none (2000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each page is asked for (3)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each time (2)")
    parser.add_argument("--folder", type=Path, help="keep the papers there for the next time")
    parser.add_argument("--write", action="store_true", help="write what was found to benchmarks/results/ too")
    asked = parser.parse_args()
    least = stories.READ + stories.PHOTOS
    if min(size for size in (asked.stories, asked.large or least, asked.wagtail or least)) < least:
        parser.error(f"A paper needs at least {least} stories.")
    with ExitStack() as stack:
        folder = asked.folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attache-bench-")))
        found = _measure(asked, folder.resolve(), stack)
    found.note(write=asked.write)
    return int(not all(mark.is_met for mark in found.marks()))


def _measure(asked: argparse.Namespace, folder: Path, stack: ExitStack) -> Measured:
    keep = asked.folder is not None
    sizes = [asked.stories, *([asked.large] if asked.large else [])]
    ours = [stack.enter_context(papers.ours(size, folder, keep=keep)) for size in sizes]
    papers.collect_static(Path(ours[0].environment["VAR_DIR"]))
    photos = _photographs(folder)
    theirs = stack.enter_context(papers.wagtails(asked.wagtail, folder, photos, keep=keep)) if asked.wagtail else None
    for_servers, for_readers = serving.cores()
    serving.stay_on(for_servers)
    database = databases.process()
    if database:
        stack.callback(serving.stay_on, for_servers | for_readers, database)
        serving.stay_on(for_servers, database)
    courses = [course for paper in ours for course in _ours(paper, stack, asked.rounds)]
    courses += _bare(courses, folder, stack)
    courses += _wagtails(theirs, stack) if theirs else []
    _compare(courses)
    serving.stay_on(for_readers)
    rows = _ask(courses, asked, database)
    memory = {
        (course.paper, course.stories, course.way): serving.memory(course.server.process)
        for course in courses
        if course.way != NEW
    }
    serving.stay_on(for_servers)
    published = _publish([ours[0], *([theirs] if theirs else [])], asked.rounds)
    return Measured(rows, memory, published, rounds=asked.rounds, seconds=asked.seconds, readers=READERS)


def _photographs(folder: Path) -> Path:
    """The pictures of all papers, as files."""
    photos = folder / "pictures"
    photos.mkdir(exist_ok=True)
    for number in range(stories.PHOTOS):
        if not (file := photos / f"{number:02}.jpg").exists():
            file.write_bytes(seeding.photograph_of(number))
    return photos


def _ours(paper: papers.Paper, stack: ExitStack, rounds: int) -> Iterator[Course]:
    """Our pages, kept and made; and stories that nobody asked for before."""
    server = stack.enter_context(paper.before_readers())
    queries = paper.does("queries")
    # A search is not kept: it asks as much the second time.
    yield from _courses(paper, KEPT, server, {page: again for page, (first, again) in queries.items() if again < first})
    unread = [stories.story(number).path for number in range(stories.READ + 1, min(paper.stories, MOST))]
    at_most = len(unread) // (rounds + 2)
    yield Course("article", paper.name, paper.stories, NEW, server, iter(unread), queries["article"][0], at_most)
    made = {page: again for page, (_, again) in paper.does("queries", PAGES_MEMORY_MB="0").items()}
    yield from _courses(paper, MADE, stack.enter_context(paper.before_readers(PAGES_MEMORY_MB="0")), made)


def _wagtails(paper: papers.Paper, stack: ExitStack) -> Iterator[Course]:
    """Wagtail's pages, made, and kept in each of the usual ways."""
    for kept_by, way in (("", UNKEPT), ("wagtail-cache", "wagtail-cache"), ("django", "Django's cache")):
        queries = {page: again for page, (_, again) in paper.does("queries", KEPT_BY=kept_by).items()}
        yield from _courses(paper, way, stack.enter_context(paper.before_readers(KEPT_BY=kept_by)), queries)


def _courses(paper: papers.Paper, way: str, server: papers.Server, queries: dict[str, int]) -> Iterator[Course]:
    for page, asked in queries.items():
        paths = itertools.repeat(stories.PAGES[page])
        yield Course(page, paper.name, paper.stories, way, server, paths, asked)


def _bare(courses: Sequence[Course], folder: Path, stack: ExitStack) -> Iterator[Course]:
    """The bytes of our pages as they are kept, sent by a view that does nothing else."""
    kept = [course for course in courses if course.way == KEPT and course.stories == courses[0].stories]
    pages = folder / "bare"
    pages.mkdir(exist_ok=True)
    for number, course in enumerate(kept):
        (pages / f"{number}.gz").write_bytes(_fetch(course))
    port = serving.free_port()
    command = serving.granian("benchmarks.bare:application")
    process = stack.enter_context(serving.running(command, port, environment={"BARE_PAGES": str(pages)}))
    server = papers.Server(process, port)
    for number, course in enumerate(kept):
        yield Course(course.page, BARE, 0, "", server, itertools.repeat(f"/{number}/"), 0)


def _compare(courses: Sequence[Course]) -> None:
    """Refuse to measure pages beside each other that show other numbers of stories."""
    ours = {course.page: course for course in courses if course.way == MADE}
    for theirs in (course for course in courses if course.way == UNKEPT and course.page in SAME):
        numbers = [_fetch(course).count(b"<article") for course in (ours[theirs.page], theirs)]
        if numbers[0] != numbers[1]:
            sys.exit(f"The page “{theirs.page}” shows {numbers[0]} stories in our paper and {numbers[1]} in Wagtail's.")


def _fetch(course: Course) -> bytes:
    """The bytes of a page as they are sent, packed if they are."""
    address = f"http://127.0.0.1:{course.server.port}{next(course.paths)}"
    wanted = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(wanted) as answer:  # noqa: S310
        return bytes(answer.read())


def _ask(courses: Sequence[Course], asked: argparse.Namespace, database: int | None) -> list[Row]:
    """All courses in turns, round after round."""
    sizes = [len(_fetch(course)) for course in courses]
    loads: list[list[Load]] = [[] for _ in courses]
    turns = [(number, at) for number in range(asked.rounds + 1) for at in range(len(courses))]
    for number, at in progress.shown(turns, "turns"):
        # The first is to warm up.
        load = courses[at].ask(asked.seconds if number else WARM, database)
        loads[at] += [load] if number else []
    return [
        Row.of(course.page, course.paper, course.stories, course.way, found, size=size, queries=course.queries)
        for course, found, size in zip(courses, loads, sizes, strict=True)
    ]


def _publish(wanted: Sequence[papers.Paper], rounds: int) -> dict[str, list[dict[str, Any]]]:
    """Stories published in each paper in turns; what each turn took."""
    first = int(time.time())
    found: dict[str, list[dict[str, Any]]] = {paper.name: [] for paper in wanted}
    for number in range(rounds):
        for paper in wanted:
            begin = first + number * (AT_ONCE + 1)
            found[paper.name].append(paper.does("publish", str(AT_ONCE), str(begin)))
    return found


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
