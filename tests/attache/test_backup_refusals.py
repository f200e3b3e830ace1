"""What a backup and a restore refuse, and what is left when they are stopped: a sentence, an exit code, no change."""

import errno
import gzip
import hashlib
import io
import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import CommandError, call_command
from django.db import connection

from articles.models import Article, Section, Snapshot
from attache.backup import originals, restoring, rows, taking
from attache.backup.refusal import Refused
from attache.backup.rows import read_lines, write_lines
from attache.models import Backup
from media.models import Photo
from media.shelves import Disk
from staff.models import Person
from tests.attache.sites import Site

pytestmark = pytest.mark.django_db(transaction=True)


def place() -> Path:
    """Where the originals of the site under test are."""
    storage = storages["originals"]
    assert isinstance(storage, FileSystemStorage)
    return Path(storage.location)


def files_of(folder: Path) -> list[Path]:
    """Every file under a folder."""
    return sorted(file for file in folder.rglob("*") if file.is_file())


@pytest.fixture
def site(published: Callable[..., Snapshot], photo: Callable[..., Photo], ana: Person) -> Snapshot:
    """A small site."""
    return published(lead_photo=photo())


@pytest.fixture
def backup(site: Snapshot, tmp_path: Path) -> Path:
    """A backup of the small site, which is empty by now."""
    folder = tmp_path / "backup"
    call_command("backup", str(folder), verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    for file in files_of(place()):
        file.unlink()
    return folder


def refused(*words: str, code: int = 1) -> str:
    """Call a command that must refuse; its sentence."""
    with pytest.raises(CommandError) as told:
        call_command(*words)
    assert told.value.returncode == code
    return str(told.value)


def is_empty() -> bool:
    """Whether the site under test has neither a row nor a file."""
    return not Person.objects.exists() and not Snapshot.objects.exists() and not files_of(place())


def change_manifest(folder: Path, **changes: Any) -> None:
    """Write another manifest, with its checksum, as newer code would have."""
    said = json.loads((folder / "manifest.json").read_text()) | changes
    text = json.dumps(said)
    (folder / "manifest.json").write_text(text)
    (folder / "manifest.sha256").write_text(hashlib.sha256(text.encode()).hexdigest())


# --- A backup ---


class OnABadDisk(io.BytesIO):
    """A file that cannot be read."""

    def read(self, *args: Any) -> bytes:
        """What the kernel answers."""
        raise OSError(errno.EIO, "Input/output error")


def test_a_file_that_the_disk_cannot_give_is_told_and_holds_up_nothing(
    site: Snapshot, photo: Callable[..., Photo], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = str(photo().file.name)
    opened = Disk.open

    def failing(self: Disk, name: str, mode: str = "rb") -> Any:
        return File(OnABadDisk()) if name == bad else opened(self, name, mode)

    monkeypatch.setattr(Disk, "open", failing)
    assert bad in refused("backup", str(tmp_path / "backup"), code=3)
    assert len(files_of(tmp_path / "backup" / "originals")) == 1
    call_command("restore", str(tmp_path / "backup"), "--check")


def test_a_folder_with_something_in_it_is_left_alone(site: Snapshot, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes").write_text("keep me")
    assert "exists already" in refused("backup", str(tmp_path / "full"))
    assert (tmp_path / "full" / "notes").read_text() == "keep me"
    assert "is not a folder" in refused("backup", str(tmp_path / "not there" / "backup"))
    (tmp_path / "empty").mkdir()
    call_command("backup", str(tmp_path / "empty"))
    call_command("restore", str(tmp_path / "empty"), "--check")


@pytest.mark.parametrize("full", ["write_lines", "_copy"])
def test_a_full_disk_leaves_nothing(site: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: str) -> None:
    def no_space(*args: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(taking if full == "write_lines" else originals, full, no_space)
    (tmp_path / "backups").mkdir()
    said = refused("backup", str(tmp_path / "backups" / "monday"))
    assert "No space left on device" in said
    assert "No backup was taken." in said
    assert not list((tmp_path / "backups").iterdir())
    assert not Backup.objects.exists()


def started(site: Site, folder: Path) -> "subprocess.Popen[str]":
    """A backup that has come as far as the originals and waits for one that is a pipe nobody writes to."""
    process = site.start("backup", str(folder))
    end = time.monotonic() + 60
    while not (folder.parent / f".{folder.name}.unfinished" / "originals" / "zz").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end
        time.sleep(0.02)
    return process


@pytest.fixture
def slow_site(tmp_path: Path) -> Site:
    """A site one of whose originals takes for ever to read."""
    slow = Site(tmp_path / "slow")
    assert slow.run("migrate", "--verbosity", "0").returncode == 0
    (slow.originals / "zz").mkdir(parents=True)
    os.mkfifo(slow.originals / "zz" / "slow.jpg")
    return slow


def test_stopped_or_killed_in_the_middle_it_never_looks_whole(slow_site: Site, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    folder = tmp_path / "backups" / "monday"
    for asked in (signal.SIGINT, signal.SIGTERM):
        process = started(slow_site, folder)
        process.send_signal(asked)
        _, said = process.communicate()
        assert process.returncode == 130
        assert "Stopped. No backup was taken." in said
        assert not list((tmp_path / "backups").iterdir())
    process = started(slow_site, folder)
    # While one is being taken, another does not touch it.
    second = slow_site.run("backup", str(folder))
    assert second.returncode == 1
    assert "is being taken right now" in second.stderr
    process.kill()
    process.communicate()
    assert not folder.exists()
    (left,) = (tmp_path / "backups").iterdir()
    assert "is not a backup" in slow_site.run("restore", str(left), "--check").stderr
    # What was left is cleared away by the next one.
    (slow_site.originals / "zz" / "slow.jpg").unlink()
    assert slow_site.run("backup", str(folder)).returncode == 0
    assert [found.name for found in (tmp_path / "backups").iterdir()] == ["monday"]


def test_a_database_without_a_site_is_no_site(tmp_path: Path) -> None:
    done = Site(tmp_path / "nothing").run("backup", str(tmp_path / "backup"))
    assert done.returncode == 1
    assert "There is no site in this database yet" in done.stderr
    assert not (tmp_path / "backup").exists()


# --- A restore ---


def test_what_is_damaged_is_refused_before_anything_is_written(backup: Path) -> None:
    (original,) = files_of(backup / "originals")
    rows = backup / "rows" / "articles.Snapshot.jsonl.gz"
    cases: list[tuple[Path, bytes | None, str]] = [
        (backup / "manifest.json", b"{}", "manifest.json is damaged"),
        (backup / "manifest.json", None, "there is no manifest.json in it"),
        (backup / "manifest.sha256", b"", "manifest.json is damaged"),
        (backup / "manifest.sha256", None, "there is no manifest.sha256 in it"),
        (rows, None, "Snapshot.jsonl.gz is missing from the backup"),
        (rows, one_byte_changed(rows.read_bytes()), "Snapshot.jsonl.gz is damaged"),
        (rows, rows.read_bytes()[:-9], "Snapshot.jsonl.gz is damaged"),
        (original, None, f"{original.name} is missing from the backup"),
        (original, one_byte_changed(original.read_bytes()), f"{original.name} is damaged"),
        (original, original.read_bytes()[:-1], f"{original.name} is damaged"),
        (backup / "originals.jsonl.gz", None, "originals.jsonl.gz is missing from the backup"),
        (backup / "originals.jsonl.gz", b"", "originals.jsonl.gz is damaged"),
    ]
    for file, damage, words in cases:
        sound = file.read_bytes()
        if damage is None:
            file.unlink()
        else:
            file.write_bytes(damage)
        assert words in refused("restore", str(backup))
        assert words in refused("restore", str(backup), "--check")
        assert is_empty(), words
        file.write_bytes(sound)
    call_command("restore", str(backup))
    assert Snapshot.objects.count() == 1


def one_byte_changed(data: bytes) -> bytes:
    """The same with another byte in the middle."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def test_newer_schemas_and_formats_are_refused(backup: Path) -> None:
    said = json.loads((backup / "manifest.json").read_text())
    change_manifest(backup, migrations=[*said["migrations"], "articles.9999_the_future"])
    words = refused("restore", str(backup))
    assert "The backup is of a newer schema than this code: it has articles.9999_the_future" in words
    change_manifest(backup, migrations=said["migrations"], format=2)
    assert "newer format" in refused("restore", str(backup))
    change_manifest(backup, format=1, tables=7)
    assert "does not say what a manifest says" in refused("restore", str(backup))
    assert is_empty()


def test_a_database_that_newer_code_migrated_is_neither_backed_up_nor_restored_into(
    backup: Path, tmp_path: Path
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('media', '9999_later', %s)", [NOW])
    try:
        assert "The database is of a newer schema" in refused("backup", str(tmp_path / "new"))
        assert "The database is of a newer schema" in refused("restore", str(backup))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_later'")
    assert is_empty()


NOW = "2026-01-01 00:00:00+00:00"


def test_a_site_that_is_not_empty_is_replaced_only_by_force(backup: Path, tmp_path: Path) -> None:
    mine = Section.objects.create(name="Mine", slug="mine")
    assert "not empty" in refused("restore", str(backup))
    assert Section.objects.get() == mine
    assert not files_of(place())
    call_command("restore", str(backup), "--force")
    assert [section.slug for section in Section.objects.all()] == ["world"]
    assert len(files_of(place())) == 1


def test_a_backup_of_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    older, newer, filled = (Site(tmp_path / name) for name in ("older", "newer", "filled"))
    assert older.run("migrate", "articles", "0004", "--verbosity", "0").returncode == 0
    with closing(sqlite3.connect(older.folder / "attache.sqlite3")) as database, database:
        database.execute(
            "INSERT INTO articles_section (name, slug, description, accent, position) "
            "VALUES ('Old', 'old', '', 'red', 1)"
        )
    folder = tmp_path / "backup"
    done = older.run("backup", str(folder))
    assert done.returncode == 0, done.stderr
    assert "the site could not be told of it" in done.stderr
    done = newer.run("restore", str(folder))
    assert done.returncode == 0, done.stderr
    assert newer.run("migrate", "--check").returncode == 0
    with closing(sqlite3.connect(newer.folder / "attache.sqlite3")) as database:
        assert database.execute("SELECT name FROM articles_section").fetchall() == [("Old",)]
    # Into tables that are ahead of it, it does not go, however hard it is pushed.
    assert filled.run("migrate", "--verbosity", "0").returncode == 0
    done = filled.run("restore", str(folder), "--force")
    assert done.returncode == 1
    assert "another schema than the backup, which is older" in done.stderr


def test_what_the_database_refuses_changes_nothing(backup: Path) -> None:
    file = backup / "rows" / "articles.Address.jsonl.gz"
    rows = list(read_lines(file))
    said = json.loads((backup / "manifest.json").read_text())
    for wrong, words in (
        ([{**rows[0], "article_id": 999}], "articles_address"),
        ([rows[0], {**rows[0], "id": 77}], "refuses one of the rows"),
        ([{**rows[0], "since": "the other day"}], "has no since"),
        ([{**rows[0], "owner": 1}], "does not fit its table: owner"),
        ([{**rows[0], "since": 5}], "does not fit its table"),
        ([{**rows[0], "id": 10**30}], "refuses one of the rows"),
    ):
        count = write_lines(file, iter(wrong))
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        tables = [
            {**table, "rows": count, "sha256": sha256} if table["model"] == "articles.Address" else table
            for table in said["tables"]
        ]
        change_manifest(backup, tables=tables)
        assert words in refused("restore", str(backup))
        assert is_empty()


def test_a_name_that_leads_out_of_the_storage_is_refused(backup: Path) -> None:
    listed = backup / "originals.jsonl.gz"
    said = json.loads((backup / "manifest.json").read_text())["originals"]
    for name in ("../secret-key", "/etc/passwd", "a/../../b", ""):
        write_lines(listed, iter([{"name": name, "bytes": 1, "sha256": "0" * 64}]))
        change_manifest(backup, originals={**said, "sha256": hashlib.sha256(listed.read_bytes()).hexdigest()})
        assert "is no name of an original" in refused("restore", str(backup))


@pytest.mark.parametrize(
    "content",
    [
        gzip.compress(b'{"name": "a"}\n'),
        gzip.compress(b'{"name": 5, "bytes": 1, "sha256": ""}\n'),
        gzip.compress(b"[" * 100_000),
        gzip.compress(b"x" * 10)[:10] + b"\xff" * 20,
        b"no gzip at all",
    ],
    ids=["of nothing", "of wrong kinds", "nested", "broken", "no gzip"],
)
def test_a_list_that_was_tampered_with_is_refused_in_words(backup: Path, content: bytes) -> None:
    (backup / "originals.jsonl.gz").write_bytes(content)
    said = json.loads((backup / "manifest.json").read_text())["originals"]
    change_manifest(backup, originals={**said, "sha256": hashlib.sha256(content).hexdigest()})
    refused("restore", str(backup))
    assert is_empty()


def test_a_line_without_end_is_not_read_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LONGEST", 100)
    write_lines(tmp_path / "lines", iter([{"name": "x" * 1000}]))
    with pytest.raises(Refused, match="lines, line 1"):
        list(read_lines(tmp_path / "lines"))


def test_bodies_pass_through_the_gate(backup: Path) -> None:
    file = backup / "rows" / "articles.Snapshot.jsonl.gz"
    rows = [{**row, "body": "<p>So.</p><script>alert(1)</script>"} for row in read_lines(file)]
    write_lines(file, iter(rows))
    said = json.loads((backup / "manifest.json").read_text())
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    tables = [
        {**table, "sha256": sha256} if table["model"] == "articles.Snapshot" else table for table in said["tables"]
    ]
    change_manifest(backup, tables=tables)
    call_command("restore", str(backup))
    assert Snapshot.objects.get().body == "<p>So.</p>"


@pytest.mark.parametrize("wrong", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("forced", [False, True])
def test_stopped_among_the_rows_it_changes_nothing(
    backup: Path, monkeypatch: pytest.MonkeyPatch, wrong: type[BaseException], forced: bool
) -> None:
    if forced:
        Section.objects.create(name="Mine", slug="mine")
    bring_table, brought = restoring._bring_table, []

    def bring(*args: Any) -> int:
        brought.append(args)
        if len(brought) > 20:
            raise wrong("No space left on device")
        return bring_table(*args)

    monkeypatch.setattr(restoring, "_bring_table", bring)
    code = 130 if wrong is KeyboardInterrupt else 1
    said = refused("restore", str(backup), *(["--force"] if forced else []), code=code)
    assert "Nothing was restored." in said
    assert not Article.objects.exists()
    assert not files_of(place())
    assert [section.slug for section in Section.objects.all()] == (["mine"] if forced else [])


def test_a_full_storage_changes_nothing(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*args: Any, **kwargs: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(FileSystemStorage, "save", no_space)
    assert "No space left on device" in refused("restore", str(backup))
    assert is_empty()


def test_files_are_taken_back_by_their_names_whatever_these_are(backup: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [os.fsdecode(b"caf\xe9.jpg"), "of two\nlines.jpg"]
    (place() / "lines.jpg").write_bytes(b"mine")
    for name in names:
        (backup / "originals" / name).write_bytes(b"x")
    listed = backup / "originals.jsonl.gz"
    write_lines(listed, iter({"name": name, "bytes": 1, "sha256": hashlib.sha256(b"x").hexdigest()} for name in names))
    said = json.loads((backup / "manifest.json").read_text())["originals"]
    change_manifest(backup, originals={**said, "files": 2, "sha256": hashlib.sha256(listed.read_bytes()).hexdigest()})
    with monkeypatch.context() as patched:
        patched.setattr(restoring, "_bring_rows", lambda *args: refuse())
        assert refused("restore", str(backup)) == "No."
    assert [file.name for file in files_of(place())] == ["lines.jpg"]
    call_command("restore", str(backup))
    assert len(files_of(place())) == 3


def refuse() -> None:
    """What a backup whose rows are wrong does."""
    raise Refused("No.")


def test_another_file_under_the_same_name_is_never_overwritten(backup: Path) -> None:
    (original,) = files_of(backup / "originals")
    mine = place() / original.relative_to(backup / "originals")
    mine.parent.mkdir(parents=True, exist_ok=True)
    mine.write_bytes(b"mine")
    assert "another file under the name" in refused("restore", str(backup))
    assert mine.read_bytes() == b"mine"
    assert not Person.objects.exists()


def test_killed_among_the_files_it_leaves_an_empty_site_and_can_be_run_again(backup: Path, tmp_path: Path) -> None:
    place_of_its_own = Site(tmp_path / "other")
    assert place_of_its_own.run("migrate", "--verbosity", "0").returncode == 0
    with closing(sqlite3.connect(place_of_its_own.folder / "attache.sqlite3", isolation_level=None)) as database:
        # The rows wait for the write lock; the files are there by then.
        database.execute("BEGIN IMMEDIATE")
        process = place_of_its_own.start("restore", str(backup))
        end = time.monotonic() + 60
        while not (place_of_its_own.originals.is_dir() and files_of(place_of_its_own.originals)):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < end
            time.sleep(0.02)
        process.kill()
        process.communicate()
        database.execute("ROLLBACK")
        assert database.execute("SELECT COUNT(*) FROM staff_person").fetchone() == (0,)
    done = place_of_its_own.run("restore", str(backup))
    assert done.returncode == 0, done.stderr
