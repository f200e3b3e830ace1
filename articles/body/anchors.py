"""Addresses within a text, so that one can send a link to a paragraph."""

import hashlib
import html
import re

from django.utils.text import slugify

BLOCK = re.compile(r"^<(p|h2|h3)>(.*)</\1>$", re.MULTILINE)
TAG = re.compile(r"<[^>]*>")
LONGEST = 60


def with_anchors(body: str) -> str:
    """A stored body whose paragraphs and crossheads have ids, each with a link to itself.

    A paragraph is named by its words, so that its address holds while others come and go around it. The links of
    crossheads are for everybody; those of paragraphs would be a stop at each for keyboards and screen readers, and are
    for pointers alone.
    """
    taken: dict[str, int] = {}

    def anchored(found: re.Match[str]) -> str:
        tag, inner = found[1], found[2]
        words = html.unescape(TAG.sub("", inner))
        name = _unique(_name(tag, words), taken)
        if tag == "p":
            link = f'<a class="anchor" href="#{name}" tabindex="-1" aria-hidden="true"></a>'
        else:
            link = f'<a class="anchor" href="#{name}" aria-label="Link to “{html.escape(words)}”"></a>'
        return f'<{tag} id="{name}">{inner}{link}</{tag}>'

    return BLOCK.sub(anchored, body)


def _name(tag: str, words: str) -> str:
    slug = slugify(words, allow_unicode=True)[:LONGEST].strip("-") if tag != "p" else ""
    return f"h-{slug}" if slug else f"p-{hashlib.sha256(words.encode()).hexdigest()[:8]}"


def _unique(name: str, taken: dict[str, int]) -> str:
    taken[name] = taken.get(name, 0) + 1
    return name if taken[name] == 1 else f"{name}-{taken[name]}"
