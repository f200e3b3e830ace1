"""The doctor says in words how the site is: on the command line, to administrators, and to machines with two words."""

import io
import shutil
import socketserver
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article, Revision
from attache import doctor
from attache.doctor import Finding, Grade
from attache.models import Backup
from media.models import Photo
from staff.models import Person

pytestmark = pytest.mark.django_db
PAGE = "/admin/doctor/"


@pytest.fixture(autouse=True)
def _well(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site at which nothing is wrong, on a disk with room."""
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(shutil, "disk_usage", lambda place: mock.Mock(free=100 * doctor.GIGABYTE))
    backup_taken()
    doctor.readiness.forget()


def backup_taken(*, ago: timedelta = timedelta(hours=2), lacking: int = 0) -> Backup:
    """A backup was taken."""
    Backup.objects.all().delete()
    taken_at = timezone.now() - ago
    return Backup.objects.create(
        taken_at=taken_at, folder="/backups/monday", rows=1, originals=1, bytes=1, lacking=lacking
    )


def run() -> tuple[int, str]:
    """Consult it on the command line: the exit code, and what it said."""
    printed = io.StringIO()
    try:
        call_command("doctor", stdout=printed)
    except SystemExit as ended:
        return int(str(ended.code)), " ".join(printed.getvalue().split())
    return 0, " ".join(printed.getvalue().split())


def about(what: str) -> Finding:
    """The finding about one thing."""
    return next(finding for finding in doctor.examine() if finding.about == what)


def test_all_is_well() -> None:
    code, said = run()
    assert code == 0, said
    assert said.endswith("All is well.")
    for words in ("answers", "every migration", "Nothing waits for the worker", "for the database too", "last backup"):
        assert words in said
    assert {finding.about for finding in doctor.examine()} == {
        "Database", "Migrations", "Worker", "Clock", "Backup", "Storage of originals", "Storage of renditions", "Disk",
        "Mail", "Settings", "Second factors",
    }  # fmt: skip


def test_a_database_that_does_not_answer() -> None:
    with mock.patch.object(connection, "cursor", side_effect=OperationalError("could not connect\nat all")):
        code, said = run()
    assert code == 2
    assert "The database does not answer: could not connect." in said
    assert "Disk" in said


def test_pending_migrations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "pending", lambda: 3)
    found = about("Migrations")
    assert found.grade == Grade.BROKEN
    assert found.found == "3 migrations of the code are not in the database."
    assert "manage.py migrate" in found.advice


def test_a_late_worker(photo: Callable[..., Photo], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        photo()
    assert run()[0] == 0
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))
    code, said = run()
    assert code == 1
    assert "The worker is late" in said
    assert said.endswith("Something wants attention.")


def test_a_storage_that_cannot_be_written_to(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    blocked = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "file"}}
    settings.STORAGES = {**settings.STORAGES, "originals": blocked}
    found = about("Storage of originals")
    assert found.grade == Grade.BROKEN
    assert "cannot be written to" in found.found
    assert about("Storage of renditions").grade == Grade.WELL
    assert not list((tmp_path / "renditions").iterdir())


def test_static_files_that_nobody_collected(settings: Any) -> None:
    whitenoise = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": whitenoise}
    assert "collectstatic" in about("Static files").advice
    (settings.STATIC_ROOT / "staticfiles.json").write_text("{}")
    assert run()[0] == 0


@pytest.mark.parametrize(
    ("free", "grade"), [(1, Grade.BROKEN), (doctor.GIGABYTE, Grade.ATTENTION), (3 * doctor.GIGABYTE, Grade.WELL)]
)
def test_the_disk(monkeypatch: pytest.MonkeyPatch, free: int, grade: Grade) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: mock.Mock(free=free))
    assert about("Disk").grade == grade


def test_a_disk_that_is_not_there(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path / "unmounted"
    assert "is not there" in about("Disk").found


REDIS_THAT_IS_DOWN = {
    "BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"
}  # fmt: skip


def test_a_redis_that_is_down(settings: Any) -> None:
    settings.CACHES = {**settings.CACHES, "pages": REDIS_THAT_IS_DOWN}
    # The last purge stands there, too.
    settings.PURGE_URL, settings.EDGE_SECONDS = "http://127.0.0.1:1/purge", 60
    found = about("Redis")
    assert found.grade == Grade.BROKEN
    assert "Redis does not answer" in found.found
    assert "CACHE_URL" in found.advice
    assert run()[0] == 2


def test_nodes_with_different_addresses_behind_one_redis(settings: Any) -> None:
    common = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "nodes of a test"}
    settings.CACHES = {**settings.CACHES, "pages": common}
    settings.SITE_URL = "http://news.example"
    assert [about("Redis").grade for _ in range(2)] == [Grade.WELL, Grade.WELL]
    settings.SITE_URL = "http://www.news.example"
    found = about("Redis")
    assert found.grade == Grade.ATTENTION
    assert "http://news.example" in found.found
    assert "SITE_URL" in found.advice
    # It was changed, and is the same everywhere again.
    assert about("Redis").grade == Grade.WELL
    caches["pages"].clear()


class Smtp(socketserver.StreamRequestHandler):
    """Says what a mail server says first."""

    def handle(self) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            self.wfile.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 well\r\n")
            if line.upper().startswith(b"QUIT"):
                return


@pytest.fixture
def mail_server(settings: Any) -> Iterator[socketserver.TCPServer]:
    """A mail server on this machine, which the settings name."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp) as running:
        threading.Thread(target=running.serve_forever).start()
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = running.server_address[:2]
        yield running
        running.shutdown()


def test_mail(settings: Any, mail_server: socketserver.TCPServer) -> None:
    assert about("Mail").grade == Grade.WELL
    mail_server.shutdown()
    mail_server.server_close()
    found = about("Mail")
    assert found.grade == Grade.BROKEN
    assert f"127.0.0.1:{settings.EMAIL_PORT} cannot be used" in found.found


def test_mail_that_goes_nowhere_is_a_matter_of_production(settings: Any) -> None:
    assert about("Mail").grade == Grade.WELL
    settings.PRODUCTION = True
    assert about("Mail").grade == Grade.ATTENTION


def test_clocks_that_differ(monkeypatch: pytest.MonkeyPatch, story: Callable[..., Article]) -> None:
    assert about("Clock").grade == Grade.WELL
    monkeypatch.setattr(doctor, "_clock_of_database", lambda: timezone.now() + timedelta(seconds=90))
    assert "differs by" in about("Clock").found
    monkeypatch.undo()
    story()
    Revision.objects.update(at=timezone.now() + timedelta(hours=3))
    found = about("Clock")
    assert found.grade == Grade.BROKEN
    assert "The clock is behind" in found.found


def test_the_age_of_the_last_backup() -> None:
    assert about("Backup").grade == Grade.WELL
    backup_taken(ago=timedelta(days=3))
    assert "long ago" in about("Backup").found
    backup_taken(lacking=2)
    assert "2 originals were missing" in about("Backup").found
    Backup.objects.all().delete()
    assert "No backup of this site" in about("Backup").found
    assert run()[0] == 1


def test_settings_that_production_should_not_have(settings: Any) -> None:
    settings.PRODUCTION, settings.SITE_URL, settings.DEBUG = True, "https://news.example", True
    Person.objects.create_user("chen.marlowe@ledger.example", "Chen")
    said = " ".join(finding.found for finding in doctor.examine() if finding.about == "Settings")
    for words in ("DEBUG is on", "BEHIND_PROXY is not set", "passwords are public", "security.W004", "security.W008"):
        assert words in said


def test_tables_that_are_not_there_are_spoken_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "lateness", mock.Mock(side_effect=OperationalError("no such table: tasks")))
    code, said = run()
    assert code == 2
    assert "Worker: It could not be asked: no such table: tasks." in said


