"""What goes wrong while `soak.py` reads: processes are killed, a disk is full, a database is down, frozen or locked, a
clock is wrong.

The disk is filled where it is a small one, and nobody else's (`benchmarks/small_disk.py`). Elsewhere the system refuses
whatever is written for the database; where it cannot be asked to, that is said in the table.
"""

import os
import resource
import shlex
import shutil
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.serving import children

KILLED_EVERY, DATABASE_AWAY, DISK_FULL, CLOCK_MOVED = 20, 30, 20, 15
# How long it may take until everything is as before, in seconds.
GRACE = 5
# How long a database may take that finds its files as they were when it was killed.
PATIENCE = 60
# The largest disk that is taken for one that was made to be filled.
SMALL = 2 * 1024**3
MEGABYTE = 1024 * 1024
AN_HOUR = 3_600
# How long an answer may take that was begun with another clock, in seconds.
UNDER_WAY = 2
# What a fault may do to readers, and to the newsroom.
NO_ANSWER, ERROR, OF_BEFORE, REFUSED = "no answer", "an error", "of before, and said so", "refused"
AWAY = frozenset({ERROR, OF_BEFORE, REFUSED})


@dataclass
class Fault:
    """Something that goes wrong from one moment to another, and what that explains."""

    what: str
    explains: frozenset[str]
    begin: float
    end: float = float("inf")

    def touches(self, begin: float, end: float) -> bool:
        """Whether it was so at any moment of that time."""
        return self.begin <= end and begin <= self.end


class Clock:
    """The clock of the web server, which can be put forward and back (`benchmarks/moved_clock.py`)."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.put(0)

    def put(self, seconds: int) -> None:
        """Have it wrong by so many."""
        new = self.file.with_suffix(".new")
        new.write_text(f"{seconds}", encoding="ascii")
        new.replace(self.file)


class Faults:
    """Them all, one after the other, with how many there were of each."""

    CLOCK = "the clock wrong"

    def __init__(self, server: int, clock: Clock, folder: Path) -> None:
        self.server, self.clock = server, clock
        self.address = os.environ.get("DATABASE_URL", "")
        self.postgresql = Path(parse_qs(urlsplit(self.address).query)["host"][0]) if self.address else None
        self.folder = folder
        self.happened: list[Fault] = []
        self.did: Counter[str] = Counter()
        self.untried: list[str] = []

    def explain(self, failure: str, begin: float, end: float) -> bool:
        """Whether a fault explains that failure in that time."""
        return any(failure in fault.explains and fault.touches(begin, end) for fault in list(self.happened))

    def during(self, begin: float, end: float) -> str:
        """What was wrong in that time; empty for nothing, and where it was no more than a process killed."""
        there = [fault.what for fault in list(self.happened) if fault.what and fault.touches(begin, end)]
        return self.CLOCK if self.CLOCK in there else next(iter(there), "")

    def happen(self, seconds: float) -> None:
        """Let so much time pass: a process of the web server is killed again and again, and in between the rest."""
        begin = time.monotonic()
        ahead = [
            (0.1, "disk full", self._fill_disk), (0.3, "database down", self._end_database),
            (0.5, "database frozen", self._freeze_database), (0.75, "clock moved", self._move_clock),
        ]  # fmt: skip
        while (passed := time.monotonic() - begin) < seconds:
            time.sleep(min(KILLED_EVERY, max(0.1, seconds - passed)))
            if ahead and time.monotonic() - begin > seconds * ahead[0][0]:
                # Not after a kill: pages that are kept are what readers have then.
                ahead.pop(0)[2]()
            else:
                self._kill()
        self.untried += [f"{what}: not tried, no time was left" for _, what, _ in ahead]
        # The last one killed is there again.
        time.sleep(GRACE)

    @contextmanager
    def _lasts(self, what: str, *explains: str, grace: float = GRACE) -> Iterator[None]:
        fault = Fault(what, frozenset(explains), time.time())
        self.happened.append(fault)
        try:
            yield
        finally:
            fault.end = time.time() + grace

    def _kill(self) -> None:
        """End the web processes, as they are in the middle of something."""
        with self._lasts("", NO_ANSWER):
            for process in self._web():
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                    self.did["web processes killed"] += 1

    def _fill_disk(self) -> None:
        """Leave no room for what the database writes, for a while."""
        disk = self.postgresql or self.folder
        if shutil.disk_usage(disk).total <= SMALL:
            did, leave_no_room = "disks full", partial(_fill, disk / "ballast")
        elif hasattr(resource, "prlimit"):
            did, leave_no_room = (
                "disks that took nothing (by RLIMIT_FSIZE)",
                partial(_refuse, self._writers),
            )
        else:
            self.untried.append("disk full: not tried, there is no small one, and no RLIMIT_FSIZE for other processes")
            return
        with self._lasts("the disk full", *AWAY):
            leave_no_room(DISK_FULL)
            if self.postgresql and not _is_running(self.postgresql):
                self._start(_command(self.postgresql))
                self.did["databases that ended for want of room, and were started again"] += 1
        self.did[f"{did}, for {DISK_FULL} seconds"] += 1

    def _end_database(self) -> None:
        """Kill PostgreSQL as a power cut would, and start it again after a while, as it was started. SQLite, which has
        nothing that could be killed, is locked by somebody who writes.
        """
        if self.postgresql is None:
            # Who reads does not notice.
            with self._lasts("the database locked", REFUSED):
                _lock(self.folder / "attache.sqlite3", DATABASE_AWAY)
            self.did[f"databases locked by a writer, for {DATABASE_AWAY} seconds (SQLite cannot be stopped)"] += 1
            return
        with self._lasts("the database down", *AWAY):
            started = _command(self.postgresql)
            os.kill(_postmaster(self.postgresql), signal.SIGQUIT)
            time.sleep(DATABASE_AWAY)
            self._start(started)
        self.did[f"databases killed, and down for {DATABASE_AWAY} seconds"] += 1

    def _freeze_database(self) -> None:
        """Have PostgreSQL take whatever is asked, and say nothing, for a while."""
        if self.postgresql is None:
            self.untried.append("database frozen: not tried, SQLite has no process of its own")
            return
        # What is not kept waits for it, longer than readers do.
        with self._lasts("the database frozen", *AWAY, NO_ANSWER):
            try:
                # Once the one that starts the others has stopped, there are no more of them.
                _send(signal.SIGSTOP, self._server()[:1])
                _send(signal.SIGSTOP, self._server())
                time.sleep(DATABASE_AWAY)
            finally:
                _send(signal.SIGCONT, self._server())
        self.did[f"databases frozen, for {DATABASE_AWAY} seconds"] += 1

    def _move_clock(self) -> None:
        with self._lasts(self.CLOCK, grace=0):
            for way in (AN_HOUR, -AN_HOUR):
                self.clock.put(way)
                time.sleep(CLOCK_MOVED)
            self.clock.put(0)
            time.sleep(UNDER_WAY)
        self.did["clocks moved, an hour forward and an hour back"] += 1

    def _web(self) -> list[int]:
        """The web processes that answer."""
        return [worker for web in children(self.server) for worker in children(web)]

    def _server(self) -> list[int]:
        """The processes of PostgreSQL, the one that starts the others first."""
        if self.postgresql is None or not _is_running(self.postgresql):
            return []
        first = _postmaster(self.postgresql)
        return [first, *children(first)]

    def _writers(self) -> list[int]:
        """The processes that write into the database's files; those of SQLite are the newsroom's and the web's."""
        return self._server() if self.postgresql else [os.getpid(), *self._web()]

    def _start(self, command: list[str]) -> None:
        """Start PostgreSQL as its owner, and wait until it answers."""
        import psycopg

        assert self.postgresql
        owner = self.postgresql.stat()
        with Path(os.devnull).open("wb") as nothing:
            subprocess.Popen(command, user=owner.st_uid, group=owner.st_gid, stdout=nothing, stderr=nothing)  # noqa: S603
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            with suppress(psycopg.OperationalError), psycopg.connect(self.address, connect_timeout=2):
                return
            time.sleep(0.5)
        raise AssertionError("The database does not come back.")


