"""Renditions: what readers get of a photo, upright, in the right colours, and nothing of the original's metadata."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command
from django.test import Client
from PIL import Image, ImageCms

from media import apart, darkroom, renditions, tasks
from media.intake import PhotoRefused, give_file
from media.models import Photo

pytestmark = pytest.mark.django_db


def as_file(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """A picture as a file's bytes."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def halves(mode: str, first: Any, second: Any, size: tuple[int, int] = (800, 400)) -> Image.Image:
    """A picture whose left half has one colour and whose right half has another."""
    image = Image.new(mode, size, first)
    image.paste(second, (size[0] // 2, 0, size[0], size[1]))
    return image


def deep(left: int, right: int) -> Image.Image:
    """The same in grey of 16 bits."""
    row = left.to_bytes(2, "little") * 400 + right.to_bytes(2, "little") * 400
    return Image.frombytes("I;16", (800, 400), row * 400)


def photo_of(data: bytes) -> Photo:
    """A photo with that file."""
    return give_file(Photo(caption="x", alt="x"), data, name="x")


def fetched(client: Client, photo: Photo, width: int = 320) -> Image.Image:
    """The rendition as a reader gets it."""
    response = client.get(renditions.address(photo.picture(), width, kind="webp"))
    assert response.status_code == 200
    image = Image.open(io.BytesIO(response.getvalue()))
    image.load()
    return image


def near(seen: Any, wanted: tuple[int, ...], within: int = 24) -> bool:
    """Whether a colour is that one, as far as a lossy format can tell."""
    return all(abs(a - b) <= within for a, b in zip(seen, wanted, strict=False))


@pytest.mark.parametrize(("kind", "content_type"), renditions.CONTENT_TYPES.items())
def test_a_reader_gets_the_width_asked_for_and_may_keep_it_for_ever(
    client: Client, kind: str, content_type: str
) -> None:
    photo = photo_of(as_file(halves("RGB", "red", "blue", (1000, 500))))
    assert renditions.widths("full", 1000) == [320, 640, 800, 960]
    for width in (320, 640, 800, 960):
        response = client.get(renditions.address(photo.picture(), width, kind=kind))
        assert response.headers["Content-Type"] == content_type
        assert "immutable" in response.headers["Cache-Control"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert not response.cookies
        image = Image.open(io.BytesIO(response.getvalue()))
        assert image.size == (width, width // 2)
        assert near(image.convert("RGB").getpixel((width // 4, 40)), (254, 0, 0))
    head = client.head(renditions.address(photo.picture(), 320))
    head.close()
    assert head.status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "full-1440.webp",
        "full-321.webp",
        "full-0.webp",
        "full-320.png",
        "full-320.webp/x",
        "full-\u0663\u0662\u0660.webp",
        "2x1-320.webp",
        "16x9.jpg",
        "",
    ],
)
def test_nothing_else_can_be_made(client: Client, photo: Callable[..., Photo], address: str) -> None:
    key = photo().print_key
    assert client.get(f"/photos/{key}-{address}").status_code == 404
    assert storages["renditions"].listdir("")[1] == [] if storages["renditions"].exists("") else True


def test_an_unknown_photo_is_not_found(client: Client, photo: Callable[..., Photo]) -> None:
    photo()
    assert client.get(f"/photos/{'0' * 24}-full-320.webp").status_code == 404


@pytest.mark.parametrize("fate", ["gone", "damaged"])
def test_a_missing_or_damaged_original_is_not_found_and_written_down(
    client: Client, photo: Callable[..., Photo], caplog: pytest.LogCaptureFixture, fate: str
) -> None:
    lost = photo()
    path = Path(lost.file.path)
    path.unlink() if fate == "gone" else path.write_bytes(path.read_bytes()[:150])
    assert client.get(renditions.address(lost.picture(), 320)).status_code == 404
    assert lost.print_key in caplog.text


def test_a_small_picture_is_not_blown_up(client: Client, photo: Callable[..., Photo]) -> None:
    assert fetched(client, photo()).size == (64, 48)


def test_a_picture_through_which_something_shines_is_not_in_the_memory_twice() -> None:
    image = Image.new("RGBA", (8, 8), (90, 20, 30, 128))
    assert darkroom._plain(image) is image


def test_a_picture_that_is_very_high_is_there_in_every_format(client: Client) -> None:
    photo = photo_of(as_file(Image.new("RGB", (60, 20_000), "red")))
    for kind in renditions.CONTENT_TYPES:
        response = client.get(renditions.address(photo.picture(), 320, kind=kind))
        assert Image.open(io.BytesIO(response.getvalue())).height == 16_383


def test_rights_as_long_as_a_contract_leave_room_for_the_picture(client: Client, photo: Callable[..., Photo]) -> None:
    image = fetched(client, photo(usage_terms="Online & in print, not for sale. " * 3_000))
    assert b"Online &amp; in print" in image.info["xmp"]
    assert client.get(renditions.address(Photo.objects.get().picture(), 320)).status_code == 200


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright(client: Client, orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = photo_of(as_file(halves("RGB", "red", "blue"), kind, exif=exif))
    image = fetched(client, photo)
    assert (image.width > image.height) == (orientation < 5) == ((photo.width or 0) > (photo.height or 0))
    reds = {1: (0.1, 0.5), 2: (0.9, 0.5), 3: (0.9, 0.5), 4: (0.1, 0.5)}
    reds |= {5: (0.5, 0.1), 6: (0.5, 0.1), 7: (0.5, 0.9), 8: (0.5, 0.9)}
    x, y = reds[orientation]
    assert near(image.getpixel((int(image.width * x), int(image.height * y))), (254, 0, 0))


@pytest.mark.parametrize(
    ("data", "left", "right"),
    [
        (as_file(halves("CMYK", (0, 255, 255, 0), (255, 255, 0, 0))), (255, 0, 0), (0, 0, 255)),
        (as_file(halves("L", 250, 10)), (250, 250, 250), (10, 10, 10)),
        (as_file(deep(64000, 2500), "PNG"), (250, 250, 250), (10, 10, 10)),
        (as_file(halves("RGB", "red", "blue").quantize(4), "PNG"), (255, 0, 0), (0, 0, 255)),
        (as_file(halves("RGB", "red", "blue").quantize(4), "GIF"), (255, 0, 0), (0, 0, 255)),
        (as_file(halves("1", 1, 0), "TIFF"), (255, 255, 255), (0, 0, 0)),
        (as_file(halves("LA", (250, 255), (10, 255)), "PNG"), (250, 250, 250), (10, 10, 10)),
    ],
    ids=["CMYK", "grey", "16 bit", "palette", "GIF", "bilevel TIFF", "grey with alpha"],
)
def test_every_kind_of_colour_comes_out_right(
    client: Client, data: bytes, left: tuple[int, ...], right: tuple[int, ...]
) -> None:
    image = fetched(client, photo_of(data)).convert("RGB")
    assert near(image.getpixel((40, 40)), left)
    assert near(image.getpixel((280, 40)), right)


def test_what_shines_through_stays_so(client: Client) -> None:
    image = fetched(client, photo_of(as_file(halves("RGBA", (255, 0, 0, 255), (0, 0, 255, 0)), "PNG")))
    assert image.mode == "RGBA"
    assert image.getpixel((300, 40))[3] == 0  # type: ignore[index]


def test_a_colour_profile_is_applied_and_not_sent(client: Client) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for given in (srgb, profile, b"not a profile"):
        image = fetched(client, photo_of(as_file(halves("RGB", "red", (0, 0, len(given) % 99)), icc_profile=given)))
        assert "icc_profile" not in image.info
        assert near(image.getpixel((20, 20)), (254, 0, 0))


def test_nothing_of_the_metadata_reaches_a_reader(client: Client) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[1] = "N"
    data = as_file(halves("RGB", "red", "blue"), exif=exif, comment=b"A comment", xmp=b"<x:xmpmeta>place</x:xmpmeta>")
    assert b"A camera" in data
    response = client.get(renditions.address(photo_of(data).picture(), 320))
    sent = response.getvalue()
    for secret in (b"A camera", b"EXIF", b"Exif", b"xmp", b"A comment"):
        assert secret not in sent


def test_the_worker_makes_them_all_and_a_photo_that_is_gone_is_no_trouble(photo: Callable[..., Photo]) -> None:
    large = photo_of(as_file(halves("RGB", "red", "blue", (1000, 500))))
    # 1000 pixels wide whole, 889 in 16:9, 667 in 4:3, 500 square, 375 in 3:4, each in three formats.
    assert tasks.make_renditions.call(large.pk) == 3 * (4 + 2 + 2 + 2 + 1)
    assert len(storages["renditions"].listdir("")[1]) == 33
    assert tasks.make_renditions.call(10**9) == 0


@pytest.mark.django_db(transaction=True)
def test_the_task_is_given_to_the_worker_once_the_photo_stands(django_capture_on_commit_callbacks: Any) -> None:
    from django_tasks_db.models import DBTaskResult

    photo_of(as_file(halves("RGB", "red", "blue")))
    assert DBTaskResult.objects.filter(task_path="media.tasks.make_renditions").count() == 1


def test_the_command_makes_what_is_missing_and_says_what_it_could_not(
    photo: Callable[..., Photo], capsys: pytest.CaptureFixture[str]
) -> None:
    well, lost = photo(), photo()
    Path(lost.file.path).unlink()
    with pytest.raises(CommandError, match="1 originals"):
        call_command("renditions")
    said = capsys.readouterr()
    assert "1 of 2 pictures have their renditions" in said.out
    assert f"Photo {lost.pk}" in said.err
    made = f"{well.print_key}-full-320.webp"
    assert made in storages["renditions"].listdir("")[1]
    storages["renditions"].delete(made)
    storages["renditions"].save(made, ContentFile(b"old"))
    lost.delete()
    call_command("renditions", "--force")
    with storages["renditions"].open(made) as file:
        assert file.read()[8:12] == b"WEBP"


def test_real_odd_pictures_come_out(shared: Path, client: Client) -> None:
    seen = 0
    for file in sorted((shared / "cases" / "images-odd").iterdir()):
        try:
            photo = give_file(Photo(), file.read_bytes(), name=file.name)
        except PhotoRefused:
            continue
        if Photo.objects.filter(sha256=photo.sha256).count() == 1:
            image = fetched(client, photo)
            assert (image.width > image.height) == ((photo.width or 0) > (photo.height or 0)), file.name
            seen += 1
    assert seen > 20


def test_what_readers_have_survives_another_file_and_lost_renditions(client: Client) -> None:
    photo = photo_of(as_file(halves("RGB", "red", "blue")))
    before = photo.picture()
    give_file(photo, as_file(halves("RGB", "green", "yellow")), name="another.jpg")
    response = client.get(renditions.address(before, 320))
    image = Image.open(io.BytesIO(response.getvalue()))
    assert near(image.convert("RGB").getpixel((40, 40)), (254, 0, 0))


def test_while_the_darkroom_is_busy_a_page_has_a_few_pixels_and_keeps_none(
    client: Client, photo: Callable[..., Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = photo()
    address = renditions.address(mine.picture(), 320)

    def busy(*job: Any, **asked: Any) -> None:
        raise apart.Busy

    with monkeypatch.context() as patched:
        patched.setattr(apart, "run", busy)
        answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert max(Image.open(io.BytesIO(answer.content)).size) <= 16
    assert client.get(address).headers["Content-Type"] == "image/jpeg"
