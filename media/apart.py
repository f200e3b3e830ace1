"""Runs the darkroom in a process of its own, so that no file can take the site down."""

import json
import os
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from media.darkroom import TOO_HEAVY

# A little longer than the darkroom gives itself.
LONGEST = 65
AT_ONCE = 2
ROOT = Path(__file__).resolve().parent.parent
_places = BoundedSemaphore(AT_ONCE)


class Failed(OSError):
    """Raised where no picture came of a file; `code` is one of the refusals of `media.darkroom`."""

    def __init__(self, code: str, because: str = "") -> None:
        super().__init__(f"{code}: {because}" if because else code)
        self.code = code


def run(what: str, data: bytes, **asked: Any) -> tuple[dict[str, Any], list[bytes]]:
    """Have the darkroom do a job with a file: its answer and its pictures. Raises Failed.

    It has its limits of memory and time, writes no file and knows no secret of the site. No more than AT_ONCE are at
    work for each process of the site; others wait for their turn.
    """
    job = json.dumps({"what": what, "asked": asked}).encode() + b"\n"
    with _places:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "media.darkroom"],
                input=job + data,
                capture_output=True,
                timeout=LONGEST,
                cwd=ROOT,
                env={"PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1"},
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Failed(TOO_HEAVY, f"It took longer than {LONGEST} seconds.") from error
    head, _, pictures = done.stdout.partition(b"\n")
    if done.returncode or not head:
        last = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise Failed(TOO_HEAVY, last[:300] or f"exit code {done.returncode}")
    answer: dict[str, Any] = json.loads(head)
    if "refused" in answer:
        raise Failed(answer["refused"], answer.get("because", ""))
    return answer, list(_parts(pictures, answer.pop("lengths")))


def _parts(whole: bytes, lengths: list[int]) -> list[bytes]:
    begin, found = 0, []
    for length in lengths:
        found.append(whole[begin : begin + length])
        begin += length
    return found
