"""The door for picture files: what is a usable picture comes in, everything else is refused with words."""

import io
import multiprocessing
import struct
import subprocess
import sys
import warnings
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import settings as rules
from hypothesis import strategies as st
from PIL import Image

from media import apart, darkroom, intake
from media.apart import Failed
from media.darkroom import EXTENSIONS, MAX_PIXELS
from media.intake import MAX_BYTES, PhotoRefused, give_file, inspect
from media.models import Photo

FORMATS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif", "AVIF": "avif", "GIF": "gif"}


def picture(kind: str = "JPEG", size: tuple[int, int] = (24, 16), mode: str = "RGB", **options: Any) -> bytes:
    """A small picture file."""
    buffer = io.BytesIO()
    Image.new(mode, size, 90).save(buffer, kind, **options)
    return buffer.getvalue()


def kept() -> list[Path]:
    """The files that are stored."""
    return [path for path in Path(storages["originals"].path(".")).rglob("*") if path.is_file()]


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has these dimensions."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(b"\0" * 9))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + data + chunk(b"IEND", b"")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", FORMATS)
def test_a_picture_comes_in_under_a_name_of_ours(kind: str) -> None:
    data = picture(kind)
    photo = give_file(Photo(caption="x"), data, name="../../etc/Passwd \x00.exe")
    photo.refresh_from_db()
    assert (photo.width, photo.height) == (24, 16)
    assert photo.file.name == f"{photo.sha256[:2]}/{photo.sha256}.{FORMATS[kind]}"
    assert photo.file.read() == data
    photo.file.close()


@pytest.mark.django_db
def test_a_turned_picture_is_measured_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = give_file(Photo(), picture(exif=exif), name="turned.jpg")
    assert (photo.width, photo.height) == (16, 24)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"words", "not a picture that we can read"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not a picture"),
        (b"%PDF-1.7", "not a picture"),
        (b"\xff\xd8\xff\xe0 not a picture", "not a picture"),
        (picture(size=(400, 300))[:900], "damaged or not complete"),
        (png_that_claims(20_000, 20_000), "more than the 80 megapixels"),
        (png_that_claims(60_000, 10), "more than the 80 megapixels"),
        (picture("BMP"), "not a picture that we can read"),
        (picture("ICO"), "not a picture that we can read"),
        (b"\xff" * (MAX_BYTES + 1), "larger than 25 MB"),
    ],
)
def test_what_is_no_usable_picture_is_refused_with_words(data: bytes, words: str) -> None:
    with pytest.raises(PhotoRefused, match=words) as refusal:
        inspect(data, name="holiday.jpg")
    assert str(refusal.value).startswith("holiday.jpg ")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\x.jpg", "x.jpg"),
        ("a\x00b\nc\u202egpj.exe", "abcgpj.exe"),
        ("صورة.jpg", "صورة.jpg"),
        ("", "The file"),
        ("x" * 300 + ".jpg", "x" * 40 + "…" + "x" * 12 + ".jpg"),
    ],
)
def test_a_refusal_shows_no_more_of_a_name_than_is_safe(name: str, said: str) -> None:
    with pytest.raises(PhotoRefused) as refusal:
        inspect(b"words", name=name)
    assert str(refusal.value).startswith(f"{said} is not a picture")


@pytest.mark.django_db
def test_a_refused_file_leaves_nothing_and_the_photo_as_it_was(photo: Callable[..., Photo]) -> None:
    has_one, files = photo(), kept()
    for each in (Photo(caption="New"), has_one):
        with pytest.raises(PhotoRefused):
            give_file(each, b"words", name="x.jpg")
    assert Photo.objects.count() == 1
    assert kept() == files
    has_one.refresh_from_db()
    assert has_one.sha256


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_takes_its_files_along() -> None:
    @intake.files_and_rows()
    def deed() -> None:
        give_file(Photo(), picture(), name="a.jpg")
        with intake.files_and_rows():
            give_file(Photo(), picture("PNG"), name="b.png")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        deed()
    assert (Photo.objects.count(), kept()) == (0, [])


@pytest.mark.django_db
def test_another_file_takes_the_place_of_the_first_and_the_first_is_kept(photo: Callable[..., Photo]) -> None:
    replaced = photo()
    before = replaced.sha256
    give_file(replaced, picture("PNG", size=(30, 50)), name="new.png")
    replaced.refresh_from_db()
    assert replaced.sha256 != before
    assert (replaced.width, replaced.height) == (30, 50)
    # A snapshot that readers see may still need the first one.
    assert len(kept()) == 2


