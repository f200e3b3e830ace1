"""Pictures out of an object storage, beside the disk: `python benchmarks/bucket.py`.

Builds a small paper of its own in a temporary folder and starts the web server twice on one core: with its pictures on
the disk, and with the same in a stand-in for an object storage, which runs on the other core and answers at once. Asks
each from that other core for a picture that is there, in turns, and takes medians. What is told is the work of the
site: a storage elsewhere takes its own time.
"""

import argparse
import itertools
import os
import re
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import progress, serving, stories  # noqa: E402
from benchmarks.load import Load, ask_of, median  # noqa: E402
from benchmarks.noting import machine, note  # noqa: E402

STORIES = 100
READERS, WARM = 8, 0.3
DISK, STORAGE = "on the disk", "in an object storage"
PICTURE = re.compile(r"/photos/[^\s\"]+\.avif")


def main() -> int:
    """Build, serve, ask, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="how often each is asked (5)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each time (2)")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attache-bench-") as folder, ExitStack() as stack:
        os.environ.pop("DATABASE_URL", None)
        serving.settle(folder)
        from benchmarks import seeding

        seeding.fill(STORIES)
        for_servers, for_readers = serving.cores()
        serving.stay_on(for_readers)
        door = stand_in(Path(folder), stack)
        serving.stay_on(for_servers)
        address = f"s3+http://key:secret@127.0.0.1:{door}/bucket"
        sites = {DISK: site(stack), STORAGE: site(stack, STORAGE_URL=address)}
        serving.stay_on(for_readers)
        path = PICTURE.findall(_fetch(sites[DISK][1], stories.story(1).path).decode())[0]
        sizes = {what: len(_fetch(port, path)) for what, (_, port) in sites.items()}
        assert len(set(sizes.values())) == 1, sizes
        loads: dict[str, list[Load]] = {what: [] for what in sites}
        for number in progress.shown(range(asked.rounds + 1), "rounds"):
            for what, (process, port) in sites.items():
                # The first is to warm up.
                seconds = asked.seconds if number else WARM
                load = ask_of({"site": [process]}, [port], itertools.repeat(path), seconds=seconds, readers=READERS)
                loads[what] += [load] if number else []
    lines = [
        "# Pictures out of an object storage",
        "",
        f"{machine()}.",
        "",
        (
            f"A picture of {sizes[DISK]:,} bytes that is there, {READERS} readers; medians of {asked.rounds} rounds of "
            f"{asked.seconds:g} s in turns. One process of the site on one core; the readers, and a stand-in for the "
            "storage that answers at once, on the other."
        ),
        "",
        "| pictures | requests/s of the site's processor | requests/s | p50 | p99 |",
        "|---|---|---|---|---|",
        *(
            f"| {what} | {median(found, 'rate_of_processor'):,.0f} | {median(found, 'rate'):,.0f} "
            f"| {median(found, 'p50') * 1000:.1f} ms | {median(found, 'p99') * 1000:.1f} ms |"
            for what, found in loads.items()
        ),
    ]
    note("bucket", lines, write=asked.write)
    return 0


def stand_in(folder: Path, stack: ExitStack) -> int:
    """A server that answers for a bucket with the pictures of the site in that folder; its port."""
    bucket = folder / "storage" / "bucket"
    bucket.mkdir(parents=True)
    (folder / "renditions").mkdir(exist_ok=True)
    (bucket / "photos").symlink_to(folder / "renditions")
    port = serving.free_port()
    place = ["--bind", "127.0.0.1", "--directory", str(bucket.parent), "--protocol", "HTTP/1.1"]
    command = [sys.executable, "-m", "http.server", *place, str(port)]
    stack.enter_context(serving.running(command, port, log=folder / "storage.log"))
    return port


def site(stack: ExitStack, **environment: str) -> tuple[int, int]:
    """The web server; its process and its port."""
    port = serving.free_port()
    return stack.enter_context(serving.running(serving.serve(), port, environment=environment)), port


def _fetch(port: int, path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
        return bytes(answer.read())


if __name__ == "__main__":
    sys.exit(main())
