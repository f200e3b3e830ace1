"""How soon the paper answers, and the memory that its processes take: `python benchmarks/startup.py`.

Builds a small paper of its own in a temporary folder, starts web server and worker as `make run` does, and waits until
the front page is there; then reads it and a story for a while, and asks the system for the memory of each process.
Exit code 1 where it takes more than two seconds until the first page.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import stories  # noqa: E402
from benchmarks.noting import machine, note  # noqa: E402
from benchmarks.serving import children, running, settle  # noqa: E402

STORIES = 100
TIMES, READ = 7, 200
MOST = 2.0
PAGES = ("/", stories.story(1).path)
# What the system says of a process's memory, by what we call it.
KINDS = {"Rss": "in use", "Pss": "its share", "Private_Dirty": "its own"}


def main() -> int:
    """Build, start, read, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attache-bench-") as folder:
        os.environ.pop("DATABASE_URL", None)
        port = settle(folder)
        _build()
        took = [_start(port) for _ in range(TIMES)]
        held = _memory(port)
    median = statistics.median(took)
    lines = [
        "# From the start to the first page",
        "",
        f"{machine()}. SQLite; `manage.py serve` with its worker, {TIMES} times, until the front page was there.",
        "",
        "| what | wanted | measured | met |",
        "|---|---|---|---|",
        f"| the first page, median | ≤ {MOST:g} s | {median:.2f} s | {'yes' if median <= MOST else '**no**'} |",
        f"| the quickest and the slowest | | {min(took):.2f} s, {max(took):.2f} s | |",
        "",
        (
            f"Memory with two web processes, when {READ} pages have been read. In use: all that it sees; its share: "
            "what several see is divided among them; its own: what nobody else sees."
        ),
        "",
        f"| process | {' | '.join(KINDS.values())} |",
        f"|---|{'---|' * len(KINDS)}",
        *(f"| {name} | {' | '.join(f'{size / 1e6:.0f} MB' for size in sizes)} |" for name, sizes in held),
        f"| all | | {sum(sizes[1] for _, sizes in held) / 1e6:.0f} MB | |",
    ]
    note("startup", lines, write=asked.write)
    return int(median > MOST)


def _build() -> None:
    from benchmarks import seeding

    seeding.fill(STORIES)


def _start(port: int) -> float:
    """Seconds until it answers."""
    began = time.perf_counter()
    with running([sys.executable, "manage.py", "serve"], port):
        _read(port, PAGES[0])
        return time.perf_counter() - began


def _memory(port: int) -> list[tuple[str, list[int]]]:
    """The processes by what they do, with the bytes of each kind."""
    with running([sys.executable, "manage.py", "serve", "--workers", "2"], port) as server:
        for number in range(READ):
            _read(port, PAGES[number % len(PAGES)])
        return [(name, [_held(process, kind) for kind in KINDS]) for name, process in _processes(server)]


def _processes(server: int) -> Iterator[tuple[str, int]]:
    web, worker = children(server)
    yield "`manage.py serve`", server
    yield "web server", web
    yield from ((f"web process {number}", process) for number, process in enumerate(children(web), 1))
    yield "worker", worker


def _held(process: int, kind: str) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{kind}:"))


def _read(port: int, path: str) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        answer.read()


if __name__ == "__main__":
    sys.exit(main())
