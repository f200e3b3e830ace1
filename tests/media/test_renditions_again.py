"""`manage.py renditions`: everything that readers can see comes back, whatever happens to whoever brings it back."""

import io
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from PIL import Image

from articles.models import Snapshot
from media import intake, renditions
from media.models import Photo
from media.shelves import PART
from tests.articles.test_killed import database_url

ROOT = Path(__file__).resolve().parents[2]


def folder() -> Path:
    """Where renditions are in a test."""
    return Path(storages["renditions"].path(""))


def there() -> set[str]:
    """The keys of the prints that have renditions."""
    return {path.name[:24] for path in folder().glob("*-*")} if folder().exists() else set()


@pytest.mark.django_db
def test_whatever_readers_see_comes_back(
    photo: Callable[..., Photo], published: Callable[..., Snapshot], jpeg: Callable[..., bytes], client: Client
) -> None:
    now = timezone.now()
    lead, inside, coming, past = photo(), photo(credit="B"), photo(credit="C"), photo(credit="D")
    live = published(lead_photo=lead, body=f'<p>One.</p><figure data-photo="{inside.pk}"></figure>')
    published(lead_photo=coming, live_from=now + timedelta(days=1))
    published(lead_photo=past, live_from=now - timedelta(days=2), live_until=now - timedelta(days=1))
    seen = {each.print_key for each in (lead, inside, coming)}
    over = past.print_key
    lead.focal_x = 9
    intake.keep(lead)
    intake.give_file(inside, jpeg("red"), name="another.jpg")
    for each in (coming, past):
        each.credit = "Another"
        intake.keep(each)
    present = set(Photo.objects.values_list("print_key", flat=True))
    assert not seen & present

    shutil.rmtree(folder(), ignore_errors=True)
    call_command("renditions")
    assert there() == seen | present
    assert over not in there()
    made = {path.name for path in folder().iterdir()}
    page = client.get(live.path).content.decode()
    for name in [name for name in page.replace(",", " ").split() if "/photos/" in name and "http" not in name]:
        assert name.strip('"').rpartition("/photos/")[2].strip('">') in made


@pytest.mark.django_db
def test_a_story_that_shows_what_nobody_can_make_is_told(
    photo: Callable[..., Photo], published: Callable[..., Snapshot], capsys: pytest.CaptureFixture[str]
) -> None:
    lead = photo()
    published(lead_photo=lead)
    before, original = lead.print_key, Path(lead.file.path)
    intake.give_file(lead, b"".join([original.read_bytes(), b"more"]), name="x.jpg")
    original.unlink()
    with pytest.raises(CommandError, match="1 originals") as told:
        call_command("renditions")
    assert told.value.returncode == 1
    assert f"Picture {before}, as stories show it" in capsys.readouterr().err


@pytest.mark.django_db
def test_interrupted_it_says_how_to_go_on(
    photo: Callable[..., Photo], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = sorted(photo(credit=name).print_key for name in "AB")
    make_all = renditions.make_all

    def interrupted(found: Any, **options: Any) -> int:
        if found.key == second:
            raise KeyboardInterrupt
        return make_all(found, **options)

    monkeypatch.setattr(renditions, "make_all", interrupted)
    for options, words in (((), "Run it again"), (("--force",), f"renditions --force --from {second}")):
        with pytest.raises(CommandError, match=words) as stopped:
            call_command("renditions", *options)
        assert stopped.value.returncode == 130
    assert there() == {first}
    monkeypatch.undo()
    capsys.readouterr()
    call_command("renditions")
    assert there() == {first, second}
    assert "2 of 2 pictures have their renditions; 15 files made." in capsys.readouterr().out
    call_command("renditions", "--force", "--from", second)
    assert "1 of 1 pictures have their renditions; 15 files made." in capsys.readouterr().out


@pytest.mark.django_db
def test_made_anew_nothing_is_away_for_a_moment(photo: Callable[..., Photo], monkeypatch: pytest.MonkeyPatch) -> None:
    photo()
    call_command("renditions")

    def refused(*_: Any) -> None:
        pytest.fail("a reader could have missed it")

    monkeypatch.setattr(type(storages["renditions"]), "delete", refused)
    before = {path.name: path.stat().st_ino for path in folder().iterdir()}
    call_command("renditions", "--force")
    after = {path.name: path.stat().st_ino for path in folder().iterdir()}
    assert before.keys() == after.keys()
    assert all(before[name] != after[name] for name in before)


@pytest.mark.django_db
def test_on_a_terminal_it_says_how_far_it_is(photo: Callable[..., Photo]) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    photo()
    terminal, file = Terminal(), io.StringIO()
    call_command("renditions", stdout=terminal, no_color=True)
    call_command("renditions", stdout=file)
    assert "\r0 of 1 pictures, 0 files made" in terminal.getvalue()
    assert file.getvalue() == "1 of 1 pictures have their renditions; 0 files made.\n"


def test_a_file_that_is_broken_off_is_not_there() -> None:
    class Broken(ContentFile[bytes]):
        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"half of"
            raise OSError("No space left on device")

    with pytest.raises(OSError, match="No space"):
        storages["originals"].save("ab/x.jpg", Broken(b""))
    assert list(storages["originals"].walk()) == []  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_where_there_is_no_room_readers_have_their_picture(
    photo: Callable[..., Photo], client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError("No space left on device")

    address = renditions.address(photo().picture(), 320)
    monkeypatch.setattr(type(storages["renditions"]), "_save", full)
    answer = client.get(address)
    assert Image.open(io.BytesIO(answer.content)).size == (64, 48)
    with pytest.raises(CommandError):
        call_command("renditions")


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_leaves_nothing_by_half(
    jpeg: Callable[..., bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for colour in ("red", "green", "blue"):
        intake.give_file(Photo(), jpeg(colour, size=(1000, 750)), name="x.jpg")
    here = {"DATABASE_URL": database_url(), "VAR_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    for more in (1, 20, 40):
        with subprocess.Popen([sys.executable, "manage.py", "renditions"], cwd=ROOT, env=here) as command:
            until = time.monotonic() + 120
            while command.poll() is None and time.monotonic() < until:
                if folder().exists() and len(list(folder().iterdir())) >= more:
                    command.send_signal(signal.SIGKILL)
                    break
                time.sleep(0.002)
        for path in folder().iterdir():
            if not path.name.startswith(PART):
                with Image.open(path) as image:
                    image.load()
    call_command("renditions")
    wanted = 3 * 3 * (4 + 3 + 3 + 2 + 1)
    assert len(list(folder().glob("*-full-*"))) + len(list(folder().glob("*-*x*-*"))) == wanted
    assert "3 of 3 pictures" in capsys.readouterr().out
