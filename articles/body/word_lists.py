"""The lists of Microsoft Word, which are no lists: paragraphs with a marker and a remark in their style."""

import re
from collections.abc import Iterable, Iterator
from typing import TypeGuard

from articles.body.inline import INLINE, runs_of
from articles.body.tree import Node

WORD_IGNORES = re.compile(r"mso-list:\s*ignore", re.IGNORECASE)
WORD_LIST = re.compile(r"mso-list:\s*l\d+\s+level(\d)", re.IGNORECASE)
WORD_NUMBER = re.compile(r"^\s*\(?(?:\d+|[a-z]|[ivx]+)[.)]", re.IGNORECASE)


def gathered_lists(children: Iterable[Node | str]) -> Iterator[Node | str]:
    """Children with Word's list paragraphs gathered into lists: Word writes them as paragraphs with a marker."""
    gathered: Node | None = None
    for child in children:
        marker = _word_marker(child)
        if marker is None:
            if gathered and (isinstance(child, Node) or child.strip()):
                yield gathered
                gathered = None
            if gathered is None:
                yield child
            continue
        tag = "ol" if WORD_NUMBER.match(marker) else "ul"
        if gathered and gathered.tag != tag:
            yield gathered
            gathered = None
        gathered = gathered or Node(tag)
        gathered.children.append(_without_marker(child))
    if gathered:
        yield gathered


def _word_marker(child: Node | str) -> str | None:
    """What stands before the words of a Word list paragraph; None for anything else."""
    if isinstance(child, str) or child.tag != "p" or not WORD_LIST.search(child.attrs.get("style", "")):
        return None
    return "".join(run.text for node in child.children if _is_marker(node) for run in runs_of(node))


def _is_marker(node: Node | str) -> TypeGuard[Node]:
    if isinstance(node, str) or node.tag not in INLINE:
        return False
    return bool(WORD_IGNORES.search(node.attrs.get("style", ""))) or (
        len(node.children) == 1 and _is_marker(node.children[0])
    )


def _without_marker(child: Node | str) -> Node:
    children = child.children if isinstance(child, Node) else [child]
    return Node("li", {}, [node for node in children if not _is_marker(node)])
