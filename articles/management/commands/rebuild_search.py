"""`manage.py rebuild_search`: what stories are found by, made again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from articles import lookup
from articles.search import entries


class Command(BaseCommand):
    """Makes the entries that are missing, for readers and for the newsroom."""

    help = (
        "Take into the search what is missing there: once after an upgrade, or with --all from nothing. "
        "Can be interrupted and run again without --all; it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The option, as `--help` shows it."""
        parser.add_argument("--all", action="store_true", help="throw everything away first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them a batch at a time, and say how far it is."""
        for what, missing, rebuild in (
            ("stories for readers", entries.missing, entries.rebuild),
            ("stories for the newsroom", lookup.missing, lookup.rebuild),
        ):
            done, wanted = 0, missing().count()
            for number in rebuild(from_nothing=options["all"]):
                done += number
                if options["verbosity"]:
                    self.stdout.write(f"{done} {what}" if options["all"] else f"{done} of {wanted} {what}")
            if options["verbosity"] and not done:
                self.stdout.write(f"No {what} were missing.")
