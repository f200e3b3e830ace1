"""What goes wrong while `soak.py` reads: processes are killed, a disk is full, a database is down, a clock is wrong.

The disk is filled where it is a small one, and nobody else's: `mount -t tmpfs -o size=1g tmpfs /mnt/small`, and TMPDIR
set to that; else that is said in the table.
"""

import os
import shlex
import shutil
import signal
import subprocess
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from benchmarks.serving import children

KILLED_EVERY, DATABASE_DOWN, DISK_FULL, CLOCK_MOVED = 20, 30, 20, 15
# The largest disk that is taken for one that was made to be filled.
SMALL = 2 * 1024**3
MEGABYTE = 1024 * 1024
AN_HOUR = 3_600
# How long an answer may take that was begun with another clock, in seconds.
UNDER_WAY = 2


class Clock:
    """The clock of the web server, which can be put forward and back (`benchmarks/moved_clock.py`)."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.file.write_text("0", encoding="ascii")
        self._moved: list[list[float]] = []

    def move(self, *ways: int, seconds: float) -> None:
        """Have it wrong by so many seconds, one after the other for so long each, and then right again."""
        window = [time.time(), float("inf")]
        self._moved.append(window)
        for way in (*ways, 0):
            new = self.file.with_suffix(".new")
            new.write_text(f"{way}", encoding="ascii")
            new.replace(self.file)
            time.sleep(seconds if way else UNDER_WAY)
        window[1] = time.time()

    def was_wrong(self, begin: float, end: float) -> bool:
        """Whether it was so at any moment of that time."""
        return any(low <= end and begin <= high for low, high in self._moved)


class Faults:
    """Them all, one after the other, with how many there were of each."""

    def __init__(self, server: int, clock: Clock, folder: Path) -> None:
        self.server, self.clock = server, clock
        address = os.environ.get("DATABASE_URL", "")
        self.postgresql = Path(parse_qs(urlsplit(address).query)["host"][0]) if address else None
        self.disk = self.postgresql or folder
        self.did: Counter[str] = Counter()
        self.untried: list[str] = []

    def happen(self, seconds: float) -> None:
        """Let so much time pass: a process of the web server is killed again and again, and in between the rest."""
        begin = time.monotonic()
        ahead = [(0.2, self._fill_disk), (0.45, self._end_database), (0.75, self._move_clock)]
        while (passed := time.monotonic() - begin) < seconds:
            time.sleep(min(KILLED_EVERY, max(0.1, seconds - passed)))
            for process in (worker for web in children(self.server) for worker in children(web)):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                    self.did["web processes killed"] += 1
            if ahead and time.monotonic() - begin > seconds * ahead[0][0]:
                ahead.pop(0)[1]()
        # The last one killed is there again.
        time.sleep(3)

    def _fill_disk(self) -> None:
        """Leave no byte on the disk of the database for a while."""
        if shutil.disk_usage(self.disk).total > SMALL:
            self.untried.append("disk full: not tried, as it is no small one")
            return
        ballast = self.disk / "ballast"
        end = time.monotonic() + DISK_FULL
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
        self.did["disks full, for 20 seconds"] += 1
        if self.postgresql and not _is_running(self.postgresql):
            _start(self.postgresql, shlex.split((self.postgresql / "postmaster.opts").read_text(encoding="utf-8")))
            self.did["databases that ended for want of room, and were started again"] += 1

    def _end_database(self) -> None:
        """Kill PostgreSQL as a power cut would, and start it again after a while, as it was started."""
        if self.postgresql:
            started = shlex.split((self.postgresql / "postmaster.opts").read_text(encoding="utf-8"))
            os.kill(_postmaster(self.postgresql), signal.SIGQUIT)
            time.sleep(DATABASE_DOWN)
            _start(self.postgresql, started)
            self.did["databases killed, and down for 30 seconds"] += 1

    def _move_clock(self) -> None:
        self.clock.move(AN_HOUR, -AN_HOUR, seconds=CLOCK_MOVED)
        self.did["clocks moved, an hour forward and an hour back"] += 1


def _postmaster(data: Path) -> int:
    return int((data / "postmaster.pid").read_text(encoding="ascii").split()[0])


def _is_running(data: Path) -> bool:
    try:
        os.kill(_postmaster(data), 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def _start(data: Path, command: list[str]) -> None:
    owner = data.stat()
    with Path(os.devnull).open("wb") as nothing:
        subprocess.Popen(command, user=owner.st_uid, group=owner.st_gid, stdout=nothing, stderr=nothing)  # noqa: S603
    time.sleep(3)
