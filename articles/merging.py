"""Bringing two people's work on one story together, without a word of either being stored over the other's."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, cast

from articles.content import FIELDS, Content


@dataclass(frozen=True)
class Merge:
    """What comes of a merge; in the fields that collide it has theirs."""

    content: Content
    collisions: tuple[str, ...]


def merge(base: Content, theirs: Content, mine: Content) -> Merge:
    """Bring together what both made of `base`.

    A field that one side changed is taken from it. Tags are added and removed by both. A text is brought together
    paragraph by paragraph, unless both touched the same or neighbouring ones. What is left collides.
    """
    merged: dict[str, Any] = {}
    collisions = []
    before, they, me = (cast(dict[str, Any], content) for content in (base, theirs, mine))
    for name in FIELDS:
        value, collides = _field(name, before[name], they[name], me[name])
        merged[name] = value
        if collides:
            collisions.append(name)
    return Merge(cast(Content, merged), tuple(collisions))


def _field(name: str, base: Any, theirs: Any, mine: Any) -> tuple[Any, bool]:
    if mine in (base, theirs):
        return theirs, False
    if theirs == base:
        return mine, False
    if name == "tags":
        gone = (set(base) - set(theirs)) | (set(base) - set(mine))
        return sorted((set(theirs) | set(mine)) - gone, key=str.casefold), False
    if name == "body":
        blocks = merge_blocks(base.splitlines(), theirs.splitlines(), mine.splitlines())
        return (theirs, True) if blocks is None else ("\n".join(blocks), False)
    return theirs, True


@dataclass(frozen=True)
class _Hunk:
    """Lines `start` to `end` of the base are replaced by `lines`."""

    start: int
    end: int
    lines: Sequence[str]


def merge_blocks(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> list[str] | None:
    """Both sides' changes to the blocks of a body; None where both touch the same blocks, or add at the same place."""
    merged: list[str] = []
    done, last_was_addition = 0, False
    hunks = {(hunk.start, hunk.end, tuple(hunk.lines)) for side in (theirs, mine) for hunk in _hunks(base, side)}
    for start, end, lines in sorted(hunks):
        is_addition = start == end
        if start < done or (start == done and is_addition and last_was_addition):
            return None
        merged += [*base[done:start], *lines]
        done, last_was_addition = end, is_addition
    return [*merged, *base[done:]]


def _hunks(base: Sequence[str], side: Sequence[str]) -> list[_Hunk]:
    matcher = SequenceMatcher(None, base, side, autojunk=False)
    return [_Hunk(i1, i2, side[j1:j2]) for code, i1, i2, j1, j2 in matcher.get_opcodes() if code != "equal"]
