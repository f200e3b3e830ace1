"""The door for picture files: what is a usable picture comes in, everything else is refused with words."""

import errno
import io
import struct
import subprocess
import threading
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from attache.management.commands import serve
from media import apart, darkroom, intake
from media.apart import Failed
from media.intake import MAX_BYTES, PhotoRefused, give_file, inspect
from media.models import Photo, originals
from media.shelves import Disk
from tests.media.holding import ends

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


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_leaves_the_file_to_who_came_with_the_same_one(monkeypatch: pytest.MonkeyPatch) -> None:
    data, done = picture(), threading.Event()
    delete = Disk.delete

    def slowly(self: Disk, name: str) -> None:
        done.wait(2)
        delete(self, name)

    def upload() -> None:
        try:
            give_file(Photo(), data, name="b.jpg")
            done.set()
        finally:
            connection.close()

    monkeypatch.setattr(Disk, "delete", slowly)
    other = threading.Thread(target=upload)
    with suppress(RuntimeError), intake.files_and_rows():
        give_file(Photo(), data, name="a.jpg")
        other.start()
        # On SQLite the other one has to wait until this ends.
        done.wait(1)
        raise RuntimeError
    other.join()
    assert originals().read(str(Photo.objects.get().file.name)) == data


@pytest.mark.django_db(transaction=True)
def test_what_fails_alone_leaves_no_file_when_the_rest_goes_on() -> None:
    with intake.files_and_rows():
        give_file(Photo(), picture(), name="a.jpg")
        with suppress(RuntimeError), intake.files_and_rows():
            give_file(Photo(), picture("PNG"), name="b.png")
            raise RuntimeError
    assert [str(path.suffix) for path in kept()] == [".jpg"]
    assert Photo.objects.count() == 1


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


@pytest.mark.parametrize("data", [picture("PNG")[:60], b"", b"GIF89a" + b"\xff" * 40, picture("WEBP")[:-9]])
def test_the_darkroom_itself_refuses_by_a_code(data: bytes) -> None:
    with pytest.raises(Failed) as failed:
        apart.run("examine", data)
    assert failed.value.code in {darkroom.UNKNOWN, darkroom.DAMAGED}


@pytest.mark.parametrize(
    "more", [b"<html><script>alert(1)</script></html>", b"PK\x03\x04" + b"x" * 200, b"%PDF-1.7\n", b"\0" * 100_000]
)
def test_what_hangs_on_a_picture_never_reaches_a_reader(more: bytes) -> None:
    data = picture(comment=b"<script>alert(2)</script>", exif=b"Exif\0\0<script>") + more
    assert inspect(data, name="x.html").extension == "jpg"
    boxes = {"full": [0, 0, 1, 1]}
    wanted = [["full", 320, kind] for kind in darkroom.FORMATS]
    _, pictures = apart.run("develop", data, rotation=0, boxes=boxes, rights={}, wanted=wanted)
    assert len(pictures) == 3
    for made in pictures:
        assert b"script" not in made
        assert more[:20] not in made


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_of_moving_pictures_and_many_pages_it_is_the_first(kind: str) -> None:
    others = [Image.new("RGB", (24, 16), colour) for colour in ("blue", "green")]
    data = io.BytesIO()
    Image.new("RGB", (24, 16), "red").save(data, kind, save_all=True, append_images=others)
    asked = {"rotation": 0, "boxes": {"full": [0, 0, 1, 1]}, "rights": {}, "wanted": [["full", 320, "webp"]]}
    _, [made] = apart.run("develop", data.getvalue(), **asked)
    image = Image.open(io.BytesIO(made))
    red, green, blue = image.convert("RGB").getpixel((12, 8))  # type: ignore[misc]
    assert (getattr(image, "n_frames", 1), red > 240, green < 20, blue < 20) == (1, True, True, True)


# --- Files that would eat the machine ---


def instead(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Have another program run in the darkroom's place."""
    real = subprocess.Popen

    def start(command: list[str], **options: Any) -> Any:
        return real([command[0], "-c", script], **options)

    monkeypatch.setattr(subprocess, "Popen", start)


def test_a_file_that_would_eat_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    buffer = io.BytesIO()
    Image.new("RGBA", (8_900, 8_900)).save(buffer, "PNG")
    starved = "darkroom.MOST_MEMORY = 300_000_000; darkroom.main(sys.stdin.buffer, sys.stdout.buffer)"
    instead(monkeypatch, f"import sys; from media import darkroom; {starved}")
    with pytest.raises(PhotoRefused, match=r"huge\.png takes more memory or time"):
        inspect(buffer.getvalue(), name="huge.png")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("import time; time.sleep(99)", "ended with code -9"),
        ("from media import darkroom; darkroom.limit(1)\nwhile True: pass", "ended with code"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "ended with code -11"),
        ("import sys; sys.stderr.write('x' * 9_000_000 + '\\nthe end'); sys.exit(3)", "the end"),
        ("import sys; sys.stdout.write('{}\\n' + 'x' * 20_000_000)", "ended with code"),
        ("", "ended with code 0"),
    ],
    ids=["sleeps", "turns in circles", "crashes", "talks", "gives too much", "says nothing"],
)
def test_whatever_becomes_of_the_darkroom_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, script: str, why: str
) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0.15)
    monkeypatch.setattr(apart, "MOST_TAKEN", 1_000_000)
    instead(monkeypatch, script)
    with pytest.raises(PhotoRefused, match=r"odd\.png takes more memory or time") as refusal:
        inspect(picture("PNG"), name="odd.png")
    assert why in str(refusal.value.__cause__)


