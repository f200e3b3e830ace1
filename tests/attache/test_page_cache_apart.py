"""The page cache in two web servers as shipped, each with its own memory, on the database of this test."""

import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import Message
from pathlib import Path

import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from articles import publishing
from articles.models import Snapshot
from tests.articles.test_killed import ROOT, database_url
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
HIT, MADE = "attache; hit", "attache; fwd=miss; stored"
PATIENCE = 120


@dataclass
class Server:
    """A web server in a process of its own."""

    port: int

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str, Message]:
        """Status, text and headers of what a reader gets there."""
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            asking.request(method, path, headers=headers)
            answer = asking.getresponse()
            return answer.status, answer.read().decode(errors="replace"), answer.headers
        finally:
            asking.close()

    def came_from(self, path: str) -> str | None:
        """Where it had the page from."""
        return self.get(path)[2].get("Cache-Status")


@pytest.fixture
def servers(tmp_path: Path) -> Iterator[list[Server]]:
    """Two of them, that answer."""
    with started(2, tmp_path) as found:
        yield found


@contextmanager
def started(number: int, folder: Path, **environment: str) -> Iterator[list[Server]]:
    """So many of them, that answer, with this in their environment."""
    here = {
        "DATABASE_URL": database_url(), "VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "attache.settings",
        "SECRET_KEY": django_settings.SECRET_KEY, "DEBUG": "1", **environment,
    }  # fmt: skip
    running, found = [], []
    try:
        for _ in range(number):
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = int(free.getsockname()[1])
            command = [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "2",
                "--log-level", "critical", "attache.wsgi:application",
            ]  # fmt: skip
            running.append(subprocess.Popen(command, cwd=ROOT, env=os.environ | here, stderr=subprocess.DEVNULL))  # noqa: S603
            found.append(Server(port))
        for server in found:
            until(lambda server=server: server.get("/healthz")[0] == 200)  # type: ignore[misc]
        yield found
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(PATIENCE)


def test_what_one_process_does_every_other_one_shows_with_the_next_request(
    servers: list[Server], published: Callable[..., Snapshot]
) -> None:
    first = published(slug="first", headline="First")
    for server in servers:
        for address in ("/", first.path):
            assert [server.came_from(address) for _ in range(3)] == [MADE, HIT, HIT]
    second = published(slug="second", headline="Second")
    for server in servers:
        assert "Second" in server.get("/")[1]
        assert server.came_from(first.path) == HIT
        status, text, headers = server.get(first.path, "HEAD", **{"Accept-Encoding": "br"})
        assert (status, text, headers["Content-Encoding"]) == (200, "", "br")
        assert int(headers["Content-Length"]) > 500
        known = {"If-None-Match": headers["ETag"], "Accept-Encoding": "br"}
        assert server.get(first.path, **known)[:2] == (304, "")
    publishing.withdraw(first.article, seen_version=first.version)
    for server in servers:
        assert server.get(first.path)[0] == 410
        assert server.get(first.path, **known)[0] == 410
        assert "First" not in server.get("/")[1]
    opens = timezone.now() + timedelta(seconds=3)
    closes = opens + timedelta(seconds=3)
    third = published(slug="third", headline="Third", live_from=opens, live_until=closes)
    _watched(servers, "Third", opens, is_there_before=False)
    _watched(servers, "Third", closes, is_there_before=True)
    assert [server.get(third.path)[0] for server in servers] == [410, 410]
    if connection.vendor == "postgresql":
        _without_a_database(servers, second)


def _watched(servers: list[Server], headline: str, moment: datetime, *, is_there_before: bool) -> None:
    """Ask for the front page until the moment has passed: each answer that cannot have crossed it is right."""
    while timezone.now() < moment + timedelta(milliseconds=200):
        for server in servers:
            began = timezone.now()
            is_there = headline in server.get("/")[1]
            if timezone.now() < moment:
                assert is_there is is_there_before
            elif began >= moment:
                assert is_there is not is_there_before


def _without_a_database(servers: list[Server], story: Snapshot) -> None:
    for server in servers:
        server.get(story.path)
    _database(is_open=False)
    try:
        for server in servers:
            for _ in range(5):
                status, text, headers = server.get(story.path)
                assert (status, "Second" in text, headers["Warning"]) == (200, True, '110 - "Response is Stale"')
            assert server.get("/archive/")[0] == 500
    finally:
        _database(is_open=True)
    for server in servers:
        until(lambda server=server: server.came_from(story.path) == HIT)  # type: ignore[misc]
        assert server.get("/archive/")[0] == 200


def _database(*, is_open: bool) -> None:
    """Let nobody into the database of this test but who is there already, and throw out the others; or let them in."""
    here = connection.get_connection_params()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (mine,) = cursor.fetchone()
    with psycopg.connect(**(here | {"dbname": "postgres"}), autocommit=True) as elsewhere:
        name = connection.ops.quote_name(here["dbname"])
        elsewhere.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {is_open}")
        others = "FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
        elsewhere.execute(f"SELECT pg_terminate_backend(pid) {others}", [here["dbname"], mine])
