"""Placeholder until the real module lands."""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

import nh3
from django.utils.safestring import SafeString, mark_safe

FIGURE = re.compile(r'<figure data-photo="(\d+)"(?: data-alt="([^"]*)")?>(?:<figcaption>(.*?)</figcaption>)?</figure>', re.S)
TAGS = {"p", "h2", "h3", "strong", "em", "a", "ul", "ol", "li", "blockquote", "table", "caption", "thead", "tbody", "tr", "th", "td", "hr", "figure", "figcaption"}
ATTRIBUTES = {"a": {"href"}, "blockquote": {"class"}, "figure": {"data-photo", "data-alt"}}


@dataclass(frozen=True)
class PhotoReference:
    photo_id: int
    caption: str | None = None
    alt: str | None = None


def clean(text: str) -> str:
    return nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, link_rel=None, url_schemes={"http", "https", "mailto"}).strip()


def figure(reference: PhotoReference) -> str:
    alt = "" if reference.alt is None else f' data-alt="{html.escape(reference.alt)}"'
    caption = "" if reference.caption is None else f"<figcaption>{reference.caption}</figcaption>"
    return f'<figure data-photo="{reference.photo_id}"{alt}>{caption}</figure>'


def _reference(found: re.Match[str]) -> PhotoReference:
    return PhotoReference(int(found[1]), found[3] or None, None if found[2] is None else html.unescape(found[2]))


def photos(body: str) -> list[PhotoReference]:
    return [_reference(found) for found in FIGURE.finditer(body)]


def plain_text(body: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", FIGURE.sub("", body))).strip()


def word_count(body: str) -> int:
    return len(plain_text(body).split())


def render(body: str, figure: Callable[[PhotoReference], str]) -> SafeString:
    return mark_safe(FIGURE.sub(lambda found: figure(_reference(found)), body))
