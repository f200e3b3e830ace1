"""Databases for what is measured, one for each paper: files, or databases of the PostgreSQL that DATABASE_URL names."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

PREFIX = "attache_bench_"


def vendor() -> str:
    """What they are kept in: "postgresql" where DATABASE_URL names one, else "sqlite"."""
    return "postgresql" if os.environ.get("DATABASE_URL", "").startswith("postgres") else "sqlite"


@contextmanager
def database(name: str, folder: Path, *, keep: bool) -> Iterator[str]:
    """The address of the database of that name, which is made where there is none; gone afterwards, unless it is kept.

    A file stands in `folder`, and goes with that.
    """
    if vendor() == "sqlite":
        yield f"sqlite:///{folder / 'attache.sqlite3'}"
        return
    server, called = os.environ["DATABASE_URL"], PREFIX + name.replace("-", "_")
    if not _asked(server, "SELECT 1 FROM pg_database WHERE datname = %s", called):
        _asked(server, f"CREATE DATABASE {called}")
    try:
        yield urlsplit(server)._replace(path=f"/{called}").geturl()
    finally:
        if not keep:
            _asked(server, f"DROP DATABASE {called} WITH (FORCE)")


def version() -> str:
    """What the database is called, and which version it has."""
    if vendor() == "postgresql":
        return str(_asked(os.environ["DATABASE_URL"], "SELECT version()")[0][0]).partition(" on ")[0]
    return f"SQLite {sqlite3.sqlite_version}"


def process() -> int | None:
    """The process whose children answer for the database; None where there is none, or not on this machine."""
    return None if vendor() == "sqlite" else process_at(os.environ["DATABASE_URL"])


def process_at(server: str) -> int | None:
    """The same of the PostgreSQL at that address."""
    with psycopg.connect(server) as connection:
        answering = Path(f"/proc/{connection.info.backend_pid}/stat")
        try:
            name, _, rest = answering.read_text(encoding="ascii").partition(") ")
        except OSError:
            return None
    return int(rest.split()[1]) if name.endswith("(postgres") else None


def _asked(server: str, sql: str, *values: str) -> list[tuple[object, ...]]:
    with psycopg.connect(server, autocommit=True) as connection:
        cursor = connection.execute(sql.encode(), values)
        return cursor.fetchall() if cursor.description else []
