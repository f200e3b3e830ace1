"""Restoring a backup: everything is verified before anything is written, and rows come in one transaction or not."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.core.files.storage import storages
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import DatabaseError, connection, models, transaction
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from articles.models import Stamp
from attache.backup import originals
from attache.backup.manifest import FILES, Manifest, Table, digest
from attache.backup.originals import Original
from attache.backup.refusal import Refused
from attache.backup.rows import Ids, batches, read_lines
from attache.backup.schema import MATCHED, Schema, turn
from attache.backup.terminal import Progress

NOT_EMPTY = (
    "This site is not empty. Restore into a new database (DATABASE_URL), or say --force to replace everything that is "
    "in this one."
)


@dataclass(frozen=True)
class Backup:
    """A backup that was found whole."""

    folder: Path
    manifest: Manifest

    @classmethod
    def verified(cls, folder: Path, progress: Progress) -> "Backup":
        """Read every byte of it; Refused, naming the first thing that is not as it was."""
        manifest = Manifest.read(folder)
        sums = {table.file: table.sha256 for table in manifest.tables} | {FILES: manifest.originals.sha256}
        for name, sha256 in progress.each("Verified files of rows", sums.items(), len(sums)):
            if not (folder / name).is_file():
                raise Refused(f"{name} is missing from the backup.")
            if digest(folder / name) != sha256:
                raise Refused(f"{name} is damaged: it does not match its checksum.")
        found = cls(folder, manifest)
        count = 0
        for original in progress.each("Verified originals", found.originals(), manifest.originals.files):
            originals.verify(original, folder / "originals")
            count += 1
        if count != manifest.originals.files:
            raise Refused(f"The list of originals has {count} of {manifest.originals.files}.")
        return found

    def originals(self) -> Iterator[Original]:
        """The originals in it."""
        return map(Original.of_row, read_lines(self.folder / FILES))


def restore(folder: Path, *, forced: bool, progress: Progress) -> Manifest:
    """Bring a backup into this site, in place of what it has if `forced`; what the backup holds.

    Refused where the backup is damaged or newer than the code, and where the site is not empty, unless forced. Nothing
    is changed then, nor where it is interrupted before the rows stand. A backup of an older schema comes into a
    database without tables, and is brought up to date.
    """
    here = Schema.of(connection)
    there = here.of_backup(Manifest.read(folder).migrations)
    has_rows = _has_rows(here)
    if has_rows and not forced:
        raise Refused(NOT_EMPTY)
    if here.steps - there.steps or (has_rows and here.steps != there.steps):
        raise Refused(
            "This database is of another schema than the backup, which is older. Restore into a new database without "
            "any tables (DATABASE_URL); they are made on the way and then brought up to date."
        )
    backup = Backup.verified(folder, progress)
    executor = MigrationExecutor(connection)
    if here.steps != there.steps:
        progress.step("Making the tables.")
        executor.migrate(there.targets())
    with _files_taken_back() as stored:
        _bring_files(backup, stored, progress)
        with transaction.atomic():
            if not forced and _has_rows(there):
                # Somebody began to work here meanwhile.
                raise Refused(NOT_EMPTY)
            _clear(there)
            _bring_rows(backup, there, progress)
    if not there.is_current:
        progress.step("Bringing the tables up to date.")
    call_command("migrate", interactive=False, verbosity=0)
    if connection.vendor == "postgresql":
        # It counts its tables by itself only later, and until then would plan as if they were empty.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    # Whatever serves this database has pages of what was in it before.
    Stamp.objects.renew_all()
    return backup.manifest


@contextmanager
def _files_taken_back() -> Iterator[Callable[[str], None]]:
    """Hear of each file that was stored, and remove them all where what follows fails."""
    with tempfile.TemporaryFile("w+", encoding="ascii") as names:
        try:
            yield lambda name: _note(names, name)
        except BaseException:
            names.seek(0)
            for name in names:
                storages["originals"].delete(json.loads(name))
            raise


def _note(names: IO[str], name: str) -> None:
    # A name is whatever the disk has: with ends of lines in it, or in no charset.
    names.write(f"{json.dumps(name)}\n")


def _bring_files(backup: Backup, stored: Callable[[str], None], progress: Progress) -> None:
    storage = storages["originals"]
    files = backup.manifest.originals.files
    for original in progress.each("Originals", backup.originals(), files):
        if originals.bring(storage, original, backup.folder / "originals"):
            stored(original.name)


def _has_rows(schema: Schema) -> bool:
    """Whether the site has anything that a backup would hold."""
    return any(model._base_manager.exists() for label, model in schema.kept().items() if label not in MATCHED)


def _clear(schema: Schema) -> None:
    """Remove every row, sessions and waiting tasks included.

    The keys between tables are looked at when the transaction ends, so that no order matters.
    """
    with connection.cursor() as cursor, _guards_lifted(cursor):
        for label, model in schema.models.items():
            if label not in MATCHED:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")  # noqa: S608


@contextmanager
def _guards_lifted(cursor: CursorWrapper) -> Iterator[None]:
    """Let what the database keeps for good, snapshots and the security log, make way for that of the backup.

    The triggers that refuse deletion end in “_kept”. They stand again when this transaction ends, however it does.
    """
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT DISTINCT event_object_table, trigger_name FROM information_schema.triggers "
            r"WHERE trigger_schema = current_schema() AND trigger_name LIKE '%\_kept'"
        )
        guards = cursor.fetchall()
        for table, guard in guards:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {guard}")
        yield
        # No table can be altered while keys between tables are still to be looked at.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, guard in guards:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {guard}")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        return
    cursor.execute(r"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\_kept' ESCAPE '\'")
    guards = cursor.fetchall()
    for guard, _ in guards:
        cursor.execute(f"DROP TRIGGER {guard}")
    yield
    for _, made in guards:
        cursor.execute(made)


def _bring_rows(backup: Backup, schema: Schema, progress: Progress) -> None:
    """Write the rows as they were, ids included, and let the database look over all of it."""
    ids = Ids()
    for table in sorted(backup.manifest.tables, key=lambda table: turn(table.model)):
        if table.model not in schema.models:
            raise Refused(f"The backup has rows of {table.model}, which this code does not know.")
        brought = _bring_table(backup.folder / table.file, table, schema.models[table.model], ids, progress)
        if brought != table.rows:
            raise Refused(f"{table.file} has {brought} of {table.rows} rows.")
    with connection.cursor() as cursor:
        for reset in connection.ops.sequence_reset_sql(no_style(), list(schema.models.values())):
            cursor.execute(reset)
    connection.check_constraints()


def _bring_table(file: Path, table: Table, model: type[models.Model], ids: Ids, progress: Progress) -> int:
    lines = progress.each(table.model, read_lines(file), table.rows)
    if table.model in MATCHED:
        return sum(_match(row, model, ids) for batch in batches(model, lines, ids) for row in batch)
    count = 0
    for batch in batches(model, lines, ids):
        try:
            model._base_manager.bulk_create(batch)
        except (DatabaseError, ValueError, TypeError, OverflowError) as error:
            which = f"{batch[0].pk} to {batch[-1].pk} of {table.model}"
            said = str(error).strip()
            raise Refused(f"The database refuses one of the rows {which}: {said}. Nothing was restored.") from error
        count += len(batch)
    return count


def _match(row: models.Model, model: type[models.Model], ids: Ids) -> int:
    """Find the row that says the same here, or make it, and learn its id."""
    label = model._meta.label
    values = {field.attname: getattr(row, field.attname) for field in model._meta.local_concrete_fields}
    there = values.pop(model._meta.pk.attname)
    key = {name: values.pop(name) for name in MATCHED[label]}
    found, _ = model._base_manager.get_or_create(**key, defaults=values)
    ids.learn(label, there, found.pk)
    return 1
