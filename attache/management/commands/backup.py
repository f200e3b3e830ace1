"""`manage.py backup`: the whole site in one folder."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from attache.backup.manifest import NAME
from attache.backup.taking import take
from attache.backup.terminal import Progress, stoppable
from attache.models import Backup

LACKING = 3


class Command(BaseCommand):
    """Takes a backup while the site runs."""

    help = (
        "Write the database and the originals into a new folder, as they are at one moment, while the site runs. The "
        "folder fits SQLite and PostgreSQL, and holds everything that cannot be made again; `restore` brings it back. "
        "It has its name only once it is whole. Exit code 1: no backup was taken. 3: it was taken, but originals that "
        "the site should have are missing or damaged on the site itself. 130: it was stopped, and nothing is left."
    )
    # A backup is wanted most when something else is wrong.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments, as `--help` shows them."""
        parser.add_argument("folder", type=Path, help="where to; it must not exist yet, or be empty")
        parser.add_argument(
            "--like", type=Path, metavar="EARLIER",
            help="an earlier backup on the same disk: originals that it has are linked to, not copied",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it, note that it was taken, and say what is in it."""
        folder: Path = options["folder"].absolute()
        like: Path | None = options["like"]
        if like and not (like / NAME).is_file():
            raise CommandError(f"{like} is not a backup.")
        with stoppable("No backup was taken."):
            manifest = take(folder, like=like, progress=Progress(self.stdout))
        found = manifest.originals
        try:
            Backup.objects.note(manifest, folder)
        except DatabaseError as error:
            self.stderr.write(f"The backup is whole, but the site could not be told of it: {error}")
        size = f"{found.bytes / 1e6:,.1f} MB"
        self.stdout.write(f"Backed up to {folder}: {manifest.rows:,} rows and {found.files:,} originals ({size}).")
        if found.lacking:
            named = ", ".join(found.lacking[:5]) + (" and more" if found.lacking[5:] else "")
            raise CommandError(
                f"The site itself lacks {len(found.lacking)} originals, or has them damaged: {named}. The backup has "
                "all the rest.",
                returncode=LACKING,
            )
