"""`manage.py serve`: the web server and the worker, together, until Ctrl-C."""

import os
import signal
import subprocess
import sys
from argparse import ArgumentParser
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

PATIENCE = 20


class Command(BaseCommand):
    """Runs the paper and its newsroom on one machine with nothing else installed."""

    help = (
        "Start the web server (granian) and a worker for the tasks in the background, and stop both together on "
        "Ctrl-C. PORT and HOST say where to listen; the default is 127.0.0.1:8000."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options, as `--help` shows them."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--workers", type=int, default=1, help="web server processes (1)")
        parser.add_argument("--no-worker", action="store_true", help="leave the background tasks to another process")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start both and wait; when one ends, the other is ended too."""
        web = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options["host"],
            "--port", str(settings.PORT), "--workers", str(options["workers"]), "--blocking-threads", "8",
            "--respawn-failed-workers", "--no-access-log", "--log-level", "warning", "attache.wsgi:application",
        ]  # fmt: skip
        worker = [sys.executable, "-m", "django", "db_worker", "--interval", "0.5"]
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "attache.settings", "PYTHONPATH": str(settings.BASE_DIR)}
        commands = [web] if options["no_worker"] else [web, worker]
        signal.signal(signal.SIGTERM, _stop)
        # In sessions of their own: Ctrl-C in a terminal reaches every process of the group, and granian, whose
        # workers then end beside it, may take that for a failure and wait for ever.
        processes = [
            subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603
            for command in commands
        ]
        try:
            ended_pid, status = os.wait()
            name = "web server" if ended_pid == processes[0].pid else "worker"
            raise CommandError(f"The {name} ended with code {os.waitstatus_to_exitcode(status)}; stopping.")
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Wait for a process that was asked to end; after PATIENCE seconds, end it and what it started."""
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
