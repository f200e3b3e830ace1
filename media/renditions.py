"""Renditions: what readers get of a photo, in a few shapes, widths and formats.

Each is named by the key of a print (see `media.models.Print`): the content of the original, its framing, and the rights
that are written into it. Another crop or another credit is another key, so that what has a name never changes. They are
made by a task soon after the photo was saved, or by the first request for one, whichever comes sooner.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages

from media import apart
from media.darkroom import FORMATS
from media.framing import FULL
from media.models import Photo, Print
from media.pictures import Picture

# The widths in pixels at which layouts use a shape, and the widest at which search engines and other sites want it.
WIDTHS: Mapping[str, tuple[int, ...]] = {
    FULL: (320, 640, 960, 1440, 2000),
    "16x9": (320, 640, 960, 1440),
    "4x3": (320, 640, 960),
    "1x1": (160, 320, 960),
    "3x4": (320, 640),
}
CONTENT_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
NAMED = re.compile(r"(?P<key>[0-9a-f]{24})-(?P<shape>full|\d+x\d+)-(?P<width>\d{3,4})\.(?P<kind>avif|webp|jpg)")


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


def storage() -> Storage:
    """Where renditions are kept; readers are served from it."""
    return storages["renditions"]


def widths(shape: str, full: int) -> list[int]:
    """The widths at which a shape is offered of which the original has `full` pixels: none wider, and at least one."""
    offered = WIDTHS[shape]
    return [width for width in offered if width <= full or width == offered[0]]


def address(picture: Picture, width: int, *, shape: str = FULL, kind: str = "jpg") -> str:
    """Where readers fetch the picture in a shape, at the widest of its widths up to `width`, in one of FORMATS."""
    offered = widths(shape, picture.size(shape)[0])
    fitting = max((each for each in offered if each <= width), default=offered[0])
    return storage().url(Rendition(picture.key, shape, fitting, kind).name)


def srcset(picture: Picture, shape: str, kind: str) -> str:
    """All widths of the picture in a shape and a format, as the `srcset` attribute says them."""
    offered = widths(shape, picture.size(shape)[0])
    return ", ".join(f"{address(picture, width, shape=shape, kind=kind)} {width}w" for width in offered)


def all_of(key: str, shapes: Mapping[str, int]) -> Iterator[Rendition]:
    """Every rendition of a print whose shapes have so many pixels of the original, the widest of a shape first."""
    for shape, full in shapes.items():
        for width in reversed(widths(shape, full)):
            for kind in FORMATS:
                yield Rendition(key, shape, width, kind)


def make(wanted: Rendition) -> None:
    """Make one rendition if it is not there yet.

    Raises FileNotFoundError where no print has its key or the original is gone, and OSError where the original cannot
    be read or is not offered in this shape at this width.
    """
    found = Print.objects.filter(key=wanted.key).first()
    if found is None:
        raise FileNotFoundError(f"There is no print {wanted.key}.")
    if wanted not in all_of(found.key, found.shapes()):
        raise OSError(f"{wanted.name} is not offered.")
    _make(found, [wanted])


def make_all(photo: Photo) -> int:
    """Make every rendition that is missing of a photo as it is now; how many it has. Raises as `make` does."""
    found = Print.objects.get(key=photo.print_key)
    wanted = list(all_of(found.key, found.shapes()))
    _make(found, wanted)
    return len(wanted)


def forget(photo: Photo) -> None:
    """Remove the renditions of a photo; they are made again when they are wanted."""
    found = Print.objects.get(key=photo.print_key)
    for rendition in all_of(found.key, found.shapes()):
        storage().delete(rendition.name)


def _make(found: Print, wanted: Iterable[Rendition]) -> None:
    missing = [rendition for rendition in wanted if not storage().exists(rendition.name)]
    if not missing:
        return
    with storages["originals"].open(found.original) as file:
        data = file.read()
    jobs = [(each.shape, each.width, each.kind) for each in missing]
    recipe = found.recipe
    _, made = apart.run(
        "develop", data, rotation=recipe["rotation"], boxes=recipe["boxes"], rights=recipe["rights"], wanted=jobs
    )
    for rendition, content in zip(missing, made, strict=True):
        kept = storage().save(rendition.name, ContentFile(content))
        if kept != rendition.name:
            # Another process was quicker; what it made is the same.
            storage().delete(kept)
