"""`manage.py renditions`: what readers get of the photos, made again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from media import renditions
from media.models import Photo


class Command(BaseCommand):
    """Makes the renditions that are missing."""

    help = (
        "Make the renditions of every photo that are not there, for example after var/renditions was deleted. It can "
        "be interrupted and run again: what is there is left alone. Exit code 1 if an original is missing or damaged; "
        "the others are made all the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options, as `--help` shows them."""
        parser.add_argument("--force", action="store_true", help="make those that are there again, too")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the photos by their id."""
        photos = Photo.objects.exclude(file="").order_by("pk")
        total, failed = photos.count(), 0
        for done, photo in enumerate(photos.iterator(chunk_size=200), start=1):
            try:
                if options["force"]:
                    renditions.forget(photo)
                renditions.make_all(photo)
            except OSError as error:
                failed += 1
                self.stderr.write(f"Photo {photo.pk} ({photo}): {error}")
            if self.stdout.isatty():
                self.stdout.write(f"\r{done} of {total} photos", ending="")
                self.stdout.flush()
        if self.stdout.isatty():
            self.stdout.write("")
        self.stdout.write(f"{total - failed} of {total} photos have their renditions.")
        if failed:
            raise CommandError(f"{failed} originals are missing or damaged.")
