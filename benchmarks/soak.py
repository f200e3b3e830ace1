"""Reading at capacity while stories change every second: `python benchmarks/soak.py [--minutes 5] [--faults]`.

Builds a paper of its own (SQLite in a temporary folder; PostgreSQL where DATABASE_URL names an empty one), starts the
production server, and reads in every way that readers have (`benchmarks/readers.py`) as fast as it answers, while a
newsroom (`benchmarks/newsroom.py`) publishes, updates, schedules, ends and withdraws. Each version of a story carries a
word of its own, so that each answer can be compared with what was live at some moment between its question and its end
(`benchmarks/moments.py`): no early word, no late one, none missing from a page that lists it, no error.

With --faults (`benchmarks/faults.py`) the web server's processes are killed with -9 every 20 seconds, the disk of the
database is full for a while, PostgreSQL is killed and left down, then frozen, SQLite is locked, and the web server's
clock is wrong by an hour; what readers saw is counted, and then everything must be as it was last stored. Exit code 1
for a wrong answer, for an error that no fault explains, and for anything lost.
"""

import argparse
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.faults import Clock, Faults  # noqa: E402
from benchmarks.newsroom import A_WHILE, Changing, Writer, build  # noqa: E402
from benchmarks.readers import Reader  # noqa: E402
from benchmarks.serving import running, serve, settle  # noqa: E402

# One alone could not do something every second on a machine whose cores are at work.
WRITERS = 2
# How much is told of what was wrong.
TOLD = 20


def main() -> int:
    """Build, read, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5, help="how long to read (5)")
    parser.add_argument("--readers", type=int, default=6, help="how many at once (6)")
    parser.add_argument("--workers", type=int, default=2, help="processes of the web server (2)")
    parser.add_argument("--faults", action="store_true", help="let things go wrong meanwhile")
    parser.add_argument("--write", action="store_true", help="write the result to benchmarks/results/ too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attache-soak-") as folder:
        port = settle(folder)
        things = build()
        # What is not found is told there, a line each.
        log = Path(folder) / "server.log"
        clock = Clock(Path(folder))
        command = serve("--workers", str(asked.workers))
        if asked.faults:
            command[1:2] = ["-m", "benchmarks.moved_clock"]
        with running(command, port, environment={"MOVED_CLOCK": str(clock.file)}, log=log) as server:
            return _soak(asked, things, port, Faults(server, clock, Path(folder)))


def _soak(asked: argparse.Namespace, things: Sequence[Changing], port: int, faults: Faults) -> int:
    from django.db import connection

    over = threading.Event()
    writers = [Writer(number, things[number::WRITERS], over, faults) for number in range(WRITERS)]
    readers = [Reader(number, port, things, over, faults) for number in range(asked.readers)]
    for thread in (*writers, *readers):
        thread.start()
    begin = time.monotonic()
    if asked.faults:
        faults.happen(asked.minutes * 60)
    else:
        time.sleep(asked.minutes * 60)
    over.set()
    for thread in (*writers, *readers):
        thread.join()
    took = time.monotonic() - begin
    # What was left to the clock last has had its moment.
    time.sleep(4 * A_WHILE)
    # This one may have been open when the database went down.
    connection.close()
    for thing in things:
        thing.settle()
    lost = [words for thing in things for words in thing.lost()]
    wrong = [words for reader in readers for words in reader.wrong]
    unexplained = [words for each in readers for words in each.unexplained] + [
        words for each in writers for words in each.refused
    ]
    _tell(asked, took, readers, writers, faults, {
        "wrong answers": wrong, "errors that no fault explains": unexplained, "stored and lost": lost,
    })  # fmt: skip
    return int(bool(wrong or unexplained or lost))


def _tell(
    asked: argparse.Namespace,
    took: float,
    readers: Sequence[Reader],
    writers: Sequence[Writer],
    faults: Faults,
    bad: dict[str, list[str]],
) -> None:
    """The table, and some of what is bad in words."""
    from django.db import connection

    from benchmarks.noting import machine, note

    read, ways = (
        sum((each[number] for each in ((reader.read, reader.ways) for reader in readers)), Counter[str]())
        for number in range(2)
    )
    did = sum((writer.did for writer in writers), Counter[str]())
    times = sorted(second for reader in readers for second in reader.seconds)
    p50, p99, slowest = (times[int((len(times) - 1) * part)] * 1000 for part in (0.5, 0.99, 1))
    lines = [
        f"# {asked.minutes:g} minutes of reading while stories change{', with faults' if asked.faults else ''}",
        "",
        f"{machine(connection)}. {asked.readers} readers at once, {asked.workers} web processes; all share the cores.",
        "",
        "| what | how many |",
        "|---|---|",
        f"| answers | {len(times):,}, {len(times) / took:.0f} a second |",
        f"| p50, p99, slowest | {p50:.1f} ms, {p99:.1f} ms, {slowest:.1f} ms |",
        *(f"| {kind} | {number:,} |" for kind, number in (*sorted(read.items()), *sorted(ways.items()))),
        f"| deeds of the newsroom | {sum(did.values())}, {sum(did.values()) / took:.1f} a second |",
        *(f"| {kind} | {number} |" for kind, number in (*sorted(did.items()), *sorted(faults.did.items()))),
        *(f"| {what.partition(': ')[0]} | {what.partition(': ')[2]} |" for what in faults.untried),
        *(f"| {what} | {len(words)} |" for what, words in bad.items()),
    ]
    note(f"soak-{connection.vendor}{'-faults' if asked.faults else ''}", lines, write=asked.write)
    for what, words in bad.items():
        for each in words[:TOLD]:
            sys.stderr.write(f"{what}: {each}\n")


if __name__ == "__main__":
    sys.exit(main())
