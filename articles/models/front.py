"""Fronts as the newsroom arranges them. Readers see editions, and never one of these."""

from collections.abc import Mapping
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse

from articles import zones
from articles.models.section import Section
from articles.zones import Placement


class Front(models.Model):
    """The front page, or a section's page: one for each, from when somebody first arranges it."""

    section = models.OneToOneField(Section, on_delete=models.CASCADE, null=True, related_name="front")
    version = models.PositiveIntegerField(default=0, help_text="That of its newest arrangement; 0 before the first.")

    class Meta:
        constraints = (models.UniqueConstraint(Coalesce("section_id", 0), name="articles_front_one_for_each"),)

    def __str__(self) -> str:
        return self.section.name if self.section else "Front page"

    def get_absolute_url(self) -> str:
        """Where readers see it."""
        return self.section.get_absolute_url() if self.section else reverse("paper:home")


class Arrangement(models.Model):
    """A front as one save left it: what stands in which zone, by whom and when. The newest is the draft."""

    front = models.ForeignKey(Front, on_delete=models.CASCADE, related_name="arrangements")
    version = models.PositiveIntegerField()
    zones = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("front", "-version")
        constraints = (
            models.UniqueConstraint(fields=["front", "version"], name="articles_arrangement_once_per_version"),
        )

    def __str__(self) -> str:
        return f"version {self.version} of {self.front_id}"

    @cached_property
    def placed(self) -> Mapping[str, list[Placement]]:
        """What stands in each zone."""
        return zones.from_record(self.zones)