@pytest.mark.parametrize("folder", ["images-hostile/pillow", "images-odd"])
def test_real_files_are_read_or_refused(shared: Path, folder: str) -> None:
    files = [file for file in sorted((shared / "cases" / folder).iterdir()) if file.is_file()]
    assert len(files) > 20
    taken = 0
    for file in files:
        try:
            seen = inspect(file.read_bytes(), name=file.name)
        except PhotoRefused:
            continue
        taken += 1
        assert seen.extension in EXTENSIONS.values()
        assert 0 < seen.width * seen.height <= MAX_PIXELS
    assert taken > 5


def scene(kind: str) -> bytes:
    """A small picture with something in it, as a file."""
    image = Image.radial_gradient("L").resize((24, 16)).convert("RGB")
    buffer = io.BytesIO()
    image.save(buffer, kind, quality=40)
    return buffer.getvalue()


def changed(whole: bytes) -> Iterator[bytes]:
    """The file cut off at each byte, and with each byte turned over."""
    for place in range(len(whole)):
        yield whole[:place]
        yield whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]


def hold(kind: str) -> None:
    """Put every change of a file through the darkroom; in a process of its own, which may die of it."""
    warnings.simplefilter("ignore")
    darkroom.limit()
    for data in changed(scene(kind)):
        answer, _ = darkroom.work({"what": "examine", "asked": {}}, data)
        if "refused" in answer:
            assert answer["refused"] in intake.REFUSALS
            continue
        seen = answer["examined"]
        assert 0 < seen["width"] * seen["height"] <= MAX_PIXELS
        asked = {"rotation": 90, "boxes": {"full": [0, 0, 1, 1]}, "rights": {}, "wanted": [["full", 8, "jpg"]]}
        answer, pictures = darkroom.work({"what": "develop", "asked": asked}, data)
        assert answer.get("refused") in {None, darkroom.DAMAGED}
        assert answer or Image.open(io.BytesIO(pictures[0])).size[0] <= 8


@pytest.mark.parametrize("kind", FORMATS)
def test_every_byte_turned_over_and_every_truncation_ends_in_a_picture_or_a_refusal(kind: str) -> None:
    child = multiprocessing.get_context("fork").Process(target=hold, args=(kind,))
    child.start()
    child.join(timeout=240)
    assert child.exitcode == 0


@pytest.mark.parametrize("data", [scene("PNG")[:60], b"", b"GIF89a" + b"\xff" * 40, scene("WEBP")[:-9]])
def test_the_darkroom_itself_refuses_by_a_code(data: bytes) -> None:
    with pytest.raises(Failed) as failed:
        apart.run("examine", data)
    assert failed.value.code in {darkroom.UNKNOWN, darkroom.DAMAGED}


STARVED = """
from media import darkroom
darkroom.MOST_MEMORY = 300_000_000
darkroom.main(sys.stdin.buffer, sys.stdout.buffer)
"""


def test_a_file_that_would_eat_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (8_900, 8_900)).save(buffer, "PNG")
    real = subprocess.run

    def starved(command: list[str], **options: Any) -> Any:
        return real([command[0], "-c", f"import sys{STARVED}"], **options)

    monkeypatch.setattr(subprocess, "run", starved)
    with pytest.raises(PhotoRefused, match=r"huge\.png takes more memory or time"):
        inspect(buffer.getvalue(), name="huge.png")


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "LONGEST", 0.001)
    with pytest.raises(PhotoRefused, match=r"slow\.png takes more memory or time"):
        inspect(scene("PNG"), name="slow.png")


def test_the_darkroom_knows_no_secret_and_writes_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "the-secret")
    seen = {}

    def run(command: Any, **options: Any) -> Any:
        seen.update(options["env"])
        script = f"from media import darkroom; darkroom.limit(); open({str(tmp_path / 'x')!r}, 'w').write('x')"
        return real([sys.executable, "-c", script], **options)

    real = subprocess.run
    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(Failed):
        apart.run("examine", scene("PNG"))
    assert "the-secret" not in seen.values()
    assert not (tmp_path / "x").exists() or not (tmp_path / "x").read_text()


@given(st.binary(max_size=400))
@rules(max_examples=25, deadline=None)
def test_bytes_of_any_kind_are_no_picture(data: bytes) -> None:
    with pytest.raises(PhotoRefused):
        inspect(data, name="x")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields",
    [
        {"sha256": "a" * 64},
        {"file": "2026/01/x.jpg"},
        {"width": 10, "height": 10},
        {"focal_x": 101},
        {"decorative": True, "alt": "words"},
    ],
)
def test_the_database_itself_refuses_a_photo_that_contradicts_itself(fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Photo.objects.create(**fields)
