"""The production server with a clock that a benchmark moves: `python -m benchmarks.moved_clock serve ...`.

The file that MOVED_CLOCK names says by how many seconds it is wrong; each request looks there.
"""

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import time_machine


class Application:
    """The site, at the moment that its clock says."""

    def __init__(self) -> None:
        self._travel: time_machine.travel | None = None
        self._wrong_by = 0.0
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer as the site does."""
        from attache.wsgi import application

        said = float(Path(os.environ["MOVED_CLOCK"]).read_text(encoding="ascii"))
        with self._lock:
            if said != self._wrong_by:
                self._move(said)
        return application(environ, start_response)

    def _move(self, wrong_by: float) -> None:
        if self._travel:
            self._travel.stop()
        self._travel = time_machine.travel(time.time() + wrong_by, tick=True) if wrong_by else None
        if self._travel:
            self._travel.start()
            # The moved clock runs from when it is first looked at.
            time.time()
        self._wrong_by = wrong_by


application = Application()

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    from attache.management.commands import serve

    serve.APPLICATION = "benchmarks.moved_clock:application"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "attache.settings")
    execute_from_command_line(sys.argv)
