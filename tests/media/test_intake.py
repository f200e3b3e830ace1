"""The door for picture files: what is a usable picture comes in, everything else is refused with words."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given
from hypothesis import settings as rules
from hypothesis import strategies as st
from PIL import Image

from media import intake
from media.intake import EXTENSIONS, MAX_BYTES, PhotoRefused, give_file, inspect
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
        assert 0 < seen.width * seen.height <= intake.MAX_PIXELS
    assert taken > 5


SMALL = {kind: picture(kind) for kind in FORMATS}


@pytest.mark.parametrize("kind", FORMATS)
@given(data=st.data())
@rules(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_changed_or_shortened_file_ends_in_a_picture_or_a_refusal(kind: str, data: st.DataObject) -> None:
    whole = bytearray(SMALL[kind])
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    changed = bytes(whole[: data.draw(st.integers(1, len(whole)))])
    try:
        seen = inspect(changed, name="x")
    except PhotoRefused:
        return
    assert seen.width > 0 < seen.height


@given(st.binary(max_size=400))
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
