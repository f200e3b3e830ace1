"""`manage.py restore`: a backup brought back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from attache.backup.restoring import Backup, restore
from attache.backup.terminal import Progress, stoppable
from staff import sealing

DERIVED = """
Now make what is derived:
  manage.py renditions       the sizes of photos that readers get
  manage.py rebuild_search   what stories are found by
  manage.py collectstatic    CSS and scripts
Then start the web server and the worker anew. Everybody signs in again; mail that was waiting is not sent."""

SEALED = """
{lost} of the people in it have second factors that were sealed with another SECRET_KEY: no code of theirs works here.
Put the SECRET_KEY of the site that was backed up into SECRET_KEY_FALLBACKS, then run manage.py seal_second_factors."""


class Command(BaseCommand):
    """Restores a backup into an empty site."""

    help = (
        "Bring a folder that `backup` wrote into this site's database and storage. Every byte of it is verified before "
        "anything is written. The site must be empty (its tables are made on the way) unless --force is given. Exit "
        "code 1: nothing was changed, and why. 130: it was stopped, and nothing was changed."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments, as `--help` shows them."""
        parser.add_argument("folder", type=Path, help="the backup")
        parser.add_argument("--force", action="store_true", help="replace everything that this site has")
        parser.add_argument("--check", action="store_true", help="verify the backup and write nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, restore, and say what is left to do."""
        folder: Path = options["folder"].absolute()
        progress = Progress(self.stdout)
        with stoppable("Nothing was restored."):
            if options["check"]:
                manifest = Backup.verified(folder, progress).manifest
            else:
                manifest = restore(folder, forced=options["force"], progress=progress)
        found = manifest.originals
        done = "The backup is whole" if options["check"] else "Restored"
        self.stdout.write(
            f"{done}: {manifest.rows:,} rows and {found.files:,} originals of {manifest.newsroom}, as of "
            f"{manifest.taken_at:%d %B %Y, %H:%M} UTC."
        )
        if found.lacking:
            self.stdout.write(
                f"When it was taken, the site lacked {len(found.lacking)} originals: {', '.join(found.lacking[:5])}"
            )
        if not options["check"]:
            if lost := sealing.unreadable():
                self.stdout.write(SEALED.format(lost=lost))
            self.stdout.write(DERIVED)
