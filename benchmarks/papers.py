"""The papers that are measured: where each has its database and its files, and how its programs and servers start."""

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import databases
from benchmarks.serving import ROOT, free_port, granian, running, serve

WAGTAIL = ROOT / "var" / "bench" / "wagtail"
WANTED = ROOT / "benchmarks" / "wagtail_site" / "requirements.txt"


@dataclass(frozen=True)
class Server:
    """A server that runs: its process and its port."""

    process: int
    port: int


@dataclass(frozen=True)
class Paper:
    """A paper with stories in it. `program` does what `benchmarks.deeds` can, `server` shows the paper to readers."""

    name: str
    stories: int
    program: Sequence[str]
    server: Sequence[str]
    environment: Mapping[str, str]

    def does(self, *words: str, **environment: str) -> Any:
        """What its program says when it is called with these words."""
        said = subprocess.run(  # noqa: S603
            [*self.program, *words],
            cwd=ROOT, env={**os.environ, **self.environment, **environment}, stdout=subprocess.PIPE, check=True,
        )  # fmt: skip
        return json.loads(said.stdout.splitlines()[-1])

    @contextmanager
    def before_readers(self, **environment: str) -> Iterator[Server]:
        """Its server, with one worker."""
        port = free_port()
        with running(self.server, port, environment={**self.environment, **environment}) as process:
            yield Server(process, port)


def home_of(paper: str, folder: Path) -> Path:
    """A folder for the files of one of our papers within that one, which has the static files of all."""
    home, static = folder / databases.vendor() / paper, folder / "static"
    for each in (home, static):
        each.mkdir(parents=True, exist_ok=True)
    if not (home / "static").exists():
        (home / "static").symlink_to(static)
    return home


@contextmanager
def ours(number: int, folder: Path, *, keep: bool) -> Iterator[Paper]:
    """Our paper with so many stories, its files in a folder of its own within that one."""
    home = home_of(f"paper-{number}", folder)
    with databases.database(home.name, home, keep=keep) as address:
        paper = Paper(
            name="Attaché",
            stories=number,
            program=[sys.executable, "-m", "benchmarks.our_paper"],
            server=serve(),
            environment={"VAR_DIR": str(home), "DATABASE_URL": address, "DEBUG": "0"},
        )
        paper.does("fill", str(number))
        yield paper


@contextmanager
def wagtails(number: int, folder: Path, photos: Path, *, keep: bool) -> Iterator[Paper]:
    """The same stories on Wagtail, which is installed if it is not yet."""
    python = str(_wagtail())
    home = folder / databases.vendor() / f"wagtail-{number}"
    home.mkdir(parents=True, exist_ok=True)
    with databases.database(home.name, home, keep=keep) as address:
        paper = Paper(
            name="Wagtail",
            stories=number,
            program=[python, "-m", "benchmarks.wagtail_site.paper"],
            server=granian("benchmarks.wagtail_site.wsgi:application", python=python),
            environment={"VAR_DIR": str(home), "DATABASE_URL": address, "PHOTOS": str(photos)},
        )
        paper.does("fill", str(number))
        yield paper


def collect_static(home: Path) -> None:
    """Make the files that the pages of all our papers name, of which one has its files there."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    environment = os.environ | {"VAR_DIR": str(home), "DEBUG": "0"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)  # noqa: S603


def _wagtail() -> Path:
    """The Python of an environment that has Wagtail as `requirements.txt` locks it; made anew when that changes."""
    python, made_of = WAGTAIL / "bin" / "python", WAGTAIL / "made-of"
    wanted = hashlib.sha256(WANTED.read_bytes()).hexdigest()
    if not made_of.exists() or made_of.read_text() != wanted:
        sys.stderr.write("Installing Wagtail in var/bench/wagtail …\n")
        venv.create(WAGTAIL, with_pip=True, clear=True)
        install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r"]
        subprocess.run([python, *install, str(WANTED)], check=True)  # noqa: S603
        made_of.write_text(wanted)
    return python


def locked(package: str) -> str:
    """The version of a package that Wagtail's environment has."""
    begin = f"{package}=="
    line = next(line for line in WANTED.read_text().splitlines() if line.startswith(begin))
    return line.removeprefix(begin).split()[0]
