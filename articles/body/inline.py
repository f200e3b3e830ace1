"""The words of a block: runs of characters with the marks they carry, and the inline HTML that they make."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from articles.body.tree import Node, is_photo

# Everything that has a meaning for the walk below; the rest is unwrapped or, with its text, thrown away by nh3.
INLINE = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em", "span": "", "a": ""}
SPACE = r"[ \t\n\r\f\v\u00a0\x85\u2028\u2029]"
# Word has its own mso-bidi-font-weight beside the one that counts.
BOLD = re.compile(r"(?<![\w-])font-weight:\s*(?:bold|bolder|[6-9]00)", re.IGNORECASE)
LIGHT = re.compile(r"(?<![\w-])font-weight:\s*(?:normal|lighter|[1-5]00)", re.IGNORECASE)
ITALIC = re.compile(r"(?<![\w-])font-style:\s*(?:italic|oblique)", re.IGNORECASE)
UPRIGHT = re.compile(r"(?<![\w-])font-style:\s*normal", re.IGNORECASE)


@dataclass(frozen=True)
class Run:
    """Some characters with the marks they carry."""

    text: str
    strong: bool = False
    em: bool = False
    href: str = ""


def marked(node: Node, marks: Run) -> Run:
    """The marks that hold inside `node`; styles speak louder than tags, as word processors mean it."""
    style = node.attrs.get("style", "")
    strong = (INLINE.get(node.tag) == "strong" or marks.strong or bool(BOLD.search(style))) and not LIGHT.search(style)
    em = (INLINE.get(node.tag) == "em" or marks.em or bool(ITALIC.search(style))) and not UPRIGHT.search(style)
    return replace(marks, strong=strong, em=em, href=node.attrs.get("href", "") or marks.href)


def runs_of(node: Node, marks: Run | None = None) -> list[Run]:
    """All words in a node as runs, with a space where a block or a line ends; photos, tables and rules left out."""
    runs: list[Run] = []
    marks = marks or Run("")
    for child in node.children:
        if isinstance(child, str):
            runs.append(replace(marks, text=child))
        elif child.tag in INLINE:
            runs.extend(runs_of(child, marked(child, marks)))
        elif child.tag in ("br", "hr"):
            runs.append(Run(" "))
        elif child.tag != "table" and not is_photo(child):
            runs.extend([Run(" "), *runs_of(child, marks), Run(" ")])
    return runs


def inline(runs: Iterable[Run]) -> str:
    """Runs as inline HTML: spaces collapsed, neighbours with the same marks merged, no mark on outer spaces."""
    merged: list[Run] = []
    for run in _spaced(runs):
        if merged and replace(merged[-1], text="") == replace(run, text=""):
            merged[-1] = replace(run, text=merged[-1].text + run.text)
        else:
            merged.append(run)
    return "".join(_serialised(merged))


def _spaced(runs: Iterable[Run]) -> Iterator[Run]:
    """Runs split into words and single spaces; a space carries a mark only between two words that carry it."""
    pieces: list[Run] = []
    for run in runs:
        pieces.extend(replace(run, text=piece) for piece in re.split(f"({SPACE}+)", run.text) if piece)
    words: list[Run] = []
    gap: str = ""
    for piece in pieces:
        if re.match(SPACE, piece.text):
            gap += piece.text
            continue
        if gap and words:
            before = words[-1]
            space = "\u00a0" if gap == "\u00a0" else " "
            words.append(
                Run(
                    space,
                    strong=before.strong and piece.strong,
                    em=before.em and piece.em,
                    href=before.href if before.href == piece.href else "",
                )
            )
        gap = ""
        words.append(piece)
    return iter(words)


def _serialised(runs: Sequence[Run]) -> Iterator[str]:
    """Tags in one order, links outermost, opened and closed as late and as early as can be."""
    open_tags: list[tuple[str, str]] = []
    for run in [*runs, Run("")]:
        wanted = [("a", run.href)] * bool(run.href) + [("strong", "")] * run.strong + [("em", "")] * run.em
        keep = 0
        while keep < len(open_tags) and keep < len(wanted) and open_tags[keep] == wanted[keep]:
            keep += 1
        for tag, _ in reversed(open_tags[keep:]):
            yield f"</{tag}>"
        for tag, href in wanted[keep:]:
            yield f'<a href="{html.escape(href)}">' if tag == "a" else f"<{tag}>"
        open_tags = wanted
        yield html.escape(run.text, quote=False)
