"""Review links: one version of a story, shown to somebody outside the newsroom."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from articles.models.article import Article


class ReviewLink(models.Model):
    """Lets whoever has it read one version of a story, until it expires or is revoked."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="review_links")
    version = models.PositiveIntegerField()
    receiver = models.CharField("for whom", max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField("until")
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"for {self.receiver}"

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether it shows the story at this moment (now, unless told)."""
        return self.revoked_at is None and (at or timezone.now()) < self.expires_at


class ReviewView(models.Model):
    """A review link was opened. Nothing is kept of the reader but the moment and the browser's name for itself."""

    link = models.ForeignKey(ReviewLink, on_delete=models.CASCADE, related_name="views")
    at = models.DateTimeField()
    browser = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.link_id} at {self.at}"
