"""Sites beside the one that a test runs on: another database, another place for files, asked by its commands."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Site:
    """A site of its own: the folder of its files, and its database (SQLite in that folder, unless named)."""

    folder: Path
    database: str = ""
    more: dict[str, str] = field(default_factory=dict)

    @property
    def originals(self) -> Path:
        """Where its originals are."""
        return self.folder / "originals"

    @property
    def address(self) -> str:
        """The address of its database."""
        return self.database or f"sqlite:///{self.folder / 'attache.sqlite3'}"

    def environment(self) -> dict[str, str]:
        """What its processes find in their environment."""
        clean = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        here = {"VAR_DIR": str(self.folder), "DATABASE_URL": self.address, "PYTHONUNBUFFERED": "1"}
        return {**clean, "DJANGO_SETTINGS_MODULE": "attache.settings", **here, **self.more}

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start a command of it."""
        self.folder.mkdir(exist_ok=True)
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of it to its end."""
        started = self.start(*words)
        said, wrong = started.communicate()
        return subprocess.CompletedProcess(words, started.returncode, said, wrong)
