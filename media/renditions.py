"""Renditions: what readers get of a photo, in a few shapes, widths and formats.

Each is named by the key of a print (see `media.models.Print`): the content of the original, its framing, and the rights
that are written into it. Another crop or another credit is another key, so that what has a name never changes. They are
made by a task soon after the photo was saved, or by the first request for one, whichever comes sooner.
"""

import logging
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import storages

from media import apart
from media.darkroom import FORMATS
from media.framing import FULL
from media.models import Photo, Print
from media.models.photo import originals
from media.pictures import Picture
from media.shelves import Shelf

log = logging.getLogger(__name__)

# The widths in pixels at which layouts use a shape, and the widest at which search engines and other sites want it.
WIDTHS: Mapping[str, tuple[int, ...]] = {
    FULL: (320, 640, 800, 960, 1440, 2000),
    "16x9": (320, 640, 960, 1440),
    "4x3": (320, 640, 960),
    "1x1": (160, 320, 960),
    "3x4": (320, 640),
}
CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
NAMED = re.compile(
    r"(?P<key>[0-9a-f]{24})-(?P<shape>full|\d+x\d+)-(?P<width>\d{3,4})\.(?P<kind>avif|webp|jpg)", re.ASCII
)


@dataclass(frozen=True)
class Rendition:
    """One of the files made of a print."""

    key: str
    shape: str
    width: int
    kind: str

    @property
    def name(self) -> str:
        """Its name in the storage."""
        return f"{self.key}-{self.shape}-{self.width}.{self.kind}"

    @classmethod
    def named(cls, name: str) -> "Rendition | None":
        """The one that has this name; None for what is no name of a rendition."""
        found = NAMED.fullmatch(name)
        return cls(found["key"], found["shape"], int(found["width"]), found["kind"]) if found else None


def storage() -> Shelf:
    """Where renditions are kept, and with them the social cards."""
    return cast(Shelf, storages["renditions"])


def widths(shape: str, full: int) -> list[int]:
    """The widths at which a shape is offered of which the original has `full` pixels: none wider, and at least one."""
    offered = WIDTHS[shape]
    return [width for width in offered if width <= full or width == offered[0]]


def address(picture: Picture, width: int, *, shape: str = FULL, kind: str = "jpg") -> str:
    """Where readers fetch the picture in a shape, at the widest of its widths up to `width`, in one of FORMATS.

    It neither ends nor depends on where renditions are kept, nor on whether this one has been made.
    """
    return str(settings.PHOTOS_URL) + Rendition(picture.key, shape, _fitting(picture, width, shape), kind).name


def size(picture: Picture, width: int, *, shape: str = FULL) -> tuple[int, int]:
    """How many pixels wide and high that is which stands at the address of the same picture, width and shape."""
    full, high = picture.size(shape)
    part = min(1.0, _fitting(picture, width, shape) / full)
    return round(full * part), max(1, round(high * part))


def _fitting(picture: Picture, width: int, shape: str) -> int:
    offered = widths(shape, picture.size(shape)[0])
    return max((each for each in offered if each <= width), default=offered[0])


def srcset(picture: Picture, shape: str, kind: str) -> str:
    """All widths of the picture in a shape and a format, as the `srcset` attribute says them."""
    offered = widths(shape, picture.size(shape)[0])
    return ", ".join(f"{address(picture, width, shape=shape, kind=kind)} {width}w" for width in offered)


def all_of(found: Print) -> Iterator[Rendition]:
    """Every rendition of a print, the widest of a shape first."""
    for shape, full in found.shapes().items():
        for width in reversed(widths(shape, full)):
            for kind in FORMATS:
                yield Rendition(found.key, shape, width, kind)


def print_of(key: str) -> Print:
    """The print that has this key; raises FileNotFoundError where none has."""
    found = Print.objects.filter(key=key).first()
    if found is None:
        raise FileNotFoundError(f"There is no print {key}.")
    return found


def fetch(wanted: Rendition) -> bytes:
    """One rendition, made now where it is not there yet.

    Raises FileNotFoundError where no print has its key or the original is gone, Unreachable where the storage does not
    answer, and OSError where the original cannot be read or is not offered in this shape at this width.
    """
    try:
        return storage().read(wanted.name)
    except FileNotFoundError:
        found = print_of(wanted.key)
    if wanted not in all_of(found):
        raise OSError(f"{wanted.name} is not offered.")
    [content] = _developed(found, [wanted])
    keep(wanted.name, content)
    return content


def hint_of(wanted: Rendition) -> bytes:
    """The few pixels that are kept of a rendition's original, in HINT_TYPE; empty where there are none."""
    original = Print.objects.filter(key=wanted.key).values("original")
    hint = Photo.objects.filter(file__in=original).exclude(hint="").values_list("hint", flat=True).first()
    return b64decode(str(hint).partition(",")[2]) if hint else b""


def make_all(found: Print, *, anew: bool = False) -> int:
    """Make every rendition of a print that is missing, or each of them anew; how many were made.

    One that is there is replaced at once, so that readers have it all the time. Raises as `fetch` does.
    """
    wanted = list(all_of(found))
    there = set() if anew else storage().which([each.name for each in wanted], beginning=f"{found.key}-")
    missing = [each for each in wanted if each.name not in there]
    for rendition, content in zip(missing, _developed(found, missing), strict=True):
        storage().save(rendition.name, ContentFile(content))
    return len(missing)


def keep(name: str, content: bytes) -> None:
    """Store what was made for somebody who waits for it: where there is no room for it, it is made again next time."""
    try:
        storage().save(name, ContentFile(content))
    except OSError as error:
        log.warning("%s cannot be stored: %s", name, error)


def _developed(found: Print, wanted: Sequence[Rendition]) -> list[bytes]:
    if not wanted:
        return []
    jobs = [(each.shape, each.width, each.kind) for each in wanted]
    recipe = found.recipe
    _, made = apart.run(
        "develop",
        originals().read(found.original),
        rotation=recipe["rotation"],
        boxes=recipe["boxes"],
        rights=recipe["rights"],
        wanted=jobs,
    )
    return made
