"""`manage.py worker`: whatever waits in the background, until it is stopped."""

from typing import Any

from django_tasks_db.management.commands import db_worker

from attache import purging, worker


class Command(db_worker.Command):
    """The worker of the tasks, which also looks what a CDN must be told to let go of, and forgets what is long done."""

    help = (
        "Do what waits in the background (mail, sizes of photos) and, where PURGE_URL names a CDN, have it let go of "
        "pages that have changed. What was done is forgotten after 14 days. Stops on Ctrl-C when the task at hand is "
        "done."
    )

    def handle(self, **options: Any) -> None:
        """All of it, until it is stopped."""
        with purging.watching(), worker.forgetting():
            super().handle(**options)
