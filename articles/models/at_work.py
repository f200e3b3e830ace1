"""Who is at work on a story right now, and what they have typed but not saved."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone

from articles.models.article import Article

GONE_AFTER = timedelta(seconds=75)


class Buffer(models.Model):
    """What one person has typed in one tab since the last save. It is theirs alone, and no part of the history.

    `fields` are the values of the form as the browser would send them; `article` is empty for a story never saved, and
    for one that somebody deleted in the meantime.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    tab = models.CharField(max_length=36)
    article = models.ForeignKey(Article, on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(help_text="The version that was on the page; 0 for a new story.")
    fields = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ("-saved_at", "-pk")
        constraints = (models.UniqueConstraint(fields=["person", "tab"], name="articles_buffer_once_per_tab"),)

    def __str__(self) -> str:
        return f"buffer of {self.person_id}"

    @property
    def headline(self) -> str:
        """The headline as it was typed; empty where there was none."""
        return " ".join(str(dict(self.fields).get("headline", "")).split())


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Who is where."""

    def here(self) -> "PresenceQuerySet":
        """Those whose page has been heard of lately."""
        return self.filter(seen_at__gt=timezone.now() - GONE_AFTER)


class Presence(models.Model):
    """Somebody has a story open. It only tells; what keeps words apart is the version that each save carries."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="presences")
    since = models.DateTimeField()
    seen_at = models.DateTimeField()

    objects = PresenceQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["article", "person"], name="articles_presence_once"),)

    def __str__(self) -> str:
        return f"{self.person_id} at {self.article_id}"