def _fill(ballast: Path, seconds: float) -> None:
    """Leave no byte on the disk of that file."""
    end = time.monotonic() + seconds
    try:
        # Again and again, because what the database gives back is to be taken too.
        while time.monotonic() < end:
            for size in (MEGABYTE, 4_096):
                with suppress(OSError), ballast.open("ab", buffering=0) as file:
                    while file.write(bytes(size)) == size:
                        pass
            time.sleep(0.1)
    finally:
        ballast.unlink(missing_ok=True)


def _refuse(processes: Callable[[], Sequence[int]], seconds: float) -> None:
    """Have the system refuse whatever these processes, and those that they start, write into files."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        _limit(processes(), (0, usual[1]))
        time.sleep(seconds)
    finally:
        _limit(processes(), usual)


def _limit(processes: Iterable[int], limits: tuple[int, int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            resource.prlimit(process, resource.RLIMIT_FSIZE, limits)


def _lock(file: Path, seconds: float) -> None:
    """Begin to write there, and take long over it."""
    writer = sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)
    try:
        writer.execute("BEGIN IMMEDIATE")
        time.sleep(seconds)
        writer.execute("ROLLBACK")
    finally:
        writer.close()


def _send(number: signal.Signals, processes: Iterable[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, number)


def _command(data: Path) -> list[str]:
    return shlex.split((data / "postmaster.opts").read_text(encoding="utf-8"))


def _postmaster(data: Path) -> int:
    return int((data / "postmaster.pid").read_text(encoding="ascii").split()[0])


def _is_running(data: Path) -> bool:
    try:
        os.kill(_postmaster(data), 0)
    except (OSError, ValueError, IndexError):
        return False
    return True
