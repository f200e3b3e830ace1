"""The paper itself: what the newsroom says of itself on every page and to machines."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, tzinfo
from functools import cached_property
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import JSONObject
from django.utils import timezone

from articles import time_zones
from articles.models.section import Accent
from media.models import Photo
from media.pictures import Picture
from media.said import name_of

ONLY = 1
# What pages say of the paper, and of the photo of its nameplate the terms that it is shown under.
SAID = (
    "name", "motto", "nameplate_record", "accent", "footer", "social", "contact", "time_zone", "date_language",
    "feed_text",
)  # fmt: skip
TERMS = ("allowed_from", "allowed_until")
LINK = re.compile(r"(?:(?P<label>.*\S)\s+)?(?P<url>(?:https?://|mailto:)\S+)")
# What a line of robots.txt may be: RFC 9309, what the large search engines added, and nothing.
ROBOTS_LINE = re.compile(
    r"\s*(?:#.*|(?:user-agent|allow|disallow|crawl-delay|sitemap|content-signal|host|clean-param)\s*:.*)?",
    re.IGNORECASE,
)


class FeedText(models.TextChoices):
    """How much of a story feeds and the API carry."""

    FULL = "full", "The whole story"
    SUMMARY = "summary", "Its deck, with a link"


class AiCrawlers(models.TextChoices):
    """Which machines that learn from texts, or answer with them, are asked in."""

    NONE = "none", "None"
    ANSWERS = "answers", "Those that look a story up to answer somebody and name it; none that learn from it"
    ALL = "all", "All"


@dataclass(frozen=True)
class Link:
    """A way to the paper elsewhere."""

    label: str
    url: str


def first_name() -> str:
    """The name before anybody has written one: the environment's."""
    return str(settings.NEWSROOM_NAME)


def first_motto() -> str:
    """The motto before anybody has written one: the environment's."""
    return str(settings.NEWSROOM_MOTTO)


def first_time_zone() -> str:
    """The time zone before anybody has chosen one: the environment's."""
    return str(settings.TIME_ZONE)


def date_languages() -> Sequence[tuple[str, str]]:
    """The languages in which dates can be written."""
    return settings.LANGUAGES


def date_language() -> str:
    """The language of dates before anybody has chosen one."""
    return str(settings.LANGUAGE_CODE)


def links_in(text: str) -> list[Link]:
    """The links in a text that has one a line, each with its words before it or without any.

    Raises ValidationError with the first line that is none.
    """
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        link = LINK.fullmatch(line)
        if link is None:
            raise ValidationError(f"“{line}” does not end with an address that begins with https:// or mailto:.")
        found.append(Link(link["label"] or _site_of(link["url"]), link["url"]))
    return found


def _site_of(url: str) -> str:
    return (urlsplit(url).hostname or url.partition(":")[2]).removeprefix("www.")


def refuse_odd_links(text: str) -> None:
    """Validator for links, one a line."""
    links_in(text)


def refuse_odd_robots(text: str) -> None:
    """Validator for lines of robots.txt: raises ValidationError for one that no crawler would understand."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not ROBOTS_LINE.fullmatch(line):
            raise ValidationError(
                f"Line {number}, “{line.strip()}”, is none that crawlers know, such as “Disallow: /a/”."
            )


class PaperManager(models.Manager["Paper"]):
    """Keeps the one paper there is."""

    def current(self) -> "Paper":
        """The paper as it is set now; with the environment's words while nobody has set it. One query."""
        return self.select_related("nameplate").filter(pk=ONLY).first() or Paper(pk=ONLY)

    def name_now(self) -> str:
        """The name that the paper has now, for what is no page. One query."""
        return self.filter(pk=ONLY).values_list("name", flat=True).first() or first_name()

    def records(self) -> models.QuerySet["Paper", Any]:
        """What every page says of the paper, as one value of JSON, to be asked for along with something else."""
        said = {field: field for field in SAID} | {field: f"nameplate__{field}" for field in TERMS}
        return self.filter(pk=ONLY).values(record=JSONObject(**said))


