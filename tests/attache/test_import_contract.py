"""The rooms of the house are entered one way, and what readers get cannot name a working copy."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold a checkout against the contracts of pyproject.toml."""
    command = [
        str(Path(sys.executable).parent / "lint-imports"),
        "--config",
        str(ROOT / "pyproject.toml"),
        "--no-cache",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603


def test_the_contracts_are_kept() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout
    assert "2 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("articles/paper/views.py", "from articles.models.article import Article"),
        ("articles/templatetags/paper.py", "from articles import editing"),
        ("media/models/photo.py", "from articles.models import section"),
    ],
)
def test_a_forbidden_import_breaks_them(tmp_path: Path, file: str, line: str) -> None:
    for room in ("attache", "staff", "articles", "media"):
        for source in (ROOT / room).rglob("*.py"):
            copy = tmp_path / source.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(source.read_bytes())
    changed = tmp_path / file
    changed.write_text(changed.read_text() + f"\n{line}\n")
    done = lint(tmp_path)
    assert done.returncode != 0
    assert "BROKEN" in done.stdout
