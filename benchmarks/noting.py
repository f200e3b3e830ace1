"""How a benchmark notes what it measured: on the screen, and in benchmarks/results/."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


def machine(connection: Any = None) -> str:
    """What it was measured on, in one line; with a connection also which database."""
    import django

    parts = [f"Django {django.get_version()}", f"Python {platform.python_version()}", f"{os.cpu_count()} cores"]
    if connection:
        with connection.cursor() as cursor:
            asked = "version()" if connection.vendor == "postgresql" else "'SQLite ' || sqlite_version()"
            cursor.execute(f"SELECT {asked}")
            parts.insert(0, str(cursor.fetchone()[0]).partition(" on ")[0])
    if hasattr(os, "getloadavg"):
        # Far more than its cores at work means that others measured along.
        parts.append(f"load {os.getloadavg()[0]:.1f}")
    return ", ".join(parts)


def note(name: str, lines: Sequence[str], *, write: bool) -> None:
    """Print a table, and keep it under that name if asked to."""
    table = "\n".join(lines)
    print(table)
    if write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.md").write_text(f"{table}\n", encoding="utf-8")
