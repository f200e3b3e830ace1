"""The text of a story: as its page begins it, and as it can stand anywhere else."""

import re
from urllib.parse import urljoin

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from articles import body as bodies
from articles.body import PhotoReference
from articles.models.paper import Paper
from articles.models.snapshot import Snapshot
from articles.paper import dates
from media import renditions
from media.pictures import Picture

WIDTH = 1440
FIRST_PARAGRAPH = re.compile(r'<p(?: id="[^"]*")?>')
OWN_LINK = re.compile(r'<a href="(?=[/#])(#?)')
# What may be typed and stands in no XML: https://www.w3.org/TR/xml/#charsets
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def with_dateline(story: Snapshot, text: str) -> str:
    """Its text with the place that it was written at run into the first paragraph, or above where there is none."""
    if not story.dateline:
        return text
    place = format_html('<span class="dateline">{}</span>', story.dateline)
    begin = FIRST_PARAGRAPH.match(text)
    return f"{begin[0]}{place} {text[begin.end() :]}" if begin else f"<p>{place}</p>\n{text}"


def elsewhere(story: Snapshot, site: str) -> SafeString:
    """The text as HTML that stands by itself: whole addresses, photos with caption and credit, footnotes at its end.

    Photos that may be shown in their story alone are left out.
    """

    def figure(reference: PhotoReference) -> str:
        picture = story.body_pictures.get(reference.photo_id)
        if picture is None or picture.is_barred:
            return ""
        said = picture.for_use(caption=None, alt=reference.alt)
        if reference.caption is None:
            return figure_elsewhere(said, site)
        # A part of a body is as clean as the body.
        return figure_elsewhere(said, site, caption=mark_safe(reference.caption))  # noqa: S308

    text = bodies.with_photos(bodies.with_footnotes(with_dateline(story, story.body)), figure)
    # A place in the text is one on the page of the story.
    whole = OWN_LINK.sub(lambda found: f'<a href="{site}{story.path if found[1] else ""}{found[1]}', text)
    if story.direction == "rtl":
        # Elsewhere nothing around it says so.
        whole = f'<div dir="rtl">{whole}</div>'
    return mark_safe(whole)  # noqa: S308 - clean by `clean`


def figure_elsewhere(picture: Picture, site: str, *, caption: str | None = None) -> SafeString:
    """A picture with its caption (its own, unless told) and credit, at an address that works anywhere."""
    caption = picture.caption if caption is None else caption
    credit = format_html("<small>{}</small>", picture.credit) if picture.credit else ""
    said = format_html_join(" ", "{}", ((each,) for each in (caption, credit) if each))
    width, height = picture.width, picture.height
    shown = format_html(
        '<img src="{}" width="{}" height="{}" alt="{}">', picture_elsewhere(picture, site), width, height, picture.alt
    )
    return format_html("<figure>{}{}</figure>", shown, format_html("<figcaption>{}</figcaption>", said) if said else "")


def picture_elsewhere(picture: Picture, site: str) -> str:
    """The whole address of a picture, for who wants just one."""
    return urljoin(f"{site}/", renditions.address(picture, WIDTH))


def notices_elsewhere(story: Snapshot, paper: Paper) -> SafeString:
    """The corrections and notes that stand with the story, the newest first."""
    return format_html_join(
        "\n",
        "<p><strong>{}</strong> ({}) {}</p>",
        ((notice.label, dates.in_words(notice.at, "full", paper), notice.text) for notice in story.told),
    )


def for_xml(words: str) -> str:
    """The words without the signs that XML cannot hold, not even escaped."""
    return NO_XML.sub("", words)
