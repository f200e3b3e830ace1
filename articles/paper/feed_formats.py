"""How a list of stories is written for machines that follow it: RSS 2.0, Atom, JSON Feed 1.1.

Each entry is a dictionary as Django's feed generator keeps it, with the snapshot under `story`.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed, SyndicationFeed
from django.utils.timezone import localtime
from django.utils.xmlutils import SimplerXMLGenerator

from articles.bylines import WRITERS, BylineName, BylineRole
from articles.models.snapshot import Snapshot
from articles.paper.text import for_xml, picture_elsewhere

MEDIA = {"xmlns:media": "http://search.yahoo.com/mrss/"}


class _Dated(SyndicationFeed):
    """A feed that says when it last changed, and the same thing each time it is asked."""

    def latest_post_date(self) -> datetime:
        """The last change of any of its stories; the beginning of today where there is none."""
        dates = [each["updateddate"] for each in self.items]
        return max(dates) if dates else localtime().replace(hour=0, minute=0, second=0, microsecond=0)


class _Legal(SimplerXMLGenerator):
    """Hands what is written to another generator, without the signs that XML cannot hold: Django's refuses some of
    them, and one in a single caption would take the whole feed away.
    """

    def __init__(self, handler: SimplerXMLGenerator) -> None:
        self._handler = handler

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802 - SAX calls it so
        legal: Any = {key: for_xml(value) for key, value in attrs.items()}
        self._handler.startElement(name, legal)

    def characters(self, content: str) -> None:
        self._handler.characters(for_xml(content))

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX calls it so
        self._handler.endElement(name)


class Rss(_Dated, Rss201rev2Feed):
    """RSS 2.0 with Dublin Core for names, Media RSS for pictures and the whole text as content."""

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(_Legal(handler))

    def write_items(self, handler: Any) -> None:
        super().write_items(_Legal(handler))

    def rss_attributes(self) -> dict[str, str]:
        names = {"xmlns:dc": "http://purl.org/dc/elements/1.1/"}
        return super().rss_attributes() | MEDIA | names | {"xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        story: Snapshot = item["story"]
        for name in story.names:
            if name.role in WRITERS:
                handler.addQuickElement("dc:creator", name.name)
            else:
                handler.addQuickElement("dc:contributor", f"{name.name} ({BylineRole(name.role).label})")
        handler.addQuickElement("dc:language", story.language)
        handler.addQuickElement("atom:updated", item["updateddate"].isoformat())
        handler.addQuickElement("content:encoded", item["content"])
        _add_picture(handler, item)


class Atom(_Dated, Atom1Feed):
    """Atom: writers are authors, everybody else in the byline contributes."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | MEDIA

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(_Legal(handler))

    def write_items(self, handler: Any) -> None:
        super().write_items(_Legal(handler))

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        return {"xml:lang": item["story"].language}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        for name in item["story"].names:
            kind = "author" if name.role in WRITERS else "contributor"
            handler.startElement(kind, {})
            handler.addQuickElement("name", name.name)
            handler.addQuickElement("uri", item["page_of"](name))
            handler.endElement(kind)
        handler.addQuickElement("content", item["content"], {"type": "html"})
        _add_picture(handler, item)


class JsonFeed(_Dated):
    """JSON Feed 1.1; what it has no word for (roles, credits, corrections) stands under `_attache`."""

    content_type = "application/feed+json; charset=utf-8"

    def write(self, outfile: Any, encoding: str) -> None:
        said = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.feed["title"],
            "home_page_url": self.feed["link"],
            "feed_url": self.feed["feed_url"],
            "description": self.feed["description"],
            "items": [_json_item(item) for item in self.items],
        }
        json.dump(
            {name: value for name, value in said.items() if value or name == "items"}, outfile, ensure_ascii=False
        )


FORMATS: Mapping[str, type[Rss | Atom | JsonFeed]] = {"rss": Rss, "atom": Atom, "json": JsonFeed}


def _add_picture(handler: Any, item: dict[str, Any]) -> None:
    picture = item["story"].front_picture
    if picture is None:
        return
    size = {"width": str(picture.width), "height": str(picture.height)}
    address = {"url": picture_elsewhere(picture, item["site"]), "medium": "image", "type": "image/jpeg"}
    handler.startElement("media:content", address | size)
    for element, words in (("media:description", picture.caption), ("media:credit", picture.credit)):
        if words:
            handler.addQuickElement(element, words)
    handler.endElement("media:content")


def _json_item(item: dict[str, Any]) -> dict[str, Any]:
    story: Snapshot = item["story"]
    picture = story.front_picture

    def person(name: BylineName) -> dict[str, str]:
        return {"name": name.name, "url": item["page_of"](name)}

    said: dict[str, Any] = {
        "id": item["unique_id"],
        "url": item["link"],
        "title": item["title"],
        "content_html": item["content"],
        "summary": story.deck,
        "date_published": item["pubdate"].isoformat(),
        "date_modified": item["updateddate"].isoformat(),
        "authors": list({name.slug: person(name) for name in story.names}.values()),
        "tags": item["categories"],
        "language": story.language,
        "image": picture_elsewhere(picture, item["site"]) if picture else "",
        "_attache": {
            "byline": story.byline_text,
            "roles": [{"role": name.role, **person(name)} for name in story.names],
            "picture": {"caption": picture.caption, "credit": picture.credit} if picture else None,
            "notices": [notice.as_record() for notice in story.told],
        },
    }
    return {name: value for name, value in said.items() if value}
