"""A story in the words of the IPTC's ninjs 3.1, in which newsrooms hand stories to each other.

https://iptc.org/std/ninjs/
"""

from typing import Any

from django.conf import settings
from django.urls import reverse

from articles.body import plain_text
from articles.kinds import Kind
from articles.models.paper import Paper
from articles.models.snapshot import Snapshot
from articles.paper.text import elsewhere, picture_elsewhere
from media.pictures import SOURCE_TYPES, Picture

Item = dict[str, Any]
HTML, PLAIN = "text/html", "text/plain"
STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "https://iptc.org/std/ninjs/ninjs-schema_3.1.json",
}


def item(story: Snapshot, paper: Paper) -> Item:
    """The story as a ninjs item: whole, or its deck alone where the paper has it so."""
    site = settings.SITE_URL
    said: Item = {
        "standard": STANDARD,
        "uri": f"urn:uuid:{story.uid}",
        "type": "text",
        "representationType": "full" if paper.is_told_whole else "partial",
        "profile": story.kind,
        "version": str(story.pk),
        "pubStatus": "usable",
        "firstCreated": story.published_at.isoformat(),
        "versionCreated": story.changed_at.isoformat(),
        "language": story.language,
        "title": story.headline,
        "headlines": _worded([("headline", story.headline), ("kicker", story.kicker)]),
        "descriptions": _worded([("deck", story.deck), *((each.change, each.text) for each in story.told)]),
        "by": story.byline_text,
        "located": story.dateline,
        "bodies": [_body(story, site)] if paper.is_told_whole else [],
        "infoSources": _sources(story, site),
        "subjects": _subjects(story, site),
        "genres": [{"name": str(Kind(story.kind).label), "literal": story.kind}],
        "renditions": [{"name": "page", "href": f"{site}{story.path}", "contentType": HTML}],
        "associations": [*_pictures(story, paper, site), *_translations(story, site)],
        "trustIndicators": [
            {
                "role": "https://schema.org/correctionsPolicy",
                "title": "Corrections",
                "href": site + reverse("paper:corrections"),
            }
        ],
    }
    return {name: value for name, value in said.items() if value}


def _worded(words: list[tuple[str, str]]) -> list[Item]:
    return [{"role": role, "contentType": PLAIN, "value": value} for role, value in words if value]


def _body(story: Snapshot, site: str) -> Item:
    count = {"wordCount": story.words, "charCount": len(plain_text(story.body))}
    return {"role": "main", "contentType": HTML, **count, "value": elsewhere(story, site)}


def _sources(story: Snapshot, site: str) -> list[Item]:
    """Who made it and how, and where it stood first."""
    found: list[Item] = [
        {"name": name.name, "role": name.role, "uri": site + reverse("paper:author", args=[name.slug])}
        for name in story.names
    ]
    if story.original_publication or story.original_url:
        first = {"name": story.original_publication, "role": "original", "uri": story.original_url}
        found.append({name: value for name, value in first.items() if value})
    return found


def _subjects(story: Snapshot, site: str) -> list[Item]:
    section = {
        "name": story.section_name, "rel": "section", "uri": site + story.section.get_absolute_url(),
        "literal": story.section.slug,
    }  # fmt: skip
    tags = [
        {
            "name": tag["name"], "rel": "tag", "uri": site + reverse("paper:tag", args=[tag["slug"]]),
            "literal": tag["slug"],
        }
        for tag in story.tagged
    ]  # fmt: skip
    return [section, *tags]


def _pictures(story: Snapshot, paper: Paper, site: str) -> list[Item]:
    found = [_picture("lead", story.front_picture, site)] if story.front_picture else []
    if paper.is_told_whole:
        shown = [picture for picture in story.body_pictures.values() if not picture.is_barred]
        found += [_picture(f"body-{number}", picture, site) for number, picture in enumerate(shown, start=1)]
    return found


def _picture(name: str, picture: Picture, site: str) -> Item:
    address = picture_elsewhere(picture, site)
    said: Item = {
        "name": name,
        "uri": address,
        "type": "picture",
        "by": picture.creator,
        "copyrightNotice": picture.copyright,
        "descriptions": _worded([("caption", picture.caption), ("alt", picture.alt)]),
        "infoSources": [{"name": picture.credit, "role": "credit"}] if picture.credit else [],
        "rightsInfo": {"linkedRights": picture.licence} if picture.licence else {},
        "digitalSourceType": {"uri": SOURCE_TYPES + picture.origin} if picture.origin else {},
        "renditions": [{"name": "web", "href": address, "contentType": "image/jpeg"}],
    }
    return {key: value for key, value in said.items() if value}


def _translations(story: Snapshot, site: str) -> list[Item]:
    said = {"rel": "translation", "type": "text"}
    others = [each for each in story.translations if each.path != story.path]
    return [{**said, "name": each.language, "uri": f"{site}{each.path}", "language": each.language} for each in others]
