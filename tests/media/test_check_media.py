"""`manage.py check_media`: what is missing, changed or too much is found, told, and removed only where that is safe."""

import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Snapshot
from media import intake
from media.models import Photo, Print
from media.shelves import Disk

pytestmark = pytest.mark.django_db
ORPHAN = f"ab/ab{'0' * 62}.jpg"


@pytest.fixture
def pictured(jpeg: Callable[..., bytes]) -> Callable[[str], Photo]:
    """Makes a photo of one colour; another colour is another file."""

    def make(colour: str) -> Photo:
        return intake.give_file(
            Photo(caption=f"All in {colour}.", credit="Ana", alt=colour), jpeg(colour), name="x.jpg"
        )

    return make


def put(shelf: str, name: str, *, days: int = 0, content: bytes = b"x") -> Path:
    """A file on a shelf, as old as said."""
    path = Path(storages[shelf].path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    then = (timezone.now() - timedelta(days=days, minutes=1)).timestamp()
    os.utime(path, (then, then))
    return path


def check(*options: str) -> int:
    """The exit code."""
    try:
        call_command("check_media", *options)
    except CommandError as refused:
        return refused.returncode
    return 0


def test_all_is_well(pictured: Callable[[str], Photo], capsys: pytest.CaptureFixture[str]) -> None:
    pictured("red")
    call_command("renditions")
    put("renditions", "cards/0.jpg", days=9)
    capsys.readouterr()
    assert check() == 0
    assert capsys.readouterr().out == "1 originals looked at.\n"


def test_with_nothing_stored_all_is_well() -> None:
    assert check() == 0


def test_what_is_lost_is_told_with_what_to_do(
    pictured: Callable[[str], Photo], capsys: pytest.CaptureFixture[str], published: Callable[..., Snapshot]
) -> None:
    missing, changed, renamed = pictured("red"), pictured("green"), pictured("blue")
    published(lead_photo=missing)
    Path(missing.file.path).unlink()
    Path(changed.file.path).write_bytes(b"another")
    Photo.objects.filter(pk=renamed.pk).update(sha256="0" * 64)
    assert check() == 1
    said = capsys.readouterr().out
    assert f"missing: {missing.file.name} (photo {missing.pk} “All in red.”; readers see it)" in said
    assert f"changed: {changed.file.name} (photo {changed.pk} “All in green.”)" in said
    assert f"changed: {renamed.file.name} (photo {renamed.pk} “All in blue.”; its row names another content)" in said
    assert "1 missing. Put them back from a backup" in said
    assert "2 changed. Their content is not what was uploaded" in said


def test_the_same_file_given_again_mends_it(pictured: Callable[[str], Photo], jpeg: Callable[..., bytes]) -> None:
    photo = pictured("red")
    Path(photo.file.path).write_bytes(b"half")
    assert check() == 1
    intake.give_file(photo, jpeg("red"), name="x.jpg")
    assert check() == 0


def test_it_asks_the_database_no_more_for_more_photos(pictured: Callable[[str], Photo]) -> None:
    asked = []
    for colours in (["red"], ["green", "blue", "black", "white"]):
        for colour in colours:
            pictured(colour)
        call_command("renditions")
        with CaptureQueriesContext(connection) as queries:
            assert check() == 0
        asked.append(len(queries))
    assert asked == [8, 8]


def test_quick_reads_nothing(pictured: Callable[[str], Photo]) -> None:
    Path(pictured("green").file.path).write_bytes(b"another")
    assert check("--quick") == 0


def test_what_a_photo_was_earlier_is_no_orphan(pictured: Callable[[str], Photo], jpeg: Callable[..., bytes]) -> None:
    photo = pictured("red")
    before = Path(photo.file.path)
    intake.give_file(photo, jpeg("blue"), name="x.jpg")
    gone = pictured("green")
    kept = Path(gone.file.path)
    gone.delete()
    for path in (before, kept):
        os.utime(path, (0, 0))
    assert check("--delete-orphans") == 0
    assert before.exists()
    assert kept.exists()
    before.unlink()
    assert check() == 1


def test_orphans_are_removed_when_asked_for_but_not_young_ones(
    pictured: Callable[[str], Photo], capsys: pytest.CaptureFixture[str]
) -> None:
    for colour in ("red", "green", "blue"):
        pictured(colour)
    old, young = put("originals", ORPHAN, days=2), put("originals", ORPHAN.replace("0", "1"))
    strange = put("originals", "notes.txt", days=2)
    assert check() == 3
    said = capsys.readouterr().out
    assert f"orphaned: {ORPHAN}" in said
    assert young.name not in said
    assert "strange: notes.txt" in said
    assert old.exists()
    assert check("--delete-orphans") == 3
    assert [path.exists() for path in (old, young, strange)] == [False, True, True]
    strange.unlink()
    assert check() == 0


def test_another_papers_database_removes_nothing(pictured: Callable[[str], Photo]) -> None:
    photo = pictured("red")
    kept = Path(photo.file.path)
    os.utime(kept, (0, 0))
    photo.delete()
    Print.objects.all().delete()
    assert check("--delete-orphans") == 4
    assert kept.exists()


def test_leftovers_among_renditions_and_unfinished_files(
    pictured: Callable[[str], Photo], capsys: pytest.CaptureFixture[str]
) -> None:
    photo = pictured("red")
    well = put("renditions", f"{photo.print_key}-full-320.jpg")
    waste = [
        put("renditions", f"{'0' * 24}-full-320.jpg"),
        put("renditions", f"{photo.print_key}-full-1440.jpg"),
        put("renditions", ".part-abc", days=2),
        put("originals", "ab/.part-abc", days=2),
    ]
    writing = put("renditions", ".part-def")
    assert check() == 3
    assert capsys.readouterr().out.count("left over: ") == 4
    assert check("--delete-leftovers") == 0
    assert not any(path.exists() for path in waste)
    assert well.exists()
    assert writing.exists()


def test_a_picture_that_the_database_does_not_know_is_lost(
    pictured: Callable[[str], Photo], published: Callable[..., Snapshot], capsys: pytest.CaptureFixture[str]
) -> None:
    photo = pictured("red")
    published(lead_photo=photo)
    Print.objects.all().delete()
    assert check() == 1
    assert f"lost: {photo.print_key}" in capsys.readouterr().out


def test_it_goes_on_where_it_was_interrupted(pictured: Callable[[str], Photo], monkeypatch: pytest.MonkeyPatch) -> None:
    first, second, _ = sorted(str(pictured(colour).file.name) for colour in ("red", "green", "blue"))
    read = Disk.read

    def interrupted(self: Disk, name: str) -> bytes:
        if name == second:
            raise KeyboardInterrupt
        return read(self, name)

    monkeypatch.setattr(Disk, "read", interrupted)
    with pytest.raises(CommandError, match=f"--from {second}") as stopped:
        call_command("check_media")
    assert stopped.value.returncode == 130
    monkeypatch.undo()
    Path(storages["originals"].path(first)).unlink()
    assert check("--from", second) == 0
    assert check() == 1


@pytest.mark.django_db(transaction=True)
def test_an_orphan_that_somebody_is_uploading_again_is_not_taken_from_them(
    jpeg: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = intake.give_file(Photo(), jpeg("red"), name="x.jpg")
    name = str(photo.file.name)
    photo.delete()
    Print.objects.all().delete()
    stored, may_end = threading.Event(), threading.Event()

    def upload() -> None:
        try:
            with transaction.atomic():
                intake.give_file(Photo(), jpeg("red"), name="x.jpg")
                stored.set()
                may_end.wait(30)
        finally:
            connection.close()

    uploading = threading.Thread(target=upload)
    uploading.start()
    assert stored.wait(30)
    threading.Timer(0.3, may_end.set).start()
    assert intake.delete_orphans([name]) == 0
    uploading.join()
    assert storages["originals"].exists(name)


def test_a_strange_file_may_be_called_in_any_charset(capsys: pytest.CaptureFixture[str]) -> None:
    place = Path(storages["originals"].path("."))
    place.mkdir(parents=True, exist_ok=True)
    (place / os.fsdecode(b"caf\xe9.jpg")).write_bytes(b"x")
    assert check() == 3
    assert "strange: caf\ufffd.jpg" in capsys.readouterr().out


def test_a_folder_that_cannot_be_read_is_said_so(
    pictured: Callable[[str], Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    pictured("red")

    def unreadable(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(os, "scandir", unreadable)
    with pytest.raises(CommandError, match=r"Permission denied: .*originals") as refused:
        call_command("check_media")
    assert refused.value.returncode == 4
