"""Taking a backup while the site runs."""

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.files.storage import storages
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone

from attache.backup import originals
from attache.backup.manifest import FILES, Manifest, Originals, Table, digest
from attache.backup.originals import Original
from attache.backup.refusal import Refused
from attache.backup.rows import Row, read_lines, rows_of, write_lines
from attache.backup.schema import Schema, columns
from attache.backup.terminal import Progress

STILL = "one moment"
# Columns that name an original without being a file field.
NAMES_AN_ORIGINAL = {("media.Print", "original")}


def take(target: Path, *, like: Path | None, progress: Progress) -> Manifest:
    """Back the site up into `target`, which must not exist or be empty; what the backup holds.

    The rows are of one moment; the files are copied after them, so that no row lacks its file. The folder gets its name
    when everything is in it. Originals that the earlier backup `like` has are linked to, not copied. Refused where this
    can't be done; whatever ends it before its end, nothing is left.
    """
    with _unfinished(target) as folder:
        with _one_moment() as connection:
            schema = Schema.of(connection)
            if not schema.steps:
                raise Refused("There is no site in this database yet: it has no tables.")
            taken_at = timezone.now()
            (folder / "rows").mkdir()
            tables = tuple(_tables(schema, folder, progress))
            newsroom = _name_in(schema)
        files = _files(folder / "originals", folder / FILES, like, progress)
        manifest = Manifest(
            taken_at=taken_at,
            newsroom=newsroom,
            site=settings.SITE_URL,
            database=connection.vendor,
            migrations=tuple(sorted(schema.steps)),
            tables=tables,
            originals=Originals(*files, tuple(_lacking(schema, folder))),
        )
        manifest.write(folder)
    return manifest


def _name_in(schema: Schema) -> str:
    """The newsroom's name, also in a database from before it could be set there."""
    paper = schema.models.get("articles.Paper")
    rows = paper._base_manager.using(STILL).values_list("name", flat=True) if paper else ()
    return str(next(iter(rows), settings.NEWSROOM_NAME))


@contextmanager
def _unfinished(target: Path) -> Iterator[Path]:
    """A folder beside the target, which becomes the target when all went well and is removed when not."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Refused(f"{target} exists already. Name a new folder, for example one with today's date.")
    if not target.parent.is_dir():
        raise Refused(f"{target.parent} is not a folder. Make it first, so that nothing is written to a wrong place.")
    folder = target.parent / f".{target.name}.unfinished"
    folder.mkdir(mode=0o700, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"Another backup into {target} is being taken right now.") from None
        try:
            _empty(folder)
            yield folder
            _settle(folder)
            folder.rename(target)
            _sync(target.parent)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
    finally:
        os.close(lock)


def _empty(folder: Path) -> None:
    """Remove what a backup left that was killed."""
    for left in folder.iterdir():
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


def _settle(folder: Path) -> None:
    """Wait until everything in the folder is on the disk, so that its name promises nothing too early."""
    for parent, _, files in os.walk(folder):
        for name in files:
            _sync(Path(parent) / name)
        _sync(Path(parent))


def _sync(place: Path) -> None:
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _one_moment() -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own under the alias STILL, in a transaction that sees the database as it is now, to its end.

    Nobody waits for it: on PostgreSQL it is REPEATABLE READ, on SQLite a reader of the write-ahead log.
    """
    still = connections[DEFAULT_DB_ALIAS].copy(alias=STILL)
    if still.vendor == "sqlite":
        # The site's own transactions take the write lock as they begin; this one never writes.
        still.settings_dict["OPTIONS"]["transaction_mode"] = "DEFERRED"
    connections[STILL] = still
    try:
        with transaction.atomic(using=STILL):
            with still.cursor() as cursor:
                if still.vendor == "postgresql":
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                # The first thing read is what fixes the moment.
                still.introspection.table_names(cursor)
            yield still
    finally:
        still.close()
        del connections[STILL]


def _tables(schema: Schema, folder: Path, progress: Progress) -> Iterator[Table]:
    for label, model in schema.kept().items():
        total = model._base_manager.using(STILL).count()
        file = folder / "rows" / f"{label}.jsonl.gz"
        rows = write_lines(file, progress.each(label, rows_of(model, STILL), total))
        yield Table(model=label, rows=rows, sha256=digest(file))


def _files(into: Path, listed: Path, like: Path | None, progress: Progress) -> tuple[int, int, str]:
    """Copy the originals and list them: how many, how many bytes, the checksum of the list."""
    storage = storages["originals"]
    into.mkdir()
    total_bytes = 0

    def lines(found: Iterable[Original]) -> Iterator[Row]:
        nonlocal total_bytes
        for original in found:
            total_bytes += original.bytes
            yield {"name": original.name, "bytes": original.bytes, "sha256": original.sha256}

    earlier = like / "originals" if like else None
    found = originals.fetch(storage, originals.every_name(storage), into, like=earlier)
    count = write_lines(listed, progress.each("originals", lines(found), None))
    return count, total_bytes, digest(listed)


def _lacking(schema: Schema, folder: Path) -> list[str]:
    """The originals that a row of the backup names and that the site itself did not have whole."""
    lacking: set[str] = set()
    for label, model in schema.kept().items():
        naming = [
            field.attname
            for field in columns(model)
            if isinstance(field, models.FileField) or (label, field.attname) in NAMES_AN_ORIGINAL
        ]
        if naming:
            for row in read_lines(folder / "rows" / f"{label}.jsonl.gz"):
                named = [row[name] for name in naming if row[name]]
                lacking.update(name for name in named if not (folder / "originals" / name).is_file())
    return sorted(lacking)
