"""Renditions: what readers get of a photo. Named by content, so that they can be cached for ever.

A rendition is upright, in sRGB, and carries no metadata of the original. It is made by a task soon after the file
arrived, or by the first request for it, whichever comes sooner.
"""

import io
import struct
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from PIL import Image, ImageCms, ImageOps

from media.models import Photo
from media.pictures import Picture

WIDTHS = (320, 640, 960, 1440, 2000)
KEY_LENGTH = 24
QUALITY = 78
# EXIF 2.32, tag 0x0112: the values at which width and height change places.
ORIENTATION = 0x0112
SIDEWAYS = (5, 6, 7, 8)
# What Pillow raises for files that lie about themselves, as seen with real ones.
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    OverflowError,
    MemoryError,
    ZeroDivisionError,
    RuntimeError,
    struct.error,
)
SRGB = ImageCms.createProfile("sRGB")


def storage() -> Storage:
    """Where renditions are kept; readers are served from it."""
    return storages["renditions"]


def widths(picture: Picture) -> list[int]:
    """The widths in pixels at which this picture is offered: none wider than the original, and at least one."""
    return [width for width in WIDTHS if is_offered(width, picture.width)]


def is_offered(width: int, full: int) -> bool:
    """Whether an original that is `full` pixels wide is offered at this width."""
    return width == WIDTHS[0] or (width in WIDTHS and width <= full)


def name(sha256: str, width: int) -> str:
    """The name of a rendition, the same for the same content."""
    return f"{sha256[:KEY_LENGTH]}-{width}.webp"


def address(picture: Picture, width: int) -> str:
    """Where readers fetch the picture at one of its widths."""
    return storage().url(name(picture.sha256, width))


def srcset(picture: Picture) -> str:
    """All widths of the picture as the `srcset` attribute says them."""
    return ", ".join(f"{address(picture, width)} {width}w" for width in widths(picture))


def original(sha256: str) -> str:
    """The name of the original with this content, in the storage of originals; the first KEY_LENGTH digits will do.

    Raises FileNotFoundError where there is none, also where it was there once.
    """
    folder = sha256[:2]
    _, names = storages["originals"].listdir(folder)
    found = next((each for each in names if each.startswith(sha256)), None)
    if found is None:
        raise FileNotFoundError(sha256)
    return f"{folder}/{found}"


def make(sha256: str, width: int) -> str:
    """Make one rendition of an original if it is not there yet; its name in the storage.

    Raises FileNotFoundError where the original is gone, and OSError where it cannot be read or is not offered at this
    width.
    """
    wanted = name(sha256, width)
    if not storage().exists(wanted):
        with storages["originals"].open(original(sha256)) as file:
            try:
                data = _webp(file, width)
            except BROKEN as error:
                raise OSError(f"The original {sha256} cannot be read: {error}") from error
        made = storage().save(wanted, ContentFile(data))
        if made != wanted:
            # Another process was quicker; what it made is the same.
            storage().delete(made)
    return wanted


def make_all(photo: Photo) -> int:
    """Make every rendition that is missing; how many the photo has."""
    offered = widths(photo.picture())
    for width in offered:
        make(photo.sha256, width)
    return len(offered)


def forget(photo: Photo) -> None:
    """Remove the renditions of a photo; they are made again when they are wanted."""
    for width in widths(photo.picture()):
        storage().delete(name(photo.sha256, width))


def _webp(file: IO[bytes], width: int) -> bytes:
    image = Image.open(file)
    turned = image.getexif().get(ORIENTATION) in SIDEWAYS
    if not is_offered(width, image.height if turned else image.width):
        raise ValueError(f"There is no rendition {width} pixels wide.")
    # A JPEG is decoded at the nearest scale that is large enough, which saves most of the time and memory.
    image.draft("RGB", (width * 2, width * 2))
    upright = ImageOps.exif_transpose(image)
    ready = _in_srgb(upright)
    if ready.width > width:
        height = max(1, round(ready.height * width / ready.width))
        ready = ready.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    buffer = io.BytesIO()
    ready.save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()


def _in_srgb(image: Image.Image) -> Image.Image:
    """The picture in 8-bit sRGB, with its transparency if it has one."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("P", "PA", "LA", "La", "RGBa"):
        image = image.convert("RGBA")
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
            # A profile that nobody can read says nothing about the colours.
            converted = None
        if converted is not None:
            converted.info.clear()
            return converted
    plain = image.convert(mode)
    plain.info.clear()
    return plain
