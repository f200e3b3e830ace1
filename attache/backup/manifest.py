"""The manifest: what a backup holds, with the checksum of each part. Without a sound one a folder is no backup."""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from attache.backup.refusal import Refused
from attache.backup.schema import Step

FORMAT = 1
NAME = "manifest.json"
SUM = "manifest.sha256"
FILES = "originals.jsonl.gz"


@dataclass(frozen=True)
class Table:
    """The rows of one model."""

    model: str
    rows: int
    sha256: str

    @property
    def file(self) -> str:
        """Where they are, within the backup."""
        return f"rows/{self.model}.jsonl.gz"


@dataclass(frozen=True)
class Originals:
    """The originals: how many, how large, the checksum of their list, and which the site itself lacked."""

    files: int
    bytes: int
    sha256: str
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `taken_at` is the moment that its rows are of."""

    taken_at: datetime
    newsroom: str
    site: str
    database: str
    migrations: tuple[Step, ...]
    tables: tuple[Table, ...]
    originals: Originals

    @property
    def rows(self) -> int:
        """How many rows it holds in all."""
        return sum(table.rows for table in self.tables)

    def write(self, folder: Path) -> None:
        """Write it, and its own checksum in the words of `sha256sum`."""
        migrations = [".".join(step) for step in self.migrations]
        said = {"format": FORMAT, **asdict(self), "taken_at": self.taken_at.isoformat(), "migrations": migrations}
        text = json.dumps(said, indent=1, ensure_ascii=False).encode() + b"\n"
        (folder / NAME).write_bytes(text)
        (folder / SUM).write_text(f"{hashlib.sha256(text).hexdigest()}  {NAME}\n")

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """The manifest of a backup; Refused for what is none, or is damaged, or of a newer format."""
        try:
            text = (folder / NAME).read_bytes()
            expected = (folder / SUM).read_text(errors="replace").split()
        except FileNotFoundError as error:
            raise Refused(f"{folder} is not a backup: there is no {Path(str(error.filename)).name} in it.") from error
        if expected[:1] != [hashlib.sha256(text).hexdigest()]:
            raise Refused(f"{folder / NAME} is damaged: it does not match its checksum. Take another backup.")
        try:
            said = json.loads(text)
            if said["format"] != FORMAT:
                raise Refused(f"{folder} is of a newer format than this code reads. Update the code, then try again.")
            return cls._from(said)
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(f"{folder / NAME} does not say what a manifest says. Take another backup.") from error

    @classmethod
    def _from(cls, said: dict[str, Any]) -> "Manifest":
        originals = {**said["originals"], "lacking": tuple(said["originals"]["lacking"])}
        return cls(
            **{name: said[name] for name in ("newsroom", "site", "database")},
            taken_at=datetime.fromisoformat(said["taken_at"]),
            migrations=tuple((app, name) for app, _, name in (step.partition(".") for step in said["migrations"])),
            tables=tuple(Table(**table) for table in said["tables"]),
            originals=Originals(**originals),
        )


def digest(file: Path) -> str:
    """The SHA-256 of a file."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
