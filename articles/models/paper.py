"""The paper itself: what the newsroom says of itself on every page and to machines."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils.timezone import get_default_timezone_name

from articles.models.section import Accent
from media.models import Photo, outside_terms
from media.pictures import Picture

ONLY = 1
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

    def records(self) -> models.QuerySet["Paper", Any]:
        """What every page says of the paper, as one value of JSON, to be asked for along with something else."""
        over = Photo.objects.filter(outside_terms(), pk=OuterRef("nameplate"))
        said = {field: field for field in SAID}
        return self.filter(pk=ONLY).values(record=JSONObject(**said, is_nameplate_withheld=Exists(over)))


class Paper(models.Model):
    """What makes the paper somebody's own: its name, its look, what it says at its foot and to machines.

    There is one. Until the newsroom has set it, its name and motto are the environment's. Where it stands and what time
    it is there are the environment's for good, because deadlines and schedules count on them.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)

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

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """The paper that `PaperManager.records` told of; what pages do not say is not known to it."""
        said = dict(record)
        withheld = bool(said.pop("is_nameplate_withheld"))
        return cls(pk=ONLY, **{**said, "nameplate_record": "" if withheld else said["nameplate_record"]})

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
    def time_zone(self) -> str:
        """The zone in which its hours are told: the environment's."""
        return get_default_timezone_name()


SAID = ("name", "motto", "nameplate_record", "accent", "footer", "social", "contact", "date_language", "feed_text")
