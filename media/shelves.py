"""Shelves: where originals and renditions lie, on a disk or in a bucket of an object storage.

Every file on a shelf is named by its content, so that storing it again changes nothing. No shelf gives out addresses:
originals have none, and pictures are fetched where `media.renditions.address` says.
"""

import os
from abc import abstractmethod
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage

# What begins so was being written when the process was killed.
PART = ".part-"


class Unreachable(OSError):
    """Raised where the object storage does not answer, or does not let us in."""


class Found(NamedTuple):
    """A file on a shelf: its name, and when it was stored."""

    name: str
    stored_at: datetime


class Shelf(Storage):
    """A place for files that are named by their content. A file is there whole or not at all."""

    @abstractmethod
    def read(self, name: str) -> bytes:
        """A file, whole. Raises FileNotFoundError."""

    @abstractmethod
    def which(self, names: Collection[str], *, beginning: str) -> set[str]:
        """Those of these names that are there; all of them begin so."""

    @abstractmethod
    def walk(self) -> Iterator[Found]:
        """Every file, folder by folder, in no order within a folder."""

    def url(self, name: str | None) -> str:
        """Always refused: an address from here would pass by those who decide who may have the file."""
        raise ValueError("A file on a shelf has no address of its own.")


class Disk(Shelf, FileSystemStorage):
    """A folder on a disk. A file gets its name once all of it is on the disk, even where the power fails."""

    def _save(self, name: str, content: File[bytes]) -> str:
        whole = Path(self.path(name))
        whole.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=whole.parent, prefix=PART, delete=False) as part:
            try:
                for chunk in content.chunks():
                    part.write(chunk)
                part.flush()
                os.fchmod(part.fileno(), self.file_permissions_mode or 0o600)
                os.fsync(part.fileno())
                Path(part.name).replace(whole)
            except BaseException:
                Path(part.name).unlink(missing_ok=True)
                raise
        folder = os.open(whole.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: what has it has the same content."""
        return name

    def read(self, name: str) -> bytes:
        """A file, whole. Raises FileNotFoundError."""
        return Path(self.path(name)).read_bytes()

    def which(self, names: Collection[str], *, beginning: str) -> set[str]:
        """Those of these names that are there; all of them begin so."""
        return {name for name in names if self.exists(name)}

    def walk(self) -> Iterator[Found]:
        """Every file, folder by folder."""
        root = Path(self.location)
        waiting = [root] if root.is_dir() else []
        while waiting:
            folder = waiting.pop()
            folders: list[Path] = []
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(Path(entry.path))
                        continue
                    try:
                        stored_at = datetime.fromtimestamp(entry.stat().st_mtime, UTC)
                    except FileNotFoundError:
                        continue
                    yield Found(Path(entry.path).relative_to(root).as_posix(), stored_at)
            waiting += sorted(folders, reverse=True)
