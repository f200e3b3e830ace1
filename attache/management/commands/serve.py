"""`manage.py serve`: the web server and the worker, together, until Ctrl-C."""

import gc
import logging
import multiprocessing
import os
import signal
import sys
from argparse import ArgumentParser
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.urls import get_resolver

PATIENCE = 20
APPLICATION = "attache.wsgi:application"
# Requests that each web process answers at once: one more than may wait for pictures (media/apart.py), so that readers
# are answered meanwhile; and no more, since those at work get in each other's way (benchmarks/servers.py).
THREADS = 6


class Command(BaseCommand):
    """Runs the paper and its newsroom on one machine with nothing else installed."""

    help = (
        "Start the web server (granian) and a worker for the tasks in the background, and stop both together on "
        "Ctrl-C. It listens on 127.0.0.1:8000, unless --host and the variable PORT say otherwise."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The options, as `--help` shows them."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--workers", type=int, default=1, help="web server processes (1)")
        parser.add_argument("--no-worker", action="store_true", help="leave the background tasks to another process")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start both and wait; when one ends, the other is ended too."""
        if sys.platform == "linux":
            _load()
        web = multiprocessing.Process(target=_serve, args=(options["host"], options["workers"]), name="web server")
        worker = multiprocessing.Process(target=_do_tasks, name="worker")
        processes: list[BaseProcess] = [web] if options["no_worker"] else [web, worker]
        signal.signal(signal.SIGTERM, _stop)
        try:
            for process in processes:
                process.start()
            while all(process.is_alive() for process in processes):
                # Not for ever: what a process had started keeps its sentinel open when it is killed.
                wait([process.sentinel for process in processes], timeout=1)
            ended = next(process for process in processes if not process.is_alive())
            raise CommandError(f"The {ended.name} ended with code {ended.exitcode}; stopping.")
        except KeyboardInterrupt:
            self.stdout.write("\nStopping.")
        finally:
            started = [process for process in processes if process.pid]
            for process in started:
                process.terminate()
            for process in started:
                _end(process)


def _load() -> None:
    """Load the site once, before the processes part, so that each has it at once and all share the memory of it.

    Only where a process that has been loaded may be forked without danger.
    """
    multiprocessing.set_start_method("fork", force=True)
    import attache.wsgi  # noqa: F401

    # Else the first request of each process would load every view.
    _ = get_resolver().url_patterns
    # A connection must never be in two processes.
    connections.close_all()
    # What is there now stays; looking it through would copy its memory into each process.
    gc.collect()
    gc.freeze()


def _serve(host: str, workers: int) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _part()
    # On few cores it would warn of so many threads at every start; what they are for is said above.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    Granian(
        APPLICATION,
        address=host,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        log_level=LogLevels.warning,
    ).serve()


def _do_tasks() -> None:
    _part()
    django.setup()
    # With DEBUG it would start the command line anew at each change of a file, and that is ours.
    call_command("worker", interval=0.5, reload=False)


def _part() -> None:
    """Be a process in a session of its own.

    Ctrl-C in a terminal reaches every process of the group, and granian, whose workers then end beside it, may take
    that for a failure and wait for ever.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with suppress(AttributeError):
        os.setsid()


def _end(process: BaseProcess) -> None:
    """Wait for a process that was asked to end; after PATIENCE seconds end it, and in any case what it left behind."""
    process.join(PATIENCE)
    if process.pid:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.join()


def _stop(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
