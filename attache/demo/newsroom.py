"""Builds the demo newsroom in the database, by the same doors that a newsroom's own stories come through."""

import re
import tomllib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from articles import editing, publishing
from articles.changes import Change
from articles.content import Name
from articles.models import Article, Author, ContactLink, Duty, Section
from articles.publishing import Telling
from articles.workflow import Stage
from attache.demo import around, desk
from attache.demo.illustrations import draw
from media import intake
from media.models import Kind, Licence, Photo
from staff.models import Person

FOLDER = Path(__file__).parent
PASSWORD = "saltmouth-demo"  # noqa: S105 - public on purpose; the command refuses production sites
PICTURE = re.compile(r'data-picture="([a-z-]+)"')

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Story:
    """A story of the demo: its address, what its front matter says, and its body."""

    slug: str
    facts: dict[str, Any]
    body: str

    @classmethod
    def read(cls, file: Path) -> "Story":
        """The story in this file: TOML between two lines of +++, then the body."""
        _, facts, body = file.read_text(encoding="utf-8").split("+++\n", 2)
        return cls(slug=file.stem, facts=tomllib.loads(facts), body=body)

    @cached_property
    def picture_keys(self) -> list[str]:
        """The pictures that the story uses, the lead first."""
        lead = [self.facts["lead"]] if "lead" in self.facts else []
        return lead + PICTURE.findall(self.body)


def is_built() -> bool:
    """Whether the whole demo stands: its accounts are the last thing made."""
    return Person.objects.filter(email__in=[login["email"] for login in logins()]).exists()


def logins() -> list[dict[str, str]]:
    """The demo's accounts: name, email, role code."""
    return list(_plan()["staff"])


def build(report: Report) -> None:
    """Build what is missing of the demo; `report` is told of each step (what, how many done, how many in all).

    Can be interrupted at any moment and called again. What somebody changed in the meantime stays as it is.
    """
    plan = _plan()
    _sections(plan["sections"])
    stories = [Story.read(file) for file in sorted((FOLDER / "stories").glob("*.html"))]
    known = set(Article.objects.values_list("slug", flat=True))
    missing = [story for story in stories if story.slug not in known]
    wanted = {key for story in missing for key in story.picture_keys}
    wanted |= {author["portrait"] for author in plan["authors"] if "portrait" in author}
    photos = _photos([picture for picture in plan["pictures"] if picture["key"] in wanted], report)
    _authors(plan["authors"], photos)
    now = timezone.now()
    for done, story in enumerate(missing, start=1):
        _story(story, photos, now)
        report("stories", done, len(missing))
    around.build()
    _staff(plan["staff"], now)
    desk.forget_mail()


def _plan() -> dict[str, Any]:
    return tomllib.loads((FOLDER / "newsroom.toml").read_text(encoding="utf-8"))


def _sections(plan: list[dict[str, Any]]) -> None:
    for position, section in enumerate(plan):
        slug = section["slug"]
        rest = {key: value for key, value in section.items() if key != "slug"}
        Section.objects.get_or_create(slug=slug, defaults={**rest, "position": position})


def _photos(plan: list[dict[str, Any]], report: Report) -> dict[str, Photo]:
    found = {picture["key"]: Photo.objects.filter(**_words(picture)).exclude(file="").first() for picture in plan}
    missing = [picture for picture in plan if found[picture["key"]] is None]
    with ProcessPoolExecutor() as pool:
        drawn = pool.map(draw, [picture["key"] for picture in missing])
        for done, (picture, data) in enumerate(zip(missing, drawn, strict=True), start=1):
            photo = Photo(**_words(picture), alt=picture["alt"], **_facts(picture), **_terms(picture))
            intake.give_file(photo, data, name=f"{picture['key']}.jpg")
            photo.name_keywords(picture.get("keywords", ()))
            found[picture["key"]] = photo
            report("pictures", done, len(missing))
    return {key: photo for key, photo in found.items() if photo}


def _words(picture: dict[str, Any]) -> dict[str, str]:
    return {"caption": picture["caption"], "credit": picture["credit"]}


def _facts(picture: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": picture.get("kind", Kind.STAFF),
        "photographer": picture["credit"].partition("/")[0].removeprefix("Graphic: "),
        "place": picture.get("place", ""),
        "taken": picture.get("taken"),
        "people": picture.get("people", ""),
    }


def _terms(picture: dict[str, Any]) -> dict[str, Any]:
    if "licence" not in picture:
        return {}
    licence, _ = Licence.objects.get_or_create(name=picture["licence"], defaults={"duties": picture["duties"]})
    until = timezone.localdate() + timedelta(days=picture["ends_in_days"])
    return {"licence": licence, "licensor": picture["credit"], "allowed_until": until}


def _authors(plan: list[dict[str, Any]], photos: dict[str, Photo]) -> None:
    for author in plan:
        made, is_new = Author.objects.get_or_create(
            slug=author["slug"],
            defaults={
                "name": author["name"],
                "role": author.get("role", ""),
                "bio": author.get("bio", ""),
                "portrait": photos.get(author.get("portrait", "")),
            },
        )
        if is_new:
            links = list(_links(author))
            ContactLink.objects.bulk_create(
                ContactLink(author=made, label=label, url=url, position=position)
                for position, (label, url) in enumerate(links)
            )


def _links(author: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if "email" in author:
        yield author["email"], f"mailto:{author['email']}"
    if "website" in author:
        yield "Website", author["website"]
    if "social" in author:
        yield author["social"].rpartition("/")[2], author["social"]


@transaction.atomic
def _story(story: Story, photos: dict[str, Photo], now: datetime) -> None:
    facts = story.facts
    lead = photos[facts["lead"]] if "lead" in facts else None
    article = Article(
        slug=story.slug,
        section=Section.objects.get(slug=facts["section"]),
        kind=facts["kind"],
        kicker=facts.get("kicker", ""),
        headline=facts["headline"],
        deck=facts["deck"],
        dateline=facts.get("dateline", ""),
        language=facts.get("language", "en"),
        body=PICTURE.sub(lambda found: f'data-photo="{photos[found[1]].pk}"', story.body),
        lead_photo=lead,
        translation_of=Article.objects.filter(slug=facts.get("translation_of", "")).first(),
        stage=facts.get("stage", Stage.READY),
    )
    slugs = [byline["author"] for byline in facts["bylines"]]
    authors = dict(Author.objects.filter(slug__in=slugs).values_list("slug", "pk"))
    names = [
        Name(author=authors[byline["author"]], role=byline["role"], wording=byline.get("wording", ""))
        for byline in facts["bylines"]
    ]
    editing.save(article, by=None, seen_version=0, names=names, tags=facts["tags"])
    if "hours_ago" in facts:
        moment = now - timedelta(hours=facts["hours_ago"])
        publishing.publish(article, by=None, seen_version=article.version, live_from=moment)
        if "correction" in facts:
            moment = now - timedelta(hours=facts["corrected_hours_ago"])
            telling = Telling(Change.CORRECTION, facts["correction"])
            publishing.publish(article, by=None, seen_version=article.version, live_from=moment, telling=telling)
        Article.objects.filter(pk=article.pk).update(updated_at=min(moment, now))


@transaction.atomic
def _staff(plan: list[dict[str, Any]], now: datetime) -> None:
    for login in plan:
        person = Person.objects.create_user(login["email"], login["name"], PASSWORD, is_staff=True)
        duty = Duty.objects.create(person=person, role=login["role"])
        duty.sections.set(Section.objects.filter(slug__in=login.get("sections", ())))
        Author.objects.filter(slug=login.get("author", "")).update(account=person)
    desk.build(now)
