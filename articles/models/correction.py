"""Corrections and notes, as the list of them tells readers."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from articles.changes import Change
from articles.models.snapshot import Snapshot


class CorrectionQuerySet(models.QuerySet["Correction"]):
    """Public notes about stories."""

    def before_readers(self, at: datetime | None = None) -> "CorrectionQuerySet":
        """Those that readers have been told by now, of stories that they have, each with the story's `live` page."""
        at = at or timezone.now()
        told = Snapshot.objects.seen_by(at).filter(pk=OuterRef("snapshot"))
        live = Snapshot.objects.live(at).filter(article=OuterRef("snapshot__article"))
        brief = live.values(page=JSONObject(path="path", headline="headline", language="language"))
        # Both are looked up row by row, so that the newest are enough.
        return self.filter(Exists(told), Exists(live)).annotate(live=Subquery(brief))


class Correction(models.Model):
    """A public note about a story, in the list of all such notes."""

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="+")
    change = models.CharField(max_length=14, choices=Change)
    text = models.TextField()
    at = models.DateTimeField()

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["-at", "-id"], name="articles_correction_newest"),)
        constraints = (
            models.CheckConstraint(condition=Q(change__in=Change.values), name="articles_correction_change_known"),
        )

    def __str__(self) -> str:
        return self.text[:80]
