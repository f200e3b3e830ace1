"""Colours come out as they were meant, whatever the profile of the original says."""

import io
import struct
from base64 import b64decode
from typing import Any

import pytest
from PIL import Image

from media import darkroom

# Display P3's primaries, adapted to D50, with a plain gamma; and the way from D50 to sRGB (IEC 61966-2-1).
WIDE = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
GAMMA = 2.2
TO_SRGB = ((3.13386, -1.61687, -0.49061), (-0.97877, 1.91614, 0.03345), (0.07195, -0.22899, 1.40524))
COLOUR = (180, 120, 90)


def profile() -> bytes:
    """A profile of a wide gamut, as cameras and phones write them (ICC.1:2010, version 2)."""

    def number(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(GAMMA * 256)) + b"\0\0"
    words = b"Wide\0"
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(words)) + words + bytes(82),
        b"cprt": b"text\0\0\0\0None\0",
        b"wtpt": b"XYZ \0\0\0\0" + number(0.9642) + number(1.0) + number(0.8249),
        **{
            sign + b"XYZ": b"XYZ \0\0\0\0" + b"".join(map(number, primary))
            for sign, primary in zip((b"r", b"g", b"b"), WIDE, strict=True)
        },
        **{sign + b"TRC": curve for sign in (b"r", b"g", b"b")},
    }
    table, body, place = b"", b"", 128 + 4 + 12 * len(tags)
    for sign, data in tags.items():
        table += sign + struct.pack(">II", place + len(body), len(data))
        body += data + b"\0" * (-len(data) % 4)
    rest = struct.pack(">I", len(tags)) + table + body
    header = struct.pack(">I4sI4s4s4s", 128 + len(rest), b"lcms", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + bytes(28)
    header += number(0.9642) + number(1.0) + number(0.8249)
    return header + bytes(128 - len(header)) + rest


def meant(colour: tuple[int, int, int]) -> tuple[int, ...]:
    """The colour of the wide gamut in sRGB."""
    linear = [(value / 255) ** GAMMA for value in colour]
    space = [sum(linear[n] * WIDE[n][axis] for n in range(3)) for axis in range(3)]
    light = [sum(row[axis] * space[axis] for axis in range(3)) for row in TO_SRGB]
    curved = (12.92 * v if v <= 0.0031308 else 1.055 * v ** (1 / 2.4) - 0.055 for v in (max(v, 0.0) for v in light))
    return tuple(round(255 * min(value, 1)) for value in curved)


def developed(image: Image.Image, kind: str, out: str = "webp", **options: Any) -> Image.Image:
    """What a reader gets of it."""
    buffer = io.BytesIO()
    image.save(buffer, kind, icc_profile=profile(), **options)
    asked = {"rotation": 0, "boxes": {"full": [0, 0, 1, 1]}, "rights": {}, "wanted": [["full", 320, out]]}
    answer, pictures = darkroom.work({"what": "develop", "asked": asked}, buffer.getvalue())
    assert answer == {}
    return Image.open(io.BytesIO(pictures[0]))


def near(colour: Any, other: tuple[int, ...], by: int = 5) -> bool:
    """Whether two colours are about the same."""
    return all(abs(one - another) <= by for one, another in zip(colour, other, strict=True))


def test_the_wide_gamut_is_another_one() -> None:
    assert not near(meant(COLOUR), COLOUR, 8)
    assert near(meant((255, 255, 255)), (255, 255, 255), 1)


@pytest.mark.parametrize("out", darkroom.FORMATS)
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {"quality": 98, "subsampling": 0}),
        ("PNG", {}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
        ("AVIF", {"quality": 98}),
    ],
)
def test_a_wide_gamut_becomes_srgb(kind: str, options: dict[str, Any], out: str) -> None:
    made = developed(Image.new("RGB", (32, 32), COLOUR), kind, out, **options)
    assert "icc_profile" not in made.info
    assert near(made.convert("RGB").getpixel((16, 16)), meant(COLOUR))


@pytest.mark.parametrize("opacity", [255, 128, 0])
def test_so_it_does_where_something_shines_through(opacity: int) -> None:
    made = developed(Image.new("RGBA", (32, 32), (*COLOUR, opacity)), "PNG")
    assert made.mode == ("RGB" if opacity == 255 else "RGBA")
    if opacity:
        assert near(made.convert("RGB").getpixel((16, 16)), meant(COLOUR))
    if made.mode == "RGBA":
        assert near([made.getpixel((16, 16))[3]], (opacity,))  # type: ignore[index]


def test_so_it_does_with_a_palette() -> None:
    made = developed(Image.new("RGB", (32, 32), COLOUR).quantize(4), "PNG")
    assert near(made.convert("RGB").getpixel((16, 16)), meant(COLOUR))


def test_the_few_pixels_that_stand_in_its_place_have_the_same_colours() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), COLOUR).save(buffer, "PNG", icc_profile=profile())
    hint = darkroom.examine(buffer.getvalue())["hint"]
    data = b64decode(hint.partition(",")[2])
    assert near(Image.open(io.BytesIO(data)).convert("RGB").getpixel((8, 8)), meant(COLOUR), 8)


@pytest.mark.parametrize("given", [b"", b"\0" * 128, profile()[:200], profile().replace(b"RGB ", b"CMYK")])
def test_a_profile_that_lies_changes_nothing(given: bytes) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), COLOUR).save(buffer, "PNG", icc_profile=given)
    asked = {"rotation": 0, "boxes": {"full": [0, 0, 1, 1]}, "rights": {}, "wanted": [["full", 320, "webp"]]}
    answer, pictures = darkroom.work({"what": "develop", "asked": asked}, buffer.getvalue())
    assert answer == {}
    assert near(Image.open(io.BytesIO(pictures[0])).convert("RGB").getpixel((16, 16)), COLOUR)
