"""`manage.py worker`: whatever waits in the background, until it is stopped."""

from typing import Any

from django_tasks_db.management.commands import db_worker

from attache import purging


class Command(db_worker.Command):
    """The worker of the tasks, which also looks what a CDN must be told to let go of."""

    help = (
        "Do what waits in the background (mail, sizes of photos) and, where PURGE_URL names a CDN, have it let go of "
        "pages that have changed. Stops on Ctrl-C when the task at hand is done."
    )

    def handle(self, **options: Any) -> None:
        """Both, until it is stopped."""
        with purging.watching():
            super().handle(**options)
