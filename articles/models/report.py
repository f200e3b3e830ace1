"""Errors that readers report."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.models.snapshot import Snapshot

# The most that is taken in: from one sender, about one story, and in all.
FROM_ONE, WITHIN = 3, timedelta(minutes=10)
ABOUT_ONE = 20
IN_ALL = 200
HOUR = timedelta(hours=1)


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports of readers."""

    def waiting(self) -> "ReportQuerySet":
        """Those that nobody has dealt with."""
        return self.filter(closed_at=None)

    def is_flooded(self, *, sender: str, article_id: int) -> bool:
        """Whether there are too many just now to take one more from this sender about this story."""
        now = timezone.now()
        lately = self.filter(at__gt=now - HOUR)
        return (
            lately.filter(sender=sender, at__gt=now - WITHIN).count() >= FROM_ONE
            or lately.filter(article=article_id).count() >= ABOUT_ONE
            or lately.count() >= IN_ALL
        )


class Report(models.Model):
    """What a reader says is wrong in a story as they saw it.

    `sender` is a keyed hash of their network address and the day, so that a flood is seen and nobody is known by it.
    """

    class State(models.TextChoices):
        OPEN = "open", "Waiting"
        CORRECTED = "corrected", "Corrected"
        DISMISSED = "dismissed", "No error"

    article = models.ForeignKey("articles.Article", on_delete=models.CASCADE, related_name="reports")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    text = models.TextField("what is wrong")
    passage = models.TextField("which words", blank=True)
    email = models.EmailField(blank=True)
    sender = models.CharField(max_length=32)
    at = models.DateTimeField("reported")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, help_text="Why nothing was changed, or what was said to readers.")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = "reader’s report"
        verbose_name_plural = "readers’ reports"
        ordering = ("-at", "-pk")
        indexes = (
            models.Index(fields=["-at"], name="articles_report_newest"),
            models.Index(fields=["-at", "-id"], condition=Q(closed_at=None), name="articles_report_waiting"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["open", "corrected", "dismissed"]), name="articles_report_state_is_known"
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]
