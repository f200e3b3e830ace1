"""The server is killed in the middle of a save and of a publication, again and again: nothing is ever half done."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from articles import content
from articles.models import Article, Buffer, Move, Revision, Snapshot, SnapshotAuthor, SnapshotTag
from staff.models import Person
from tests.articles.forms import form_of

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
TIMES = 20
LIST = "/admin/articles/article/"
CSRF = "k" * 32


def database_url() -> str:
    """The address of the database that this test runs on."""
    here = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{here['NAME']}"
    place = f"{here['HOST']}:{here['PORT']}" if here["HOST"] else ""
    query = urlencode({"host": here["OPTIONS"]["host"]}) if "host" in here["OPTIONS"] else ""
    return f"postgresql://{here['USER']}:{here['PASSWORD']}@{place}/{here['NAME']}?{query}"


class Server:
    """The web server as shipped, with the test's own database, in a process that can be killed."""

    def __init__(self, person: Client) -> None:
        self.cookies = f"sessionid={person.cookies['sessionid'].value}; csrftoken={CSRF}"
        self.process: subprocess.Popen[bytes] | None = None
        self.port = 0

    def start(self) -> None:
        """Start it and wait until it answers."""
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = int(found.getsockname()[1])
        command = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port), "--log-level", "error",
            "attache.wsgi:application",
        ]  # fmt: skip
        environment = os.environ | {
            "DATABASE_URL": database_url(),
            "SECRET_KEY": django_settings.SECRET_KEY,
            "DJANGO_SETTINGS_MODULE": "attache.settings",
            "DEBUG": "1",
        }
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)  # noqa: S603
        for _ in range(300):
            with suppress(OSError):
                if self.ask("GET", "/healthz") == 200:
                    return
            time.sleep(0.1)
        pytest.fail("the server did not come up")

    def ask(self, method: str, path: str, data: str = "", kind: str = "application/x-www-form-urlencoded") -> int:
        """The status of an answer; OSError where there is none."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            line.request(
                method, path, data.encode(),
                {"Content-Type": kind, "Cookie": self.cookies, "X-CSRFToken": CSRF},
            )  # fmt: skip
            return line.getresponse().status
        except http.client.HTTPException as error:
            raise OSError from error
        finally:
            line.close()

    def kill(self) -> None:
        """Kill it as the power goes: no process of it gets to say a word."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def killed_while(self, path: str, data: dict[str, Any], *, after: float) -> None:
        """Send the request, and kill the server so many seconds later."""

        def send() -> None:
            with suppress(OSError):
                self.ask("POST", path, urlencode(data))

        sending = threading.Thread(target=send)
        sending.start()
        time.sleep(after)
        self.kill()
        sending.join()


@pytest.fixture
def server(client: Client, chen: Person) -> Iterator[Server]:
    """The server, at which the editor-in-chief is signed in."""
    client.force_login(chen)
    made = Server(client)
    yield made
    if made.process and made.process.poll() is None:
        made.kill()


def text(number: int) -> str:
    """A long text of its own."""
    words = f"The {number} ships that lay in the harbour were waiting for the tide to turn. " * 12
    return "\n".join(f"<p>{words.strip()}</p>" for _ in range(30))


def test_a_save_is_whole_or_not_there_and_the_typed_words_are(
    server: Server, client: Client, story: Callable[..., Article]
) -> None:
    article = story(tags=("a", "b"))
    page = f"{LIST}{article.pk}/change/"
    server.start()
    sent = form_of(client, page, body=text(0), _tab="tab-0")
    began = time.monotonic()
    assert server.ask("POST", page, urlencode(sent)) == 302
    lasted = time.monotonic() - began
    server.kill()
    for number in range(1, TIMES + 1):
        server.start()
        tags = ", ".join(f"tag {number} {each}" for each in range(8))
        sent = form_of(client, page, body=text(number), tags=tags, _tab=f"tab-{number}")
        typed = {"article": article.pk, "tab": f"tab-{number}", "version": sent["seen_version"]}
        fields = [[name, str(value)] for name, value in sent.items()]
        kept = json.dumps({**typed, "fields": fields})
        assert server.ask("POST", f"{LIST}at-work/", kept, "application/json") == 200
        server.killed_while(page, sent, after=lasted * 1.2 * number / TIMES)

        stored = Article.objects.get()
        newest = Revision.objects.first()
        assert newest
        assert stored.version == newest.version == Revision.objects.count()
        assert content.of(stored) == newest.content
        is_saved = stored.body == text(number)
        buffered = Buffer.objects.filter(tab=f"tab-{number}").first()
        assert is_saved or (buffered and dict(buffered.fields)["body"] == text(number))


def test_a_publication_is_whole_or_not_there_and_readers_always_have_the_story(
    server: Server, client: Client, published: Callable[..., Snapshot], photo: Callable[..., Any]
) -> None:
    article = Article.objects.get(pk=published(tags=("a", "b"), lead_photo=photo(), body=text(0)).article_id)
    move = f"{LIST}{article.pk}/move/update/"
    lasted = 0.0
    for number in range(TIMES + 1):
        Article.objects.update(deck=f"Now {number}.", is_settled=False)
        before = Snapshot.objects.count()
        server.start()
        sent = {"seen_version": 1, "change": "correction", "words": f"It is {number}."}
        if number == 0:
            began = time.monotonic()
            assert server.ask("POST", move, urlencode(sent)) == 302
            lasted = time.monotonic() - began
            server.kill()
        else:
            server.killed_while(move, sent, after=lasted * 1.2 * number / TIMES)

        live = Snapshot.objects.live().get()
        assert Snapshot.objects.count() == Move.objects.count() + 1
        assert Snapshot.objects.count() - before in (0, 1)
        is_out = Snapshot.objects.count() > before
        assert (live.deck == f"Now {number}.") is is_out
        assert Article.objects.get().is_settled is is_out
        for linked in (SnapshotAuthor, SnapshotTag):
            assert set(linked.objects.values_list("snapshot", flat=True)) == set(
                Snapshot.objects.values_list("pk", flat=True)
            )
        assert client.get(live.path).status_code == 200
