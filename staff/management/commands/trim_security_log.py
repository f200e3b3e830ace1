"""`manage.py trim_security_log`: lets go of entries that are older than they are kept."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from staff.models import Event


class Command(BaseCommand):
    """Deletes what is older than SECURITY_LOG_DAYS. It happens by itself whenever somebody signs in."""

    help = "Delete the entries of the security log that are older than SECURITY_LOG_DAYS, and say how many they were."

    def handle(self, *args: Any, **options: Any) -> None:
        """Delete them."""
        number = Event.objects.trim()
        self.stdout.write(f"Deleted {number} entries older than {settings.SECURITY_LOG_DAYS} days.")
