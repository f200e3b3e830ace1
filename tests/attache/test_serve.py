"""`manage.py serve`: web server and worker come up together, stop together, and stand in for each other's loss."""

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from articles.models import Snapshot
from benchmarks.serving import children
from tests.articles.test_killed import ROOT, database_url
from tests.waiting import until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not tell of processes"),
]
PATIENCE = 60


class Serve:
    """The command as it runs."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self.process, self.port = process, port

    def get(self, path: str) -> str:
        """What a reader gets there, once it answers."""
        found: list[str] = []

        def is_there() -> bool:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=PATIENCE) as answer:
                found.append(answer.read().decode())
            return True

        until(is_there)
        return found[0]

    def parts(self) -> list[int]:
        """The web server, its process that answers, and the worker."""
        web, worker = children(self.process.pid)
        return [web, *children(web), worker]


def is_gone(process: int) -> bool:
    """Whether it has ended, with nobody having to ask for its end any more."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@contextmanager
def serving(folder: Path) -> Iterator[Serve]:
    """It, on the database of the test."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    here = {
        "DATABASE_URL": database_url(), "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "attache.settings",
        "SECRET_KEY": django_settings.SECRET_KEY, "DEBUG": "1", "PORT": str(port),
    }  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=os.environ | here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Serve(process, port)
        finally:
            process.terminate()


def test_it_shows_the_paper_and_ends_everything_when_it_is_told_to(
    tmp_path: Path, published: Callable[..., Snapshot]
) -> None:
    story = published(headline="The bridge opens")
    with serving(tmp_path) as running:
        assert "The bridge opens" in running.get(story.path)
        parts = running.parts()
        assert len(parts) == 3
        running.process.terminate()
        assert running.process.wait(PATIENCE) == 0
        until(lambda: all(map(is_gone, parts)))
        assert running.process.stdout
        assert "WARNING" not in running.process.stdout.read()


def test_a_web_process_that_is_killed_is_replaced(tmp_path: Path, published: Callable[..., Snapshot]) -> None:
    story = published(headline="The bridge opens")
    with serving(tmp_path) as running:
        running.get(story.path)
        _, first, _ = running.parts()
        os.kill(first, signal.SIGKILL)
        assert "The bridge opens" in running.get(story.path)
        assert running.parts()[1] != first


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize(("place", "name"), [(0, "web server"), (-1, "worker")])
def test_when_one_ends_everything_is_ended_and_the_command_says_which(
    tmp_path: Path, published: Callable[..., Snapshot], place: int, name: str, how: signal.Signals
) -> None:
    story = published()
    with serving(tmp_path) as running:
        running.get(story.path)
        parts = running.parts()
        os.kill(parts[place], how)
        assert running.process.wait(PATIENCE) == 1
        assert running.process.stderr
        assert f"The {name} ended with code" in running.process.stderr.read()
        until(lambda: all(map(is_gone, parts)))
