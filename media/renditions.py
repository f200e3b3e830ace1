"""Renditions: what readers get of a photo. Named by content, so that they can be cached for ever.

A rendition is upright, in sRGB, and carries no metadata of the original. It is made by a task soon after the file
arrived, or by the first request for it, whichever comes sooner.
"""

import io

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from PIL import Image, ImageCms, ImageOps

from media.models import Photo
from media.pictures import Picture

WIDTHS = (320, 640, 960, 1440, 2000)
KEY_LENGTH = 24
QUALITY = 78
SRGB = ImageCms.createProfile("sRGB")


def storage() -> Storage:
    """Where renditions are kept; readers are served from it."""
    return storages["renditions"]


def widths(picture: Picture) -> list[int]:
    """The widths in pixels at which this picture is offered: none wider than the original, and at least one."""
    return [width for width in WIDTHS if width <= picture.width] or [WIDTHS[0]]


def name(sha256: str, width: int) -> str:
    """The name of a rendition, the same for the same content."""
    return f"{sha256[:KEY_LENGTH]}-{width}.webp"


def address(picture: Picture, width: int) -> str:
    """Where readers fetch the picture at one of its widths."""
    return storage().url(name(picture.sha256, width))


def srcset(picture: Picture) -> str:
    """All widths of the picture as the `srcset` attribute says them."""
    return ", ".join(f"{address(picture, width)} {width}w" for width in widths(picture))


def photo_of(key: str) -> Photo | None:
    """The photo whose content the key names; the range keeps the look-up on the index."""
    return Photo.objects.filter(sha256__gte=key, sha256__lt=f"{key}g").first()


def make(photo: Photo, width: int) -> str:
    """Make one rendition if it is not there yet; its name in the storage.

    Raises FileNotFoundError where the original is gone and OSError where it cannot be read.
    """
    wanted = name(photo.sha256, width)
    if not storage().exists(wanted):
        with photo.file.open("rb") as original, Image.open(original) as image:
            made = storage().save(wanted, ContentFile(_webp(image, width)))
        if made != wanted:
            # Another process was quicker; what it made is the same.
            storage().delete(made)
    return wanted


def make_all(photo: Photo) -> int:
    """Make every rendition that is missing; how many the photo has."""
    offered = widths(photo.picture())
    for width in offered:
        make(photo, width)
    return len(offered)


def forget(photo: Photo) -> None:
    """Remove the renditions of a photo; they are made again when they are wanted."""
    for width in widths(photo.picture()):
        storage().delete(name(photo.sha256, width))


def _webp(image: Image.Image, width: int) -> bytes:
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
