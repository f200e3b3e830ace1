"""Holds many files against the darkroom at once, in one process with its limits, which may die of one of them."""

import io
import multiprocessing
import signal
import warnings
from collections.abc import Sequence
from multiprocessing.sharedctypes import Synchronized

import pytest
from PIL import Image

from media import darkroom, intake

# Of the processor; for one file, and for all of them together.
LONGEST, LONGEST_IN_ALL = 10.0, 600
ASKED = {"rotation": 90, "boxes": {"full": [0, 0, 1, 1]}, "rights": {}, "wanted": [["full", 8, "jpg"]]}


def ends(data: bytes) -> str:
    """How it ends with a file: the code of its refusal, or "" for a picture. Fails for anything else."""
    answer, _ = darkroom.work({"what": "examine", "asked": {}}, data)
    if "refused" in answer:
        assert answer["refused"] in intake.REFUSALS
        return str(answer["refused"])
    seen = answer["examined"]
    assert 0 < seen["width"] * seen["height"] <= darkroom.MAX_PIXELS
    answer, pictures = darkroom.work({"what": "develop", "asked": ASKED}, data)
    assert answer.get("refused", darkroom.DAMAGED) == darkroom.DAMAGED, answer
    if answer:
        return darkroom.DAMAGED
    with Image.open(io.BytesIO(pictures[0])) as made:
        made.load()
        assert made.format == "JPEG"
        assert made.mode == "RGB"
        # Turned by a quarter.
        assert made.height <= 8 or made.width <= 8
    return ""


def hold(cases: Sequence[tuple[str, bytes]]) -> int:
    """Put each file through the darkroom; how many of them ended in a picture. Fails with the name of one that ends in
    neither a picture nor a refusal.
    """
    forked = multiprocessing.get_context("fork")
    at, taken = forked.Value("i", 0), forked.Value("i", 0)
    child = forked.Process(target=_hold, args=(cases, at, taken))
    child.start()
    child.join()
    if child.exitcode:
        pytest.fail(f"{cases[at.value][0]}: the darkroom ended with code {child.exitcode}")
    return int(taken.value)


def _hold(cases: Sequence[tuple[str, bytes]], at: "Synchronized[int]", taken: "Synchronized[int]") -> None:
    warnings.simplefilter("ignore")
    darkroom.limit(LONGEST_IN_ALL)
    for number, (_, data) in enumerate(cases):
        at.value = number
        # Ends this process where a file takes longer.
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        taken.value += not ends(data)
