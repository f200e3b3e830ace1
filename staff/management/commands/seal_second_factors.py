"""`manage.py seal_second_factors`: what a change of SECRET_KEY asks for before the earlier key is thrown away."""

from typing import Any

from django.core.management.base import BaseCommand

from staff import sealing


class Command(BaseCommand):
    """Seals every second factor with the SECRET_KEY of today."""

    help = (
        "Seal the secrets of apps and recovery codes with today's SECRET_KEY, so that SECRET_KEY_FALLBACKS is no "
        "longer needed for them. Exit code 1 where some can't be read: they stay as they are."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what could not be read."""
        done, lost = sealing.seal_again()
        self.stdout.write(f"Sealed {done} with the key of today.")
        if lost:
            self.stderr.write(
                f"{lost} cannot be read with SECRET_KEY or SECRET_KEY_FALLBACKS. Give back the key that sealed them, "
                "or reset the second factors of these people."
            )
            raise SystemExit(1)
