"""Makes what stories are found by."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from articles.search import entries


class Command(BaseCommand):
    help = (
        "Take into the search what is missing there: once after an upgrade, or with --all from nothing. "
        "Can be interrupted and run again without --all; it goes on where it was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="throw everything away first")

    def handle(self, *args: Any, **options: Any) -> None:
        done = 0
        missing = entries.missing().count()
        for number in entries.rebuild(from_nothing=options["all"]):
            done += number
            if options["verbosity"] and not options["all"]:
                self.stdout.write(f"{done} of {missing} stories")
            elif options["verbosity"]:
                self.stdout.write(f"{done} stories")
        if options["verbosity"]:
            self.stdout.write(f"{done} stories taken in." if done else "Nothing was missing.")
