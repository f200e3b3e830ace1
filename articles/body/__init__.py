"""The one gate for HTML: what a body may hold, how anything becomes one, and how readers are shown it.

The stored form is a flat sequence of blocks, one a line: paragraphs, crossheads (h2, h3), lists, block quotes and pull
quotes, tables, rules, and photos by reference. `clean` turns any HTML into it, and cleaning twice equals cleaning once.
"""

import html
import re
from collections.abc import Callable
from functools import lru_cache

import nh3
from django.utils.safestring import SafeString, mark_safe

from articles.body.anchors import with_anchors
from articles.body.blocks import HEADINGS, LISTS, PhotoReference, blocks_of, figure
from articles.body.footnotes import in_brackets, with_footnotes
from articles.body.inline import INLINE
from articles.body.tree import parse

__all__ = [
    "PhotoReference",
    "clean",
    "figure",
    "in_brackets",
    "links",
    "photo_ids",
    "photos",
    "plain_text",
    "render",
    "with_anchors",
    "with_footnotes",
    "with_photos",
    "without_photos",
    "word_count",
]

CONTAINERS = frozenset(
    {"address", "article", "aside", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt"}
    | {"fieldset", "figcaption", "footer", "form", "header", "hgroup", "html", "legend", "li", "main", "nav"}
    | {"noscript", "p", "pre", "section", "summary", "tbody", "td", "tfoot", "th", "thead", "tr"}
)
KNOWN = {*INLINE, *HEADINGS, *LISTS, *CONTAINERS, "blockquote", "br", "figure", "hr", "table"}
ATTRIBUTES = {
    "*": {"style"},
    "a": {"href"},
    "blockquote": {"class"},
    "figure": {"data-photo", "data-alt", "data-gallery"},
    "p": {"style", "class"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
SCHEMES = {"http", "https", "mailto"}
# These go with everything inside them; of anything else unknown the words stay.
DROPPED = {"head", "iframe", "math", "object", "script", "select", "style", "svg", "template", "textarea", "title"}
# Nobody writes so many tags in a row; a parser that is made to nest them takes minutes.
TAGS_IN_A_ROW = re.compile(r"((?:<[a-z][^<>]*>\s*){100})(?:<[a-z][^<>]*>\s*)+", re.IGNORECASE)
# Controls, zero-width space, soft hyphen, word joiner and BOM; the joiners and marks of other scripts stay.
INVISIBLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")
PHOTO = re.compile(
    r'<figure data-photo="(?P<id>\d+)"(?: data-alt="(?P<alt>[^"]*)")?(?P<gallery> data-gallery="")?>'
    r"(?:<figcaption>(?P<caption>.*?)</figcaption>)?</figure>"
)
GALLERY = re.compile(
    r'(?:<figure data-photo="\d+"(?: data-alt="[^"]*")? data-gallery="">'
    r"(?:<figcaption>.*?</figcaption>)?</figure>\n?){2,}"
)
BLOCK_ENDS = re.compile(r"</(?:p|li|tr|caption|h2|h3)>")
TAG = re.compile(r"<[^>]*>")
HREF = re.compile(r'<a href="([^"]*)">')
TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
WORD = re.compile(r"\w(?:[\w'’.,\-\u00ad\u200c\u200d]*\w)?")


# On its way into the database a text comes through the gate at several doors, each of which asks for itself.
@lru_cache(maxsize=8)
def clean(text: str) -> str:
    """The stored form of any HTML; empty where nothing is worth keeping. Cleaning twice equals cleaning once."""
    safe = nh3.clean(
        TAGS_IN_A_ROW.sub(r"\1", INVISIBLE.sub("", text)),
        tags=KNOWN,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        clean_content_tags=DROPPED,
        url_schemes=SCHEMES,
        link_rel=None,
        strip_comments=True,
    )
    # What is invisible may have come as an entity.
    return "\n".join(blocks_of(parse(INVISIBLE.sub("", safe))))


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        # Browsers pass over tabs and line ends in an address, so "/<tab>/host" would leave the site.
        value = re.sub(r"[\t\n\r]", "", INVISIBLE.sub("", value)).strip()
        return value if re.match(r"(?:https?://[^/]|mailto:.|/(?![/\\])|#)", value, re.IGNORECASE) else None
    return value


def photos(body: str) -> list[PhotoReference]:
    """The photos of a stored body, in order of appearance."""
    return [_reference(found) for found in PHOTO.finditer(body)]


def photo_ids(body: str) -> set[int]:
    """The ids of the photos of a stored body."""
    return {reference.photo_id for reference in photos(body)}


def without_photos(body: str) -> str:
    """A stored body with its photos left out."""
    return "\n".join(line for line in PHOTO.sub("", body).splitlines() if line)


def with_photos(body: str, figure: Callable[[PhotoReference], str]) -> str:
    """A stored body with each of its photos as `figure` has it; "" leaves one out."""
    return PHOTO.sub(lambda found: figure(_reference(found)), body)


def links(body: str) -> list[str]:
    """The addresses that a stored body links to, in order."""
    return [html.unescape(found) for found in HREF.findall(body)]


def plain_text(body: str) -> str:
    """The words of a stored body, paragraphs separated by blank lines, photo captions left out."""
    blocks = BLOCK_ENDS.sub("\n", PHOTO.sub("", body).replace("</td>", " ").replace("</th>", " "))
    lines = html.unescape(TAG.sub("", blocks)).split("\n")
    return "\n\n".join(words for line in lines if (words := line.strip()))


def word_count(body: str) -> int:
    """How many words a reader counts; in scripts without spaces, two characters count as a word."""
    text = plain_text(body)
    dense = len(re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", text))
    spaced = re.sub(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]", " ", text)
    return len(WORD.findall(spaced)) + (dense + 1) // 2


def render(body: str, figure: Callable[[PhotoReference], str]) -> SafeString:
    """What readers get of a stored body: photos as `figure` shows them ("" leaves one out), footnotes at its end,
    galleries and wide tables that can be scrolled by keyboard and touch.
    """
    page = with_photos(GALLERY.sub(lambda found: _gallery(found[0], figure), with_footnotes(body)), figure)
    page = TABLE.sub(
        lambda found: f'<div class="table-scroll" tabindex="0" role="region" aria-label="Table">{found[0]}</div>', page
    )
    return mark_safe(re.sub(r'<a href="(?=https?:)', '<a rel="noopener" href="', page))  # noqa: S308 - clean by `clean`


def _gallery(figures: str, figure: Callable[[PhotoReference], str]) -> str:
    shown = [page for reference in photos(figures) if (page := figure(reference))]
    if len(shown) < 2:
        return "".join(shown)
    count = f'<span class="gallery__count" lang="en">{{}} of {len(shown)}</span>'
    items = "".join(f"<li>{page}{count.format(number)}</li>" for number, page in enumerate(shown, start=1))
    label = f"Gallery of {len(shown)} photos"
    return f'<div class="gallery" tabindex="0" role="region" aria-label="{label}"><ol>{items}</ol></div>\n'


def _reference(found: re.Match[str]) -> PhotoReference:
    alt = found["alt"]
    return PhotoReference(
        int(found["id"]),
        found["caption"],
        None if alt is None else html.unescape(alt),
        in_gallery=bool(found["gallery"]),
    )
