"""Editions: fronts as readers see them, and the line for breaking news."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from articles import zones
from articles.models.section import Section
from articles.models.snapshot import Snapshot, ids_in, withheld
from articles.zones import Placement
from media.models import Photo
from media.pictures import Picture


class EditionIsFrozen(TypeError):
    """Raised at an attempt to change what a front was."""

    def __init__(self) -> None:
        super().__init__("An edition is a front as readers saw it and can't be changed; publish another one instead.")


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions, and which of them counts."""

    def of(self, section: Section | None) -> "EditionQuerySet":
        """Those of a section's front; of the front page for None."""
        return self.filter(section=section)

    def in_force(self, at: datetime | None = None) -> "EditionQuerySet":
        """Those of this moment (now, unless told) and before, the one that counts first."""
        at = at or timezone.now()
        return self.filter(live_from__lte=at, called_off_at=None).order_by("-live_from", "-pk")

    def coming(self, at: datetime | None = None) -> "EditionQuerySet":
        """Those that will count later, the next one first."""
        at = at or timezone.now()
        return self.filter(live_from__gt=at, called_off_at=None).order_by("live_from", "pk")

    def with_withheld(self, on: date | None = None) -> "EditionQuerySet":
        """Each with the photos chosen for it that may not be shown on that day (today, unless told), in one query."""
        return self.annotate(withheld=withheld(EditionPhoto.objects.all(), "edition", on))

    def update(self, **values: Any) -> int:
        """Refused for anything but calling off what nobody has seen."""
        if values.keys() != {"called_off_at"}:
            raise EditionIsFrozen
        return super().update(**values)


class Edition(models.Model):
    """A front as an editor published it: what stands in which zone from a moment on, until the next edition.

    It names stories and what is said of them there. A story that readers do not have when they look is left out.
    """

    section = models.ForeignKey(
        Section, on_delete=models.CASCADE, null=True, related_name="editions", help_text="None: the front page."
    )
    live_from = models.DateTimeField()
    zones = models.JSONField(default=dict)
    pictures = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    called_off_at = models.DateTimeField(null=True, help_text="When it was called off before anybody saw it.")

    photos = models.ManyToManyField(Photo, through="EditionPhoto", related_name="+")

    objects = EditionQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["section", "-live_from", "-id"], name="articles_edition_in_force"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(called_off_at=None) | Q(called_off_at__lte=F("live_from")),
                name="articles_edition_called_off_unseen",
            ),
        )

    def __str__(self) -> str:
        return f"{self.section or 'the front page'} from {timezone.localtime(self.live_from):%d %B %Y, %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Possible once, when it is made."""
        if not self._state.adding:
            raise EditionIsFrozen
        super().save(*args, **kwargs)

    @property
    def begun(self) -> str:
        """The first full second at which it counts, by the newsroom's clock, as it is written in a form."""
        return f"{timezone.localtime(self.live_from + timedelta(seconds=1)):%Y-%m-%dT%H:%M:%S}"

    @cached_property
    def placed(self) -> Mapping[str, list[Placement]]:
        """What stands in each zone."""
        return zones.from_record(self.zones)

    def picture(self, placement: Placement) -> Picture | None:
        """The photo that was chosen for a place, as it was then, while its terms allow it. Asked `with_withheld`."""
        record = self.pictures.get(str(placement.photo))
        if record is None or placement.photo in ids_in(self.__dict__.get("withheld") or ""):
            return None
        return Picture.from_record(record)


class EditionPhoto(models.Model):
    """A photo chosen for a front: what keeps the photo from being deleted."""

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="+")
    photo = models.ForeignKey(Photo, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "use"
        constraints = (models.UniqueConstraint(fields=["photo", "edition"], name="articles_editionphoto_once"),)

    def __str__(self) -> str:
        return f"on {self.edition}"


class BreakingLineQuerySet(models.QuerySet["BreakingLine"]):
    """Lines of breaking news."""

    def live(self, at: datetime | None = None) -> "BreakingLineQuerySet":
        """Those of this moment (now, unless told), the newest first, each with the `path` of its story if readers have
        it.
        """
        at = at or timezone.now()
        story = Snapshot.objects.live(at).filter(article=models.OuterRef("article")).order_by().values("path")[:1]
        return (
            self.filter(live_from__lte=at, live_until__gt=at)
            .annotate(path=models.Subquery(story))
            .order_by("-live_from", "-pk")
        )


class BreakingLine(models.Model):
    """A line above every front, with an end: live while live_from <= now < live_until."""

    words = models.CharField(max_length=160)
    article = models.ForeignKey(
        "articles.Article",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="story",
        help_text="The line leads to it as soon as readers have it.",
    )
    live_from = models.DateTimeField()
    live_until = models.DateTimeField("until")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    objects = BreakingLineQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["live_until"], name="articles_breaking_ends"),)
        constraints = (
            models.CheckConstraint(condition=Q(live_until__gte=F("live_from")), name="articles_breaking_ends_later"),
            models.CheckConstraint(condition=~Q(words=""), name="articles_breaking_says_something"),
        )

    def __str__(self) -> str:
        return self.words
