"""Reader pages out of nginx's page cache, beside a file of the same bytes: `python benchmarks/edge.py`.

Builds a small paper of its own in a temporary folder and starts the web server, which lets caches hold pages for a
second as in docker-compose.yml, and the nginx of the containers in front of it; both on one core. Asks nginx from
another core for a story that it holds, for a file with the bytes of that story, and for the story by way of a nginx
whose site lets nobody hold anything; in turns, and takes medians. Exit code 1 where a held page has less than 0.8 of
the file's throughput.
"""

import argparse
import gzip
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import progress, serving, stories  # noqa: E402
from benchmarks.load import Load, ask_of, median  # noqa: E402
from benchmarks.measured import Mark  # noqa: E402
from benchmarks.noting import machine, note  # noqa: E402

STORIES = 100
ROUNDS, SECONDS, READERS, WARM = 7, 2.0, 8, 0.3
PAGE, FILE = stories.story(1).path, "/static/story.html"
HELD, STATIC, ASKED = "a story that nginx holds", "a file of the same bytes", "a story that nginx asks the site for"
WANTED = 0.8
# As many requests on a connection as a load makes.
CONNECTIONS = "keepalive_requests 10000000;"


@dataclass(frozen=True)
class Front:
    """An nginx with the site behind it: the processes that work for an answer, and the port."""

    nginx: int
    site: int
    port: int

    def ask(self, path: str, seconds: float) -> Load:
        """One round."""
        parts = {"nginx": [self.nginx], "site": [self.site]}
        return ask_of(parts, [self.port], itertools.repeat(path), seconds=seconds, readers=READERS)

    def fetch(self, path: str) -> tuple[bytes, str]:
        """The bytes as they are sent, and what nginx says of where they came from."""
        wanted = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(wanted) as answer:  # noqa: S310
            return answer.read(), answer.headers.get_all("Cache-Status", [""])[-1]


def main() -> int:
    """Build, serve, ask, print; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often each is asked for ({ROUNDS})")
    parser.add_argument("--seconds", type=float, default=SECONDS, help=f"how long each time ({SECONDS:g})")
    parser.add_argument("--write", action="store_true", help="write the table to benchmarks/results/ too")
    asked = parser.parse_args()
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if not program:
        parser.error("There is no nginx on this machine (Debian: apt-get install nginx-light).")
    with tempfile.TemporaryDirectory(prefix="attache-bench-") as folder, ExitStack() as stack:
        os.environ.pop("DATABASE_URL", None)
        serving.settle(folder)
        from benchmarks import seeding

        seeding.fill(STORIES)
        for_servers, for_readers = serving.cores()
        serving.stay_on(for_servers)
        holding, asking = (_front(program, Path(folder), seconds, stack) for seconds in (1, 0))
        size = _lay_out(holding, Path(folder))
        serving.stay_on(for_readers)
        courses = {HELD: (holding, PAGE), STATIC: (holding, FILE), ASKED: (asking, PAGE)}
        loads: dict[str, list[Load]] = {what: [] for what in courses}
        for number in progress.shown(range(asked.rounds + 1), "rounds"):
            for what, (front, path) in courses.items():
                # The first is to warm up.
                load = front.ask(path, asked.seconds if number else WARM)
                loads[what] += [load] if number else []
        for front, is_holding in ((holding, True), (asking, False)):
            came_from = [front.fetch(PAGE)[1] for _ in range(5)]
            assert any(each == "nginx; hit" for each in came_from) is is_holding, came_from
    rates = {what: median(found, "rate_of_processor") for what, found in loads.items()}
    mark = Mark.at_least(f"{HELD}, beside {STATIC}", WANTED, rates[HELD] / rates[STATIC])
    lines = [
        "# Pages that nginx holds",
        "",
        f"{_version(program)}, {machine()}.",
        "",
        (
            f"nginx and the site behind it on one core, {READERS} readers on another; a story of {size:,} bytes as it "
            f"is sent; medians of {asked.rounds} rounds of {asked.seconds:g} s in turns. Requests a second of "
            "processor are those for each second that nginx and the site worked, whatever else the machine did "
            "meanwhile; the ratio is of these. As in the containers, nginx keeps open what it holds, and other files "
            "not."
        ),
        "",
        "| mark | wanted | measured | met |",
        "|---|---|---|---|",
        f"| {mark.what} | {mark.wanted} | {mark.measured} | {'yes' if mark.is_met else '**no**'} |",
        "",
        "| what | requests/s of processor | requests/s | p50 | p99 |",
        "|---|---|---|---|---|",
        *(
            f"| {what} | {rates[what]:,.0f} | {median(found, 'rate'):,.0f} | {median(found, 'p50') * 1000:.1f} ms "
            f"| {median(found, 'p99') * 1000:.1f} ms |"
            for what, found in loads.items()
        ),
    ]
    note("edge", lines, write=asked.write)
    return int(not mark.is_met)


def _front(program: str, folder: Path, seconds: int, stack: ExitStack) -> Front:
    """A site that lets caches hold its pages for so long, and nginx in front, with files of its own."""
    own = folder / f"nginx-{seconds}"
    own.mkdir()
    (own / "static").symlink_to(folder / "static")
    web, port = serving.free_port(), serving.free_port()
    site = stack.enter_context(serving.running(serving.serve(), web, environment={"EDGE_SECONDS": str(seconds)}))
    command = serving.nginx(program, web, port, own, more=CONNECTIONS)
    return Front(stack.enter_context(serving.running(command, port)), site, port)


def _lay_out(front: Front, folder: Path) -> int:
    """Put the bytes of the page where nginx has files that were packed before; how many they are."""
    page, _ = front.fetch(PAGE)
    (folder / "static" / "story.html").write_bytes(gzip.decompress(page))
    (folder / "static" / "story.html.gz").write_bytes(page)
    assert front.fetch(FILE)[0] == page
    return len(page)


def _version(program: str) -> str:
    said = subprocess.run([program, "-v"], capture_output=True, text=True, check=True).stderr  # noqa: S603
    return said.partition(": ")[2].strip().replace("version: ", "").replace("/", " ")


if __name__ == "__main__":
    sys.exit(main())
