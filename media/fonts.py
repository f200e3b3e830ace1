"""Fonts for pictures with words on them: the one that comes along, or one of the machine's for other scripts."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from font_source_serif_pro import SourceSerifProBold
from fontTools.ttLib import TTCollection, TTFont, TTLibError

# Where systems keep their fonts.
FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
)
# Faces that read well at the size of a headline come first.
PREFERRED = ("notoserif", "notonaskh", "notosans", "dejavuserif", "dejavusans")


@lru_cache(maxsize=64)
def font_for(signs: frozenset[str]) -> str:
    """The file of a bold font that has all of these signs; empty where the machine has none."""
    wanted = {ord(sign) for sign in signs if sign.isprintable() and not sign.isspace()}
    return next((file for file in _files() if wanted <= _covered(file)), "")


def _files() -> Iterator[str]:
    yield SourceSerifProBold
    found = (
        file
        for folder in FOLDERS
        for file in Path(folder).expanduser().rglob("*")
        if file.suffix.lower() in {".ttf", ".otf", ".ttc"}
    )
    yield from (str(file) for file in sorted(found, key=_rank))


def _rank(file: Path) -> tuple[int, bool, str]:
    name = file.stem.lower()
    family = next((number for number, begin in enumerate(PREFERRED) if name.startswith(begin)), len(PREFERRED))
    return family, not name.endswith("-bold"), name


@lru_cache(maxsize=256)
def _covered(file: str) -> frozenset[int]:
    try:
        font = TTCollection(file, lazy=True).fonts[0] if file.endswith(".ttc") else TTFont(file, lazy=True)
        with font:
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, KeyError):
        return frozenset()
