"""Footnotes: written into the text where they belong, as `^[See the annex, page 4.]`, shown at the end of it.

In the stored body a footnote is words like all others, so that no gate has to know of it and no editor can break it.
"""

import re

NOTE = re.compile(r"\s*\^\[((?:[^\[\]\n]|\[[^\[\]\n]*\])+)\]")
# Blocks whose words may have notes; crossheads stand in lists of contents, captions belong to their photo.
NOTED = ("<p", "<ul", "<ol", "<blockquote", "<table")
TAG = re.compile(r"<(/?)([a-z0-9]+)[^>]*>")
VOID = frozenset({"br"})


def with_footnotes(body: str) -> str:
    """A stored body with a number in place of each footnote, and after it the notes, each with a way back.

    What was not closed, or cuts through a link or an emphasis, is no footnote and stays as it was typed.
    """
    notes: list[str] = []

    def numbered(found: re.Match[str]) -> str:
        words = found[1].strip()
        if not words or not _is_whole(words) or _is_in_a_link(found.string[: found.start()]):
            return found[0]
        notes.append(words)
        number = len(notes)
        return (
            f'<sup class="footnote"><a href="#note-{number}" id="note-{number}-back" role="doc-noteref" '
            f'aria-label="Note {number}">{number}</a></sup>'
        )

    lines = [NOTE.sub(numbered, line) if line.startswith(NOTED) else line for line in body.split("\n")]
    if not notes:
        return body
    items = "".join(
        f'<li id="note-{number}">{words} <a href="#note-{number}-back" role="doc-backlink" '
        f'aria-label="Back to the text from note {number}">↩︎</a></li>'
        for number, words in enumerate(notes, start=1)
    )
    shown = f'<section class="footnotes" role="doc-endnotes" aria-label="Notes"><ol>{items}</ol></section>'
    return "\n".join([*lines, shown])


def in_brackets(text: str) -> str:
    """Plain text with each footnote in brackets, where no number can lead to it."""
    return NOTE.sub(r" [\1]", text) if "^[" in text else text


def _is_whole(words: str) -> bool:
    """Whether every element that begins in the words ends in them."""
    open_tags: list[str] = []
    for closes, tag in TAG.findall(words):
        if tag in VOID:
            continue
        if not closes:
            open_tags.append(tag)
        elif not open_tags or open_tags.pop() != tag:
            return False
    return not open_tags


def _is_in_a_link(before: str) -> bool:
    return before.rfind("<a ") > before.rfind("</a>")