def test_a_machine_without_room_for_a_darkroom_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", full)
    with pytest.raises(PhotoRefused, match=r"x\.jpg came while the photo desk is busy"):
        inspect(picture(), name="x.jpg")


def test_many_bad_files_at_once_leave_room_for_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    gate, at_work = threading.Event(), threading.Semaphore(0)

    def held(given: bytes, seconds: float) -> tuple[int, bytes, str]:
        at_work.release()
        gate.wait(30)
        return 1, b"", ""

    monkeypatch.setattr(apart, "_held", held)
    words: list[str] = []

    def send() -> None:
        try:
            inspect(picture(), name="x.jpg")
        except PhotoRefused as refusal:
            words.append(str(refusal))

    senders = [threading.Thread(target=send) for _ in range(20)]
    for sender in senders:
        sender.start()
    for _ in range(apart.AT_ONCE):
        assert at_work.acquire(timeout=30)
    in_all = apart.AT_ONCE + apart.IN_LINE
    while len(words) < 20 - in_all:
        gate.wait(0.01)
    assert {"is busy with many other pictures" in each for each in words} == {True}
    assert not at_work.acquire(blocking=False)
    gate.set()
    for sender in senders:
        sender.join()
    assert sum("takes more memory or time" in each for each in words) == in_all


def test_the_web_server_has_more_threads_than_pictures_may_hold() -> None:
    assert serve.THREADS > apart.AT_ONCE + apart.IN_LINE


def scans(times: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    whole = picture(size=(4_000, 4_000), progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * times + b"\xff\xd9"


def nested(times: int) -> bytes:
    """A picture whose XMP goes deep."""
    begin = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:dc="http://purl.org/dc/elements/1.1/" '
        b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    )
    item, end = b"<rdf:Description><dc:subject><rdf:Bag><rdf:li>", b"</rdf:li></rdf:Bag></dc:subject></rdf:Description>"
    return picture("WEBP", xmp=begin + item * times + end * times + b"</rdf:RDF></x:xmpmeta>")


def test_scans_without_end_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0.1)
    with pytest.raises(PhotoRefused, match="takes more memory or time"):
        inspect(scans(5_000), name="x.jpg")


@pytest.mark.parametrize("times", [300, 20_000, 60_000])
def test_words_that_go_deep_bring_nothing_and_hold_up_nobody(times: int) -> None:
    assert inspect(nested(times), name="x.webp").brought == {}


def with_chunks(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with these chunks before its pixels."""
    whole = picture("PNG")
    added = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
    return whole[:33] + added + whole[33:]


@pytest.mark.parametrize(
    "chunks",
    [
        [(b"zTXt", b"k\0\0" + zlib.compress(bytes(50_000_000), 9))],
        [(b"zTXt", b"k%d\0\0" % number + zlib.compress(bytes(900_000), 9)) for number in range(200)],
        [(b"iCCP", b"p\0\0" + zlib.compress(bytes(90_000_000), 9))],
        [(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(b"<" * 90_000_000, 9))],
    ],
    ids=["a text that unfolds", "many texts that unfold", "a profile that unfolds", "an XMP that unfolds"],
)
def test_what_unfolds_without_end_ends_in_a_picture_or_a_refusal(chunks: list[tuple[bytes, bytes]]) -> None:
    with suppress(PhotoRefused):
        assert inspect(with_chunks(*chunks), name="x.png").brought == {}


def test_the_darkroom_knows_no_secret_and_writes_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "the-secret")
    seen = {}
    real = subprocess.Popen
    place = str(tmp_path / "x")

    def start(command: list[str], **options: Any) -> Any:
        seen.update(options["env"])
        script = f"from media import darkroom; darkroom.limit(9); open({place!r}, 'w').write('x')"
        return real([command[0], "-c", script], **options)

    monkeypatch.setattr(subprocess, "Popen", start)
    with pytest.raises(Failed):
        apart.run("examine", picture())
    assert "the-secret" not in seen.values()
    assert not (tmp_path / "x").exists() or not (tmp_path / "x").read_text()


@given(st.binary(max_size=400))
def test_bytes_of_any_kind_are_no_picture(data: bytes) -> None:
    assert ends(data) == darkroom.UNKNOWN


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
