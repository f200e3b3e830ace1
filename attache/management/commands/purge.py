"""`manage.py purge`: have the CDN let go of pages now."""

import re
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from attache.pages.edge import key_of
from attache.purging import EVERYTHING, NotPurged, purge

KEY = re.compile(r"[a-z]+([-:]\d+)?", re.ASCII)
NO_CDN = 3


class Command(BaseCommand):
    """Purges some keys or everything, at once."""

    help = (
        "Have the CDN that PURGE_URL names let go of the pages with these keys, as their header Surrogate-Key shows "
        "them (story-17, section-3), or with --all of every page. The worker does so by itself when something has "
        "changed; this is for when somebody wants to be sure. Exit code 0: the CDN has taken it. 1: it has not. 2: "
        "that is no key. 3: PURGE_URL is not set."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The arguments, as `--help` shows them."""
        parser.add_argument("keys", nargs="*", metavar="KEY", help="a key of pages, such as story-17")
        parser.add_argument("--all", action="store_true", help="every page")

    def handle(self, *args: Any, **options: Any) -> None:
        """One request, and what came of it."""
        keys = [key_of(key) for key in options["keys"]]
        if bool(keys) == options["all"]:
            raise CommandError("Name keys, or say --all.", returncode=2)
        if wrong := [key for key in keys if not KEY.fullmatch(key)]:
            raise CommandError(f"{wrong[0]!r} is no key; one is written like story-17.", returncode=2)
        if not settings.PURGE_URL:
            raise CommandError("PURGE_URL is not set: there is no CDN to be told.", returncode=NO_CDN)
        try:
            purge(keys or [EVERYTHING])
        except NotPurged as error:
            raise CommandError(f"Nothing was purged: {error}.") from error
        self.stdout.write(f"Purged {'every page' if options['all'] else ' '.join(keys)}.")
