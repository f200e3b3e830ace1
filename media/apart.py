"""Runs the darkroom in a process of its own, so that no file can take the site down."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import BoundedSemaphore, Timer
from typing import IO, Any

from media.darkroom import MOST_SECONDS, TOO_HEAVY

# Seconds of the clock for each second of the processor that a job may take: others work on this machine too.
PATIENCE = 3.0
AT_ONCE = 2
# Fewer in all than the web server has threads (see `manage.py serve`), so that it answers readers meanwhile.
IN_LINE = 3
# Far more than all renditions of the largest photo together.
MOST_TAKEN = 128 * 1024 * 1024
BUSY = "busy"
ROOT = Path(__file__).resolve().parent.parent
_line = BoundedSemaphore(AT_ONCE + IN_LINE)
_places = BoundedSemaphore(AT_ONCE)


class Failed(OSError):
    """Raised where no picture came of a file; `code` is one of the refusals of `media.darkroom`, or BUSY."""

    def __init__(self, code: str, because: str = "") -> None:
        super().__init__(f"{code}: {because}" if because else code)
        self.code = code


class Busy(Failed):
    """Raised where too many jobs wait already, or the machine has no room for another one."""

    def __init__(self, because: str = f"{AT_ONCE + IN_LINE} jobs are waiting already.") -> None:
        super().__init__(BUSY, because)


def run(what: str, data: bytes, **asked: Any) -> tuple[dict[str, Any], list[bytes]]:
    """Have the darkroom do a job with a file: its answer and its pictures. Raises Failed and Busy.

    It has its limits of memory and time, writes no file and knows no secret of the site. No more than AT_ONCE are at
    work for each process of the site; IN_LINE wait for their turn, and who comes after them is told that it is Busy.
    """
    job = json.dumps({"what": what, "asked": asked}).encode() + b"\n"
    if not _line.acquire(blocking=False):
        raise Busy
    try:
        with _places:
            code, given, told = _held(job + data, PATIENCE * MOST_SECONDS[what])
    except (OSError, RuntimeError) as error:
        # No memory, process or thread was left to begin with.
        raise Busy(str(error)) from error
    finally:
        _line.release()
    head, _, pictures = given.partition(b"\n")
    if code or not head:
        raise Failed(TOO_HEAVY, told or f"It ended with code {code}.")
    answer: dict[str, Any] = json.loads(head)
    if "refused" in answer:
        raise Failed(answer["refused"], answer.get("because", ""))
    return answer, list(_parts(pictures, answer.pop("lengths")))


def _held(given: bytes, seconds: float) -> tuple[int, bytes, str]:
    """Run the darkroom for so many seconds at most, and read no more than MOST_TAKEN bytes of its answer.

    Its exit code, its answer, and the last line of its standard error.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "media.darkroom"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
    ) as child:
        assert child.stdin  # noqa: S101 - the three are pipes
        assert child.stdout  # noqa: S101
        assert child.stderr  # noqa: S101
        alarm = Timer(seconds, child.kill)
        alarm.start()
        try:
            with ThreadPoolExecutor(2) as hands:
                hands.submit(_give, child.stdin, given)
                told = hands.submit(_last_line, child.stderr)
                taken = child.stdout.read(MOST_TAKEN + 1)
                if len(taken) > MOST_TAKEN:
                    child.kill()
            return child.wait(), taken, told.result()
        finally:
            alarm.cancel()
            child.kill()


def _give(pipe: IO[bytes], given: bytes) -> None:
    # One that refuses a file may do so before it was given all of it.
    with suppress(BrokenPipeError), pipe:
        pipe.write(given)


def _last_line(said: Any) -> str:
    kept = b""
    while more := said.read1(65_536):
        kept = (kept + more)[-1_000:]
    return kept.decode(errors="replace").strip().rpartition("\n")[2][:300]


def _parts(whole: bytes, lengths: list[int]) -> list[bytes]:
    begin, found = 0, []
    for length in lengths:
        found.append(whole[begin : begin + length])
        begin += length
    return found