# --- in the admin ---


def test_administrators_see_it_and_what_to_do(client: Client, dee: Person) -> None:
    client.force_login(dee)
    assert f'href="{PAGE}"' in client.get("/admin/").content.decode()
    assert "All is well." in client.get(PAGE).content.decode()
    Backup.objects.all().delete()
    page = client.get(PAGE).content.decode()
    assert "Something wants attention." in page
    # What is wrong stands first.
    assert page.index("No backup of this site") < page.index("every migration")
    assert "Run manage.py backup each night" in page


@pytest.mark.parametrize("who", ["ana", "ben", "chen"])
def test_nobody_else_does(client: Client, request: pytest.FixtureRequest, who: str) -> None:
    client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/admin/").content.decode()


def test_a_stranger_is_asked_to_sign_in(client: Client) -> None:
    assert client.get(PAGE).headers["Location"] == f"/admin/login/?next={PAGE}"


def test_it_only_looks(client: Client, dee: Person) -> None:
    client.force_login(dee)
    assert client.post(PAGE).status_code == 405


def test_words_from_elsewhere_are_shown_as_words(client: Client, dee: Person) -> None:
    client.force_login(dee)
    Backup.objects.update(folder="<script>alert(1)</script>")
    assert b"<script>alert" not in client.get(PAGE).content


def test_it_asks_the_database_a_known_number_of_times(
    client: Client, dee: Person, django_assert_max_num_queries: Any
) -> None:
    client.force_login(dee)
    with django_assert_max_num_queries(16):
        client.get(PAGE)


# --- for machines ---


def test_well(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"well\n")


def test_unwell_without_its_database_and_without_details(client: Client) -> None:
    with mock.patch.object(connection, "cursor", side_effect=OperationalError("password authentication failed")):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"unwell\n")


def test_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("missing", ["database", "migrations", "storage"])
def test_not_ready_and_no_word_of_why(client: Client, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    if missing == "database":
        monkeypatch.setattr(doctor, "pending", mock.Mock(side_effect=OperationalError("password of attache")))
    elif missing == "migrations":
        monkeypatch.setattr(doctor, "pending", lambda: 1)
    else:
        monkeypatch.setattr(doctor, "_unwritable", lambda name: "read-only file system")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"not ready\n")


def test_many_who_ask_are_one_look(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = mock.Mock(return_value="")
    monkeypatch.setattr(doctor, "_unwritable", looked)
    for _ in range(5):
        client.get("/readyz")
    assert looked.call_count == 2


def test_both_answer_a_machine_inside_that_knows_nothing_of_tls(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    inside = Client()
    assert inside.get("/healthz").status_code == 200
    assert inside.get("/readyz").status_code == 200
    assert inside.get("/").status_code == 301