class Paper(models.Model):
    """What makes the paper somebody's own: its name, its look, what it says at its foot and to machines.

    There is one. Until the newsroom has set it, its name, its motto and its time zone are the environment's.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, editable=False)
    name = models.CharField(max_length=80, default=first_name, help_text="As it stands on the nameplate.")
    motto = models.CharField(
        max_length=160,
        blank=True,
        default=first_motto,
        help_text="The line with it, on the front page and at the foot.",
    )
    nameplate = models.ForeignKey(
        Photo,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="picture of the nameplate",
        help_text="In place of the name in letters: wide, and legible at a height of 40 pixels. It is shown whole, as "
        "it is at the photo desk when you save here.",
    )
    nameplate_record = models.TextField(blank=True, editable=False)
    accent = models.CharField(
        max_length=10, choices=Accent, default=Accent.SLATE, help_text="The colour of pages that belong to no section."
    )
    footer = models.TextField(
        "words at the foot", blank=True, help_text="Who publishes it and where, say. An empty line begins a paragraph."
    )
    social = models.TextField(
        "links",
        blank=True,
        validators=[refuse_odd_links],
        help_text="Where else the paper is, an address a line, with words before it if you like: "
        "“Mastodon https://social.example/@ledger”.",
    )
    contact = models.EmailField(
        "contact address", blank=True, help_text="For corrections and, in security.txt, for whoever finds a hole."
    )
    time_zone = models.CharField(
        max_length=60,
        default=first_time_zone,
        validators=[time_zones.refuse_unknown],
        help_text="A place, such as Europe/Lisbon, or its city alone. Days begin by its clocks, and hours are told and "
        "typed as they show them. After a change everything stays planned for the same moment, whose hour is another.",
    )
    date_language = models.CharField("language of dates", max_length=12, choices=date_languages, default=date_language)
    feed_text = models.CharField("feeds and the API carry", max_length=8, choices=FeedText, default=FeedText.FULL)
    ai_crawlers = models.CharField(
        "AI crawlers asked in",
        max_length=8,
        choices=AiCrawlers,
        default=AiCrawlers.ANSWERS,
        help_text="robots.txt asks; it cannot keep anybody out.",
    )
    robots = models.TextField(
        "more lines for robots.txt", blank=True, validators=[refuse_odd_robots], help_text="Put after our own."
    )

    objects: ClassVar[PaperManager] = PaperManager()

    class Meta:
        verbose_name = "newsroom settings"
        verbose_name_plural = "newsroom settings"
        constraints = (
            models.CheckConstraint(condition=Q(id=ONLY), name="articles_paper_is_one"),
            models.CheckConstraint(condition=Q(accent__in=Accent.values), name="articles_paper_accent_is_known"),
            models.CheckConstraint(condition=Q(feed_text__in=FeedText.values), name="articles_paper_feed_text_known"),
            models.CheckConstraint(
                condition=Q(ai_crawlers__in=AiCrawlers.values), name="articles_paper_crawlers_known"
            ),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it, with its nameplate as the photo desk has it now."""
        picture = self.nameplate.picture() if self.nameplate and self.nameplate.has_file else None
        self.nameplate_record = json.dumps(picture.as_record()) if picture else ""
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """A photo that cannot be shown, or may not be used, does not become the nameplate; one whose terms ended since
        may stay, unseen.
        """
        super().clean()
        photo = self.nameplate
        if photo and not photo.has_file:
            raise ValidationError({"nameplate": f"The photo “{photo}” has no file yet."})
        before = Paper.objects.filter(pk=self.pk).values_list("nameplate", flat=True).first()
        if photo and photo.pk != before and (why := photo.refusal_outside_stories()):
            raise ValidationError({"nameplate": why})

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """The paper that `PaperManager.records` told of; what pages do not say is not known to it."""
        paper = cls(pk=ONLY, **{field: record[field] for field in SAID})
        terms = {field: date.fromisoformat(record[field]) for field in TERMS if record[field]}
        # Today as the paper has it: its zone has only just become known.
        if Photo(**terms).refusal(timezone.localdate(timezone=paper.zone)):
            paper.nameplate_record = ""
        return paper

    @cached_property
    def said(self) -> str:
        """The name of all that pages say of it."""
        return name_of([getattr(self, field) for field in SAID])

    @cached_property
    def nameplate_picture(self) -> Picture | None:
        """The picture that stands for the name; None where the name stands in letters."""
        if not self.nameplate_record:
            return None
        return Picture.from_record(json.loads(self.nameplate_record)).for_use(caption="", alt=self.name)

    @property
    def links(self) -> list[Link]:
        """Where else the paper is."""
        return links_in(self.social)

    @property
    def is_told_whole(self) -> bool:
        """Whether feeds and the API carry the whole text of a story."""
        return self.feed_text == FeedText.FULL

    @property
    def languages(self) -> list[str]:
        """The languages in which its readers expect a story: the one of its dates, of whatever region."""
        own = self.date_language.partition("-")[0]
        return [code for code, _ in date_languages() if code.partition("-")[0] == own]

    @property
    def zone(self) -> tzinfo:
        """Its time zone; the environment's where this machine does not know it, as after a move to another."""
        return time_zones.named(self.time_zone) or timezone.get_default_timezone()
