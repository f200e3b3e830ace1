"""Every small change of a picture file ends in a picture or a refusal: nothing dies, nothing hangs, nothing leaks."""

import io
import random
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from media.intake import PhotoRefused, inspect
from tests.media.holding import hold

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:rights="N"/></rdf:RDF></x:xmpmeta>'
)
WAYS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "JPEG": ("JPEG", "RGB", {"quality": 40}),
    "progressive JPEG": ("JPEG", "RGB", {"quality": 40, "progressive": True}),
    "grey JPEG with words": ("JPEG", "L", {"quality": 40, "xmp": XMP, "exif": b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"}),
    "PNG": ("PNG", "RGB", {}),
    "PNG with a palette": ("PNG", "P", {"transparency": 3}),
    "WebP": ("WEBP", "RGB", {"quality": 40}),
    "lossless WebP with words": ("WEBP", "RGBA", {"lossless": True, "xmp": XMP}),
    "TIFF": ("TIFF", "RGB", {"compression": "tiff_lzw"}),
    "TIFF of JPEG": ("TIFF", "RGB", {"compression": "jpeg"}),
    "bilevel TIFF": ("TIFF", "1", {"compression": "group4"}),
    "GIF": ("GIF", "P", {}),
    "AVIF": ("AVIF", "RGB", {"quality": 40}),
}


def small(way: str) -> bytes:
    """A picture of 8 by 8 pixels with something in it."""
    kind, mode, options = WAYS[way]
    image = Image.radial_gradient("L").resize((8, 8)).convert("RGB").convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def changed(whole: bytes) -> Iterator[tuple[str, bytes]]:
    """The file cut off at each byte, and with each byte turned over: all of its bits, its highest, its lowest."""
    for place in range(len(whole)):
        yield f"cut off at byte {place}", whole[:place]
        for bits in (0xFF, 0x80, 0x01):
            yield f"byte {place} ^ {bits:#04x}", whole[:place] + bytes([whole[place] ^ bits]) + whole[place + 1 :]


@pytest.mark.parametrize("way", WAYS)
def test_every_byte_turned_over_and_every_truncation_ends_in_a_picture_or_a_refusal(way: str) -> None:
    whole = small(way)
    assert hold([("as it is", whole)]) == 1
    cases = list(changed(whole))
    assert 0 < hold(cases) < len(cases)


@pytest.mark.parametrize("way", WAYS)
def test_some_of_them_go_the_whole_way(way: str) -> None:
    for _, data in random.Random(way).sample(list(changed(small(way))), 1):  # noqa: S311 - the same each time
        with suppress(PhotoRefused):
            seen = inspect(data, name="x")
            assert seen.width * seen.height > 0


def test_a_death_is_told_by_the_name_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.media.holding.ends", lambda data: sys.exit(7) if data == b"b" else "")
    with pytest.raises(pytest.fail.Exception, match=r"the second: the darkroom ended with code 7"):
        hold([("the first", b"a"), ("the second", b"b"), ("the third", b"c")])


@pytest.mark.parametrize(("folder", "pictures"), [("images-hostile/pillow", 30), ("images-odd", 32)])
def test_real_files_end_in_a_picture_or_a_refusal(shared: Path, folder: str, pictures: int) -> None:
    files = [file for file in sorted((shared / "cases" / folder).iterdir()) if file.is_file()]
    assert len(files) >= pictures
    assert hold([(file.name, file.read_bytes()) for file in files]) >= pictures
