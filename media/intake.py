"""The one door for picture files: what comes in is a picture of a kind we know, of a size we can bear, or is refused.

A file is judged by its content, never by its name, and its dimensions are read before it is decoded whole.
"""

import hashlib
import io
import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image, ImageOps

from media.models import Photo
from media.renditions import BROKEN
from media.tasks import make_renditions

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 80_000_000
LONGEST_SIDE = 30_000
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "TIFF": "tif", "AVIF": "avif", "GIF": "gif"}
# Photographers' cameras write JPEGs with a small second picture inside; Pillow calls those MPO.
OPENED = (*EXTENSIONS, "MPO")
_stored: ContextVar[list[str] | None] = ContextVar("stored", default=None)


class PhotoRefused(ValueError):
    """Raised for a file that is not taken; the message names the file and says what to do."""


@dataclass(frozen=True)
class Inspected:
    """A file that may come in: the extension that its content has, and its upright size in pixels."""

    extension: str
    width: int
    height: int


def inspect(data: bytes, *, name: str) -> Inspected:
    """Look at a file without keeping it; raises PhotoRefused, in whose words the file is called `name`."""
    called = shown(name)
    if not data:
        raise PhotoRefused(f"{called} is empty. Choose the file again; perhaps it was still being copied.")
    if len(data) > MAX_BYTES:
        raise PhotoRefused(
            f"{called} is larger than {MAX_BYTES // 1024 // 1024} MB. Save it as a JPEG of good quality and try again."
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        too_many = PhotoRefused(
            f"{called} has more than the {MAX_PIXELS // 1_000_000} megapixels that we take. Save it smaller and try "
            "again."
        )
        try:
            image = Image.open(io.BytesIO(data), formats=OPENED)
        except Image.DecompressionBombError as error:
            raise too_many from error
        except BROKEN as error:
            raise PhotoRefused(
                f"{called} is not a picture that we can read. JPEG, PNG, WebP, TIFF, AVIF and GIF can be used."
            ) from error
        with image:
            width, height = image.size
            if width * height > MAX_PIXELS or max(width, height) > LONGEST_SIDE:
                raise too_many
            try:
                upright = ImageOps.exif_transpose(image)
                upright.load()
            except BROKEN as error:
                raise PhotoRefused(
                    f"{called} is damaged or not complete. Export it again from where it came."
                ) from error
            if not upright.width or not upright.height:
                raise PhotoRefused(f"{called} has no pixels. Export it again from where it came.")
            return Inspected(EXTENSIONS.get(image.format or "", "jpg"), upright.width, upright.height)


def give_file(photo: Photo, data: bytes, *, name: str) -> Photo:
    """Give a photo its file, or another one in place of the one it has, and save it.

    Its renditions are made by a task as soon as the transaction stands. Raises PhotoRefused, and keeps nothing, for a
    file that is not a usable picture; `name` is what the file is called in those words and nothing more.
    """
    seen = inspect(data, name=name)
    with files_and_rows() as stored:
        photo.sha256 = hashlib.sha256(data).hexdigest()
        photo.width, photo.height = seen.width, seen.height
        # Named by content, so that what a snapshot shows can still be found after the photo was given another file.
        kept = f"{photo.sha256[:2]}/{photo.sha256}.{seen.extension}"
        if not photo.file.storage.exists(kept):
            photo.file.storage.save(kept, ContentFile(data))
            stored.append(kept)
        photo.file.name = kept
        photo.save()
        transaction.on_commit(lambda: make_renditions.enqueue(photo.pk))
    return photo


@contextmanager
def files_and_rows() -> Iterator[list[str]]:
    """A transaction that takes back the files stored in it when it fails, so that none is left without its row.

    Can be nested. Yields the names of the files stored so far.
    """
    outer = _stored.get()
    mine: list[str] = []
    token = _stored.set(mine)
    try:
        with transaction.atomic():
            yield mine
    except BaseException:
        storage = Photo._meta.get_field("file").storage
        for name in mine:
            storage.delete(name)
        raise
    else:
        if outer is not None:
            outer.extend(mine)
    finally:
        _stored.reset(token)


def shown(name: str) -> str:
    """A file's name as a message may say it: without folders and controls, and not longer than a line."""
    last = PurePosixPath(name.replace("\\", "/")).name
    words = "".join(sign for sign in last if not unicodedata.category(sign).startswith("C")).strip()
    if len(words) > 60:
        words = f"{words[:40]}…{words[-16:]}"
    return words or "The file"
