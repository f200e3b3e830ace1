"""Which web server, how many processes and threads: `python tests/postgresql.py python benchmarks/servers.py`.

Fills a small paper, in SQLite or in a database of its own in the PostgreSQL that DATABASE_URL names, and has it served
by `manage.py serve` as it is shipped, by granian with other numbers of threads, and by gunicorn, one after the other in
rounds; asks for a story that is kept and for the same made each time, and takes medians. With one process on one core,
with two on two; readers are on the last one.

gunicorn is installed in var/bench/gunicorn when it is first wanted. Nothing else stays. To try it: `--rounds 1
--seconds 0.5`.
"""

import argparse
import itertools
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import databases, papers, progress, serving, stories  # noqa: E402
from benchmarks.load import DATABASE, SERVER, Load, Parts, ask_of  # noqa: E402
from benchmarks.noting import machine, note  # noqa: E402

STORIES = 1_000
READERS = 16
WARM = 0.5
SHIPPED, GRANIAN, GUNICORN = "`manage.py serve`", "granian", "gunicorn, gthread"
WANTED = ROOT / "benchmarks" / "gunicorn.txt"
INSTALLED = ROOT / "var" / "bench" / "gunicorn"
APPLICATION = "attache.wsgi:application"
PAGES = {"kept": {}, "made each time": {"PAGES_MEMORY_MB": "0"}}
# With a single thread gunicorn would take another kind of process.
THREADS = {GRANIAN: (1, 2, 6, 8, 32), GUNICORN: (2, 6, 32)}


@dataclass(frozen=True)
class Way:
    """A web server with so many processes, and threads in each."""

    server: str
    processes: int
    threads: int

    @property
    def command(self) -> list[str]:
        """What starts it; it listens where `serving.running` tells it to."""
        if self.server == SHIPPED:
            return serving.serve("--workers", str(self.processes))
        if self.server == GRANIAN:
            return serving.granian(APPLICATION, processes=self.processes, threads=self.threads)
        return [
            sys.executable, "-m", "gunicorn", "--worker-class", "gthread", "--preload", "--log-level", "error",
            "--workers", str(self.processes), "--threads", str(self.threads), APPLICATION,
        ]  # fmt: skip


@dataclass(frozen=True)
class Round:
    """What one round brought, and the memory of a process at its end, in bytes."""

    load: Load
    memory: float


Found = dict[tuple[Way, str], list[Round]]


def ways() -> Iterator[Way]:
    """Everything that is measured."""
    from attache.management.commands.serve import THREADS as SHIPPED_THREADS

    yield Way(SHIPPED, 1, SHIPPED_THREADS)
    yield from (Way(server, 1, threads) for server, several in THREADS.items() for threads in several)
    yield from (Way(server, 2, SHIPPED_THREADS) for server in (SHIPPED, GRANIAN, GUNICORN))


def main() -> int:
    """Fill, serve, ask, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is asked (3)")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each time (3)")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    asked = parser.parse_args()
    _install()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="attache-bench-"))).resolve()
        paper = stack.enter_context(papers.ours(STORIES, folder, keep=False))
        papers.collect_static(Path(paper.environment["VAR_DIR"]))
        found = _measure(paper, asked.rounds, asked.seconds)
    note("servers", list(table(found, asked.rounds, asked.seconds)), write=asked.write)
    return 0


def _install() -> None:
    """gunicorn as it is locked, beside our environment and not in it."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*install, "--upgrade", "--target", str(INSTALLED), "-r", str(WANTED)], check=True)  # noqa: S603


def _measure(paper: papers.Paper, rounds: int, seconds: float) -> Found:
    """Each in turns, round after round."""
    turns = [turn for _ in range(rounds) for turn in itertools.product(ways(), PAGES)]
    found: Found = {}
    for way, page in progress.shown(turns, "turns"):
        found.setdefault((way, page), []).append(_ask(way, {**paper.environment, **PAGES[page]}, seconds))
    return found


def _ask(way: Way, environment: dict[str, str], seconds: float) -> Round:
    first, others = serving.cores()
    database, path, port = databases.process(), stories.story(stories.READ).path, serving.free_port()
    for_servers = first | (others if way.processes > 1 else set())
    if database:
        serving.stay_on(for_servers, database)
    own = {"PYTHONPATH": str(INSTALLED), "GUNICORN_CMD_ARGS": f"--bind=127.0.0.1:{port} --graceful-timeout=1"}
    serving.stay_on(for_servers)
    with serving.running(way.command, port, environment={**environment, **own}) as server:
        serving.stay_on(others)
        parts: Parts = {SERVER: [server], DATABASE: [database]}
        for length in (WARM, seconds):
            load = ask_of(parts, [port], itertools.repeat(path), seconds=length, readers=READERS)
        shares = [serving.share(process) for process in serving.answering(server)]
    for process in (0, database or 0):
        serving.stay_on(first | others, process)
    return Round(load, statistics.mean(shares))


def table(found: Found, rounds: int, seconds: float) -> Iterator[str]:
    """What was found, in words and rows."""
    yield "# Web servers, processes and threads"
    yield ""
    yield f"{databases.version()}, {machine()}, {', '.join(_versions())}."
    yield ""
    yield (
        f"A story in a paper of {STORIES:,}, {READERS} readers; medians of {rounds} rounds of {seconds:g} s in turns. "
        "One process runs on one core, two on two; the database is on the same, and readers are on the last. Requests "
        "a second of processor are those for each second that server and database worked, whatever else the machine "
        "did. Memory is that of a process, what it shares with others divided among them."
    )
    for page in PAGES:
        yield ""
        yield f"## A story that is {page}"
        yield ""
        yield "| server | processes | threads | requests/s of processor | requests/s | p50 | p99 | memory |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (_said(way, several) for (way, asked), several in found.items() if asked == page)


def _said(way: Way, several: Sequence[Round]) -> str:
    loads = [each.load for each in several]
    rate, of_processor = _median(load.rate for load in loads), _median(load.rate_of_processor for load in loads)
    p50, p99 = _median(load.p50 for load in loads) * 1000, _median(load.p99 for load in loads) * 1000
    memory = _median(each.memory for each in several) / 1e6
    return (
        f"| {way.server} | {way.processes} | {way.threads} | {of_processor:,.0f} | {rate:,.0f} | {p50:.1f} ms | "
        f"{p99:.1f} ms | {memory:.0f} MB |"
    )


def _median(numbers: Iterable[float]) -> float:
    return statistics.median(numbers)


def _versions() -> Iterator[str]:
    from importlib.metadata import version

    yield f"granian {version('granian')}"
    yield WANTED.read_text(encoding="utf-8").split()[0].replace("==", " ")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attache.settings")
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Interrupted.")
