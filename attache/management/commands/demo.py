"""`manage.py demo`: a newsroom worth looking at."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from articles.roles import ROLES
from attache.demo import newsroom


class Command(BaseCommand):
    """Builds the demo newsroom, or leaves the one that is there alone, and says how to get in."""

    help = (
        "Build the demo newsroom: sections, authors, pictures, stories, and one login for each role. Run again, it "
        "changes nothing; interrupted, it goes on where it stopped. Its passwords are public, so a production site "
        "(SITE_URL beginning with https://) refuses it, with exit code 1."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Build what is missing and print the addresses and logins."""
        if settings.PRODUCTION:
            raise CommandError(
                f"SITE_URL is {settings.SITE_URL}, a production site. The demo's passwords are public, so it is not "
                "built here."
            )
        if not newsroom.is_built():
            newsroom.build(self._report)
        names = {role.code: role.name for role in ROLES}
        self.stdout.write(f"\nThe paper      {settings.SITE_URL}/")
        self.stdout.write(f"The newsroom   {settings.SITE_URL}/admin/\n\n")
        self.stdout.write(f"Logins, all with the password {newsroom.PASSWORD}")
        widest = max(len(login["email"]) for login in newsroom.logins())
        for login in newsroom.logins():
            self.stdout.write(f"  {login['email']:<{widest}}  {names[login['role']]:<18} {login['name']}")
        self.stdout.write("")

    def _report(self, what: str, done: int, total: int) -> None:
        is_last = done == total
        if self.stdout.isatty():
            self.stdout.write(
                f"\rBuilding the demo newsroom: {what} {done} of {total} ", ending="\n" if is_last else ""
            )
            self.stdout.flush()
        elif is_last:
            self.stdout.write(f"Built {total} {what}.")
