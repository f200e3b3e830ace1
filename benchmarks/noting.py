"""How a benchmark notes what it measured: on the screen, and in benchmarks/results/."""

import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).resolve().parent / "results"


def machine(connection: Any = None) -> str:
    """What it was measured on, in one line; with a connection also which database."""
    import django

    parts = [
        f"Django {django.get_version()}",
        f"Python {platform.python_version()}",
        f"{platform.system()} {platform.machine()}",
        f"{os.cpu_count()} cores{_processor()}",
    ]
    if connection:
        with connection.cursor() as cursor:
            asked = "version()" if connection.vendor == "postgresql" else "'SQLite ' || sqlite_version()"
            cursor.execute(f"SELECT {asked}")
            parts.insert(0, str(cursor.fetchone()[0]).partition(" on ")[0])
    if hasattr(os, "getloadavg"):
        # Far more than its cores at work means that others measured along.
        parts.append(f"load {os.getloadavg()[0]:.1f}")
    return ", ".join(parts)


def _processor() -> str:
    """What the cores are called, and the memory beside them, where the system tells."""
    with suppress(OSError, ValueError):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        name = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), "")
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
        return f" ({', '.join(filter(None, (name, f'{memory:.0f} GB')))})"
    return ""


def note(name: str, lines: Sequence[str], *, write: bool) -> None:
    """Print a table, and keep it under that name if asked to."""
    table = "\n".join(lines)
    print(table)
    if write:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{name}.md").write_text(f"{table}\n", encoding="utf-8")
