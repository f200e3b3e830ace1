"""`manage.py renditions`: what readers get of the photos, made again."""

from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Iterator, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from media import renditions, uses
from media.management.line import Line
from media.models import Photo, Print
from media.shelves import Unreachable

AT_ONCE = 200
INTERRUPTED, AWAY = 130, 4


class Command(BaseCommand):
    """Makes the renditions that are missing."""

    help = """\
Make the renditions that are not there, for example after all of them were deleted: of every photo as it is now, and of
every picture as stories before readers, or scheduled for them, show it, also where the photo was framed, signed or
replaced since.

It can be interrupted or killed at any time, and run again: what is there is left alone, and nothing is ever there by
half. With --force everything is made again and put in the place of what is there, without a moment in which readers
have nothing; go on with --from where it was interrupted. Social cards are drawn when they are asked for.

Exit codes:
  0    all of them are there
  1    an original is missing or damaged; the others are made all the same (see check_media)
  4    the storage does not answer
  130  interrupted"""

    def create_parser(self, *args: Any, **kwargs: Any) -> Any:
        """A parser that leaves the lines of the help as they are."""
        return super().create_parser(*args, formatter_class=RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options, as `--help` shows them."""
        parser.add_argument("--force", action="store_true", help="make those that are there again, too")
        parser.add_argument(
            "--from", dest="since", default="", metavar="KEY", help="go on with the picture where it was interrupted"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the prints by their keys."""
        line = Line(self.stdout)
        shown = {*Photo.objects.exclude(file="").values_list("print_key", flat=True), *uses.shown()}
        keys = sorted(key for key in shown if key >= options["since"])
        made, failed, key = 0, 0, ""
        try:
            for done, (key, found) in enumerate(_prints(keys)):
                line.say(f"{done} of {len(keys)} pictures, {made} files made")
                try:
                    made += _make(key, found, anew=options["force"])
                except Unreachable:
                    raise
                except OSError as error:
                    failed += 1
                    line.clear()
                    self.stderr.write(f"{_whose(key)}: {error}")
        except Unreachable as error:
            line.clear()
            raise CommandError(f"{error} {made} files were made. {_go_on(key, options)}", returncode=AWAY) from error
        except KeyboardInterrupt as interruption:
            line.clear()
            raise CommandError(
                f"Interrupted; {made} files were made. {_go_on(key, options)}", returncode=INTERRUPTED
            ) from interruption
        line.clear()
        self.stdout.write(f"{len(keys) - failed} of {len(keys)} pictures have their renditions; {made} files made.")
        if failed:
            raise CommandError(f"{failed} originals are missing or damaged; check_media says more.")


def _prints(keys: Sequence[str]) -> Iterator[tuple[str, Print | None]]:
    for some in range(0, len(keys), AT_ONCE):
        chunk = keys[some : some + AT_ONCE]
        found = Print.objects.in_bulk(chunk, field_name="key")
        yield from ((key, found.get(key)) for key in chunk)


def _make(key: str, found: Print | None, *, anew: bool) -> int:
    if found is None:
        raise FileNotFoundError(f"The database does not know how the picture {key} was made.")
    return renditions.make_all(found, anew=anew)


def _whose(key: str) -> str:
    photo = Photo.objects.filter(print_key=key).first()
    return f"Photo {photo.pk} ({photo})" if photo else f"Picture {key}, as stories show it"


def _go_on(key: str, options: dict[str, Any]) -> str:
    if options["force"]:
        return f"Go on with: renditions --force --from {key}" if key else "Run it again."
    return "Run it again: it goes on where it was."
