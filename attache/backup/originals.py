"""The originals on their way between the site's storage and a folder, whatever kind of storage it is."""

import errno
import hashlib
import os
import posixpath
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO

from django.core.files import File
from django.core.files.storage import Storage

from attache.backup.manifest import digest
from attache.backup.refusal import Refused

CHUNK = 1024 * 1024
NAMED_BY_CONTENT = re.compile(r"[0-9a-f]{2}/([0-9a-f]{64})\.\w+")


@dataclass(frozen=True)
class Original:
    """A file among the originals."""

    name: str
    bytes: int
    sha256: str

    @classmethod
    def of_row(cls, row: dict[str, Any]) -> "Original":
        """The one that a line of a backup's list tells of; Refused for a name that leaves the folder."""
        try:
            found = cls(**row)
            path = PurePosixPath(found.name)
        except TypeError as error:
            raise Refused("The list of originals has a line that tells of none.") from error
        if path.is_absolute() or ".." in path.parts or "\\" in found.name or not path.parts:
            raise Refused(f"“{found.name}” is no name of an original.")
        return found


def every_name(storage: Storage, folder: str = "") -> Iterator[str]:
    """The names of all files in a storage."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        # Nothing has been stored there yet.
        return
    for name in sorted(files):
        yield posixpath.join(folder, name)
    for name in sorted(folders):
        yield from every_name(storage, posixpath.join(folder, name))


def fetch(storage: Storage, names: Iterable[str], into: Path, *, like: Path | None) -> Iterator[Original]:
    """Copy files out of a storage, yielding each that arrived as its name says.

    One that is gone meanwhile, is just being written, or is damaged is left out: whether a row misses it is asked of
    the rows. A file that the earlier backup `like` has is linked and not copied.
    """
    for name in names:
        place = into / name
        place.parent.mkdir(parents=True, exist_ok=True)
        by_content = NAMED_BY_CONTENT.fullmatch(name)
        said = by_content[1] if by_content else ""
        if like and said and _linked(like / name, place, said):
            yield Original(name, place.stat().st_size, said)
            continue
        with suppress(FileNotFoundError), storage.open(name) as source:
            found = _copy(source, place)
            if found and said in ("", found):
                yield Original(name, place.stat().st_size, found)
            else:
                place.unlink()


def _linked(there: Path, here: Path, expected: str) -> bool:
    """Whether the earlier file was sound and is in both places now."""
    try:
        if digest(there) != expected:
            return False
        os.link(there, here)
    except OSError:
        return False
    return True


def _copy(source: "IO[Any] | File[Any]", place: Path) -> str:
    """Copy a file into a new one; its SHA-256, empty where the disk that it is on cannot give all of it."""
    seen = hashlib.sha256()
    with place.open("wb") as copy:
        while True:
            try:
                chunk = source.read(CHUNK)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                return ""
            if not chunk:
                return seen.hexdigest()
            seen.update(chunk)
            copy.write(chunk)


def verify(original: Original, folder: Path) -> None:
    """Refused where a file of a backup is missing or is not what it was."""
    file = folder / original.name
    if not file.is_file():
        raise Refused(f"The original {original.name} is missing from the backup.")
    if file.stat().st_size != original.bytes or digest(file) != original.sha256:
        raise Refused(f"The original {original.name} is damaged: it does not match its checksum.")


def bring(storage: Storage, original: Original, folder: Path) -> bool:
    """Put a file of a backup into a storage under its name; whether it was not there yet.

    Refused where the storage has something else under that name.
    """
    if storage.exists(original.name):
        with storage.open(original.name) as there:
            if _digest_of(there) != original.sha256:
                raise Refused(
                    f"The site has another file under the name {original.name}. Move the originals of the site aside."
                )
        return False
    with (folder / original.name).open("rb") as source:
        kept = storage.save(original.name, File(source))
    if kept != original.name:
        storage.delete(kept)
        raise Refused(f"Something else stored {original.name} at the same time. Stop the site, then try again.")
    return True


def _digest_of(opened: "BinaryIO | File[Any]") -> str:
    seen = hashlib.sha256()
    while chunk := opened.read(CHUNK):
        seen.update(chunk)
    return seen.hexdigest()
