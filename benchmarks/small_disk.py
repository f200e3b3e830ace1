"""Runs a command whose temporary files are on a small disk of their own: `python benchmarks/small_disk.py COMMAND ...`.

So that `benchmarks/faults.py` can fill it. It is in memory, and takes being root; where it cannot be made the command
runs all the same, with its temporary files where they always are.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

SIZE = "1g"


@contextmanager
def small_disk() -> Iterator[str | None]:
    """The folder of such a disk; None where there cannot be one."""
    with tempfile.TemporaryDirectory(prefix="attache-disk-") as folder:
        if not _does("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=1777", "tmpfs", folder):
            yield None
            return
        try:
            yield folder
        finally:
            # Whatever still has a file open there.
            _does("umount", "--lazy", folder)


def _does(*command: str) -> bool:
    """Whether the system does that."""
    try:
        return not subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode  # noqa: S603
    except OSError:
        return False


def main(command: list[str]) -> int:
    """Run `command`; its exit code."""
    if not command:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    with small_disk() as folder:
        there = {"TMPDIR": folder} if folder else {}
        return subprocess.run(command, env=os.environ | there, check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
