"""`manage.py check_media`: is everything there that photos are made of, and nothing else?"""

import os
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from media import checking, intake
from media.checking import ADVICE, Finding, Kind, Rows
from media.management.line import Line

TOO_MUCH, AWAY, INTERRUPTED = 3, 4, 130


class Command(BaseCommand):
    """Compares what is stored with what the database says."""

    help = """\
Compare the files of photos, on the disk or in the object storage, with what the database says, and tell what to do:

  missing     originals that a photo, or a picture of earlier, was made from and that are not there
  changed     originals whose content is not what was uploaded (SHA-256)
  unreadable  originals that cannot be opened
  lost        pictures before readers of which the database does not know how they were made
  orphaned    originals that nothing refers to; those of the last day are left out, as an upload may be under way
  left over   renditions of nothing, or in a size that is not offered any more, and files that were never finished
  strange     files that are none of ours

Originals that a photo had earlier are no orphans: stories show them. Nothing is changed unless one of the --delete
options asks for it. Every original is read, which takes a while; --quick looks at names only, which takes seconds and,
in an object storage, a request for each thousand files.

Exit codes:
  0    everything is as it should be, or is so now
  1    something is missing, changed, unreadable or lost
  3    nothing is lost, but there is something too much
  4    it could not be checked or not be removed
  130  interrupted"""

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        """A parser that leaves the lines of the help as they are."""
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options, as `--help` shows them."""
        parser.add_argument("--quick", action="store_true", help="look at names only, read no original")
        parser.add_argument(
            "--from", dest="since", default="", metavar="NAME", help="go on with the original where it was interrupted"
        )
        parser.add_argument("--delete-orphans", action="store_true", help="remove the orphaned originals, for good")
        parser.add_argument("--delete-leftovers", action="store_true", help="remove what is left over")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, tell, remove what was asked for, and sum up."""
        self.line = Line(self.stdout)
        self.looked = 0
        self.next = str(options["since"])
        try:
            rows = Rows.read()
            reads, since = not options["quick"], self.next
            findings = self._told(
                chain(
                    checking.check_prints(rows),
                    checking.check_originals(rows, reads=reads, since=since, seen=self._originals_seen),
                    checking.check_renditions(seen=self._renditions_seen),
                )
            )
            remaining = self._removed(findings, options)
        except KeyboardInterrupt as interruption:
            self.line.clear()
            go_on = f"Go on with --from {self.next}" if self.next else "Run it again"
            raise CommandError(f"Interrupted. {go_on}.", returncode=INTERRUPTED) from interruption
        except OSError as error:
            self.line.clear()
            raise CommandError(str(error), returncode=AWAY) from error
        self._sum_up(remaining)

    def _originals_seen(self, number: int, total: int, name: str) -> None:
        self.looked, self.next = number + 1, name
        self.line.say(f"Originals: {number} of {total}")

    def _renditions_seen(self, number: int) -> None:
        self.line.say(f"Renditions: {number}")

    def _told(self, findings: Iterator[Finding]) -> list[Finding]:
        found = []
        for finding in findings:
            self.line.clear()
            words = f" ({finding.about})" if finding.about else ""
            # Whoever put a strange file there may have used another charset for its name.
            name = os.fsencode(finding.name).decode(errors="replace")
            self.stdout.write(f"{finding.kind.called}: {name}{words}")
            found.append(finding)
        self.line.clear()
        return found

    def _removed(self, findings: list[Finding], options: dict[str, Any]) -> list[Finding]:
        """Remove what was asked for; what still stands."""
        gone: set[Finding] = set()
        if options["delete_orphans"]:
            orphans = [each for each in findings if each.kind is Kind.ORPHANED]
            if len(orphans) * 2 > self.looked:
                raise CommandError(
                    f"{len(orphans)} of {self.looked} originals would be orphans: this is rather not the database that "
                    "they belong to. None was removed.",
                    returncode=AWAY,
                )
            deleted = intake.delete_orphans([each.name for each in orphans])
            self.stdout.write(f"{deleted} orphaned originals removed.")
            gone.update(orphans)
        if options["delete_leftovers"]:
            leftovers = [each for each in findings if each.kind is Kind.LEFT_OVER]
            checking.delete_leftovers(leftovers)
            self.stdout.write(f"{len(leftovers)} files that were left over removed.")
            gone.update(leftovers)
        return [each for each in findings if each not in gone]

    def _sum_up(self, findings: list[Finding]) -> None:
        self.stdout.write(f"{self.looked} originals looked at.")
        for kind in Kind:
            if number := sum(each.kind is kind for each in findings):
                self.stdout.write(f"\n{number} {kind.called}. {ADVICE[kind]}")
        if any(each.kind.is_loss for each in findings):
            raise CommandError("Something is lost or damaged.", returncode=1)
        if findings:
            raise CommandError("Nothing is lost; there are files too many.", returncode=TOO_MUCH)
