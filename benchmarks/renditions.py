"""What it costs to make all renditions of a photo of 24 megapixels: `python benchmarks/renditions.py`.

As the darkroom makes them, with and without shrink-on-load, beside a plain loop over Pillow that opens the picture once
and makes the same files. Each has a process of its own. Prints seconds, on the clock and of the processor, and the peak
of memory, the median of a few rounds. Exit code 1 where ours takes more of the processor than the loop.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SIZE = (6000, 4000)
WHOLE = "import sys; from PIL import JpegImagePlugin; JpegImagePlugin.JpegImageFile.draft = lambda *asked: None; "
CONTENDERS = {
    "the darkroom": ["-m", "media.darkroom"],
    "the darkroom without shrink-on-load": [
        "-c", f"{WHOLE}from media import darkroom; darkroom.main(sys.stdin.buffer, sys.stdout.buffer)",
    ],
    "a plain loop over Pillow": ["-m", "benchmarks.renditions", "--plain"],
}  # fmt: skip
OURS, WITHOUT, PLAIN = CONTENDERS
# Ours may be as slow as chance makes it.
CHANCE = 1.05


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds on the clock and of the processor, megabytes at its peak, files, megabytes of them."""

    seconds: float
    processor: float
    memory: float
    files: int
    weight: float


def main() -> int:
    """Measure and print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    parser.add_argument("--plain", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--photograph", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.photograph:
        from benchmarks.photograph import as_jpeg, photograph

        sys.stdout.buffer.write(as_jpeg(photograph(1, *SIZE)))
        return 0
    if asked.plain:
        _plain()
        return 0
    with tempfile.TemporaryDirectory(prefix="attache-bench-") as folder:
        os.environ |= {"VAR_DIR": folder, "DJANGO_SETTINGS_MODULE": "attache.settings", "DEBUG": "0"}
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        return _compare(asked.rounds, write=asked.write)


def _compare(rounds: int, *, write: bool) -> int:
    from benchmarks.noting import machine, note

    # What a process held at its peak is told together with what held the one that started it: this one stays small.
    command = [sys.executable, "-m", "benchmarks.renditions", "--photograph"]
    data = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout  # noqa: S603
    given = json.dumps(_job()).encode() + b"\n" + data
    costs: dict[str, list[Cost]] = {name: [] for name in CONTENDERS}
    for number in range(rounds):
        for name, command in CONTENDERS.items():
            costs[name].append(_measured(command, given))
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{name}, round {number + 1} of {rounds}: {costs[name][-1].seconds:.1f} s   ")
    lines = [
        f"# Renditions of a JPEG of {SIZE[0] * SIZE[1] // 1_000_000} megapixels ({len(data) / 1e6:.1f} MB)",
        "",
        f"{machine()}. All shapes, widths and formats; one process each; median of {rounds}.",
        "",
        "| | seconds | of the processor | peak memory | files | together |",
        "|---|---|---|---|---|---|",
    ]
    middle = {name: _median(each) for name, each in costs.items()}
    for name, cost in middle.items():
        lines.append(
            f"| {name} | {cost.seconds:.1f} | {cost.processor:.1f} | {cost.memory:.0f} MB | {cost.files} | "
            f"{cost.weight:.1f} MB |"
        )
    note("renditions", lines, write=write)
    is_slower = middle[OURS].processor > CHANCE * middle[PLAIN].processor
    return int(is_slower or middle[OURS].processor > middle[WITHOUT].processor)


def _job() -> dict[str, Any]:
    """All renditions, as the photo desk asks for them."""
    from dataclasses import astuple

    from media.framing import FULL, SHAPES, box
    from media.models import Print
    from media.renditions import all_of

    width, height = SIZE
    boxes = {
        shape: astuple(box(shape, width=width, height=height, focal=(50, 50), crop=None)) for shape in (FULL, *SHAPES)
    }
    found = Print(recipe={"boxes": boxes, "size": SIZE})
    wanted = [(each.shape, each.width, each.kind) for each in all_of(found)]
    return {"what": "develop", "asked": {"rotation": 0, "boxes": boxes, "rights": {}, "wanted": wanted}}


def _measured(command: Sequence[str], given: bytes) -> Cost:
    with tempfile.TemporaryFile() as job:
        job.write(given)
        job.seek(0)
        began = time.perf_counter()
        child = subprocess.Popen([sys.executable, *command], stdin=job, stdout=subprocess.PIPE, cwd=ROOT)  # noqa: S603
        assert child.stdout
        answer = json.loads(child.stdout.readline())
        weight = len(child.stdout.read())
        _, status, used = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
    assert (child.returncode, answer.get("refused")) == (0, None), answer
    return Cost(
        seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, len(answer["lengths"]), weight / 1_000_000
    )


def _median(costs: Sequence[Cost]) -> Cost:
    return sorted(costs, key=lambda cost: cost.processor)[len(costs) // 2]


def _plain() -> None:
    """The same files by the loop that anybody would write."""
    from PIL import Image, ImageOps

    from media.darkroom import FORMATS

    os.nice(5)
    asked: Mapping[str, Any] = json.loads(sys.stdin.buffer.readline())["asked"]
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(sys.stdin.buffer.read()))).convert("RGB")
    made = []
    for shape, width, kind in asked["wanted"]:
        left, top, wide, high = asked["boxes"][shape]
        edges = (left * image.width, top * image.height, (left + wide) * image.width, (top + high) * image.height)
        size = (width, round(width * (edges[3] - edges[1]) / (edges[2] - edges[0])))
        small = image.resize(size, Image.Resampling.LANCZOS, box=edges)
        buffer = io.BytesIO()
        name, options = FORMATS[kind]
        small.save(buffer, name, **options)
        made.append(buffer.getvalue())
    head = json.dumps({"lengths": [len(each) for each in made]})
    sys.stdout.buffer.write(head.encode() + b"\n" + b"".join(made))


if __name__ == "__main__":
    sys.exit(main())
