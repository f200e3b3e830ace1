"""The one door for picture files: what comes in is a picture of a kind we know, of a size we can bear, or is refused.

A file is judged by its content, never by its name, and its dimensions are read before it is decoded whole.
"""

import hashlib
import logging
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.db import DatabaseError, connection, transaction

from media import apart, darkroom
from media.apart import Busy, Failed
from media.darkroom import MAX_PIXELS
from media.metadata import Brought
from media.models import Photo, Print
from media.models.photo import originals
from media.tasks import make_renditions

MAX_BYTES = 25 * 1024 * 1024
log = logging.getLogger(__name__)
_stored: ContextVar[list[str] | None] = ContextVar("stored", default=None)


class PhotoRefused(ValueError):
    """Raised for a file that is not taken; the message names the file and says what to do."""


class BusyNow(PhotoRefused):
    """Raised where nothing is wrong with the file: others are being looked at, and it can be sent again in a moment."""


@dataclass(frozen=True)
class Inspected:
    """A file that may come in: the extension that its content has, its upright size in pixels, a hint of it, its words.

    The hint is a data address of a few pixels; `brought` is what the file says of itself.
    """

    extension: str
    width: int
    height: int
    hint: str
    brought: dict[str, Brought]


REFUSALS = {
    darkroom.UNKNOWN: "is not a picture that we can read. JPEG, PNG, WebP, TIFF, AVIF and GIF can be used.",
    darkroom.DAMAGED: "is damaged or not complete. Export it again from where it came.",
    darkroom.NO_PIXELS: "has no pixels. Export it again from where it came.",
    darkroom.TOO_MANY_PIXELS: f"has more than the {MAX_PIXELS // 1_000_000} megapixels that we take. Save it smaller "
    "and try again.",
    darkroom.TOO_HEAVY: "takes more memory or time to open than any photo should. Save it as a JPEG and try again.",
    apart.BUSY: "came while the photo desk is busy with many other pictures. Send it again in a minute.",
}


def inspect(data: bytes, *, name: str) -> Inspected:
    """Look at a file without keeping it; raises PhotoRefused, in whose words the file is called `name`."""
    called = shown(name)
    if not data:
        raise PhotoRefused(f"{called} is empty. Choose the file again; perhaps it was still being copied.")
    if len(data) > MAX_BYTES:
        raise PhotoRefused(
            f"{called} is larger than {MAX_BYTES // 1024 // 1024} MB. Save it as a JPEG of good quality and try again."
        )
    try:
        answer, _ = apart.run("examine", data)
    except Failed as failed:
        refusal = BusyNow if isinstance(failed, Busy) else PhotoRefused
        raise refusal(f"{called} {REFUSALS[failed.code]}") from failed
    brought = {field: Brought(tuple(each["values"]), each["origin"]) for field, each in answer["brought"].items()}
    return Inspected(**answer["examined"], brought=brought)


def give_file(
    photo: Photo, data: bytes, *, name: str, seen: Inspected | None = None, chosen: Collection[str] = ()
) -> Photo:
    """Give a photo its file, or another one in place of the one it has, and save it.

    What the file says of itself is kept, and fills the words that nobody has written. How another file was framed says
    nothing of this one. Raises PhotoRefused, and keeps nothing, for a file that is not a usable picture; `name` is what
    the file is called in those words and nothing more. `seen` is what `inspect` said of it, where it was asked before;
    `chosen` are the fields for which a person has seen what the file says: what they left empty there stays empty.
    """
    seen = seen or inspect(data, name=name)
    with files_and_rows() as stored:
        if photo.has_file:
            photo.rotation, photo.crops, photo.framed_before = 0, {}, []
        photo.sha256 = hashlib.sha256(data).hexdigest()
        photo.width, photo.height, photo.hint = seen.width, seen.height, seen.hint
        # Named by content, so that what a snapshot shows can still be found after the photo was given another file.
        kept = f"{photo.sha256[:2]}/{photo.sha256}.{seen.extension}"
        photo.file.name = kept
        photo.brought = {field: {"text": each.text, "origin": each.origin} for field, each in seen.brought.items()}
        photo.take_words(seen.brought, but=chosen)
        keep(photo)
        # After the row, and so never between the moment when an orphan is found and the one when it is removed. What
        # is there is written again: it may have been damaged.
        if not photo.file.storage.exists(kept):
            stored.append(kept)
        try:
            photo.file.storage.save(kept, ContentFile(data))
        except OSError as error:
            raise _cannot_be_stored(name, error) from error
        if "keywords" in seen.brought and "keywords" not in chosen and not photo.keywords.exists():
            photo.name_keywords([word[:100] for word in seen.brought["keywords"].values])
    return photo


def require_storage(*, name: str) -> None:
    """Raise PhotoRefused for the file called `name` while no storage answers, before anything is saved."""
    try:
        originals().exists("any")
    except OSError as error:
        raise _cannot_be_stored(name, error) from error


def _cannot_be_stored(name: str, error: OSError) -> PhotoRefused:
    log.error("%s cannot be stored: %s", shown(name), error)
    return PhotoRefused(
        f"{shown(name)} cannot be stored just now. Try again in a few minutes; if that does not help, tell whoever "
        "runs the site."
    )


@transaction.atomic
def keep(photo: Photo, *, framed: dict[str, Any] | None = None) -> Photo:
    """Save a photo; where readers get other files of it now, a task makes them once the transaction is committed.

    `framed` is how it was framed before, so that this can be brought back.
    """
    before = photo.print_key
    if framed is not None:
        photo.was_framed(framed)
    photo.save()
    if photo.print_key != before:
        transaction.on_commit(lambda: make_renditions.enqueue(photo.pk))
    return photo


@contextmanager
def files_and_rows() -> Iterator[list[str]]:
    """A transaction that removes the files stored in it when it fails, so that none is left without its row. A file
    that somebody else stored at the same moment stays.

    Can be nested. Yields the names of the files stored so far.
    """
    outer = _stored.get()
    mine: list[str] = []
    token = _stored.set(mine)
    try:
        with transaction.atomic():
            yield mine
    except BaseException:
        # What cannot be removed is an orphan, which check_media finds.
        with suppress(DatabaseError):
            transaction.on_commit(partial(delete_orphans, mine), robust=True)
        raise
    finally:
        if outer is not None:
            outer.extend(mine)
        _stored.reset(token)


def delete_orphans(names: Sequence[str]) -> int:
    """Remove originals that nothing refers to; how many. One that a photo was given meanwhile stays.

    Uploads wait while it looks and removes, a few files at a time: see `give_file`. Raises Unreachable.
    """
    deleted = 0
    for some in range(0, len(names), 50):
        with transaction.atomic():
            if connection.vendor == "postgresql":
                # SQLite lets in one writer at a time anyway.
                with connection.cursor() as cursor:
                    cursor.execute(f"LOCK TABLE {Photo._meta.db_table} IN SHARE MODE")
            wanted = names[some : some + 50]
            used = {
                *Print.objects.filter(original__in=wanted).values_list("original", flat=True),
                *Photo.objects.filter(file__in=wanted).values_list("file", flat=True),
            }
            for name in wanted:
                if name not in used:
                    originals().delete(name)
                    deleted += 1
    return deleted


def shown(name: str) -> str:
    """A file's name as a message may say it: without folders and controls, and not longer than a line."""
    last = PurePosixPath(name.replace("\\", "/")).name
    words = "".join(sign for sign in last if not unicodedata.category(sign).startswith("C")).strip()
    if len(words) > 60:
        words = f"{words[:40]}…{words[-16:]}"
    return words or "The file"
