"""The words of a block: runs of characters with the marks they carry, and the inline HTML that they make."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from articles.body.tree import Node, is_photo

# Everything that has a meaning for the walk below; the rest is unwrapped or, with its text, thrown away by nh3.
INLINE = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "cite": "em", "dfn": "em", "span": "", "a": ""}
SPACES = " \t\n\r\f\v\u00a0\x85\u2028\u2029"
GAP = re.compile(f"[{SPACES}]+")
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
    merged = [
        Run("".join(run.text for run in same), *marks)
        for marks, same in groupby(_spaced(runs), key=lambda run: (run.strong, run.em, run.href))
    ]
    return "".join(_serialised(merged))


def _spaced(runs: Iterable[Run]) -> Iterator[Run]:
    """Runs with single spaces in and between them; a space carries a mark only between words that carry it."""
    before: Run | None = None
    gap = ""
    for run in runs:
        words = run.text.strip(SPACES)
        if not words:
            gap += run.text
            continue
        begin = len(run.text) - len(run.text.lstrip(SPACES))
        gap += run.text[:begin]
        if gap and before:
            yield Run(
                _single(gap),
                strong=before.strong and run.strong,
                em=before.em and run.em,
                href=before.href if before.href == run.href else "",
            )
        yield Run(GAP.sub(lambda found: _single(found[0]), words), run.strong, run.em, run.href)
        before, gap = run, run.text[begin + len(words) :]


def _single(gap: str) -> str:
    """The one space that a gap between two words becomes; a single one that does not break stays so."""
    return gap if gap == "\u00a0" else " "


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
