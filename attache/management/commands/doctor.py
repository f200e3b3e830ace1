"""`manage.py doctor`: how the running site is."""

import textwrap
from typing import Any

from django.core.management.base import BaseCommand

from articles.clock import newsroom_time
from attache.doctor import Grade, examine

SIGNS = {Grade.WELL: "well", Grade.ATTENTION: "look", Grade.BROKEN: "BROKEN"}


class Command(BaseCommand):
    """Says how the site is, in a page."""

    help = (
        "Look at the running site and say how it is: database, replica, migrations, worker, clock, backups, second "
        "factors, CDN, Redis, storages, disk, mail, settings. Exit code 0: all is well. 1: something wants attention. "
        "2: something is broken."
    )
    requires_system_checks = ()

    @newsroom_time()
    def handle(self, *args: Any, **options: Any) -> None:
        """One finding after the other, then the sum of them."""
        findings = examine()
        for finding in findings:
            self._say(f"{SIGNS[finding.grade]:<8}{finding.about}: {finding.found}")
            if finding.advice:
                self._say(f"{'':<8}→ {finding.advice}")
        worst = max(finding.grade for finding in findings)
        self.stdout.write(f"\n{worst.words}")
        if worst:
            raise SystemExit(int(worst))

    def _say(self, line: str) -> None:
        self.stdout.write(textwrap.fill(line, 100, subsequent_indent=" " * 10))
